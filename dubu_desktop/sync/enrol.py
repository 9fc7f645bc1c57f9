"""How a new laptop and the office come to know each other's keys: a starter file and a code on paper (sync.md §3.12).

The office makes both; the file travels on a stick, the code on paper. Whoever has both becomes the group's laptop, so
the office learns at once when a second one tries. The file alone is worth about 2^58 Argon2id runs.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from dubu_desktop.domain.ops import Actor
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.frames import PREAMBLE
from dubu_desktop.sync.identity import Identity, PublicIdentity
from dubu_desktop.sync.papercode import code_letters, new_code
from dubu_desktop.sync.roles import OFFICE_ROLE, base_of
from dubu_desktop.sync.signing import SIGNATURE_SIZE, digest, sign, verified
from dubu_desktop.system.randomness import Randomness
from dubu_desktop.wire.messages import Reg, StarterBody
from dubu_desktop.wire.packing import pack, unpack

STARTER_MAGIC = b"DUBU-STARTER"
#: 2 added the starter of another computer of the office, which a reader of 1 would take for a group's
STARTER_FORMAT = 2
_GROUP_STARTER, _OFFICE_STARTER = 1, 2
MAX_STARTER = 1024 * 1024
MAX_REG = 8192

_STARTER_DOMAIN = "dubu starter v1"
_REG_DOMAIN = "dubu reg v1"
# One key seals one message only (the salt is random), so the nonce need not vary.
_NONCE = bytes(12)
_EID_SIZE = 16
_MAC_SIZE = 32

_KDF_LANES = 1
_KDF_PASSES = 3
_KDF_MEMORY_KIB = 64 * 1024


@dataclass(frozen=True, slots=True)
class Starter:
    """What enrolling makes: the file, the code as printed, and what the office keeps until a laptop has answered."""

    file: bytes = field(repr=False)
    code: str = field(repr=False)
    eid: bytes
    #: to be kept encrypted, and deleted in the transaction that takes the laptop into the roster
    register_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedStarter:
    """A starter a laptop has opened: who its office is and which group it becomes."""

    eid: bytes
    body: StarterBody
    register_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the office holds of one starter: the register key while it is open, the laptop that answered after."""

    register_key: bytes | None = field(repr=False)
    bound: Reg | None = None


@dataclass(frozen=True, slots=True)
class CheckedReg:
    """A registration that holds; `known` says that this very laptop was taken in before (nothing is to be done)."""

    reg: Reg
    known: bool

    @property
    def identity(self) -> PublicIdentity:
        """The laptop's keys, for its roster entry."""
        return PublicIdentity(self.reg.replica, self.reg.sign_public, self.reg.age_recipient)


def make_starter(body: StarterBody, *, sign_private: bytes, randomness: Randomness) -> Starter:
    """Draw a code and seal `body` under it, signed with the office's key (the one named in `body`)."""
    eid = randomness.bytes(_EID_SIZE)
    code = new_code(randomness)
    seal_key, register_key = _keys(code_letters(code), eid)
    plain = pack(body)
    plain += sign(sign_private, digest(_STARTER_DOMAIN, eid, plain))
    needs = _OFFICE_STARTER if base_of(body.role) == OFFICE_ROLE else _GROUP_STARTER
    clear = PREAMBLE.pack(STARTER_MAGIC, needs, needs) + eid
    return Starter(clear + ChaCha20Poly1305(seal_key).encrypt(_NONCE, plain, clear), code, eid, register_key)


def open_starter(file: bytes, code: str) -> OpenedStarter:
    """Open a starter with the code as typed; takes about 0.2 s and 64 MiB.

    DubuError D-230…D-232 for a mistyped code, D-233 if the file is no starter, D-205 if it is of a newer format, D-234
    if the code does not open it (wrong code, or the file was altered: they cannot be told apart), D-203 if the
    office's signature inside does not hold, D-239 for unfit keys.
    """
    letters = code_letters(code)
    head = PREAMBLE.size + _EID_SIZE
    if len(file) < head or len(file) > MAX_STARTER or not file.startswith(STARTER_MAGIC):
        raise DubuError("D-233")
    _, file_format, min_reader = PREAMBLE.unpack_from(file)
    if min_reader > STARTER_FORMAT:
        raise DubuError("D-205", need=f"第{file_format}版开通文件", program="更高版本")
    clear, eid = file[:head], file[PREAMBLE.size : head]
    seal_key, register_key = _keys(letters, eid)
    try:
        plain = ChaCha20Poly1305(seal_key).decrypt(_NONCE, file[head:], clear)
    except InvalidTag as error:
        raise DubuError("D-234") from error
    packed, signature = plain[:-SIGNATURE_SIZE], plain[-SIGNATURE_SIZE:]
    try:
        body = unpack(StarterBody, packed, max_bytes=MAX_STARTER)
    except ValueError as error:
        raise DubuError("D-233") from error
    if not verified(body.office_sign_public, signature, digest(_STARTER_DOMAIN, eid, packed)):
        raise DubuError("D-203")
    office = Actor.from_bytes(body.office)
    PublicIdentity(office.replica, body.office_sign_public, body.office_age_recipient).require_fit()
    return OpenedStarter(eid, body, register_key)


