"""What fuzzing calls (fuzz.py): everything that reads bytes of others after they were decrypted.

A bundle's plaintext (frames under any FOOT: hash and signature are taken for right, so that what lies behind them is
reached), bodies of both codecs, bases, the age header. Only a refusal by name may come out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pyrage
import pytest

from dubu_desktop.errors import DubuError
from dubu_desktop.sync import reading, segments
from dubu_desktop.sync.ageheader import checked_header
from dubu_desktop.sync.frames import PREAMBLE, FrameType
from dubu_desktop.wire.bodies import READABLE, raws_in
from dubu_desktop.wire.codec import CODEC_ROWS, decode_facts, decode_op, decode_rows
from tests.faults.downward import BASE, Down
from tests.faults.quarry import Quarry

Target = Callable[[bytes], None]


class Targets:
    """The readers, each taking bytes; a first byte says which."""

    def __init__(self, q: Quarry) -> None:
        self.q, self.down = q, Down(q)
        self.all: list[Target] = [self.up, self.downward, self.columns, self.rows, self.op, self.base, self.header]
        self.office, self.group = q.office_reads(), self.down.group_reads()

    def one(self, data: bytes) -> None:
        """Read as the first byte says; anything but a refusal is raised."""
        if data:
            try:
                self.all[data[0] % len(self.all)](data[1:])
            except (DubuError, ValueError) as error:
                # the net under the reader turns every surprise into a refusal: too little memory is none
                if isinstance(error.__cause__, MemoryError):
                    raise error.__cause__ from error

    def up(self, data: bytes) -> None:
        """A plaintext for the office."""
        _read(self.q.up[: PREAMBLE.size] + data, self.office)

    def downward(self, data: bytes) -> None:
        """A plaintext for the group."""
        _read(self.q.down[: PREAMBLE.size] + data, self.group)

    def columns(self, data: bytes) -> None:
        """A body in columns."""
        for raw in raws_in(data, max(READABLE), self.q.group, 1):
            decode_op(raw, self.q.group)

    def rows(self, data: bytes) -> None:
        """A body in rows."""
        for raw in decode_rows(data, CODEC_ROWS):
            decode_op(raw, self.q.group)

    def op(self, data: bytes) -> None:
        """One op."""
        decode_op(data, self.q.group)

    def base(self, data: bytes) -> None:
        """One base."""
        decode_facts(data)

    def header(self, data: bytes) -> None:
        """What stands before anything is decrypted."""
        checked_header(io.BytesIO(data))

    def seeds(self) -> Iterator[bytes]:
        """Honest bytes for each."""
        for n, (file, identity) in enumerate(
            ((self.q.up, self.q.office_identity), (self.q.down, self.q.group_identity))
        ):
            plain = pyrage.decrypt(file[PREAMBLE.size :], [pyrage.x25519.Identity.from_str(identity)])
            yield bytes([n]) + bytes(plain)
        for segment in self.q.segments:
            yield bytes([2 if segment.codec != CODEC_ROWS else 3]) + segment.body
            yield from (bytes([4]) + row for row in segment.rows[:20])
        for frame in self.down.frames:
            if frame.type == FrameType.BASE:
                yield from (bytes([5]) + row for row in decode_rows(frame.payload[BASE.size : -64], CODEC_ROWS)[:20])
        yield bytes([6]) + self.q.up[PREAMBLE.size : PREAMBLE.size + 400]


def _read(data: bytes, who: Any) -> None:
    for frame in reading.read_bundle(io.BytesIO(data), who):
        if isinstance(frame, segments.Segment):
            for raw in raws_in(frame.body, frame.codec, frame.actor, frame.first_seq):
                decode_op(raw, frame.actor)


def plainly(patch: pytest.MonkeyPatch) -> None:
    """Nothing is decrypted, every signature and hash holds: fuzzing would get no further otherwise."""
    patch.setattr(reading, "checked_header", lambda _source: b"")
    patch.setattr(reading, "decrypted", _as_it_is)
    for module in (reading, segments):
        patch.setattr(module, "verified", lambda *_told: True)


def _as_it_is(source: Any, _identity: str) -> Iterator[bytes]:
    while piece := source.read(65_536):
        yield piece
