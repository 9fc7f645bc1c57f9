"""The keys of a workspace and the file they lie in.

`workspace.key` is plain JSON without a secret in clear. It holds two sealed copies of the random *data key*, one under
Argon2id(password), one under Argon2id(recovery code), and one sealed copy of the *vault key*, under the password only:
the vault key seals the signing identity, which the recovery code must never open (sync.md §3.12, reliability.md T01,
T02). Changing the password rewrites this small file, not the database.
"""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dubu_desktop import __version__
from dubu_desktop.errors import DubuError
from dubu_desktop.system import codes, files
from dubu_desktop.system.randomness import Randomness

FORMAT = 1
KEY_BYTES = 32
MINIMUM_PASSWORD = 8
RECOVERY_GROUPS = 7
RECOVERY_GROUP_LETTERS = 4  # drawn; a fifth is the check letter. 28 letters x 4.95 bits = 138 bits
_SALT_BYTES, _NONCE_BYTES, _TAG_BYTES = 16, 12, 16


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess of a password costs (Argon2id, RFC 9106)."""

    memory_kib: int
    passes: int
    lanes: int


# reliability.md T02: at least 64 MiB and 3 passes. Looked up when keys are made, so that tests may make cheap ones.
STANDARD_COST = Cost(memory_kib=64 * 1024, passes=3, lanes=1)
# A key file is not trusted: a forged cost must not eat the machine.
_HIGHEST_COST = Cost(memory_kib=1024 * 1024, passes=32, lanes=16)


@dataclass(frozen=True, slots=True)
class Slot:
    """One sealed secret: which words open it, at what cost, and the ciphertext."""

    cost: Cost
    salt: bytes
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What stands in `workspace.key`. `made_with` is the program's version, named when a newer format is refused."""

    password: Slot
    recovery: Slot
    format: int = FORMAT
    made_with: str = __version__

    def to_bytes(self) -> bytes:
        """The JSON text, with a checksum that tells damage from a wrong password."""
        body = {
            "format": self.format,
            "made_with": self.made_with,
            "password": _slot_to_json(self.password),
            "recovery": _slot_to_json(self.recovery),
        }
        return json.dumps({**body, "check": _checksum(body)}, indent=1).encode("ascii") + b"\n"

    def save(self, path: Path) -> None:
        """Write it atomically; raises D-6xx with the old file intact."""
        files.write_atomic(path, self.to_bytes())


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """The opened keys. `vault_key` is None when the recovery code opened them: data readable, no identity."""

    data_key: bytes
    vault_key: bytes | None

    def __repr__(self) -> str:
        return f"Secrets(data_key=…, vault_key={'…' if self.vault_key else None})"

    @property
    def database_key(self) -> bytes:
        """SQLCipher's raw key, 32 bytes."""
        return _subkey(self.data_key, b"database")

    @property
    def blob_key(self) -> bytes:
        """Encrypts the evidence files."""
        return _subkey(self.data_key, b"blob content")

    @property
    def blob_name_key(self) -> bytes:
        """Keys the hash that names the evidence files."""
        return _subkey(self.data_key, b"blob name")

    @property
    def archive_key(self) -> bytes:
        """Encrypts the archives of old segments."""
        return _subkey(self.data_key, b"archive content")

    @property
    def archive_name_key(self) -> bytes:
        """Keys the hash that names the archives."""
        return _subkey(self.data_key, b"archive name")

    @property
    def draft_key(self) -> bytes:
        """Seals drafts kept outside the database."""
        return _subkey(self.data_key, b"draft")


def new_recovery_code(randomness: Randomness) -> str:
    """A fresh code to print: seven groups of five letters, the fifth of each a check letter, joined by dashes."""
    groups = []
    for place in range(RECOVERY_GROUPS):
        drawn = codes.draw(randomness, RECOVERY_GROUP_LETTERS)
        groups.append(drawn + codes.check_letter(drawn, place))
    return "-".join(groups)


