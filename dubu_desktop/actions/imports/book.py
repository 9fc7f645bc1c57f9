"""A workbook as the verbs see it: looked at, its columns mapped, its rows read, the bad ones handed back."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from dubu_desktop.actions.background import IsCancelled, Report, beside
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import Progress
from dubu_desktop.db.workspace import get_json, put_json
from dubu_desktop.errors import DubuError
from dubu_desktop.intake import reading
from dubu_desktop.intake.columns import Target, fields_of
from dubu_desktop.intake.mapping import MappedRow, check_mapping, heading_key
from dubu_desktop.intake.reading import WorkbookPreview

_COLUMN = re.compile("[A-Z]{1,3}")
#: where it is kept what single headings were mapped to, and how many
_WORDS, _MOST_WORDS = "words", 2000


@dataclass(frozen=True)
class Book:
    """A workbook, looked at, with the mapping that will be used."""

    path: Path
    target: Target
    shown: WorkbookPreview
    mapping: tuple[str, ...]
    #: whether the mapping was remembered from an earlier workbook with this heading
    remembered: bool


def target_of(value: str) -> Target:
    """What a person says a workbook is; D-305. (反馈表 have verbs of their own.)"""
    known = (Target.UNITS, Target.FINDINGS)
    found = next((t for t in known if value in (t.value, t.label)), None)
    if found is None:
        raise DubuError("D-305", detail=f"不能读成 {value}，可用：{'、'.join(known)}")
    return found


def look(
    desk: Desk, file: str, target: Target, sheet: int | None, header_row: int, mapping: Any, *, whole: bool = False
) -> Generator[Progress, None, Book]:
    """Look at the file in a child process; `whole` counts its rows, for showing. D-401 … D-418.

    header_row 0: found. mapping: None (remembered, else suggested), a list of field names per column ("" leaves one
    out), or {heading or column letter: field name} for those that differ from the suggestion.
    """
    path = Path(file)
    span = (header_row, header_row) if header_row else None

    def work(report: Report, cancelled: IsCancelled) -> WorkbookPreview:
        return reading.preview_workbook(
            path, target, sheet=sheet, header_rows=span, whole=whole, on_progress=report, cancelled=cancelled
        )

    shown = yield from beside(work, f"正在查看 {path.name}", said=percent)
    with desk.ws.reading() as conn:
        kept = get_json(conn, _key(target, shown.source_key))
        words = get_json(conn, _key(target, _WORDS), {})
    known = tuple(kept) if kept and len(kept) == len(shown.header) else _by_words(shown, words)
    chosen = _mapping(shown, known or shown.mapping, mapping)
    return Book(path, target, shown, chosen, known is not None and mapping is None)


def percent(done: int, total: int) -> str:
    """How much of a file was read, in words."""
    return f"{min(100, 100 * done // total)}%" if total > 1 else ""


def _key(target: Target, source: str) -> str:
    return f"mapping/{target.value}/{source}"


def remember(desk: Desk, book: Book) -> None:
    """Keep the mapping for the next workbook with this heading, or one that differs by a few columns; this machine's
    own matter.
    """
    put_json(desk.conn, _key(book.target, book.shown.source_key), list(book.mapping))
    said = {
        key: name
        for heading, name in zip(book.shown.header, book.mapping, strict=True)
        if (key := heading_key(heading))
    }
    words = get_json(desk.conn, _key(book.target, _WORDS), {})
    # the newest at the end: the oldest are forgotten first
    kept = {key: name for key, name in words.items() if key not in said} | said
    put_json(desk.conn, _key(book.target, _WORDS), dict(list(kept.items())[-_MOST_WORDS:]))


def _by_words(shown: WorkbookPreview, words: Mapping[str, str]) -> tuple[str, ...] | None:
    """The mapping of a workbook whose heading as a whole is new, where most of its columns were mapped before: those as
    then, the others as suggested. None where most are new.
    """
    keys = [heading_key(heading) for heading in shown.header]
    headed = [key for key in keys if key]
    if len([key for key in headed if key in words]) * 2 <= len(headed):
        return None
    taken = {words[key] for key in headed if key in words}
    out: list[str] = []
    for key, suggested in zip(keys, shown.mapping, strict=True):
        name = words.get(key, "" if suggested in taken else suggested)
        out.append("" if name in out else name)  # one field is given by one column, the first
    return tuple(out)


def _mapping(shown: WorkbookPreview, suggested: tuple[str, ...], given: Any) -> tuple[str, ...]:
    if given is None:
        return suggested
    if not isinstance(given, Mapping):
        if len(given) != len(shown.header):
            raise DubuError("D-418", detail=f"表有{len(shown.header)}列，给了{len(given)}列")
        return tuple(str(name) for name in given)
    out = list(suggested)
    for heading, name in given.items():
        at = _column(shown.header, str(heading))
        # one field is given by one column: a choice made by hand wins over what was suggested for another
        out = ["" if other == name and i != at else other for i, other in enumerate(out)]
        out[at] = str(name or "")
    return tuple(out)


def _column(header: Sequence[str], wanted: str) -> int:
    """The column with this heading, or with this letter where no heading is so called; D-418."""
    found = [i for i, heading in enumerate(header) if heading_key(heading) == heading_key(wanted)]
    if not found and _COLUMN.fullmatch(wanted):
        number = 0
        for letter in wanted:
            number = number * 26 + ord(letter) - 64
        found = [number - 1] if number <= len(header) else []
    if len(found) != 1:
        raise DubuError("D-418", detail=f"没有这一列，或不止一列：{wanted}")
    return found[0]


def read(desk: Desk, book: Book) -> Generator[Progress, None, list[MappedRow]]:
    """Every row below the heading. D-401 … D-404, D-410 … D-419."""
    check_mapping(book.mapping, book.target)
    shown = book.shown

    def work(report: Report, cancelled: IsCancelled) -> list[MappedRow]:
        stream = reading.read_workbook(
            book.path,
            book.target,
            book.mapping,
            sheet=shown.sheet,
            header_rows=shown.header_rows,
            key=shown.source_key,
            today=desk.today,
            on_progress=report,
            cancelled=cancelled,
        )
        with closing(stream):
            for row in stream:
                rows.append(row)
        return rows

    # in a thread of its own: a file that sends no row for long must not keep a person from cancelling
    rows: list[MappedRow] = []
    yield from beside(work, f"正在读入 {book.path.name}", said=lambda _done, _total: f"已读{len(rows)}行")
    return rows


def bad(row: MappedRow, *problems: str) -> MappedRow:
    """The row with further reasons not to take it over."""
    return replace(row, problems=(*row.problems, *problems))


def hand_back(desk: Desk, book: Book, rows: Sequence[MappedRow], bad_out: str) -> None:
    """Write the rows that were not taken over into a workbook, marked, beside the file or to `bad_out`.

    What was taken over stays taken over if that fails (a stick that may only be read): it is said instead.
    """
    desk.extra["bad"] = len(rows)
    if not rows:
        return
    from dubu_desktop.export.xlsx.marked import write_marked

    target = Path(bad_out) if bad_out else free_name(book.path)
    columns = {f"{field.label}：": field.name for field in fields_of(book.target)}
    at_fault = [_faults(book, row, columns) for row in rows]
    reasons = [f"第{row.number}行：{'；'.join(row.problems)}" for row in rows]
    try:
        write_marked(book.shown.header, [r.cells for r in rows], reasons, target, bad_columns=at_fault)
        desk.extra["bad_file"] = str(target)
        desk.warnings.append(f"有{len(rows)}行没有读入，已标出原因写在 {target.name}")
    except DubuError as error:
        desk.warnings.append(f"有{len(rows)}行没有读入，退回表没有写成：{error.sentence}")
        desk.warnings += reasons[:20]


def _faults(book: Book, row: MappedRow, labels: Mapping[str, str]) -> frozenset[int]:
    """The columns that the reasons speak of; none where a reason is about the row as a whole."""
    names = {name for label, name in labels.items() for p in row.problems if p.startswith(label)}
    return frozenset(i for i, name in enumerate(book.mapping) if name in names)


def free_name(path: Path, suffix: str = "-退回") -> Path:
    """名单-退回.xlsx beside the file; a number behind where that is taken."""
    names = (path.with_name(f"{path.stem}{suffix}{n if n > 1 else ''}.xlsx") for n in count(1))
    return next(name for name in names if not name.exists())
