"""What is not from whom it says, or may not be done by whom it is from: refused, or without effect, by name."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dubu_desktop.actions import check, reads
from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.exchange import arriving
from dubu_desktop.actions.reads import findings, inert, notes
from dubu_desktop.db import journal, local, queries
from dubu_desktop.db.foldrows import Changes
from dubu_desktop.db.workspace import get_json
from dubu_desktop.domain.ops import Actor, Dot, OpType, Write
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.container import BundleWriter
from dubu_desktop.sync.identity import Identity, new_identity, next_incarnation
from dubu_desktop.sync.segments import NO_HASH, Base, Segment, open_segment, seal_base, seal_segment
from dubu_desktop.system.randomness import Randomness
from dubu_desktop.wire import blocks, bodies, codec
from dubu_desktop.wire.codec import CODEC_ROWS, MAX_INT, encode_rows
from dubu_desktop.wire.messages import Direction, Head
from tests.stories.exchange import Place, Unjudged, ended, finding_state, hostile, ops_held
from tests.stories.test_clerk import clerk, down
from tests.world import World, jpeg

__all__ = ["clerk"]


class Watched:
    """The office as it was, to be compared after something hostile was handed to it."""

    def __init__(self, place: Place, who: str = "office") -> None:
        self.place, self.who = place, who
        self.before = self._now()

    def _now(self) -> tuple[str, object, list[Path]]:
        folder = self.place.side(self.who).ws.folder
        return self.place.digest(self.who), ops_held(self.place.side(self.who)), sorted(folder.inbox.iterdir())

    def refused(self, file: str | Path, *codes: str) -> None:
        """Importing the file is refused with one of `codes`, and not one op came in."""
        (report,) = self.place.bring(self.who, str(file))
        assert report["status"] == "refused", report
        assert report["code"] in codes, report
        assert report["sentence"].startswith(report["code"])
        assert self._now() == self.before


# --- files -------------------------------------------------------------------------------------------------------


def test_a_bundle_of_another_workspace(place: Place, tmp_path: Path) -> None:
    other = World.ready(tmp_path / "other", codes=["01"])
    other.finding(other.groups["01"])
    up, down = other.up("01")[0], other.down("01")[0]
    other.close()
    Watched(place).refused(up, "D-201")
    Watched(place, "01").refused(down, "D-201")


def test_a_bundle_for_somebody_else(place: Place) -> None:
    place.finding(place.groups["01"])
    up, down = place.export("01"), place.export("office", "01")
    Watched(place, "02").refused(up, "D-201")
    Watched(place, "02").refused(down, "D-201")
    Watched(place, "01").refused(up, "D-201")
    Watched(place).refused(down, "D-201")


@pytest.mark.parametrize("who", ["office", "01"])
def test_one_flipped_bit_anywhere(place: Place, who: str, tmp_path: Path) -> None:
    number = place.finding(place.groups["01"])
    place.groups["01"].do("add_photos", finding=number, images=[jpeg(1)])
    whole = Path(place.export("01") if who == "office" else place.export("office", "01")).read_bytes()
    watched = Watched(place, who)
    spots = sorted({0, 1, 15, 16, 40, 100, len(whole) - 1, len(whole) - 17, *range(200, len(whole), len(whole) // 25)})
    for spot in spots:
        damaged = bytearray(whole)
        damaged[spot] ^= 1 << (spot % 8)
        file = tmp_path / f"{spot}.dubu"
        file.write_bytes(damaged)
        watched.refused(file, "D-201", "D-203", "D-204", "D-205", "D-206", "D-213")


def test_a_file_cut_short_or_with_more_behind_it(place: Place, tmp_path: Path) -> None:
    place.finding(place.groups["01"])
    whole = Path(place.export("01")).read_bytes()
    watched = Watched(place)
    for n, content in enumerate([b"", whole[:10], whole[:300], whole[: len(whole) // 2], whole[:-1], whole + b"\0"]):
        file = tmp_path / f"{n}.dubu"
        file.write_bytes(content)
        watched.refused(file, "D-201", "D-204", "D-206")
    watched.refused(tmp_path / "nowhere.dubu", "D-401")
    file.write_bytes(whole)
    assert place.bring("office", str(file))[0]["status"] == "new"


def test_good_and_bad_together_the_good_ones_are_taken(place: Place, tmp_path: Path) -> None:
    place.finding(place.groups["01"])
    place.finding(place.groups["02"])
    bad = tmp_path / "bad.dubu"
    bad.write_bytes(Path(place.export("01")).read_bytes()[:-30])
    reports = place.bring("office", str(bad), place.export("02"), place.export("01"))
    assert [r["status"] for r in reports] == ["refused", "new", "new"]
    assert len(place.rows(place.office, "finding")) == 2


# --- signatures --------------------------------------------------------------------------------------------------


def _written(
    place: Place,
    file: Path,
    identity: Identity,
    *,
    code: str = "01",
    segments: tuple[Segment, ...] = (),
    items: tuple[Base, ...] = (),
    stranger: bool = False,
) -> Path:
    """A bundle to the office as a changed program would write it, signed with `identity`."""
    office = ids.load(place.office.ws).public
    mine = place.groups[code].ws.profile.actor
    if stranger:
        mine = next_incarnation(identity.replica, 0, Randomness())
    head = Head(
        schema=1,
        codecs=[CODEC_ROWS],
        workspace=place.office.ws.profile.workspace,
        sender=mine.to_bytes(),
        recipient=place.office.ws.profile.actor.to_bytes(),
        direction=Direction.UP,
        serial=99,
        label="第一组",
    )
    with file.open("wb") as stream:
        with BundleWriter(
            stream, recipient=office.age_recipient, sign_private=identity.sign_private, head=head
        ) as writer:
            for segment in segments:
                writer.add_segment(segment)
            for item in items:
                writer.add_item(item)
            writer.finish()
    return file


def _segments(place: Place, code: str) -> list[Segment]:
    """The sealed segments of a group's own work."""
    place.finding(place.groups[code])
    place.export(code)
    ws = place.groups[code].ws
    key = ids.load(ws).public.sign_public
    with ws.reading() as conn:
        sealed = journal.sealed_segments(conn, ws.profile.actor, 0)
    return [open_segment(raw, workspace=ws.profile.workspace, key_of=lambda _a: key) for raw in sealed]


