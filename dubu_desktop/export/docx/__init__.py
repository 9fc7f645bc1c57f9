"""A `Paper` as a .docx by GB/T 9704-2012. python-docx is imported at the first paper, not at start."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from dubu_desktop.domain.papers.blocks import Paper
from dubu_desktop.export.docx.fonts import WINDOWS, FontProfile
from dubu_desktop.export.docx.geometry import PRACTICE, PageProfile
from dubu_desktop.system.files import write_atomic


def paper_bytes(paper: Paper, *, profile: FontProfile = WINDOWS, page: PageProfile = PRACTICE) -> bytes:
    """The .docx of `paper`: typefaces by name from `profile`, margins from `page`. D-504: a photo is no picture."""
    from dubu_desktop.export.docx.look import Look
    from dubu_desktop.export.docx.writer import build

    return build(paper, Look(profile, page))


def write_paper(
    paper: Paper, target: Path | BinaryIO, *, profile: FontProfile = WINDOWS, page: PageProfile = PRACTICE
) -> None:
    """Write the .docx of `paper` to a path (whole or not at all) or into an open stream.

    Raises D-504 (a print copy is no picture) or D-6xx (disk); then the old file is as it was.
    """
    data = paper_bytes(paper, profile=profile, page=page)
    if isinstance(target, Path):
        write_atomic(target, data)
    else:
        target.write(data)
