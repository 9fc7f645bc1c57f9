"""撤销导入: what a bundle brought is taken back by ops of the office, no more than that (sync.md §3.14)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.db import links
from dubu_desktop.errors import DubuError
from tests.stories.exchange import Place, ops_held
from tests.world import jpeg


def taken(place: Place, file: str) -> str:
    """The office takes the file; its name in the ledger."""
    (report,) = place.bring("office", file)
    assert report["status"] == "new"
    return Path(file).name


def status(place: Place, number: str, who: str = "office") -> str:
    return str(place.row(place.side(who), "finding", number=number)["status"])


def undo(place: Place, bundle: str) -> dict[str, Any]:
    """The preview says what doing it says, and changes nothing."""
    before = place.digest("office"), ops_held(place.office)
    seen = place.office.do("preview_undo_import", bundle=bundle).extra
    assert (place.digest("office"), ops_held(place.office)) == before
    done = place.office.do("undo_import", bundle=bundle).extra
    assert done == seen
    assert place.faults("office") == []
    return dict(done)


def test_what_a_bundle_began_is_voided_and_the_group_sees_it(place: Place) -> None:
    one = place.groups["01"]
    one.do("start_visit", visit_kind="unannounced", place="广源市场")
    number = place.finding(one)
    one.do("add_photos", finding=number, images=[jpeg(1)])
    one.do("add_unit", name="新冒出来的商行")
    one.do("finalise_finding", finding=number)
    name = taken(place, file := place.export("01"))
    told = undo(place, name)
    assert told["kinds"] == {"visit": 1, "finding": 1, "evidence": 1, "unit": 1}
    assert (told["fields"], told["steps"], told["left"]) == (0, 0, [])
    assert status(place, number) == "voided"
    assert place.row(place.office, "evidence")["status"] == "void"
    assert place.bring("office", file)[0]["status"] == "same"
    assert status(place, number) == "voided"
    place.swap("01")
    assert status(place, number, "01") == "voided"
    place.swap("01")
    assert place.together()
    assert place.inert("office") == []


def test_an_edit_is_written_back_and_a_step_taken_back(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one, place="城关街道甲地1号")
    taken(place, place.export("01"))
    one.do("edit_finding", finding=number, values={"place": "城关街道乙地2号"})
    one.do("edit_finding", finding=number, values={"place": "城关街道丙地3号", "severity": "serious"})
    one.do("finalise_finding", finding=number)
    before = place.row(place.office, "finding", number=number)
    told = undo(place, taken(place, place.export("01")))
    assert (told["voided"], told["fields"], told["steps"], told["left"]) == (0, 2, 1, [])
    after = place.row(place.office, "finding", number=number)
    assert after == before
    place.swap("01")
    assert place.value("01", number) == "城关街道甲地1号"
    assert status(place, number, "01") == "draft"
    place.swap("01")
    assert place.together()


def test_what_somebody_built_on_is_left_and_said_why(place: Place) -> None:
    one = place.groups["01"]
    confirmed, edited, free = (place.finding(one, place=f"城关街道{n}号") for n in (1, 2, 3))
    used = one.do("add_unit", name="被用到的商行").ids[-1]
    one.do("edit_finding", finding=confirmed, values={"unit": used})
    one.do("finalise_finding", finding=confirmed)
    one.do("add_photos", finding=edited, images=[jpeg(2)])
    one.do("add_person", name="组员小张", roles=["member"])
    name = taken(place, place.export("01"))
    place.office.do("confirm_finding", findings=[confirmed])
    place.office.do("edit_finding", finding=edited, values={"place": "城关街道二号楼"}, reason="核对后更正")
    told = undo(place, name)
    assert told["kinds"] == {"finding": 1}
    why = {(one["kind"], one["reason"]) for one in told["left"]}
    assert why == {
        ("finding", "之后又办了“核定”"),
        ("finding", "之后又改过“地点”"),
        ("evidence", "它所属的记录留着"),
        ("unit", "还有别的记录用到它"),
        ("person", "人员留着：经过里要写明是谁办的"),
    }
    assert [status(place, n) for n in (confirmed, edited, free)] == ["confirmed", "draft", "voided"]
    assert place.row(place.office, "evidence")["status"] == "valid"


def test_a_conflict_the_bundle_brought_ends_with_the_other_value(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one)
    taken(place, place.export("01"))
    place.office.do("edit_finding", finding=number, values={"severity": "serious"}, reason="净宽不足")
    one.do("edit_finding", finding=number, values={"severity": "ordinary"})
    name = taken(place, place.export("01"))
    assert place.conflicts("office") == 1
    assert undo(place, name)["fields"] == 1
    assert place.conflicts("office") == 0
    assert place.value("office", number, "severity") == "serious"


def test_several_steps_of_one_bundle_go_back_at_once_and_come_again(place: Place) -> None:
    (task,) = place.office.do("draft_task", title="查消防", groups=["01"]).ids
    place.office.do("issue_task", tasks=[task])
    place.swap("01")
    one = place.groups["01"]
    one.do("sign_for_task", task=task)
    one.do("start_task", task=task)
    one.do("report_task", task=task, report="已查")
    name = taken(place, place.export("01"))
    assert place.row(place.office, "task")["status"] == "reported"
    told = undo(place, name)
    assert (told["steps"], told["left"]) == (1, [])
    assert place.row(place.office, "task")["status"] == "issued"
    place.office.do("undo")
    assert place.row(place.office, "task")["status"] == "reported"
    assert place.row(place.office, "task")["report"] == "已查"
    assert undo(place, name)["steps"] == 1
    place.swap("01")
    assert place.row(one, "task")["status"] == "issued"
    one.do("sign_for_task", task=task)
    place.swap("01")
    assert place.row(place.office, "task")["status"] == "accepted"
    assert place.together()


def test_ctrl_z_takes_it_back_and_later_bundles_go_on(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one, place="城关街道甲地1号")
    first = place.export("01")
    name = taken(place, first)
    undo(place, name)
    place.office.do("undo")
    assert status(place, number) == "draft"
    undo(place, name)
    # the group has not heard of it: what it writes meanwhile arrives, and the record is listed
    one.do("edit_finding", finding=number, values={"place": "城关街道乙地2号"})
    other = place.finding(one, place="城关街道丙地3号")
    taken(place, place.export("01"))
    assert status(place, number) == "voided"
    assert place.value("office", number) == "城关街道乙地2号"
    assert place.row(place.office, "finding", number=other)["status"] == "draft"
    with pytest.raises(DubuError, match=r"^D-313 "):
        place.office.do("undo_import", bundle=name)
    place.swap("01")
    place.swap("01")
    assert place.together()


def test_a_return_taken_back_is_counted_nowhere(place: Place) -> None:
    number = place.assigned("01")
    place.office.do("record_reply", finding=number, reply="已整改")
    place.swap("01")
    place.groups["01"].do("return_finding", finding=number, reason="没有整改到位")
    undo(place, taken(place, place.export("01")))
    with place.office.ws.reading() as conn:
        (line,) = conn.exec_driver_sql("SELECT status, returns FROM finding_line").all()
    assert tuple(line) == ("replied", 0)


def test_only_the_office_and_only_bundles_it_took(place: Place) -> None:
    number = place.finding(place.groups["01"])
    name = taken(place, place.export("01"))
    with pytest.raises(DubuError, match=r"^D-303 "):
        place.groups["01"].do("undo_import", bundle=name)
    with pytest.raises(DubuError, match=r"^D-306 "):
        place.office.do("undo_import", bundle="没有这个包.dubu")
    with place.office.ws.writing() as conn:
        row = links.bundles_named(conn, name)[0]
        assert links.bundles_named(conn, row.sha256.hex()[:12]) == [row]
        row.body.pop("brought")
        links.note_bundle(conn, row)
    with pytest.raises(DubuError, match=r"^D-313 "):
        place.office.do("undo_import", bundle=name)
    assert status(place, number) == "draft"


def test_a_hostile_office_argument_gives_a_group_nothing(place: Place) -> None:
    """The argument that marks a step as 撤销导入 counts under the office's key alone."""
    from dubu_desktop.domain.lifecycle import RETRACT_TAG, UNDO_IMPORT
    from tests.stories.exchange import finding_state, hostile

    number = place.assigned("01")
    one = place.groups["01"]
    state = finding_state(one, number)

    def act(desk: Any) -> None:
        place_ = (state.record, state.heads)
        desk._put(desk.event_op(state, RETRACT_TAG, {UNDO_IMPORT: "00" * 32}, {}, place_))

    hostile(one, act)
    taken(place, place.export("01"))
    assert status(place, number) == "rectifying"
    assert place.inert("office") == ["no_authority"]


