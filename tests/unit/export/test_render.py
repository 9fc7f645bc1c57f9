"""The renderer: its folder, its child, its errors."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from dubu_desktop.domain.papers.bulletin import bulletin
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.export import render, soffice
from dubu_desktop.export.docx import paper_bytes
from tests.unit.export.geometry import pages
from tests.unit.export.samples import bulletin_data

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the Linux kernel")


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Renderings of these tests lie in a folder of their own, so that nobody else's are counted or swept."""
    memory = tmp_path / "shm"
    memory.mkdir()
    monkeypatch.setattr(render, "_MEMORY", memory)
    return render.renderer_root()


def stand_in(folder: Path, script: str) -> Path:
    """A program in LibreOffice's place; it is called with the same arguments."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_without_libreoffice_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBU_SOFFICE", "")
    assert soffice.find_soffice() is None
    with pytest.raises(DubuError) as caught:
        render.render_pdf(b"")
    assert caught.value.code == "D-501"
    assert "WPS" in caught.value.sentence


@linux_only
def test_what_is_cancelled_ends_with_all_it_started_and_was_told_on_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    pid_file = tmp_path / "pid"
    program = stand_in(tmp_path, f"sleep 60 & echo $! > {pid_file}; echo x > paper0.pdf; wait")
    monkeypatch.setenv("DUBU_SOFFICE", str(program))
    told: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        render.render_pdfs(
            [b"x", b"y"], on_progress=lambda *at: told.append(at), cancelled=lambda: (1, 2) in told and len(told) > 1
        )
    assert told[-1] == (1, 2)
    assert not list(root.iterdir())
    _is_gone(int(pid_file.read_text()))


@linux_only
def test_a_hanging_child_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    pid_file = tmp_path / "pid"
    program = stand_in(tmp_path, f"sleep 60 & echo $! > {pid_file}; wait")
    monkeypatch.setenv("DUBU_SOFFICE", str(program))
    began = time.monotonic()
    with pytest.raises(DubuError) as caught:
        render.render_pdf(b"x", timeout=1)
    assert caught.value.code == "D-502"
    assert time.monotonic() - began < 10
    _is_gone(int(pid_file.read_text()))
    assert list(root.iterdir()) == []


def _is_gone(pid: int) -> None:
    """A process that was ended; it may take a moment until the system has cleared it away."""
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and _state(pid) != "Z" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists() or _state(pid) == "Z"


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@linux_only
@pytest.mark.parametrize("script", ["exit 0", "exit 3", "touch paper.pdf"])
def test_a_child_that_makes_nothing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path, script: str
) -> None:
    monkeypatch.setenv("DUBU_SOFFICE", str(stand_in(tmp_path, script)))
    with pytest.raises(DubuError) as caught:
        render.render_pdf(b"x")
    assert caught.value.code == "D-503"
    assert list(root.iterdir()) == []


@linux_only
def test_the_child_sees_only_its_own_folder_and_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    program = stand_in(
        tmp_path, f"env > {seen}; cat /proc/self/net/dev >> {seen}; cat profile/user/*.xcu >> {seen}; pwd"
    )
    monkeypatch.setenv("DUBU_SOFFICE", str(program))
    monkeypatch.setenv("SECRET_OF_THE_PARENT", "canary")
    with pytest.raises(DubuError):
        render.render_pdf(b"x")
    text = seen.read_text(encoding="utf-8")
    assert "canary" not in text
    if soffice._no_network():
        devices = {
            line.partition(":")[0].strip() for line in text.splitlines() if re.match(r" *[a-z0-9]+: +[0-9]", line)
        }
        assert devices <= {"lo"}
    folders = {line.partition("=")[2] for line in text.splitlines() if line.startswith(("HOME=", "TMPDIR=", "XDG_"))}
    assert len(folders) == 1
    assert folders.pop().startswith(str(tmp_path / "shm"))
    assert 'oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true' in text
    assert 'oor:name="DisableMacrosExecution" oor:op="fuse"><value>true' in text


def test_the_folder_is_private_and_not_anybodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    if sys.platform != "win32":
        assert root.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    root.rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    root.symlink_to(elsewhere, target_is_directory=True)
    assert render.renderer_root() == tmp_path / "state" / "render"


@linux_only
def test_sweep_takes_what_a_killed_program_left_and_leaves_what_is_in_use(root: Path) -> None:
    dead = subprocess.Popen(["sleep", "60"])
    left = root / f"{dead.pid}-{render._birth(dead.pid)}-aa"
    left.mkdir()
    (left / "paper.docx").write_bytes(b"canary")
    orphan = subprocess.Popen(["sh", "-c", "sleep 60; true", f"-env:UserInstallation=file://{left}/profile"])
    while not Path(f"/proc/{orphan.pid}/cmdline").read_bytes():
        time.sleep(0.001)  # Popen returns a moment before the kernel knows the words of the new program
    assert render.sweep() == 0
    assert left.exists()
    dead.kill()
    dead.wait()
    recycled = root / f"{os.getpid()}-1-bb"  # our number, but the process of that number then began at another time
    recycled.mkdir()
    with render._own_folder() as mine:
        (mine / "paper.docx").write_bytes(b"")
        assert render.sweep() == 2
        assert mine.exists()
    assert orphan.wait(5) == -9
    assert list(root.iterdir()) == []


@pytest.mark.needs_libreoffice
def test_a_paper_becomes_pictures_and_the_folder_is_empty_again(root: Path) -> None:
    pdf = render.render_pdf(paper_bytes(bulletin(bulletin_data(1))))
    pictures = list(render.page_pictures(pdf, 50))
    assert len(pictures) == len(pages(pdf)) == 4
    for picture in pictures:
        with Image.open(io.BytesIO(picture)) as image:
            assert image.format == "PNG"
            assert image.size == pytest.approx((413, 585), abs=2)
    assert list(root.iterdir()) == []


@pytest.mark.needs_libreoffice
@pytest.mark.needs_tool("strace")
@linux_only
def test_the_word_processor_opens_no_network_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """contracts.md §7: AF_UNIX inside the word processor is allowed, AF_INET and AF_INET6 are not."""
    program = soffice.find_soffice()
    log = tmp_path / "calls"
    wrapped = stand_in(tmp_path, f'exec strace -f -qq -e trace=socket,listen -o {log} {program} "$@"')
    monkeypatch.setenv("DUBU_SOFFICE", str(wrapped))
    assert render.render_pdf(paper_bytes(bulletin(bulletin_data(1)))).startswith(b"%PDF")
    calls = log.read_text(encoding="utf-8")
    assert "AF_INET" not in calls
    assert "socket(" in calls


@pytest.mark.needs_libreoffice
def test_hostile_text_is_laid_out_as_characters() -> None:
    text = "{{7*7}}<w:t>&amp;http://example.invalid/x.png"
    pdf = render.render_pdf(paper_bytes(bulletin(bulletin_data(1, addressees=(text,)))))
    assert text in "".join(line.text for line in pages(pdf)[0].lines)


def test_importing_the_room_brings_in_no_heavy_library() -> None:
    """The window starts without python-docx, openpyxl, Pillow and pdfium; they come with the first paper."""
    code = (
        "import sys, dubu_desktop.export.docx, dubu_desktop.export.render, dubu_desktop.export.xlsx.ledger, "
        "dubu_desktop.export.xlsx.marked, dubu_desktop.domain.papers.bulletin\n"
        "print(*{'docx', 'lxml', 'openpyxl', 'PIL', 'pypdfium2'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
