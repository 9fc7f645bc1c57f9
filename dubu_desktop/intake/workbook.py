"""The child's side of workbooks: the tasks that `reading.py` and `replies.py` ask for. The parent never imports it."""

from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING, Any, BinaryIO

from dubu_desktop.errors import DubuError
from dubu_desktop.intake.merges import MergeFiller
from dubu_desktop.intake.package import check_package
from dubu_desktop.system.childside import Emit

if TYPE_CHECKING:
    from dubu_desktop.intake.drawings import Pictures
    from dubu_desktop.intake.sheets import Row, Sheet

#: Rows sent for looking at: enough for title, heading and a sample.
HEAD_ROWS = 40
_BATCH_ROWS, _BATCH_CHARS = 500, 500_000


def preview(source: BinaryIO | None, payload: dict[str, Any], emit: Emit) -> dict[str, Any]:
    """Task: the sheets, and of one sheet the first rows, the merged ranges among them and the number of rows.

    payload["sheet"] is an index or None for the first visible sheet with content. With payload["whole"] all of it is
    read, so that a file that will be refused is refused now; without, the rows counted are those looked at.
    """
    sheets = _open(source, emit)
    wanted = payload["sheet"]
    chosen = [s for s in sheets if s.index == wanted] if wanted is not None else [s for s in sheets if not s.hidden]
    for sheet in chosen:
        head: list[Row] = []
        rows = 0
        for row in sheet.rows(emit):
            rows += 1
            if len(head) < HEAD_ROWS:
                head.append(row)
            elif not payload["whole"]:
                break
        if rows:
            last = head[-1][0]
            return {
                "sheets": [[s.index, s.title, s.hidden] for s in sheets],
                "sheet": sheet.index,
                "head": head,
                "merges": [merge for merge in sheet.merges() if merge[0] <= last],
                "rows": rows,
            }
    raise DubuError("D-417", name="")


def rows(source: BinaryIO | None, payload: dict[str, Any], emit: Emit) -> dict[str, Any]:
    """Task: the rows of payload["sheet"] in batches of [number, cells], blank rows left out.

    The rows up to payload["header_end"] come as they are; below, cells merged downwards are filled.
    """
    sheet = next((s for s in _open(source, emit) if s.index == payload["sheet"]), None)
    if sheet is None:
        raise DubuError("D-417", name="")
    filler = MergeFiller(sheet.merges(), below=int(payload["header_end"]))
    batch: list[Row] = []
    chars = count = 0
    for number, cells in sheet.rows(emit):
        filled = filler.fill(number, cells)
        batch.append((number, filled))
        chars += sum(map(len, filled)) + len(filled)
        if len(batch) >= _BATCH_ROWS or chars >= _BATCH_CHARS:
            emit.item(batch)
            count, chars, batch = count + len(batch), 0, []
    emit.item(batch)
    return {"rows": count + len(batch)}


def replies(source: BinaryIO | None, payload: dict[str, Any], emit: Emit) -> dict[str, Any]:
    """Task: of every visible sheet its rows in batches of [number, cells], then its pictures.

    Items: {"sheet": title}, batches of rows, {"picture": name, "rows": [...], "size": bytes}; with
    payload["pictures"] the bytes of a picture follow it as blobs. "lost" of the result: pictures that no sheet shows.
    """
    sheets = _open(source, emit)
    assert source is not None
    from dubu_desktop.intake.drawings import Pictures

    with zipfile.ZipFile(source) as archive:
        pictures = Pictures(archive)
        for sheet in sheets:
            if sheet.hidden:
                continue
            emit.item({"sheet": sheet.title, "index": sheet.index})
            batch: list[Row] = []
            for row in sheet.rows(emit):
                batch.append(row)
                if len(batch) >= _BATCH_ROWS:
                    emit.item(batch)
                    batch = []
            emit.item(batch)
            _emit_pictures(pictures, pictures.of_sheet(sheet.path), bool(payload["pictures"]), emit)
        return {"lost": len(pictures.unplaced())}


def _emit_pictures(pictures: Pictures, found: dict[str, list[int]], wanted: bool, emit: Emit) -> None:
    for part, rows in found.items():
        size = pictures.size(part) if part else 0
        emit.item({"picture": part.rsplit("/", 1)[-1], "rows": rows, "size": size})
        done = 0
        for piece in pictures.data(part) if part and wanted else ():
            done += len(piece)
            emit.blob(piece)
        if part and wanted and done != size:
            raise ValueError("a part is not as long as the directory says")


def marked(source: BinaryIO | None, payload: dict[str, Any], emit: Emit) -> None:
    """Task: the workbook again, as blobs, with reasons written into it.

    payload["sheets"]: [[sheet index, letters of the column, [[row, index in payload["reasons"]], ...]], ...].
    """
    from dubu_desktop.intake.returned import mark

    parts = {s.index: s.path for s in _open(source, emit)}
    assert source is not None
    reasons = payload["reasons"]
    marks = {
        parts[index]: (column, {int(row): str(reasons[which]) for row, which in rows})
        for index, column, rows in payload["sheets"]
    }
    for piece in mark(source, marks, emit):
        emit.blob(piece)


def _open(source: BinaryIO | None, emit: Emit) -> list[Sheet]:
    """The worksheets, once the file was found harmless; D-417 when there is none."""
    assert source is not None
    check_package(source, emit)
    # openpyxl would prefer lxml, whose parser defusedxml does not guard (reliability.md T20).
    os.environ["OPENPYXL_LXML"] = "False"
    # Not before: what is refused need not wait for openpyxl.
    from dubu_desktop.intake.sheets import open_sheets

    sheets = open_sheets(source, emit)
    if not sheets:
        raise DubuError("D-417", name="")
    return sheets
