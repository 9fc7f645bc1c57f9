"""Laptops retired, stolen, replaced, and a second one of a group (sync.md §3.12; reliability T04–T06)."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dubu_desktop.actions import housekeeping
from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.exchange import trust
from dubu_desktop.actions.house import House
from dubu_desktop.actions.incarnation import renew
from dubu_desktop.actions.reads import alarms, inert, spokes, workbench
from dubu_desktop.actions.setup import init_group
from dubu_desktop.db import quarantine
from dubu_desktop.db import tables as t
from dubu_desktop.domain.ops import Dot, Op, OpType, Write
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.container import BundleWriter
from dubu_desktop.sync.segments import NO_HASH, seal_segment
from dubu_desktop.wire.codec import CODEC_ROWS, encode_op, encode_rows
from dubu_desktop.wire.messages import Direction, Head
from tests.stories.exchange import Place, finding_state
from tests.stories.test_exchange_forks import SHARED as BOTH
from tests.stories.test_exchange_forks import two_findings
from tests.stories.test_exchange_hostile import _written
from tests.stories.test_volumes import here
from tests.world import PASSWORD, jpeg

MARKET, SCHOOL, CLINIC, BRIDGE = "城关街道东关菜市场", "城关街道文化路小学", "城关街道卫生服务站", "城关街道南河桥头"


def spoke_of(place: Place, code: str, state: str = "active") -> spokes.SpokeRow:
    """The one computer of a group in a state."""
    (row,) = [r for r in place.office.read(spokes.rows) if (r.code, r.state) == (code, state)]
    return row


def laptop(place: Place, told: dict[str, Any], name: str, leader: str = "组长01") -> House:
    """A new laptop made from what a starter verb told; the name of its folder is how the place calls it."""
    path = place.root / f"laptop-{name}"
    starter = Path(told["starter"]).read_bytes()
    house = init_group(path, PASSWORD, leader, starter, told["code"], place.clock, label=f"{name}号机").house
    return place.put(name, house)


def second(place: Place, code: str = "01", name: str = "01B") -> House:
    """A second laptop of a group, acquainted with the office."""
    told = place.office.do("issue_starter", side=code, out=str(place.root / "starters")).extra
    house = laptop(place, told, name)
    place.bring("office", place.export(name))
    everyone_01(place, name)
    return house


def everyone_01(place: Place, *names: str) -> None:
    """What the office has for group 01, at each of these laptops; each refuses what is for another."""
    for file in place.office.do("export_bundle", to="01", out=str(place.stick)).extra["files"]:
        for name in names:
            place.bring(name, file)


def tables_of(house: House) -> dict[str, list[Any]]:
    """Every row of every table that exchange writes, but for ledger and alarms."""
    out = {}
    with house.ws.reading() as conn:
        for table in (*t.JOURNAL.sorted_tables, *t.FOLDED.sorted_tables, t.link, t.want, t.ask, t.enrolment):
            if table is not t.quarantine:
                out[table.name] = [tuple(row) for row in conn.execute(select(table))]
    return out


def held(house: House) -> list[bytes]:
    with house.ws.reading() as conn:
        return [each.sealed for each in quarantine.held(conn)]


# --- 吊销 --------------------------------------------------------------------------------------------------------


def test_what_a_stolen_laptop_sends_changes_nothing_but_the_quarantine(place: Place) -> None:
    kept = place.finding(place.groups["01"], place=MARKET)
    place.swap("01")
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="在车上被盗")
    late = place.finding(place.groups["01"], place=SCHOOL)
    place.groups["01"].do("edit_finding", finding=kept, values={"place": CLINIC})
    place.groups["01"].do("add_photos", finding=late, images=[jpeg(5)])
    file = place.export("01")
    before, digest = tables_of(place.office), place.digest("office")
    (report,) = place.bring("office", file)
    assert report["status"] == "new"
    assert (report["new"], report["changed"], report["from"]) == (0, 0, "第一组")
    assert tables_of(place.office) == before
    assert place.digest("office") == digest
    assert [r["place"] for r in place.rows(place.office, "finding")] == [MARKET]  # what came before stays
    assert place.alarms("office") == ["D-217"]
    (sealed,) = held(place.office)
    with place.groups["01"].ws.reading() as conn:
        assert sealed in [bytes(row) for row in conn.execute(select(t.segment.c.sealed)).scalars()]
    listed = place.office.read(inert.rows)
    assert {row.reason for row in listed} == {"quarantined"}
    assert len(listed) == place.office.read(inert.count) == report["without_effect"] == 3
    assert place.faults("office") == []
    (again,) = place.bring("office", file)
    assert again["status"] == "same"


def test_what_a_stolen_laptop_wrote_before_the_cut_off_counts_whenever_it_comes(place: Place) -> None:
    """The office's computer burns too: its backup is older than the cut-off it had spoken, which a group hands back."""
    backup = place.backup("office")
    place.finding(place.groups["01"], place=MARKET)
    first = place.export("01")
    place.bring("office", first)
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    place.swap("02")  # the bare list reaches everybody
    place.finding(place.groups["01"], place=SCHOOL)
    late = place.export("01")
    place.restore("office", backup)
    assert spoke_of(place, "01").state == "active"
    place.bring("office", place.export("02"))
    row = spoke_of(place, "01", "revoked")
    assert (row.cutoff, place.rows(place.office, "finding")) == (2, [])
    (report,) = place.bring("office", late)
    # the late bundle holds all that the restored office has not acknowledged: up to the cut-off it counts
    assert [r["place"] for r in place.rows(place.office, "finding")] == [MARKET]
    assert report["without_effect"] == 1
    assert place.faults("office") == []


