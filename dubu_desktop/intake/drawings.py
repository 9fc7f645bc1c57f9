"""The child's side of pictures in a workbook: which picture lies in which row. Child only.

Pictures hang on a sheet in three ways: floating over it (xl/drawings, anchored to a cell), inside a cell as WPS writes
it (a DISPIMG formula that names an entry of xl/cellimages.xml), inside a cell as Excel 365 writes it (rich values). A
picture file used in several rows belongs to each of them. Nothing is decoded here.
"""

from __future__ import annotations

import bisect
import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from defusedxml.ElementTree import fromstring

from dubu_desktop.errors import DubuError

#: parts read whole; those of a sheet with a thousand pictures are about one MB
_MAX_PART = 32 * 1024 * 1024
#: pictures of one workbook
MAX_PICTURES = 5_000
_EMU_PER_PT = 12_700
_CHUNK = 1024 * 1024
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]{0,2000})>")
_ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"'](\d{1,7})[\"']")
_ROW_HEIGHT = re.compile(rb"\bht\s*=\s*[\"'](\d{1,4}(?:\.\d{1,30})?)[\"']")
_DEFAULT_HEIGHT = re.compile(rb"\bdefaultRowHeight\s*=\s*[\"'](\d{1,4}(?:\.\d{1,30})?)[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]{0,500})>")
_CELL_ROW = re.compile(rb"\br\s*=\s*[\"'][A-Z]{1,3}(\d{1,7})[\"']")
_CELL_VALUE_META = re.compile(rb"\bvm\s*=\s*[\"'](\d{1,7})[\"']")
_DISPIMG = re.compile(rb"DISPIMG\((?:&quot;|\"|&#34;)(ID_[0-9A-Za-z]{1,64})")


