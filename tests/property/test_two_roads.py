"""An import by the set and one op by op come to the same tables (db/fresh.py beside the fold).

Random bundles of one group, honest and otherwise, are taken in by two copies of one office, of which one knows the fold
alone. Every table, every count told and every digest must be the same, and a rebuild must find nothing to change.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from dubu_desktop.actions import check
from dubu_desktop.actions.exchange import arriving
from dubu_desktop.actions.house import House
from dubu_desktop.db import fresh, journal, lines, queries
from dubu_desktop.db import tables as t
from dubu_desktop.domain.ops import Dot, Op, OpType, Write
from dubu_desktop.domain.records import EVIDENCE, FINDING, VISIT
from dubu_desktop.system.randomness import Randomness
from tests.stories.exchange import ended
from tests.world import COMPLETE, PASSWORD, World, cheap_keys

_LOCAL = {"id", "change_no", "digest", "stamp", "shown", "born", "born_seq", "record", "rectification"}
_PLACE, _FACTS, _GROUP = (FINDING.by_name[n].tag for n in ("place", "facts", "finder_group"))


class Author:
    """Writes ops of a group without asking anybody, in every shape there may be."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance, self.rand = world, random.Random(seed), Randomness()
        self.house = world.groups["01"]
        self.actor, self.group = self.house.ws.profile.actor, world.group_id("01")
        self.made: list[tuple[bytes, Dot]] = []
        self.heads: dict[tuple[bytes, int], Dot] = {}
        with self.house.ws.reading() as conn:
            self.seq = journal.last_seq(conn, self.actor)
            self.units = [row["uuid"] for row in queries.all_rows(conn, "unit")]

    def write(self, count: int, *, edits: bool = False) -> None:
        """`count` ops of any sort into the group's journal; `edits`: edits alone."""
        ops = [self._one(edits=edits) for _ in range(count)]
        with self.house.ws.writing() as conn:
            journal.append(conn, journal.written(ops))

    def _one(self, *, edits: bool) -> Op:
        acts = [(self._begin, 8), (self._edit, 8 if self.made else 0), (self._odd, 3 if self.made else 0)]
        acts = acts[1:2] if edits else acts
        act = self.chance.choices([a for a, _ in acts], [w for _, w in acts])[0]
        self.seq += 1
        return act()

    def _op(self, record: bytes, kind: int, type_: OpType, **parts: Any) -> Op:
        root, lam = parts.pop("root", record), parts.pop("lam", 1)
        person = self.house.person.id if self.house.person else b""
        dot = Dot(self.actor, self.seq)
        return Op(dot, lam, 1780300000000 + self.seq, person, kind, record, root, type_, self.rand.uuid7(), **parts)

    def _begin(self) -> Op:
        chance, record = self.chance, self.rand.uuid7()
        values: dict[int, Any] = {_GROUP: self.group}
        for field in FINDING.fields:
            if field.name in ("place", "facts", "number", "basis") and chance.random() < 0.7:
                values[field.tag] = f"第{chance.randint(1, 20)}处，占道{chance.randint(1, 9)}米"
        if chance.random() < 0.5:
            values[FINDING.by_name["urgent"].tag] = chance.random() < 0.5
            values[FINDING.by_name["patterns"].tag] = ["反复", "集中"][: chance.randint(1, 2)]
            values[FINDING.by_name["industry_unit"].tag] = chance.choice(self.units)
            values[FINDING.by_name["found_at"].tag] = "2026-06-02T08:46"
        if chance.random() < 0.05:
            values[_GROUP] = self.world.group_id("02")
        if chance.random() < 0.05:
            values[FINDING.by_name["priority"].tag] = True
        if chance.random() < 0.02:
            values[chance.choice([_PLACE, _FACTS])] = None
        if chance.random() < 0.05:
            values[77] = "本版不认识的项"
        kind = FINDING.tag if chance.random() < 0.9 else VISIT.tag
        if kind == VISIT.tag:
            values = {VISIT.by_name["group"].tag: self.group, VISIT.by_name["place"].tag: "建材市场"}
        op = self._op(record, kind, OpType.CREATE, values=dict(sorted(values.items())))
        if kind == FINDING.tag:
            self.made.append((record, op.dot))
        return op

    def _edit(self) -> Op:
        chance = self.chance
        record, born = chance.choice(self.made[-6:])
        tag = chance.choice([_PLACE, _FACTS])
        over = self.heads.get((record, tag), born)
        at, ctx = (born,), {over.actor: over.seq}
        if chance.random() < 0.15:
            over, ctx = born, {born.actor: born.seq}  # as if the last edit had not been seen
        if chance.random() < 0.05:
            at = (Dot(self.actor, self.seq + 500),)
        if chance.random() < 0.05:
            tag = FINDING.by_name["priority"].tag
        lam = 2 if chance.random() < 0.95 else chance.randint(1, 5)  # a rank may be below that of what it replaces
        value: Any = (
            True if tag not in (_PLACE, _FACTS) else None if chance.random() < 0.02 else f"改为{chance.randint(1, 9)}"
        )
        op = self._op(record, FINDING.tag, OpType.SET, at=at, writes={tag: Write(value, (over,), ctx)}, lam=lam)
        self.heads[record, tag] = op.dot
        return op

    def _odd(self) -> Op:
        chance = self.chance
        record, born = chance.choice(self.made)
        what = chance.randint(0, 3)
        if what == 0:
            event = FINDING.lifecycle.tag_of[chance.choice(["finalise", "void", "confirm"])]
            return self._op(record, FINDING.tag, OpType.EVENT, at=(born,), event=event, args={"reason": "因"}, lam=2)
        if what == 1:
            values = {EVIDENCE.by_name["finding"].tag: record, EVIDENCE.by_name["caption"].tag: "现场"}
            return self._op(self.rand.uuid7(), EVIDENCE.tag, OpType.CREATE, root=record, at=(born,), values=values)
        if what == 2:
            return self._op(record, FINDING.tag, OpType.CREATE, values={_PLACE: "又一次", _GROUP: self.group})
        return self._op(self.rand.uuid7(), FINDING.tag, OpType.SET, at=(born,), writes={_PLACE: Write("无主", (), {})})


