"""./dubu in made-up folders and with made-up system tools: what it does first, second, as root and as anybody else."""

from __future__ import annotations

import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import missing_packages

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.other_system,
    pytest.mark.skipif(sys.platform == "win32", reason="dubu.cmd 要在 Windows 上试"),
]


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A copy of the start scripts in a folder with a blank and Chinese in its name; the lock is empty."""
    place = tmp_path / "督簿 程序"
    shutil.copytree(ROOT / "tools", place / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "dubu", place / "dubu")
    (place / "requirements.lock").write_text("", encoding="utf-8")
    script(place / "tools" / "missing_packages.py", "")  # nothing is missing; read by Python as a comment
    return place


def ready(place: Path) -> None:
    """An environment as set up before, its Python only says what it is asked to run."""
    script(place / ".venv" / "bin" / "python", 'for word; do printf "%s\\n" "$word"; done')
    shutil.copy2(place / "requirements.lock", place / ".venv" / "dubu.lock")


def start(place: Path, *words: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": path or os.environ["PATH"], "HOME": str(place.parent)}
    command = [place / "dubu", *words]
    return subprocess.run(command, env=env, cwd=place.parent, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize(
    ("words", "program"),
    [
        ((), ["main.py", "run"]),
        (("run", "--page", "问题 1"), ["main.py", "run", "--page", "问题 1"]),
        (("show", "库 1", "finding"), ["main.py", "show", "库 1", "finding"]),
        (("test", "-k", "a or b"), ["tools/dev.py", "test", "-k", "a or b"]),
        (("prove", "kills"), ["tools/dev.py", "prove", "kills"]),
        (("pictures",), ["tools/dev.py", "pictures"]),
    ],
)
def test_words_reach_the_program_unchanged(place: Path, words: tuple[str, ...], program: list[str]) -> None:
    ready(place)
    done = start(place, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [str(place / program[0]), *program[1:]]


def test_second_start_looks_at_nothing_but_the_stamp(place: Path) -> None:
    """With only `cmp` to call, and far below the 0.2 s it may take before Python starts (5 ms where it was written)."""
    ready(place)
    tools = place.parent / "bin"
    tools.mkdir()
    for name in ("sh", "cmp"):
        (tools / name).symlink_to(shutil.which(name))
    seconds = []
    for _ in range(5):
        begun = time.perf_counter()
        done = start(place, "run", path=str(tools))
        seconds.append(time.perf_counter() - begun)
        assert (done.returncode, done.stderr) == (0, "")
    assert statistics.median(seconds) < 0.2


def test_sets_up_once_and_speaks_on_stderr_only(place: Path) -> None:
    script(place / "main.py", "")
    (place / "main.py").write_text("import sys; print(sys.prefix)", encoding="utf-8")
    first = start(place, "show")
    assert first.returncode == 0, first.stderr
    assert first.stdout.strip() == str(place / ".venv")
    assert "第一次启动" in first.stderr
    assert start(place, "show").stderr == ""
    (place / "requirements.lock").write_text("# newer\n", encoding="utf-8")
    assert "第一次启动或更新之后" in start(place, "show").stderr
    assert start(place, "show").stderr == ""


def system_tools(place: Path, user: int) -> str:
    """PATH with a made-up `id` and `apt-get`; what apt-get is told goes to the file `apt` beside the place."""
    tools = place.parent / "bin"
    script(tools / "id", f"echo {user}")
    script(tools / "apt-get", f'echo "$@" >> "{place.parent}/apt"; touch "{place.parent}/installed"')
    script(place / "tools" / "missing_packages.py", "")
    (place / "tools" / "missing_packages.py").write_text(
        f"import os\nprint('' if os.path.exists({str(place.parent / 'installed')!r}) else 'libgl1 fonts-wqy-microhei')",
        encoding="utf-8",
    )
    return f"{tools}:{os.environ['PATH']}"


def test_an_ordinary_user_is_given_the_exact_line(place: Path) -> None:
    done = start(place, "run", path=system_tools(place, user=1000))
    assert done.returncode == 1
    line = "apt-get update && apt-get install -y --no-install-recommends libgl1 fonts-wqy-microhei'"
    assert [text for text in done.stderr.splitlines() if text.endswith(line)]
    assert "管理员" in done.stderr
    assert "administrator" in done.stderr
    assert not (place.parent / "apt").exists()
    assert not (place / ".venv").exists()


def test_root_has_the_missing_installed_and_goes_on(place: Path) -> None:
    (place / "main.py").write_text("print('started')", encoding="utf-8")
    done = start(place, "run", path=system_tools(place, user=0))
    assert (done.returncode, done.stdout) == (0, "started\n"), done.stderr
    assert (place.parent / "apt").read_text(encoding="utf-8").splitlines() == [
        "update -q",
        "install -y -q --no-install-recommends libgl1 fonts-wqy-microhei",
    ]


def test_without_any_python_everything_is_asked_for(place: Path) -> None:
    """The list is then read off the lines of missing_packages.py, by sed."""
    shutil.copy2(ROOT / "tools" / "missing_packages.py", place / "tools" / "missing_packages.py")
    tools = place.parent / "bin"
    script(tools / "id", "echo 1000")
    script(tools / "apt-get", "exit 9")
    for name in ("sh", "cmp", "sed", "tr", "cat", "rm"):
        (tools / name).symlink_to(shutil.which(name))
    script(tools / "apt-cache", "exit 1")
    setup = place / "tools" / "setup.sh"  # looks in /usr/bin by its full path, too: hide that one
    setup.write_text(setup.read_text(encoding="utf-8").replace(" /usr/bin/python3;", ";"), encoding="utf-8")
    done = start(place, "run", path=str(tools))
    assert done.returncode == 1
    names = [name for name, _ in (*missing_packages.LIBRARIES, *missing_packages.FONTS)]
    assert " ".join(["--no-install-recommends python3 python3-venv", *names]) in done.stderr


def test_a_failed_download_leaves_no_stamp(place: Path) -> None:
    (place / "wheelhouse").mkdir()
    (place / "requirements.lock").write_text("no-such-package==1 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")
    done = start(place, "run")
    assert done.returncode == 1
    assert "运行环境没有装全" in done.stderr
    assert not (place / ".venv" / "dubu.lock").exists()


def test_missing_packages_asks_the_loader() -> None:
    assert missing_packages.loads("libc.so.6")
    assert not missing_packages.loads("libno-such-library.so.1")
    assert missing_packages.has_font(":lang=zh-cn")
    assert not missing_packages.has_font(":family=No Such Face")


@pytest.mark.parametrize("given", [("--data", "real"), ("--data=real",)])
def test_the_folder_of_real_files_is_one_word_and_a_whole_path(given, monkeypatch, tmp_path):
    """Else pytest takes it for a folder of tests."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "tools" / "dev.py")
    dev = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "dev", dev)  # dataclasses look their module up
    spec.loader.exec_module(dev)
    monkeypatch.chdir(tmp_path)
    assert dev.joined(["-k", "photos", *given]) == ["-k", "photos", f"--data={tmp_path / 'real'}"]