def test_which_comes_first_revocation_or_late_bundle_does_not_matter(place: Place) -> None:
    backup = place.backup("office")
    place.finding(place.groups["01"], place=MARKET)
    place.bring("office", place.export("01"))
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    place.swap("02")
    place.finding(place.groups["01"], place=SCHOOL)
    late = place.export("01")
    told = place.export("02")
    ways = []
    for order in ((told, late), (late, told)):
        place.restore("office", backup)
        for file in order:
            place.bring("office", file)
        assert [r["place"] for r in place.rows(place.office, "finding")] == [MARKET]
        assert spoke_of(place, "01", "revoked").cutoff == 2
        assert place.faults("office") == []
        with place.office.ws.reading() as conn:
            states = sorted((r.record, r.reason) for r in conn.execute(select(t.inert)))
        ways.append((held(place.office), states, [r["uuid"] for r in place.rows(place.office, "finding")]))
    assert ways[0] == ways[1]


def test_a_forged_number_before_the_cut_off_is_held_back(place: Place) -> None:
    """The thief copies the folder back to before the cut-off and writes other segments of the same numbers."""
    old = place.snapshot("01")
    place.finding(place.groups["01"], place=MARKET)
    place.bring("office", place.export("01"))
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    with place.another_machine():
        shutil.rmtree(place.root / "state-elsewhere", ignore_errors=True)
        thief = place.copy_back("01", old)
        place.finding(thief, place=BRIDGE)
        (report,) = place.bring("office", place.export("01"))
    assert report["without_effect"] == 1
    assert [r["place"] for r in place.rows(place.office, "finding")] == [MARKET]
    assert "D-256" not in place.alarms("office")
    assert len(held(place.office)) == 1


def test_the_clerk_takes_over_what_is_genuine(place: Place) -> None:
    kept = place.finding(place.groups["01"], place=MARKET)
    place.swap("01")
    one = place.groups["01"]
    late = place.finding(one, place=SCHOOL)
    one.do("add_photos", finding=late, images=[jpeg(6)])
    one.do("edit_finding", finding=kept, values={"place": CLINIC})
    one.do("finalise_finding", finding=late)
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    place.bring("office", place.export("01"))
    (found,) = [row for row in place.office.read(inert.rows) if row.kind == "finding" and SCHOOL in row.note]
    done = place.office.do("take_over_quarantined", records=[found.record])
    assert done.extra["taken"] == [found.record]
    row = place.row(place.office, "finding", number=late)
    assert (row["place"], row["status"]) == (SCHOOL, "draft")  # the step is not taken over
    assert place.value("office", kept) == MARKET
    with place.office.ws.reading() as conn:
        (create,) = place.office.ws.fold.state(conn, row["uuid"]).creates
        assert create.dot.actor == place.office.ws.profile.actor
        assert create.person == place.office.person.id  # type: ignore[union-attr]
    place.office.do("take_over_quarantined")
    assert place.value("office", kept) == CLINIC
    (photo,) = place.rows(place.office, "evidence")
    assert place.office.ws.blobs.has(photo["sha256"])
    assert {row.reason_label for row in place.office.read(inert.rows)} == {"已隔离，已接管"}
    assert place.faults("office") == []
    with pytest.raises(DubuError) as refused:
        place.office.do("take_over_quarantined", records=["00" * 16])
    assert refused.value.code == "D-306"


def test_a_restored_office_forgets_neither_revocation_nor_retirement(place: Place) -> None:
    second(place)
    backup = place.backup("office")
    (retired,) = [row.replica for row in place.office.read(spokes.rows) if row.letter]
    place.office.do("retire_spoke", spoke=retired, reason="主板烧了")
    place.office.do("revoke_spoke", spoke=spoke_of(place, "02").replica, reason="被盗")
    everyone_01(place, "01", "01B")
    place.restore("office", backup)
    assert {row.state for row in place.office.read(spokes.rows)} == {"active"}
    place.bring("office", place.export("01"))
    states = {row.replica: row.state for row in place.office.read(spokes.rows)}
    assert states[retired] == "retired"  # its own group handed the entry back
    assert sorted(states.values()) == ["active", "retired", "revoked"]  # and the bare list named the other group's


