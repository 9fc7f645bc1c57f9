"""The demo as one worker of a run played it, for the files of another: playing it takes ten seconds."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

_OFFERED = "demo-offered"


def offer(factory: pytest.TempPathFactory, folder: Path, state: Path) -> None:
    """A copy of a demo just played, its workspaces closed, and of the marks of its user; it lasts as long as this run.

    It is not there before it is whole.
    """
    made = factory.mktemp("demo-copied")
    shutil.copytree(folder, made / "demo")
    shutil.copytree(state, made / "state")
    made.rename(factory.getbasetemp() / _OFFERED)


def take(factory: pytest.TempPathFactory, folder: Path, state: Path) -> bool:
    """Copy what any worker of this run has offered to these places; False where nobody has yet."""
    own = factory.getbasetemp()
    places = own.parent.glob(f"*/{_OFFERED}") if "PYTEST_XDIST_WORKER" in os.environ else [own / _OFFERED]
    for place in places:
        if place.is_dir():
            shutil.copytree(place / "demo", folder)
            shutil.copytree(place / "state", state, dirs_exist_ok=True)
            return True
    return False
