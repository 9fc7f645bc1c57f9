"""A second computer of the office: sees everything, writes as the office, exchanges with the hub alone (sync.md §3)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dubu_desktop.actions import check, texts
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import bundles, conflicts, spokes, strip, workbench
from dubu_desktop.actions.setup import init_group
from dubu_desktop.db import scope
from dubu_desktop.domain.lifecycle import Role
from dubu_desktop.errors import DubuError
from tests.stories import exchange
from tests.stories.exchange import Place, Unjudged, finding_state, hostile
from tests.world import PASSWORD, cheap_keys, jpeg, made_once

MARKET, SCHOOL = "城关街道东关菜市场", "城关街道文化路小学"
CLERK = "叶青禾"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As that of the other stories, with a second computer of the office that is acquainted."""
    root = tmp_path_factory.mktemp("with-clerk")
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        for name in ("state", "world"):
            shutil.copytree(made_once(("01", "02")) / name, root / name)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        place = Place(root / "world", patch)
        _set_up(place)
        place.close()
    return root


@pytest.fixture
def clerk(place: Place) -> House:
    """The second computer, acquainted; the place calls it `clerk`. It is set up where the template has none."""
    if (place.root / "clerk").exists():
        return place.put("clerk", place.open("clerk", place.root / "clerk"))
    _set_up(place)
    return place.groups["clerk"]


def _set_up(place: Place) -> None:
    told = place.office.do("issue_starter", side="office", out=str(place.root / "starters")).extra
    starter = Path(told["starter"]).read_bytes()
    house = init_group(place.root / "clerk", PASSWORD, CLERK, starter, told["code"], place.clock).house
    place.put("clerk", house)
    up(place)
    down(place)


def up(place: Place) -> dict[str, object]:
    """One bundle of the clerk's computer, taken by the hub."""
    (report,) = place.bring("office", place.export("clerk"))
    assert report["status"] == "new", report
    return report


def down(place: Place) -> dict[str, object]:
    """One bundle of the hub, taken by the clerk's computer."""
    (file,) = place.office.do("export_bundle", to="office", out=str(place.stick)).extra["files"]
    (report,) = place.bring("clerk", file)
    assert report["status"] == "new", report
    return report


def same(place: Place) -> bool:
    """Whether both computers of the office show the same records."""
    with place.office.ws.reading() as a, place.groups["clerk"].ws.reading() as b:
        return sorted(scope.digests(a)) == sorted(scope.digests(b))


def test_it_sees_everything_of_every_group_covert_plans_too(place: Place, clerk: House) -> None:
    assert (clerk.edition, clerk.hub, place.office.hub) == ("office", False, True)
    assert (clerk.person.roles if clerk.person else None) == {Role.CLERK, Role.DIRECTOR}
    place.groups["01"].do("plan_visit", visit_kind="unannounced", planned_for="2026-06-05", plan="暗访南河桥工地")
    one = place.finding(place.groups["01"], place=MARKET)
    two = place.finding(place.groups["02"], place=SCHOOL)
    place.groups["01"].do("add_photos", finding=one, images=[jpeg(2)])
    place.swap("01")
    place.swap("02")
    down(place)
    assert (place.value("clerk", one), place.value("clerk", two)) == (MARKET, SCHOOL)
    (photo,) = place.rows(clerk, "evidence")
    assert clerk.ws.blobs.has(photo["preview"])
    assert [row["plan"] for row in place.rows(clerk, "visit")] == ["暗访南河桥工地"]
    assert place.rows(place.groups["02"], "visit") == []
    assert same(place)
    assert check.digest(clerk) == check.digest(place.office)
    assert check.digest(clerk, "01") == check.digest(place.groups["01"])
    assert {row.name for row in place.office.read(spokes.rows) if row.office} == {"办公室 B机"}


def test_what_it_writes_ranks_as_the_office(place: Place, clerk: House) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    place.groups["01"].do("finalise_finding", finding=number)
    place.bring("office", place.export("01"))
    down(place)
    clerk.do("confirm_finding", findings=[number])
    clerk.do("assign_rectification", findings=[number])
    clerk.do("edit_finding", finding=number, values={"place": SCHOOL}, reason="地点写错")
    own = place.finding(clerk, place=SCHOOL)
    assert own == "WT-2026-00B-0001"
    up(place)
    row = place.row(place.office, "finding", number=number)
    assert (row["status"], row["place"]) == ("rectifying", SCHOOL)
    assert place.value("office", own) == SCHOOL
    assert place.inert("office") == []
    place.bring("01", place.export("office", "01"))
    assert place.value("01", number) == SCHOOL
    assert place.groups["01"].ws.side_of(finding_state(place.groups["01"], number).events[-1].dot.actor) == b""
    down(place)
    assert same(place)
    assert place.agree("01")
    assert place.faults("office") == place.faults("clerk") == []