def create_keys(password: str, recovery_code: str, randomness: Randomness | None = None) -> tuple[KeyFile, Secrets]:
    """New random keys, sealed under both. Raises D-105 (password too short), D-104 (code mistyped)."""
    random = randomness or Randomness()
    check_password(password)
    secrets = Secrets(random.bytes(KEY_BYTES), random.bytes(KEY_BYTES))
    return KeyFile(_password_slot(secrets, password, random), _recovery_slot(secrets, recovery_code, random)), secrets


def load_keyfile(path: Path) -> KeyFile:
    """Read `workspace.key`. Raises D-106 (missing or damaged), D-109 (made by a newer program)."""
    try:
        body = json.loads(path.read_bytes())
        if body["format"] > FORMAT:
            raise DubuError("D-109", version=str(body["made_with"])[:20])
        check = body.pop("check")
        keyfile = KeyFile(
            _slot_from_json(body["password"]), _slot_from_json(body["recovery"]), body["format"], body["made_with"]
        )
        sound = check == _checksum(body)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DubuError("D-106", path=str(path)) from error
    if not sound:
        raise DubuError("D-106", path=str(path))
    return keyfile


def unlock(keyfile: KeyFile, password: str) -> Secrets:
    """Open with the password. Raises D-103."""
    opened = _open(keyfile.password, _text(password), b"password")
    if opened is None:
        raise DubuError("D-103")
    return Secrets(opened[:KEY_BYTES], opened[KEY_BYTES:])


def unlock_with_recovery(keyfile: KeyFile, code: str) -> Secrets:
    """Open the data, not the identity, with the printed code. Raises D-104."""
    opened = _open(keyfile.recovery, _recovery_letters(code), b"recovery")
    if opened is None:
        raise DubuError("D-104", detail="与这个工作区不符")
    return Secrets(opened, None)


def change_password(keyfile: KeyFile, old: str, new: str, randomness: Randomness | None = None) -> KeyFile:
    """The same keys under a new password; the recovery code goes on working. Raises D-103, D-105."""
    check_password(new)
    slot = _password_slot(unlock(keyfile, old), new, randomness or Randomness())
    return replace(keyfile, password=slot, made_with=__version__)


def change_recovery_code(
    keyfile: KeyFile, secrets: Secrets, code: str, randomness: Randomness | None = None
) -> KeyFile:
    """The same keys under a new recovery code; the old printout opens nothing more. Raises D-104 (code mistyped)."""
    return replace(keyfile, recovery=_recovery_slot(secrets, code, randomness or Randomness()), made_with=__version__)


def reset_with_recovery(
    keyfile: KeyFile, code: str, new_password: str, randomness: Randomness | None = None
) -> tuple[KeyFile, Secrets]:
    """Put a new password on a copy whose old one is lost.

    The vault key is a new one: the old signing identity stays shut for ever, and the copy must be enrolled anew before
    it can write (issue 2, `recover`). Raises D-104, D-105.
    """
    random = randomness or Randomness()
    check_password(new_password)
    secrets = replace(unlock_with_recovery(keyfile, code), vault_key=random.bytes(KEY_BYTES))
    return replace(keyfile, password=_password_slot(secrets, new_password, random), made_with=__version__), secrets


def check_password(password: str) -> None:
    """Raise D-105 when it is shorter than eight characters (after NFKC)."""
    if len(_text(password)) < MINIMUM_PASSWORD:
        raise DubuError("D-105", minimum=MINIMUM_PASSWORD)


def seal(key: bytes, plain: bytes, purpose: bytes, randomness: Randomness | None = None) -> bytes:
    """Seal a small secret (an identity, a draft) under a 32-byte key, bound to `purpose`; nonce first."""
    nonce = (randomness or Randomness()).bytes(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, plain, purpose)


def open_sealed(key: bytes | None, sealed: bytes, purpose: bytes) -> bytes:
    """The inverse of `seal`. Raises D-116 when `key` is None (opened by the recovery code) or another key."""
    if key is None or len(sealed) < _NONCE_BYTES + _TAG_BYTES:
        raise DubuError("D-116")
    try:
        return ChaCha20Poly1305(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose)
    except InvalidTag as error:
        raise DubuError("D-116") from error


