"""docx -> PDF -> page pictures, inside the one folder where record text may lie in the clear (contracts.md §7).

The folder is in memory where the system has such a place. Each rendering has a folder of its own, named after the
process that owns it; it is removed when the rendering ends, and `sweep`, called at start, removes what a killed
program left, its LibreOffice included.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dubu_desktop.errors import DubuError
from dubu_desktop.export.soffice import TIMEOUT_S, convert_to_pdf, find_soffice
from dubu_desktop.system.child import IsCancelled, OnProgress
from dubu_desktop.system.paths import state_dir

_MEMORY = Path("/dev/shm")
_DPI = 72  # PDF units to the inch
# pdfium is not made for two threads at a time.
PDFIUM = threading.Lock()


def renderer_root() -> Path:
    """The folder all renderings of this user lie in: private, made if missing, in memory where possible."""
    if sys.platform != "win32" and os.access(_MEMORY, os.W_OK):
        root = _MEMORY / f"dubu-render-{os.getuid()}"
        root.mkdir(mode=0o700, exist_ok=True)
        info = root.lstat()
        # Somebody else may have made the name first to read along, or to point it elsewhere.
        if info.st_uid == os.getuid() and not root.is_symlink() and not info.st_mode & 0o077:
            return root
    root = state_dir() / "render"
    root.mkdir(mode=0o700, exist_ok=True)
    return root


def _birth(pid: int) -> str | None:
    """When the process began, as the kernel counts: tells a process from a later one with its number. None: gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    return stat.rpartition(b")")[2].split()[19].decode()


@contextmanager
def _own_folder() -> Iterator[Path]:
    name = f"{os.getpid()}-{_birth(os.getpid()) or '0'}-{secrets.token_hex(8)}"
    folder = renderer_root() / name
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_use(folder: Path) -> bool:
    """True while the process that owns `folder` lives. Windows keeps open files from being removed by itself."""
    pid, _, rest = folder.name.partition("-")
    return pid.isdigit() and _birth(int(pid)) is not None and _birth(int(pid)) == rest.partition("-")[0]


def _end_orphans(folder: Path) -> None:
    """End processes whose command line names `folder`: LibreOffice outlives a parent that was killed."""
    mark = os.fsencode(folder)
    for entry in Path("/proc").iterdir() if sys.platform.startswith("linux") else ():
        if entry.name.isdigit():
            try:
                if mark in (entry / "cmdline").read_bytes():
                    os.kill(int(entry.name), signal.SIGKILL)
            except OSError:
                continue


def sweep() -> int:
    """Remove what renderings of dead processes left behind. Called at start; returns how many folders went."""
    removed = 0
    for folder in renderer_root().iterdir():
        if not _in_use(folder):
            _end_orphans(folder)
            shutil.rmtree(folder, ignore_errors=True)
            removed += not folder.exists()
    return removed


def render_pdf(docx: bytes, *, timeout: float = TIMEOUT_S) -> bytes:
    """The PDF of a paper, laid out by LibreOffice. Only for files this program wrote.

    Raises D-501 (no LibreOffice here), D-502 (`timeout` seconds passed), D-503 (it made nothing).
    """
    return render_pdfs([docx], timeout=timeout)[0]


def render_pdfs(
    papers: Sequence[bytes],
    *,
    timeout: float = TIMEOUT_S,
    on_progress: OnProgress | None = None,
    cancelled: IsCancelled | None = None,
) -> list[bytes]:
    """As `render_pdf` for several papers in one run of LibreOffice, which starts slower than it lays out. Cancelled."""
    program = find_soffice()
    if program is None:
        raise DubuError("D-501")
    with _own_folder() as folder:
        sources = [folder / f"paper{place}.docx" for place in range(len(papers))]
        for source, docx in zip(sources, papers, strict=True):
            source.write_bytes(docx)
        made = convert_to_pdf(program, sources, folder, timeout, on_progress=on_progress, cancelled=cancelled)
        return [pdf.read_bytes() for pdf in made]


def page_pictures(pdf: bytes, dpi: int = 96) -> Iterator[bytes]:
    """Each page of `pdf` as a PNG, one at a time, so that a hundred pages need the memory of one."""
    import pypdfium2

    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        count = len(document)
    try:
        for place in range(count):
            stream = io.BytesIO()
            with PDFIUM:
                page = document[place]
                picture = page.render(scale=dpi / _DPI).to_pil()
                page.close()
            picture.save(stream, "PNG", dpi=(dpi, dpi))
            yield stream.getvalue()
    finally:
        with PDFIUM:
            document.close()
