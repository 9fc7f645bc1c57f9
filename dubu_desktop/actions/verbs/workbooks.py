"""Workbooks in: units, and findings from somebody else's ledger. All rows in one transaction, bad ones handed back."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from dubu_desktop.actions import ledger, rules
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.imports import book as books
from dubu_desktop.actions.imports import findings, units
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.registry import OFFICE_EDITION, Progress, verb
from dubu_desktop.db import gather, queries
from dubu_desktop.domain.fields import clean
from dubu_desktop.domain.lifecycle import OFFICE_ROLES
from dubu_desktop.domain.numbers import OFFICE_CODE, FindingNumber
from dubu_desktop.domain.records import UNIT
from dubu_desktop.domain.records.finding import NoteState
from dubu_desktop.domain.text import listed
from dubu_desktop.intake.columns import Target, fields_of
from dubu_desktop.intake.mapping import MappedRow

_OFFICE = (OFFICE_EDITION,)
#: records written between two signs of life
_STRIDE = 1000
#: names a warning lists before it says 等N个
_SHOWN = 10
#: reason of what an import corrects
_BY_LEDGER = "按导入的台账"


@verb("预览工作簿", undoable=False)
def preview_workbook(
    desk: Desk, *, file: str, target: str = "units", sheet: int | None = None, header_row: int = 0
) -> Generator[Progress, None, None]:
    """Look at a workbook before anything is taken over. target: units, findings. header_row 0: found.

    Reports sheets, heading, the mapping (suggested, or remembered from an earlier one), a sample and the fields there
    are.
    """
    book = yield from books.look(desk, file, books.target_of(target), sheet, header_row, None, whole=True)
    shown = book.shown
    desk.extra |= {
        "sheets": [{"index": s.index, "title": s.title, "hidden": s.hidden} for s in shown.sheets],
        "sheet": shown.sheet,
        "header_rows": list(shown.header_rows),
        "header": list(shown.header),
        "mapping": list(book.mapping),
        "remembered": book.remembered,
        "fields": [{"name": f.name, "label": f.label, "required": f.required} for f in fields_of(book.target)],
        "sample": [list(row) for row in shown.sample],
        "rows": shown.row_count,
        "source_key": shown.source_key,
    }


@verb("导入单位", editions=_OFFICE, roles=OFFICE_ROLES)
def import_units(
    desk: Desk,
    *,
    file: str,
    mapping: list[str] | dict[str, str] | None = None,
    sheet: int | None = None,
    header_row: int = 0,
    update: bool = True,
    unit_kind: str = "",
    side: str = "",
    bad_out: str = "",
) -> Generator[Progress, None, None]:
    """Import a list of units: new ones made, known ones (by code, else by name) updated, rows in doubt handed back.

    unit_kind, side: for rows that do not say. update false: units that are here stay as they are. bad_out: where the
    marked rows go (default beside the file). Superiors may stand anywhere in the file; those only named are made.
    """
    defaults = {n: clean(UNIT.by_name[n], v) for n, v in (("unit_kind", unit_kind), ("side", side)) if v}
    book = yield from books.look(desk, file, Target.UNITS, sheet, header_row, mapping)
    rows = yield from books.read(desk, book)
    yield Progress(0, len(rows), "正在核对单位")
    with desk.writing():
        here = queries.all_rows(desk.conn, "unit")
        plan = units.Planner(here, desk.ws.randomness.uuid7, defaults, update).run(rows)
        total = len(plan.new) + len(plan.changed)
        for at in range(0, len(plan.new), _STRIDE):
            yield Progress(at, total, "正在写入单位")
            part = plan.new[at : at + _STRIDE]
            desk.create_many("unit", [values for _, values in part], [uuid for uuid, _ in part])
        changed = list(plan.changed.items())
        for at in range(0, len(changed), _STRIDE):
            yield Progress(len(plan.new) + at, total, "正在更新单位")
            desk.set_many(dict(changed[at : at + _STRIDE]), "按导入的单位名单")
        books.remember(desk, book)
    desk.extra |= {"rows": len(rows), "new": len(plan.new), "changed": len(plan.changed), "same": plan.same}
    desk.extra["mapping"] = list(book.mapping)
    _tell_units(desk, plan)
    books.hand_back(desk, book, plan.bad, bad_out)


def _tell_units(desk: Desk, plan: units.Plan) -> None:
    if plan.superiors:
        desk.warnings.append(f"名单里没有、由上级一栏新建的单位：{listed(plan.superiors, _SHOWN)}")
    if plan.unclear:
        told = listed((f"第{number}行“{name}”" for number, name in plan.unclear), _SHOWN, "行")
        desk.warnings.append(f"认不准上级、没有填上级：{told}")
    if plan.guessed_kinds:
        desk.warnings.append(f"没有写明类型、按名称判断的单位{plan.guessed_kinds}个，请抽看")


@verb("导入问题台账", editions=_OFFICE, roles=OFFICE_ROLES)
def import_findings(
    desk: Desk,
    *,
    file: str,
    mapping: list[str] | dict[str, str] | None = None,
    sheet: int | None = None,
    header_row: int = 0,
    update: bool = True,
    bad_out: str = "",
) -> Generator[Progress, None, None]:
    """Import somebody else's ledger as drafts of the office with numbers of its own; the rest of a row as a note.

    Units are found by name, short name or alias, categories by name or path; what is not found stands in the note.
    Findings that are here (by 问题编号, else by place and facts) are corrected where the ledger tells them otherwise,
    with update false left alone; steps are never taken. Rows that cannot be read are handed back marked.
    """
    book = yield from books.look(desk, file, Target.FINDINGS, sheet, header_row, mapping)
    rows = yield from books.read(desk, book)
    yield Progress(0, len(rows), "正在核对台账")
    with desk.writing():
        plan = plan_findings(Reader(desk.ws, desk.conn, desk.person), book, rows, update)
        numbers = _Numbers(desk)
        for at in range(0, len(plan.new), _STRIDE):
            yield Progress(at, len(plan.new), "正在写入问题")
            part = plan.new[at : at + _STRIDE]
            made = desk.create_many("finding", [values | {"number": numbers.next(values)} for values, _ in part])
            notes = [
                {"record": record, "text": text, "state": NoteState.TAKEN.value}
                for record, (_, texts) in zip(made, part, strict=True)
                for text in texts
            ]
            desk.create_many("note", notes)
        for at in range(0, len(plan.changed), _STRIDE):
            yield Progress(at, len(plan.changed), "正在更新问题")
            part_changed = plan.changed[at : at + _STRIDE]
            desk.set_many({c.finding: c.values for c in part_changed if c.values}, _BY_LEDGER)
            for change in part_changed:
                if change.rectification and change.of_rectification:
                    desk.set(change.rectification, change.of_rectification, _BY_LEDGER)
        books.remember(desk, book)
    desk.extra |= {"rows": len(rows), "new": len(plan.new), "mapping": list(book.mapping)}
    desk.extra |= {"changed": len(plan.changed), "same": plan.same}
    for (label, words), count in list(plan.unknown.items())[:_SHOWN]:
        desk.warnings.append(f"{label}“{words}”这里没有，{count}行没有填，原文记在意见里")
    if plan.unread:
        desk.warnings.append(f"已有的问题里有{plan.unread}处单位或类别这里没有，没有改")
    if len(plan.unknown) > _SHOWN:
        desk.warnings.append(f"另有{len(plan.unknown) - _SHOWN}个名称这里没有")
    books.hand_back(desk, book, plan.bad, bad_out)


def plan_findings(r: Reader, book: books.Book, rows: list[MappedRow], update: bool) -> findings.Plan:
    """What the rows of a ledger come to, beside what is here."""
    names = findings.Names(gather.unit_names(r.conn))
    categories = findings.Categories(queries.all_rows(r.conn, "category"))
    here = gather.told_before(r.conn)
    return findings.Planner(book, names, categories, here, lambda ids: ledger.pairs(r, ids), update).run(rows)


class _Numbers:
    """Running numbers of the office, per year, without asking the tables for each."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.last: dict[int, int] = {}
        self.word = rules.current(desk.conn).rules.numbers.finding

    def next(self, values: dict[str, Any]) -> str:
        year = int((values.get("found_at") or self.desk.today.isoformat())[:4])
        if year not in self.last:
            prefix = str(FindingNumber(year, OFFICE_CODE, "", 0, self.word))[:-4]
            self.last[year] = queries.highest_number(self.desk.conn, "finding", prefix)
        self.last[year] += 1
        return str(FindingNumber(year, OFFICE_CODE, "", self.last[year], self.word))
