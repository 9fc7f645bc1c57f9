"""How much of a write-ahead log SQLite takes: the frames up to the last whole transaction, and nothing behind them.

From SQLite's file format, "The Write-Ahead Log" (sqlite.org/fileformat2.html §4): a frame counts when its salts are the
header's and its checksum goes on from the frame before; the first that does not ends the log; frames after the last one
that commits are left out. Two logs that are the same up to there are one log to SQLite.
"""

from __future__ import annotations

import hashlib
import struct

HEADER, FRAME = 32, 24
MAGIC = 0x377F0682

Sum = tuple[int, int]


class Reader:
    """Reads logs; frames met before are not summed again."""

    def __init__(self) -> None:
        self._met: dict[tuple[Sum, bytes], Sum] = {}

    def taken(self, log: bytes) -> bytes:
        """The beginning of a log that SQLite goes by; empty when it goes by none of it."""
        if len(log) < HEADER:
            return b""
        magic, _, page, _, salt_1, salt_2, sum_1, sum_2 = struct.unpack(">8I", log[:HEADER])
        if magic & ~1 != MAGIC:
            return b""
        order = ">" if magic & 1 else "<"
        so_far = _sum(order, (0, 0), log[: HEADER - 8])
        if so_far != (sum_1, sum_2):
            return b""
        end = at = HEADER
        while at + FRAME + page <= len(log):
            number, commits, *rest = struct.unpack(">6I", log[at : at + FRAME])
            so_far = self._after(order, so_far, log[at : at + 8] + log[at + FRAME : at + FRAME + page])
            if number == 0 or rest != [salt_1, salt_2, *so_far]:
                break
            at += FRAME + page
            if commits:
                end = at
        return log[:end] if end > HEADER else b""

    def _after(self, order: str, before: Sum, frame: bytes) -> Sum:
        name = before, hashlib.blake2b(frame, digest_size=16).digest()
        if name not in self._met:
            self._met[name] = _sum(order, before, frame)
        return self._met[name]


def _sum(order: str, before: Sum, data: bytes) -> Sum:
    """SQLite's checksum of words in the byte order `order`, going on from `before`."""
    one, two = before
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two
