"""`check`: do two workspaces hold the same; do the tables say what the journal says; has anybody changed an op by hand.

Nothing here repairs the truth: the journal is only read. `rebuild` makes the folded tables anew from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dubu_desktop.actions import archiving, housekeeping
from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.exchange import forks, trust
from dubu_desktop.actions.exchange.photos import finals_here
from dubu_desktop.actions.house import House
from dubu_desktop.actions.registry import Progress
from dubu_desktop.db import enrolments, journal, proof, queries, scope
from dubu_desktop.db.blobs import BlobState
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.branches import Branch
from dubu_desktop.domain.ops import Actor, Dot
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.segments import Segment, open_segment, parse_segment
from dubu_desktop.wire.bodies import ops_in, raws_in
from dubu_desktop.wire.digest import total_digest


def digest(house: House, group: str | None = None) -> str:
    """One hexadecimal word for what this workspace holds: field heads, effective events, roster, evidence hashes.

    At the office with `group` (its code): what that group must show once everything has been exchanged both ways. At
    a group: what lies in its audience. Evidence hashes are fields of the Evidence records and so inside their heads;
    which photos have arrived is not part of it. D-306 for an unknown group, D-303 for another group at a group.
    """
    with house.ws.reading() as conn:
        side: bytes | None = house.ws.profile.side or None
        if group is not None and house.ws.profile.is_office:
            found = queries.ids_where(conn, "group", "code", group)
            if not found:
                raise DubuError("D-306", what=f"督巡组 {group}")
            side = found[0]
        elif group is not None and group != house.ws.profile.group_code:
            raise DubuError("D-303", verb="核对别的组", edition="办公室版")
        roster = [
            hashlib.sha256(entry).digest()
            for entry_side, entry in enrolments.by_side(conn)
            if side is None or entry_side in (side, OFFICE)
        ]
        return total_digest(scope.digests(conn, side), roster)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came out: how many records, the digests before and after, and the records that differed (name and kind)."""

    records: int
    before: str
    after: str
    differing: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the tables said what the journal says."""
        return self.before == self.after and not self.differing


def rebuild(house: House) -> Generator[Progress, None, Rebuilt]:
    """Drop the folded tables and fold all of journal and bases anew, in one transaction; report what differed.

    Closing the generator before its end leaves everything as it was. The rebuilt tables stay.
    """
    before = digest(house)
    with house.ws.writing() as conn:
        work = proof.rebuild(conn, house.ws.fold)
        while True:
            try:
                done, total = next(work)
            except StopIteration as end:
                differing, count = end.value
                break
            yield Progress(done, total, "正在由日志重建")
        names = tuple(proof.describe(conn, record) for record in differing)
    return Rebuilt(count, before, digest(house), names)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where (第3段, or the op in words) and what."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Segments and ops verified, own ops that no segment covers yet (they cannot be verified), and what is wrong.

    `unsigned`: segments whose signature could not be checked, the workspace being open by its recovery code.
    """

    segments: int
    ops: int
    unsealed: int
    faults: tuple[Fault, ...]
    unsigned: int = 0


def audit(house: House) -> Generator[Progress, None, Audit]:
    """Re-check every chain and signature, and every op against the segment that carries it; name each that differs."""
    ws = house.ws
    faults: list[Fault] = []
    segments = ops = unsigned = 0
    aside: list[tuple[Actor, int, int]] = []
    with ws.reading() as conn:
        total = proof.segment_count(conn)
        for actor in proof.chained(conn):
            who = _side_name(house, actor)
            # the recovery code opens no identity: what its key would prove cannot be proven then
            keyless = not ws.can_sign and (ws.profile.is_hub or actor.replica == ws.profile.actor.replica)
            previous: Segment | None = None
            for sealed in proof.sealed(conn, actor):
                segments += 1
                unsigned += keyless
                segment = _opened(house, conn, sealed, who, faults, keyless)
                if segment is None:
                    previous = None
                    continue
                if previous is not None and not _follows(previous, segment):
                    faults.append(Fault(f"{who}第{segment.number}段", "与前一段接不上"))
                previous = segment
                alone = proof.held_alone(conn, actor, segment.number)
                line = forks.line_of(conn, segment)
                if line is not None:
                    # what a second line wrote on stands in the chain where the first line has not come so far
                    aside += [(each.actor, segment.first_seq, segment.last_seq) for each in line.lines()]
                    ops += _compare_line(conn, segment, line, who, faults)
                elif alone is None:
                    ops += _compare(conn, actor, segment, who, faults)
                else:
                    ops += _compare_held(segment, alone, who, faults)
                yield Progress(segments, total, "正在核对签名和各段")
        for sealed in proof.beside(conn):
            segments += 1
            segment = _opened(house, conn, sealed, "旁存的", faults, not ws.can_sign)
            if segment is not None:
                aside.append((segment.actor, segment.first_seq, segment.last_seq))
                ops += _compare(conn, segment.actor, segment, _side_name(house, segment.actor), faults)
        for sealed, line in proof.second_lines(conn):
            segments += 1
            segment = _opened(house, conn, sealed, "另一条线的", faults, not ws.can_sign)
            if segment is not None:
                aside += [(a, segment.first_seq, segment.last_seq) for a in line.names()]
                ops += _compare_line(conn, segment, line, _side_name(house, segment.actor), faults)
        unsealed = proof.unsealed_count(conn, ws.profile.actor)
        strays = proof.strays(conn, ws.profile.actor, aside, mine=ws.hubs if ws.profile.is_hub else ())
        faults += [Fault(name, "没有被任何一段记着，也不是本机所写") for name in strays]
    return Audit(segments, ops, unsealed, tuple(faults), unsigned)


