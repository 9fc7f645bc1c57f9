"""Sealed blocks: a spoke's segments (sync.md §3.6) and the office's bases (§3.7).

Both are a fixed header, an opaque body and the author's Ed25519 signature; the workspace goes into what is signed but
not into the bytes. They are stored and handed on exactly as sealed: nothing here ever re-encodes one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.signing import SIGNATURE_SIZE, digest, sign, verified
from dubu_desktop.wire.sealed import SEGMENT

MAX_SEALED = 64 * 1024 * 1024
LINK_SIZE = 32
NO_HASH = bytes(32)

_SEGMENT_DOMAIN = "dubu segment v1"
_BASE_DOMAIN = "dubu base v1"
# version, office actor, link, first position, last position, codec, body length
_BASE = struct.Struct(">B16s32sQQHI")
_VERSION = 1
_NOBODY = bytes(16)
_MAX_NUMBER = 2**63 - 1

# The public key of the actor that claims to have sealed a block, or None if it is not known.
KeyOf = Callable[[Actor], bytes | None]


@dataclass(frozen=True, slots=True)
class Segment:
    """One sealed run of an actor's own ops, `first_seq`..`last_seq`; `hash` names it in the chain."""

    actor: Actor
    number: int
    prev_hash: bytes
    #: the incarnation whose chain head `prev_hash` is; only in segment 1 of an actor that had an earlier life
    continues: Actor | None
    first_seq: int
    last_seq: int
    codec: int
    hash: bytes
    #: the bytes as sealed, to be kept and sent on as they are
    sealed: bytes = field(repr=False)

    @property
    def body(self) -> bytes:
        """What was sealed, taken out anew each time: an import holds many segments, and not each of them twice."""
        return self.sealed[SEGMENT.size : -SIGNATURE_SIZE]


@dataclass(frozen=True, slots=True)
class Base:
    """One sealed block of bases for one link, covering the positions `first`..`last` of that link."""

    office: Actor
    link: bytes
    first: int
    last: int
    codec: int
    body: bytes = field(repr=False)
    hash: bytes
    sealed: bytes = field(repr=False)


def seal_segment(
    body: bytes,
    *,
    workspace: bytes,
    actor: Actor,
    number: int,
    prev_hash: bytes,
    first_seq: int,
    last_seq: int,
    codec: int,
    sign_private: bytes,
    continues: Actor | None = None,
) -> Segment:
    """Seal `body` as segment `number` (from 1) of `actor`, on top of `prev_hash`.

    Segment 1 of a first incarnation has `prev_hash=NO_HASH`; segment 1 of a later one names the chain head it goes on
    from: that segment's hash and, as `continues`, its actor. ValueError on numbers that cannot be.
    """
    header = SEGMENT.pack(
        _VERSION, actor.to_bytes(), number, prev_hash, continues.to_bytes() if continues else _NOBODY,
        first_seq, last_seq, codec, len(body),
    )  # fmt: skip
    name = digest(_SEGMENT_DOMAIN, workspace, header, body)
    segment = Segment(
        actor, number, prev_hash, continues, first_seq, last_seq, codec, name,
        header + body + sign(sign_private, name),
    )  # fmt: skip
    if not _plausible(segment) or len(segment.sealed) > MAX_SEALED:
        raise ValueError(f"segment {number} of ops {first_seq}..{last_seq}, {len(body)} bytes, cannot be")
    return segment


def open_segment(sealed: bytes, *, workspace: bytes, key_of: KeyOf) -> Segment:
    """Verify and take apart a sealed segment.

    DubuError D-204 if it is no segment, D-205 if its layout is newer, D-202 if `key_of` does not know the author,
    D-203 if the signature does not hold.
    """
    segment = parse_segment(sealed, workspace=workspace)
    _check_signature(key_of(segment.actor), sealed, segment.hash)
    return segment


def parse_segment(sealed: bytes, *, workspace: bytes) -> Segment:
    """Take apart a segment out of one's own store, where it was verified; errors D-204 and D-205 of `open_segment`."""
    _check_version(sealed, SEGMENT.size)
    _, actor, number, prev, continues, first, last, codec, length = SEGMENT.unpack_from(sealed)
    header, body = _cut(sealed, SEGMENT.size, length)
    segment = Segment(
        Actor.from_bytes(actor), number, prev, Actor.from_bytes(continues) if continues != _NOBODY else None,
        first, last, codec, digest(_SEGMENT_DOMAIN, workspace, header, body), sealed,
    )  # fmt: skip
    if not _plausible(segment):
        raise DubuError("D-204")
    return segment


def seal_base(
    body: bytes, *, workspace: bytes, office: Actor, link: bytes, first: int, last: int, codec: int, sign_private: bytes
) -> Base:
    """Seal a block of bases for `link` (32 bytes), positions `first`..`last` (from 1); ValueError if they cannot be."""
    if len(link) != LINK_SIZE or not 1 <= first <= last <= _MAX_NUMBER:
        raise ValueError(f"base of positions {first}..{last} cannot be")
    header = _BASE.pack(_VERSION, office.to_bytes(), link, first, last, codec, len(body))
    if len(header) + len(body) + SIGNATURE_SIZE > MAX_SEALED:
        raise ValueError(f"base of {len(body)} bytes cannot be")
    name = digest(_BASE_DOMAIN, workspace, header, body)
    return Base(office, link, first, last, codec, body, name, header + body + sign(sign_private, name))


def open_base(sealed: bytes, *, workspace: bytes, key_of: KeyOf) -> Base:
    """Verify and take apart a sealed block of bases; errors as `open_segment`."""
    base = parse_base(sealed, workspace=workspace)
    _check_signature(key_of(base.office), sealed, base.hash)
    return base


def parse_base(sealed: bytes, *, workspace: bytes) -> Base:
    """Take apart a block of bases out of one's own store, where it was verified; errors D-204 and D-205."""
    _check_version(sealed, _BASE.size)
    _, office, link, first, last, codec, length = _BASE.unpack_from(sealed)
    header, body = _cut(sealed, _BASE.size, length)
    if not 1 <= first <= last <= _MAX_NUMBER:
        raise DubuError("D-204")
    name = digest(_BASE_DOMAIN, workspace, header, body)
    return Base(Actor.from_bytes(office), link, first, last, codec, body, name, sealed)


def _plausible(segment: Segment) -> bool:
    if not (1 <= segment.number <= segment.first_seq <= segment.last_seq <= _MAX_NUMBER):
        return False
    if segment.number > 1:
        return segment.continues is None and segment.first_seq > 1 and segment.prev_hash != NO_HASH
    return segment.first_seq == 1 and (segment.continues is None) == (segment.prev_hash == NO_HASH)


def _check_version(sealed: bytes, header_size: int) -> None:
    if len(sealed) < header_size + SIGNATURE_SIZE or sealed[0] == 0:
        raise DubuError("D-204")
    if sealed[0] != _VERSION:
        raise DubuError("D-205", need=f"数据块第{sealed[0]}版", program="更高版本")


def _cut(sealed: bytes, header_size: int, length: int) -> tuple[bytes, bytes]:
    if len(sealed) != header_size + length + SIGNATURE_SIZE or len(sealed) > MAX_SEALED:
        raise DubuError("D-204")
    end = header_size + length
    return sealed[:header_size], sealed[header_size:end]


def _check_signature(public: bytes | None, sealed: bytes, name: bytes) -> None:
    if public is None:
        raise DubuError("D-202", label="未写明")
    if not verified(public, sealed[-SIGNATURE_SIZE:], name):
        raise DubuError("D-203")
