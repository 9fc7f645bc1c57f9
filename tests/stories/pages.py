"""Every page of an encrypted database and of its write-ahead log, decrypted: what a thief with the key would find.

SQLCipher 4: AES-256-CBC per page, the last 80 bytes of a page are the initialisation vector and an HMAC; of page 1 the
first 16 bytes are the salt. Free pages and the unused parts of pages are in here as well, which no query ever shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from dubu_desktop.actions.house import House
from dubu_desktop.db.driver import PAGE_BYTES

_RESERVED, _IV, _SALT = 80, 16, 16
_WAL_HEADER, _FRAME_HEADER = 32, 24


def every_page(house: House) -> bytes:
    """All decrypted pages of the workspace's database file, one after the other, then those of its log."""
    path, key = house.ws.folder.database, house.ws.secrets.database_key
    pages = list(_of_file(path, key))
    assert pages[0][: 16 + 8].startswith(b"\0" * _SALT + PAGE_BYTES.to_bytes(2, "big")), "the key does not open it"
    log = path.with_name(path.name + "-wal")
    if log.exists():
        pages += _of_log(log, key)
    return b"".join(pages)


def _of_file(path: Path, key: bytes) -> Iterator[bytes]:
    raw = path.read_bytes()
    for at in range(0, len(raw), PAGE_BYTES):
        yield _opened(raw[at : at + PAGE_BYTES], key, first=at == 0)


def _of_log(path: Path, key: bytes) -> Iterator[bytes]:
    raw = path.read_bytes()[_WAL_HEADER:]
    for at in range(0, len(raw) - PAGE_BYTES, _FRAME_HEADER + PAGE_BYTES):
        number = int.from_bytes(raw[at : at + 4], "big")
        start = at + _FRAME_HEADER
        yield _opened(raw[start : start + PAGE_BYTES], key, first=number == 1)


def _opened(page: bytes, key: bytes, *, first: bool) -> bytes:
    start = _SALT if first else 0
    body, tail = page[start : PAGE_BYTES - _RESERVED], page[PAGE_BYTES - _RESERVED :]
    if not any(body) and not any(tail):
        return page
    plain = Cipher(algorithms.AES(key), modes.CBC(tail[:_IV])).decryptor()
    return b"\0" * start + plain.update(body) + plain.finalize()
