"""A verified bundle's parts taken into journal, links and lists, inside one transaction (sync.md §3.6–3.9)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import (
    arriving,
    durable,
    forks,
    honest,
    leaving,
    pasts,
    photos,
    quarantine,
    standing,
    trust,
)
from dubu_desktop.actions.incarnation import renew
from dubu_desktop.db import enrolments, journal, links, local, purging, queries, scope, vanished
from dubu_desktop.db.foldrows import Changes
from dubu_desktop.db.links import Link
from dubu_desktop.db.places import Places
from dubu_desktop.db.workspace import put
from dubu_desktop.domain.facts import Facts, merge_facts
from dubu_desktop.domain.ops import Actor, Dot
from dubu_desktop.domain.records import BY_TAG, DOCUMENT, FINDING, TASK
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.segments import Base
from dubu_desktop.wire.codec import decode_facts, decode_rows, encode_facts
from dubu_desktop.wire.messages import Head

if TYPE_CHECKING:
    from dubu_desktop.actions.exchange.incoming import Opened, Report


@dataclass
class Touched:
    """Records a bundle spoke of, whatever came of it."""

    records: set[bytes] = field(default_factory=set)
    #: those that are new findings and nothing else
    plain: set[bytes] = field(default_factory=set)
    #: the numbers those bear
    numbers: list[str] = field(default_factory=list)
    without_effect: int = 0
    #: records that left the scope of this group and went
    left: int = 0
    #: ranges of ops that were not known before
    brought: list[tuple[Actor, int, int]] = field(default_factory=list)
    #: why nothing of a bundle down was taken: the code that says so, "" where it was
    untaken: str = ""
    #: records handed back to a restored office {record: tag of its kind}
    handed: dict[bytes, int] = field(default_factory=dict)


# --- at the office -----------------------------------------------------------------------------------------------


def take_up(desk: Desk, opened: Opened) -> tuple[Changes, Touched]:
    """A group's bundle: its segments, what it hands back, its acknowledgements."""
    head, conn = opened.verified.head, desk.conn
    trust.enrol(desk, head)
    risen = standing.heard(desk, head)  # a restored office learns again whom it had taken in, and whom it revoked
    sifted = quarantine.sift(desk, head, opened.segments, risen=risen)
    touched, roots = Touched(), sifted.roots
    _take_again(desk, sifted)
    arrived = arriving.take(desk, sifted.segments)
    touched.brought = arrived.brought
    if forks.unsettled(conn, head.sender_actor.replica):  # what came tells the line of something kept before
        quarantine.replay(desk, head.sender_actor.replica, sifted)
        _take_again(desk, sifted)
        touched.brought = []
    highest = _keep_items(desk, opened.items, touched, roots)
    leaving.note_handed_back(desk, head.sender_actor.replica, touched.handed)
    if head.part > 1:  # what an earlier volume hands back may be lost: only the first claims what it holds
        highest = {}
    folded = touched.records | {op.record for op in arrived.ops}
    touched.records |= arrived.records
    touched.plain |= arrived.changes.new
    touched.numbers += arrived.numbers
    inert_before = queries.inert_dots(conn, folded)
    changes = arrived.changes
    # where a base came home or ops went, what a record was before is not what its row says
    fresh = [op for op in arrived.ops if op.root not in roots]
    changes.merge(desk.ws.fold.refold(conn, sorted(arrived.rest | roots), fresh=fresh))
    touched.without_effect = len(queries.inert_dots(conn, folded) - inert_before) + sum(sifted.held.values())
    leaving.note_late(desk, head.sender_actor, arrived.ops)
    if not sifted.revoked:  # of a stolen computer nothing is acknowledged, and nothing it wants is heard
        _link_up(desk, opened, highest)
    return changes, touched


def _take_again(desk: Desk, sifted: quarantine.Sifted) -> None:
    """What other bundles brought, placed anew: nothing that this bundle is to be told of, or undone with."""
    again, sifted.again = sifted.again, []
    if again:
        vanished.forget(desk.conn, desk.ws.fold, sorted(sifted.roots))
        taken = arriving.take(desk, again)
        sifted.roots |= taken.rest
        desk.changes.merge(taken.changes)


def _keep_items(desk: Desk, items: list[Base], touched: Touched, roots: set[bytes]) -> dict[str, int]:
    """Bases of this office's former life: folded under its own signature; returns how far each incarnation came."""
    highest: dict[str, int] = {}
    for item in items:
        for facts in _facts(item):
            held = journal.base_of(desk.conn, facts.record)
            merged = merge_facts(held, facts) if held else facts
            root = journal.root_of(merged, BY_TAG.get(merged.kind))
            journal.keep_bases(desk.conn, [(merged.record, root, encode_facts(merged))])
            touched.records.add(merged.record)
            touched.handed[merged.record] = merged.kind
            roots.add(root)
        name = item.office.to_bytes().hex()
        highest[name] = max(highest.get(name, 0), item.last)
        journal.actor_id(desk.conn, item.office)
    return highest


