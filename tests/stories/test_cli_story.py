"""The story by the command line: in this process, as real processes, and without what Windows lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.cli_story import play
from tests.stories.cliruns import ROOT, Child, in_process
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
def test_the_whole_loop_as_real_processes(machine: Path) -> None:
    """Every call a process of its own, keys at their full cost; stdout is UTF-8 although the locale says nothing."""
    env = {"PATH": os.environ["PATH"], "HOME": str(machine), "DUBU_STATE_DIR": str(machine / "state"), "LC_ALL": "C"}
    run = Child(env)
    play(run, machine / "world")
    assert len(run.calls) > 80


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_whole_loop_without_what_windows_lacks(machine: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "tests.stories.without_posix", str(machine / "world")]
    done = subprocess.run(command, env=env, cwd=machine, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "played"