def test_a_signer_nobody_knows(place: Place, tmp_path: Path) -> None:
    identity = new_identity(Randomness())
    Watched(place).refused(_written(place, tmp_path / "x.dubu", identity, stranger=True), "D-202")


def test_a_signature_by_another_key(place: Place, tmp_path: Path) -> None:
    Watched(place).refused(_written(place, tmp_path / "x.dubu", new_identity(Randomness())), "D-203")


def test_another_groups_segments_in_ones_own_bundle(place: Place, tmp_path: Path) -> None:
    stolen = tuple(_segments(place, "02"))
    mine = ids.load(place.groups["01"].ws)
    Watched(place).refused(_written(place, tmp_path / "x.dubu", mine, segments=stolen), "D-212")


def test_a_segment_in_another_groups_name(place: Place, tmp_path: Path) -> None:
    mine, theirs = ids.load(place.groups["01"].ws), place.groups["02"].ws.profile.actor
    (real, *_) = _segments(place, "02")
    forged = seal_segment(
        real.body,
        workspace=place.office.ws.profile.workspace,
        actor=theirs,
        number=1,
        prev_hash=NO_HASH,
        first_seq=1,
        last_seq=real.last_seq,
        codec=CODEC_ROWS,
        sign_private=mine.sign_private,
    )
    Watched(place).refused(_written(place, tmp_path / "x.dubu", mine, segments=(forged,)), "D-212")


