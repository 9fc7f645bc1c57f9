"""Opening and leaving the entry card: new, the same again, a draft of the list, what a crash interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QObject

from dubu_desktop.actions.reads import entry, finding_detail
from dubu_desktop.actions.reads.entry import DRAFTS, EntryContext, KeptCard
from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.system.randomness import Randomness
from dubu_desktop.ui.findings.card import KEYS, NOW, REFS, VISIT, EntryState
from dubu_desktop.ui.kit import Action

if TYPE_CHECKING:
    from dubu_desktop.ui.findings.entry import EntryCard
    from dubu_desktop.ui.findings.page import FindingsPage


def state_of(detail: FindingDetail) -> EntryState:
    """A finding's values as a card."""
    state = EntryState("", number=detail.number, photos=len(detail.evidence))
    values = {f.key: f.value for f in detail.fields if f.key in KEYS}
    state.take_record(values, {f.key: f.text for f in detail.fields if f.key in REFS})
    return state


def _context_and_kept(reader: Any, key: str) -> tuple[EntryContext, KeptCard | None]:
    return entry.context(reader), entry.kept(reader, key)


class Entering(QObject):
    """Works for the page; `row` is the row of the card's record, None while it is no record or not yet listed."""

    def __init__(self, page: FindingsPage) -> None:
        super().__init__(page)
        self.page, self.desk = page, page.desk
        self.row: int | None = None

    @property
    def card(self) -> EntryCard:
        """The page's card."""
        return self.page.entry

    def attend(self, card: EntryCard) -> None:
        """Follow the card that was just made."""
        card.closed.connect(self._closed)
        card.recorded.connect(self._recorded)

    def begin(self, model: EntryState | None) -> None:
        """A new card, empty or like `model` at the next place; what stood on another one becomes a draft."""
        if self.page.is_entering:
            self.card.leave()
        self.desk.read(self.page, entry.context, then=lambda found: self._open_new(found, model), newest="context")

    def _open_new(self, context: EntryContext, model: EntryState | None) -> None:
        key = f"{DRAFTS}{Randomness().bytes(16).hex()}"
        state = model.next_place(key) if model is not None else EntryState(key)
        state.propose("found_at", context.now, "", NOW)
        if context.visit:
            state.values["visit"] = context.visit
        if model is None:
            state.propose("place", context.place, "", VISIT)
        if context.unit is not None:
            state.propose("unit", context.unit.id, context.unit.name, VISIT)
        # what the visit names is place enough for many findings; then the facts are written first
        ready = model is None and state.clarity.place
        self.open_card(state, context, "facts" if ready else "place")

    def open_card(self, state: EntryState, context: EntryContext, focus: str, row: int | None = None) -> None:
        """Show a card; `focus` names the field for the caret, "" leaves the focus alone."""
        self.row = row
        self.page.show_entry()
        if row is None:
            self.page.rows.setCurrentIndex(QModelIndex())
        self.card.open_state(state, context, focus=focus)

    def open_draft(self, detail: FindingDetail) -> None:
        """A draft of this side is shown as the card it is written on."""
        key, state = f"{DRAFTS}{detail.id}", state_of(detail)

        def opened(got: tuple[EntryContext, KeptCard | None]) -> None:
            if self.page.rows.current_id() != detail.rowid or self.page.is_entering:
                return
            context, kept = got
            card = EntryState.from_body(key, kept.body) if kept is not None else state
            card.key, card.finding, card.number, card.saved = key, detail.id, detail.number, state.saved
            self.open_card(card, context, "", detail.rowid)

        self.desk.read(self.page, _context_and_kept, key, then=opened, newest="draft")

    def restore(self, kept: KeptCard | None) -> None:
        """Back to the card and the caret after a crash."""
        if kept is None or self.page.is_entering:
            return
        state = EntryState.from_body(kept.key, kept.body)

        def opened(context: EntryContext) -> None:
            self.open_card(state, context, "")
            self.card.put_caret()
            if state.finding:
                self._recorded(state.finding)
            self.desk.tell("上次没写完的这条已恢复，接着写。")

        self.desk.read(self.page, entry.context, then=opened, newest="context")

    def _recorded(self, finding: str) -> None:
        self.desk.read(self.page, entry.rowids, [finding], then=self._listed, newest="rowid")

    def _listed(self, rows: list[int]) -> None:
        if rows and self.page.is_entering:
            self.row = rows[0]
            self.page.rows.choose(rows[0])

    def _closed(self, finding: str) -> None:
        """The card was left or finished: the list takes the focus, its record is shown."""
        row, self.row = self.row, None
        had_focus = self.card.isAncestorOf(self.page.window().focusWidget() or self.page)
        self.page.show_nothing()
        if had_focus:
            self.page.rows.setFocus()
        if row is not None and self.page.rows.current_id() == row:
            self.page.finding.open_finding(row)

    def actions(self) -> list[Action]:
        """What the bar offers while the card is open."""
        urgent = bool(self.card.state.values.get("urgent"))
        return [
            Action("定稿", self.card.finish, "Ctrl+Return", primary=True),
            Action("同样问题，下一处", self.page.same_again, "Ctrl+D"),
            Action("取消紧急重大" if urgent else "紧急重大", self.card.toggle_urgent),
            Action("选照片", self.page.choose_photos),
            Action("作废" if self.card.state.finding else "不记了", self.give_up),
        ]

    def give_up(self) -> None:
        """The card is not wanted: forgotten while it is no record, voided with a reason when it is."""
        if not self.card.state.finding:
            self.card.work.forget()
            self.desk.tell("这张没有记。")
            return
        self.desk.read(self.page, finding_detail.detail, self.card.state.finding, then=self._void, newest="void")

    def _void(self, detail: FindingDetail) -> None:
        found = next((a for a in detail.actions if a.verb == "void_finding"), None)
        if found is not None:
            self.page.steps.start(found, detail)
