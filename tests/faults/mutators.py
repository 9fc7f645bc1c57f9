"""Ways to spoil a bundle: damage to the file, frames, heads, segments, bodies and ops, signed anew where a key allows.

Every mutator takes the dice and the quarry and gives a `Mutant`. `certain`: no reader may take it (nothing was signed
anew, or a rule of the container is broken). `segments`: what its ops are, where they can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import msgspec
from backports import zstd

from dubu_desktop.domain.ops import Actor
from dubu_desktop.sync.frames import FrameType
from dubu_desktop.wire.bodies import READABLE, body_of
from dubu_desktop.wire.codec import CODEC_ROWS, encode_rows
from tests.faults import opmutators
from tests.faults.quarry import LooseFrame, LooseSegment, Quarry

U63, U64 = 2**63 - 1, 2**64 - 1
#: of bodies spoilt, so many are bombs: each costs as much as a hundred others, and a thousand are as good as all
BOMBS = 0.02
NUMBERS = [0, 1, 2, 3, 7, 8, 255, 256, 65535, 2**31, 2**32 - 1, 2**53, U63, U63 + 1, U64]


@dataclass(frozen=True)
class Mutant:
    """One spoilt bundle."""

    how: str
    data: bytes = field(repr=False)
    certain: bool = False
    segments: tuple[LooseSegment, ...] = ()
    #: whether it is a bundle of the office, for group 01
    down: bool = False


Mutator = Callable[[Random, Quarry], Mutant]


def spoil(dice: Random, raw: bytes, other: bytes = b"") -> tuple[str, bytes]:
    """Bytes damaged somewhere: a bit, a byte, a piece gone, more than there was, a piece of something else."""
    data = bytearray(raw)
    how = dice.choice(["flip", "byte", "cut", "insert", "delete", "splice", "double"])
    spot = dice.randrange(len(data)) if data else 0
    if not data:
        return "insert", dice.randbytes(3)
    if how == "flip":
        data[spot] ^= 1 << dice.randrange(8)
    elif how == "byte":
        data[spot] = dice.choice([0, 1, 127, 128, 255, dice.randrange(256)])
    elif how == "cut":
        del data[spot:]
    elif how == "insert":
        data[spot:spot] = dice.randbytes(dice.choice([1, 2, 4, 100]))
    elif how == "delete":
        del data[spot : spot + dice.choice([1, 2, 4, 16, 200])]
    elif how == "splice" and other:
        start = dice.randrange(len(other))
        piece = other[start : start + dice.choice([4, 16, 64, 500])]
        data[spot : spot + len(piece)] = piece
    else:
        piece = data[spot : spot + dice.choice([1, 6, 32, 300])]
        data[spot:spot] = piece
    return how, bytes(data)


def outer(dice: Random, q: Quarry) -> Mutant:
    """The file as anybody may damage it."""
    source, other = dice.choice([(q.up, q.foreign), (q.up, q.down), (q.up, q.up)])
    how, data = spoil(dice, source, other)
    return Mutant(f"outer {how}", data, certain=data != q.up)


def header(dice: Random, q: Quarry) -> Mutant:
    """The clear start and the age header, where a parser meets bytes that no key has checked."""
    end = q.up.index(b"\n--- ") + 60
    how, data = spoil(dice, q.up[:end], q.foreign[:end])
    return Mutant(f"header {how}", data + q.up[end:], certain=data != q.up[:end])


def plain(dice: Random, q: Quarry) -> Mutant:
    """The plaintext damaged and encrypted again: anybody who knows the office's age recipient can do that."""
    honest = b"".join(f.to_bytes() for f in q.frames)
    how, data = spoil(dice, honest, q.frames[1].payload)
    foot = LooseFrame(FrameType.FOOT, q.file_foot(honest))
    return Mutant(f"plain {how}", q.encrypted(data + foot.to_bytes()), certain=data != honest)


