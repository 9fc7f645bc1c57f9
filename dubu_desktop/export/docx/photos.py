"""Photos two by two, 70 mm wide, each with its caption (documents.md §5.13). Bytes go in as they are."""

from __future__ import annotations

import io
from typing import Any

from docx.parts.story import StoryPart
from docx.shared import Emu

from dubu_desktop.domain.papers.blocks import Photo, Photos
from dubu_desktop.errors import DubuError
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.tables import cell, grid, row, table_properties
from dubu_desktop.export.docx.xml import Form, Ink, one_line, paragraph, w

WIDTH_MM, HEIGHT_MM = 70.0, 90.0
_CAPTION = Ink(size_pt=g.SMALL_PT)


class Counter:
    """Counts the photos of a paper, so that one that is no picture can be named by its place."""

    def __init__(self) -> None:
        self.place = 0

    def next(self) -> int:
        """The place of the next photo, from 1."""
        self.place += 1
        return self.place


def picture(
    jpeg: bytes, story: StoryPart, counter: Counter, width_mm: float = WIDTH_MM, height_mm: float = HEIGHT_MM
) -> Any:
    """A run that holds a picture inside these measures. Drawings are numbered, or Word may call the file damaged."""
    place = counter.next()
    wide, high = picture_size(jpeg, place, width_mm, height_mm)
    inline = story.new_pic_inline(io.BytesIO(jpeg), wide, high)
    inline.docPr.set("id", str(place))
    return w("r", w("drawing", inline))


def picture_size(jpeg: bytes, place: int, width_mm: float, height_mm: float) -> tuple[Emu, Emu]:
    """The printed size inside these measures, proportions kept. Raises D-504 for what is no JPEG."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            width, height = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DubuError("D-504", place=place) from error
    scale = min(width_mm / width, height_mm / height) * g.EMU_PER_MM
    return Emu(round(width * scale)), Emu(round(height * scale))


def _photo_cell(photo: Photo, counter: Counter, width: int, look: Look, story: StoryPart) -> Any:
    drawn = picture(photo.jpeg, story, counter)
    # A line of exact height would cut the picture in Word.
    content = [paragraph(Form(align="center", pitch=0, before=60, keep_next=True), look, drawn)]
    caption = (one_line(photo.caption), _CAPTION)
    content.append(paragraph(Form(align="center", pitch=g.CELL_PITCH), look, caption, mark=_CAPTION))
    return cell(width, *content, centred=False)


def photo_parts(block: Photos, look: Look, story: StoryPart, counter: Counter) -> list[Any]:
    """A table without rules, two photos to the row."""
    left = g.TEXT_WIDTH // 2
    widths = [left, g.TEXT_WIDTH - left]
    rows = []
    for first in range(0, len(block.photos), 2):
        pair = block.photos[first : first + 2]
        cells = [_photo_cell(photo, counter, widths[place], look, story) for place, photo in enumerate(pair)]
        if len(cells) == 1:
            cells.append(cell(widths[1], paragraph(Form(pitch=g.CELL_PITCH), look)))
        rows.append(row(cells))
    return [w("tbl", table_properties(0), grid(widths), *rows), paragraph(Form(pitch=g.CELL_PITCH), look)]
