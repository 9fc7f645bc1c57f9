"""Workbooks read in: look first (`preview_workbook`), then take the rows (`read_workbook`).

The file is parsed in a child process (contracts.md §8 for its limits); here its answers are checked and given meaning.
Rows with problems are kept with their reasons, so that they can be returned marked.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dubu_desktop.errors import DubuError
from dubu_desktop.intake.columns import Target
from dubu_desktop.intake.mapping import (
    MappedRow,
    Mapping,
    Row,
    check_mapping,
    find_heading,
    heading_of,
    map_row,
    source_key,
    suggest,
)
from dubu_desktop.intake.merges import Merge, MergeFiller
from dubu_desktop.system.child import IsCancelled, Limits, OnProgress, run_task, stream_task

_LIMITS = Limits(timeout_s=300, idle_s=15, memory_mb=1024)
_SAMPLE_ROWS = 10
#: columns that a person can be asked about one by one
MAX_HEADINGS = 500


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One sheet of a workbook; `index` is what the other calls want."""

    index: int
    title: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class WorkbookPreview:
    """What is shown before anything is taken over."""

    sheets: tuple[SheetInfo, ...]
    #: index of the sheet looked at
    sheet: int
    #: first and last row of the heading, row numbers from 1
    header_rows: tuple[int, int]
    #: heading of each column; the levels of a heading of several rows joined by mapping.LEVEL
    header: tuple[str, ...]
    #: suggested field of each column, "" for none
    mapping: Mapping
    #: the first rows of content, merged cells filled
    sample: tuple[tuple[str, ...], ...]
    #: rows of content below the heading
    row_count: int
    #: the same for every workbook with this heading: what a remembered mapping is filed under
    source_key: str


def preview_workbook(
    path: Path,
    target: Target,
    *,
    sheet: int | None = None,
    header_rows: tuple[int, int] | None = None,
    whole: bool = True,
    on_progress: OnProgress | None = None,
    cancelled: IsCancelled | None = None,
) -> WorkbookPreview:
    """Look at a workbook: sheets, heading, suggested mapping, first rows, number of rows.

    `sheet` and `header_rows` override what would be found. The whole sheet is read, so a file that would be refused is
    refused here; without `whole` its head only, for who reads the rows at once (`row_count` is then of the head).
    Raises DubuError D-401 … D-404, D-410 … D-417, and Cancelled.
    """
    told = run_task(
        "dubu_desktop.intake.workbook:preview",
        {"sheet": sheet, "whole": whole},
        path,
        limits=_LIMITS,
        broken="D-410",
        on_progress=on_progress,
        cancelled=cancelled,
    )
    try:
        sheets = tuple(SheetInfo(int(index), str(title), bool(hidden)) for index, title, hidden in told["sheets"])
        head = rows_of(told["head"])
        merges: list[Merge] = [(int(a), int(b), int(c), int(d)) for a, b, c, d in told["merges"]]
        chosen, count = int(told["sheet"]), int(told["rows"])
    except (KeyError, TypeError, ValueError) as error:
        raise DubuError("D-404", name=path.name) from error
    span = header_rows or find_heading(head, merges, target)
    header = heading_of(head, merges, span)
    if len(header) > MAX_HEADINGS:
        raise DubuError("D-411", name=path.name, what="表头", limit=f"{MAX_HEADINGS}列")
    filler = MergeFiller(merges, below=span[1])
    filled = [(number, filler.fill(number, cells)) for number, cells in head]
    content = [tuple(cells) for number, cells in filled if number > span[1]]
    row_count = count - (len(head) - len(content))
    if not header or row_count < 1:
        raise DubuError("D-417", name=path.name)
    return WorkbookPreview(
        sheets=sheets,
        sheet=chosen,
        header_rows=span,
        header=header,
        mapping=suggest(header, target),
        sample=tuple(content[:_SAMPLE_ROWS]),
        row_count=row_count,
        source_key=source_key(head, span, target),
    )


def read_workbook(
    path: Path,
    target: Target,
    mapping: Mapping,
    *,
    sheet: int,
    header_rows: tuple[int, int],
    key: str,
    today: date,
    on_progress: OnProgress | None = None,
    cancelled: IsCancelled | None = None,
) -> Generator[MappedRow, None, None]:
    """The rows below the heading, each with its values and its problems, in the order of the sheet.

    `sheet`, `header_rows` and `key` come from the preview (`key`: its source_key); `today` settles dates without a
    year. Raises as `preview_workbook`, D-418 for a mapping that cannot work, D-419 when the heading is not the one that
    was shown. Closing the generator ends the child process.
    """
    check_mapping(mapping, target)
    stream = stream_task(
        "dubu_desktop.intake.workbook:rows",
        {"sheet": sheet, "header_end": header_rows[1]},
        path,
        limits=_LIMITS,
        broken="D-410",
        on_progress=on_progress,
        cancelled=cancelled,
    )
    with closing(stream):
        heading: list[Row] | None = []
        for batch in stream:
            try:
                rows = rows_of(batch)
            except (TypeError, ValueError) as error:
                raise DubuError("D-404", name=path.name) from error
            for row in rows:
                if heading is not None and row[0] <= header_rows[1]:
                    heading.append(row)
                    continue
                if heading is not None:
                    _same_heading(heading, header_rows, target, key, path)
                    heading = None
                yield map_row(row, mapping, target, today)


def _same_heading(rows: list[Row], span: tuple[int, int], target: Target, key: str, path: Path) -> None:
    if source_key(rows, span, target) != key:
        raise DubuError("D-419", name=path.name)


def rows_of(told: Any) -> list[Row]:
    """Rows as the child sent them, checked: [number, [text, ...]]."""
    rows: list[Row] = []
    for number, cells in told:
        if not isinstance(number, int) or not all(isinstance(cell, str) for cell in cells):
            raise TypeError("not a row")
        rows.append((number, list(cells)))
    return rows