def test_an_old_starter_does_not_bring_a_forgotten_thief_back(place: Place) -> None:
    """The office forgot the enrolment, not the revocation: the starter, open again in the backup, opens nothing."""
    told = place.office.do("issue_starter", side="01", out=str(place.root / "starters")).extra
    place.swap("02")
    backup = place.backup("office")
    laptop(place, told, "01B")
    first = place.export("01B")
    place.bring("office", first)
    (stolen,) = [r for r in place.office.read(spokes.rows) if r.letter == "B"]
    place.office.do("revoke_spoke", spoke=stolen.replica, reason="被盗")
    place.swap("02")
    place.restore("office", backup)
    place.bring("office", place.export("02"))
    (report,) = place.bring("office", first)
    assert (report["status"], report["code"]) == ("refused", "D-208")


def test_stale_bundles_roll_no_roster_back(place: Place) -> None:
    """Rollback: every bundle made before the revocation, read again at either end, leaves it standing."""
    olds = [place.export("01"), place.export("office", "01"), place.export("02"), place.export("office", "02")]
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    place.swap("02")
    for name, file in zip(("office", "01", "office", "02"), olds, strict=True):
        place.bring(name, file)
    assert spoke_of(place, "01", "revoked").reason == "被盗"
    with place.groups["02"].ws.reading() as conn:
        (only,) = trust.lists(place.groups["02"].ws, conn)
        assert [r.replica_id for r in only.revocations.items] == [
            place.groups["01"].ws.profile.actor.replica.to_bytes(8, "big")
        ]


def test_the_list_names_no_group_and_a_revoked_laptop_gets_nothing_more(place: Place) -> None:
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    with pytest.raises(DubuError) as refused:
        place.office.do("export_bundle", to="01", out=str(place.stick))
    assert refused.value.code == "D-253"
    files = place.office.do("export_bundle", to="all", out=str(place.stick)).extra["files"]
    assert [Path(file).name[:2] for file in files] == ["02"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"reason": " "}, "D-312"),
        ({"spoke": "第九组", "reason": "被盗"}, "D-318"),
        ({"spoke": "f" * 16, "reason": "被盗"}, "D-318"),
    ],
)
def test_a_revocation_needs_a_reason_and_a_computer(place: Place, params: dict[str, str], code: str) -> None:
    with pytest.raises(DubuError) as refused:
        place.office.do("revoke_spoke", **({"spoke": spoke_of(place, "01").replica} | params))
    assert refused.value.code == code
    assert spoke_of(place, "01").state == "active"


# --- 退役, 换电脑, 第二台电脑 -----------------------------------------------------------------------------------------


def test_everything_a_retired_laptop_wrote_counts_whenever_it_comes(place: Place) -> None:
    place.finding(place.groups["01"], place=MARKET)
    late = place.export("01")
    place.office.do("retire_spoke", spoke=spoke_of(place, "01").replica)
    (report,) = place.bring("office", late)
    assert (report["status"], report["new"]) == ("new", 1)
    assert place.value("office", place.rows(place.office, "finding")[0]["number"]) == MARKET
    with pytest.raises(DubuError) as refused:
        place.office.do("retire_spoke", spoke=spoke_of(place, "01", "retired").replica)
    assert refused.value.code == "D-319"
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01", "retired").replica, reason="原来是被盗")
    assert spoke_of(place, "01", "revoked").cutoff is not None


def test_a_laptop_is_replaced_and_the_new_one_brings_the_whole_scope(place: Place) -> None:
    number = place.assigned("01", place=MARKET)
    old = spoke_of(place, "01")
    told = place.office.do("replace_spoke", spoke=old.replica, out=str(place.root / "starters")).extra
    assert spoke_of(place, "01", "retired").replica == old.replica
    place.groups["01"].close()
    laptop(place, told, "01")
    place.swap("01")
    assert place.value("01", number) == MARKET
    assert place.agree("01")
    fresh = place.finding(place.groups["01"], place=SCHOOL)
    assert fresh == "WT-2026-01B-0001"  # what the dead one wrote may still come: numbers do not meet
    place.swap("01")
    assert place.agree("01")


