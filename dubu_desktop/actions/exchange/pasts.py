"""Whether a copy's past is what the other side knows of it: rewound, lived on elsewhere, or another machine's (§3.1).

A folder copied back by hand, a backup restored twice, a workspace taken along: nobody tells the program. It shows by
what each side says of the other's past, and then a new life begins, or a link starts over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.db import journal, links, scope
from dubu_desktop.db.links import Link
from dubu_desktop.db.workspace import get_json, put_json
from dubu_desktop.domain.facts import Facts, merge_facts
from dubu_desktop.domain.ops import Actor, Dot
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.segments import Base, parse_base
from dubu_desktop.wire.codec import decode_facts, decode_rows
from dubu_desktop.wire.messages import Head, Receipt

#: lives that one copy can have begun without anybody having heard of it
_LIVES_AHEAD = 1024
#: receipts told at once, the oldest first; a HEAD holds 1,024
MOST_TOLD = 1000


def rival_of_me(desk: Desk, head: Head) -> bool:
    """Whether the spoke writes to another life of this office that is not older than the present one (sync.md §3.1)."""
    return _rival(desk, head.recipient_actor)


def answers_another(desk: Desk, link: Link, head: Head) -> bool:
    """Whether the spoke answers what another past of this office's present life sent: mine was rewound (sync.md §3.1).

    It applied more than was ever sent, or a position at which nothing was; or it took bundles that were not made here.
    Of bundles that a former life made, after the backup of this one, it tells too; 0.2.0 without saying which they
    are, so that from such a program none is taken as a sign that was told of when the pair began.
    """
    conn, mine = desk.conn, desk.ws.profile.actor
    if head.recipient != mine.to_bytes():
        return False
    if head.base_position > scope.change_no(conn):
        return True
    pair = head.recipient + head.sender
    bodies = [row.body for row in links.bundles_of(conn, head.sender_actor.replica, "out")]
    # a ledger of 0.1.0 names neither pair nor position
    sent = {body.get("position") for body in bodies if body.get("pair", pair.hex()) == pair.hex()}
    if head.base_position and None not in sent and head.base_position not in sent:
        return True
    if head.fresh is not None:
        return bool(strange(conn, head.receipts[len(head.receipts) - head.fresh :]))
    began = link.pair == pair.hex() and 0 < link.serial_in < head.serial
    # what a head has no room for is told later: then nothing can be said
    return began and len(head.receipts) < MOST_TOLD and not set(strange(conn, head.receipts)) <= set(link.strange)


def strange(conn: Any, receipts: Iterable[Receipt]) -> list[str]:
    """The bundles that the other side says it took, as hexadecimal hashes, and that were not made here."""
    rows = ((receipt.bundle, links.find_bundle(conn, receipt.bundle)) for receipt in receipts)
    return [name.hex() for name, row in rows if row is None or row.direction != "out"]


def behind(desk: Desk, link: Link, head: Head) -> bool:
    """Whether a bundle of this pair shows that the spoke forgot what it had said: its folder was copied back by hand.

    It applied less than it had once said; or it knows what was sent when its newest bundle had been taken here, and
    bears no higher serial. What it wrote itself shows by `have`; a copy that only listened shows by this alone.
    """
    if head.serial > link.serial_in:
        return head.base_position < link.acked
    since = [int(r["first"]) for r in link.receipts if r.get("serial") == link.serial_in and "first" in r]
    rows = [links.find_bundle(desk.conn, receipt.bundle) for receipt in head.receipts] if since else []
    ours = (row for row in rows if row is not None and row.direction == "out")
    return any(row.serial >= max(since) for row in ours if row.body.get("pair") == link.pair)


def refuse_far_ahead(desk: Desk, actors: Iterable[Actor]) -> None:
    """D-204 for a life of a copy that lies far above all that was ever heard of it: whoever believed it could not begin
    another one above it, after the next restore.

    At a spoke it is not asked of the office, whose own key says it: it may have been driven far (decisions/0032).
    """
    conn, mine = desk.conn, desk.ws.profile.actor
    if not desk.ws.profile.is_hub:
        actors = [actor for actor in actors if actor.replica != desk.ws.profile.office.replica]
    known = [mine, desk.ws.profile.office, *journal.actors(conn)]
    known += [Actor.from_bytes(bytes.fromhex(link.theirs)) for link in links.every(conn).values() if link.theirs]
    for actor in set(actors):
        heard = int(get_json(conn, "highest_heard", 0)) if actor.replica == mine.replica else 0
        if actor.counter > _LIVES_AHEAD + max([heard, *(a.counter for a in known if a.replica == actor.replica)]):
            raise DubuError("D-204")


def _rival(desk: Desk, actor: Actor) -> bool:
    """Whether `actor` is another life of this copy that does not lie before the present one; it is remembered.

    Two copies restored from one backup on machines without the mark take the same counter. Neither is the newer one, so
    the one that learns of the other begins a life above both.
    """
    mine = desk.ws.profile.actor
    if actor.replica != mine.replica or actor == mine or actor.counter < mine.counter:
        return False
    put_json(desk.conn, "highest_heard", max(actor.counter, int(get_json(desk.conn, "highest_heard", 0))))
    return True


def beyond_mine(desk: Desk, head: Head) -> tuple[bool, bool]:
    """Whether the office knows another life of this copy that is not older than mine, and whether it holds segments of
    mine that I do not: my past was rewound, as of a folder copied back by hand (sync.md §3.1).
    """
    mine = desk.ws.profile.actor
    rival, rewound = _rival(desk, head.recipient_actor), False
    for have in head.have:
        actor = Actor.from_bytes(have.actor)
        rival = _rival(desk, actor) or rival
        rewound |= actor == mine and journal.segment_hash(desk.conn, actor, have.number) != have.hash
    return rival, rewound


def others(desk: Desk, head: Head) -> set[Actor]:
    """The lives of this copy of which the office has something else than was written here: another machine's line."""
    mine, conn = desk.ws.profile.actor.replica, desk.conn
    own = [(Actor.from_bytes(have.actor), have) for have in head.have]
    return {a for a, h in own if a.replica == mine and journal.segment_hash(conn, a, h.number) != h.hash}