def _facts(base: Base) -> list[Facts]:
    """What a block tells, record by record: D-204, D-209, D-255."""
    try:
        told = [decode_facts(raw) for raw in decode_rows(base.body, base.codec)]
    except ValueError as error:
        raise DubuError("D-204") from error
    for facts in told:
        honest.check_base(facts)
    return told


def _link_up(desk: Desk, opened: Opened, highest: dict[str, int]) -> None:
    head, ws, conn = opened.verified.head, desk.ws, desk.conn
    sender = head.sender_actor
    link = links.load(conn, sender.replica)
    newest = max([sender, *([Actor.from_bytes(bytes.fromhex(link.theirs))] if link.theirs else [])])
    journal.actor_id(conn, sender)
    if pasts.answers_another(desk, link, head) or pasts.rival_of_me(desk, head):  # copied back by hand, and worked on
        renew(ws, conn, unsure=True)
        link = links.load(conn, sender.replica)
        standing.alarm_rewound(desk, head)
    link.begin(ws.profile.actor, newest)
    for actor, position in highest.items():
        link.handed[actor] = max(link.handed.get(actor, 0), position)
    ours = sender == newest and head.recipient == ws.profile.actor.to_bytes()
    if ours and pasts.behind(desk, link, head):
        link.serial_in = min(link.serial_in, head.serial)
        durable.tell_anew(conn, link)
        local.raise_alarm(conn, "D-256", DubuError("D-256").what, ws.clock.now_ms())
    if ours and head.serial >= link.serial_in:
        link.strange = link.strange if link.serial_in else pasts.strange(conn, head.receipts)
        link.took(head.serial, head.part, head.parts)
        link.acked = head.base_position  # the newest word, not the highest
        scope.note_asked(conn, sender.replica, head.want)
        _take_receipts(conn, link, head)
    link.heard_ms = ws.clock.now_ms()
    links.save(conn, sender.replica, link)


# --- at a group --------------------------------------------------------------------------------------------------


def take_down(desk: Desk, opened: Opened) -> tuple[Changes, Touched]:
    """The office's bundle: bases of the scope, its acknowledgements, its roster; nothing of a stale one."""
    head, ws, conn = opened.verified.head, desk.ws, desk.conn
    sender = head.sender_actor
    touched = Touched()
    link = links.load(conn, sender.replica)
    if sender > ws.profile.office:
        ws.set_profile(conn, replace(ws.profile, office=sender))
    addressed = head.recipient == ws.profile.actor.to_bytes()
    rival, rewound = pasts.beyond_mine(desk, head)
    if rewound or (rival and not addressed):  # what was written since is known only to the office
        renew(ws, conn)
        addressed = False
    link.begin(ws.profile.actor, ws.profile.office)
    elsewhere = pasts.others(desk, head)
    if rival or rewound or (elsewhere and not link.whole):
        link.again = 1
    stale = sender < ws.profile.office or head.serial < link.serial_in
    changes = Changes()
    # a lower serial of this link is no loss: the higher one told everything that this one tells
    touched.untaken = "D-265" if sender < ws.profile.office else "D-264" if not addressed else ""
    if not stale and addressed:
        trust.adopt(desk, head)  # first: whose an op is decides how it is folded
        _take_receipts(conn, link, head)
        alone = pasts.knows_all(desk, link, head)
        changes = _take_bases(desk, opened.bases, touched, elsewhere, alone=alone, heard=not link.receipts)
        changes.merge(leaving.take(desk, head, touched))
        link.took(head.serial, head.part, head.parts)
        link.reads = list(head.reads)
        # what was joined with words of a former life is told once more when the office knows these again: they hold it
        if alone and pasts.remembers(conn, head):
            link.base_in = max(link.base_in, head.base_position)
        link.have = {h.actor.hex(): h.number for h in head.have}
        link.lineage = {f.link[:16].hex(): f.position for f in head.lineage}
        scope.note_asked(conn, sender.replica, head.want)
        durable.heard(conn, head)
        if enrolments.laptop(conn, ws.profile.actor.replica) is not None:
            link.named = True
            put(conn, "reg", None)
    link.heard_ms = ws.clock.now_ms()
    links.save(conn, sender.replica, link)
    if rival and addressed:  # this line is whole, what the bundle says of it holds: it was taken before the next begins
        renew(ws, conn)
    return changes, touched


