"""A workspace copy's identity: its random number and its two key pairs (sync.md §3.1).

Made on the machine, never leaving it; where they are kept is `db`'s matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.signing import fit_recipient, fit_sign_key
from dubu_desktop.system.randomness import Randomness


@dataclass(frozen=True, slots=True)
class PublicIdentity:
    """What others may know of a replica: its number, Ed25519 public key (32 bytes) and age recipient ("age1…")."""

    replica: int
    sign_public: bytes
    age_recipient: str

    def require_fit(self) -> None:
        """Refuse keys nobody should sign under or encrypt to; DubuError D-239."""
        if not (0 < self.replica < 2**64 and fit_sign_key(self.sign_public) and fit_recipient(self.age_recipient)):
            raise DubuError("D-239")


@dataclass(frozen=True, slots=True)
class Identity:
    """A replica's number and its secrets: Ed25519 private key (32 bytes) and age identity ("AGE-SECRET-KEY-1…")."""

    replica: int
    sign_private: bytes = field(repr=False)
    age_identity: str = field(repr=False)

    @property
    def public(self) -> PublicIdentity:
        """The part that travels."""
        key = Ed25519PrivateKey.from_private_bytes(self.sign_private)
        return PublicIdentity(self.replica, key.public_key().public_bytes_raw(), recipient_of(self.age_identity))


def new_identity(randomness: Randomness) -> Identity:
    """A new replica: random number (never 0), new keys. The age key is drawn by the age library itself."""
    import pyrage

    replica = 0
    while replica == 0:
        replica = randomness.u64()
    return Identity(replica, randomness.bytes(32), str(pyrage.x25519.Identity.generate()))


def recipient_of(age_identity: str) -> str:
    """The recipient ("age1…") that belongs to an age identity; ValueError if it is none."""
    import pyrage

    try:
        return str(pyrage.x25519.Identity.from_str(age_identity).to_public())
    except pyrage.IdentityError:
        # Without the cause: its text may quote the secret.
        raise ValueError("not an age X25519 identity") from None


def next_incarnation(replica: int, highest_heard: int, randomness: Randomness) -> Actor:
    """The actor of a new incarnation: one above the highest counter ever heard of this replica (0 if none).

    The random 32 bits keep two copies restored from one backup apart.
    """
    return Actor(replica, highest_heard + 1, randomness.u32())
