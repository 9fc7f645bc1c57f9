"""What can be done to the checked findings at once; each step says to how many of them it applies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from dubu_desktop.actions.reads import entry, findings
from dubu_desktop.actions.reads.findings import FindingRow
from dubu_desktop.domain.lifecycle import FindingStatus, Role
from dubu_desktop.ui.casework.urging import urging
from dubu_desktop.ui.casework.values import plain
from dubu_desktop.ui.kit import Action, AskPanel
from dubu_desktop.ui.operation import Desk

S = FindingStatus
_MOST = 200  # rows one read brings


def chosen(reader: Any, rows: Sequence[int]) -> list[FindingRow]:
    """The checked findings (reader thread)."""
    out: list[FindingRow] = []
    for at in range(0, len(rows), _MOST):
        out += findings.rows(reader, rows[at : at + _MOST])
    return out


class Bulk:
    """Makes the bar's actions for several findings and carries them out."""

    def __init__(self, desk: Desk, asker: QWidget, ask: AskPanel) -> None:
        self.desk, self.asker, self.ask = desk, asker, ask

    def actions(self, rows: Sequence[FindingRow]) -> list[Action]:
        """For the office: 核定, 交整改, 督促; for a group: 定稿."""
        person = self.desk.house.person
        roles = person.roles if person else frozenset()
        if self.desk.house.edition != "office":
            ready = _ids(rows, S.DRAFT)
            return [Action(f"定稿 {len(ready)} 条", lambda: self._finalise(ready), "Y")] if ready else []
        out = []
        final, confirmed, going = _ids(rows, S.FINAL), _ids(rows, S.CONFIRMED), _ids(rows, S.RECTIFYING, S.REPLIED)
        if final and Role.CLERK in roles:
            out.append(Action(f"核定 {len(final)} 条", lambda: self._do("confirm_finding", final, "已核定"), "Y"))
        if confirmed and Role.DIRECTOR in roles:
            assign = lambda: self._do("assign_rectification", confirmed, "已交整改")  # noqa: E731
            out.append(Action(f"交整改 {len(confirmed)} 条", assign, "" if final else "Y"))
        if going:
            dues = [row.due_on for row in rows if row.status in (S.RECTIFYING, S.REPLIED)]
            out.append(Action(f"督促 {len(going)} 条", lambda: self._urge(going, dues), "U"))
        return out

    def draft_bulletin(self, rows: Sequence[int], then: Callable[[str], None]) -> None:
        """A 通报 of these findings; `then(id)` once it is drafted."""
        if self.desk.house.edition != "office":
            self.desk.warn("通报由领导小组办公室统一制发，督巡组只报办公室。")
        elif not rows:
            self.desk.warn("先选中要编入通报的问题：按 X 逐条选，或 Ctrl+A 全选。")
        else:
            self.desk.read(self.asker, entry.hexids, rows, then=lambda ids: self._draft(ids, then), newest="bulletin")

    def _draft(self, ids: list[str], then: Callable[[str], None]) -> None:
        self.desk.do(self.asker, "draft_bulletin", findings=ids, then=lambda outcome: then(outcome.ids[-1]))

    def _do(self, verb: str, ids: list[str], said: str, **more: Any) -> None:
        self.desk.do(
            self.asker, verb, findings=ids, then=lambda _outcome: self.desk.tell(f"{said} {len(ids)} 条。"), **more
        )

    def _finalise(self, ids: list[str]) -> None:
        def then(outcome: Any) -> None:
            left = len(outcome.warnings)
            self.desk.tell(f"已定稿 {len(ids) - left} 条" + (f"，{left} 条还有缺项，仍是草稿。" if left else "。"))

        self.desk.do(self.asker, "finalise_all", findings=ids, then=then)

    def _urge(self, ids: list[str], dues: list[str]) -> None:
        self.ask.ask(
            f"督促 {len(ids)} 条", urging(dues, self.desk.clock.today()),
            lambda given: self._do("urge", ids, "已记下督促", channel=plain(given["channel"]), text=given["text"]),
            ok="记下",
        )  # fmt: skip


def _ids(rows: Sequence[FindingRow], *statuses: str) -> list[str]:
    return [row.id for row in rows if row.status in statuses]
