"""Ed25519 over a digest that names its purpose, and what makes a public key unfit.

Every signature of the product is over `digest(domain, parts…)`: the domain string keeps a signature made for one
purpose from being shown for another, the lengths keep two different splits of the same bytes apart.
"""

from __future__ import annotations

import hashlib
import struct
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

SIGNATURE_SIZE = 64
_LENGTH = struct.Struct(">Q")
#: public keys whose fitness is remembered: the same few are asked about with every bundle and every entry
_KEYS = 1024
_P = 2**255 - 19
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def digest(domain: str, *parts: bytes) -> bytes:
    """SHA-256 over the domain string, a zero byte, and each part behind its length (u64, big-endian)."""
    running = hashlib.sha256(domain.encode("ascii") + b"\0")
    for part in parts:
        running.update(_LENGTH.pack(len(part)))
        running.update(part)
    return running.digest()


def sign(private: bytes, message: bytes) -> bytes:
    """The 64-byte Ed25519 signature of `message` (a digest) by the 32-byte private key."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def verified(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` over `message` was made by the holder of the 32-byte public key.

    False for every unfit key too: under a low-order key one signature would fit many messages.
    """
    if not fit_sign_key(public):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(_KEYS)
def fit_sign_key(public: bytes) -> bool:
    """Whether 32 bytes can stand as somebody's Ed25519 key: canonical, and not of low order (T04).

    The point is carried over to Curve25519 (RFC 7748 4.1: u = (1 + y) / (1 - y)), where X25519 multiplies by the
    cofactor and OpenSSL refuses the all-zero result that only low-order points give.
    """
    if len(public) != 32:
        return False
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    if y >= _P or y == 1:
        return False
    u = (1 + y) * pow(1 - y, -1, _P) % _P
    return _gives_shared_secret(u.to_bytes(32, "little"))


@lru_cache(_KEYS)
def fit_recipient(recipient: str) -> bool:
    """Whether a text is an age X25519 recipient in its one canonical spelling and not of low order.

    Must be asked before encrypting to a key from outside: the age library panics on low-order recipients.
    """
    import pyrage

    try:
        if str(pyrage.x25519.Recipient.from_str(recipient)) != recipient:
            return False
    except pyrage.RecipientError:
        return False
    # The checksum was verified just now; 52 five-bit letters carry the 256 bits of the key and 4 bits of padding.
    value = 0
    for letter in recipient[len("age1") : -6]:
        value = value << 5 | _BECH32.index(letter)
    return _gives_shared_secret((value >> 4).to_bytes(32, "big"))


def _gives_shared_secret(u: bytes) -> bool:
    try:
        X25519PrivateKey.from_private_bytes(b"\x2a" * 32).exchange(X25519PublicKey.from_public_bytes(u))
    except ValueError:
        return False
    return True