def dump(house: House) -> dict[str, Any]:
    """All that the folded tables say, without what is local to this machine."""
    out: dict[str, Any] = {}
    with house.ws.reading() as conn:
        names = {row.id: bytes(row.uuid) for row in conn.execute(select(t.record))}
        for table in (t.record, *t.OF_KIND.values()):
            for row in conn.execute(select(table)).mappings():
                out[f"{table.name} {bytes(row['uuid']).hex()}"] = {k: v for k, v in row.items() if k not in _LOCAL}
        for record, line in lines.told(conn):
            out[f"finding_line {record.hex()}"] = {k: v for k, v in line.items() if k not in _LOCAL}
        out["conflict"] = sorted((names[r.record], r.tag, r.heads) for r in conn.execute(select(t.conflict)))
        out["inert"] = sorted(tuple(r) for r in conn.execute(text("SELECT actor, seq, record, reason FROM inert")))
        out["search"] = sorted(names[r.record] for r in conn.execute(select(t.search_todo)))
    return out | {"digest": check.digest(house)}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    made = World.ready(tmp_path / "world")
    for _ in range(2):  # the group has heard that its office reads columns, and both know each other
        made.round()
    yield made
    made.close()


class Crossed:
    """Counts what happened to findings after they had been written: edits found in their row, rows taken back; and
    blocks of edits taken by the column.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.edits = self.back = self.runs = 0
        edit, write, run = fresh.Fresh._edit, fresh.Fresh.write, fresh.Fresh._take_edits

        def edited(each: fresh.Fresh, conn: Any, name: str, values: Any, rows: Any) -> None:
            self.edits += len(rows)
            edit(each, conn, name, values, rows)

        def written(each: fresh.Fresh, *given: Any) -> Any:
            found = write(each, *given)
            self.back += len(each.back)
            return found

        def taken(each: fresh.Fresh, block: Any) -> None:
            self.runs += 1
            run(each, block)

        monkeypatch.setattr(fresh.Fresh, "_edit", edited)
        monkeypatch.setattr(fresh.Fresh, "_take_edits", taken)
        monkeypatch.setattr(fresh.Fresh, "write", written)


@pytest.mark.parametrize("seed", range(3))
def test_by_the_set_and_op_by_op(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seed: int) -> None:
    _two_roads(world, monkeypatch, tmp_path, seed)


@pytest.mark.parametrize("seed", range(3, 6))
def test_a_few_segments_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seed: int) -> None:
    monkeypatch.setattr(journal, "SEGMENT_OPS", 7)
    monkeypatch.setattr(arriving, "_AT_ONCE", 1)  # each segment alone
    crossed = Crossed(monkeypatch)
    _two_roads(world, monkeypatch, tmp_path, seed)
    assert crossed.edits > 0
    assert crossed.back > 0
    assert crossed.runs > 0


def _two_roads(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seed: int) -> None:
    author, swift = Author(world, seed), 0
    for part in range(3):
        author.write(40)
        author.write(21, edits=True)
        world.office.do("register_finding", values=COMPLETE | {"place": f"办公室自查{part}"})
        (file,) = world.up("01")
        world.office.close()
        twin_at = tmp_path / f"twin-{part}"
        shutil.copytree(world.root / "office", twin_at)
        world.office = House.open_(world.root / "office", PASSWORD, world.clock)
        twin = House.open_(twin_at, PASSWORD, world.clock)
        for house in (world.office, twin):
            house.be("王主任")
        (mine,) = world.take(world.office, [file])
        with monkeypatch.context() as patch:
            patch.setattr(fresh.Fresh, "_may", lambda _self, _tags: False)
            (other,) = world.take(twin, [file])
        assert mine == other
        assert mine["status"] == "new", mine
        assert dump(world.office) == dump(twin)
        with world.office.ws.reading() as conn:
            swift += conn.execute(text("SELECT count(*) FROM record WHERE stamp = x''")).scalar_one()
        for house in (world.office, twin):
            assert ended(check.audit(house)).faults == ()
        twin.close()
        if part == 1:
            assert ended(check.rebuild(world.office)).same
    assert swift > 20, "the way by the set was hardly taken"
    assert ended(check.rebuild(world.office)).same