def frames(dice: Random, q: Quarry) -> Mutant:
    """Frames dropped, doubled, moved, lengthened, of other types: under a FOOT that fits."""
    found = list(q.frames)
    how = dice.choice(["drop", "double", "swap", "type", "flags", "length", "spoil", "unknown", "tail", "stranger"])
    i = dice.randrange(len(found))
    tail = b""
    if how == "drop":
        del found[i]
    elif how == "double":
        found.insert(dice.randrange(len(found) + 1), found[i])
    elif how == "swap":
        j = dice.randrange(len(found))
        found[i], found[j] = found[j], found[i]
    elif how == "type":
        found[i] = replace(found[i], type=dice.choice([0, 1, 2, 3, 4, 5, 6, 7, 200, 255]))
    elif how == "flags":
        found[i] = replace(found[i], flags=dice.choice([0, 2, 3, 128, 255]))
    elif how == "length":
        size = len(found[i].payload)
        found[i] = replace(found[i], length=dice.choice([0, 1, size - 1, size + 1, 2**20, 2**26, 2**31, 2**32 - 1]))
    elif how == "spoil":
        found[i] = replace(found[i], payload=spoil(dice, found[i].payload, q.frames[0].payload)[1])
    elif how == "unknown":
        found.insert(
            i,
            LooseFrame(dice.choice([0, 9, 77, 255]), dice.randbytes(dice.choice([0, 5, 3000])), dice.choice([0, 1, 2])),
        )
    elif how == "tail":
        tail = dice.choice([b"\0", b"x" * 40, q.frames[0].to_bytes()])
    elif how == "stranger":
        found[i] = LooseFrame(dice.choice([2, 3, 4]), dice.randbytes(dice.choice([0, 1, 157, 400])))
    return Mutant(f"frames {how}", q.file(found, tail=tail))


def foot(dice: Random, q: Quarry) -> Mutant:
    """A FOOT of another count, hash or recipient, or signed by nobody."""
    how, body = "unsigned", None
    if dice.random() < 0.8:
        tree = [len(q.frames), dice.randbytes(32), ["age1" + "q" * 58]]
        keep = dice.randrange(4)
        honest = q.honest_foot(q.frames)
        for j in range(3):
            if j != keep:
                tree[j] = honest[j]
        if keep == 3:
            tree[dice.randrange(3)] = opmutators.odd(dice)
        how, body = f"field {keep}", tree
    if body is None:
        return Mutant("foot unsigned", q.file(q.frames, signed=False), certain=True)
    raw = msgspec.msgpack.encode(body)
    made = LooseFrame(FrameType.FOOT, raw + q.signed_foot(q.head, raw))
    return Mutant(f"foot {how}", q.file(q.frames, foot=made), certain=body != q.honest_foot(q.frames))


def head(dice: Random, q: Quarry) -> Mutant:
    """A HEAD with other, odd or missing fields, its FOOT signed to fit where it still can be read."""
    tree = msgspec.msgpack.decode(q.frames[0].payload)
    j = dice.randrange(len(tree))
    how = f"field {j}"
    choice = dice.random()
    if choice < 0.15:
        tree = tree[: dice.randrange(len(tree))]
        how = "cut"
    elif choice < 0.25:
        tree.append(opmutators.odd(dice))
        how = "more"
    elif choice < 0.6:
        tree[j] = dice.choice(_likely(dice, q, tree[j]))
    else:
        tree[j] = opmutators.odd(dice)
    raw = msgspec.msgpack.encode(tree)
    try:
        said = msgspec.msgpack.decode(raw, type=type(q.head))
        signed = msgspec.structs.replace(q.head, **{f: getattr(said, f) for f in said.__struct_fields__})
    except (msgspec.MsgspecError, ValueError):
        signed = q.head
    found = [LooseFrame(FrameType.HEAD, raw), *q.frames[1:]]
    return Mutant(f"head {how}", q.file(found, head=signed))


def _likely(dice: Random, q: Quarry, value: Any) -> list[Any]:
    if isinstance(value, bool | int):
        return [*NUMBERS, value + 1, -1]
    if isinstance(value, bytes):
        return [
            b"",
            bytes(len(value)),
            dice.randbytes(len(value)),
            q.group.to_bytes(),
            q.office.to_bytes(),
            value + b"\0",
        ]
    if isinstance(value, str):
        return ["", "x" * 41, "\u202e\u0000", "99.9.9", "第二组"]
    actor = dice.choice([q.office.to_bytes(), q.group.to_bytes(), dice.randbytes(16)])
    n = dice.choice(NUMBERS)
    lists = [
        [], [[]], [[actor, n, dice.randbytes(32)]], [[actor, n, n]], [dice.randbytes(32)] * dice.choice([1, 3, 10_001]),
        [[dice.randbytes(32), n, n, 0, 0]], [[actor + q.group.to_bytes(), n]], [dice.randbytes(200)], value * 2,
    ]  # fmt: skip
    return lists


