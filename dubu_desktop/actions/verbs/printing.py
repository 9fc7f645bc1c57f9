"""What leaves as a file a person asked for: papers, the ledger. Printing changes no record."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from dubu_desktop.actions import given, ledger, lookup, paper_series, papers, rules
from dubu_desktop.actions.background import IsCancelled, Report, beside
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.dossiers import Records
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.registry import OFFICE_EDITION, Progress, verb
from dubu_desktop.actions.verbs.making import write_made
from dubu_desktop.db import queries
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, TaskStatus
from dubu_desktop.domain.numbers import normal_number, sort_key
from dubu_desktop.domain.papers.kinds import kind_of
from dubu_desktop.domain.records.work import DocumentKind
from dubu_desktop.domain.text import file_name
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.system.files import discard, write_atomic

_OFFICE = (OFFICE_EDITION,)


@verb("文书设置", editions=_OFFICE, roles=OFFICE_ROLES)
def set_paper_settings(desk: Desk, *, values: dict[str, Any]) -> None:
    """Change how papers look: mark, organ, code, addressees, cc, report_to, style, sealed, fonts, body_font, page.

    codes: {kind: 机关代字}. used_before: {year, or kind/year: last number used on paper before the program}.
    """
    saved = paper_series.change(desk.conn, rules.current(desk.conn).rules, values, desk.txn)
    desk.set_locally()
    desk.extra["settings"] = {**vars(saved)}


@verb("打印文书", editions=_OFFICE, undoable=False)
def print_document(desk: Desk, *, document: str, out: str) -> Generator[Progress, None, None]:
    """Write a paper as .docx to the file, or into the folder, `out`; as PDF where the file's name ends so (D-501).

    What is not signed is marked on every page. The office alone: a group prints no paper addressed to a unit
    (contracts.md §3).
    """
    yield Progress(0, 2, "正在整理文书")
    with desk.ws.reading() as conn:
        record = lookup.find(conn, "document", normal_number(document))
        made = papers.printable(Reader(desk.ws, conn, desk.person), record)
    yield Progress(1, 2, "正在排印")
    target = given.place(out)
    if target.is_dir():
        target = target / f"{file_name(made.number, made.title)}.docx"
    if target.suffix.lower() == ".pdf":
        yield from _as_pdf([made], target, "正在排成 PDF")
    else:
        write_made(made, target)
    desk.number = made.number or None
    desk.warnings += made.warnings
    desk.extra |= {"file": str(target), "title": made.title}


@verb("打印当天交办单", editions=_OFFICE, undoable=False)
def print_task_orders(desk: Desk, *, out: str, day: str = "") -> Generator[Progress, None, None]:
    """Write the 交办单 of every task handed over on a day (today) into the folder `out`, each as .docx.

    Where `out` ends in .pdf: all of them as this one PDF, ready for the printer (D-501 without LibreOffice).
    """
    wanted = day or desk.today.isoformat()
    made = yield from beside(partial(_orders_of, desk, wanted), "正在整理交办单", said=_of)
    if not made:
        raise DubuError("D-308", missing=f"{wanted} 交办的任务")
    target, files = given.place(out), []
    if target.suffix.lower() == ".pdf":
        yield from _as_pdf(made, target, f"正在把{len(made)}份交办单排成 PDF")
        files.append(str(target))
    else:
        target.mkdir(parents=True, exist_ok=True)
        try:
            for place, one in enumerate(made):
                yield Progress(place, len(made), "正在排印交办单", _of(place, len(made)))
                files.append(write_made(one, target))
        except BaseException:  # put aside, or the disk is full: none of them rather than some
            for file in files:
                discard(Path(file))
            raise
    desk.warnings += [f"{one.number}：{warning}" for one in made for warning in one.warnings]
    desk.extra |= {"file": str(target), "files": files, "papers": len(made)}


def _orders_of(desk: Desk, day: str, report: Report, cancelled: IsCancelled) -> list[papers.Printable]:
    """The 交办单 of the tasks handed over on a day, by their numbers."""
    kind = kind_of(DocumentKind.TASK_ORDER)
    made = []
    with desk.ws.reading() as conn:
        r = Reader(desk.ws, conn, desk.person)
        rows = [t for t in queries.all_rows(conn, "task", issued_on=day) if t["status"] != TaskStatus.DRAFTED]
        for place, row in enumerate(sorted(rows, key=lambda t: sort_key(t["number"] or ""))):
            if cancelled():
                raise Cancelled
            report(place, len(rows))
            made.append(papers.made(r, kind, Records(task=row["uuid"]), {}))
    return made


def _as_pdf(made: Sequence[papers.Printable], target: Path, label: str) -> Generator[Progress, None, None]:
    """Papers as one PDF. D-501 to D-503."""
    from dubu_desktop.export.joined import one_pdf

    def write(report: Report, cancelled: IsCancelled) -> None:
        write_atomic(target, one_pdf([one.docx() for one in made], report, cancelled))

    yield from beside(write, label, at=(0, len(made)), said=_of)


def _of(done: int, total: int) -> str:
    return f"{done}/{total}份" if total > 1 else ""


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
