"""The story by the command line: in this process, as real processes, and without what Windows lacks."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dubu_desktop.db import keys
from tests.stories.cli_story import play
from tests.stories.cliruns import ROOT, Child, Ran, in_process
from tests.world import cheap_keys


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's state folder of its own."""
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    return tmp_path


def test_the_whole_loop(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_keys(monkeypatch)
    play(in_process, machine / "world")
    assert os.listdir(machine / "world" / "stick")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_whole_loop_as_real_processes(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command and each verb as a process of its own the first time, keys at their full cost; stdout is UTF-8
    although the locale says nothing. What is said again is said in this process: the two take turns on a workspace.
    This process works a password out once for each salt and cost, every other one anew.
    """
    monkeypatch.setattr(keys, "_derive", functools.cache(keys._derive))
    env = {"PATH": os.environ["PATH"], "HOME": str(machine), "DUBU_STATE_DIR": str(machine / "state"), "LC_ALL": "C"}
    child = Child(env)
    said: set[tuple[str, ...]] = set()

    def run(*arguments: str) -> Ran:
        what = (arguments[0], *arguments[2:3]) if arguments[0] in ("do", "show") else arguments[:1]
        first = what not in said
        said.add(what)
        return child(*arguments) if first else in_process(*arguments)

    play(run, machine / "world")
    assert len(child.calls) > 40
    assert {"init", "do", "show", "export", "import", "check", "print", "ledger"} <= {call[0] for call in child.calls}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_whole_loop_without_what_windows_lacks(machine: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "tests.stories.without_posix", str(machine / "world")]
    done = subprocess.run(command, env=env, cwd=machine, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "played"
