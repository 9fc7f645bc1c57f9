"""P11: what a newer program wrote is kept byte for byte, travels both ways, and disturbs nobody (sync.md §3.10)."""

from __future__ import annotations

import random

import pytest

from dubu_desktop.db import journal
from dubu_desktop.domain.ops import OpType
from dubu_desktop.errors import DubuError
from dubu_desktop.wire.codec import MANDATORY, decode_op, op_flags
from tests.property import newer, observe
from tests.property.machines import Machines
from tests.property.model import OFFICE
from tests.world import COMPLETE, jpeg


def assigned(fleet: Machines, finder: str, verifier: str) -> bytes:
    """A finding of one group that another one verifies."""
    model = fleet.model
    begun = [root for root in model.children if model.deeds[model.of_record[root][0]].side == finder]
    return next(root for root in begun if fleet.audience(root) == {finder, verifier})


def swap(fleet: Machines, code: str) -> None:
    """One bundle each way."""
    fleet.bring(OFFICE, fleet.export(code, OFFICE))
    fleet.bring(code, fleet.export(OFFICE, code))


def unknown(fleet: Machines, who: str, record: bytes) -> bytes:
    """The value of the field that only the newer program knows."""
    return observe.shown(fleet.posts[who].house, [record])[record].values[newer.UNKNOWN_FIELD]


def test_unknown_fields_travel_up_and_down_and_outlive_edits(fleet: Machines) -> None:
    record = assigned(fleet, "01", "02")
    assert newer.write(fleet, OFFICE, record, random.Random(1))
    value = unknown(fleet, OFFICE, record)
    for code in ("01", "02"):
        swap(fleet, code)
        assert unknown(fleet, code, record) == value
    fleet.act(OFFICE, "edit_finding", finding=record.hex(), values={"basis": "旧版又改"}, reason="更正")
    fleet.act("02", "add_photos", finding=record.hex(), images=[jpeg(7, (32, 24))], role="after")
    for code in ("02", "01"):
        swap(fleet, code)
    for who in (OFFICE, "01", "02"):
        assert unknown(fleet, who, record) == value


def test_the_bytes_of_a_newer_op_are_kept_as_signed(fleet: Machines) -> None:
    record = draft(fleet, "01")
    assert newer.write(fleet, "01", record, random.Random(2))
    mine = observe.bodies_held(fleet.posts["01"].house)
    swap(fleet, "01")
    theirs = observe.bodies_held(fleet.posts[OFFICE].house)
    later = [name for name, raw in mine.items() if raw.endswith(b"later")]
    assert len(later) == 2
    for name in later:
        assert theirs[name] == mine[name]


def draft(fleet: Machines, code: str) -> bytes:
    """A fresh finding of a group."""
    return bytes.fromhex(fleet.act(code, "register_finding", values=COMPLETE).ids[-1])


def test_sealed_twice_a_newer_op_is_no_fork(fleet: Machines) -> None:
    """A backup holds a newer program's op unsealed; the lost laptop sent it with more; the restored one seals it alone.

    An office that compared what it reads instead of what was signed took the two for different ops.
    """
    record = draft(fleet, "01")
    assert newer.write(fleet, "01", record, random.Random(3))
    fleet.back_up("01")
    fleet.act("01", "edit_finding", finding=record.hex(), values={"basis": "备份之后"})
    fleet.bring(OFFICE, fleet.export("01", OFFICE))
    fleet.restore("01", fleet.backups["01"][-1])
    fleet.act("01", "edit_finding", finding=record.hex(), values={"place": "城关街道东关菜市场"})
    fleet.bring(OFFICE, fleet.export("01", OFFICE))
    assert observe.alarms(fleet.posts[OFFICE].house) <= {"D-258"}
    shown = observe.shown(fleet.posts[OFFICE].house, [record])[record]
    assert shown.inert == {}
    assert observe.unpacked(shown.values[observe.tag_of("finding", "place")]) == "城关街道东关菜市场"
    assert observe.unpacked(shown.values[observe.tag_of("finding", "basis")]) == "备份之后"


def test_an_unknown_mandatory_kind_is_refused_whole(fleet: Machines) -> None:
    with fleet.at("01") as house:
        desk = newer.NewerDesk(house.ws, house.person, "newer", "新版", house.tools)
        with desk.writing():
            desk.put_unknown_kind(mandatory=True)
    fleet.act("01", "register_finding", values=COMPLETE)
    raws = observe.bodies_held(fleet.posts["01"].house).values()
    assert any(op_flags(raw) & MANDATORY for raw in raws)
    (made,) = fleet.act("01", "export_bundle", to=OFFICE, out=str(fleet.stick)).extra["files"]
    before = observe.everything(fleet.posts[OFFICE].house)
    with fleet.at(OFFICE) as house:
        (report,) = house.do("import_bundles", files=[made]).extra["reports"]
    assert (report["status"], report["code"]) == ("refused", "D-205")
    assert observe.everything(fleet.posts[OFFICE].house) == before


def test_what_the_newer_desk_writes_is_readable_by_this_version(fleet: Machines) -> None:
    """The test's own writer is honest: its ops decode, and say what they were made to say."""
    record = draft(fleet, "01")
    newer.write(fleet, "01", record, random.Random(4))
    with fleet.posts["01"].house.ws.reading() as conn:
        actor = fleet.posts["01"].house.ws.profile.actor
        last = journal.last_seq(conn, actor)
        raws = journal.bodies(conn, actor, last - 1, last)
    ops = [decode_op(raw, actor) for raw in raws.values()]
    assert {op.type for op in ops} == {OpType.SET, OpType.CREATE}


def test_what_a_newer_program_did_is_not_undone_by_this_one(fleet: Machines) -> None:
    newer.write(fleet, "01", draft(fleet, "01"), random.Random(5))
    with pytest.raises(DubuError) as refused:
        fleet.act("01", "undo")
    assert refused.value.code == "D-313"
    assert "更高版本" in refused.value.sentence