def test_it_decides_conflicts_and_its_word_goes_round(place: Place, clerk: House) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    place.swap("01")
    place.office.do("edit_finding", finding=number, values={"place": SCHOOL}, reason="核对")
    place.groups["01"].do("edit_finding", finding=number, values={"place": "城关街道南河桥头"})
    place.bring("office", place.export("01"))
    down(place)
    assert place.conflicts("clerk") == 1
    clerk.do("edit_finding", finding=number, values={"place": "城关街道南河桥头"}, reason="以组里为准")
    up(place)
    assert place.conflicts("office") == 0
    place.swap("01")
    assert place.value("01", number) == "城关街道南河桥头"
    assert place.agree("01")


def test_two_computers_of_the_office_that_change_one_field_apart_are_a_conflict(place: Place, clerk: House) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    place.swap("01")
    down(place)
    clerk.do("edit_finding", finding=number, values={"place": SCHOOL}, reason="一")
    place.office.do("edit_finding", finding=number, values={"place": "城关街道南河桥头"}, reason="二")
    up(place)
    assert place.conflicts("office") == 1
    down(place)
    assert place.conflicts("clerk") == 1
    assert same(place)


def test_a_new_conflict_is_told_though_another_one_ends(place: Place, clerk: House) -> None:
    """The clerk's computer decides one conflict and, not knowing, edits what the hub edits too."""
    number = place.finding(place.groups["01"])
    place.swap("01")
    place.office.do("edit_finding", finding=number, values={"place": "办公室改"}, reason="更正")
    place.groups["01"].do("edit_finding", finding=number, values={"place": "组改"})
    place.bring("office", place.export("01"))
    down(place)
    (view,) = clerk.read(conflicts.rows, clerk.read(conflicts.ids))
    clerk.do("decide_conflict", record=view.record, field=view.field, choice=1)
    clerk.do("edit_finding", finding=number, values={"severity": "serious"}, reason="甲")
    place.office.do("edit_finding", finding=number, values={"severity": "ordinary"}, reason="乙")
    file = place.export("clerk")
    (seen,) = place.office.do("preview_bundles", files=[file]).extra["reports"]
    (report,) = place.bring("office", file)
    (left,) = place.office.read(conflicts.rows, place.office.read(conflicts.ids))
    assert (left.field, seen["conflicts"], report["conflicts"]) == ("severity", 1, 1)
    assert [clash.field for clash in seen["clashes"]] == ["severity"]


@pytest.mark.parametrize(
    ("verb", "params"),
    [
        ("issue_task", {"tasks": ["x"]}),
        ("sign_document", {"document": "x"}),
        ("enrol_group", {"code": "07", "out": "."}),
        ("issue_starter", {"side": "01", "out": "."}),
        ("revoke_spoke", {"spoke": "x", "reason": "y"}),
        ("retire_spoke", {"spoke": "x"}),
        ("replace_spoke", {"spoke": "x", "out": "."}),
        ("rename_spoke", {"spoke": "x", "label": "y"}),
        ("withdraw_starter", {"starter": "x"}),
        ("take_over_quarantined", {}),
        ("undo_import", {"bundle": "x"}),
    ],
)
def test_what_only_the_hub_may_is_refused_with_the_way_out(clerk: House, verb: str, params: dict[str, object]) -> None:
    with pytest.raises(DubuError) as refused:
        clerk.do(verb, **params)
    assert refused.value.code == "D-317"
    assert "办公室主机" in refused.value.sentence


def test_a_changed_program_on_it_numbers_no_paper_and_makes_no_group(place: Place, clerk: House) -> None:
    """The hub judges it by the table as it judges groups: default deny (T08)."""
    task = place.office.do("draft_task", title="查消防", groups=["01"]).ids[-1]
    down(place)
    record = bytes.fromhex(task)

    def act(desk: Unjudged) -> None:
        desk.set(record, {"number": "督交〔2026〕99号"})
        desk.force(desk.state(record), "issue")
        desk.create("group", {"code": "09", "name": "第九组", "leader": "无"})

    hostile(clerk, act)
    up(place)
    row = place.row(place.office, "task", uuid=record)
    assert (row["status"], row["number"]) == ("drafted", None)
    assert [g["code"] for g in place.rows(place.office, "group")] == ["01", "02"]
    assert place.inert("office") == ["no_authority"] * 3
    down(place)  # and its own machine is told
    assert place.row(clerk, "task", uuid=record)["status"] == "drafted"