def same_past_twice(place: Place) -> tuple[dict[str, Any], dict[str, Any]]:
    """A lost laptop sealed its first finding with a second, the restored one seals it with a third. Both reports."""
    one = place.groups["01"]
    place.finding(one, place="城关街道东关菜市场")
    backup = place.backup("01")
    place.finding(one, place="城关街道文化路小学")
    late = place.export("01")
    restored = place.restore("01", backup)
    place.finding(restored, place="城关街道卫生服务站")
    (first,) = place.bring("office", place.export("01"))
    (second,) = place.bring("office", late)
    return first, second


def test_a_bundle_that_brings_part_of_what_is_known_brings_the_rest(place: Place) -> None:
    first, second = same_past_twice(place)
    assert (first["new"], first["changed"], first["same"]) == (2, 0, 0)
    assert (second["new"], second["changed"], second["same"]) == (1, 0, 1)
    undo(place, Path(second["file"]).name)
    found = {row["place"]: row["status"] for row in place.rows(place.office, "finding")}
    assert found == {"城关街道东关菜市场": "draft", "城关街道卫生服务站": "draft", "城关街道文化路小学": "voided"}


def test_what_is_new_and_changed_in_one_bundle_is_counted_once(place: Place) -> None:
    """A restored office gets back in one bundle what a group found and what it had itself decided on it."""
    backup = place.backup("office")
    number = place.finding(place.groups["01"])
    place.swap("01")
    place.office.do("edit_finding", finding=number, values={"severity": "serious"}, reason="按标准")
    place.bring("01", place.export("office", "01"))
    place.restore("office", backup)
    place.swap("01")
    (report,) = place.bring("office", place.export("01"))
    assert sum(one.get("changed", 0) for one in report["by_kind"].values()) == report["changed"]
    assert sum(one.get("new", 0) for one in report["by_kind"].values()) == report["new"]


