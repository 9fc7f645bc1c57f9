"""The body of a segment, whichever codec it was written with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from dubu_desktop.domain.ops import Actor, Op
from dubu_desktop.wire.blocks import CODEC_COLUMNS, Blocks
from dubu_desktop.wire.blockwriting import encode_blocks
from dubu_desktop.wire.codec import (
    CODEC_ROWS,
    MAX_BODY,
    OP_HEADER,
    decode_op,
    decode_rows,
    encode_op,
    encode_rows,
    op_flags,
)

T = TypeVar("T")

#: codecs this program reads, the best last
READABLE = (CODEC_ROWS, CODEC_COLUMNS)
#: so many ids are no longer looked for one by one
_MANY = 16


def portions(
    items: Sequence[T], size: Callable[[T], int], count: int, most: int | None = None
) -> Iterator[Sequence[T]]:
    """`items` in runs of at most `count`, which weigh at most `most` together; one item alone may weigh more.

    Without `most` a quarter of what a reader takes as one body: it refuses a larger one, so nobody may seal one.
    """
    limit = MAX_BODY // 4 if most is None else most
    start = weight = 0
    for i, item in enumerate(items):
        weight += size(item)
        if i > start and (i - start == count or weight > limit):
            yield items[start:i]
            start, weight = i, size(item)
    if items:
        yield items[start:]


def body_of(raws: Sequence[bytes], actor: Actor, readable: Sequence[int]) -> tuple[bytes, int]:
    """(body, codec) for ops of one author, in order, by the best codec the addressee is known to read.

    Ops that would not come back byte for byte (a newer program wrote them, with more fields) stay as they are, in rows.
    """
    if CODEC_COLUMNS in readable and all(raw.startswith(OP_HEADER) for raw in raws):
        ops = [decode_op(raw, actor) for raw in raws]
        return encode_blocks(ops, [op_flags(raw) for raw in raws]), CODEC_COLUMNS
    return encode_rows(raws), CODEC_ROWS


def ops_in(
    body: bytes | memoryview, codec: int, actor: Actor, first: int, roots: set[bytes] | None = None
) -> Iterator[Op]:
    """The ops of a body in order, or those of `roots`. ValueError when it is none; `first`: their first number."""
    if codec == CODEC_COLUMNS:
        blocks = Blocks(body, actor, first)
        if roots is not None:
            yield from blocks.of_roots(roots)
        else:
            for block in blocks:
                yield from block.ops()
        return
    for raw in decode_rows(bytes(body), codec):
        # the id stands in the bytes as it is: most ops of a segment need not be decoded
        if roots is None or len(roots) > _MANY or any(root in raw for root in roots):
            op = decode_op(raw, actor)
            if roots is None or op.root in roots:
                yield op


def raws_in(body: bytes, codec: int, actor: Actor, first: int) -> list[bytes]:
    """The bytes of every op, each as codec 1 and the journal keep it. ValueError when it is no body."""
    if codec == CODEC_ROWS:
        return decode_rows(body, codec)
    return [encode_op(op) for op in ops_in(body, codec, actor, first)]
