"""The roster: what the office says of each workspace copy, one signed entry per replica (sync.md §3.11).

Entries only ever rise: a revoked one beats an active one whatever their versions, otherwise the newer version wins. So
adopting is the same in any order, and an office restored from an old backup cannot bring a stolen laptop back to life.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from dubu_desktop.domain.ops import Actor
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.identity import PublicIdentity
from dubu_desktop.sync.signing import SIGNATURE_SIZE, digest, sign, verified
from dubu_desktop.wire.messages import MAX_LINES, Cutoff, ReplicaStatus, Revocation, Revocations, RosterEntry
from dubu_desktop.wire.packing import pack, unpack

_ENTRY_DOMAIN = "dubu roster entry v1"
_REVOCATIONS_DOMAIN = "dubu revocations v1"
MAX_ENTRY = 2048
MAX_REVOCATIONS = 65536

#: what counts of a revoked replica: its cut-off, then the ends of whatever else was held of it when that was spoken
Cut = tuple[Cutoff, ...]
# The Ed25519 public key of an office actor, None if it is not known.
OfficeKeyOf = Callable[[Actor], bytes | None]


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """An entry and the bytes it was signed in, to be kept and handed on as they are."""

    entry: RosterEntry
    sealed: bytes = field(repr=False)

    @property
    def identity(self) -> PublicIdentity:
        """The keys it speaks of."""
        return PublicIdentity(self.entry.replica, self.entry.sign_public, self.entry.age_recipient)


@dataclass(frozen=True, slots=True)
class Adoption:
    """The roster after taking entries in, and the replicas whose entry is new or has risen."""

    current: dict[int, SignedEntry]
    changed: list[int]


def seal_entry(entry: RosterEntry, *, workspace: bytes, sign_private: bytes) -> SignedEntry:
    """Sign an entry with the office's key; ValueError if revoked without cut-off or the reverse."""
    if not _consistent(entry):
        raise ValueError("a cut-off belongs to a revoked entry, and to no other")
    body = pack(entry)
    return SignedEntry(entry, sign(sign_private, digest(_ENTRY_DOMAIN, workspace, body)) + body)


def open_entry(sealed: bytes, *, workspace: bytes, office_key: OfficeKeyOf) -> SignedEntry:
    """Verify an entry; DubuError D-204 malformed, D-202 office unknown, D-203 signature wrong, D-239 unfit keys."""
    try:
        entry = unpack(RosterEntry, sealed[SIGNATURE_SIZE:], max_bytes=MAX_ENTRY)
    except ValueError as error:
        raise DubuError("D-204") from error
    _check(sealed, entry.hub, digest(_ENTRY_DOMAIN, workspace, sealed[SIGNATURE_SIZE:]), office_key)
    if not _consistent(entry):
        raise DubuError("D-204")
    signed = SignedEntry(entry, sealed)
    signed.identity.require_fit()
    return signed


def adopt(known: Mapping[int, SignedEntry], incoming: Iterable[SignedEntry]) -> Adoption:
    """Take verified entries in. Older and equal ones change nothing.

    DubuError D-216 if two entries of one replica name different keys, or one version stands for two contents: the
    office's key has been used by somebody else, or a restored office signed before it had heard its own past.
    """
    current = dict(known)
    changed: list[int] = []
    for signed in incoming:
        before = current.get(signed.entry.replica)
        if before is not None:
            _check_same_replica(before, signed)
            if signed.entry.rank <= before.entry.rank:
                continue
        current[signed.entry.replica] = signed
        if signed.entry.replica not in changed:
            changed.append(signed.entry.replica)
    return Adoption(current, changed)


def seal_revocations(revocations: Revocations, *, workspace: bytes, sign_private: bytes) -> bytes:
    """Sign the bare list of all revocations with the office's key."""
    body = pack(revocations)
    return sign(sign_private, digest(_REVOCATIONS_DOMAIN, workspace, body)) + body


def open_list(sealed: bytes, *, workspace: bytes, office_key: OfficeKeyOf) -> SignedList:
    """As `open_revocations`, with the bytes it came in."""
    return SignedList(open_revocations(sealed, workspace=workspace, office_key=office_key), sealed)


def open_revocations(sealed: bytes, *, workspace: bytes, office_key: OfficeKeyOf) -> Revocations:
    """Verify the bare list; errors as `open_entry`."""
    body = sealed[SIGNATURE_SIZE:]
    try:
        revocations = unpack(Revocations, body, max_bytes=MAX_REVOCATIONS)
    except ValueError as error:
        raise DubuError("D-204") from error
    _check(sealed, revocations.hub, digest(_REVOCATIONS_DOMAIN, workspace, body), office_key)
    return revocations


