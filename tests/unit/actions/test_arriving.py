"""Segments on their way into journal and tables: what an import holds of them in memory."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from dubu_desktop.actions import check
from dubu_desktop.actions.exchange import arriving
from dubu_desktop.actions.house import House
from dubu_desktop.db import journal, queries
from dubu_desktop.domain.fields import Kind
from dubu_desktop.domain.ops import Dot, Op, OpType, Write
from dubu_desktop.domain.records import EVIDENCE, FINDING
from dubu_desktop.system.randomness import Randomness
from tests.stories.exchange import ended
from tests.world import COMPLETE, World

_PLACE, _FACTS, _GROUP = (FINDING.by_name[n].tag for n in ("place", "facts", "finder_group"))
_FINDINGS, _LENGTH = 600, 3000


@pytest.fixture
def world(world: World) -> World:
    """The group has heard that its office reads columns, and both know each other."""
    for _ in range(2):
        world.round()
    return world


def _write(house: House, record: bytes, type_: OpType, *, kind: Kind = FINDING, root: bytes = b"", **parts: Any) -> Dot:
    """An op, about a finding unless told otherwise, into the journal of `house`, without asking anybody."""
    actor = house.ws.profile.actor
    person = house.person.id if house.person else b""
    with house.ws.writing() as conn:
        dot = Dot(actor, journal.last_seq(conn, actor) + 1)
        made = (dot, parts.pop("lam", 1), 1780300000000, person, kind.tag, record, root or record, type_)
        journal.append(conn, journal.written([Op(*made, Randomness().uuid7(), **parts)]))
    return dot


def _next(house: House) -> Dot:
    """The name of the op that `house` writes next."""
    with house.ws.reading() as conn:
        return Dot(house.ws.profile.actor, journal.last_seq(conn, house.ws.profile.actor) + 1)


def _taken_as_folded(world: World) -> dict[str, Any]:
    """The office takes in what group 01 has, and a rebuild finds nothing to change; the report."""
    (file,) = world.up("01")
    (report,) = world.take(world.office, [file])
    assert report["status"] == "new", report
    assert ended(check.audit(world.office)).faults == ()
    assert ended(check.rebuild(world.office)).same
    return report


@pytest.mark.parametrize("alone", [False, True], ids=["together", "each op alone"])
def test_an_edit_of_a_lower_rank_replaces_nothing(world: World, alone: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """facts.replaces: what was seen was there before, so its rank is lower; the office shows both values."""
    if alone:
        monkeypatch.setattr(journal, "SEGMENT_OPS", 1)
        monkeypatch.setattr(arriving, "_AT_ONCE", 1)
    house, record = world.groups["01"], Randomness().uuid7()
    values = {_PLACE: "原处", _GROUP: world.group_id("01")}
    born = _write(house, record, OpType.CREATE, values=values)
    writes = {_PLACE: Write("一处", (born,), {born.actor: born.seq})}
    edit = _write(house, record, OpType.SET, lam=5, at=(born,), writes=writes)
    writes = {_PLACE: Write("二处", (edit,), {edit.actor: edit.seq})}
    _write(house, record, OpType.SET, lam=2, at=(born,), writes=writes)
    assert _taken_as_folded(world)["conflicts"] == 1


@pytest.mark.parametrize("later", [OpType.SET, OpType.EVENT])
def test_an_empty_value_that_was_written_is_told_again(world: World, later: OpType) -> None:
    """It is a head of its own, which the row of the finding does not tell of."""
    house, record = world.groups["01"], Randomness().uuid7()
    values = {_PLACE: None, _FACTS: "事实", _GROUP: world.group_id("01")}
    born = _write(house, record, OpType.CREATE, values=dict(sorted(values.items())))
    (file,) = world.up("01")
    world.take(world.office, [file])
    if later is OpType.SET:
        writes = {_FACTS: Write("改过", (born,), {born.actor: born.seq})}
        _write(house, record, OpType.SET, lam=2, at=(born,), writes=writes)
    else:
        _write(house, record, OpType.EVENT, lam=2, at=(born,), event=FINDING.lifecycle.tag_of["finalise"])
    _taken_as_folded(world)


def test_what_waited_counts_as_new_and_nothing_is_counted_twice(world: World) -> None:
    house, photo, record = world.groups["01"], Randomness().uuid7(), Randomness().uuid7()
    _evidence(house, photo, record, ahead=1)
    (file,) = world.up("01")
    world.take(world.office, [file])
    _write(house, record, OpType.CREATE, values={_PLACE: "原处", _GROUP: world.group_id("01")})
    report = _taken_as_folded(world)
    assert (report["new"], report["changed"], report["same"]) == (2, 0, 0)


def _evidence(house: House, record: bytes, finding: bytes, *, ahead: int) -> None:
    """Evidence of a finding that is begun by the op `ahead` places behind it."""
    born = _next(house)._replace(seq=_next(house).seq + ahead)
    values = {EVIDENCE.by_name["finding"].tag: finding}
    _write(house, record, OpType.CREATE, kind=EVIDENCE, root=finding, at=(born,), lam=2, values=values)


def test_an_id_that_waits_as_evidence_comes_as_a_finding(world: World) -> None:
    house, claimed, other = world.groups["01"], Randomness().uuid7(), Randomness().uuid7()
    group = world.group_id("01")
    _evidence(house, claimed, other, ahead=2)
    _taken_as_folded(world)
    _write(house, claimed, OpType.CREATE, values={_PLACE: "又一处", _GROUP: group})
    _taken_as_folded(world)
    _write(house, other, OpType.CREATE, values={_PLACE: "原处", _GROUP: group})
    _taken_as_folded(world)
    with world.office.ws.reading() as conn:
        assert {row["place"] for row in queries.all_rows(conn, "finding")} == {"又一处", "原处"}
        assert [row for row in queries.all_rows(conn, "evidence") if row["uuid"] == claimed] == []


@pytest.mark.parametrize("lower", [True, False])
def test_of_two_findings_that_claim_one_evidence_the_lower_has_it(world: World, lower: bool) -> None:
    """Whatever came first: `late` waits, `early` counts, then `late` comes as well (db/claims.py)."""
    house, claimed, group = world.groups["01"], Randomness().uuid7(), world.group_id("01")
    late, early = sorted((Randomness().uuid7(), Randomness().uuid7()), reverse=not lower)
    _evidence(house, claimed, late, ahead=3)
    _taken_as_folded(world)
    _write(house, early, OpType.CREATE, values={_PLACE: "先到", _GROUP: group})
    _evidence(house, claimed, early, ahead=-1)
    _taken_as_folded(world)
    _write(house, late, OpType.CREATE, values={_PLACE: "后到", _GROUP: group})
    _taken_as_folded(world)
    with world.office.ws.reading() as conn:
        (found,) = [row for row in queries.all_rows(conn, "evidence") if row["uuid"] == claimed]
    assert found["finding"] == (late if lower else early)


def test_a_group_claims_a_finding_that_the_office_began(world: World) -> None:
    """No honest program begins a record of somebody else's: no reason for an import to break off without a word."""
    world.office.do("register_finding", values=COMPLETE | {"place": "办公室自查"})
    with world.office.ws.reading() as conn:
        (row,) = queries.all_rows(conn, "finding")
    _write(world.groups["01"], row["uuid"], OpType.CREATE, values={_PLACE: "又一处", _GROUP: world.group_id("01")})
    _taken_as_folded(world)
    with world.office.ws.reading() as conn:
        (row,) = queries.all_rows(conn, "finding")
    assert row["place"] == "办公室自查"