def test_a_stolen_laptop_is_replaced_in_one_step_or_not_at_all(place: Place) -> None:
    old = spoke_of(place, "01")
    with pytest.raises(DubuError) as refused:  # no reason
        place.office.do("replace_spoke", spoke=old.replica, out=str(place.root / "starters"), stolen=True)
    assert refused.value.code == "D-312"
    blocked = place.root / "blocked"
    blocked.write_text("a file where a folder should be")
    with pytest.raises(DubuError):
        place.office.do("replace_spoke", spoke=old.replica, out=str(blocked), stolen=True, reason="被盗")
    assert spoke_of(place, "01").state == "active"
    assert place.office.read(spokes.starters) == []
    place.office.do("replace_spoke", spoke=old.replica, out=str(place.root / "starters"), stolen=True, reason="被盗")
    assert spoke_of(place, "01", "revoked").replica == old.replica
    assert [s.letter for s in place.office.read(spokes.starters)] == ["B"]


def test_two_laptops_of_a_group_both_get_the_whole_scope_through_the_office(place: Place) -> None:
    first = place.finding(place.groups["01"], place=MARKET)
    place.swap("01")
    other = second(place)
    assert place.value("01B", first) == MARKET
    mine = place.finding(other, place=SCHOOL)
    assert mine == "WT-2026-01B-0001"
    other.do("edit_finding", finding=first, values={"place": CLINIC})  # its group's: not the laptop's alone
    place.bring("office", place.export("01B"))
    everyone_01(place, "01", "01B")
    assert place.value("01", first) == place.value("01B", first) == CLINIC
    assert place.value("01", mine) == SCHOOL
    assert place.inert("office") == []
    place.groups["01"].do("finalise_finding", finding=mine)  # the other laptop's, the same group's
    place.bring("office", place.export("01"))
    assert place.row(place.office, "finding", number=mine)["status"] == "final"
    for file in place.office.do("export_bundle", to="all", out=str(place.stick)).extra["files"]:
        for name in ("01", "01B", "02"):
            place.bring(name, file)
    assert place.digest("01") == place.digest("01B") == place.digest("office", "01")
    assert [(r.letter, r.label) for r in place.office.read(spokes.rows) if r.code == "01"][1] == ("B", "01B号机")


def test_two_laptops_edit_one_field_apart_and_the_office_decides(place: Place) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    place.swap("01")
    second(place)
    place.groups["01"].do("edit_finding", finding=number, values={"place": SCHOOL})
    place.groups["01B"].do("edit_finding", finding=number, values={"place": CLINIC})
    place.bring("office", place.export("01"), place.export("01B"))
    assert place.conflicts("office") == 1
    everyone_01(place, "01", "01B")
    assert place.conflicts("01") == place.conflicts("01B") == 1
    assert place.digest("01") == place.digest("01B") == place.digest("office", "01")


def test_a_starter_withdrawn_enrols_nobody(place: Place) -> None:
    told = place.office.do("issue_starter", side="01", out=str(place.root / "starters")).extra
    laptop(place, told, "01B")
    (open_one,) = place.office.read(spokes.starters)
    assert open_one.id == told["eid"]
    place.office.do("withdraw_starter", starter=open_one.id)
    (report,) = place.bring("office", place.export("01B"))
    assert (report["status"], report["code"]) == ("refused", "D-237")
    with pytest.raises(DubuError) as refused:
        place.office.do("withdraw_starter", starter=open_one.id)
    assert refused.value.code == "D-318"


def test_a_computer_is_called_something_else(place: Place) -> None:
    row = spoke_of(place, "01")
    place.office.do("rename_spoke", spoke=row.replica, label="组长的 ThinkPad")
    assert spoke_of(place, "01").label == "组长的 ThinkPad"
    place.office.do("retire_spoke", spoke="组长的 ThinkPad")
    assert spoke_of(place, "01", "retired").label == "组长的 ThinkPad"


def test_only_the_office_changes_the_roster(place: Place) -> None:
    for verb in ("issue_starter", "withdraw_starter", "retire_spoke", "revoke_spoke", "replace_spoke", "rename_spoke"):
        with pytest.raises(DubuError) as refused:
            place.groups["01"].do(verb)
        assert refused.value.code in {"D-303", "D-305"}


# --- 办公室换电脑 ---------------------------------------------------------------------------------------------------


def test_a_new_office_computer_says_with_whom_it_has_not_come_even(place: Place) -> None:
    """Nothing but the backup and the groups: what was decided since comes home, and the list empties itself."""
    assert place.office.read(spokes.awaited) == []
    backup = place.backup("office")
    number = place.assigned("01", place=MARKET)
    before = place.digest("office")
    with place.another_machine():
        place.restore("office", backup)
        assert place.office.read(spokes.awaited) == ["第一组", "第二组"]
        assert {r.word for r in place.office.read(spokes.rows)} == {"恢复后还没对齐"}
        (line,) = [todo for todo in place.office.read(workbench).todo if todo.key == "awaited"]
        assert (line.count, line.page, line.record) == (2, "settings", "spokes")
        place.bring("office", place.export("01"))  # made for the old computer: its lineage was not known yet
        assert place.office.read(spokes.awaited) == ["第一组", "第二组"]
        place.bring("01", place.export("office", "01"))
        place.bring("office", place.export("01"))
        assert place.office.read(spokes.awaited) == ["第二组"]
        assert place.row(place.office, "finding", number=number)["status"] == "rectifying"
        assert place.digest("office") == before
        place.bring("02", place.export("office", "02"))
        place.bring("office", place.export("02"))
        assert place.office.read(spokes.awaited) == []
        assert [todo for todo in place.office.read(workbench).todo if todo.key == "awaited"] == []
        assert place.together()


