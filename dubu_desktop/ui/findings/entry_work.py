"""What the entry card asks of the house: keep the typing, make the record, write changes, add photos, finalise.

Every step follows the one before it on the writer thread; a card that is left goes on being written while another is
open, so all of it works on the `EntryState` it began with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from dubu_desktop.actions.reads import entry, finding_detail, past
from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.domain.lifecycle import FindingStatus
from dubu_desktop.errors import DubuError
from dubu_desktop.ui.casework.pictures import BEFORE
from dubu_desktop.ui.findings.card import NOW, PHOTO, REFS, EntryState
from dubu_desktop.ui.kit import Photo
from dubu_desktop.ui.messages import Message
from dubu_desktop.ui.operation import Desk

if TYPE_CHECKING:
    from dubu_desktop.ui.findings.entry import EntryCard

Next = Callable[[], None]


@dataclass
class _Under:
    """What is under way for one card: `after` is done once nothing is left to write."""

    busy: bool = False
    after: list[Next] = field(default_factory=list)
    kept: bool = False


def load(reader: Any, finding: str) -> tuple[FindingDetail, str]:
    """A draft with the words it was last sent back with (reader thread)."""
    lines = past.history(reader, finding)
    last = next((line for line in lines if line.event in ("send_back", "finalise")), None)
    told = f"{last.side}{last.when}退回补充：{last.note}" if last is not None and last.event == "send_back" else ""
    return finding_detail.detail(reader, finding), told


class EntryWork(QObject):
    """See the module."""

    def __init__(self, desk: Desk, card: EntryCard) -> None:
        super().__init__(card)
        self.desk, self.card = desk, card
        self._under: dict[str, _Under] = {}
        self._asked: tuple[Any, ...] = ()

    def _line(self, state: EntryState) -> _Under:
        return self._under.setdefault(state.key, _Under())

    # --- keeping ----------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Keep what is typed; local to this machine, within a second of the key."""
        state = self.card.state
        if state.is_blank or not state.key:
            return
        caret = self.card.caret()
        state.caret = caret if caret[0] else state.caret  # elsewhere for a moment: back to where it was
        self._line(state).kept = True
        self.desk.do(self.card, "save_draft", key=state.key, body=state.body())

    def _forget(self, state: EntryState) -> None:
        line = self._under.pop(state.key, None)
        if line is not None and (line.kept or state.finding):
            self.desk.do(self.card, "drop_draft", key=state.key)

    # --- the record -------------------------------------------------------------------------------------------

    def ensure(self, state: EntryState, then: Next) -> None:
        """Make the record if there is none, write what differs, then go on."""
        line = self._line(state)
        line.after.append(then)
        if not line.busy:
            self._write(state)

    def commit(self) -> None:
        """Write what was changed, if there is a record."""
        if self.card.state.finding:
            self.ensure(self.card.state, lambda: None)

    def _write(self, state: EntryState) -> None:
        line = self._line(state)
        if not state.finding:
            line.busy = True
            snapshot = dict(state.values)
            self.desk.do(
                self.card, "register_finding", values=snapshot, draft=state.key,
                then=lambda outcome: self._registered(state, outcome, snapshot),
                failed=lambda error: self._failed(state, error),
            )  # fmt: skip
            return
        changes = state.changes()
        if changes:
            line.busy, snapshot = True, dict(state.values)
            self.desk.do(
                self.card, "edit_finding", finding=state.finding, values=changes,
                then=lambda _outcome: self._written(state, snapshot),
                failed=lambda error: self._failed(state, error),
            )  # fmt: skip
            return
        after, line.after = line.after, []
        for step in after:
            step()

    def _registered(self, state: EntryState, outcome: Any, snapshot: dict[str, Any]) -> None:
        state.finding, state.number = outcome.ids[-1], outcome.number or ""
        if state is self.card.state:
            self.keep()  # the draft went with the registration; from now on it points to the record
            self.reload()
            self.card.recorded.emit(state.finding)
        self._written(state, snapshot)

    def _written(self, state: EntryState, snapshot: dict[str, Any]) -> None:
        state.saved = snapshot
        self._line(state).busy = False
        self._write(state)

    def _failed(self, state: EntryState, error: DubuError) -> None:
        line = self._line(state)
        line.busy, line.after = False, []
        self.desk.said.emit(Message.from_error(error))

    # --- opening, following, leaving --------------------------------------------------------------------------

    def opened(self) -> None:
        """Another state is on the card."""
        self._asked = ()
        if self.card.state.finding:
            self.reload()

    def reload(self) -> None:
        """Read the record again."""
        state = self.card.state
        if state.finding:
            self.desk.read(self.card, load, state.finding, then=lambda got: self._loaded(state, *got), newest="entry")

    def _loaded(self, state: EntryState, detail: FindingDetail, told: str) -> None:
        if state is not self.card.state:
            return
        if detail.status != FindingStatus.DRAFT:
            self._forget(state)
            self.card.closed.emit(state.finding)
            return
        values = {f.key: f.value for f in detail.fields}
        said = {f.key: f.text for f in detail.fields if f.key in REFS}
        state.take_record(values, said)
        state.photos, state.number, state.told_back = len(detail.evidence), detail.number, told
        timed = self._time_from_photos(state, detail)
        self.card.show_photos(detail)
        self.card.show_state()
        if timed:
            self.commit()

    def _time_from_photos(self, state: EntryState, detail: FindingDetail) -> bool:
        """The first photo with a shooting time says when it was; what the person wrote stays."""
        shot = sorted(e.taken[:16] for e in detail.evidence if e.role == BEFORE and e.time_source == "exif" and e.taken)
        if not shot or state.auto.get("found_at") not in (NOW, PHOTO):
            return False
        return state.propose("found_at", shot[0], "", PHOTO)

    def suggest(self, then: Next | None = None) -> None:
        """Ask for defaults after what they rest on has changed; `then` is done when they are there in any case."""
        state = self.card.state
        guessed = state.auto.get("category") == "由情况带出"
        category = "" if guessed else state.values.get("category", "")
        facts = "" if category else state.values.get("facts", "")
        asked = (state.key, category, state.values.get("unit", ""), state.values.get("place", ""), facts)
        if asked == self._asked and then is None:
            return
        self._asked = asked

        def suggested(found: entry.Suggestion) -> None:
            self._suggested(state, found)
            if then is not None:
                then()

        self.desk.read(self.card, entry.suggest, *asked[1:], then=suggested, newest="finish" if then else "suggest")

    def _suggested(self, state: EntryState, found: entry.Suggestion) -> None:
        changed = False
        for key, source in (
            ("category", "由情况带出"), ("severity", "由类别带出"), ("industry_unit", "由类别带出"),
            ("territory_unit", "由地点带出"),
        ):  # fmt: skip
            if key in found.values:
                value, said, source = found.values[key]
                changed |= state.propose(key, value, said, source)
            else:
                changed |= state.withdraw(key, source)
        if state is self.card.state:
            self.card.show_state()
            if changed:
                self.keep()

    def forget(self) -> None:
        """The card is not wanted; only while it is no record."""
        self._forget(self.card.state)
        self.card.state = EntryState("")
        self.card.closed.emit("")

    def leave(self) -> None:
        """The card is left: what is on it becomes a draft."""
        state = self.card.state
        if state.is_blank:
            self._forget(state)
        else:
            self.ensure(state, lambda: self._forget(state))
        self.card.closed.emit(state.finding)

    # --- finishing --------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Finalise where the person may and nothing is missing; else it stays a draft and says what is missing."""
        state = self.card.state
        if state.is_blank:
            self.desk.warn("还什么都没有写：先写地点和情况，或者拖一张照片进来。")
            return
        # whoever is quicker than the proposals does not go without them
        self.suggest(lambda: self.ensure(state, lambda: self._may_finalise(state)))

    def _may_finalise(self, state: EntryState) -> None:
        """Who sits here may have changed since the card was opened."""

        def told(context: entry.EntryContext) -> None:
            if state is self.card.state:
                self.card.context = context
            self._finalise(state, context)

        self.desk.read(self.card, entry.context, then=told, newest="who")

    def _finalise(self, state: EntryState, context: entry.EntryContext) -> None:
        gaps = state.gaps
        if gaps:
            self.desk.warn(f"{state.number} 已存为草稿，还缺：{'、'.join(gap.label for gap in gaps)}。")
            if state is self.card.state:
                self.card.go_to(gaps[0].field)
        elif not context.may_finalise:
            self.desk.tell(f"{state.number} 已存为草稿，等{'工作人员' if context.office else '组长'}定稿。")
        else:
            self.desk.do(
                self.card, "finalise_finding", finding=state.finding, then=lambda _outcome: self._finalised(state)
            )

    def _finalised(self, state: EntryState) -> None:
        self._forget(state)
        self.desk.tell(f"{state.number} 已定稿。同样问题到下一处，按 Ctrl+D。")
        self.card.closed.emit(state.finding)

    # --- photos -----------------------------------------------------------------------------------------------

    def add_photos(self, files: list[str] | None = None, images: list[bytes] | None = None) -> None:
        """Put photos to the record, which is made if there is none yet."""
        state = self.card.state
        given: dict[str, Any] = {"files": files} if files else {"images": images or []}

        def add() -> None:
            self.desk.long(
                self.card, "add_photos", label="正在加照片", finding=state.finding, role=BEFORE, **given,
                then=lambda _outcome: self.reload(),
            )  # fmt: skip

        self.ensure(state, add)

    def remove_photo(self, photo: Photo) -> None:
        """Take a photo off again."""
        self.desk.do(
            self.card, "remove_evidence", evidence=photo.id, reason="录入时移除",
            then=lambda _outcome: self.desk.tell("已移除这张照片，Ctrl+Z 可以找回。"),
        )  # fmt: skip