class Pictures:
    """The pictures of an opened package."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
        self._placed: set[str] = set()

    def of_sheet(self, path: str) -> dict[str, list[int]]:
        """{part of the picture: rows it lies in, from 1; 0 where no row can be told} of the sheet in `path`."""
        scan = _Scan(self._read_pieces(path))
        found: dict[str, list[int]] = defaultdict(list)
        pairs = [*self._floating(path, scan), *self._in_cells(scan)]
        if len(pairs) > MAX_PICTURES:
            raise DubuError("D-411", name="", what="图片", limit=f"{MAX_PICTURES}张")
        for part, row in pairs:
            if part and row not in found[part]:
                found[part].append(row)
        self._placed |= {part for part in found if part}
        return dict(found)

    def unplaced(self) -> list[str]:
        """Picture files of the package that no sheet asked for so far shows."""
        media = [name for low, name in self._names.items() if low.startswith("xl/media/")]
        return [name for name in media if name not in self._placed]

    def data(self, part: str) -> Iterator[bytes]:
        """The bytes of a picture, in pieces."""
        with self._archive.open(part) as stream:
            while piece := stream.read(_CHUNK):
                yield piece

    def size(self, part: str) -> int:
        """How many bytes that will be."""
        return self._archive.getinfo(part).file_size

    # --- floating ---------------------------------------------------------------------------------------------

    def _floating(self, path: str, scan: _Scan) -> Iterator[tuple[str, int]]:
        for kind, drawing in self._targets(path).values():
            if kind == "drawing" and (root := self._xml(drawing)) is not None:
                images = self._targets(drawing)
                for anchor in root:
                    row = scan.row_of(anchor)
                    for embed in _embeds(anchor):
                        yield images.get(embed, ("", ""))[1], row

    # --- in cells ---------------------------------------------------------------------------------------------

    def _in_cells(self, scan: _Scan) -> Iterator[tuple[str, int]]:
        if scan.formulas:
            entries = self._wps_entries()
            for row, entry in scan.formulas:
                yield entries.get(entry, ""), row
        if scan.rich:
            rich = self._rich_values()
            for row, index in scan.rich:
                yield rich.get(index, ""), row

    def _wps_entries(self) -> dict[str, str]:
        """{name in DISPIMG: picture part}."""
        part = self._names.get("xl/cellimages.xml", "")
        root = self._xml(part) if part else None
        if root is None:
            return {}
        images = self._targets(part)
        out = {}
        for picture in root:
            names = [e.get("name", "") for e in picture.iter() if _bare(e.tag) == "cNvPr"]
            embeds = list(_embeds(picture))
            if names and embeds:
                out[names[0]] = images.get(embeds[0], ("", ""))[1]
        return out

    def _rich_values(self) -> dict[int, str]:
        """{vm of a cell: picture part}: cell -> value metadata -> rich value -> its relationship."""
        named = {name: self._xml(self._names.get(f"xl/{name}.xml", "")) for name in _RICH}
        meta, values, relations = (named[name] for name in _RICH)
        if meta is None or values is None or relations is None:
            return {}
        images = self._targets(self._names["xl/richdata/richvaluerel.xml"])
        order = [images.get(_attribute(e, "id"), ("", ""))[1] for e in relations]
        blocks = [e.get("i", "") for e in meta.iter() if _bare(e.tag) == "rvb"]
        cells = [
            e for block in meta if _bare(block.tag) == "valueMetadata" for e in block.iter() if _bare(e.tag) == "rc"
        ]
        rich = [next((v.text or "" for v in rv), "") for rv in values if _bare(rv.tag) == "rv"]
        out = {}
        for at, cell in enumerate(cells, start=1):
            value = _at(blocks, cell.get("v", ""))
            out[at] = _at(order, _at(rich, value))
        return {at: part for at, part in out.items() if part}

    # --- parts ------------------------------------------------------------------------------------------------

    def _targets(self, part: str) -> dict[str, tuple[str, str]]:
        """{relationship id: (last word of its type, name of the part)} of what `part` refers to and is there."""
        folder, name = posixpath.split(part)
        root = self._xml(self._names.get(f"{folder}/_rels/{name}.rels".lower(), ""))
        out = {}
        for one in root if root is not None else ():
            target = one.get("Target", "").replace("\\", "/")
            whole = posixpath.normpath(target if target.startswith("/") else f"/{folder}/{target}").lstrip("/")
            if whole.lower() in self._names and one.get("TargetMode", "Internal") == "Internal":
                out[one.get("Id", "")] = (one.get("Type", "").rsplit("/", 1)[-1], self._names[whole.lower()])
        return out

    def _xml(self, part: str) -> Any:
        """The part as a tree; None where there is none."""
        if not part:
            return None
        data = b"".join(self._read_pieces(part, _MAX_PART))
        return fromstring(data, forbid_dtd=True)

    def _read_pieces(self, part: str, most: int = 0) -> Iterator[bytes]:
        done = 0
        with self._archive.open(part) as stream:
            while piece := stream.read(_CHUNK):
                done += len(piece)
                if most and done > most:
                    raise DubuError("D-411", name="", what="图片目录", limit="32 MB")
                yield piece


_RICH = ("metadata", "richdata/rdrichvalue", "richdata/richvaluerel")


def _at(items: list[str], index: str) -> str:
    return items[int(index)] if index.isdigit() and len(index) < 8 and int(index) < len(items) else ""


def _bare(tag: Any) -> str:
    """The name of an element without its namespace; "" for a comment."""
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _attribute(element: Any, bare: str) -> str:
    return next((v for k, v in element.attrib.items() if _bare(k) == bare), "")


def _embeds(element: Any) -> Iterator[str]:
    """Relationship ids of the pictures inside an element, however deep (groups), each once."""
    seen: set[str] = set()
    for blip in element.iter():
        embed = _attribute(blip, "embed") if _bare(blip.tag) == "blip" else ""
        if embed and embed not in seen:
            seen.add(embed)
            yield embed


class _Scan:
    """What the raw XML of a sheet says of rows: how high they are, which cells hold a picture. Read once, by pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.default = 15.0
        self.heights: dict[int, float] = {}
        #: (row, name of the WPS entry)
        self.formulas: list[tuple[int, str]] = []
        #: (row, value metadata)
        self.rich: list[tuple[int, int]] = []
        tail = b""
        for piece in pieces:
            window = tail + piece
            # cut behind the last cell that is whole, so that a cell and its formula stay together
            cut = max(window.rfind(b"</"), 0) if len(window) < 4 * _CHUNK else len(window)
            self._look(window[:cut])
            tail = window[cut:]
        self._look(tail)
        self._ends: list[float] = []

    def _look(self, window: bytes) -> None:
        if b"defaultRowHeight" in window and (found := _DEFAULT_HEIGHT.search(window)):
            self.default = float(found[1])
        for row in _ROW.finditer(window):
            number, height = _ROW_NUMBER.search(row[1]), _ROW_HEIGHT.search(row[1])
            if number and height:
                self.heights[int(number[1])] = float(height[1])
        if b"DISPIMG" not in window and b"vm=" not in window:
            return
        at = 0
        cells = list(_CELL.finditer(window))
        for cell, behind in zip(cells, [*cells[1:], None], strict=True):
            place = _CELL_ROW.search(cell[1])
            inside = window[cell.end() : behind.start() if behind else len(window)]
            at = int(place[1]) if place else at
            if found := _DISPIMG.search(inside):
                self.formulas.append((at, found[1].decode("ascii")))
            if meta := _CELL_VALUE_META.search(cell[1]):
                self.rich.append((at, int(meta[1])))

    def height(self, row: int) -> float:
        """Of a row counted from 1, in points."""
        return self.heights.get(row, self.default)

    def row_of(self, anchor: Any) -> int:
        """The row an anchored picture belongs to, from 1: where it begins, unless it only just begins there."""
        parts = {_bare(e.tag): e for e in anchor}
        if "from" in parts:
            row, off = _number(parts["from"], "row") + 1, _number(parts["from"], "rowOff")
            below = self.height(row) * _EMU_PER_PT - off
            if "to" in parts:
                goes_on = _number(parts["to"], "row") + 1 > row
            else:
                goes_on = int(_digits(parts["ext"].get("cy", ""))) > below if "ext" in parts else False
            return row + 1 if goes_on and below < self.height(row) * _EMU_PER_PT / 4 else row
        if "pos" in parts:
            return self._row_at(int(_digits(parts["pos"].get("y", ""))) / _EMU_PER_PT)
        return 0

    def _row_at(self, points: float) -> int:
        last = max(self.heights, default=0)
        self._ends = self._ends or list(accumulate(self.height(row) for row in range(1, min(last, 200_000) + 1)))
        at = bisect.bisect_right(self._ends, points)
        beyond = points - (self._ends[-1] if self._ends else 0.0)
        return at + 1 if at < len(self._ends) else len(self._ends) + 1 + int(beyond // max(self.default, 1.0))


def _number(element: Any, bare: str) -> int:
    return int(_digits(next((e.text or "" for e in element if _bare(e.tag) == bare), "")))


def _digits(text: str) -> str:
    """A whole number as text, "0" for anything else: a program writes here, but a person may have had a hand in it."""
    text = text.strip()
    return text if text.isascii() and text.isdigit() and len(text) < 12 else "0"
