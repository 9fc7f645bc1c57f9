"""Ctrl+P in 整改, 任务, 督导活动: the ledger of what is checked, or of what the list shows, as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.reads import entry
from dubu_desktop.domain.ledgers import LEDGERS, LedgerKind
from dubu_desktop.ui import files, written

if TYPE_CHECKING:
    from dubu_desktop.ui.page import ListDetailPage


def export(page: ListDetailPage, kind: LedgerKind, shown: dict[str, Any]) -> None:
    """Ask where to, then write. `shown`: the list's choice, as `export_work_ledger` takes it."""
    checked = page.rows.checked_ids()
    if checked:
        page.desk.read(
            page, entry.hexids, checked, newest="ledger",
            then=lambda ids: _ask(page, kind, {"ids": ids}, f"选中{len(ids)}条"),
        )  # fmt: skip
    elif len(page.rows.ids()):
        _ask(page, kind, {key: value for key, value in shown.items() if value}, "")
    else:
        page.desk.warn(f"这里没有可以写进{LEDGERS[kind].title}的。")


def _ask(page: ListDetailPage, kind: LedgerKind, where: dict[str, Any], words: str) -> None:
    title = LEDGERS[kind].title
    name = " ".join(part for part in (title, words, page.desk.clock.today().isoformat()) if part)
    written.ask_and_write(
        page, f"导出{title}", name, files.WORKBOOKS, "export_work_ledger", f"正在写{title}",
        ledger=kind.value, where=where,
    )  # fmt: skip
