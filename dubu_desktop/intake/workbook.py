"""The child's side of workbooks: the two tasks that `reading.py` asks for. The parent never imports it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, BinaryIO

from dubu_desktop.errors import DubuError
from dubu_desktop.intake.merges import MergeFiller
from dubu_desktop.intake.package import check_package
from dubu_desktop.system.childside import Emit

if TYPE_CHECKING:
    from dubu_desktop.intake.sheets import Row, Sheet

#: Rows sent for looking at: enough for title, heading and a sample.
HEAD_ROWS = 40
_BATCH_ROWS, _BATCH_CHARS = 500, 500_000


def preview(source: BinaryIO | None, payload: dict[str, Any], emit: Emit) -> dict[str, Any]:
    """Task: the sheets, and of one sheet the first rows, the merged ranges among them and the number of rows.

    payload["sheet"] is an index or None for the first visible sheet with content. The whole sheet is read, so that a
    file that will be refused is refused now.
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
