"""What leaves: a group's own segments up, the office's bases down (sync.md §3.6–3.9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dubu_desktop import __version__
from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import bases, durable, leaving, pasts, photos, trust
from dubu_desktop.actions.exchange.sealing import own_actors, seal_own
from dubu_desktop.db import enrolments, history, journal, links, purging, scope
from dubu_desktop.db.leaving import within
from dubu_desktop.db.links import Link
from dubu_desktop.db.workspace import get, get_json
from dubu_desktop.domain.ops import Actor
from dubu_desktop.domain.records import BY_TAG, EVIDENCE
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.container import room_in_head
from dubu_desktop.sync.identity import PublicIdentity
from dubu_desktop.sync.segments import Base, Segment, open_base, open_segment
from dubu_desktop.system import marks
from dubu_desktop.wire.bodies import READABLE
from dubu_desktop.wire.codec import CODEC_ROWS, decode_op
from dubu_desktop.wire.messages import (
    BlobKind,
    Direction,
    FormerLink,
    Have,
    Head,
    Missing,
    Receipt,
    head_of_codecs,
    head_of_durable,
)

#: version of the record declarations (tags) this program writes
SCHEMA = 1
#: former lives told of, the newest; a HEAD holds 1,024. What one is not told of is handed back whole
MOST_FORMER = 1000
#: bytes of a head that one hash in it takes
_HASH = 34


class Photo(NamedTuple):
    """A picture to be sent: its SHA-256, which of the two it is, and its bytes. `final`: no picture, but a 定稿."""

    sha256: bytes
    kind: BlobKind
    size: int
    final: bool = False


@dataclass
class Parcel:
    """One export made ready: everything but the files. `photos` in the order they are sent, previews first.

    `left`: pictures that belong in it and are not here. `acked`: the position the recipient is known to have reached.
    `whole`: nothing of its author's own work is left out as acknowledged.
    """

    head: Head
    recipient: PublicIdentity
    segments: list[Segment] = field(default_factory=list)
    bases: list[Base] = field(default_factory=list)
    items: list[Base] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    records: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    left: int = 0
    acked: int = 0
    whole: bool = False
    mark: marks.Mark | None = None


# --- up ----------------------------------------------------------------------------------------------------------


def parcel_up(desk: Desk) -> Parcel:
    """What goes to the office: own segments above its `have`, what it lacks of its own past, photos, wants."""
    ws, conn = desk.ws, desk.conn
    office = ids.load_office(ws, conn)
    want = photos.want_list(desk)
    link = links.load(conn, office.replica)
    link.begin(ws.profile.actor, ws.profile.office)
    seal_own(desk)
    key = ids.load(ws).public.sign_public
    segments: list[Segment] = []
    leaving: list[tuple[Actor, int]] = []
    for actor in own_actors(conn, ws.profile.actor.replica):
        above = 0 if link.again else link.have.get(actor.to_bytes().hex(), 0)
        leaving.append((actor, history.sealed_through(conn, actor, above) if above else 0))
        for raw in journal.sealed_segments(conn, actor, above):
            segments.append(open_segment(raw, workspace=ws.profile.workspace, key_of=lambda _a: key))
    items = [
        open_base(raw, workspace=ws.profile.workspace, key_of=lambda a: ids.office_key(ws, conn, a))
        for raw in journal.base_blocks(conn, ws.profile.office, link.lineage)
    ]
    head = _head(desk, link, Direction.UP, have=[], position=link.base_in, want=want)
    head = head_of_codecs(head, {segment.codec for segment in segments})
    parcel = Parcel(head, office, segments, [], items)
    _count_ops(desk, parcel, leaving)
    _add_photos(desk, parcel, _evidence_made(desk, leaving), scope.asked(conn, office.replica))
    parcel.mark = _mark(conn, ws.profile.actor)
    parcel.whole = not any(above for _, above in leaving)
    _reserve(desk, office.replica, link, parcel)
    return parcel


def _mark(conn: Any, actor: Actor) -> marks.Mark | None:
    end = journal.chain_end(conn, actor)
    return marks.Mark(actor.to_bytes(), end.number, end.hash) if end else None


def _count_ops(desk: Desk, parcel: Parcel, leaving: list[tuple[Actor, int]]) -> None:
    seen = {record: kind for actor, above in leaving for record, kind in scope.written(desk.conn, actor, above)}
    parcel.records = len(seen)
    for tag in seen.values():
        name = BY_TAG[tag].name if tag in BY_TAG else str(tag)
        parcel.kinds[name] = parcel.kinds.get(name, 0) + 1


def _evidence_made(desk: Desk, leaving: list[tuple[Actor, int]]) -> list[tuple[bytes, BlobKind]]:
    """The pictures of the evidence made by these ops, but of what the office removed for good: they went here too."""
    tags = ((EVIDENCE.by_name["preview"].tag, BlobKind.PREVIEW), (EVIDENCE.by_name["sha256"].tag, BlobKind.ORIGINAL))
    made = [decode_op(body, who) for who, n in leaving for body in scope.created(desk.conn, who, n, EVIDENCE.tag)]
    gone = purging.hidden(desk.conn, {op.root for op in made})
    return [(op.values[tag], kind) for op in made if op.root not in gone for tag, kind in tags if op.values.get(tag)]


def _add_photos(desk: Desk, parcel: Parcel, own: list[tuple[bytes, BlobKind]], asked: list[bytes]) -> None:
    """Previews first, so that a bundle cut short shows every finding; what the other side asked for may be neither."""
    previews = scope.previews_among(desk.conn, asked)
    wanted = [(h, BlobKind.PREVIEW if h in previews else BlobKind.ORIGINAL) for h in asked]
    kinds = dict(wanted) | dict(own)
    # an original that the office holds twice over may have made room here
    belongs = {h for h, _ in own} - set(durable.known(desk.conn))
    finals = scope.finals_among(desk.conn, kinds)
    for name, kind in sorted(kinds.items(), key=lambda each: each[1]):
        size = desk.ws.blobs.size_of(name)
        if size is not None:
            parcel.photos.append(Photo(name, kind, size, name in finals))
        elif name in belongs:
            parcel.left += 1


# --- down --------------------------------------------------------------------------------------------------------


def parcel_down(desk: Desk, group: bytes, who: PublicIdentity) -> Parcel:
    """What goes to one laptop of a group: bases of its scope above its acknowledgement, previews, what it wants."""
    ws, conn = desk.ws, desk.conn
    want = photos.want_list(desk, group, who.replica)
    link = links.load(conn, who.replica)
    spoke = _newest(conn, who.replica, link)
    link.begin(ws.profile.actor, spoke)
    seal_own(desk)
    haves, missing = [], []
    for actor in own_actors(conn, who.replica):
        end = journal.contiguous(conn, actor)
        if end:
            haves.append(Have(actor.to_bytes(), end.number, end.hash))
        missing += [Missing(actor.to_bytes(), a, b) for a, b in journal.gaps(conn, actor)]
    head = _head(desk, link, Direction.DOWN, have=haves, position=scope.change_no(conn), want=want, missing=missing)
    most = min(durable.MOST_TOLD, room_in_head(head) // (2 * _HASH))  # half the room: the rest is for what leaves
    head = head_of_durable(head, durable.to_tell(conn, link, group, head.serial, most))
    parcel = Parcel(head, who, acked=link.acked)
    previews, finals = bases.add_bases(desk, parcel, group, spoke, link)
    parcel.head = leaving.name(desk, parcel.head, who.replica, group, link)
    asked = within(conn, group, scope.asked(conn, who.replica))
    previews = within(conn, group, previews)
    own = [(h, BlobKind.ORIGINAL) for h in finals] + [(h, BlobKind.PREVIEW) for h in previews]
    _add_photos(desk, parcel, own, asked)
    parcel.mark = _mark(conn, ws.profile.actor)
    _reserve(desk, who.replica, link, parcel)
    return parcel


def _newest(conn: Any, replica: int, link: Link) -> Actor:
    second = {line.actor for line in journal.branches(conn).values()}
    known = [actor for actor in own_actors(conn, replica) if actor not in second]
    if link.theirs:
        known.append(Actor.from_bytes(bytes.fromhex(link.theirs)))
    if not known:
        raise DubuError("D-253")
    return max(known)


# --- both --------------------------------------------------------------------------------------------------------


def _head(
    desk: Desk,
    link: Link,
    direction: Direction,
    *,
    have: list[Have],
    position: int,
    want: list[bytes],
    missing: list[Missing] | None = None,
) -> Head:
    ws, conn = desk.ws, desk.conn
    up = direction is Direction.UP
    receipts = [
        Receipt(bytes.fromhex(str(r["bundle"])), *(int(r[k]) for k in ("records", "records_of", "photos", "photos_of")))
        for r in link.receipts[: pasts.MOST_TOLD]
    ]
    for told in link.receipts[: pasts.MOST_TOLD]:
        told.setdefault("first", link.serial_out + 1)
    theirs = bytes.fromhex(link.theirs)
    former = [] if up else sorted(_known(desk, link).items())[-MOST_FORMER:]
    lineage = [FormerLink(bytes.fromhex(a) + theirs, n) for a, n in former]
    return Head(
        schema=SCHEMA,
        codecs=[CODEC_ROWS],
        reads=list(READABLE),
        workspace=ws.profile.workspace,
        sender=ws.profile.actor.to_bytes(),
        recipient=theirs,
        direction=direction,
        serial=link.serial_out + 1,
        previous=bytes.fromhex(link.previous),
        have=have,
        base_position=position,
        missing=missing or [],
        want=want,
        receipts=receipts,
        fresh=sum("here" in told for told in link.receipts[: pasts.MOST_TOLD]) if up else None,
        lineage=lineage,
        reg=(get(conn, "reg") or b"") if up and not link.named else b"",
        # up: what the office once signed, should it have been restored from a time before
        roster=enrolments.entries_for(conn, ws.profile.actor.to_bytes()[:8] if up else theirs[:8]),
        revocations=trust.list_to_send(ws, conn),
        program=__version__,
        created_ms=ws.clock.now_ms(),
        label=ws.profile.group_code or "office",
    )


def _known(desk: Desk, link: Link) -> dict[str, int]:
    """Per former incarnation of this office: up to which position it knows what it then sent (sync.md §3.8)."""
    own: dict[str, int] = get_json(desk.conn, "lineage", {})
    return {actor: max(n, link.handed.get(actor, 0)) for actor, n in own.items()} | {
        actor: n for actor, n in link.handed.items() if actor not in own
    }


def _reserve(desk: Desk, peer: int, link: Link, parcel: Parcel) -> None:
    """The serial is taken when the parcel is made: a kill leaves a gap, never two bundles of one number."""
    link.serial_out = parcel.head.serial
    links.save(desk.conn, peer, link)