def test_a_base_the_office_never_signed(place: Place, tmp_path: Path) -> None:
    """Handing back forged decisions of a former office: only the office's own signature opens that door."""
    mine, ws = ids.load(place.groups["01"].ws), place.office.ws
    number = place.assigned("01")
    facts = finding_state(place.office, number).facts()
    from dubu_desktop.wire.codec import encode_facts

    former = ws.profile.actor._replace(counter=0)
    forged = seal_base(
        encode_rows([encode_facts(facts)]),
        workspace=ws.profile.workspace,
        office=former,
        link=former.to_bytes() + place.groups["01"].ws.profile.actor.to_bytes(),
        first=1,
        last=1,
        codec=CODEC_ROWS,
        sign_private=mine.sign_private,
    )
    Watched(place).refused(_written(place, tmp_path / "x.dubu", mine, items=(forged,)), "D-203")


# --- acts --------------------------------------------------------------------------------------------------------

Act = Callable[[Unjudged, Place, str, str], None]


def _event_on(desk: Unjudged, place: Place, number: str, event: str, **args: object) -> None:
    """An event on a finding as the office knows it, whoever's it is."""
    desk.force(finding_state(place.office, number), event, **args)


def _set_on(desk: Unjudged, place: Place, number: str, field: str, value: object) -> None:
    """A field of a finding as the office knows it."""
    state = finding_state(place.office, number)
    tag = state.kind.by_name[field].tag
    register = state.register(tag)
    writes = {tag: Write(value, register.over, register.ctx)}
    desk._put(
        desk._op(OpType.SET, state.kind, state.record, state.record, state.lam + 1, at=state.heads, writes=writes)
    )


