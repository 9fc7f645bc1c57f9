"""A workbook tried before it is taken over: what an import would make, change, leave and hand back. Writes nothing."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.imports import book as books
from dubu_desktop.actions.imports import units
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.registry import OFFICE_EDITION, Progress, verb
from dubu_desktop.actions.verbs.workbooks import plan_findings
from dubu_desktop.db import queries
from dubu_desktop.domain.fields import clean
from dubu_desktop.domain.lifecycle import OFFICE_ROLES
from dubu_desktop.domain.records import UNIT
from dubu_desktop.intake.columns import Target
from dubu_desktop.intake.mapping import MappedRow

#: rows in doubt that are shown; the rest are counted
SHOWN = 200


@verb("核对工作簿", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, undoable=False)
def check_workbook(
    desk: Desk,
    *,
    file: str,
    target: str = "units",
    mapping: list[str] | dict[str, str] | None = None,
    sheet: int | None = None,
    header_row: int = 0,
    update: bool = True,
    unit_kind: str = "",
    side: str = "",
) -> Generator[Progress, None, None]:
    """What `import_units` or `import_findings` with the same parameters would do; nothing is written.

    Reports rows, new, changed, same, bad (how many), doubtful (the first of them: row number, reasons, cells), changes
    (of findings: row, number, [label, here, there]) and remarks (sentences).
    """
    found = books.target_of(target)
    book = yield from books.look(desk, file, found, sheet, header_row, mapping)
    rows = yield from books.read(desk, book)
    yield Progress(0, len(rows), "正在核对")
    desk.extra |= {"rows": len(rows), "header": list(book.shown.header), "mapping": list(book.mapping)}
    if found is Target.UNITS:
        _units(desk, rows, update, {"unit_kind": unit_kind, "side": side})
    else:
        _findings(desk, book, rows, update)


def _units(desk: Desk, rows: list[MappedRow], update: bool, given: dict[str, str]) -> None:
    defaults = {name: clean(UNIT.by_name[name], value) for name, value in given.items() if value}
    with desk.ws.reading() as conn:
        here = queries.all_rows(conn, "unit")
    plan = units.Planner(here, desk.ws.randomness.uuid7, defaults, update).run(rows)
    remarks = []
    if plan.superiors:
        remarks.append(f"上级一栏里有{len(plan.superiors)}个单位不在名单里，将一并新建")
    if plan.unclear:
        remarks.append(f"{len(plan.unclear)}行认不准上级，将不填上级")
    if plan.guessed_kinds:
        remarks.append(f"{plan.guessed_kinds}个单位没有写明类型，将按名称判断")
    counts = {"new": len(plan.new), "changed": len(plan.changed), "same": plan.same}
    desk.extra |= {**counts, **_doubtful(plan.bad), "remarks": remarks}


def _findings(desk: Desk, book: books.Book, rows: list[MappedRow], update: bool) -> None:
    with desk.ws.reading() as conn:
        plan = plan_findings(Reader(desk.ws, conn, desk.person), book, rows, update)
    remarks = [
        f"{label}“{words}”这里没有，{count}行将不填，原文记在意见里"
        for (label, words), count in list(plan.unknown.items())[:10]
    ]
    if plan.unread:
        remarks.append(f"已有的问题里有{plan.unread}处单位或类别这里没有，将不改")
    if plan.changed:
        remarks.insert(0, "期限、进展、销号等由办理的步骤改，不按台账改")
    changes = [{"row": c.row, "number": c.number, "told": [list(t) for t in c.told]} for c in plan.changed[:SHOWN]]
    counts = {"new": len(plan.new), "changed": len(plan.changed), "same": plan.same, "changes": changes}
    desk.extra |= {**counts, **_doubtful(plan.bad), "remarks": remarks}


def _doubtful(rows: list[MappedRow]) -> dict[str, Any]:
    shown = [{"row": r.number, "why": list(r.problems), "cells": list(r.cells)} for r in rows[:SHOWN]]
    return {"bad": len(rows), "doubtful": shown}