def _text(password: str) -> bytes:
    """NFKC: the same password typed full-width or in another composition opens too."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", errors="surrogatepass")


def _recovery_letters(code: str) -> bytes:
    """The 35 letters of a typed code, each group checked; raises D-104 naming the group that is wrong."""
    letters = codes.normalise(code)
    size = RECOVERY_GROUP_LETTERS + 1
    if len(letters) != RECOVERY_GROUPS * size:
        raise DubuError("D-104", detail=f"应有{RECOVERY_GROUPS * size}个字母和数字，现在是{len(letters)}个")
    for place in range(RECOVERY_GROUPS):
        group = letters[place * size : (place + 1) * size]
        known = all(letter in codes.ALPHABET for letter in group)
        if not known or codes.check_letter(group[:-1], place) != group[-1]:
            raise DubuError("D-104", detail=f"第{place + 1}组有误")
    return letters.encode("ascii")


def _password_slot(secrets: Secrets, password: str, randomness: Randomness) -> Slot:
    vault_key = secrets.vault_key or randomness.bytes(KEY_BYTES)
    return _seal(secrets.data_key + vault_key, _text(password), b"password", randomness)


def _recovery_slot(secrets: Secrets, code: str, randomness: Randomness) -> Slot:
    return _seal(secrets.data_key, _recovery_letters(code), b"recovery", randomness)


def _seal(plain: bytes, words: bytes, name: bytes, randomness: Randomness) -> Slot:
    cost, salt, nonce = STANDARD_COST, randomness.bytes(_SALT_BYTES), randomness.bytes(_NONCE_BYTES)
    key = _derive(words, salt, cost)
    return Slot(cost, salt, nonce, ChaCha20Poly1305(key).encrypt(nonce, plain, _purpose(name, cost)))


def _open(slot: Slot, words: bytes, name: bytes) -> bytes | None:
    key = _derive(words, slot.salt, slot.cost)
    try:
        return ChaCha20Poly1305(key).decrypt(slot.nonce, slot.sealed, _purpose(name, slot.cost))
    except InvalidTag:
        return None


def _derive(words: bytes, salt: bytes, cost: Cost) -> bytes:
    kdf = Argon2id(salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    return kdf.derive(words)


def _purpose(name: bytes, cost: Cost) -> bytes:
    """Bound into the seal: the slot and its cost cannot be exchanged."""
    return b"dubu key 1 %s %d %d %d" % (name, cost.memory_kib, cost.passes, cost.lanes)


def _subkey(data_key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"dubu workspace 1 " + purpose).derive(data_key)


def _checksum(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode("ascii")).hexdigest()


def _slot_to_json(slot: Slot) -> dict[str, Any]:
    return {
        "kdf": "argon2id",
        "memory_kib": slot.cost.memory_kib,
        "passes": slot.cost.passes,
        "lanes": slot.cost.lanes,
        "salt": base64.b64encode(slot.salt).decode("ascii"),
        "nonce": base64.b64encode(slot.nonce).decode("ascii"),
        "sealed": base64.b64encode(slot.sealed).decode("ascii"),
    }


def _slot_from_json(body: dict[str, Any]) -> Slot:
    cost = Cost(int(body["memory_kib"]), int(body["passes"]), int(body["lanes"]))
    within = (
        8 * cost.lanes <= cost.memory_kib <= _HIGHEST_COST.memory_kib
        and 1 <= cost.passes <= _HIGHEST_COST.passes
        and 1 <= cost.lanes <= _HIGHEST_COST.lanes
    )
    salt, nonce, sealed = (base64.b64decode(body[name], validate=True) for name in ("salt", "nonce", "sealed"))
    if not within or body["kdf"] != "argon2id" or len(nonce) != _NONCE_BYTES or len(salt) != _SALT_BYTES:
        raise ValueError("key slot out of bounds")
    return Slot(cost, salt, nonce, sealed)
