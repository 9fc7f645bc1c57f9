"""整改台账, 任务台账, 督导活动台账 as workbooks. Writing one changes no record."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from dubu_desktop.actions import given, ledgers, papers
from dubu_desktop.actions.background import IsCancelled, Report, beside
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.registry import Progress, verb
from dubu_desktop.domain.ledgers import LEDGERS, LedgerKind
from dubu_desktop.domain.text import file_name
from dubu_desktop.errors import Cancelled, DubuError


@verb("导出台账", undoable=False)
def export_work_ledger(
    desk: Desk, *, ledger: str, out: str, where: dict[str, Any] | None = None
) -> Generator[Progress, None, None]:
    """Write a ledger as .xlsx to the file, or into the folder, `out`. ledger: rectifications, tasks, visits.

    where: for rectifications the fields of FindingFilter (docs/reads.md), else text, key (of the list), group, unit,
    task, ids. What a group writes holds what it has, and is marked 仅报领导小组办公室 (contracts.md §3).
    """
    from dubu_desktop.export.xlsx.ledger import write_table

    wanted = next((k for k in LedgerKind if ledger in (k.value, k.label)), None)
    if wanted is None:
        raise DubuError("D-305", detail=f"没有这种台账：{ledger}，可用：{'、'.join(LedgerKind)}")
    target = given.place(out)
    if target.is_dir():
        target = target / f"{file_name(wanted.label, desk.today.isoformat())}.xlsx"
    notice = "" if desk.office else papers.GROUP_NOTICE

    def write(report: Report, cancelled: IsCancelled) -> int:
        with desk.ws.reading() as conn:
            reader = Reader(desk.ws, conn, desk.person)
            ids = ledgers.ids_of(reader, wanted, where or {})

            def told(done: int) -> None:
                report(min(done, len(ids)), len(ids))
                if cancelled():
                    raise Cancelled

            return write_table(LEDGERS[wanted], ledgers.rows(reader, wanted, ids, told), target, notice=notice)

    count = yield from beside(write, f"正在写{wanted.label}")
    desk.extra |= {"file": str(target), "rows": count}
