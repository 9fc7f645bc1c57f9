"""What fuzzing calls reads honest bytes, refuses two thousand spoilt ones by name, and lets no other exception pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import proofbook
from tests.faults.fuzz_targets import Targets, plainly
from tests.faults.mutators import spoil
from tests.faults.quarry import dig

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def targets(in_memory: Path) -> Iterator[Targets]:
    """All readers, with nothing decrypted and every signature taken for right."""
    made = Targets(dig(in_memory / "fuzz"))
    with pytest.MonkeyPatch.context() as patch:
        plainly(patch)
        yield made


def test_honest_bytes_are_read_by_each(targets: Targets) -> None:
    seeds = list(targets.seeds())
    assert {seed[0] for seed in seeds} >= {0, 1, 4, 5, 6}
    for seed in seeds:
        targets.all[seed[0]](seed[1:])


def test_spoilt_bytes_are_refused_by_name(targets: Targets) -> None:
    seeds = list(targets.seeds())
    for n in range(2000):
        dice = proofbook.chance(9, n)
        seed = dice.choice(seeds)
        targets.one(seed[:1] + spoil(dice, seed[1:], dice.choice(seeds))[1])


def test_a_reader_that_stumbles_is_caught(targets: Targets, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(_data: bytes) -> None:
        raise KeyError("finder_group")

    monkeypatch.setattr(targets, "all", [stumbles])
    with pytest.raises(KeyError):
        targets.one(b"\0x")
