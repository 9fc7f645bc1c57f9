"""Photos two by two, 70 mm wide, each with its caption (documents.md §5.13). Bytes go in as they are."""

from __future__ import annotations

import io

from dubu_desktop.domain.papers.blocks import Photo, Photos
from dubu_desktop.errors import DubuError
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.media import Media
from dubu_desktop.export.docx.tables import cell, grid, row, table_properties
from dubu_desktop.export.docx.xml import Form, Ink, one_line, paragraph, w

WIDTH_MM, HEIGHT_MM = 70.0, 90.0
_CAPTION = Ink(size_pt=g.SMALL_PT)


def picture(jpeg: bytes, media: Media, width_mm: float = WIDTH_MM, height_mm: float = HEIGHT_MM) -> str:
    """A run that holds a picture inside these measures; D-504 for what is no JPEG."""
    place = media.next_place()
    wide, high = picture_size(jpeg, place, width_mm, height_mm)
    return w("r", w("drawing", media.inline(jpeg, place, wide, high)))


def picture_size(jpeg: bytes, place: int, width_mm: float, height_mm: float) -> tuple[int, int]:
    """The printed size inside these measures, proportions kept. Raises D-504 for what is no JPEG."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            width, height = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DubuError("D-504", place=place) from error
    scale = min(width_mm / width, height_mm / height) * g.EMU_PER_MM
    return round(width * scale), round(height * scale)


def _photo_cell(photo: Photo, width: int, look: Look, media: Media) -> str:
    drawn = picture(photo.jpeg, media)
    # A line of exact height would cut the picture in Word.
    content = [paragraph(Form(align="center", pitch=0, before=60, keep_next=True), look, drawn)]
    caption = (one_line(photo.caption), _CAPTION)
    content.append(paragraph(Form(align="center", pitch=g.CELL_PITCH), look, caption, mark=_CAPTION))
    return cell(width, *content, centred=False)


def photo_parts(block: Photos, look: Look, media: Media) -> list[str]:
    """A table without rules, two photos to the row."""
    left = g.TEXT_WIDTH // 2
    widths = [left, g.TEXT_WIDTH - left]
    rows = []
    for first in range(0, len(block.photos), 2):
        pair = block.photos[first : first + 2]
        cells = [_photo_cell(photo, widths[place], look, media) for place, photo in enumerate(pair)]
        if len(cells) == 1:
            cells.append(cell(widths[1], paragraph(Form(pitch=g.CELL_PITCH), look)))
        rows.append(row(cells))
    return [w("tbl", table_properties(0), grid(widths), *rows), paragraph(Form(pitch=g.CELL_PITCH), look)]
