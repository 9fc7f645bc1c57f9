"""What this workspace knows of each other one: acknowledgements belong to the pair of incarnations (sync.md §3.8).

Whenever either side's past may have changed the pair starts over: acks at 0, everything is offered again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select, tuple_

from dubu_desktop.db import bulk
from dubu_desktop.db import tables as t
from dubu_desktop.domain.ops import Actor

_COLUMNS = ", ".join(t.bundle.columns.keys())


@dataclass
class Link:
    """One pair. Actors, hashes and links as hexadecimal text.

    `mine`, `theirs`: the two incarnations. `serial_out`: last serial given. `serial_in`: highest serial taken from,
    `parts`: which volumes of it; `answered`: whether one export came with all its volumes. `have`: per actor of ours
    the last segment number the other side acknowledged. `acked`: the base position the spoke last reported applied
    (kept by the hub). `base_in`: last base position applied here (kept by a spoke). `previous`: hash of the last
    bundle sent. `receipts`: for bundles applied here, each with its own `serial`, the one that first told of it
    (`first`) and whether this pair exchanged it (`here`), until the one that told of it is itself acknowledged.
    `handed`: per former incarnation of the office the position up to which the spoke has handed its bases back.
    `lineage`: what the office said it knows of its own former incarnations {actor: position}. `named`: whether the
    office's roster names this spoke. `told`: records of which the spoke was told that ops of its own have no effect,
    or that lost ops to quarantine; they are told again whenever they change. `reads`: codecs the other side said it
    can read. `again`: above 0 while everything is sent again in each export, because what the other side acknowledged
    may be another line of this copy; until one of them came whole: `whole`. `strange`: bundles not made here that the
    other side, a 0.2.0, told of when the pair began (hub).
    """

    mine: str = ""
    theirs: str = ""
    serial_out: int = 0
    serial_in: int = 0
    parts: list[int] = field(default_factory=list)
    answered: bool = False
    have: dict[str, int] = field(default_factory=dict)
    acked: int = 0
    base_in: int = 0
    previous: str = ""
    receipts: list[dict[str, int | str]] = field(default_factory=list)
    handed: dict[str, int] = field(default_factory=dict)
    lineage: dict[str, int] = field(default_factory=dict)
    named: bool = False
    told: list[str] = field(default_factory=list)
    again: int = 0
    whole: bool = False
    strange: list[str] = field(default_factory=list)
    reads: list[int] = field(default_factory=list)
    heard_ms: int = 0
    sent_ms: int = 0

    def begin(self, mine: Actor, theirs: Actor) -> bool:
        """Make this the link of these two incarnations; True when that starts it over."""
        pair = (mine.to_bytes().hex(), theirs.to_bytes().hex())
        if pair == (self.mine, self.theirs):
            return False
        self.mine, self.theirs = pair
        self.serial_out = self.serial_in = self.acked = self.base_in = 0
        self.have, self.previous = {}, ""
        self.parts, self.answered, self.whole = [], False, False
        for receipt in self.receipts:  # told anew: the serials count anew
            receipt.pop("first", None)
            receipt.pop("here", None)
        return True

    @property
    def pair(self) -> str:
        """The two incarnations as hexadecimal text."""
        return self.mine + self.theirs

    def took(self, serial: int, part: int, parts: int) -> None:
        """A volume was taken in: part `part` of `parts` of the export `serial`, which is no older than the last."""
        self.parts = sorted({part, *(self.parts if serial == self.serial_in else ())})
        self.serial_in = serial
        self.answered |= len(self.parts) == parts


def load(conn: Connection, peer: int) -> Link:
    """The link with replica `peer`; a fresh one when nothing was exchanged yet."""
    found = bulk.first(conn, "SELECT body FROM link WHERE peer = ?", peer.to_bytes(8, "big"))
    return Link(**json.loads(found[0])) if found else Link()


def save(conn: Connection, peer: int, link: Link) -> None:
    """Keep the link's positions, in the transaction that made them true (sync.md §1.1 no. 11)."""
    body = json.dumps(asdict(link)).encode()
    put = "INSERT INTO link (peer, body) VALUES (?, ?) ON CONFLICT (peer) DO UPDATE SET body = excluded.body"
    bulk.driver(conn).execute(put, (peer.to_bytes(8, "big"), body))


def every(conn: Connection) -> dict[int, Link]:
    """{replica: link} of all."""
    rows = conn.execute(select(t.link))
    return {int.from_bytes(row.peer, "big"): Link(**json.loads(row.body)) for row in rows}


