"""An office and two groups with keys, and bundles between them."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dubu_desktop.domain.ops import Actor
from dubu_desktop.sync.container import BundleWriter
from dubu_desktop.sync.contents import Addressee, SenderKeys
from dubu_desktop.sync.identity import Identity, new_identity, next_incarnation
from dubu_desktop.sync.reading import Verified, read_bundle
from dubu_desktop.sync.segments import NO_HASH, Segment, seal_base, seal_segment
from dubu_desktop.system.randomness import Randomness
from dubu_desktop.wire.messages import BlobKind, Direction, Head

WORKSPACE = bytes(range(16))
PHOTO = b"\xff\xd8 a small photo " * 9


@dataclass(frozen=True)
class Party:
    """One workspace copy with its keys."""

    identity: Identity
    actor: Actor


def writer_for(out: Any, sender: Party, recipient: Party, head: Head) -> BundleWriter:
    """A writer with the two parties' keys."""
    public = recipient.identity.public
    return BundleWriter(out, recipient=public.age_recipient, sign_private=sender.identity.sign_private, head=head)


class World:
    """One office, two enrolled groups, and a stranger whose key no roster names."""

    def __init__(self) -> None:
        randomness = Randomness()
        self.parties: list[Party] = []
        for _ in range(4):
            identity = new_identity(randomness)
            self.parties.append(Party(identity, next_incarnation(identity.replica, 0, randomness)))
        self.office, self.g1, self.g2, self.stranger = self.parties
        self.roster = {
            p.identity.replica: SenderKeys(p.identity.replica, p.identity.public.sign_public)
            for p in (self.office, self.g1, self.g2)
        }

    def reader(self, who: Party, **changes: Any) -> Addressee:
        """How `who` reads bundles."""
        values: dict[str, Any] = {
            "workspace": WORKSPACE,
            "replica": who.identity.replica,
            "age_identity": who.identity.age_identity,
            "resolve_sender": lambda head: self.roster.get(head.sender_actor.replica),
            "office_key": self.office_key,
        }
        return Addressee(**(values | changes))

    def office_key(self, actor: Actor) -> bytes | None:
        office = self.office.identity
        return office.public.sign_public if actor.replica == office.replica else None

    def head(self, sender: Party, recipient: Party, **changes: Any) -> Head:
        values: dict[str, Any] = {
            "schema": 1,
            "codecs": [1],
            "workspace": WORKSPACE,
            "sender": sender.actor.to_bytes(),
            "recipient": recipient.actor.to_bytes(),
            "direction": Direction.DOWN if sender is self.office else Direction.UP,
            "serial": 1,
            "program": "0.1.0",
            "label": "03",
        }
        return Head(**(values | changes))

    def segments(self, party: Party, count: int = 2, key: Identity | None = None) -> list[Segment]:
        """A chain of `count` segments of three ops each."""
        chain: list[Segment] = []
        for number in range(1, count + 1):
            chain.append(
                seal_segment(
                    b"ops %d" % number,
                    workspace=WORKSPACE,
                    actor=party.actor,
                    number=number,
                    prev_hash=chain[-1].hash if chain else NO_HASH,
                    first_seq=number * 3 - 2,
                    last_seq=number * 3,
                    codec=1,
                    sign_private=(key or party.identity).sign_private,
                )
            )
        return chain

    def base(self, spoke: Party, office: Party | None = None) -> Any:
        office = office or self.office
        link = office.actor.to_bytes() + spoke.actor.to_bytes()
        return seal_base(
            b"bases",
            workspace=WORKSPACE,
            office=office.actor,
            link=link,
            first=1,
            last=7,
            codec=1,
            sign_private=office.identity.sign_private,
        )

    def up(self, sender: Party, recipient: Party | None = None, **changes: Any) -> bytes:
        """An up bundle with two segments, a handed-back item and a photo."""
        recipient = recipient or self.office
        out = io.BytesIO()
        head = self.head(sender, recipient, **changes)
        key = sender.identity.sign_private
        with BundleWriter(
            out, recipient=recipient.identity.public.age_recipient, sign_private=key, head=head
        ) as writer:
            for segment in self.segments(sender):
                writer.add_segment(segment)
            writer.add_item(self.base(sender))
            writer.add_blob(hashlib.sha256(PHOTO).digest(), BlobKind.PREVIEW, len(PHOTO), [PHOTO])
            writer.finish()
        return out.getvalue()

    def down(self, recipient: Party, **changes: Any) -> bytes:
        """A down bundle with one base."""
        out = io.BytesIO()
        head = self.head(self.office, recipient, **changes)
        key = self.office.identity.sign_private
        with BundleWriter(
            out, recipient=recipient.identity.public.age_recipient, sign_private=key, head=head
        ) as writer:
            writer.add_base(self.base(recipient))
            writer.finish()
        return out.getvalue()


def read_all(data: bytes, who: Addressee) -> tuple[list[Any], Verified]:
    """All frames of a bundle in memory and what was verified."""
    frames = []
    reading = read_bundle(io.BytesIO(data), who)
    while True:
        try:
            frames.append(next(reading))
        except StopIteration as end:
            return frames, end.value


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "b.dubu"
    path.write_bytes(data)
    return path