def test_a_finding_of_which_the_office_has_spoken_already(world: World) -> None:
    """As when what a laptop wrote went into quarantine after the office had worked on it, and then comes home."""
    record = Randomness().uuid7()
    group = world.groups["01"].ws.profile.actor
    with world.groups["01"].ws.reading() as conn:
        born = Dot(group, journal.last_seq(conn, group) + 1)
    writes = {_PLACE: Write("办公室改过的地点", (born,), {born.actor: born.seq})}
    _write(world.office, record, OpType.SET, at=(born,), writes=writes, lam=2)
    _write(world.groups["01"], record, OpType.CREATE, values={_PLACE: "原来的地点", _GROUP: world.group_id("01")})
    _taken_as_folded(world)
    with world.office.ws.reading() as conn:
        (row,) = queries.all_rows(conn, "finding")
    assert row["place"] == "办公室改过的地点"


def _write_long_findings(world: World) -> None:
    """Findings with long texts that pack well: what is held of them is the texts, hardly the bundle."""
    house, rand = world.groups["01"], Randomness()
    actor, group = house.ws.profile.actor, world.group_id("01")
    with house.ws.writing() as conn:
        seq = journal.last_seq(conn, actor)
        ops = []
        for n in range(1, _FINDINGS + 1):
            record = rand.uuid7()
            values = {_PLACE: f"第{n}处", _FACTS: f"占道{n:04}" * (_LENGTH // 6), _GROUP: group}
            person = house.person.id if house.person else b""
            wall = 1780300000000 + n
            make = (Dot(actor, seq + n), 1, wall, person, FINDING.tag, record, record, OpType.CREATE, rand.uuid7())
            ops.append(Op(*make, values=dict(sorted(values.items()))))
        journal.append(conn, journal.written(ops))


def _peak(world: World, file: str) -> int:
    """Bytes that Python held at most while the office took the bundle in."""
    tracemalloc.start()
    try:
        (report,) = world.take(world.office, [file])
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert report["new"] == _FINDINGS


@pytest.mark.parametrize(("at_once", "holds_all"), [(16384, False), (1 << 30, True)])
def test_texts_are_held_a_few_segments_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch, at_once: int, holds_all: bool
) -> None:
    """The second case is the mutant: everything opened at once."""
    monkeypatch.setattr(journal, "SEGMENT_OPS", 20)
    monkeypatch.setattr(arriving, "_AT_ONCE", at_once)
    _write_long_findings(world)
    (file,) = world.up("01")
    texts = _FINDINGS * _LENGTH * 2
    assert (_peak(world, file) > texts) == holds_all
