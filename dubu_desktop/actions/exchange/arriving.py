"""A group's segments taken into the journal and folded: whole columns where they are new findings, op by op elsewhere.

What others wrote stands in their sealed segments alone (db/held.py); only ops of a second segment beside the chain
(forks.py) get rows of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dubu_desktop.actions import rules
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import forks, honest
from dubu_desktop.db import clocks, journal
from dubu_desktop.db.foldrows import Changes
from dubu_desktop.db.fresh import Fresh
from dubu_desktop.db.places import Places
from dubu_desktop.domain.branches import Branch
from dubu_desktop.domain.ops import Actor, Dot, Op
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.segments import Segment
from dubu_desktop.wire.blocks import CODEC_COLUMNS, Block, Blocks
from dubu_desktop.wire.bodies import portions, raws_in
from dubu_desktop.wire.codec import UnknownType, decode_op, op_flags

#: bytes of bodies opened at a time; opened they take some six times as much
_AT_ONCE = 1024 * 1024
#: what an op weighs at least, however well its segment packs
_OP_BYTES = 256


@dataclass
class Arrived:
    """What segments brought. `records`: all they speak of. `ops`: what is new of roots that are no new findings, as it
    is folded; `rest`: those roots. `brought`: ranges of ops that were not known, as folded: (actor, first, last).

    `changes`, `numbers`: of the new findings, which are in the tables already.
    """

    changes: Changes = field(default_factory=Changes)
    records: set[bytes] = field(default_factory=set)
    numbers: list[str] = field(default_factory=list)
    rest: set[bytes] = field(default_factory=set)
    ops: list[Op] = field(default_factory=list)
    brought: list[tuple[Actor, int, int]] = field(default_factory=list)


@dataclass
class _Opened:
    """One segment read. `blocks` where it is in columns, else `ops` with their bytes."""

    segment: Segment
    blocks: list[Block] = field(default_factory=list)
    ops: list[Op] = field(default_factory=list)
    #: the second line it belongs to or goes on from: its ops have been rewritten
    branch: Branch | None = None
    #: whether its ops stand in it alone once it is kept, and those of them that were known before
    alone: bool = False
    known: set[Dot] = field(default_factory=set)

    def roots(self) -> set[bytes]:
        return {op.root for op in self.ops}.union(*(block.roots for block in self.blocks))

    def records(self) -> set[bytes]:
        return {op.record for op in self.ops}.union(*(block.records for block in self.blocks))

    def tell(self, places: Places) -> None:
        """Where each of its records belongs: D-255 where that is not what another op says."""
        for op in self.ops:
            places.add(op.record, op.kind, op.root)
        for block in self.blocks:
            if block.roots is block.records and len(set(block.kind)) == 1:
                places.add_roots(block.records, block.kind[0])
            else:
                for record, kind, root in set(zip(block.records, block.kind, block.roots, strict=True)):
                    places.add(record, kind, root)

    def walls(self) -> list[int]:
        """The times its ops bear, in order."""
        return [op.wall for op in self.ops] or [wall for block in self.blocks for wall in block.wall]

    def of(self, roots: set[bytes]) -> Iterable[Op]:
        yield from (op for op in self.ops if op.root in roots)
        for block in self.blocks:
            places = [i for i, root in enumerate(block.roots) if root in roots]
            if places:
                yield from block.ops(places)

    def raws(self) -> list[bytes]:
        """As signed: what a newer program wrote holds more than is read."""
        s = self.segment
        return raws_in(s.body, s.codec, s.actor, s.first_seq)

    def written(self, conn: Any) -> list[journal.Written]:
        """All ops as rows: byte for byte, those of a further line as they are folded."""
        ops, line = self.of(self.roots()), self.branch
        if line is not None:
            later = all(each.origin != self.segment.actor for each in line.lines())
            tells = forks.told(conn, line) if later else None
            return journal.written(line.op(op, tells) for op in ops)
        raws = dict(enumerate(self.raws(), self.segment.first_seq))
        return [journal.Written(op, raws[op.dot.seq]) for op in ops]


def take(desk: Desk, segments: Iterable[Segment]) -> Arrived:
    """Keep the segments not held yet and write the new findings in them; the rest is left to the fold (`Arrived.ops`).

    A few segments at a time: what is held in memory does not go with how many come.

    D-204 damaged, D-205 a kind that must be known, D-209 nested too deep, D-215 numbers that do not run, D-255 what no
    honest program writes.
    """
    coming = [s for s in segments if journal.segment_hash(desk.conn, s.actor, s.number) != s.hash]
    taking = _Taking(desk)
    for part in portions(coming, _weight, len(coming), _AT_ONCE):
        taking.take(part)
    return taking.end()


def _weight(segment: Segment) -> int:
    return max(len(segment.sealed), _OP_BYTES * (segment.last_seq - segment.first_seq + 1))


class _Taking:
    """Segments on their way into journal and tables, in order, some at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._conn = desk, desk.conn
        self._out = Arrived()
        self._kept: list[_Kept] = []
        self._places = Places()
        self._fresh: dict[Actor, Fresh] = {}
        self._said: dict[Actor, set[bytes]] = {}
        self._roots: set[bytes] = set()
        #: ops of segments that have rows of their own, as they are folded
        self._beside: list[Op] = []

    def take(self, segments: Iterable[Segment]) -> None:
        """The next few."""
        opened = [_open(segment) for segment in segments]
        for each in opened:
            each.tell(self._places)
        self._look_for_fresh(opened, self._places.check(self._conn))
        for findings in self._fresh.values():
            findings.put(self._conn)
        for each in opened:
            new = _keep(self._desk, each, self._fresh.values())
            if new is None:
                continue
            roots = each.roots()
            self._out.records |= each.records()
            self._roots |= roots
            kept = _Kept(each.segment, each.branch, each.walls(), each.alone, each.known)
            self._kept.append(kept)
            if not each.alone:
                self._beside += new
                self._out.brought += _ranges(op.dot for op in new)
                continue
            self._out.brought += kept.brought()
            for findings in self._fresh.values():
                roots = roots.difference(findings.place) | (roots & findings.spoiled)
            self._out.ops += (op for op in each.of(roots) if op.dot not in each.known)

    def _look_for_fresh(self, opened: list[_Opened], known: set[bytes]) -> None:
        """Per author the findings that may be new; found out before the segments are kept. `known`: what is here."""
        if not self._desk.ws.fold.judge or not (self._fresh or any(each.blocks for each in opened)):
            return
        for each in opened:
            actor = each.segment.actor
            if actor not in self._fresh:
                self._fresh[actor] = Fresh(self._desk.ws.side_of(actor))
            findings = self._fresh[actor]
            self._said.setdefault(actor, set()).update(each.roots())
            findings.spoiled |= {op.root for op in each.ops}
            for block in each.blocks:
                findings.take(block)
        for actor, findings in self._fresh.items():
            others = (roots for other, roots in self._said.items() if other != actor)
            findings.spoiled |= known.union(*others)

    def end(self) -> Arrived:
        """All have been taken."""
        out = self._out
        for actor, findings in self._fresh.items():
            out.changes.merge(findings.write(self._conn, journal.actor_id(self._conn, actor)))
            out.numbers += findings.numbers()
        _look_at_clocks(self._desk, self._kept)
        rest = self._roots - out.changes.new
        # what was taken for a new finding until a later segment said otherwise: read once more
        back = set[bytes]().union(*(findings.back for findings in self._fresh.values())) & rest
        again = (each for each in self._kept if back and each.alone)
        out.ops = [op for op in out.ops if op.root in rest and op.root not in back]
        out.ops += [op for each in again for op in _open(each.segment).of(back) if op.dot not in each.known]
        out.ops += [op for op in self._beside if op.root in rest]
        out.rest = {op.root for op in out.ops}
        return out