# --- what whoever has the key of a stolen laptop may sign --------------------------------------------------------


def stolen(place: Place) -> House:
    """Group 01's laptop, revoked."""
    place.swap("01")
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    return place.groups["01"]


def sends(place: Place, body: bytes, last: int, *lives: int) -> dict[str, Any]:
    """A bundle of the stolen laptop with a segment of each of these lives, each said to hold `last` ops."""
    ws, mine = place.groups["01"].ws, ids.load(place.groups["01"].ws)
    parts = tuple(
        seal_segment(
            body, workspace=ws.profile.workspace, actor=ws.profile.actor._replace(counter=life), number=1,
            prev_hash=NO_HASH, first_seq=1, last_seq=last, codec=CODEC_ROWS, sign_private=mine.sign_private,
        )
        for life in lives
    )  # fmt: skip
    (report,) = place.bring("office", str(_written(place, place.root / f"{lives}.dubu", mine, segments=parts)))
    return report


def test_numbers_of_ops_that_nobody_can_read_are_not_believed(place: Place) -> None:
    stolen(place)
    report = sends(place, b"x", 2**63 - 1, 50, 51)
    assert (report["status"], report["without_effect"]) == ("new", 0)
    assert place.office.read(inert.count) == 0
    place.office.do("revoke_spoke", spoke=spoke_of(place, "02").replica, reason="被盗")


def test_a_value_that_no_program_writes_does_not_hide_the_rest(place: Place) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    one = stolen(place)
    state, kind = finding_state(one, number), BY_NAME["finding"]
    named = (Dot(one.ws.profile.actor._replace(counter=50), 1), 9, 0, b"", kind.tag, state.record, state.record)
    op = Op(*named, OpType.SET, b"t" * 16, writes={kind.by_name["category"].tag: Write("x", (), {})})
    sends(place, encode_rows([encode_op(op)]), 1, 50)
    one.do("edit_finding", finding=number, values={"severity": "serious"})
    place.bring("office", place.export("01"))
    (row,) = place.office.read(inert.rows)
    assert row.record == state.record.hex()
    place.office.do("take_over_quarantined")
    assert place.value("office", number, "severity") == "serious"


def test_what_was_taken_over_is_not_taken_over_again_what_came_since_is(place: Place) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    one = stolen(place)
    one.do("edit_finding", finding=number, values={"place": SCHOOL})
    place.bring("office", place.export("01"))
    place.office.do("take_over_quarantined")
    place.office.do("edit_finding", finding=number, values={"place": CLINIC}, reason="核实")
    one.do("edit_finding", finding=number, values={"severity": "serious"})
    place.bring("office", place.export("01"))
    assert [row.taken for row in sorted(place.office.read(inert.rows), key=lambda row: row.taken)] == [False, True]
    place.office.do("take_over_quarantined")
    assert place.value("office", number) == CLINIC
    assert place.value("office", number, "severity") == "serious"
    assert all(row.taken for row in place.office.read(inert.rows))


def test_what_was_taken_over_and_undone_can_be_taken_over_again(place: Place) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    one = stolen(place)
    one.do("edit_finding", finding=number, values={"place": SCHOOL})
    place.bring("office", place.export("01"))

    def stands() -> tuple[str, list[bool]]:
        return place.value("office", number), [row.taken for row in place.office.read(inert.rows)]

    (held,) = place.office.read(inert.rows)
    for _ in range(2):
        assert place.office.do("take_over_quarantined", records=[held.record]).extra["taken"] == [held.record]
        assert stands() == (SCHOOL, [True])
        place.office.do("undo")
        assert stands() == (MARKET, [False])


