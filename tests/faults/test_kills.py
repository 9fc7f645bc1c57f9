"""Fifty-six SIGKILLs in the test command; twenty thousand by `./dubu prove kills` (docs/proof/kills.json)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import proofbook
from tests.faults import kills
from tests.faults.kill_scene import plain_text_in
from tests.world import jpeg

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="the timer that kills is of Linux"),
]


@pytest.fixture(scope="module")
def prover() -> Iterator[kills.Prover]:
    """The scene and the process that forks, made once."""
    with kills.prepared(seed=7) as made:
        yield made


def test_fifty_six_kills_lose_nothing(prover: kills.Prover) -> None:
    counts = prover.batch(0, 56)
    result = prover.result
    assert result.kills == dict.fromkeys(kills.OPERATIONS, 8)
    assert sum(result.landed.values()) == sum(result.struck.values()) == counts["faults"] == 56
    assert result.rebuilt >= 3
    assert result.settled == 1
    assert result.swept == 18
    assert result.acknowledged["save"] > 0
    # kills are spread over the actions: some before anything lasts, some in a commit, some behind it
    assert sum(n for what, n in result.landed.items() if what.endswith("before")) > 8
    assert sum(n for what, n in result.struck.items() if what.endswith("committing")) >= 4
    assert sum(n for what, n in result.struck.items() if "after a" in what) >= 4


def test_a_program_that_acknowledges_too_early_is_caught(prover: kills.Prover) -> None:
    """A child that says ACK before the action: struck in it, what was acknowledged is not there."""
    prover.begin()
    prover.early, caught = True, 0
    try:
        for trial in range(24):
            try:
                prover.strike("save", proofbook.chance(5, trial))
            except AssertionError:
                caught += 1
                prover.begin()
    finally:
        prover.early = False
        prover.begin()
    assert caught >= 2


def test_a_program_that_places_two_lines_anew_in_two_steps_is_caught(prover: kills.Prover) -> None:
    """Struck between them, it has lost what it meant to take in again."""
    prover.begin()
    prover.torn, caught = True, ""
    try:
        for trial in range(100):
            try:
                prover.strike("forked", proofbook.chance(5, trial))
            except AssertionError as error:
                caught = str(error)
                break
    finally:
        prover.torn = False
        prover.begin()
    assert caught.startswith(("not what it would have been", "half an import", "the tables are not")), caught


def test_what_is_left_in_plain_is_found(prover: kills.Prover, tmp_path: Path) -> None:
    """A temporary file with a record's text, in any of three encodings, or with a photo."""
    assert plain_text_in(prover.scene) == []
    told = "城关街道9号，疏散通道堆放瓷砖"
    for name, raw in {
        "utf-8": told.encode(),
        "utf-16": told.encode("utf-16-le"),
        "gb18030": told.encode("gb18030"),
        "photo": jpeg(1),
    }.items():
        (tmp_path / name).write_bytes(bytes(100) + raw)
    (tmp_path / "nothing").write_bytes(os.urandom(1000))
    assert {p.name for p in plain_text_in(tmp_path)} == {"utf-8", "utf-16", "gb18030", "photo"}


def test_the_long_proof_on_record() -> None:
    """What docs/proof/kills.json says was run in full and says so of itself."""
    said = proofbook.read(proofbook.FOLDER / "kills.json")
    counts = said["counts"]
    assert said["n"] == sum(counts["kills"].values()) == sum(counts["landed"].values()) >= 300
    assert set(counts["kills"]) <= set(kills.OPERATIONS)
