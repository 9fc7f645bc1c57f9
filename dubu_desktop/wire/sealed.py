"""The fixed header of a sealed segment: where its body begins, for those who keep it and for those who sign it."""

from __future__ import annotations

import struct

# version, actor, number, previous hash, actor it continues from, first seq, last seq, codec, body length
SEGMENT = struct.Struct(">B16sQ32s16sQQHI")


def segment_body(sealed: bytes) -> tuple[int, int, memoryview]:
    """(codec, running number of the first op, body) of a segment out of one's own store, where it was verified."""
    *_, first, _last, codec, length = SEGMENT.unpack_from(sealed)
    return codec, first, memoryview(sealed)[SEGMENT.size : SEGMENT.size + length]


def previous(sealed: bytes) -> bytes:
    """The hash that such a segment names as its predecessor's."""
    return bytes(SEGMENT.unpack_from(sealed)[3])