def test_a_record_begun_by_a_taking_over_that_was_undone_can_be_taken_over_again(place: Place) -> None:
    one = stolen(place)
    number = place.finding(one, place=SCHOOL)
    one.do("add_photos", finding=number, images=[jpeg(1)])
    place.bring("office", place.export("01"))
    record, photo = (place.row(one, kind)["uuid"].hex() for kind in ("finding", "evidence"))

    def stands() -> tuple[str, str, int, set[bool]]:
        rows = {kind: place.rows(place.office, kind) for kind in ("finding", "evidence", "note")}
        notes = sum(row["status"] == "valid" for row in rows["note"])
        taken = {row.taken for row in place.office.read(inert.rows)}
        return rows["finding"][0]["status"], rows["evidence"][0]["status"], notes, taken

    for named in ([record, photo], [record, photo], []):
        taken = place.office.do("take_over_quarantined", records=named).extra["taken"]
        assert taken == [record, photo]
        assert stands() == ("draft", "valid", 1, {True})
        place.office.do("undo")
        assert stands() == ("voided", "void", 0, {False})
    assert place.faults("office") == []


def test_what_was_taken_over_and_withdrawn_for_a_reason_stays_withdrawn(place: Place) -> None:
    """What its computer still sends of it is taken over as values; Ctrl+Z of the taking over is something else."""
    one = stolen(place)
    number = place.finding(one, place=SCHOOL)
    place.bring("office", place.export("01"))
    place.office.do("take_over_quarantined")
    place.office.do("void_finding", finding=number, reason="不属实")
    one.do("edit_finding", finding=number, values={"place": CLINIC})
    place.bring("office", place.export("01"))
    place.office.do("take_over_quarantined")
    assert (place.value("office", number), place.value("office", number, "status")) == (CLINIC, "voided")
    assert place.faults("office") == []


def test_what_was_removed_for_good_does_not_keep_the_rest_from_being_taken_over(place: Place) -> None:
    one = stolen(place)
    number = place.finding(one, place=SCHOOL)
    place.bring("office", place.export("01"))
    place.office.do("take_over_quarantined")
    place.office.do("purge", kind="finding", record=number, reason="误录")
    one.do("edit_finding", finding=number, values={"place": CLINIC})
    place.finding(one, place=MARKET)
    place.bring("office", place.export("01"))
    place.office.do("take_over_quarantined")
    assert {row["place"] for row in place.rows(place.office, "finding")} == {MARKET}


@pytest.mark.parametrize("burnt", [False, True])
def test_photos_in_quarantine_outlive_the_sweep_and_a_fire(place: Place, burnt: bool) -> None:
    one = place.groups["01"]
    place.swap("01")
    number = place.finding(one)
    one.do("add_photos", finding=number, images=[jpeg(6)])
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    place.bring("office", place.export("01"))
    backup = place.backup("office")
    with place.another_machine():
        if burnt:
            place.restore("office", backup)
        assert housekeeping.sweep_photos(place.office) == 0
        place.office.do("take_over_quarantined")
        assert here(place, "office") == (1, 1)


def test_photos_in_quarantine_of_what_was_removed_for_good_go(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one)
    place.swap("01")
    one.do("add_photos", finding=number, images=[jpeg(6)])
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    place.bring("office", place.export("01"))
    assert housekeeping.sweep_photos(place.office) == 0
    place.office.do("purge", kind="finding", record=number, reason="误录")
    assert housekeeping.sweep_photos(place.office) == 2


def test_what_a_thief_writes_on_another_groups_finding_is_taken_over_by_name_alone(place: Place) -> None:
    number = place.finding(place.groups["02"], place=MARKET)
    place.swap("02")
    one = stolen(place)
    state, kind = finding_state(place.groups["02"], number), BY_NAME["finding"]
    named = (Dot(one.ws.profile.actor._replace(counter=50), 1), 9, 0, b"", kind.tag, state.record, state.record)
    op = Op(*named, OpType.SET, b"t" * 16, writes={kind.by_name["place"].tag: Write("贼写的", (), {})})
    sends(place, encode_rows([encode_op(op)]), 1, 50)
    place.office.do("take_over_quarantined")
    assert place.value("office", number) == MARKET
    place.office.do("take_over_quarantined", records=[state.record.hex()])
    assert place.value("office", number) == "贼写的"


@pytest.mark.parametrize("later", ["first", "second"])
def test_a_fork_of_a_revoked_laptop_loses_no_byte(place: Place, later: str) -> None:
    """What was held of both lines when it was revoked counts; what comes later is held back, every byte of it."""
    twice, first, second = two_findings(place)
    place.bring("office", first, second)
    before = segments_held(place)
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    machine = getattr(twice, later)
    with twice.at(machine):
        place.finding(machine, place=BRIDGE)
        late = place.export("01")
    (report,) = place.bring("office", late)
    after = segments_held(place)
    assert before["journal"] == after["journal"]
    assert len(after["quarantine"]) == 1
    assert report["new"] == 0
    assert {row["place"] for row in place.rows(place.office, "finding")} == {BOTH, MARKET, SCHOOL}
    assert place.faults("office") == []