def segment(dice: Random, q: Quarry) -> Mutant:
    """The fixed header of a segment with other numbers, authors, codecs; signed anew."""
    found = list(q.segments)
    i = dice.randrange(len(found))
    name = dice.choice(["number", "prev", "continues", "first", "last", "codec", "version", "length", "actor", "both"])
    old = found[i]
    if name in ("number", "first", "last"):
        near = getattr(old, name)
        found[i] = replace(old, **{name: dice.choice([*NUMBERS, near - 1, near + 1, near + 5])})
    elif name == "prev":
        found[i] = replace(old, prev=dice.choice([bytes(32), dice.randbytes(32)]))
    elif name == "continues":
        found[i] = replace(old, continues=dice.choice([q.group.to_bytes(), dice.randbytes(16), q.office.to_bytes()]))
    elif name == "codec":
        found[i] = replace(old, codec=dice.choice([0, 1, 2, 3, 7, 65535]))
    elif name == "version":
        found[i] = replace(old, version=dice.choice([0, 2, 255]))
    elif name == "length":
        size = len(old.body)
        found[i] = replace(old, length=dice.choice([0, size - 1, size + 1, 2**32 - 1]))
    elif name == "actor":
        own = q.group
        others = [
            own._replace(counter=own.counter + dice.choice([1, 5, 2**31])),
            own._replace(nonce=own.nonce ^ 1),
            q.office,
        ]
        found[i] = replace(old, actor=dice.choice([*(a.to_bytes() for a in others), dice.randbytes(16)]))
    else:
        found[i] = replace(old, number=old.number + 4, first=old.first + 4, last=old.last + 4)
    made = [LooseFrame(FrameType.SEG, q.sealed(s)) for s in found]
    return Mutant(f"segment {name}", q.file([q.frames[0], *made, *q.frames[1 + len(found) :]]), segments=tuple(found))


def body(dice: Random, q: Quarry) -> Mutant:
    """A segment's compressed body damaged, a bomb, or other MessagePack in it; signed anew."""
    found = list(q.segments)
    i = dice.randrange(len(found))
    rows = list(found[i].rows)
    how = "bomb" if dice.random() < BOMBS else dice.choice(["spoil", "inflated", "tree", "twice", "rows"])
    if how == "spoil":
        raw = spoil(dice, found[i].body, found[1 - i].body)[1]
    elif how == "inflated":
        raw = zstd.compress(spoil(dice, msgspec.msgpack.encode(rows), msgspec.msgpack.encode(rows[:1]))[1], 3)
    elif how == "bomb":
        raw = bomb(dice.choice([1 << 20, 1 << 24, 1 << 28, (1 << 28) + 1, 1 << 30]))
    elif how == "tree":
        raw = zstd.compress(msgspec.msgpack.encode([opmutators.odd(dice) for _ in rows]), 3)
    elif how == "twice":
        raw = encode_rows(rows) + encode_rows(rows)
    else:
        dice.shuffle(rows)
        raw = encode_rows(rows[: dice.randrange(len(rows) + 1)])
    found[i] = replace(found[i], body=raw, codec=dice.choice([found[i].codec, CODEC_ROWS]))
    return Mutant(f"body {how}", q.file([q.frames[0], *q.chained(found), *q.frames[1 + len(found) :]]))


def columns(dice: Random, q: Quarry) -> Mutant:
    """A body in columns with something odd in its tables or in one of its blocks; signed anew."""
    found = [_in_columns(s) for s in q.segments]
    i = dice.randrange(len(found))
    tree = msgspec.msgpack.decode(found[i].body)
    how = "bomb" if dice.random() < BOMBS else dice.choice(["form", "block", "block", "block", "plain", "count"])
    k = dice.randrange(len(tree[2]))
    plain = zstd.decompress(tree[2][k][1])
    if how == "form":
        tree = twisted(dice, tree)
    elif how == "count":
        tree[2][k][0] = dice.choice([0, 1, 5, 4096, 4097, U63, *NUMBERS])
    elif how == "bomb":
        tree[2][k][1] = bomb(dice.choice([1 << 24, 1 << 28]))
    elif how == "plain":
        tree[2][k][1] = zstd.compress(spoil(dice, plain, plain[::-1])[1], 3)
    else:
        block = msgspec.msgpack.decode(plain)
        for _ in range(dice.choice([1, 1, 2])):
            block = twisted(dice, block)
        tree[2][k][1] = zstd.compress(msgspec.msgpack.encode(block), 3)
    found[i] = replace(found[i], body=msgspec.msgpack.encode(tree))
    data = q.file([q.frames[0], *q.chained(found), *q.frames[1 + len(found) :]])
    return Mutant(f"columns {how}", data, segments=tuple(found))


def _in_columns(s: LooseSegment) -> LooseSegment:
    if s.codec != CODEC_ROWS:
        return s
    made, codec = body_of(s.rows, Actor.from_bytes(s.actor), READABLE)
    return replace(s, body=made, codec=codec)


