"""What a revoked computer sent after its cut-off is held back, not refused and not folded (sync.md §3.12).

What lies before the cut-off counts whenever it comes: the hashes of the chain prove it, numbers alone would not, since
whoever has the computer has its key. What this office took in before it heard of the revocation counts as it stands up
to the cut-off; the rest goes from the journal into quarantine, so that the order of arrival does not matter.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import honest, standing, trust, undoplan
from dubu_desktop.db import links, local, quarantine, vanished
from dubu_desktop.db.foldrows import below
from dubu_desktop.db.workspace import Workspace
from dubu_desktop.domain.ops import Dot, Op
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError
from dubu_desktop.sync import roster
from dubu_desktop.sync.roster import Cut
from dubu_desktop.sync.segments import Segment, parse_segment
from dubu_desktop.wire.blocks import CODEC_COLUMNS, Block, Blocks
from dubu_desktop.wire.bodies import raws_in
from dubu_desktop.wire.codec import decode_op, encode_op
from dubu_desktop.wire.messages import Cutoff, Head, ReplicaStatus


@dataclass
class Sifted:
    """What of a bundle goes into the journal. `again`: what comes home from quarantine or is placed anew, brought by
    other bundles; `roots`: records that lost ops; `held`: {workspace copy: ops held back just now}."""

    segments: list[Segment] = field(default_factory=list)
    again: list[Segment] = field(default_factory=list)
    roots: set[bytes] = field(default_factory=set)
    held: dict[int, int] = field(default_factory=dict)
    revoked: bool = False


def sift(desk: Desk, head: Head, segments: list[Segment], *, risen: bool) -> Sifted:
    """Divide the segments of an up bundle by its sender's cut-off; `risen`: the roster has just changed."""
    ws, conn = desk.ws, desk.conn
    out = Sifted()
    cut: dict[int, Cut] = {}
    if risen:
        standing.settle(desk)
        cut = trust.cutoffs(ws, conn)
    mine = trust.entry_of(ws, conn, head.sender_actor.replica)
    if mine is not None and mine.entry.cutoff is not None:
        out.revoked = True
        cut |= {r: c for r, c in trust.cutoffs(ws, conn).items() if r == mine.entry.replica}
    for replica, ends in sorted(cut.items()):
        _divide(desk, ends, replica, segments if replica == head.sender_actor.replica else [], out)
    if not out.revoked:
        out.segments += segments
    vanished.forget(conn, ws.fold, sorted(out.roots))
    _tell_anew(conn, out.roots)
    for replica, count in sorted(out.held.items()):
        entry = trust.entry_of(ws, conn, replica)
        label = entry.entry.label or entry.entry.group_code if entry is not None else ""
        error = DubuError("D-217", label=clean_line(label) or "未写明", count=count)
        local.raise_alarm(conn, error.code, error.what, ws.clock.now_ms())
    return out


def _tell_anew(conn: Any, roots: set[bytes]) -> None:
    """What lost ops is told anew to every copy, that one too whose own words are all that is left of it."""
    records = {uuid.hex() for (uuid,) in below(conn, sorted(roots), "uuid")}
    for peer, link in links.every(conn).items() if records else ():
        link.told += sorted(records.difference(link.told))
        links.save(conn, peer, link)


def revoke(desk: Desk, replica: int, reason: str) -> Cutoff:
    """吊销: what is held of this workspace copy now counts, what it sends from now on is held back.

    Held of whatever life and line: the bare list names an end of each (`standing.further_ends`).
    """
    entry = trust.entries(desk.ws, desk.conn)[replica].entry
    cutoff = standing.last_held(desk.conn, replica)
    standing.pronounce(desk, entry, ReplicaStatus.REVOKED, cutoff, reason)
    standing.settle(desk, {replica: standing.further_ends(desk, replica)})
    return cutoff


def _divide(desk: Desk, cut: Cut, replica: int, fresh: list[Segment], out: Sifted) -> None:
    conn, workspace = desk.conn, desk.ws.profile.workspace
    known = {each.hash: each for each in quarantine.in_journal(conn, replica)}
    aside = {each.hash: parse_segment(each.sealed, workspace=workspace) for each in quarantine.held(conn, replica)}
    arrived = {each.hash: each for each in fresh}
    chain = {n: s.prev_hash for n, s in {**aside, **arrived}.items()} | {n: each.prev for n, each in known.items()}
    before = roster.linked(cut, chain)
    beyond = [p for n, p in known.items() if n not in before and roster.beyond(cut[0], p.actor, p.number, n)]
    late = [parse_segment(quarantine.sealed(conn, each), workspace=workspace) for each in beyond]
    gone = {segment.hash for segment in late}
    for segment in late:
        _hold(desk, segment, out)
    home = [segment for name, segment in aside.items() if name in before]
    if (late or home) and any(each.aside for each in known.values()):
        replay(desk, replica, out, gone, home)
    else:
        for segment in late:
            out.roots |= quarantine.withdraw(conn, known[segment.hash], segment.first_seq, segment.last_seq)
        out.again += home
    if late:
        undoplan.forget(conn, replica)
    quarantine.release(conn, [segment.hash for segment in home])
    for name, segment in arrived.items():
        if name in before or (name in known and name not in gone):
            out.segments.append(segment)
        else:
            _hold(desk, segment, out)


