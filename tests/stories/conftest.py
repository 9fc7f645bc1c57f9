"""The world of the stories: made once per test process, copied for every test, with a state folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.exchange import Place
from tests.world import World, cheap_keys


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Office and groups 01 and 02 that have exchanged once: folder `world`, marks in `state`."""
    root = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        World(root / "world").close()
    return root


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
