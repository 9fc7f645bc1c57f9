"""The .xlsx around a sheet, written as a stream: constant memory and no temporary file.

openpyxl would lay every sheet in a plain file in the system's temporary folder while it writes, where record text must
not be (contracts.md §7); a workbook of plain cells is five small XML parts. openpyxl reads it back in the tests.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from dubu_desktop.export.xlsx.sheet import Sheet, SheetWriter, overflow_sheet
from dubu_desktop.export.xlsx.styles import STYLES
from dubu_desktop.system.files import write_atomic

_CHUNK = 1 << 16


class _Sink(io.RawIOBase):
    """What the zip writer writes to: bytes wait here until they are taken. It cannot seek, so nothing is kept."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.waiting += memoryview(data)  # type: ignore[arg-type]
        return memoryview(data).nbytes  # type: ignore[arg-type]

    def take(self) -> bytes:
        data = bytes(self.waiting)
        self.waiting.clear()
        return data


@dataclass(frozen=True, slots=True)
class Page:
    """One worksheet: its name, its XML piece by piece, and the rows repeated at the top of each printed page."""

    name: str
    parts: Iterable[str]
    title_rows: str = "$1:$1"


def workbook_chunks(sheet: Sheet) -> Iterator[bytes]:
    """The bytes of the .xlsx, chunk by chunk, while the rows are read."""

    def pages() -> Iterator[Page]:
        yield Page(sheet.name, SheetWriter(sheet).parts())
        if sheet.overflow:
            rest = overflow_sheet(sheet)
            yield Page(rest.name, SheetWriter(rest).parts())

    return pages_chunks(pages(), STYLES)


def pages_chunks(pages: Iterable[Page], styles: str) -> Iterator[bytes]:
    """The bytes of a workbook of these worksheets, chunk by chunk; each is asked for when the one before is written."""
    sink = _Sink()
    written: list[Page] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, page in enumerate(pages, start=1):
            yield from _member(archive, sink, f"xl/worksheets/sheet{number}.xml", page.parts)
            written.append(page)
        for name, text in _fixed_parts(written, styles):
            archive.writestr(_entry(name), text)
    yield sink.take()


def _entry(name: str) -> zipfile.ZipInfo:
    # A fixed time: the same ledger gives the same bytes, and the file does not say when it was printed.
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _member(archive: zipfile.ZipFile, sink: _Sink, name: str, parts: Iterable[str]) -> Iterator[bytes]:
    with archive.open(_entry(name), "w", force_zip64=True) as member:
        waiting: list[str] = []
        size = 0
        for part in parts:
            waiting.append(part)
            size += len(part)
            if size > _CHUNK:
                member.write("".join(waiting).encode())
                waiting, size = [], 0
                yield sink.take()
        member.write("".join(waiting).encode())


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _fixed_parts(sheets: Sequence[Page], styles: str) -> Iterator[tuple[str, str]]:
    places = range(1, len(sheets) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KIND}.worksheet+xml"/>' for n in places
    )
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>{kinds}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    )
    yield (
        "_rels/.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in places
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{targets}'
        f'<Relationship Id="rId99" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    )
    entries = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" r:id="rId{n}"/>' for n, sheet in enumerate(sheets, 1)
    )
    # The header row at the top of each printed page.
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">{escape(_quoted(sheet.name))}!{sheet.title_rows}'
        "</definedName>"
        for n, sheet in enumerate(sheets)
    )
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{entries}</sheets>'
        f"<definedNames>{titles}</definedNames></workbook>",
    )
    yield "xl/styles.xml", styles


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def save(sheet: Sheet, target: Path | BinaryIO) -> None:
    """Write a workbook of one sheet to a path, whole or not at all, or into an open stream. Raises D-6xx (disk)."""
    if isinstance(target, Path):
        write_atomic(target, workbook_chunks(sheet))
        return
    for chunk in workbook_chunks(sheet):
        target.write(chunk)