def _ranges(dots: Iterable[Dot]) -> list[tuple[Actor, int, int]]:
    """Runs of dots, which come in order."""
    out: list[tuple[Actor, int, int]] = []
    for actor, seq in dots:
        if out and (out[-1][0], out[-1][2] + 1) == (actor, seq):
            out[-1] = (actor, out[-1][1], seq)
        else:
            out.append((actor, seq, seq))
    return out


@dataclass(frozen=True, slots=True)
class _Kept:
    """A segment taken whose ops count: the line it belongs to, the times its ops bear; the rest as in `_Opened`."""

    segment: Segment
    branch: Branch | None
    walls: list[int]
    alone: bool
    known: set[Dot]

    def brought(self) -> list[tuple[Actor, int, int]]:
        """The ops that stand in it alone and were not known."""
        actor, first, last = self.segment.actor, self.segment.first_seq, self.segment.last_seq
        if not self.known:
            return [(actor, first, last)]
        return _ranges(dot for dot in (Dot(actor, seq) for seq in range(first, last + 1)) if dot not in self.known)


def _look_at_clocks(desk: Desk, kept: list[_Kept]) -> None:
    """Times that cannot be right are marked for whoever reads them; nothing else happens to them."""
    if not kept:
        return
    tolerance, now = rules.current(desk.conn).rules.desk.clock_offset_minutes * 60_000, desk.ws.clock.now_ms()
    runs: list[tuple[Actor, int, list[int]]] = []
    for each in kept:
        segment, line = each.segment, each.branch
        actor = line.actor if line is not None and segment.actor == line.origin else segment.actor
        if runs and (runs[-1][0], runs[-1][1] + len(runs[-1][2])) == (actor, segment.first_seq):
            runs[-1][2].extend(each.walls)
        else:
            runs.append((actor, segment.first_seq, each.walls))
    for actor, first, walls in runs:
        clocks.note(desk.conn, actor, first, walls, now, tolerance)


