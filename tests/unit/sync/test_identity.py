"""Identities, incarnations, and keys nobody should trust."""

from __future__ import annotations

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from dubu_desktop.errors import DubuError
from dubu_desktop.sync.identity import PublicIdentity, new_identity, next_incarnation, recipient_of
from dubu_desktop.sync.signing import digest, fit_recipient, fit_sign_key, sign, verified
from dubu_desktop.system.randomness import Randomness

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def low_order_encodings() -> list[bytes]:
    """Every encoding of a point of order 1, 2, 4 or 8, non-canonical ones included, from the curve equation."""
    found = set()
    # x of an order-8 point: 8P = 0 <=> (2P) has order 4 <=> y(2P) = 0 <=> y^2 = -x^2 with the curve equation.
    ys = {0, 1, P - 1}
    root = pow(2, (P - 1) // 4, P)  # sqrt(-1)
    for sign_of_root in (1, -1):
        inner = pow(1 + D, (P + 3) // 8, P)
        if (inner * inner - 1 - D) % P:
            inner = inner * root % P
        square = (-1 + sign_of_root * inner) * pow(D, -1, P) % P
        candidate = pow(square, (P + 3) // 8, P)
        for y in (candidate, candidate * root % P):
            if y * y % P == square:
                ys |= {y, P - y}
    for y in ys:
        for value in (y, y + P):
            if value < 2**255:
                found |= {(value | top << 255).to_bytes(32, "little") for top in (0, 1)}
    return sorted(found)


class Held(Randomness):
    """Randomness that begins with zeros."""

    def __init__(self) -> None:
        self.given = [bytes(8)]

    def bytes(self, n: int) -> bytes:
        return self.given.pop() if self.given else b"\x07" * n


def test_a_new_identity_signs_and_opens_and_hides_its_secrets() -> None:
    identity = new_identity(Randomness())
    public = identity.public
    public.require_fit()
    message = digest("test", b"a")
    assert verified(public.sign_public, sign(identity.sign_private, message), message)
    secret = pyrage.encrypt(b"x", [pyrage.x25519.Recipient.from_str(public.age_recipient)])
    assert pyrage.decrypt(secret, [pyrage.x25519.Identity.from_str(identity.age_identity)]) == b"x"
    assert identity.age_identity not in repr(identity)
    assert identity.sign_private.hex() not in repr(identity)


def test_a_replica_is_never_zero() -> None:
    assert new_identity(Held()).replica == int.from_bytes(b"\x07" * 8, "big")


def test_incarnations_rise_above_everything_heard() -> None:
    first = next_incarnation(5, 0, Randomness())
    second = next_incarnation(5, 9, Randomness())
    assert (first.replica, first.counter, second.counter) == (5, 1, 10)
    assert len({next_incarnation(5, 0, Randomness()).nonce for _ in range(8)}) == 8


def test_a_bad_age_identity_is_named_without_quoting_it() -> None:
    with pytest.raises(ValueError, match="not an age") as caught:
        recipient_of("AGE-SECRET-KEY-1NOTAKEY")
    assert "NOTAKEY" not in str(caught.value)


def test_digests_tell_splits_and_purposes_apart() -> None:
    assert digest("a", b"xy", b"z") != digest("a", b"x", b"yz")
    assert digest("a", b"xy") != digest("a", b"xy", b"")
    assert digest("a", b"xy") != digest("b", b"xy")


@pytest.mark.parametrize("key", low_order_encodings(), ids=lambda key: key[:3].hex())
def test_low_order_signing_keys_are_unfit(key: bytes) -> None:
    assert not fit_sign_key(key)


def test_there_are_as_many_low_order_encodings_as_known() -> None:
    """libsodium lists 7 up to the sign bit: y = 0, 1, -1, two of order 8, and the non-canonical p and p + 1."""
    assert len(low_order_encodings()) == 14


def test_without_the_check_a_low_order_key_would_verify_anything() -> None:
    """Shows that the check is needed: OpenSSL itself accepts this."""
    identity_point = b"\x01" + bytes(31)
    Ed25519PublicKey.from_public_bytes(identity_point).verify(identity_point + bytes(32), b"whatever")
    assert not verified(identity_point, identity_point + bytes(32), b"whatever")


def test_wrong_lengths_are_unfit() -> None:
    assert not fit_sign_key(b"")
    assert not fit_sign_key(bytes(33))
    key = new_identity(Randomness())
    message = digest("test")
    assert not verified(key.public.sign_public, b"", message)
    assert not verified(key.public.sign_public, bytes(64), message)


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "age1",
        "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",  # u = 0
        "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",  # u = 1
        "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9",  # order 8
        "ssh-ed25519 AAAA",
    ],
)
def test_unfit_recipients(recipient: str) -> None:
    assert not fit_recipient(recipient)


def test_a_recipient_in_another_spelling_is_unfit() -> None:
    recipient = new_identity(Randomness()).public.age_recipient
    assert fit_recipient(recipient)
    assert not fit_recipient(recipient.upper())
    assert not fit_recipient(recipient[:-1] + ("q" if recipient[-1] != "q" else "p"))


def test_unfit_public_identities_are_refused() -> None:
    good = new_identity(Randomness()).public
    for bad in (
        PublicIdentity(0, good.sign_public, good.age_recipient),
        PublicIdentity(good.replica, bytes(32), good.age_recipient),
        PublicIdentity(good.replica, good.sign_public, "age1"),
    ):
        with pytest.raises(DubuError, match="D-239"):
            bad.require_fit()
