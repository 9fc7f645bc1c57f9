"""main.py: what starts when, and how little is imported for it."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path

import pytest

import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, False),
        ({"QT_QPA_PLATFORM": "vnc:size=1366x768"}, True),
        ({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"}, True),
    ],
)
def test_a_screen_on_linux(monkeypatch: pytest.MonkeyPatch, env: dict[str, str], expected: bool) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert main.has_screen() is expected


def test_windows_always_has_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delenv("DISPLAY", raising=False)
    assert main.has_screen()


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Stands in for ui, cli and demo; the list says what was called."""
    import dubu_desktop

    called: list[tuple[object, ...]] = []

    def room(name: str, **functions: object) -> types.ModuleType:
        module = types.ModuleType(f"dubu_desktop.{name}")
        module.__dict__.update(functions)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return module

    app = room("ui.app", main=lambda argv, demo: called.append(("window", *argv)) or 0)
    pictures = room("ui.pictures", take=lambda folder: called.append(("pictures", folder)))
    monkeypatch.setattr(dubu_desktop, "ui", room("ui", app=app, pictures=pictures), raising=False)
    cli = room("cli", main=lambda argv: called.append(("cli", *argv)) or 3)
    monkeypatch.setattr(dubu_desktop, "cli", cli, raising=False)
    steps = {"performance": lambda folder: (step for step in ["5月28日"]), "PASSWORD": "secret"}
    demo = room("demo", **steps, play=lambda folder, progress=None: called.append(("play", folder)))
    monkeypatch.setattr(dubu_desktop, "demo", demo, raising=False)
    return called


def test_run_with_a_screen_opens_the_window(rooms: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "has_screen", lambda: True)
    assert main.main(["run", "x"]) == 0
    assert main.main([]) == 0
    assert rooms == [("window", "x"), ("window",)]


def test_run_without_a_screen_plays_the_demo_in_a_fresh_folder(
    rooms: list[tuple[object, ...]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(main, "has_screen", lambda: False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert main.main(["run"]) == 0
    (folder,) = tmp_path.iterdir()
    assert rooms == [("play", folder), ("pictures", folder)]
    assert str(folder) in capsys.readouterr().out


def test_the_window_makes_its_demo_step_by_step(rooms: list[tuple[object, ...]], tmp_path: Path) -> None:
    work = main.demo_workspace(tmp_path)
    assert next(work) == "5月28日"
    with pytest.raises(StopIteration) as end:
        next(work)
    assert end.value.value == (tmp_path / "office", "secret")


def test_everything_else_is_the_command_line(rooms: list[tuple[object, ...]]) -> None:
    assert main.main(["show", "a", "finding"]) == 3
    assert main.main(["demo"]) == 3
    assert rooms == [("cli", "show", "a", "finding"), ("cli", "demo")]


def test_starting_imports_nothing_heavy() -> None:
    probe = "import sys, main; print(sorted(m for m in sys.modules if m.partition('.')[0] in sys.argv[1:]))"
    heavy = ["PySide6", "sqlalchemy", "docx", "openpyxl", "PIL", "pypinyin", "cryptography", "dubu_desktop"]
    done = subprocess.run([sys.executable, "-c", probe, *heavy], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
