"""The record of a long proof goes on where it stopped, counts what was really done, and keeps what failed."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import proofbook, prove


class Trials:
    """A made-up proof: counts what it is asked to do; may fail or be interrupted at one trial."""

    def __init__(self, fails: int = -1, with_: BaseException | None = None, faults: int = 1) -> None:
        self.fails, self.with_, self.faults = fails, with_, faults
        self.done: list[int] = []

    def __call__(self, first: int, count: int) -> dict[str, Any]:
        for trial in range(first, first + count):
            if trial == self.fails:
                raise self.with_ or AssertionError("lost")
            self.done.append(trial)
        kinds = {"flip": count, "cut": 0}
        return {"trials": count, "faults": self.faults * count, "kinds": kinds, "max rss": 100 - first}


def told(tmp_path: Path, n: int, seed: int = 1, minutes: float | None = None) -> proofbook.Options:
    return proofbook.Options(n, seed, tmp_path / "proof" / "x.json", minutes, quiet=True)


def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    one, two = Trials(), Trials()
    assert proofbook.run("x", one, told(tmp_path, 10), size=4) == 0
    assert proofbook.run("x", two, told(tmp_path, 25, seed=2), size=4) == 0
    assert one.done == list(range(10))
    assert two.done == list(range(10, 25))
    said = proofbook.read(tmp_path / "proof" / "x.json")
    assert said["n"] == 25
    assert said["counts"] == {"trials": 25, "faults": 25, "kinds": {"flip": 25, "cut": 0}, "max rss": 100}
    assert [(r["first"], r["last"], r["seed"]) for r in said["runs"]] == [(0, 9, 1), (10, 24, 2)]
    assert said["failure rate below (95 %)"] == 0.12
    assert all(set(r) >= {"commit", "seconds", "python"} for r in said["runs"])


def test_what_is_on_record_is_not_done_again(tmp_path: Path) -> None:
    proofbook.run("x", Trials(), told(tmp_path, 5))
    before = (tmp_path / "proof" / "x.json").read_text()
    again = Trials()
    assert proofbook.run("x", again, told(tmp_path, 5)) == 0
    assert again.done == []
    assert (tmp_path / "proof" / "x.json").read_text() == before


def test_a_failure_stays_on_record_and_the_trial_is_tried_again(tmp_path: Path, capsys: Any) -> None:
    assert proofbook.run("x", Trials(fails=7), told(tmp_path, 10), size=2) == 1
    said = proofbook.read(tmp_path / "proof" / "x.json")
    assert said["n"] == said["counts"]["trials"] == 6
    assert said["failures"][0]["trials from"] == 6
    assert "lost" in said["failures"][0]["what"]
    assert "failure rate below (95 %)" not in said
    mended = Trials()
    assert proofbook.run("x", mended, told(tmp_path, 10), size=2) == 1  # it did fail once: not to be passed over
    assert mended.done == [6, 7, 8, 9]


def test_a_failure_that_is_mended_stays_on_record_as_such(tmp_path: Path, capsys: Any) -> None:
    proofbook.run("x", Trials(fails=7), told(tmp_path, 10), size=3)
    again = Trials()
    assert proofbook.run("x", again, replace(told(tmp_path, 10), mended="the lid was open"), size=3) == 0
    assert again.done == [6, 7, 8, 9]
    said = proofbook.read(tmp_path / "proof" / "x.json")
    assert (said["n"], said["failures"]) == (10, [])
    assert [(f["trials from"], f["mended"]) for f in said["mended"]] == [(6, "the lid was open")]
    assert proofbook.run("x", Trials(), told(tmp_path, 12)) == 0
    assert len(proofbook.read(tmp_path / "proof" / "x.json")["mended"]) == 1
    assert proofbook.options("x", ["--mended", "so"], n=3).mended == "so"


def test_ctrl_c_keeps_what_was_done(tmp_path: Path) -> None:
    assert proofbook.run("x", Trials(fails=5, with_=KeyboardInterrupt()), told(tmp_path, 9)) == 130
    said = proofbook.read(tmp_path / "proof" / "x.json")
    assert (said["n"], said["failures"]) == (5, [])
    assert not [p for p in (tmp_path / "proof").iterdir() if p.name != "x.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM to oneself on Windows")
def test_being_told_to_end_keeps_what_was_done(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def batch(first: int, count: int) -> dict[str, Any]:
        if first == 4:
            os.kill(os.getpid(), signal.SIGTERM)
        return {"trials": count, "faults": count}

    assert proofbook.run("x", batch, told(tmp_path, 9)) == 130
    assert proofbook.read(tmp_path / "proof" / "x.json")["n"] in (4, 5)
    assert signal.getsignal(signal.SIGTERM) == before


def test_trials_without_faults_prove_nothing(tmp_path: Path) -> None:
    assert proofbook.run("x", Trials(faults=0), told(tmp_path, 5)) == 1
    assert proofbook.read(tmp_path / "proof" / "x.json")["n"] == 0
    assert proofbook.run("x", lambda first, count: {"trials": 0, "faults": 3}, told(tmp_path, 5)) == 1


def test_a_limit_of_time_stops_it_between_two_batches(tmp_path: Path) -> None:
    assert proofbook.run("x", Trials(), told(tmp_path, 9, minutes=-1.0)) == 0
    assert proofbook.read(tmp_path / "proof" / "x.json")["n"] == 0


def test_options_and_fresh(tmp_path: Path) -> None:
    out = tmp_path / "x.json"
    proofbook.run("x", Trials(), proofbook.Options(3, 1, out, quiet=True))
    said = proofbook.options("x", ["--n", "7", "--seed", "5", "--out", str(out)], n=100)
    assert (said.n, said.seed, said.out, said.minutes) == (7, 5, out, None)
    assert out.exists()
    assert proofbook.options("x", ["--fresh", "--out", str(out)], n=100).n == 100
    assert not out.exists()
    assert proofbook.options("kills", [], n=9).out == proofbook.FOLDER / "kills.json"


def test_the_dice_of_a_trial_depend_on_nothing_else() -> None:
    one = [proofbook.chance(1, i).random() for i in range(3)]
    assert proofbook.chance(1, 2).random() == one[2]
    assert len({*one, proofbook.chance(2, 0).random(), proofbook.chance(1, 0, "other").random()}) == 5


def test_every_proof_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert prove.main([]) == prove.main(["nothing"]) == 2
    assert "kills" in capsys.readouterr().err
    called: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(prove, "_prove", lambda name, argv: called.append((name, list(argv))) or int(name == "kills"))
    assert prove.main(["kills", "--n", "3"]) == 1
    assert prove.main(["all", "--seed", "4"]) == 1
    assert called == [("kills", ["--n", "3"]), *((name, ["--seed", "4"]) for name in prove.PROOFS)]


def test_records_kept_are_of_this_form() -> None:
    kept = sorted(proofbook.FOLDER.glob("*.json"))
    assert kept
    for path in kept:
        said = json.loads(path.read_text(encoding="utf-8"))
        assert said["proof"] == path.stem
        assert said["n"] == said["counts"]["trials"] == sum(r["last"] - r["first"] + 1 for r in said["runs"])
        assert said["counts"]["faults"] > 0
        assert said["failures"] == []
