"""Faults at exact system calls: some in the test command, every call by `./dubu prove syscalls`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests import proofbook
from tests.faults import syscalls

pytestmark = [
    pytest.mark.usefixtures("state_put_back"),
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.needs_tool("strace"),
    pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux"),
]


@pytest.fixture(scope="module")
def prover(in_memory: Path) -> syscalls.Prover:
    """The three operations, their calls counted."""
    return syscalls.Prover(in_memory, seed=1)


def _sample(prover: syscalls.Prover) -> list[syscalls.Point]:
    """Of every operation and call that it makes, one point with each fault in turn."""
    found: dict[tuple[str, str], list[syscalls.Point]] = {}
    for point in prover.points:
        found.setdefault((point.what, point.call), []).append(point)
    out = []
    for i, key in enumerate(sorted(found)):
        fault = syscalls.FAULTS[i % 3]
        fitting = [p for p in found[key] if p.fault == fault]
        out.append(proofbook.chance(4, i).choice(fitting))
    return out


def test_a_fault_at_one_call_of_each_kind_breaks_no_promise(prover: syscalls.Prover) -> None:
    counts: Counter[str] = Counter()
    sample = _sample(prover)
    for point in sample:
        prover.strike(point, counts)
    assert sum(counts[fault] for fault in syscalls.FAULTS) == len(sample) >= 14
    assert min(counts[fault] for fault in syscalls.FAULTS) >= 4
    assert {p.call for p in prover.points} >= {"write", "pwrite64", "fsync", "rename", "unlink", "ftruncate"}


def test_an_injection_that_does_not_happen_is_noticed(prover: syscalls.Prover) -> None:
    """Planned and not struck is no proof: so strace's --seccomp-bpf once `passed` a whole sweep."""
    with pytest.raises(AssertionError, match="planned and not struck"):
        prover.strike(syscalls.Point("save", "rename", "error=EIO", 5000), Counter())


def test_a_program_that_acknowledges_too_early_is_caught(
    prover: syscalls.Prover, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that says ACK before the action: killed at its writes, some acknowledged record is not there."""
    real = syscalls.Prover.told

    def early(self: Any, what: str) -> dict[str, Any]:
        return real(self, what) | {"early": True}

    monkeypatch.setattr(syscalls.Prover, "told", early)
    points = [p for p in prover.points if p.what == "save" and p.call == "pwrite64" and p.fault == "signal=SIGKILL"]
    caught = 0
    for point in points[:: max(1, len(points) // 6)]:
        try:
            prover.strike(point, Counter())
        except AssertionError as error:
            caught += "an acknowledged record is gone" in str(error)
    assert caught