def twisted(dice: Random, tree: Any) -> Any:
    """The tree with one thing in it changed, at any depth."""
    if isinstance(tree, list) and tree and dice.random() < 0.85:
        out = list(tree)
        j = dice.randrange(len(out))
        what = dice.random()
        if what < 0.75:
            out[j] = twisted(dice, out[j])
        elif what < 0.85:
            del out[j]
        elif what < 0.95:
            out.insert(j, out[dice.randrange(len(out))])
        else:
            out = out[::-1]
        return out
    if isinstance(tree, dict) and tree and dice.random() < 0.7:
        key = dice.choice(list(tree))
        return {**tree, key: twisted(dice, tree[key])}
    if isinstance(tree, bytes) and dice.random() < 0.7:
        return spoil(dice, tree, tree[::-1])[1]
    if isinstance(tree, int) and dice.random() < 0.8:
        near = max(-U63, tree - 1), min(U64, tree + 1)  # what MessagePack can say at all
        return dice.choice([*near, 0, -1, 2, 3, 255, 2**31, U63, U64, -U63])
    return opmutators.odd(dice)


_bombs: dict[int, bytes] = {}


def bomb(size: int) -> bytes:
    """So many zero bytes, compressed: 1 GiB in some 100 kB."""
    if size not in _bombs:
        packer = zstd.ZstdCompressor(level=19)
        piece, parts = bytes(1 << 20), []
        for _ in range(size >> 20):
            parts.append(packer.compress(piece))
        parts.append(packer.compress(bytes(size & ((1 << 20) - 1)), packer.FLUSH_FRAME))
        _bombs[size] = b"".join(parts)
    return _bombs[size]


def op_bytes(dice: Random, q: Quarry) -> Mutant:
    """The bytes of one op damaged; everything around it signed anew."""

    def change(rows: list[bytes]) -> str:
        i = dice.randrange(len(rows))
        how, rows[i] = spoil(dice, rows[i], dice.choice(rows))
        return how

    return resealed(dice, q, "op bytes", change)


def op(dice: Random, q: Quarry) -> Mutant:
    """One to three fields of ops changed by their meaning; everything around them signed anew."""

    def change(rows: list[bytes]) -> str:
        names = []
        for _ in range(dice.choice([1, 1, 1, 2, 3])):
            i = dice.randrange(len(rows))
            name, rows[i] = opmutators.change(dice, q, rows[i])
            names.append(name)
        return names[0] if len(names) == 1 else "several"

    return resealed(dice, q, "op", change)


def new_op(dice: Random, q: Quarry) -> Mutant:
    """One more op, made up: any record, any kind, any step, any field."""

    def change(rows: list[bytes]) -> str:
        name, made = opmutators.invented(dice, q, rows[-1])
        rows.append(made)
        return name

    return resealed(dice, q, "new op", change, last=True)


def resealed(
    dice: Random, q: Quarry, how: str, change: Callable[[list[bytes]], str], *, last: bool = False
) -> Mutant:  # fmt: skip
    """A segment's rows changed by `change`, its body packed and everything signed anew."""
    found = [replace(s, body=encode_rows(s.rows), codec=CODEC_ROWS) for s in q.segments]
    i = len(found) - 1 if last else dice.randrange(len(found))
    rows = list(found[i].rows)
    name = change(rows)
    made = encode_rows(rows), CODEC_ROWS
    if dice.random() < 0.5:
        try:
            made = body_of(rows, Actor.from_bytes(found[i].actor), READABLE)
        except (ValueError, TypeError, OverflowError, RecursionError, LookupError):
            name += " rows"  # not to be said in columns
    last_seq = found[i].last + len(rows) - len(found[i].rows)
    found[i] = replace(found[i], rows=tuple(rows), body=made[0], codec=made[1], last=last_seq)
    data = q.file([q.frames[0], *q.chained(found), *q.frames[1 + len(found) :]])
    return Mutant(f"{how} {name}", data, segments=tuple(found))


#: what is tried at parse level and through a real import, with weights
PARSE: list[tuple[Mutator, int]] = [
    (outer, 24), (header, 16), (plain, 8), (frames, 14), (foot, 4), (head, 8), (segment, 6), (body, 6), (op_bytes, 6),
    (op, 5), (new_op, 3), (columns, 10),
]  # fmt: skip
IMPORT: list[tuple[Mutator, int]] = [
    (outer, 4), (header, 2), (plain, 3), (frames, 9), (foot, 2), (head, 10), (segment, 10), (body, 4), (op_bytes, 10),
    (op, 28), (new_op, 18), (columns, 14),
]  # fmt: skip


def made(dice: Random, q: Quarry, weighted: Sequence[tuple[Mutator, int]]) -> Mutant:
    """One mutant."""
    (mutator,) = dice.choices([m for m, _ in weighted], [w for _, w in weighted])
    return mutator(dice, q)