def test_a_field_written_over_since_is_listed(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one, place="城关街道18号")
    place.swap("01")
    place.swap("01")
    one.do("edit_finding", finding=number, values={"place": "城关街道19号", "facts": "改过的事实，净宽0.7 m"})
    name = taken(place, place.export("01"))
    place.office.do("edit_finding", finding=number, values={"place": "城关街道20号"}, reason="核对")
    told = undo(place, name)
    assert told["fields"] == 1
    assert [each["reason"] for each in told["left"]] == ["之后又改过“地点”"]
    assert place.value("office", number) == "城关街道20号"


def test_an_edit_after_an_undo_taken_back_can_be_undone_as_well(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one)
    one.do("add_photos", finding=number, images=[jpeg(3)], caption="原说明")
    name = taken(place, place.export("01"))
    undo(place, name)
    place.office.do("undo")
    evidence = place.row(place.office, "evidence")["uuid"].hex()
    place.office.do("edit_evidence", evidence=evidence, caption="办公室的说明")
    place.office.do("undo")
    assert place.row(place.office, "evidence")["caption"] == "原说明"
    assert undo(place, name)["voided"] == 2


def test_a_conflict_that_was_there_before_is_not_decided(place: Place) -> None:
    """Office and group differed already; the bundle only changes what the group says."""
    one = place.groups["01"]
    number = place.finding(one, place="甲地1号")
    taken(place, place.export("01"))
    place.office.do("edit_finding", finding=number, values={"place": "乙地2号"}, reason="更正")
    one.do("edit_finding", finding=number, values={"place": "丙地3号"})
    taken(place, place.export("01"))
    one.do("edit_finding", finding=number, values={"place": "丁地4号"})
    one.do("edit_finding", finding=number, values={"facts": "改过的事实，净宽0.7 m"})
    name = taken(place, place.export("01"))
    told = undo(place, name)
    assert (told["fields"], [each["reason"] for each in told["left"]]) == (1, ["原来就有几种写法"])
    assert place.conflicts("office") == 1


def test_a_step_taken_back_by_the_bundle_stands_again(place: Place) -> None:
    one = place.groups["01"]
    number, other = place.finding(one), place.finding(one)
    one.do("finalise_finding", finding=number)
    one.do("finalise_finding", finding=other)
    taken(place, place.export("01"))
    one.do("retract", kind="finding", record=number)
    one.do("retract", kind="finding", record=other)
    name = taken(place, place.export("01"))
    one.do("finalise_finding", finding=other)
    taken(place, place.export("01"))
    told = undo(place, name)
    assert (told["steps"], [each["what"] for each in told["left"]]) == (1, ["“撤回”"])
    assert (status(place, number), status(place, other)) == ("final", "final")
    place.swap("01")
    assert status(place, number, "01") == "final"
    place.swap("01")
    assert place.together()


def test_a_step_taken_and_taken_back_in_one_bundle_is_nothing(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one)
    taken(place, place.export("01"))
    one.do("finalise_finding", finding=number)
    one.do("retract", kind="finding", record=number)
    one.do("edit_finding", finding=number, values={"place": "城关街道乙地2号"})
    name = taken(place, place.export("01"))
    one.do("finalise_finding", finding=number)
    taken(place, place.export("01"))
    seen = place.office.do("preview_undo_import", bundle=name).extra
    assert [each["what"] for each in seen["left"]] == ["修改“地点”"]


def test_ctrl_z_takes_back_the_undo_of_a_taking_back(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one)
    one.do("finalise_finding", finding=number)
    taken(place, place.export("01"))
    one.do("retract", kind="finding", record=number)
    name = taken(place, place.export("01"))
    undo(place, name)
    place.office.do("undo")
    assert status(place, number) == "draft"
    assert undo(place, name)["steps"] == 1
    assert status(place, number) == "final"


def test_ctrl_z_of_an_undo_that_ended_a_conflict_writes_what_was_shown(place: Place) -> None:
    one = place.groups["01"]
    number, other = place.finding(one), place.finding(one)
    taken(place, place.export("01"))
    place.office.do("edit_finding", finding=number, values={"place": "办公室1号"}, reason="更正")
    one.do("edit_finding", finding=number, values={"place": "组里1号"})
    one.do("edit_finding", finding=other, values={"place": "组里2号"})
    name = taken(place, place.export("01"))
    shown = place.value("office", number)
    assert undo(place, name)["fields"] == 2
    assert place.value("office", other) != "组里2号"
    said = place.office.do("undo").extra["sentence"]
    assert "1处原来有冲突" in said
    assert (place.value("office", number), place.value("office", other)) == (shown, "组里2号")
    assert place.faults("office") == []
    place.swap("01")
    place.swap("01")
    assert place.together()
