"""What leaves as a file a person asked for: papers, the ledger. Printing changes no record."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from dubu_desktop.actions import given, ledger, lookup, paper_settings, papers
from dubu_desktop.actions.background import IsCancelled, Report, beside
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.registry import OFFICE_EDITION, Progress, verb
from dubu_desktop.domain.lifecycle import OFFICE_ROLES
from dubu_desktop.domain.numbers import normal_number
from dubu_desktop.domain.text import file_name
from dubu_desktop.errors import Cancelled

_OFFICE = (OFFICE_EDITION,)


@verb("文书设置", editions=_OFFICE, roles=OFFICE_ROLES, undoable=False)
def set_paper_settings(desk: Desk, *, values: dict[str, Any]) -> None:
    """Change how papers look: mark, organ, code, addressees, cc, report_to, style, sealed, fonts, body_font.

    used_before: {year: last number used on paper before the program}.
    """
    saved = paper_settings.save(desk.conn, values)
    desk.extra["settings"] = {**vars(saved)}


@verb("打印文书", editions=_OFFICE, undoable=False)
def print_document(desk: Desk, *, document: str, out: str) -> Generator[Progress, None, None]:
    """Write a paper as .docx to the file, or into the folder, `out`. What is not signed is marked on every page.

    The office alone: a group prints no paper addressed to a unit (contracts.md §3).
    """
    from dubu_desktop.export.docx import write_paper

    yield Progress(0, 2, "正在整理文书")
    with desk.ws.reading() as conn:
        record = lookup.find(conn, "document", normal_number(document))
        made = papers.printable(Reader(desk.ws, conn, desk.person), record)
    yield Progress(1, 2, "正在排印")
    target = given.place(out)
    if target.is_dir():
        target = target / f"{file_name(made.number, made.title)}.docx"
    write_paper(made.paper, target, profile=made.fonts, page=made.page)
    desk.number = made.number or None
    desk.warnings += made.warnings
    desk.extra |= {"file": str(target), "title": made.title}


@verb("导出问题台账", undoable=False)
def export_ledger(desk: Desk, *, out: str, where: dict[str, Any] | None = None) -> Generator[Progress, None, None]:
    """Write the problem ledger as .xlsx to the file, or into the folder, `out`; without drafts unless asked for.

    where: fields of FindingFilter (docs/reads.md): status, statuses, group, unit, category, found_from, ids … A
    group's ledger holds its own findings and those it verifies, and is marked 仅报领导小组办公室 (contracts.md §3).
    """
    from dubu_desktop.export.xlsx.ledger import write_ledger

    target = given.place(out)
    if target.is_dir():
        target = target / f"{file_name('问题台账', desk.today.isoformat())}.xlsx"
    notice = "" if desk.office else papers.GROUP_NOTICE

    def write(report: Report, cancelled: IsCancelled) -> int:
        with desk.ws.reading() as conn:
            reader = Reader(desk.ws, conn, desk.person)
            ids = ledger.ids_of(reader, where or {})

            def told(done: int) -> None:
                report(done, len(ids))
                if cancelled():
                    raise Cancelled

            write_ledger(ledger.rows(reader, ids, told), target, notice=notice)
        return len(ids)

    count = yield from beside(write, "正在写台账")
    left_out = len(set((where or {}).get("ids") or ())) - count
    if left_out > 0:
        desk.warnings.append(f"另有{left_out}条是草稿、已作废或不在本组的台账里，没有写")
    desk.extra |= {"file": str(target), "rows": count}
