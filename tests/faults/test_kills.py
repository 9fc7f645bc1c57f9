"""Thirty-two SIGKILLs in the test command; many more by `./dubu prove kills` (docs/proof/kills.json)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import proofbook
from tests.faults import kills
from tests.world import cheap_keys


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
def test_thirty_two_kills_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    result = kills.prove(tmp_path, 32, seed=7)
    assert result.kills == {"save": 8, "export": 8, "import": 8, "backup": 8}
    assert sum(result.landed.values()) == 32
    assert result.rebuilt >= 3
    assert result.acknowledged["save"] > 0


def test_the_long_proof_on_record() -> None:
    """What docs/proof/kills.json says was run in full and says so of itself."""
    said = proofbook.read(proofbook.FOLDER / "kills.json")
    counts = said["counts"]
    assert said["n"] == sum(counts["kills"].values()) == sum(counts["landed"].values()) >= 300
    assert set(counts["kills"]) <= set(kills.OPERATIONS)
