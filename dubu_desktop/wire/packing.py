"""MessagePack for small signed structures: strict on the way in, one kind of failure.

Only closed `msgspec.Struct` types are decoded here, so depth and shape are bounded by the type itself; what is signed
is always the bytes as received, never a re-encoding (no decoder rejects every second spelling of one value).
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")


def pack(value: Any) -> bytes:
    """The MessagePack bytes of a Struct (or of plain ints, bytes, str and lists of them)."""
    return msgspec.msgpack.encode(value)


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind, strict=True)


def unpack(kind: type[T], data: bytes, *, max_bytes: int) -> T:
    """The value of type `kind` in `data`; ValueError when it is longer than `max_bytes` bytes or not exactly that type.

    Everything a parser may throw at hostile bytes (wrong type, truncation, trailing bytes, bad UTF-8, nesting deeper
    than the interpreter allows) becomes ValueError, so that callers need to know one class only (T15, T16).
    """
    if len(data) > max_bytes:
        raise ValueError(f"{len(data)} bytes, at most {max_bytes} allowed")
    try:
        value: T = _decoder(cast(Any, kind)).decode(data)
    except (ValueError, RecursionError, OverflowError) as error:
        raise ValueError(f"not a {kind.__name__}: {type(error).__name__}") from error
    return value
