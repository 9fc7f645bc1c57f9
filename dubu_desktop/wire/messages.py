"""What a bundle says about itself: the structures of its HEAD and FOOT, of the roster and of enrolment.

They are MessagePack arrays: the position of a field is its permanent number. A field may be appended (with a default,
so that older files still open), never moved, retyped or reused. HEAD and roster entries tolerate appended fields they
do not know (advisory by definition: what an older reader must not ignore raises `min_reader`); the others do not.
Replicas travel as 8 bytes, actors as 16 (`Actor.to_bytes`), links as 32 (hub actor, then spoke actor).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from dubu_desktop.domain.ops import Actor

# The newest container format this program reads; it writes 2 only where segments in columns (codec 2) are inside.
BUNDLE_FORMAT = 2
_ROWS_ONLY = 1

Bytes8 = Annotated[bytes, Meta(min_length=8, max_length=8)]
Bytes16 = Annotated[bytes, Meta(min_length=16, max_length=16)]
Bytes32 = Annotated[bytes, Meta(min_length=32, max_length=32)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Positive = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Small = Annotated[int, Meta(ge=0, le=65535)]
ShortText = Annotated[str, Meta(max_length=200)]
AgeRecipient = Annotated[str, Meta(min_length=1, max_length=100)]


class Direction(IntEnum):
    """Which way a bundle travels; the numbers are permanent."""

    #: spoke to hub: the spoke's own segments and what it hands back
    UP = 1
    #: hub to spoke: bases
    DOWN = 2


class BlobKind(IntEnum):
    """Which of the two pictures of an Evidence a blob is; the numbers are permanent."""

    #: long side at most 1600 px, no metadata
    PREVIEW = 1
    #: the bytes as they came from the camera
    ORIGINAL = 2


class ReplicaStatus(IntEnum):
    """What the office says of a workspace copy; it only ever rises, the numbers are permanent."""

    #: in use
    ACTIVE = 1
    #: 退役: gone, but everything it ever wrote counts whenever it comes
    RETIRED = 2
    #: 吊销: nothing it wrote after the cut-off counts
    REVOKED = 3


class Have(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    """Of one actor the sender holds every segment up to `number`, which has this `hash`."""

    actor: Bytes16
    number: Count
    hash: Bytes32


class Missing(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    """Of one actor the sender lacks the segments `first`..`last` though it holds later ones."""

    actor: Bytes16
    first: Positive
    last: Positive


class Receipt(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    """The bundle with this file hash was applied: n of n records, m of m photos."""

    bundle: Bytes32
    records: Count
    records_of: Count
    photos: Count
    photos_of: Count


class FormerLink(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    """One entry of the lineage: an earlier link, and the last position of it that the hub knows."""

    link: Annotated[bytes, Meta(min_length=32, max_length=32)]
    position: Count


class Cutoff(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    """The last segment of a revoked replica that still counts."""

    actor: Bytes16
    number: Count
    hash: Bytes32


class Head(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """The first frame: who sends what to whom, and what the sender already holds (sync.md §3.11)."""

    format: Small = _ROWS_ONLY
    min_reader: Small = _ROWS_ONLY
    #: version of the record declarations the sender wrote with
    schema: Small
    #: codec numbers used by the segments and bases inside
    codecs: Annotated[list[Small], Meta(max_length=16)]
    workspace: Bytes16
    sender: Bytes16
    recipient: Bytes16
    direction: Direction
    #: runs per link, from 1; all parts of one export share it
    serial: Positive
    part: Positive = 1
    parts: Positive = 1
    #: SHA-256 of the previous bundle file on this link, empty for the first
    previous: Annotated[bytes, Meta(max_length=32)] = b""
    #: last contiguous segment held per actor
    have: Annotated[list[Have], Meta(max_length=2048)] = []
    #: last base position applied on this link (up), or the position this bundle reaches (down)
    base_position: Count = 0
    missing: Annotated[list[Missing], Meta(max_length=2048)] = []
    #: SHA-256 of content the sender lacks
    want: Annotated[list[Bytes32], Meta(max_length=10_000)] = []
    #: SHA-256 of content the sender holds in a verified backup on a second medium
    durable: Annotated[list[Bytes32], Meta(max_length=10_000)] = []
    receipts: Annotated[list[Receipt], Meta(max_length=1024)] = []
    lineage: Annotated[list[FormerLink], Meta(max_length=1024)] = []
    #: registration, as made by `sync.enrol.make_reg`; empty once a roster names the sender
    reg: Annotated[bytes, Meta(max_length=8192)] = b""
    #: sealed roster entries (`sync.roster.seal_entry`)
    roster: Annotated[list[Annotated[bytes, Meta(max_length=2048)]], Meta(max_length=256)] = []
    #: sealed list of all revocations (`sync.roster.seal_revocations`), or empty
    revocations: Annotated[bytes, Meta(max_length=65536)] = b""
    #: version of the sender's program, e.g. "0.1.0"
    program: Annotated[str, Meta(max_length=40)] = ""
    #: the sender's wall clock, milliseconds since 1970, shown only
    created_ms: int = 0
    #: how the sender calls itself, e.g. the group's code; shown only, proves nothing
    label: Annotated[str, Meta(max_length=40)] = ""
    #: codec numbers the sender can read; none: a program that knows the first alone
    reads: Annotated[list[Small], Meta(max_length=16)] = []
    #: down: records the recipient was given that are no longer in its scope; it removes what others wrote of them
    left: Annotated[list[Bytes16], Meta(max_length=10_000)] = []
    #: down: records in the recipient's scope that a former group's work, done before it knew, has reached since
    late: Annotated[list[Bytes16], Meta(max_length=10_000)] = []
    #: up: how many of the receipts, the last ones, are for bundles of this link; none: a program that does not say
    fresh: Count | None = None

    @property
    def sender_actor(self) -> Actor:
        """Who made the bundle."""
        return Actor.from_bytes(self.sender)

    @property
    def recipient_actor(self) -> Actor:
        """Whom it is for, as far as the sender knows its incarnation."""
        return Actor.from_bytes(self.recipient)

    @property
    def link(self) -> bytes:
        """The link's name: hub actor, then spoke actor (32 bytes)."""
        if self.direction is Direction.UP:
            return self.recipient + self.sender
        return self.sender + self.recipient