def test_it_exchanges_with_the_hub_alone(place: Place, clerk: House) -> None:
    with pytest.raises(DubuError) as refused:
        clerk.do("export_bundle", to="01", out=str(place.stick))
    assert refused.value.code == "D-303"
    (report,) = place.bring("clerk", place.export("01"))  # a group's bundle is not for it
    assert (report["status"], report["code"]) == ("refused", "D-201")
    (file,) = clerk.do("export_bundle", to="all", out=str(place.stick)).extra["files"]
    assert "00-up-" in file
    assert [row.name for row in clerk.read(bundles.peers)] == ["办公室"]
    assert clerk.read(spokes.rows) == []
    assert clerk.read(strip)
    place.finding(clerk, place=SCHOOL)
    assert "unsent" in [todo.key for todo in clerk.read(workbench).todo]
    assert [(p.name, p.label) for p in place.office.read(bundles.peers)] == [
        ("第一组", ""), ("第二组", ""), ("办公室另一台", "B机"),
    ]  # fmt: skip
    (row,) = [r for r in place.office.read(spokes.rows) if r.office]
    place.office.do("retire_spoke", spoke=row.replica)
    assert [p.name for p in place.office.read(bundles.peers)] == ["第一组", "第二组"]  # nobody waits for it any more


def test_it_can_be_stolen_too(place: Place, clerk: House) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    place.swap("01")
    down(place)
    (row,) = [r for r in place.office.read(spokes.rows) if r.office]
    place.office.do("revoke_spoke", spoke=row.replica, reason="办公室被盗")
    clerk.do("edit_finding", finding=number, values={"place": SCHOOL}, reason="贼改的")
    (report,) = place.bring("office", place.export("clerk"))
    assert report["without_effect"] == 1
    assert place.value("office", number) == MARKET
    assert place.conflicts("office") == 0


def test_it_is_restored_like_any_spoke(place: Place, clerk: House) -> None:
    place.patch.setitem(exchange.NAMES, "clerk", "叶青禾")
    backup = place.backup("clerk")
    own = place.finding(clerk, place=SCHOOL)
    up(place)
    down(place)
    place.restore("clerk", backup)
    up(place)
    down(place)
    assert place.value("clerk", own) == SCHOOL
    assert same(place)


def test_a_program_of_0_1_0_does_not_take_its_starter_for_a_groups(place: Place) -> None:
    told = place.office.do("issue_starter", side="office", out=str(place.root / "starters")).extra
    file = Path(told["starter"]).read_bytes()
    assert file[12:16] == bytes([0, 2, 0, 2])  # format, and the oldest reader that may open it
    group = place.office.do("issue_starter", side="01", out=str(place.root / "starters")).extra
    assert Path(group["starter"]).read_bytes()[12:16] == bytes([0, 1, 0, 1])


def test_two_computers_of_the_office_word_a_text_apart_and_the_office_decides(place: Place, clerk: House) -> None:
    opening = {"kind": "专报", "text": "导语"}
    place.office.do("edit_paper_text", **opening, words="主机写的{问题数}个。")
    clerk.do("edit_paper_text", **opening, words="乙机写的{问题数}个。")
    clerk.do("edit_paper_text", kind="专报", text="原因", words="")
    up(place)
    down(place)
    assert same(place)
    assert (place.conflicts("office"), place.conflicts("clerk")) == (1, 1)
    assert place.office.read(lambda r: [one.name for one in conflicts.rows(r, conflicts.ids(r))]) == ["专报：导语"]
    assert len(place.rows(place.office, "paper_text")) == 2  # one record for each text, whoever began it
    (row,) = [r for r in place.rows(place.office, "paper_text") if r["place"] == "opening"]
    in_force = place.office.read(lambda r: texts.in_force(r.conn).of("special_report"))
    assert in_force.template("opening") == row["text"]
    assert in_force.template("causes") == ""
    place.office.do("edit_paper_text", **opening, words="商定的{问题数}个。")
    down(place)
    assert place.conflicts("clerk") == 0
    assert clerk.read(lambda r: texts.in_force(r.conn).of("special_report").template("opening")) == "商定的{问题数}个。"


def test_undoing_a_decision_brings_back_the_value_that_was_shown(place: Place, clerk: House) -> None:
    """Whichever computer of the office wrote last is shown; which of them has the greater number plays no part."""
    first, second = place.finding(place.office), place.finding(place.office)
    down(place)
    for house, often in ((place.office, first), (clerk, second)):
        other = second if often == first else first
        house.do("edit_finding", finding=often, values={"place": "一改1号"}, reason="更正")
        house.do("edit_finding", finding=often, values={"place": "二改2号"}, reason="更正")
        house.do("edit_finding", finding=other, values={"place": "只改一次3号"}, reason="更正")
    place.bring("office", place.export("clerk"))
    assert place.conflicts("office") == 2
    for number in (first, second):
        assert place.value("office", number) == "二改2号"
        record = place.row(place.office, "finding", number=number)["uuid"].hex()
        place.office.do("decide_conflict", record=record, field="place", value="另一处4号")
        place.office.do("undo")
        assert place.value("office", number) == "二改2号"


