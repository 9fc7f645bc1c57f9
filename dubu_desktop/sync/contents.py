"""What may stand in the middle of a bundle: every frame between HEAD and FOOT, judged on its own and in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.container import Counts
from dubu_desktop.sync.frames import BlobPiece, FrameType, RawFrame
from dubu_desktop.sync.segments import Base, Segment, open_base, open_segment
from dubu_desktop.wire.messages import Direction, Head

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class SenderKeys:
    """Whom a bundle's claimed sender is by the roster (or by its registration): replica and Ed25519 public key."""

    replica: int
    sign_public: bytes


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who reads, and whom it trusts. The callbacks ask the roster; what they raise comes through unchanged."""

    workspace: bytes
    replica: int
    age_identity: str = field(repr=False)
    #: the sender's keys for a head not yet verified, None if unknown
    resolve_sender: Callable[[Head], SenderKeys | None]
    #: the public key of an office actor that sealed a handed-back base, None if unknown
    office_key: Callable[[Actor], bytes | None]


@dataclass(frozen=True, slots=True)
class HandedBack:
    """A base the spoke received from an earlier life of this office and hands back."""

    base: Base


Frame = Segment | Base | HandedBack | BlobPiece


class Outside(Exception):
    """Carries an exception of a callback or of the file past the boundary that turns surprises into D-204."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def outside(call: Callable[[T], R], argument: T) -> R:
    """Ask a callback; what it raises travels as `Outside`."""
    try:
        return call(argument)
    except Exception as error:
        raise Outside(error) from error


class Contents:
    """Takes the frames of one bundle in order; keeps what later frames are judged by."""

    def __init__(self, who: Addressee, head: Head, keys: SenderKeys, counts: Counts, *, again: bool = False) -> None:
        """`again`: a first reading has hashed the photos, and the frames will be shown to be the same ones."""
        self._again = again
        self._who = who
        self._head = head
        self._keys = keys
        self._counts = counts
        # Of each actor the last segment's number, last op and hash; not the segment, which may be large.
        self._chain: dict[Actor, tuple[int, int, bytes]] = {}
        self._blob: tuple[BlobPiece, hashlib._Hash] | None = None

    def require_no_open_blob(self) -> None:
        """Something other than the next piece of a photo follows; D-204 if the photo is not complete."""
        if self._blob is not None:
            raise DubuError("D-204")

    def take(self, raw: RawFrame) -> Frame:
        """The frame as its own class, or the DubuError that refuses the bundle (see `reading.read_bundle`)."""
        down = self._head.direction is Direction.DOWN
        if raw.type is FrameType.BLOB:
            return self._take_blob(BlobPiece.from_payload(raw.payload))
        if raw.type is FrameType.SEG and not down:
            return self._take_segment(raw.payload)
        if raw.type is FrameType.ITEM and not down:
            return self._take_item(raw.payload)
        if raw.type is FrameType.BASE and down:
            return self._take_base(raw.payload)
        raise DubuError("D-204")

    def _sender_key(self, author: Actor) -> bytes:
        if author.replica != self._keys.replica:
            raise DubuError("D-212")
        return self._keys.sign_public

    def _take_segment(self, payload: bytes) -> Segment:
        segment = open_segment(payload, workspace=self._head.workspace, key_of=self._sender_key)
        if segment.actor in self._chain:
            number, last_seq, last_hash = self._chain[segment.actor]
            if segment.number <= number or segment.first_seq <= last_seq:
                raise DubuError("D-215")
            joined = segment.first_seq == last_seq + 1 and segment.prev_hash == last_hash
            if segment.number == number + 1 and not joined:
                raise DubuError("D-215")
        self._chain[segment.actor] = (segment.number, segment.last_seq, segment.hash)
        self._counts.segments += 1
        self._counts.ops += segment.last_seq - segment.first_seq + 1
        return segment

    def _take_base(self, payload: bytes) -> Base:
        base = open_base(payload, workspace=self._head.workspace, key_of=self._sender_key)
        if base.link != self._head.link or base.office != self._head.sender_actor:
            raise DubuError("D-212")
        self._counts.bases += 1
        return base

    def _take_item(self, payload: bytes) -> HandedBack:
        def key_of(office: Actor) -> bytes | None:
            return outside(self._who.office_key, office)

        base = open_base(payload, workspace=self._head.workspace, key_of=key_of)
        spoke = Actor.from_bytes(base.link[16:])
        if base.link[:16] != base.office.to_bytes() or spoke.replica != self._keys.replica:
            raise DubuError("D-212")
        self._counts.items += 1
        return HandedBack(base)

    def _take_blob(self, piece: BlobPiece) -> BlobPiece:
        if self._blob is None:
            before, running = None, hashlib.sha256()
        else:
            before, running = self._blob
        follows = 0 if before is None else before.offset + len(before.data)
        same = before is None or (before.sha256, before.kind, before.total) == (piece.sha256, piece.kind, piece.total)
        if piece.offset != follows or not same:
            raise DubuError("D-204")
        if not self._again:
            running.update(piece.data)
        self._blob = (piece, running)
        if piece.last:
            if not self._again and running.digest() != piece.sha256:
                raise DubuError("D-204")
            self._blob = None
            self._counts.blobs += 1
            self._counts.blob_bytes += piece.total
        return piece