@dataclass(frozen=True, slots=True)
class PhotosFound:
    """Photos read through: how many, and of how many findings' pictures the file is gone or damaged (wanted again)."""

    read: int
    gone: int
    damaged: int


def photos(house: House) -> Generator[Progress, None, PhotosFound]:
    """Read every photo that is here through to its last byte; what is damaged is set aside and asked for again."""
    ws = house.ws
    gone = housekeeping.note_missing_photos(house)
    with ws.reading() as conn:
        missing = scope.missing(conn)
        names = sorted({name for _, name in scope.needed(conn, originals=True, finals=finals_here(ws))} - missing)
    damaged = []
    for at, name in enumerate(names, start=1):
        if ws.blobs.check(name) is BlobState.CORRUPT:
            ws.blobs.set_aside(name)
            damaged.append(name)
        yield Progress(at, len(names), "正在核对照片")
    with ws.writing() as conn:
        scope.want_again(conn, damaged)
    return PhotosFound(len(names), gone, len(damaged))


def archives(house: House, second: Path | None = None) -> Generator[Progress, None, archiving.Found]:
    """Read every archive through; what is missing or damaged is taken back from the backups (archiving.check)."""
    return archiving.check(house.ws, second)


def _follows(previous: Segment, segment: Segment) -> bool:
    """Whether a segment continues the one before it; over a gap that a later bundle will fill nothing can be said."""
    if segment.number != previous.number + 1:
        return segment.first_seq > previous.last_seq
    return segment.prev_hash == previous.hash and segment.first_seq == previous.last_seq + 1


def _opened(
    house: House, conn: Any, sealed: bytes, who: str, faults: list[Fault], keyless: bool = False
) -> Segment | None:
    """The segment, its signature verified (but for `keyless`); None (and a fault) when it does not hold."""
    ws = house.ws
    try:
        if keyless:
            return parse_segment(sealed, workspace=ws.profile.workspace)
        return open_segment(sealed, workspace=ws.profile.workspace, key_of=lambda actor: _key_of(house, conn, actor))
    except DubuError as error:
        try:
            number = f"{who}第{parse_segment(sealed, workspace=ws.profile.workspace).number}段"
        except DubuError:
            number = f"{who}的一段"
        faults.append(Fault(number, error.what))
        return None


def _key_of(house: House, conn: Any, actor: Actor) -> bytes | None:
    ws = house.ws
    if actor.replica == ws.profile.actor.replica and ws.can_sign:
        return ids.load(ws).public.sign_public
    if actor.replica == ws.profile.office.replica:
        return ids.load_office(ws, conn).sign_public
    known = trust.entry_of(ws, conn, actor.replica)
    return known.entry.sign_public if known is not None else None


def _compare(conn: Any, actor: Actor, segment: Segment, who: str, faults: list[Fault]) -> int:
    """Ops of a segment against the journal's; returns how many agree."""
    held = proof.bodies(conn, actor, segment.first_seq, segment.last_seq)
    good = 0
    try:
        rows = raws_in(segment.body, segment.codec, actor, segment.first_seq)
    except ValueError:
        faults.append(Fault(f"{who}第{segment.number}段", "内容读不出"))
        return 0
    for seq, raw in enumerate(rows, segment.first_seq):
        body = held.pop(seq, None)
        if body == raw:
            good += 1
        elif body is None:
            faults.append(Fault(f"{who}第{seq}项操作", "日志里缺了这一项"))
        else:
            named = f"{proof.describe_op(conn, actor, seq)}（{who}第{seq}项操作）"
            faults.append(Fault(named, "被人改动过，与签名的内容不符"))
    for seq in held:
        faults.append(Fault(f"{proof.describe_op(conn, actor, seq)}（{who}第{seq}项操作）", "不在签名的内容里"))
    return good


def _compare_line(conn: Any, segment: Segment, line: Branch, who: str, faults: list[Fault]) -> int:
    """Ops of a second line, or of what goes on from it, against the journal's; returns how many agree."""
    try:
        raws = raws_in(segment.body, segment.codec, segment.actor, segment.first_seq)
        named = [(line.dot(Dot(segment.actor, seq)), raw) for seq, raw in enumerate(raws, segment.first_seq)]
    except ValueError:
        faults.append(Fault(f"{who}第{segment.number}段", "内容读不出"))
        return 0
    held = {a: journal.bodies(conn, a, segment.first_seq, segment.last_seq) for a in {dot.actor for dot, _ in named}}
    wrong = [
        dot
        for dot, raw in named
        if (body := held[dot.actor].get(dot.seq)) is None or not forks.same(line, dot.actor, body, raw, segment.actor)
    ]
    for dot in wrong:
        where = f"{proof.describe_op(conn, dot.actor, dot.seq)}（{who}第{dot.seq}项操作）"
        faults.append(Fault(where, "与签名的内容不符"))
    return len(named) - len(wrong)


def _compare_held(segment: Segment, noted: set[bytes], who: str, faults: list[Fault]) -> int:
    """A segment whose ops have no rows beside it: all that it tells of must be noted; returns how many ops it holds."""
    where = f"{who}第{segment.number}段"
    try:
        ops = list(ops_in(segment.body, segment.codec, segment.actor, segment.first_seq))
    except ValueError:
        faults.append(Fault(where, "内容读不出"))
        return 0
    if {op.root for op in ops} != noted:
        faults.append(Fault(where, "它所说的记录与所记的不符"))
    return len(ops)


def _side_name(house: House, actor: Actor) -> str:
    side = house.ws.side_of(actor)
    if side is None:
        return "未知来源"
    if side == OFFICE:
        return "办公室"
    with house.ws.reading() as conn:
        return queries.names_of(conn, "group", [side]).get(side) or house.ws.profile.group_name or "督巡组"