def make_reg(starter: OpenedStarter, *, identity: Identity, actor: Actor, label: str) -> bytes:
    """The laptop's registration, for `Head.reg` of its bundles until a roster names it; `label` names the laptop."""
    public = identity.public
    body = pack(
        Reg(
            eid=starter.eid,
            workspace=starter.body.workspace,
            office_sign_public=starter.body.office_sign_public,
            actor=actor.to_bytes(),
            sign_public=public.sign_public,
            age_recipient=public.age_recipient,
            label=label,
        )
    )
    mac = _mac(starter.register_key, body)
    return body + mac + sign(identity.sign_private, digest(_REG_DOMAIN, body, mac))


def check_reg(
    raw: bytes,
    *,
    workspace: bytes,
    office_sign_public: bytes,
    enrolment_of: Callable[[bytes], Enrolment | None],
    key_of_replica: Callable[[int], bytes | None],
) -> CheckedReg:
    """Office side: verify a registration against the starter it answers.

    `enrolment_of(eid)` is what the office holds of that starter, `key_of_replica` the signing key the roster already
    has for a replica (None if it is new). DubuError D-204 malformed, D-207 other workspace or office, D-237 starter
    unknown, D-235 not made with the paper code or not signed by its own key, D-236 the starter was used by another
    laptop (both are named) or the replica number belongs to other keys, D-239 unfit keys.
    """
    if len(raw) > MAX_REG:
        raise DubuError("D-204")
    body, mac, signature = (
        raw[: -_MAC_SIZE - SIGNATURE_SIZE],
        raw[-_MAC_SIZE - SIGNATURE_SIZE : -SIGNATURE_SIZE],
        raw[-SIGNATURE_SIZE:],
    )
    try:
        reg = unpack(Reg, body, max_bytes=MAX_REG)
    except ValueError as error:
        raise DubuError("D-204") from error
    if reg.workspace != workspace or reg.office_sign_public != office_sign_public:
        raise DubuError("D-207")
    enrolment = enrolment_of(reg.eid)
    if enrolment is None:
        raise DubuError("D-237")
    if not verified(reg.sign_public, signature, digest(_REG_DOMAIN, body, mac)):
        raise DubuError("D-235")
    checked = CheckedReg(reg, known=enrolment.bound is not None)
    checked.identity.require_fit()
    _check_bound(reg, enrolment)
    if enrolment.register_key is not None and not hmac.compare_digest(mac, _mac(enrolment.register_key, body)):
        raise DubuError("D-235")
    if key_of_replica(reg.replica) not in (None, reg.sign_public):
        raise DubuError("D-236", one="已登记的电脑", other=_named(reg))
    return checked


def _check_bound(reg: Reg, enrolment: Enrolment) -> None:
    bound = enrolment.bound
    if bound is None:
        # Neither open nor answered: the office withdrew it.
        if enrolment.register_key is None:
            raise DubuError("D-237")
        return
    same = (bound.replica, bound.sign_public, bound.age_recipient) == (reg.replica, reg.sign_public, reg.age_recipient)
    if not same:
        raise DubuError("D-236", one=_named(bound), other=_named(reg))


def _named(reg: Reg) -> str:
    return f"{clean_line(reg.label) or '未命名'}（{reg.sign_public.hex()[:8]}）"


def _mac(register_key: bytes, body: bytes) -> bytes:
    return hmac.digest(register_key, _REG_DOMAIN.encode("ascii") + b"\0" + body, "sha256")


def _keys(letters: str, eid: bytes) -> tuple[bytes, bytes]:
    """Seal key and register key of a code; about 0.2 s and 64 MiB by design."""
    kdf = Argon2id(salt=eid, length=32, iterations=_KDF_PASSES, lanes=_KDF_LANES, memory_cost=_KDF_MEMORY_KIB)
    stretched = kdf.derive(letters.encode("ascii"))
    seal = HKDFExpand(SHA256(), 32, b"dubu starter seal v1").derive(stretched)
    register = HKDFExpand(SHA256(), 32, b"dubu register v1").derive(stretched)
    return seal, register
