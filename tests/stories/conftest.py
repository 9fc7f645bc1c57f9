"""The world of the stories: made once per test process, copied for every test, with a state folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.exchange import Place
from tests.world import cheap_keys, made_once


@pytest.fixture(scope="session")
def template() -> Path:
    """Office and groups 01 and 02 that have exchanged once: folder `world`, marks in `state`."""
    return made_once(("01", "02"))


@pytest.fixture
def place(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A copy of the template, all workspaces open."""
    cheap_keys(monkeypatch)
    shutil.copytree(template / "state", tmp_path / "state")
    shutil.copytree(template / "world", tmp_path / "world")
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    made = Place(tmp_path / "world", monkeypatch)
    yield made
    made.close()
