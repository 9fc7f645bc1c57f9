"""督导活动 on real workspaces, by keyboard alone: start in four, stop in two, plan, edit, find what was found in it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from dubu_desktop.actions.reads.frame import strip
from dubu_desktop.ui.visits.start import VisitCard
from tests.world import World

from .guard import watching
from .real import CTRL, SHIFT
from .walk import complaints

K = Qt.Key


def start(seat, letters: str) -> None:
    """Ctrl+Shift+V, initials, Enter takes the unit, Enter starts."""
    seat.press(K.Key_V, CTRL | SHIFT)
    seat.write(letters)
    seat.press(K.Key_Return)
    seat.press(K.Key_Return)


def visit(world: World, seat) -> dict:
    return world.rows(seat.house, "visit")[-1]


def test_a_visit_starts_in_four_interactions_and_remembers_the_last_one(world, opened):
    seat = opened(world.groups["01"], "visits", "tasks")
    seat.window.go("tasks")
    with watching():
        start(seat, "cgjd")
    assert seat.count == 4
    first = visit(world, seat)
    assert (first["place"], first["visit_kind"], first["started_at"]) == ("城关街道", "unannounced", "2026-06-02T08:30")
    assert seat.page is seat.window.page("tasks"), "the card lies over whatever page is open"
    facts = {fact.key: fact.value for fact in seat.house.read(strip).facts}
    assert facts["visit"] == "城关街道 08:30起", "the strip of the window says that a visit is running"
    # another kind and more people: remembered for the next one
    seat.house.do(
        "edit_visit", visit=first["uuid"].hex(), values={"visit_kind": "surprise_check", "members": ["甲", "乙"]}
    )
    world.clock.put("2026-06-02T14:10")
    seat.press(K.Key_V, CTRL | SHIFT)
    seat.press(K.Key_Return)
    assert visit(world, seat)["ended_at"] == "2026-06-02T14:10"
    assert visit(world, seat)["half_days"] == 2
    start(seat, "yjglj")
    second = visit(world, seat)
    assert (second["visit_kind"], second["members"], second["leader_present"]) == ("surprise_check", ["甲", "乙"], True)


def test_enter_without_a_place_asks_for_it_and_starts_nothing(world, opened):
    seat = opened(world.groups["01"], "visits")
    seat.press(K.Key_V, CTRL | SHIFT)
    seat.press(K.Key_Return, CTRL)
    assert not world.rows(seat.house, "visit")
    card = seat.window.findChildren(VisitCard)[-1]
    assert card.isVisible()
    seat.press(K.Key_Escape)  # the candidates
    seat.press(K.Key_Escape)
    assert not card.isVisible()


def test_a_place_that_is_no_unit_yet_becomes_one_waiting_for_the_office(world, opened):
    seat = opened(world.groups["01"], "visits")
    start(seat, "广源建材市场")
    unit = world.row(seat.house, "unit", name="广源建材市场")
    assert unit["pending"] is True
    assert visit(world, seat)["units"] == [unit["uuid"]]


def test_a_running_visit_moves_to_the_next_place_and_the_first_one_is_closed(world, opened):
    seat = opened(world.groups["01"], "visits")
    start(seat, "cgjd")
    world.clock.put("2026-06-02T10:00")
    seat.press(K.Key_V, CTRL | SHIFT)
    seat.tab()
    seat.press(K.Key_Space)  # 换到下一处
    seat.write("yjglj")
    seat.press(K.Key_Return)
    seat.press(K.Key_Return)
    one, two = world.rows(seat.house, "visit")
    assert (one["ended_at"], one["half_days"], two["ended_at"]) == ("2026-06-02T10:00", 1, None)


def test_list_shows_kind_half_days_and_what_was_found(world, opened):
    group = world.groups["01"]
    group.do("start_visit", visit_kind="unannounced", units=["城关街道"], leader_present=True)
    number = world.finding(group)
    group.do("stop_visit")
    seat = opened(group, "visits")
    page = seat.page
    assert page.visit is not None
    assert len(page.visit.findings) == 1
    assert page.findings.isVisible()
    shown = page.findings.model().data(page.findings.model().index(0), Qt.ItemDataRole.DisplayRole)
    assert "瓷砖" in shown, number
    assert page.gauge.accessibleName().startswith("四不两直本月占比 100%")
    assert complaints(seat.window) == []


def test_facts_are_edited_in_place_and_a_visit_ends_with_a_note(world, opened):
    group = world.groups["01"]
    group.do("start_visit", visit_kind="unannounced", units=["城关街道"])
    seat = opened(group, "visits")
    page = seat.page
    page.facts.open("place")
    seat.press(K.Key_A, CTRL)
    seat.write("广源建材市场1至6号楼")
    seat.press(K.Key_Return)
    assert visit(world, seat)["place"] == "广源建材市场1至6号楼"
    page.take_focus()
    world.clock.put("2026-06-02T11:30")
    seat.press(K.Key_Return, CTRL)
    seat.write("与物业核对钥匙保管情况")
    seat.press(K.Key_Return, CTRL)
    ended = visit(world, seat)
    assert (ended["ended_at"], ended["note"]) == ("2026-06-02T11:30", "与物业核对钥匙保管情况")


def test_a_covert_plan_is_kept_and_started_from_its_page(world, opened):
    seat = opened(world.groups["01"], "visits")
    seat.press(K.Key_P)
    seat.write("cgjd")
    seat.press(K.Key_Return)
    for _ in range(3):
        seat.tab()
    seat.write("夜间看值班室")
    seat.press(K.Key_Return, CTRL)
    plan = visit(world, seat)
    assert (plan["plan"], plan["planned_for"], plan["started_at"]) == ("夜间看值班室", "2026-06-03", None)
    seat.page.take_focus()
    seat.press(K.Key_Return, CTRL)  # the card, filled in from the plan
    seat.press(K.Key_Return)
    (begun,) = world.rows(seat.house, "visit")
    assert (begun["uuid"], begun["started_at"]) == (plan["uuid"], "2026-06-02T08:30")


def test_the_office_sees_the_visits_of_all_groups(world, opened):
    for code in ("01", "02"):
        world.groups[code].do("start_visit", visit_kind="unannounced", units=["城关街道"])
        world.groups[code].do("stop_visit")
    world.round()
    seat = opened(world.office, "visits")
    assert len(seat.page.rows.ids()) == 2
    assert "计划暗访" not in [action.text() for action in seat.page.bar.buttons()]


def test_an_empty_list_says_how_to_begin(world, opened):
    seat = opened(world.groups["01"], "visits", size=(1000, 600))
    assert seat.page.pane.stack.currentIndex() == 1
    assert "Ctrl+Shift+V" in seat.page.empty[1]
    assert complaints(seat.window) == []
