"""Photos of evidence: what is complete, what is wanted, and what the other side was told of it (sync.md §3.9).

A record stands whether its photos are here or not. What is missing is on the want list until it comes; each bundle of
the ledger remembers what it still lacks, and when that comes its line and its receipt are set right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.db import kept, links, scope
from dubu_desktop.db.leaving import within
from dubu_desktop.db.links import BundleRow
from dubu_desktop.db.workspace import Workspace, get, put
from dubu_desktop.domain.papers.kinds import to_groups

if TYPE_CHECKING:
    from dubu_desktop.actions.exchange.incoming import Opened

_LACKING = "lacking/"
_PAIR = 48
#: hexadecimal digits that tell a computer's lives apart, at the end of what names one
_LIFE = 16


@dataclass(frozen=True, slots=True)
class Told:
    """Of the evidence a bundle names: how many have all their pictures here, of how many."""

    complete: int
    of: int


def settle(desk: Desk, opened: Opened, records: Iterable[bytes]) -> Told:
    """After the records are in: what of their pictures is here, what is wanted from now on, what was waited for.

    Complete is, at the office, original and preview; at a group the preview (originals only when asked for). What came
    with this import is known to be here, so that only the others are looked for in the store. A photo that was removed
    and is not here counts for nothing: nobody waits for it.
    """
    conn, store, records = desk.conn, desk.ws.blobs, list(records)
    came(desk.conn, opened.arriving)
    found = scope.photos_of(conn, records)
    needed = {r: [h for h in ((o, p) if desk.ws.profile.is_hub else (p,)) if h] for r, o, p in found}
    lacking = [
        (record, name)
        for record, names in needed.items()
        for name in names
        if name not in opened.arriving and not store.has(name)
    ]
    scope.want(conn, lacking)
    removed = scope.removed_among(conn, (name for _, name in lacking))
    dropped = {record for record, name in lacking if name in removed}
    lacking = [(record, name) for record, name in lacking if name not in removed]
    if lacking:
        put(conn, _LACKING + opened.verified.sha256.hex(), b"".join(record + name for record, name in lacking))
    named = {h for _, o, p in found for h in (o, p) if h}
    named |= _want_finals(desk, opened, records)
    _keep_early(desk, opened, named)
    no_longer_due(desk)
    of = sum(1 for record, original, preview in found if (original or preview) and record not in dropped)
    return Told(of - len({record for record, _ in lacking}), of)


def _want_finals(desk: Desk, opened: Opened, records: Iterable[bytes]) -> set[bytes]:
    """The 定稿 that these papers name; those that belong here and have not come are wanted. They are no photos."""
    found = scope.finals_of(desk.conn, records)
    kinds = finals_here(desk.ws)
    scope.want(
        desk.conn,
        [
            (record, name)
            for record, name, kind in found
            if (kinds is None or kind in kinds) and name not in opened.arriving and not desk.ws.blobs.has(name)
        ],
    )
    return {name for _, name, _ in found}


def finals_here(ws: Workspace) -> frozenset[str] | None:
    """The kinds of paper whose 定稿 belongs on this machine: at a group those that go to groups, at the office all."""
    return None if ws.profile.is_office else to_groups()


def _keep_early(desk: Desk, opened: Opened, named: set[bytes]) -> None:
    """Photos of a volume that came before the records naming them are kept until that export, or a newer one, is in.

    Serials count for a pair of incarnations; what came in the time of an earlier pair is offered again in this one.
    """
    head, conn = opened.verified.head, desk.conn
    key = f"{kept.EARLY}{head.sender.hex()}-{head.recipient.hex()}"
    _forget_earlier_pairs(conn, key)
    held = get(conn, key) or b""
    serial = head.serial.to_bytes(8, "big")
    if held[:8] < serial:
        held = serial
    elif held[:8] > serial:
        return
    early = (kept.hashes(held[8:]) | (opened.arriving if head.parts > 1 else set())) - named
    put(conn, key, serial + b"".join(sorted(early)) if early else None)


def _forget_earlier_pairs(conn: Any, key: str) -> None:
    """What was kept for former lives of the two computers that `key` names (0.2 named the sender's computer alone)."""
    sender, _, recipient = key.partition("-")
    computer = sender[:-_LIFE]
    for other in scope.settings(conn, kept.EARLY):
        former, _, then = other.partition("-")
        if other != key and former.startswith(computer) and former <= sender and then <= recipient:
            put(conn, other, None)


def came(conn: Any, hashes: set[bytes]) -> None:
    """These are in the store now: nobody wants them any more, and the bundles that lacked them are told anew."""
    if not hashes:
        return
    scope.no_longer_wanted(conn, hashes)
    for key, raw in scope.settings(conn, _LACKING).items():
        pairs = [raw[i : i + _PAIR] for i in range(0, len(raw), _PAIR)]
        left = [pair for pair in pairs if pair[16:] not in hashes]
        if len(left) < len(pairs):
            put(conn, key, b"".join(left) or None)
            row = links.find_bundle(conn, bytes.fromhex(key.removeprefix(_LACKING)))
            if row is not None:
                _tell_anew(conn, row, len({pair[:16] for pair in left}))


def no_longer_due(desk: Desk) -> None:
    """What nobody wants any more without its having come (removed, its record left the scope or was purged) is due no
    more.
    """
    wanted = scope.wanted(desk.conn)
    for key, raw in scope.settings(desk.conn, _LACKING).items():
        pairs = [raw[i : i + _PAIR] for i in range(0, len(raw), _PAIR)]
        left = [pair for pair in pairs if pair[16:] in wanted]
        row = links.find_bundle(desk.conn, bytes.fromhex(key.removeprefix(_LACKING)))
        if len(left) < len(pairs):
            put(desk.conn, key, b"".join(left) or None)
            if row is not None:
                waits = {pair[:16] for pair in left}
                _tell_anew(desk.conn, row, len(waits), dropped=len({pair[:16] for pair in pairs} - waits))


def _tell_anew(conn: Any, row: BundleRow, lacking: int, dropped: int = 0) -> None:
    """The ledger's line of a bundle, and its receipt, say how many photos are complete by now."""
    body = dict(row.body)
    of = _number(body, "photos_of") - dropped
    body["photos"], body["photos_of"] = of - lacking, of
    links.note_bundle(conn, BundleRow(row.sha256, row.direction, row.peer, row.serial, row.at_ms, row.size, body))
    link = links.load(conn, row.peer)
    name, n = row.sha256.hex(), sum(_number(body, key) for key in ("new", "changed", "same"))
    receipt = next((r for r in link.receipts if r["bundle"] == name), None)
    if receipt is None:
        receipt = {"bundle": name, "records": n, "records_of": n}
        link.receipts.insert(0, receipt)  # before those of this pair (Head.fresh): which pair's it is nobody knows here
    receipt |= {"photos": of - lacking, "photos_of": of}
    receipt.pop("first", None)
    links.save(conn, row.peer, link)


def _number(body: Mapping[str, object], key: str) -> int:
    value = body.get(key)
    return value if isinstance(value, int) else 0


def want_list(desk: Desk, group: bytes = b"", peer: int | None = None) -> list[bytes]:
    """What this side asks for with its next bundle, previews first; what came meanwhile is struck off and told.

    `group`: whom the office asks, and therefore names no hash of which it may not know; `peer`: its copy, for a group
    the office. Before the link to it is read: what came is told in the receipts there. Where there is more than one
    bundle may ask for, the next goes on where it ended, for some of it may never come. What the office asks for and
    is not here is asked for in turn: so it learns that it cannot come from here (nowhere.py).
    """
    here = {h for h in scope.missing(desk.conn) if desk.ws.blobs.has(h)}
    came(desk.conn, here)
    no_longer_due(desk)
    asked = within(desk.conn, group, scope.wanted(desk.conn))
    previews = scope.previews_among(desk.conn, asked)
    ordered = sorted(asked, key=lambda h: (h not in previews, h))
    if len(asked) <= scope.MOST_WANTED:
        return (ordered + _lacked_too(desk, set(asked)))[: scope.MOST_WANTED]
    sent = links.load(desk.conn, desk.ws.profile.office.replica if peer is None else peer).serial_out
    first = sent * scope.MOST_WANTED % len(asked)
    return (ordered[first:] + ordered[:first])[: scope.MOST_WANTED]


def _lacked_too(desk: Desk, asked: set[bytes]) -> list[bytes]:
    """What the hub asks a spoke for that is not here either."""
    ws = desk.ws
    theirs = [] if ws.profile.is_hub else scope.asked(desk.conn, ws.profile.office.replica)
    return sorted(h for h in theirs if h not in asked and not ws.blobs.has(h))