def _open(segment: Segment) -> _Opened:
    try:
        if segment.codec == CODEC_COLUMNS:
            body = Blocks(segment.body, segment.actor, segment.first_seq)
            if body.ops != segment.last_seq - segment.first_seq + 1:
                raise DubuError("D-215")
            out = _Opened(segment, blocks=list(body))
        else:
            raws = raws_in(segment.body, segment.codec, segment.actor, segment.first_seq)
            out = _Opened(segment, ops=[decode_op(raw, segment.actor) for raw in raws])
    except UnknownType as error:
        raise DubuError("D-205", need=f"操作类型{error.number}", program="更高版本") from error
    except ValueError as error:
        raise DubuError("D-204") from error
    # a header may claim 2**63 ops: they are counted before a list of that length is made
    claimed = segment.last_seq - segment.first_seq + 1
    if not out.blocks and (
        claimed != len(out.ops) or any(op.dot.seq != segment.first_seq + i for i, op in enumerate(out.ops))
    ):
        raise DubuError("D-215")
    for op, raw in zip(out.ops, raws if out.ops else (), strict=True):
        honest.check_op(op, op_flags(raw))
    for block in out.blocks:
        honest.check_block(block)
    return out


def _keep(desk: Desk, each: _Opened, fresh: Iterable[Fresh]) -> list[Op] | None:
    """Keep a segment, in the chain or beside it; None when its ops do not count.

    Returns those of its ops that got rows of their own and were not known, as they are folded.
    """
    segment, conn = each.segment, desk.conn
    each.known = _known(conn, segment.actor, segment)
    if forks.fits(conn, segment, each.raws):
        number, first, last = segment.number, segment.first_seq, segment.last_seq
        each.branch = forks.line_of(conn, segment)
        alone = each.roots() if each.branch is None else None
        each.alone = alone is not None
        name, prev, now = segment.hash, segment.prev_hash, desk.ws.clock.now_ms()
        journal.keep_segment(conn, segment.actor, number, first, last, name, prev, segment.sealed, alone, now_ms=now)
        counts = True
    else:
        aside = forks.set_aside(desk, segment, each.raws)
        counts, each.branch = aside.counts, aside.branch
    if each.alone:
        return []
    for findings in fresh:
        findings.spoiled |= each.roots()
    if not counts:
        return None
    written = each.written(conn)
    for line in each.branch.lines() if each.branch is not None else ():  # its ops go by another name
        each.known |= _known(conn, line.actor, segment)
    journal.append(conn, written)
    return [one.op for one in written if one.op.dot not in each.known]


def _known(conn: Any, actor: Actor, segment: Segment) -> set[Dot]:
    """The ops of `actor` that the journal has among the running numbers of `segment`."""
    return {Dot(actor, seq) for seq in journal.bodies(conn, actor, segment.first_seq, segment.last_seq)}
