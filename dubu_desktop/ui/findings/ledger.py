"""问题台账 in 问题: what is checked, or what the list shows, as a workbook (Ctrl+P); somebody else's read in."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.reads import entry
from dubu_desktop.actions.reads.findings import FindingFilter
from dubu_desktop.ui import files, written

if TYPE_CHECKING:
    from dubu_desktop.ui.findings.page import FindingsPage


def export(page: FindingsPage) -> None:
    """Ask where to, then write; drafts count nowhere and are left out unless the list shows drafts alone."""
    checked = page.rows.checked_ids()
    if checked:
        page.desk.read(
            page, entry.hexids, checked, then=lambda ids: _ask(page, {"ids": ids}, f"选中{len(ids)}条"), newest="ledger"
        )
    elif len(page.rows.ids()):
        _ask(page, plain(page.shown_filter()), page.filter_words())
    else:
        page.desk.warn("这里没有问题可以写进台账。")


def plain(shown: FindingFilter) -> dict[str, Any]:
    """What of a filter is set, as the verb takes it; 全部 is every finding that counts."""
    given = {f.name: getattr(shown, f.name) for f in fields(shown) if getattr(shown, f.name) != f.default}
    return {name: value for name, value in given.items() if (name, value) != ("status", "all")}


def _ask(page: FindingsPage, where: dict[str, Any], words: str) -> None:
    name = f"问题台账 {words} {page.desk.clock.today().isoformat()}"
    written.ask_and_write(page, "导出问题台账", name, files.WORKBOOKS, "export_ledger", "正在写台账", where=where)


def read_in(page: FindingsPage) -> None:
    """Open 从工作簿读入 with the wizard for a ledger; it asks for the file."""
    settings = page.window_.go("settings", "intake")
    if settings is not None:
        settings.section("intake").begin("findings")  # type: ignore[attr-defined]  # the page of that key
