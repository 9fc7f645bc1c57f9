"""What a paper costs, by its causes and not by the clock: nothing is made twice that papers share."""

from __future__ import annotations

import io
import zipfile

from dubu_desktop.export.docx import package, paper_bytes, xml
from tests.unit.export import dossiers


def test_the_frame_is_made_once_for_papers_of_a_format() -> None:
    package.frame.cache_clear()
    for count in (1, 5, 9):
        paper_bytes(dossiers.paper("bulletin", count))
    assert package.frame.cache_info().misses == 1


def test_properties_are_made_once_however_long_the_paper() -> None:
    def made(count: int) -> int:
        xml.run_properties.cache_clear()
        xml.paragraph_properties.cache_clear()
        paper_bytes(dossiers.paper("bulletin", count))
        return xml.run_properties.cache_info().misses + xml.paragraph_properties.cache_info().misses

    # a table cell of a longer text may want one form more; ten times the findings want no ten times the properties
    assert made(60) <= made(6) + 3


def test_print_copies_go_in_as_they_are_and_each_once() -> None:
    with zipfile.ZipFile(io.BytesIO(paper_bytes(dossiers.paper("bulletin", 4, 8)))) as archive:
        pictures = [entry for entry in archive.infolist() if entry.filename.startswith("word/media/")]
    assert {entry.compress_type for entry in pictures} == {zipfile.ZIP_STORED}
    assert len(pictures) == 2  # eight photos of two files


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert paper_bytes(dossiers.paper("close_out_form", 1, 1)) == paper_bytes(dossiers.paper("close_out_form", 1, 1))