def head_of_part(head: Head, part: int, parts: int, base_position: int) -> Head:
    """The same head for one volume of several: what it says of positions must hold where this volume alone arrives."""
    return msgspec.structs.replace(head, part=part, parts=parts, base_position=base_position)


def head_of_codecs(head: Head, codecs: set[int]) -> Head:
    """The same head for segments in these codecs: a program that knows the first alone must refuse the others whole."""
    newest = _ROWS_ONLY if codecs <= {1} else BUNDLE_FORMAT
    return msgspec.structs.replace(head, codecs=sorted(codecs | {1}), format=newest, min_reader=newest)


def head_of_durable(head: Head, durable: list[bytes]) -> Head:
    """The same head saying which originals are safe."""
    return msgspec.structs.replace(head, durable=durable)


def head_of_scope(head: Head, left: list[bytes], late: list[bytes]) -> Head:
    """The same head naming what left the recipient's scope and what reached it late, as much as a head holds."""
    return msgspec.structs.replace(head, left=left[:10_000], late=late[:10_000])


class Foot(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    """The last frame's body: how many frames went before it, their running hash, and who can open the file."""

    frames: Positive
    digest: Bytes32
    recipients: Annotated[list[AgeRecipient], Meta(min_length=1, max_length=1)]


class RosterEntry(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """What the office says of one workspace copy: whose it is, its keys, and whether it still counts."""

    #: the office actor that wrote this entry, and its running number there
    hub: Bytes16
    version: Positive
    replica_id: Bytes8
    #: "office" or "group"
    side: Annotated[str, Meta(max_length=16)]
    #: id of the Group record, empty for the office
    group: Annotated[bytes, Meta(max_length=16)] = b""
    group_code: Annotated[str, Meta(max_length=16)] = ""
    role: Annotated[str, Meta(max_length=32)] = ""
    sign_public: Bytes32
    age_recipient: AgeRecipient
    #: the office's wall clock when it was enrolled, milliseconds; shown only
    valid_from_ms: int = 0
    status: ReplicaStatus = ReplicaStatus.ACTIVE
    #: set if and only if revoked
    cutoff: Cutoff | None = None
    #: what the laptop is called
    label: ShortText = ""
    #: why it was retired or revoked, and when by the office's wall clock; shown only
    reason: ShortText = ""
    changed_ms: int = 0

    @property
    def replica(self) -> int:
        """The replica as a number."""
        return int.from_bytes(self.replica_id, "big")

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Among entries of one replica the highest stands: status before version, so no restore undoes a revocation."""
        hub = Actor.from_bytes(self.hub)
        return (int(self.status), hub.counter, hub.nonce, self.version)

    def said_anew(self, **changes: Any) -> RosterEntry:
        """The same with some fields changed, to be signed as another version."""
        return msgspec.structs.replace(self, **changes)


#: lines of the bare list at most
MAX_LINES = 512


class Revocation(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    """One line of the bare list: no name, no group. The last one of a replica is its cut-off, others further ends."""

    replica_id: Bytes8
    cutoff: Cutoff


class Revocations(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    """All revocations of a workspace; everybody receives it."""

    hub: Bytes16
    version: Positive
    items: Annotated[list[Revocation], Meta(max_length=MAX_LINES)]


class StarterBody(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What a new laptop must know, sealed with the paper code (sync.md §3.12)."""

    workspace: Bytes16
    office: Bytes16
    office_sign_public: Bytes32
    office_age_recipient: AgeRecipient
    group: Bytes16
    group_code: Annotated[str, Meta(min_length=1, max_length=16)]
    group_name: ShortText
    role: Annotated[str, Meta(max_length=32)]
    roster: Annotated[list[Annotated[bytes, Meta(max_length=2048)]], Meta(max_length=256)] = []
    revocations: Annotated[bytes, Meta(max_length=65536)] = b""


class Reg(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A laptop asks to be named in the roster."""

    eid: Bytes16
    workspace: Bytes16
    office_sign_public: Bytes32
    actor: Bytes16
    sign_public: Bytes32
    age_recipient: AgeRecipient
    #: what the laptop is called, so that two of them can be told apart
    label: ShortText = ""

    @property
    def replica(self) -> int:
        """The replica that asks."""
        return Actor.from_bytes(self.actor).replica