@dataclass(frozen=True, slots=True)
class SignedList:
    """A bare list of revocations and the bytes it was signed in."""

    revocations: Revocations
    sealed: bytes = field(repr=False)

    def named(self, ends: bool) -> set[Hashable]:
        """What it names: the replicas, and with `ends` every end of each."""
        return {item if ends else item.replica_id for item in self.revocations.items}


def join_lists(
    known: Iterable[SignedList], incoming: SignedList | None = None, *, ends: bool = False
) -> list[SignedList]:
    """The lists to be kept, the newest first: older ones only while they name a replica that no newer one names; with
    `ends` (at the hub, whose next list will name all) also while they name another end of one.

    So a list can be rolled back by nobody, and a restored office that has forgotten a revocation is handed it back.
    DubuError D-216 if one version stands for two contents.
    """
    every = [*known, *([incoming] if incoming is not None else [])]
    every.sort(key=lambda each: _list_rank(each.revocations), reverse=True)
    kept: list[SignedList] = []
    named: set[Hashable] = set()
    for at, each in enumerate(every):
        before = every[at - 1] if at else None
        if before is not None and _list_rank(before.revocations) == _list_rank(each.revocations):
            if before.sealed != each.sealed:
                raise DubuError("D-216", label="吊销名单")
            continue
        if not kept or not each.named(ends) <= named:
            kept.append(each)
            named |= each.named(ends)
    return kept


def linked(cut: Iterable[Cutoff], previous: Mapping[bytes, bytes]) -> set[bytes]:
    """The hashes of the segments known to lie at or before one of these cut-offs: the chain walked back from each.

    `previous`: {hash of a segment: the hash it names as its predecessor}, of every segment at hand; the first segment
    of an incarnation names the end of the one before. Numbers prove nothing: whoever holds the key may give any.
    """
    found: set[bytes] = set()
    for cutoff in cut:
        name = cutoff.hash
        while name in previous and name not in found:
            found.add(name)
            name = previous[name]
    return found


def beyond(cutoff: Cutoff, actor: Actor, number: int, name: bytes) -> bool:
    """Whether a segment taken in before the revocation was heard of lies after the cut-off."""
    last = Actor.from_bytes(cutoff.actor)
    if actor != last:
        return actor.counter >= last.counter
    return number > cutoff.number or (number == cutoff.number and name != cutoff.hash)


def cutoffs(entries: Iterable[SignedEntry], lists: Iterable[Revocations] = ()) -> dict[int, Cut]:
    """The cut of every replica that any entry or any list calls revoked; an entry's cut-off goes before a list's."""
    found: dict[int, list[Cutoff]] = {}
    for revocations in sorted(lists, key=_list_rank):
        for item in revocations.items:
            found.setdefault(int.from_bytes(item.replica_id, "big"), []).insert(0, item.cutoff)
    for signed in sorted(entries, key=lambda each: each.entry.rank):
        if signed.entry.cutoff is not None:
            found.setdefault(signed.entry.replica, []).insert(0, signed.entry.cutoff)
    return {r: (c[0], *sorted(set(c[1:]) - {c[0]}, key=_place)) for r, c in found.items()}


def lines_of(cut: Mapping[int, Cut]) -> list[Revocation]:
    """What the bare list says of these: of each replica its further ends, and the cut-off last, which 0.1.0 goes by.

    Where not all fit, further ends stay away, the oldest first.
    """
    room = MAX_LINES - len(cut)
    further = sorted((_place(end), replica) for replica, ends in cut.items() for end in ends[1:])
    kept = set(further[-room:] if room > 0 else ())
    out: list[Revocation] = []
    for replica, (cutoff, *ends) in sorted(cut.items()):
        named = [end for end in ends if (_place(end), replica) in kept]
        out += (Revocation(replica.to_bytes(8, "big"), each) for each in (*named, cutoff))
    return out


def _place(cutoff: Cutoff) -> tuple[Actor, int, bytes]:
    return Actor.from_bytes(cutoff.actor), cutoff.number, cutoff.hash


def _list_rank(revocations: Revocations) -> tuple[int, int, int]:
    hub = Actor.from_bytes(revocations.hub)
    return (hub.counter, hub.nonce, revocations.version)


def _consistent(entry: RosterEntry) -> bool:
    return (entry.cutoff is not None) == (entry.status is ReplicaStatus.REVOKED)


def _check(sealed: bytes, hub: bytes, message: bytes, office_key: OfficeKeyOf) -> None:
    public = office_key(Actor.from_bytes(hub))
    if public is None:
        raise DubuError("D-202", label="办公室")
    if not verified(public, sealed[:SIGNATURE_SIZE], message):
        raise DubuError("D-203")


def _check_same_replica(before: SignedEntry, signed: SignedEntry) -> None:
    one, other = before.entry, signed.entry
    same_version = (one.hub, one.version) == (other.hub, other.version)
    if before.identity != signed.identity or (same_version and before.sealed != signed.sealed):
        raise DubuError("D-216", label=clean_line(one.group_code or one.label) or "未写明")
