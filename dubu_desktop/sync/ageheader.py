"""The age header is looked at before the age library sees it (T33, age-encryption.org/v1).

Exactly one X25519 recipient and nothing that costs work: a scrypt stanza alone can keep a laptop busy for minutes.
"Grease" stanzas, which age writers add so that readers stay tolerant, are allowed; they are ignored by everybody.
"""

from __future__ import annotations

from typing import Protocol

from dubu_desktop.errors import DubuError

MAX_HEADER = 8192
_INTRO = b"age-encryption.org/v1"
_MAX_STANZAS = 32
# The nonce of the payload and the tag of an empty chunk. A stream cut within them would come out of the age library as
# the same exception class as a wrong key.
_SHORTEST_PAYLOAD = 16 + 16


class _Readable(Protocol):
    def read(self, count: int, /) -> bytes: ...


def checked_header(source: _Readable) -> bytes:
    """Read the head of an age stream and return what was read (the header and some bytes after it).

    DubuError D-204 if it is none, is cut off before the first encrypted byte, or does not end within 8 KiB (a damaged
    end line looks like that: to ask for smaller bundles would lead nowhere), D-213 if it holds anything but one X25519
    stanza and grease.
    """
    held = b""
    while (end := _end_of_header(held)) is None:
        if len(held) >= MAX_HEADER:
            raise DubuError("D-204")
        piece = source.read(MAX_HEADER - len(held))
        if not piece:
            raise DubuError("D-204")
        held += piece
    while len(held) < end + 1 + _SHORTEST_PAYLOAD:
        piece = source.read(_SHORTEST_PAYLOAD)
        if not piece:
            raise DubuError("D-204")
        held += piece
    kinds = _stanza_kinds(held[:end])
    others = [kind for kind in kinds if not kind.endswith(b"-grease")]
    if others != [b"X25519"] or len(kinds) > _MAX_STANZAS:
        raise DubuError("D-213")
    return held


def _end_of_header(held: bytes) -> int | None:
    if not held.startswith((_INTRO + b"\n")[: len(held)]):
        raise DubuError("D-204")
    mac = held.find(b"\n--- ")
    end = held.find(b"\n", mac + 1) if mac >= 0 else -1
    return end if end >= 0 else None


def _stanza_kinds(header: bytes) -> list[bytes]:
    kinds = []
    for line in header.split(b"\n"):
        if line.startswith(b"->"):
            words = line.split(b" ")
            if words[0] != b"->" or len(words) < 2:
                raise DubuError("D-204")
            kinds.append(words[1])
    return kinds