@pytest.mark.parametrize("told_first", [True, False])
@pytest.mark.parametrize("lines", ["lives", "machines"])
def test_all_that_was_held_of_a_revoked_laptop_counts_in_a_restored_office_too(
    place: Place, lines: str, told_first: bool
) -> None:
    """Of a life before a restore, of a second machine: whichever comes first, the list or what was held."""
    backup = place.backup("office")
    if lines == "machines":
        _, *files = two_findings(place)
        found = {BOTH, MARKET, SCHOOL}
        backup = place.backup("office")
    else:
        kept, files, found = place.snapshot("01"), [], {MARKET, SCHOOL}
        for where in (MARKET, SCHOOL):
            place.finding(place.groups["01"], place=where)
            files.append(place.export("01"))
            place.bring("office", files[-1])
            if where == MARKET:
                place.copy_back("01", kept)
                with place.groups["01"].ws.writing() as conn:
                    renew(place.groups["01"].ws, conn)
    place.bring("office", *files)
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    assert {row["place"] for row in place.rows(place.office, "finding")} == found
    place.swap("02")
    told = place.export("02")
    place.restore("office", backup)
    for file in [told, *files] if told_first else [*files, told]:
        place.bring("office", file)
    assert {row["place"] for row in place.rows(place.office, "finding")} == found
    assert segments_held(place)["quarantine"] == set()
    assert place.faults("office") == []


def test_of_a_second_line_held_back_its_chain_goes_as_well(place: Place) -> None:
    """An office restored from before the revocation takes more of both lines, then hears of it."""
    twice, first, second = two_findings(place)
    place.bring("office", first)
    backup = place.backup("office")
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    place.swap("02")
    told = place.export("02")
    place.restore("office", backup)
    place.bring("office", second)
    with twice.at(twice.second):
        for where in (BRIDGE, CLINIC):
            place.finding(twice.second, place=where)
            place.bring("office", place.export("01"))
    assert len(place.rows(place.office, "finding")) == 5
    place.bring("office", told)
    assert {row["place"] for row in place.rows(place.office, "finding")} == {BOTH, MARKET}
    assert len(segments_held(place)["quarantine"]) == 3
    assert place.faults("office") == []


def segments_held(place: Place) -> dict[str, set[bytes]]:
    """Hashes of the segments of group 01's laptop that count, and of those in quarantine."""
    replica = place.groups["01"].ws.profile.actor.replica
    with place.office.ws.reading() as conn:
        counted = {each.hash for each in quarantine.in_journal(conn, replica)}
        return {"journal": counted, "quarantine": {each.hash for each in quarantine.held(conn, replica)}}


def test_the_alarm_names_the_computer_that_was_revoked(place: Place) -> None:
    """A restored office hears of the revocation with another group's bundle."""
    backup = place.backup("office")
    place.finding(place.groups["01"], place=MARKET)
    place.bring("office", place.export("01"))
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    place.office.do("rename_spoke", spoke=spoke_of(place, "01", "revoked").replica, label="一组的")
    place.office.do("rename_spoke", spoke=spoke_of(place, "02").replica, label="二组的")
    place.swap("02")
    place.finding(place.groups["01"], place=SCHOOL)
    late, told = place.export("01"), place.export("02")
    place.restore("office", backup)
    place.bring("office", late)
    place.bring("office", told)
    (text,) = [alarm.text for alarm in place.office.read(alarms.rows) if alarm.code == "D-217"]
    assert "第一组" in text


def test_no_letter_is_given_twice(place: Place) -> None:
    out = str(place.root / "starters")
    first, last = (place.office.do("issue_starter", side="01", out=out).extra for _ in range(2))
    place.office.do("withdraw_starter", starter=first["eid"])
    again = place.office.do("issue_starter", side="01", out=out).extra
    assert [one["role"] for one in (first, last, again)] == ["group:B", "group:C", "group:D"]


