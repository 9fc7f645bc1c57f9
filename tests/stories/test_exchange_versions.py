"""Versions: what only a newer program knows is kept byte for byte and takes effect once it is known (sync.md §3.10)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.reads import conflicts, inert
from dubu_desktop.db import journal
from dubu_desktop.domain.ops import Op, OpType, Write
from dubu_desktop.errors import DubuError
from dubu_desktop.wire import codec
from tests.stories.exchange import Place, finding_state, ops_held
from tests.stories.newer_child import FIELD, STEP
from tests.world import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
VALUE = "獬豸触邪之后"


class NewerDesk(Desk):
    """The desk of a program of next year."""

    def put_raw(self, op: Op, flags: int = 0, **changed: Any) -> None:
        """Write an op as that program encodes it: one element more than this one knows."""
        fields = msgspec.msgpack.decode(journal.written([op])[0].raw, strict=False)
        fields[0] = flags
        for name, value in changed.items():
            fields[{"type": 8, "kind": 5}[name]] = value
        raw = msgspec.msgpack.encode([*fields, "以后的版本"])
        journal.append(self.conn, [journal.Written(op, raw)])
        self._wrote = True


def newer(place: Place, write: Any, who: str = "01") -> None:
    """A side writes with the newer program."""
    house = place.side(who)
    desk = NewerDesk(house.ws, house.person, "later", "以后")
    with desk.writing():
        write(desk)


def unknown_field(place: Place, number: str, value: str = VALUE) -> Any:
    record = place.row(place.office, "finding", number=number)["uuid"]

    def write(desk: NewerDesk) -> None:
        state = desk.state(record)
        written = Write(value, state.register(FIELD).over, state.register(FIELD).ctx)
        more = {"at": state.heads, "writes": {FIELD: written}, "args": {"later": "理由"}}
        desk.put_raw(desk._op(OpType.SET, state.kind, record, record, state.lam + 1, **more))

    return write


def raws(house: Any) -> set[bytes]:
    """The bytes of every op a workspace holds, wherever they stand."""
    out = {body for _, _, body in ops_held(house)}
    with house.ws.reading() as conn:
        for actor in journal.actors(conn):
            out |= set(journal.bodies(conn, actor, 1, journal.last_seq(conn, actor)).values())
    return out


def upgraded(path: Path, number: str) -> dict[str, Any]:
    """What the newer program sees in a workspace of this one."""
    command = [sys.executable, "-m", "tests.stories.newer_child", str(path), number, PASSWORD]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_an_unknown_field_is_kept_byte_for_byte_handed_on_and_shown_after_the_upgrade(place: Place) -> None:
    number = place.assigned("01")
    place.office.do("edit_rectification", finding=number, values={"verify_group": "02"}, reason="换组")
    before = raws(place.groups["01"])
    newer(place, unknown_field(place, number))
    (written,) = raws(place.groups["01"]) - before
    assert "以后的版本".encode() in written
    (report,) = place.bring("office", place.export("01"))
    assert report["status"] == "new"
    assert written in raws(place.office)
    place.bring("02", place.export("office", "02"))
    with place.groups["02"].ws.reading() as conn:
        record = place.row(place.office, "finding", number=number)["uuid"]
        facts = journal.base_of(conn, record)
    assert [h.value for h in facts.heads[FIELD]] == [VALUE], "handed on to who knows it no better"
    place.swap("01")
    assert place.faults("office") == []
    assert place.inert("office") == []
    path = place.office.ws.folder.path
    place.office.close()
    assert upgraded(path, number) == {
        "later": VALUE, "status": "rectifying", "inert": 0, "conflicts": [], "differing": [], "faults": [],
    }  # fmt: skip
    path_02 = place.groups["02"].ws.folder.path
    place.groups["02"].close()
    assert upgraded(path_02, number)["later"] == VALUE
    # and back: the older program opens what the newer one has folded, nothing of it lost
    place.office = place.open("office", path)
    place.groups["02"] = place.open("02", path_02)
    assert written in raws(place.office)
    assert place.faults("office") == []


def test_a_conflict_in_an_unknown_field_is_told_and_decided_after_the_upgrade(place: Place) -> None:
    """Two groups with next year's program, an office with this year's, which cannot decide it."""
    number = place.assigned("01")
    place.office.do("edit_rectification", finding=number, values={"verify_group": "02"}, reason="换组")
    place.bring("02", place.export("office", "02"))
    for code in ("01", "02"):
        newer(place, unknown_field(place, number, f"第{code}组的写法"), code)
    place.bring("office", place.export("01"))
    file = place.export("02")
    (seen,) = place.office.do("preview_bundles", files=[file]).extra["reports"]
    assert (seen["status"], seen["conflicts"]) == ("new", 1)
    assert [(clash.field_label, len(clash.values)) for clash in seen["clashes"]] == [(conflicts.UNKNOWN, 2)]
    (report,) = place.bring("office", file)
    assert (report["status"], report["conflicts"]) == ("new", 1)
    record = finding_state(place.office, number).record
    assert (place.conflicts("office"), place.office.read(conflicts.count)) == (1, 1)
    (view,) = place.office.read(conflicts.rows, place.office.read(conflicts.ids))
    assert place.office.read(conflicts.of, record.hex()) == (view,)
    assert {one.text for one in view.values} == {"第01组的写法", "第02组的写法"}
    with pytest.raises(DubuError) as refused:
        place.office.do("decide_conflict", record=view.record, field=view.field)
    assert refused.value.code == "D-307"
    assert place.faults("office") == []
    path = place.office.ws.folder.path
    place.office.close()
    told = upgraded(path, number)
    assert told["conflicts"] == ["以后的一项"]
    assert told["later"] in {"第01组的写法", "第02组的写法"}
    place.office = place.open("office", path)
    assert (place.conflicts("office"), place.faults("office")) == (1, [])


def test_an_unknown_step_waits_in_the_list_and_takes_effect_after_the_upgrade(place: Place) -> None:
    number = place.finding(place.groups["01"])
    record = place.row(place.groups["01"], "finding", number=number)["uuid"]

    def write(desk: NewerDesk) -> None:
        state = desk.state(record)
        more = {"at": state.heads, "event": STEP}
        desk.put_raw(desk._op(OpType.EVENT, state.kind, record, record, state.lam + 1, **more))

    newer(place, write)
    place.bring("office", place.export("01"))
    assert place.inert("office") == ["unknown"]
    (row,) = place.office.read(inert.rows)
    assert (row.reason_label, row.what) == ("不认识的类型", "本版不认识的步骤")
    path = place.office.ws.folder.path
    place.office.close()
    told = upgraded(path, number)
    assert (told["status"], told["inert"]) == ("final", 0)
    place.office = place.open("office", path)
    assert place.inert("office") == ["unknown"], "the older program knows it no better than before"


def _of_unknown_kind(flags: int) -> Any:
    def write(desk: NewerDesk) -> None:
        record = desk.ws.randomness.uuid7()
        from dubu_desktop.domain.records import UNIT

        desk.put_raw(desk._op(OpType.CREATE, UNIT, record, record, 1, values={1: VALUE}), flags, kind=777)

    return write


def test_a_record_of_an_unknown_kind_is_kept_and_listed(place: Place) -> None:
    newer(place, _of_unknown_kind(0))
    (report,) = place.bring("office", place.export("01"))
    assert (report["status"], report["without_effect"]) == ("new", 1)
    (row,) = place.office.read(inert.rows)
    assert (row.what, row.reason_label, row.side) == ("新版本才认识的内容", "不认识的类型", "第一组")
    assert place.office.read(inert.count) == 1
    assert place.faults("office") == []
    place.swap("01")
    assert place.together()


@pytest.mark.parametrize("write", ["kind", "type"])
def test_what_must_be_known_refuses_the_bundle_whole_and_names_the_way_out(place: Place, write: str) -> None:
    number = place.finding(place.groups["01"])
    if write == "kind":
        newer(place, _of_unknown_kind(codec.MANDATORY))
    else:
        record = place.row(place.groups["01"], "finding", number=number)["uuid"]

        def act(desk: NewerDesk) -> None:
            state = desk.state(record)
            desk.put_raw(desk._op(OpType.SET, state.kind, record, record, 2, at=state.heads), codec.MANDATORY, type=9)

        newer(place, act)
    before = place.digest("office"), ops_held(place.office)
    (report,) = place.bring("office", place.export("01"))
    assert (report["status"], report["code"]) == ("refused", "D-205")
    assert "请先安装更高版本" in report["sentence"]
    assert (place.digest("office"), ops_held(place.office)) == before


def test_a_reason_that_only_a_newer_office_knows_is_without_effect_all_the_same() -> None:
    from dubu_desktop.domain.facts import Facts, Inert
    from dubu_desktop.domain.ops import Actor, Dot

    dot = Dot(Actor(1, 1, 1), 7)
    raw = codec.encode_facts(Facts(1, bytes(16), inert={dot: Inert.MISSING}))
    assert b"missing" in raw
    later = raw.replace(b"missing", b"purgedX")
    assert codec.decode_facts(later).inert == {dot: Inert.UNKNOWN}


def test_an_unknown_field_is_listed_among_what_an_undone_import_leaves(place: Place) -> None:
    number = place.assigned("01")
    newer(place, unknown_field(place, number))
    file = place.export("01")
    place.bring("office", file)
    seen = place.office.do("preview_undo_import", bundle=Path(file).name).extra
    assert (seen["voided"], seen["fields"], seen["steps"]) == (0, 0, 0)
    assert [(one["kind"], one["what"]) for one in seen["left"]] == [("finding", "修改本版不认识的一项")]