def close_out_mine(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """销号 of one's own finding."""
    desk.force(finding_state(place.groups["01"], mine), "close_out")


def confirm_mine(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """核定, then 交整改, then 销号: each on top of the one before."""
    for event in ("confirm", "assign", "reply", "verify", "close_out"):
        _event_on(desk, place, mine, event)


def close_out_theirs(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """销号 of another group's finding."""
    _event_on(desk, place, theirs, "close_out")


def verify_theirs(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """核查 of a finding another group verifies."""
    _event_on(desk, place, theirs, "verify")


def void_theirs(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """作废 of another group's finding."""
    _event_on(desk, place, theirs, "void", reason="不要了")


def decide(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """裁定 by a group."""
    _event_on(desk, place, mine, "decide", status="closed")


def retract_the_office(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """撤回 of the office's own step."""
    _event_on(desk, place, mine, "retract")


def edit_theirs(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """Another group's facts."""
    _set_on(desk, place, theirs, "facts", "没有问题")


def edit_after_confirmation(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """One's own facts, after the office confirmed them."""
    _set_on(desk, place, mine, "facts", "没有问题")


def renumber(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A number, which nobody may change."""
    _set_on(desk, place, mine, "number", "WT-2026-09-0001")


def set_priority(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A field of the office."""
    _set_on(desk, place, mine, "priority", True)


def create_in_anothers_name(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A finding said to be the other group's."""
    values = {"number": "WT-2026-02-0099", "found_at": "2026-06-03T09:00", "facts": "栽赃"}
    desk.create("finding", values | {"finder_group": _other(place)})


def create_theirs_again(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """Another group's finding once more, as one's own: its id is known from a paper."""
    kind, state = BY_NAME["finding"], finding_state(place.office, theirs)
    given = {"finder_group": place.group_id("01"), "facts": "没有问题", "number": "WT-2026-01-0099"}
    values = {kind.by_name[name].tag: value for name, value in given.items()}
    desk._put(desk._op(OpType.CREATE, kind, state.record, state.record, 1, values=values))


def person_of_another_group(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A leader for the other group."""
    desk.create("person", {"name": "假组长", "roles": ["leader"], "group": _other(place)})


def person_of_the_office(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A director."""
    desk.create("person", {"name": "假主任", "roles": ["director"]})


def adopted_unit(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A unit for everybody, past the office."""
    desk.create("unit", {"name": "假单位"})


def own_task(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A task for oneself."""
    desk.create("task", {"title": "自己交办", "group": place.group_id("01"), "number": "督交〔2026〕99号"})


def own_document(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A 通报."""
    desk.create("document", {"doc_kind": "bulletin", "title": "假通报", "number": "督〔2026〕99号"})


def own_rectification(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A rectification, with oneself to verify it."""
    record = desk.find("finding", mine)
    desk.create("rectification", {"finding": record, "verify_group": place.group_id("01"), "due_on": "2030-01-01"})


def photo_on_theirs(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """Evidence on another group's finding."""
    state = finding_state(place.office, theirs)
    kind = BY_NAME["evidence"]
    record = desk.ws.randomness.uuid7()
    values = {kind.by_name["finding"].tag: state.record, kind.by_name["role"].tag: "after"}
    desk._put(desk._op(OpType.CREATE, kind, record, state.record, 1, at=state.heads, values=values))


def photo_under_a_false_root(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """Evidence that claims to hang on one's own finding and names another's."""
    record = desk.find("finding", mine)
    state = finding_state(place.office, mine)
    kind = BY_NAME["evidence"]
    named = finding_state(place.office, theirs).record
    values = {kind.by_name["finding"].tag: named, kind.by_name["role"].tag: "after"}
    made = desk.ws.randomness.uuid7()
    desk._put(desk._op(OpType.CREATE, kind, made, record, 1, at=state.heads, values=values))


def _other(place: Place) -> bytes:
    return place.group_id("02")


CREATES: list[Act] = [
    create_in_anothers_name,
    create_theirs_again,
    person_of_another_group,
    person_of_the_office,
    adopted_unit,
    own_task,
    own_document,
    own_rectification,
    photo_on_theirs,
    photo_under_a_false_root,
]
ACTS: list[Act] = [
    *CREATES,
    close_out_mine,
    confirm_mine,
    close_out_theirs,
    verify_theirs,
    void_theirs,
    decide,
    retract_the_office,
    edit_theirs,
    edit_after_confirmation,
    renumber,
    set_priority,
]


@pytest.mark.parametrize("act", ACTS, ids=lambda a: a.__name__)
def test_what_a_group_may_not_do_has_no_effect(place: Place, act: Act) -> None:
    mine, theirs = place.assigned("01"), place.assigned("02")
    place.bring("office", place.export("01"))
    before = place.digest("office")
    shown = {n: finding_state(place.office, n).status for n in (mine, theirs)}
    hostile(place.groups["01"], lambda desk: act(desk, place, mine, theirs))
    (report,) = place.bring("office", place.export("01"))
    assert report["status"] == "new", report
    assert (report["new"], report["changed"]) == (0, 0)
    assert report["without_effect"] > 0
    assert place.digest("office") == before
    assert place.inert("office")
    assert {n: finding_state(place.office, n).status for n in (mine, theirs)} == shown
    if act in CREATES:  # what never came to be at the office stays the forger's own invention
        return
    # the group learns of it with the next bundle, and shows what the office shows again
    place.swap("01")
    assert place.agree("01")


def test_steps_and_proposals_full_of_nonsense_leave_every_page_open(place: Place) -> None:
    mine = place.finding(place.groups["01"])
    nonsense: list[tuple[str, object]] = [
        ("industry_unit", "z" * 32), ("facts", [1]), ("severity", {"a": 1}), ("found_at", "x"), ("urgent", "x"),
        ("nothing", 1), ("category", 5),
    ]  # fmt: skip

    def write(desk: Unjudged) -> None:
        state, note = finding_state(place.groups["01"], mine), BY_NAME["note"]
        for field, value in nonsense:
            given = {
                "record": state.record,
                "text": "意见",
                "proposed_field": field,
                "proposed_value": {"value": value},
            }
            values = {note.by_name[name].tag: v for name, v in given.items()}
            made = desk.ws.randomness.uuid7()
            desk._put(desk._op(OpType.CREATE, note, made, state.record, 1, at=state.heads, values=values))
        desk.force(state, "finalise", due_on={"a": 1}, term=[1], number=5, reason=["x"], status={"a": 1})
        desk.force(state, "return_for_redo", reason={"a": 1})

    hostile(place.groups["01"], write)
    place.bring("office", place.export("01"))
    record = finding_state(place.office, mine).record
    assert len(place.office.read(findings.detail, record).notes) == len(nonsense)
    assert len(place.office.read(lambda r: notes.rows(r, notes.ids(r)))) == len(nonsense)
    assert place.office.read(lambda r: list(reads.show(r, "history", {"record": record.hex()})))
    for row in place.rows(place.office, "note"):
        with pytest.raises(DubuError):
            place.office.do("answer_note", note=row["uuid"].hex(), take=True)
        place.office.do("answer_note", note=row["uuid"].hex(), take=False)


def test_a_unit_once_adopted_is_no_longer_its_groups(place: Place) -> None:
    place.groups["01"].do("add_unit", name="北关超市")
    place.bring("office", place.export("01"))
    place.office.do("adopt_unit", unit="北关超市")
    place.swap("01")

    def void(desk: Unjudged) -> None:
        desk.force(desk.state(desk.find("unit", "北关超市")), "void", reason="不要了")

    hostile(place.groups["01"], void)
    place.bring("office", place.export("01"))
    assert place.inert("office") == ["no_authority"]
    assert [r["status"] for r in place.rows(place.office, "unit") if r["name"] == "北关超市"] == ["valid"]
    place.swap("01")
    assert place.agree("01")


@pytest.mark.parametrize("who", ["office", "clerk"])
def test_an_adoption_that_knew_of_the_groups_void_does_not_take_the_ground_from_itself(
    place: Place, who: str, request: pytest.FixtureRequest
) -> None:
    """An older program adopts a unit whose group took it back; so that the void stands, and the word on it as well."""
    if who == "clerk":
        request.getfixturevalue("clerk")
    place.groups["01"].do("add_unit", name="北关超市")
    place.swap("01")
    place.groups["01"].do("undo")
    place.swap("01")
    if who == "clerk":
        down(place)
    unit = place.row(place.office, "unit", name="北关超市")["uuid"]
    with pytest.raises(DubuError) as refused:
        place.side(who).do("adopt_unit", unit=unit.hex())
    assert (refused.value.code, "作废" in str(refused.value)) == ("D-307", True)
    hostile(place.side(who), lambda desk: desk.set(unit, {"pending": False}))
    if who == "clerk":
        place.bring("office", place.export("clerk"))
        down(place)
        assert place.row(place.side("clerk"), "unit", uuid=unit)["status"] == "void"
    row = place.row(place.office, "unit", uuid=unit)
    assert (row["status"], row["pending"], place.inert("office")) == ("void", False, [])
    assert place.faults("office") == []
    place.swap("01")
    assert place.agree("01")


def test_a_forged_close_out_is_named(place: Place) -> None:
    mine = place.assigned("01")
    hostile(place.groups["01"], lambda desk: close_out_mine(desk, place, mine, mine))
    place.bring("office", place.export("01"))
    assert place.inert("office") == ["illegal_step"]
    with place.office.ws.reading() as conn:
        assert len(queries.inert_dots(conn, [finding_state(place.office, mine).record])) == 1


# --- what no honest program can have written ---------------------------------------------------------------------


def another_kind(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A person under the id of a finding: the finding would be one no more."""
    kind, state = BY_NAME["person"], finding_state(place.office, theirs)
    values = {kind.by_name["name"].tag: "某人", kind.by_name["group"].tag: place.group_id("01")}
    desk._put(desk._op(OpType.CREATE, kind, state.record, state.record, 1, values=values))


def another_root(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """The other group's rectification, said to hang on one's own finding."""
    kind = BY_NAME["rectification"]
    stolen = place.rows(place.office, "rectification", finding=finding_state(place.office, theirs).record)[0]["uuid"]
    own = finding_state(place.office, mine)
    values = {kind.by_name["finding"].tag: own.record}
    desk._put(desk._op(OpType.CREATE, kind, stolen, own.record, 1, at=own.heads, values=values))


def two_roots_at_once(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """One new record under two findings."""
    kind, record = BY_NAME["note"], desk.ws.randomness.uuid7()
    for number in (mine, theirs):
        state = finding_state(place.office, number)
        values = {kind.by_name["record"].tag: state.record, kind.by_name["text"].tag: "两处"}
        desk._put(desk._op(OpType.CREATE, kind, record, state.record, 1, at=state.heads, values=values))


def two_kinds_at_once(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A new finding that is a person as well."""
    record, group = desk.ws.randomness.uuid7(), place.group_id("01")
    for name, words in (("finding", "place"), ("person", "name")):
        kind = BY_NAME[name]
        of_group = kind.by_name["finder_group" if name == "finding" else "group"].tag
        values = {kind.by_name[words].tag: "两样", of_group: group}
        desk._put(desk._op(OpType.CREATE, kind, record, record, 1, values=values))


def too_long(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """Facts of eleven thousand characters."""
    kind = BY_NAME["finding"]
    values = {kind.by_name["facts"].tag: "长" * 11000, kind.by_name["finder_group"].tag: place.group_id("01")}
    record = desk.ws.randomness.uuid7()
    desk._put(desk._op(OpType.CREATE, kind, record, record, 1, values=values))


def wrong_type(desk: Unjudged, place: Place, mine: str, theirs: str) -> None:
    """A number where words belong."""
    kind = BY_NAME["finding"]
    values = {kind.by_name["place"].tag: 7, kind.by_name["finder_group"].tag: place.group_id("01")}
    record = desk.ws.randomness.uuid7()
    desk._put(desk._op(OpType.CREATE, kind, record, record, 1, values=values))


@pytest.mark.parametrize("alone", [False, True], ids=["together", "each op alone"])
@pytest.mark.parametrize(
    "act", [another_kind, another_root, two_roots_at_once, two_kinds_at_once, too_long, wrong_type]
)
def test_what_no_honest_program_writes_is_refused_whole(
    place: Place, act: Act, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`alone`: every op in a segment of its own and taken in by itself, as in a large import (docs/decisions/0049)."""
    if alone:
        monkeypatch.setattr(journal, "SEGMENT_OPS", 1)
        monkeypatch.setattr(arriving, "_AT_ONCE", 1)
    mine, theirs = place.assigned("01"), place.assigned("02")
    place.bring("office", place.export("01"))
    ws = place.groups["01"].ws
    with monkeypatch.context() as patch:  # the forger's own tables are none of our business
        patch.setattr(type(ws.fold), "refold", lambda *_a, **_k: Changes())
        hostile(place.groups["01"], lambda desk: act(desk, place, mine, theirs))
    Watched(place).refused(place.export("01"), "D-255")


#: what no value may be, under a tag that nobody here declares; {what: (value, code)}
NO_VALUES: dict[str, tuple[Any, str]] = {
    "keys that are numbers": ({1: "甲"}, "D-204"),
    "keys that are bytes, inside": ([[{"甲": {b"1": 2}}]], "D-204"),
    "a moment": (datetime(2026, 6, 2, 9, tzinfo=UTC), "D-204"),
    "a type of its own": ({"甲": [msgspec.msgpack.Ext(7, b"x")]}, "D-204"),
    "very deep": (functools.reduce(lambda inner, _n: [inner], range(60), 1), "D-209"),
}


@pytest.mark.parametrize("columns", [True, False], ids=["columns", "rows"])
@pytest.mark.parametrize("what", NO_VALUES)
def test_a_field_that_nobody_knows_holds_what_the_format_knows(
    place: Place, what: str, columns: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    value, code = NO_VALUES[what]
    kind, group = BY_NAME["finding"], place.group_id("01")
    place.swap("01")

    def act(desk: Unjudged) -> None:
        record = desk.ws.randomness.uuid7()
        values = {kind.by_name["finder_group"].tag: group, 199: value}
        desk._put(desk._op(OpType.CREATE, kind, record, record, 1, values=values))

    with monkeypatch.context() as patch:
        patch.setattr(type(place.groups["01"].ws.fold), "refold", lambda *_a, **_k: Changes())
        if not columns:
            patch.setattr(bodies, "CODEC_COLUMNS", None)
        hostile(place.groups["01"], act)
        file = place.export("01")
    Watched(place).refused(file, code)


#: what no number of a kind, a field or an event may be; {what: parts of an op}
NO_TAGS: dict[str, dict[str, Any]] = {
    f"{what} {number}": {what: number} for what in ("kind", "field", "event") for number in (-1, 2**32, 2**63 + 5)
}


@pytest.mark.parametrize("columns", [True, False], ids=["columns", "rows"])
@pytest.mark.parametrize("what", NO_TAGS)
def test_numbers_of_kinds_fields_and_events_are_what_the_format_knows(
    place: Place, what: str, columns: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond it they broke the import off in the digest, or in a column that takes eight bytes."""
    finding, group = BY_NAME["finding"], place.group_id("01")
    wrong = NO_TAGS[what]
    place.swap("01")

    def act(desk: Unjudged) -> None:
        record = desk.ws.randomness.uuid7()
        kind = replace(finding, tag=wrong["kind"]) if "kind" in wrong else finding
        more = {wrong["field"]: 1} if "field" in wrong else {}
        values = {finding.by_name["finder_group"].tag: group} | more
        born = desk._op(OpType.CREATE, kind, record, record, 1, values=dict(sorted(values.items())))
        desk._put(born)
        if "event" in wrong:
            desk._put(desk._op(OpType.EVENT, kind, record, record, 2, at=(born.dot,), event=wrong["event"]))

    with monkeypatch.context() as patch:
        patch.setattr(type(place.groups["01"].ws.fold), "refold", lambda *_a, **_k: Changes())
        patch.setattr(journal, "append", _append_anything)
        for module in (codec, blocks):
            patch.setattr(module, "require_tags", lambda *_tags: None)
        if not columns:
            patch.setattr(bodies, "CODEC_COLUMNS", None)
        hostile(place.groups["01"], act)
        file = place.export("01")
    Watched(place).refused(file, "D-204")


def _append_anything(conn: Any, items: Sequence[journal.Written]) -> None:
    """Into the forger's journal, whose column for the kind takes eight bytes as well."""
    kept = [replace(one, op=replace(one.op, kind=min(one.op.kind, MAX_INT))) for one in items]
    _append(conn, kept)


_append = journal.append


def test_an_id_claimed_before_it_counts_does_not_break_what_the_office_does(place: Place) -> None:
    """Evidence on another group's finding waits without effect; its id is then a finding; the other is handed over."""
    number = place.assigned("02")
    theirs, one = finding_state(place.office, number), place.groups["01"]
    evidence, finding = BY_NAME["evidence"], BY_NAME["finding"]
    claimed = one.ws.randomness.uuid7()

    def claim(desk: Unjudged) -> None:
        values = {evidence.by_name["finding"].tag: theirs.record}
        desk._put(desk._op(OpType.CREATE, evidence, claimed, theirs.record, 2, at=theirs.heads, values=values))

    def begin(desk: Unjudged) -> None:
        values = {finding.by_name["place"].tag: "甲处", finding.by_name["finder_group"].tag: place.group_id("01")}
        desk._put(desk._op(OpType.CREATE, finding, claimed, claimed, 1, values=dict(sorted(values.items()))))

    for act in (claim, begin):
        hostile(one, act)
        assert [r["status"] for r in place.bring("office", place.export("01"))] == ["new"]
    values = {"verify_group": "01"}
    place.office.do("edit_rectification", finding=number, values=values, reason="调整核查组")
    assert {row["place"] for row in place.rows(place.office, "finding")} >= {"甲处"}
    assert place.rows(place.office, "evidence", uuid=claimed) == []
    assert ended(check.rebuild(place.office)).same


@pytest.mark.parametrize("first", ["visit", "finding"])
def test_what_was_told_of_a_record_as_of_another_kind_stays_in_the_list(place: Place, first: str) -> None:
    """Edits of two kinds wait for one create; when it comes those of its kind count, and the others stay listed."""
    one = place.groups["01"]
    finding, record, actor = BY_NAME["finding"], one.ws.randomness.uuid7(), one.ws.profile.actor
    with one.ws.reading() as conn:
        born = Dot(actor, journal.last_seq(conn, actor) + 3)

    def edit(name: str) -> None:
        tag = BY_NAME[name].by_name["place"].tag
        writes = {tag: Write(f"{name}改的", (born,), {actor: born.seq})}
        hostile(one, lambda d: d._put(d._op(OpType.SET, BY_NAME[name], record, record, 2, at=(born,), writes=writes)))

    def begin(desk: Unjudged) -> None:
        values = {finding.by_name["place"].tag: "甲处", finding.by_name["finder_group"].tag: place.group_id("01")}
        desk._put(desk._op(OpType.CREATE, finding, record, record, 1, values=dict(sorted(values.items()))))

    listed = []
    for act in (
        lambda: edit(first),
        lambda: edit("finding" if first == "visit" else "visit"),
        lambda: hostile(one, begin),
    ):
        act()
        assert [r["status"] for r in place.bring("office", place.export("01"))] == ["new"]
        listed.append(sorted(place.inert("office")))
        assert place.faults("office") == []
    assert listed == [["missing"], ["missing", "missing"], ["no_authority"]]
    assert [row["place"] for row in place.rows(place.office, "finding")] == ["finding改的"]
    assert place.rows(place.office, "visit") == []
    assert place.office.read(inert.count) == 1


def test_a_bare_finding_and_the_highest_rank_do_no_harm(place: Place) -> None:
    kind, group = BY_NAME["finding"], place.group_id("01")
    mine = place.finding(place.groups["01"])
    place.swap("01")

    def act(desk: Unjudged) -> None:
        record = desk.ws.randomness.uuid7()
        op = desk._op(OpType.CREATE, kind, record, record, MAX_INT, values={kind.by_name["finder_group"].tag: group})
        desk._put(op)
        state = finding_state(place.office, mine)
        tag = kind.by_name["place"].tag
        register = state.register(tag)
        writes = {tag: Write("高处", register.over, register.ctx)}
        desk._put(desk._op(OpType.SET, kind, state.record, state.record, MAX_INT, at=state.heads, writes=writes))

    hostile(place.groups["01"], act)
    assert [r["status"] for r in place.bring("office", place.export("01"))] == ["new"]
    place.office.do("edit_finding", finding=mine, values={"place": "办公室更正"}, reason="更正")
    assert place.value("office", mine) == "办公室更正"
    place.swap("01")
    assert place.agree("01")


def claims(place: Place, number: int, life: Actor) -> str:
    """A bundle of group 01's key, by a changed program, that writes to a life the office never had."""
    ws, key = place.groups["01"].ws, ids.load(place.groups["01"].ws).sign_private
    office = ids.load(place.office.ws).public
    head = Head(
        schema=1, codecs=[CODEC_ROWS], workspace=ws.profile.workspace, sender=ws.profile.actor.to_bytes(),
        recipient=life.to_bytes(), direction=Direction.UP, serial=100 + number, label="第一组",
    )  # fmt: skip
    file = place.root / f"claims-{number}.dubu"
    with file.open("wb") as stream:
        writer = BundleWriter(stream, recipient=office.age_recipient, sign_private=key, head=head)
        with writer:
            writer.finish()
    return str(file)


def test_a_life_claimed_far_ahead_does_not_cut_the_office_from_the_other_groups(place: Place) -> None:
    number = place.finding(place.groups["02"])
    for code in ("01", "02"):
        place.swap(code)
    for n in range(3):
        life = place.office.ws.profile.actor
        place.bring("office", claims(place, n, life._replace(counter=life.counter + 1024, nonce=9)))
        assert place.office.ws.profile.actor.counter == life.counter + 1025
    with place.office.ws.reading() as conn:
        assert {a.text for a in local.alarms(conn) if a.code == "D-257"} == {
            "第一组的数据包表明，这个工作区像是从旧的拷贝放回来的，已换用新的身份"
        }
        assert len(get_json(conn, "lineage", {})) == 1  # in the others nothing was ever sent
    place.office.do("edit_finding", finding=number, values={"place": "南关菜市场"}, reason="更正")
    for _ in range(2):
        for code in ("01", "02"):
            place.swap(code)
    assert place.value("02", number) == "南关菜市场"
    assert place.together()