@pytest.mark.parametrize("whose", ["sender", "recipient", "segment"])
@pytest.mark.parametrize("life", [2**32 - 1, 2**32 - 2, 5000])
def test_a_life_far_above_all_that_were_heard_of_is_refused(place: Place, whose: str, life: int) -> None:
    """Whoever believed it could not begin another life above it: no backup could be restored any more."""
    place.swap("01")
    ws, mine = place.groups["01"].ws, ids.load(place.groups["01"].ws)
    if whose == "segment":
        assert sends(place, encode_rows([]), 1, life)["code"] == "D-204"
        return
    office = ids.load(place.office.ws).public
    ends = {"sender": ws.profile.actor, "recipient": place.office.ws.profile.actor}
    ends[whose] = ends[whose]._replace(counter=life)
    head = Head(
        schema=1, codecs=[CODEC_ROWS], workspace=ws.profile.workspace, sender=ends["sender"].to_bytes(),
        recipient=ends["recipient"].to_bytes(), direction=Direction.UP, serial=99, label="第一组",
    )  # fmt: skip
    file = place.root / "ahead.dubu"
    with file.open("wb") as stream:
        bundle = BundleWriter(stream, recipient=office.age_recipient, sign_private=mine.sign_private, head=head)
        with bundle:
            bundle.finish()
    (report,) = place.bring("office", str(file))
    assert report["code"] == "D-204"
    place.restore("office", place.backup("office"))


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize("what", ["entry", "list"])
def test_an_office_copied_back_that_said_other_things_of_its_computers(
    place: Place, what: str, elsewhere: bool
) -> None:
    """One version stood for two contents, and both ways were refused for ever (D-216). What was revoked stays so."""
    other = second(place)
    swap_first(place)
    kept = place.snapshot("office")
    one, two = place.groups["01"].ws.profile.actor.replica, place.groups["02"].ws.profile.actor.replica
    if what == "entry":
        place.office.do("rename_spoke", spoke=f"{one:016x}", label="甲")
    else:
        place.office.do("revoke_spoke", spoke=f"{two:016x}", reason="被盗")
    swap_first(place)
    with place.another_machine() if elsewhere else contextlib.nullcontext():
        place.copy_back("office", kept)
        if what == "entry":
            place.office.do("rename_spoke", spoke=f"{one:016x}", label="乙")
        else:
            place.office.do("revoke_spoke", spoke=f"{other.ws.profile.actor.replica:016x}", reason="被盗")
        place.finding(place.groups["01"], place=MARKET)
        for _ in range(3):
            swap_first(place)
        assert [row["place"] for row in place.rows(place.office, "finding")] == [MARKET]
        assert "D-257" in place.alarms("office")
        told = {row.replica: row for row in place.office.read(spokes.rows)}
        if what == "entry":
            assert told[f"{one:016x}"].label == "乙"
        else:
            assert [row.state for row in told.values()].count("revoked") == 2
        assert place.agree("01")


def swap_first(place: Place) -> None:
    """One bundle up and one down with the first laptop of group 01."""
    place.bring("office", place.export("01"))
    for file in place.office.do("export_bundle", to="01", out=str(place.stick)).extra["files"]:
        place.bring("01", file)


def _restored_after_it_was_stolen(place: Place, backup: Path, late: str) -> str:
    """01 is revoked, 02 hears of it, the office is restored from before and takes `late` of 01; what tells it so."""
    (stolen,) = [r.replica for r in place.office.read(spokes.rows) if r.code == "01" and not r.letter]
    place.office.do("revoke_spoke", spoke=stolen, reason="被盗")
    place.swap("02")
    told = place.export("02")
    place.restore("office", backup)
    place.bring("office", late)
    return told


def test_what_goes_into_quarantine_destroys_nothing_on_the_groups_other_laptop(place: Place) -> None:
    """It took the word that the finding was gone for a purge: photos it had added and not sent were lost for good."""
    other = second(place)
    backup = place.backup("office")
    number = place.finding(place.groups["01"], place=MARKET)
    late = place.export("01")
    told = _restored_after_it_was_stolen(place, backup, late)
    everyone_01(place, "01B")
    place.bring("office", place.export("01B"), told)
    assert place.rows(place.office, "finding") == []
    other.do("add_photos", finding=number, images=[jpeg(5)])
    (photo,) = place.rows(other, "evidence")
    everyone_01(place, "01B")
    assert other.ws.blobs.has(photo["sha256"])
    place.bring("office", place.export("01B"))
    assert place.office.ws.blobs.has(photo["sha256"])


@pytest.mark.parametrize("again", [False, True])
def test_an_edit_that_went_into_quarantine_goes_from_the_other_laptops_sight(place: Place, again: bool) -> None:
    """Only its own words were left of its finding; or it kept what it held beside a word not yet home."""
    second(place)
    number = place.finding(place.groups["01B"], place=MARKET)
    place.bring("office", place.export("01B"))
    everyone_01(place, "01", "01B")
    backup = place.backup("office")
    place.groups["01"].do("edit_finding", finding=number, values={"place": CLINIC})
    late = place.export("01")
    told = _restored_after_it_was_stolen(place, backup, late)
    for _ in range(3):
        everyone_01(place, "01B")
        place.bring("office", place.export("01B"))
    everyone_01(place, "01B")
    assert place.value("01B", number) == CLINIC
    if again:
        backup = place.backup("office")
        place.office.do("add_unit", name="南关镇", unit_kind="town", side="territory")
        everyone_01(place, "01B")
        place.restore("office", backup)
    place.bring("office", told)
    for _ in range(4):
        everyone_01(place, "01B")
        place.bring("office", place.export("01B"))
    assert {place.value(who, number) for who in ("office", "01B")} == {MARKET}
    assert place.digest("01B") == place.digest("office", "01")
