"""Which sealed segments may leave the database for an archive, and the one transaction in which they do.

Nothing that is folded, sent or shown depends on where the bytes of a segment lie: its row stays, with its hash, its
place in the chain and which records it tells of; only the bytes go (docs/decisions/0035).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from dubu_desktop.db import archives, bulk, scrub
from dubu_desktop.db import tables as t
from dubu_desktop.domain.ops import Actor
from dubu_desktop.wire.archive import Entry

#: bytes of one archive file: a stick formatted with FAT32 takes it, and a damage harms no more than this
LARGEST = 256 * 1024 * 1024
_HELD = "SELECT DISTINCT actor, number FROM held WHERE root IN ({})"
_RUNS = "SELECT actor, number, first_seq FROM segment WHERE held = 0 ORDER BY actor, first_seq"


@dataclass(frozen=True, slots=True)
class Kept:
    """One segment whose bytes stand in the database. `author`: the local number of its actor."""

    author: int
    actor: Actor
    number: int
    first_seq: int
    last_seq: int
    hash: bytes
    size: int

    @property
    def key(self) -> tuple[int, int]:
        """Its row."""
        return self.author, self.number

    def entry(self) -> Entry:
        """How an archive names it."""
        return Entry(self.actor.to_bytes(), self.number, self.first_seq, self.last_seq, self.hash, self.size)


def kept(conn: Connection, before_ms: int | None = None) -> list[Kept]:
    """The segments whose bytes stand in the database, by actor and number; of those kept at `before_ms` or earlier."""
    s, size = t.segment.c, func.length(t.segment.c.sealed)
    query = select(s.actor, t.actor.c.actor.label("raw"), s.number, s.first_seq, s.last_seq, s.hash, size.label("size"))
    query = query.join(t.actor, t.actor.c.id == s.actor).where(size > 0).order_by(s.actor, s.number)
    if before_ms is not None:
        query = query.where(s.kept_ms <= before_ms)
    return [
        Kept(r.actor, Actor.from_bytes(r.raw), r.number, r.first_seq, r.last_seq, bytes(r.hash), r.size)
        for r in conn.execute(query)
    ]


def telling(conn: Connection, roots: Iterable[bytes]) -> set[tuple[int, int]]:
    """The segments (author, number) that tell of these roots, others' and own."""
    wanted = sorted(set(roots))
    out = {(actor, number) for actor, number in bulk.among(conn, _HELD, wanted)}
    runs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for actor, number, first in bulk.driver(conn).execute(_RUNS):
        runs[actor].append((first, number))
    for actor, seq in bulk.among(conn, "SELECT actor, seq FROM op WHERE root IN ({})", wanted):
        place = bisect_right(runs[actor], (seq, 2**63)) - 1
        if place >= 0:
            out.add((actor, runs[actor][place][1]))
    return out


def batches(segments: Iterable[Kept]) -> Iterator[list[Kept]]:
    """The segments in portions of one archive each."""
    part: list[Kept] = []
    size = 0
    for each in segments:
        if part and size + each.size > LARGEST:
            yield part
            part, size = [], 0
        part.append(each)
        size += each.size
    if part:
        yield part


def move(conn: Connection, sha256: bytes, segments: Sequence[Kept], places: Sequence[int], now_ms: int) -> None:
    """From now on these segments are read out of the archive `sha256`, which is whole and durable; their bytes go.

    `places`: where each begins in the archive. The file is to be written anew afterwards (scrub.py): it shrinks then.
    """
    a = archives.archive.c
    number = int(conn.execute(select(func.coalesce(func.max(a.number), 0))).scalar_one()) + 1
    size = places[-1] + segments[-1].size
    conn.execute(insert(archives.archive).values(number=number, sha256=sha256, size=size, made_ms=now_ms))
    pairs = zip(segments, places, strict=True)
    rows = [{"actor": s.author, "number": s.number, "archive": number, "at": at, "size": s.size} for s, at in pairs]
    bulk.put(conn, archives.archived, rows)
    gone = bulk.driver(conn).executemany(
        "UPDATE segment SET sealed = x'' WHERE actor = ? AND number = ? AND hash = ? AND length(sealed) = ?",
        [(s.author, s.number, s.hash, s.size) for s in segments],
    )
    if gone.rowcount != len(segments):
        raise RuntimeError(f"{len(segments) - gone.rowcount} segments are no longer as they were archived")
    scrub.note_due(conn, ())
