"""Conflicts in fields that only a newer version knows: told as they are, offered to nobody, each a line of its own."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import conflicts
from dubu_desktop.db import journal
from dubu_desktop.domain.ops import Op, OpType, Write
from dubu_desktop.ui.bundles import entries
from tests.world import World

from .guard import watching
from .walk import complaints

K = Qt.Key
#: beyond whatever is declared; the last two went by one number
LATER, FAR, FARTHER = 901, 1000, 4_000_000_000


class NewerDesk(Desk):
    """The desk of a program that knows more fields."""

    def _put(self, op: Op) -> None:
        self.changes.merge(journal.apply(self.conn, self.ws.fold, journal.written([op])))
        self._wrote = True


def write(house: House, record: bytes, values: dict[int, Any]) -> None:
    """Fields by their tags, known here or not."""
    desk = NewerDesk(house.ws, house.person, "later", "以后")
    with desk.writing():
        state = desk.state(record)
        writes = {tag: Write(v, state.register(tag).over, state.register(tag).ctx) for tag, v in values.items()}
        desk._put(desk._op(OpType.SET, state.kind, record, record, state.lam + 1, at=state.heads, writes=writes))


def two_sides(world: World, *tags: int) -> tuple[str, list[str]]:
    """Group and office wrote these fields apart; the number of the finding, and the group's bundle."""
    group, office = world.groups["01"], world.office
    number = world.finding(group)
    world.take(office, world.up("01"))
    for house, who in ((office, "办公室"), (group, "组里")):
        write(house, world.row(office, "finding", number=number)["uuid"], {tag: f"{who}写的{tag}" for tag in tags})
    return number, world.up("01")


def test_the_preview_tells_such_a_conflict_and_offers_no_choice(world, opened):
    number, files = two_sides(world, LATER)
    seat = opened(world.office, "bundles")
    seat.page.preview(files)
    seat.settle()
    card = seat.page.incoming.clash
    with watching():
        assert card.isVisible()
        assert not card.options.isVisible()
        assert "组里写的901" in card.fact.text()
        assert "办公室写的901" in card.fact.text()
        assert "只有新版认识的字段" in card._foot.text()
        seat.press(K.Key_2)
        assert seat.page.incoming.choices == {}
        assert complaints(seat.window, own_texts=[number, ".dubu"]) == []
        seat.press(K.Key_Return)
        assert not any("D-307" in said for said in seat.said)
    assert world.office.read(conflicts.count) == 1
    seat.press(K.Key_Return)
    seat.page.show_record(entries.CONFLICTS)
    seat.settle()
    seat.page.take_focus()
    card = seat.page.entry_pane.clash
    assert (card.isVisible(), card.options.isVisible(), card.fact.isVisible()) == (True, False, True)
    seat.press(K.Key_1)
    assert not any("D-307" in said for said in seat.said)


def test_beside_one_that_can_be_decided_it_waits_for_nobody(world, opened):
    """The one that can be decided is; the card of the record shows it first."""
    number, _earlier = two_sides(world, LATER)
    record = world.row(world.office, "finding", number=number)["uuid"]
    for house, who in ((world.office, "办公室"), (world.groups["01"], "组里")):
        house.do("edit_finding", finding=record.hex(), values={"place": f"{who}的地点"}, reason="更正")
    files = world.up("01")  # holds what the earlier one does
    seat = opened(world.office, "bundles", "findings")
    seat.page.preview(files)
    seat.settle()
    card = seat.page.incoming.clash
    assert card.options.isVisible(), "地点 stands before it"
    seat.press(K.Key_2)
    assert card.options.isVisible(), "nothing else waits for a choice"
    card.step(1)
    assert not card.options.isVisible()
    card.step(1)
    assert card.options.isVisible()
    seat.press(K.Key_Return)
    assert [view.field for view in world.office.read(conflicts.of, record)] == [str(LATER)]
    assert not any("D-307" in said for said in seat.said)


def test_the_record_shows_it_without_a_choice(world, opened):
    number, files = two_sides(world, LATER)
    world.take(world.office, files)
    seat = opened(world.office, "findings")
    seat.page.show_record(world.row(world.office, "finding", number=number)["uuid"].hex())
    seat.settle()
    card = seat.page.finding.clash
    assert card.isVisible()
    assert not card._keys.bindings()
    assert card._note.text() == "只有新版认识的字段：两个值都留着，装上新版本以后再裁定"
    card.take(1)
    seat.settle()
    assert not any("D-307" in said for said in seat.said)
    assert complaints(seat.window, own_texts=[number]) == []


def test_each_has_a_line_of_its_own(world):
    _number, files = two_sides(world, LATER, FAR, FARTHER)
    office = world.office
    world.take(office, files)
    ids = list(office.read(entries.ids, "", entries.CONFLICTS))
    assert len(set(ids)) == 3
    found = [one for each in ids for one in office.read(entries.rows, [each])]
    assert [one.rowid for one in found] == ids
    assert {entries.present(one).chip.word for one in found} == {"待新版裁定"}
    assert [one.item.field for one in found] == [str(LATER), str(FAR), str(FARTHER)]
    assert [view.field for view in office.read(conflicts.rows, office.read(conflicts.ids))] == [
        str(LATER), str(FAR), str(FARTHER),
    ]  # fmt: skip