def _take_bases(
    desk: Desk, bases: list[Base], touched: Touched, elsewhere: set[Actor], *, alone: bool, heard: bool
) -> Changes:
    """`alone`: the office knows all that a base held here tells, so that what it says now stands for itself.

    Until it has `heard` which bundles were taken here it may be one copied back by hand from before the last of them:
    then it takes nothing from sight that the office itself wrote.
    """
    conn = desk.conn
    keep: list[tuple[bytes, bytes, bytes]] = []
    told: list[Facts] = []
    roots: set[bytes] = set()
    places = Places()
    for base in bases:
        for facts in _facts(base):
            pasts.refuse_rewritten(desk, facts, elsewhere)
            told.append(facts)
            touched.records.add(facts.record)
    pasts.keep_blocks(desk, bases, {facts.record: facts for facts in told})
    held = journal.bases_of(conn, [f.record for f in told]) if not (alone and heard) else {}
    if alone:
        held = {f.record: held[f.record] for f in told if f.record in held and pasts.loses(desk, held[f.record], f)}
    for facts in told:
        joined = _joined(held.get(facts.record), facts)
        root = journal.root_of(joined, BY_TAG.get(joined.kind))
        keep.append((joined.record, root, encode_facts(joined)))
        places.add(facts.record, facts.kind, root)
        roots.add(root)
    places.check(conn)
    for actor in {d.actor for facts in told for d in _dots(facts)}:
        journal.actor_id(conn, actor)
    journal.keep_bases(conn, keep)
    purging.show(conn, roots)  # an office restored from before it removed them has them again
    return desk.ws.fold.refold(conn, roots)


def _joined(held: Facts | None, facts: Facts) -> Facts:
    """A base over the one held: a restored office must not take from the group's sight what it once sent.

    What only ships with the program makes way for the office's own; which of my ops have no effect the newest says.
    """
    if held is None or any(c.dot.actor.replica == 0 for c in held.creates):
        return facts
    return replace(merge_facts(held, facts), inert=facts.inert)


def _dots(facts: Facts) -> list[Dot]:
    out = [c.dot for c in facts.creates] + [e.dot for e in facts.events]
    return out + [h.dot for hs in facts.heads.values() for h in hs] + list(facts.inert)


# --- both --------------------------------------------------------------------------------------------------------


def _take_receipts(conn: Any, link: Link, head: Head) -> None:
    """The other side says which of our bundles it applied; what we told in those need not be told again."""
    for receipt in head.receipts:
        row = links.find_bundle(conn, receipt.bundle)
        if row is None or row.direction != "out":
            continue
        body = row.body | {
            "received": {
                "records": receipt.records,
                "records_of": receipt.records_of,
                "photos": receipt.photos,
                "photos_of": receipt.photos_of,
            }
        }
        links.note_bundle(conn, links.BundleRow(row.sha256, "out", row.peer, row.serial, row.at_ms, row.size, body))
        if row.body.get("pair", link.pair) != link.pair:
            continue  # serials of a former link say nothing of this one
        durable.acknowledged(conn, link, row.serial)
        if row.body.get("whole") and _all_received(conn, row):
            link.again, link.whole = 0, True
        link.receipts = [r for r in link.receipts if int(r.get("first", row.serial + 1)) > row.serial]


def _all_received(conn: Any, row: links.BundleRow) -> bool:
    """Whether the other side took in every volume of the export that this one is of."""
    others = links.bundles_of(conn, row.peer, "out", row.serial)
    here = {each.body.get("part") for each in others if each.sha256 == row.sha256 or "received" in each.body}
    return len(here) == row.body.get("parts")


def _tell_doubles(desk: Desk, touched: Touched, now: int) -> None:
    """A number that two records bear is reported, never a failed import (contracts.md §5)."""
    others = sorted(touched.records - touched.plain)
    for kind in (FINDING, TASK, DOCUMENT):
        found = queries.doubles(desk.conn, kind.name, others)
        if kind is FINDING:
            found |= queries.doubles_of(desk.conn, kind.name, touched.numbers)
        for number, count in found.items():
            error = DubuError("D-258", kind=kind.label, number=number, count=count)
            local.raise_alarm(desk.conn, error.code, error.what, now)


def finish(desk: Desk, opened: Opened, report: Report, touched: Touched) -> None:
    """Photos counted and missing ones wanted; the receipt to be told; the ledger's line."""
    conn, ws, head = desk.conn, desk.ws, opened.verified.head
    told = photos.settle(desk, opened, touched.records - touched.plain)
    report.photos, report.photos_of = told.complete, told.of
    peer = head.sender_actor.replica
    n = len(touched.records)
    receipt: dict[str, int | str] = {"bundle": opened.verified.sha256.hex(), "records": n, "records_of": n}
    receipt |= {"serial": head.serial, "here": 1}
    if not trust.revoked(ws, conn, peer) and not touched.untaken:
        link = links.load(conn, peer)
        link.receipts.append(receipt | {"photos": report.photos, "photos_of": report.photos_of})
        links.save(conn, peer, link)
    body = {k: v for k, v in report.as_dict().items() if k not in ("status", "serial")}
    now = ws.clock.now_ms()
    _tell_doubles(desk, touched, now)
    size = opened.verified.size
    links.note_bundle(conn, links.BundleRow(opened.verified.sha256, "in", peer, head.serial, now, size, body))
