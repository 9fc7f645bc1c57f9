"""The child's side of what goes back: the workbook as it came, with reasons written into one column. Child only.

The unit gets its own file again, pictures and all; nothing but the cells of that column changes. So the sheet is not
parsed and written anew (which would lose what we do not know) but edited where the cells stand. The colour comes from
the conditional format that our 反馈表 was sent out with.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from dubu_desktop.errors import DubuError
from dubu_desktop.system.childside import Emit

#: a sheet that is edited is held in memory
_MAX_SHEET = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".wdp")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(/>|>)")
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})\d{1,7}[\"']")
_STYLE = re.compile(rb"\bs\s*=\s*[\"'](\d{1,7})[\"']")
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: {part of the sheet: (letters of the column, {row: reason; "" empties the cell})}
Marks = Mapping[str, tuple[str, Mapping[int, str]]]


def mark(source: BinaryIO, marks: Marks, emit: Emit) -> Iterator[bytes]:
    """The bytes of the workbook with the reasons in it. ValueError for a row that cannot be found in its sheet."""
    sink = _Sink()
    source.seek(0)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(sink, "w") as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if _is_picture(part.filename) else zipfile.ZIP_DEFLATED
            with old.open(part) as stream:
                if part.filename in marks:
                    new.writestr(entry, _edited(stream.read(_MAX_SHEET + 1), *marks[part.filename]))
                    continue
                with new.open(entry, "w", force_zip64=True) as out:
                    while piece := stream.read(_CHUNK):
                        out.write(piece)
                        emit.progress(0, 1)
                        yield from sink.take()
            yield from sink.take()
    yield from sink.take()


def _is_picture(name: str) -> bool:
    return name.lower().endswith(_PICTURES)


class _Sink(io.RawIOBase):
    """What the new package is written to: bytes wait here until they are sent."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self._waiting += memoryview(data)  # type: ignore[arg-type]
        return memoryview(data).nbytes  # type: ignore[arg-type]

    def take(self) -> Iterator[bytes]:
        data = bytes(self._waiting)
        self._waiting.clear()
        for at in range(0, len(data), _CHUNK):
            yield data[at : at + _CHUNK]


def _edited(sheet: bytes, column: str, reasons: Mapping[int, str]) -> bytes:
    """The XML of the sheet with the cells of `column` given their reasons."""
    if len(sheet) > _MAX_SHEET:
        raise DubuError("D-411", name="", what="工作表", limit="64 MB")
    for row, reason in reasons.items():
        head = re.search(rb"<((?:\w+:)?)row\b[^>]*?\br\s*=\s*[\"']%d[\"'][^>]*?(/?)>" % row, sheet)
        if head is None:
            raise ValueError("no such row")
        prefix, inside_at = head[1], head.end()
        end = inside_at if head[2] else sheet.find(b"</" + prefix + b"row>", inside_at)
        if end < 0:
            raise ValueError("a row without an end")
        inside = _row(sheet[inside_at:end], prefix, column, row, reason)
        if head[2]:
            opened = head[0][:-2] + b">"
            sheet = sheet[: head.start()] + opened + inside + b"</" + prefix + b"row>" + sheet[head.end() :]
        else:
            sheet = sheet[:inside_at] + inside + sheet[end:]
    return sheet


def _row(cells: bytes, prefix: bytes, column: str, row: int, reason: str) -> bytes:
    """The cells of a row with the one of `column` put in its place, its style kept."""
    wanted = column.encode("ascii")
    at, end, style = len(cells), len(cells), b""
    for cell in _CELL.finditer(cells):
        place = _PLACE.search(cell[1])
        if place is None or _order(place[1]) < _order(wanted):
            continue
        at = end = cell.start()
        if place[1] == wanted:
            closing = b"</" + prefix + b"c>"
            end = cell.end() if cell[2] == b"/>" else cells.find(closing, cell.end()) + len(closing)
            style = _STYLE.search(cell[1])[0] if _STYLE.search(cell[1]) else b""  # type: ignore[index]
        break
    head = b'<%sc r="%s%d" %s' % (prefix, wanted, row, style)
    made = head.rstrip() + b"/>"
    if reason:
        text = _FORBIDDEN.sub("", reason).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
        inside = b'<%sis><%st xml:space="preserve">%s</%st></%sis>' % (prefix, prefix, text, prefix, prefix)
        made = b'%s t="inlineStr">%s</%sc>' % (head.rstrip(), inside, prefix)
    return cells[:at] + made + cells[end:]


def _order(letters: bytes) -> tuple[int, bytes]:
    return len(letters), letters