def remembers(conn: Any, head: Head) -> bool:
    """Whether this copy sent all that the office says it received.

    Where it did not, another past of it did: what that one applied the office leaves out, so the bundle brings this one
    to no position; the office hears of the lower one with the next bundle, and tells everything from there.
    """
    return not strange(conn, head.receipts)


def knows_all(desk: Desk, link: Link, head: Head) -> bool:
    """Whether this bundle of the office tells with the knowledge of all that any bundle of it told this copy.

    Then what is held and not told again has lost its effect there. An office restored from before, or copied back by
    hand, tells less at first: what it once sent is not taken from anybody's sight (decisions/0011).
    """
    if head.base_position < link.base_in:
        return False
    have = {h.actor.hex(): h.number for h in head.have}
    if any(have.get(actor, 0) < number for actor, number in link.have.items()):
        return False
    known = {f.link[:16].hex(): f.position for f in head.lineage}
    return not journal.blocks_beyond(desk.conn, desk.ws.profile.office, known)


def keep_blocks(desk: Desk, bases: Iterable[Base], told: Mapping[bytes, Facts]) -> None:
    """Keep the office's signed blocks; `told`: what this bundle tells of each record.

    One that begins at the position of one held replaces it where its bundle tells anew all that the office said in that
    one, as the same office does until it is answered. Else they are of two pasts of its life, and either may be what is
    lost.
    """
    for base in bases:
        told_as = (base.office, base.link, base.first, base.last, base.hash, base.sealed)
        for name, sealed in journal.keep_base_block(desk.conn, *told_as):
            if all(f.record in told and not loses(desk, f, told[f.record]) for f in _facts_in(desk, sealed)):
                journal.drop_base_block(desk.conn, base.office, base.link, base.first, name)


def loses(desk: Desk, held: Facts, told: Facts) -> bool:
    """Whether `told`, standing for itself, is without something that the office itself wrote and `held` tells."""
    office = desk.ws.profile.office.replica
    return bool(_written(merge_facts(held, told), office) - _written(told, office))


def _written(facts: Facts, replica: int) -> set[tuple[int, Dot]]:
    """(tag of the field or 0, op) of what these facts tell that a workspace copy wrote."""
    own = [(0, c.dot) for c in facts.creates] + [(0, e.dot) for e in facts.events]
    own += [(tag, head.dot) for tag, heads in facts.heads.items() for head in heads]
    return {(tag, dot) for tag, dot in own if dot.actor.replica == replica}


def records_in(desk: Desk, sealed: bytes) -> list[bytes]:
    """The records that a block kept here tells of."""
    return [facts.record for facts in _facts_in(desk, sealed)]


def _facts_in(desk: Desk, sealed: bytes) -> list[Facts]:
    base = parse_base(sealed, workspace=desk.ws.profile.workspace)
    return [decode_facts(raw) for raw in decode_rows(base.body, base.codec)]


def refuse_rewritten(desk: Desk, facts: Facts, elsewhere: set[Actor]) -> None:
    """A base that holds my own dot with another value than I wrote is refused whole: 历史被改动.

    Of the lives in `elsewhere` the office names another machine's ops by the numbers that mine had too.
    """
    mine = desk.ws.profile.actor.replica

    def is_mine(dot: Dot) -> bool:
        return dot.actor.replica == mine and dot.actor not in elsewhere

    own = [(t, h) for t, hs in facts.heads.items() for h in hs if is_mine(h.dot)]
    created = [c for c in facts.creates if is_mine(c.dot)]
    if not own and not created:
        return
    written = {op.dot: op for op in journal.ops_of_record(desk.conn, facts.record)}
    for tag, head in own:
        op = written.get(head.dot)
        if op is not None and (tag not in op.writes or op.writes[tag].value != head.value):
            raise DubuError("D-252")
    for c in created:
        op = written.get(c.dot)
        if op is not None and any(op.values.get(t) != v for t, v in c.values.items()):
            raise DubuError("D-252")