@pytest.mark.parametrize("field", ["due_on", "due_reason"])
@pytest.mark.parametrize("by", ["choice", "seen", "value"])
def test_a_date_is_decided_with_its_reason(place: Place, clerk: House, field: str, by: str) -> None:
    (task,) = place.office.do("draft_task", title="查消防", groups=["01"]).ids
    place.office.do("issue_task", tasks=[task])
    down(place)
    clerk.do("extend_task", task=task, due_on="2026-07-01", reason="雨天")
    place.office.do("extend_task", task=task, due_on="2026-07-09", reason="等材料")
    place.bring("office", place.export("clerk"))
    views = place.office.read(conflicts.rows, list(place.office.read(conflicts.ids)))
    ordered = sorted(views, key=lambda view: view.field != field)
    row = place.row(place.office, "task")
    shown = row["due_on"], row["due_reason"]
    others = {("2026-07-01", "延期：雨天"), ("2026-07-09", "延期：等材料")} - {shown}
    for view in ordered if by == "seen" else ordered[:1]:
        value = view.values[1].value
        said = {"choice": {"choice": 2}, "seen": {"seen": [value]}, "value": {"value": value}}[by]
        place.office.do("decide_conflict", record=view.record, field=view.field, **said)
    row = place.row(place.office, "task")
    assert {(row["due_on"], row["due_reason"])} == others
    assert place.conflicts("office") == 0


def test_a_void_that_lost_its_effect_at_the_hub_is_taken_from_the_clerks_sight(place: Place, clerk: House) -> None:
    """The clerk adopted the unit first, and its bundle comes last: what it was told of the void no longer holds."""
    one = place.groups["01"]
    one.do("add_unit", name="红星商行")
    place.swap("01")
    down(place)
    clerk.do("adopt_unit", unit="红星商行")
    adopted = place.export("clerk")
    one.do("undo")  # the group takes its unit back, not knowing
    place.bring("office", place.export("01"))
    down(place)
    place.bring("office", adopted)
    assert place.row(place.office, "unit", name="红星商行")["status"] == "valid"
    down(place)
    assert place.row(clerk, "unit", name="红星商行")["status"] == "valid"
    assert same(place)
    place.swap("01")
    assert place.agree("01")


def test_a_note_that_lost_its_effect_at_the_hub_is_taken_from_the_clerks_sight(place: Place, clerk: House) -> None:
    one, two = place.groups["01"], place.groups["02"]
    one.do("add_unit", name="红星商行")
    place.swap("01")
    place.office.do("adopt_unit", unit="红星商行")
    place.swap("02")
    two.do("add_note", kind="unit", record="红星商行", text="名称有误")
    place.bring("office", place.export("02"))
    down(place)
    assert len(place.rows(clerk, "note")) == 1
    place.office.do("undo")  # the adoption: whoever is not its group sees the unit no more, and noted on nothing
    assert place.rows(place.office, "note") == []
    down(place)
    assert place.rows(clerk, "note") == []
    assert same(place)
    for code in ("01", "02"):
        place.swap(code)
        assert place.agree(code)
    place.office.do("adopt_unit", unit="红星商行")
    place.swap("02")
    down(place)
    assert len(place.rows(clerk, "note")) == len(place.rows(place.office, "note")) == 1
    assert same(place)
    assert place.agree("02")


def test_the_same_step_of_two_computers_leaves_the_group_its_next_one(place: Place, clerk: House) -> None:
    """Both heads agree, so that nobody has anything to decide; 核查 of the group was 无此职权, without a way out."""
    one = place.groups["01"]
    number = place.assigned("01")
    down(place)
    place.office.do("record_reply", finding=number, reply="已整改")
    clerk.do("record_reply", finding=number, reply="已整改")
    up(place)
    place.swap("01")
    assert len(finding_state(place.office, number).heads) == 2
    assert place.conflicts("office") == 0
    one.do("add_photos", finding=number, images=[jpeg(9)], role="after")
    one.do("verify_finding", finding=number, result="通道畅通")
    place.bring("office", place.export("01"))
    assert (place.inert("office"), place.value("office", number, "status")) == ([], "verified")
    down(place)
    assert same(place)
    assert place.faults("office") == []