def replay(desk: Desk, replica: int, out: Sifted, gone: Container[bytes] = (), home: Iterable[Segment] = ()) -> None:
    """Have all segments of a workspace copy taken in anew, but for those `gone`, with those that come `home`.

    Where a workspace was used on several machines one segment says what another's ops mean: which line goes on from
    which, and whose numbers are whose. When one goes, or fills a gap, each is placed as if it came now.
    """
    conn, workspace = desk.conn, desk.ws.profile.workspace
    placed = [each for each in quarantine.in_journal(conn, replica) if each.hash not in gone]
    kept = [parse_segment(quarantine.sealed(conn, each), workspace=workspace) for each in placed]
    out.roots |= quarantine.clear(conn, replica)
    order = {each.hash: at for at, each in enumerate(placed)}
    every = {segment.hash: segment for segment in (*kept, *home)}
    last = len(order)
    out.again += sorted(every.values(), key=lambda s: (s.actor.counter, order.get(s.hash, last), s.actor, s.number))


def _hold(desk: Desk, segment: Segment, out: Sifted) -> None:
    each = quarantine.Held(segment.actor, segment.number, segment.hash, segment.sealed)
    # whoever has the key may claim any number: those that can be read are counted
    count = len(ops_in(segment))
    if quarantine.keep(desk.conn, each, count, desk.ws.clock.now_ms()):
        replica = segment.actor.replica
        out.held[replica] = out.held.get(replica, 0) + count


def ops_in(segment: Segment) -> list[Op]:
    """The ops of a segment held back that can be read and are what an honest program may write."""
    return [op for _, op in _rows(segment)]


def _rows(segment: Segment) -> list[tuple[int, Op]]:
    """(place in the segment, op) of these."""
    out: list[tuple[int, Op]] = []
    try:
        for place, raw in enumerate(raws_in(segment.body, segment.codec, segment.actor, segment.first_seq)):
            op = decode_op(raw, segment.actor)
            out += [(place, op)] if _may_be(op) else []
    except ValueError:
        pass
    return out


def segments(ws: Workspace, conn: Any) -> list[Segment]:
    """Every segment in quarantine, taken apart."""
    return [parse_segment(each.sealed, workspace=ws.profile.workspace) for each in quarantine.held(conn)]


# --- as a list ---------------------------------------------------------------------------------------------------


def newest(ws: Workspace, conn: Any, limit: int, offset: int = 0) -> tuple[list[Op], int]:
    """Of the ops in quarantine that can be read (`ops_in`) a page, the newest first, and how many there are.

    All are looked through by the column; only those of the page are made.
    """
    held = segments(ws, conn)
    lines = [(*line, n) for n, segment in enumerate(held) for line in _lines(segment)]
    lines.sort(key=lambda line: (line[0], line[1], line[3], line[2]))
    page = lines[offset : offset + limit]
    places: dict[int, set[int]] = {}
    for _, _, place, n in page:
        places.setdefault(n, set()).add(place)
    made = {n: _ops_at(held[n], wanted) for n, wanted in places.items()}
    return [made[n][place] for _, _, place, n in page], len(lines)


def _lines(segment: Segment) -> list[tuple[int, Dot, int]]:
    """(how new: the lower the newer, dot, place in the segment) of each op that `ops_in` gives."""
    if segment.codec != CODEC_COLUMNS:
        return [(-op.wall, op.dot, place) for place, op in _rows(segment)]
    out: list[tuple[int, Dot, int]] = []
    try:
        for block in Blocks(segment.body, segment.actor, segment.first_seq):
            first = block.first - segment.first_seq
            out += [(-block.wall[i], Dot(segment.actor, block.first + i), first + i) for i in _honest(block)]
    except ValueError:
        return []
    return out


def _honest(block: Block) -> Iterable[int]:
    """Places of the ops in a block that an honest program may write."""
    try:
        honest.check_block(block)
    except DubuError:
        return [i for i, op in enumerate(block.ops()) if _may_be(op)]
    return range(block.n)


def _may_be(op: Op) -> bool:
    try:
        honest.check_op(op, 0)
    except DubuError:
        return False
    return True


def _ops_at(segment: Segment, places: Container[int]) -> dict[int, Op]:
    """{place in the segment: op} of these."""
    if segment.codec != CODEC_COLUMNS:
        return {place: op for place, op in _rows(segment) if place in places}
    out: dict[int, Op] = {}
    for block in Blocks(segment.body, segment.actor, segment.first_seq):
        first = block.first - segment.first_seq
        wanted = [i for i in range(block.n) if first + i in places]
        for op in block.ops(wanted) if wanted else ():
            out[op.dot.seq - segment.first_seq] = decode_op(encode_op(op), segment.actor)
    return out
