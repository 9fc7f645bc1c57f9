"""Who receives what, byte for byte: nothing of a record outside its audience reaches a group (contracts.md §4)."""

from __future__ import annotations

from sqlalchemy import select

from dubu_desktop.db import tables as t
from dubu_desktop.sync.segments import parse_base
from dubu_desktop.wire.codec import decode_rows
from tests.stories.exchange import Place
from tests.world import jpeg

CANARY = "獬豸触邪于西仓"


def everything_held(place: Place, who: str) -> bytes:
    """All that a workspace holds in its journal and tables, decrypted and unpacked."""
    house, out = place.side(who), []
    with house.ws.reading() as conn:
        for table in (*t.JOURNAL.sorted_tables, *t.FOLDED.sorted_tables):
            for row in conn.execute(select(table)):
                out += [v if isinstance(v, bytes) else str(v).encode() for v in row]
        for sealed in conn.execute(select(t.base_block.c.sealed)).scalars():
            base = parse_base(bytes(sealed), workspace=house.ws.profile.workspace)
            out += decode_rows(base.body, base.codec)
    return b"\n".join(out)


def test_a_group_receives_nothing_outside_its_audience(place: Place) -> None:
    one = place.groups["01"]
    one.do("start_visit", visit_kind="unannounced", place=CANARY + "活动")
    number = place.assigned("01", place=CANARY)
    one.do("add_photos", finding=number, images=[jpeg(7)], caption=CANARY)
    one.do("add_note", kind="finding", record=number, text=CANARY)
    one.do("add_unit", name=CANARY + "单位")
    place.bring("office", place.export("01"))
    place.office.do("draft_task", title=CANARY + "任务", groups=["01"])
    place.office.do("urge", findings=[number], text=CANARY)
    place.office.do("add_person", name=CANARY[:6], roles=["clerk"])
    place.office.do("record_instruction", leader="领导", text=CANARY, findings=[number])
    place.bring("02", place.export("office", "02"))
    place.swap("02")
    held = everything_held(place, "02")
    record = place.row(place.office, "finding", number=number)["uuid"]
    photo = place.row(place.office, "evidence")
    for secret in (CANARY.encode(), CANARY[:6].encode(), record, photo["uuid"], photo["preview"], photo["sha256"]):
        assert secret not in held
        assert secret in everything_held(place, "office")
    assert not place.groups["02"].ws.blobs.has(photo["preview"])
    assert place.agree("02")
    place.swap("01")
    assert CANARY.encode() in everything_held(place, "01")


def test_a_task_reaches_its_group_once_issued(place: Place) -> None:
    (task,) = place.office.do("draft_task", title=CANARY, groups=["02"]).ids
    place.swap("02")
    assert CANARY.encode() not in everything_held(place, "02")
    place.office.do("issue_task", tasks=[task])
    place.swap("02")
    assert place.row(place.groups["02"], "task")["title"] == CANARY
    place.swap("01")
    assert CANARY.encode() not in everything_held(place, "01")