@dataclass(frozen=True, slots=True)
class BundleRow:
    """One line of the ledger of bundles: made here ("out") or taken in ("in"). `body`: counts and words."""

    sha256: bytes
    direction: str
    peer: int
    serial: int
    at_ms: int
    size: int
    body: dict[str, object]


def note_bundle(conn: Connection, row: BundleRow) -> None:
    """Write a bundle into the ledger (again: its body is renewed)."""
    body = json.dumps(row.body, ensure_ascii=False).encode()
    values = (row.sha256, row.direction, row.peer.to_bytes(8, "big"), row.serial, row.at_ms, row.size, body)
    put = f"INSERT INTO bundle ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
    bulk.driver(conn).execute(f"{put} ON CONFLICT (sha256) DO UPDATE SET body = excluded.body", values)


def find_bundle(conn: Connection, sha256: bytes) -> BundleRow | None:
    """The ledger's line for the file with this hash."""
    row = bulk.first(conn, f"SELECT {_COLUMNS} FROM bundle WHERE sha256 = ?", sha256)
    return _bundle(row) if row else None


def bundles_of(conn: Connection, peer: int, direction: str, serial: int | None = None) -> list[BundleRow]:
    """The ledger's lines of what went to `peer` ("out") or came from it ("in"); of one export, `serial`, or of all."""
    b = t.bundle.c
    query = select(t.bundle).where(b.peer == peer.to_bytes(8, "big"), b.direction == direction)
    if serial is not None:
        query = query.where(b.serial == serial)
    return [_bundle(row) for row in conn.execute(query)]


def last_received(conn: Connection) -> list[BundleRow]:
    """The newest line of each other computer, of those sent to it whose receipt came."""
    b = t.bundle.c
    told = func.instr(b.body, b'"received": {') > 0
    found = conn.execute(select(b.peer, b.sha256).where(b.direction == "out", told).order_by(b.at_ms, b.serial))
    return bundles_with(conn, list({row.peer: bytes(row.sha256) for row in found}.values()))


def taken_at(conn: Connection, serials: Mapping[int, int]) -> list[BundleRow]:
    """The lines of what came from each of these computers under its serial {replica: serial}."""
    b, wanted = t.bundle.c, [(peer.to_bytes(8, "big"), serial) for peer, serial in serials.items()]
    query = select(t.bundle).where(b.direction == "in", tuple_(b.peer, b.serial).in_(wanted))
    return [_bundle(row) for row in conn.execute(query)]


def sent_as(conn: Connection, mine: Actor) -> bool:
    """Whether a bundle was made here in this life."""
    bodies = conn.execute(select(t.bundle.c.body).where(t.bundle.c.direction == "out")).scalars()
    return any(str(json.loads(body).get("pair", "")).startswith(mine.to_bytes().hex()) for body in bodies)


def bundles_named(conn: Connection, ref: str) -> list[BundleRow]:
    """The lines of the ledger that a person means by the beginning of a hash (8 digits or more) or by a file name."""
    word = ref.strip().lower()
    wanted = func.lower(func.hex(t.bundle.c.sha256)).startswith(word, autoescape=True) if len(word) > 7 else None
    found = conn.execute(select(t.bundle).where(wanted)).all() if wanted is not None else []
    return [_bundle(row) for row in found] or [row for row in bundles(conn) if row.body.get("file") == ref]


def bundles(conn: Connection, limit: int | None = None) -> list[BundleRow]:
    """The ledger, the newest first; all of it, or `limit` lines."""
    return [_bundle(row) for row in conn.execute(select(t.bundle).order_by(t.bundle.c.at_ms.desc()).limit(limit))]


def bundle_names(conn: Connection) -> list[bytes]:
    """The hash of every line of the ledger, the newest first."""
    found = conn.execute(select(t.bundle.c.sha256).order_by(t.bundle.c.at_ms.desc()))
    return [bytes(name) for name in found.scalars()]


def bundles_with(conn: Connection, names: Sequence[bytes]) -> list[BundleRow]:
    """The lines with these hashes, in their order."""
    found = bulk.among(conn, f"SELECT {_COLUMNS} FROM bundle WHERE sha256 IN ({{}})", names)
    rows = {row.sha256: row for row in map(_bundle, found)}
    return [rows[name] for name in names if name in rows]


def _bundle(row: Sequence[Any]) -> BundleRow:
    """A row of `bundle`, its columns in the order of `_COLUMNS`."""
    sha256, direction, peer, serial, at_ms, size, body = row
    return BundleRow(bytes(sha256), direction, int.from_bytes(peer, "big"), serial, at_ms, size, json.loads(body))
