"""Changes to one op by its meaning: what a program that asks nobody could write and sign (docs/bundle-format.md).

An op is the MessagePack array of `wire/codec.py`; here it is a plain list, and nothing of the program judges it.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec

from dubu_desktop.domain.records import BY_TAG

if TYPE_CHECKING:
    from tests.faults.quarry import Quarry

# places in the array
FLAGS, SEQ, LAM, WALL, PERSON, KIND, RECORD, ROOT, TYPE, TXN, ACTORS, AT, VALUES, WRITES, EVENT, ARGS, SEEN = range(17)
U63 = 2**63 - 1
_UNKNOWN = (999, 999, -1, 999, 2**32 - 1, 2**32, 999, U63 + 6)
_NUMBERS = [0, 1, 2, 3, 5, 90, 98, 99, -1, 255, 65536, 2**31, 2**53, U63 - 1, U63, U63 + 1, 2**64 - 1, -(2**63)]


def nested(depth: int, *, keyed: bool = False) -> Any:
    """Lists (or mappings) so deep in each other."""
    out: Any = 1
    for _ in range(depth):
        out = {"a": out} if keyed else [out]
    return out


def odd(dice: Random) -> Any:
    """A value nobody expects."""
    return dice.choice(
        [
            None, True, False, 0, -1, 1.5, math.nan, math.inf, -0.0, U63, U63 + 1, -(2**63), "", "x", "字" * 201,
            "字" * 10_001, "\x00\x07", "\u202eabc\u2066", "=cmd|'/c calc'!A1", "<img src=file:///etc/passwd>",
            "2026-13-45", "9999-12-31T23:59", b"", b"x", dice.randbytes(16), dice.randbytes(32), [], [1, "a", None],
            [dice.randbytes(16)], ["x"] * 5000, {}, {"a": 1}, {1: "a", "b": 2}, {b"k": 1}, {"value": nested(10)},
            nested(31), nested(33),
            nested(33, keyed=True), nested(400), msgspec.msgpack.Ext(5, b"xyz"), datetime(2026, 6, 3, tzinfo=UTC),
            datetime(9999, 12, 31, tzinfo=UTC), {"status": "closed"}, "closed", "final", 2**40, "\ufffe",
            "e\u0301", " x ",
        ]
    )  # fmt: skip


def change(dice: Random, q: Quarry, raw: bytes) -> tuple[str, bytes]:
    """One thing about this op changed; the name of what, and the bytes."""
    name = dice.choice(list(_CHANGES))
    try:
        tree = unpacked(raw)
        _CHANGES[name](dice, q, tree)
        return name, packed(tree)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, msgspec.MsgspecError):
        return "twice", raw[:-1]  # a change before this one has left no op to change


def unpacked(raw: bytes) -> list[Any]:
    """An op's array."""
    tree: list[Any] = msgspec.msgpack.decode(raw)
    return tree


def packed(tree: list[Any]) -> bytes:
    """The bytes of an op's array."""
    return msgspec.msgpack.encode(tree)


def _number(dice: Random, q: Quarry, op: list[Any]) -> None:
    place = dice.choice([FLAGS, SEQ, LAM, WALL, KIND, TYPE, EVENT])
    op[place] = dice.choice([*_NUMBERS, op[place] + 1]) if dice.random() < 0.9 else odd(dice)


def _lam(dice: Random, q: Quarry, op: list[Any]) -> None:
    op[LAM] = dice.choice([1, 2, 1000, U63 - 1, U63])


def _wall(dice: Random, q: Quarry, op: list[Any]) -> None:
    op[WALL] = dice.choice([0, -1, -U63, U63, 253402300799999, 253402300800000, -62135596800001, 4102444800000])


def _id(dice: Random, q: Quarry, op: list[Any]) -> None:
    place = dice.choice([PERSON, RECORD, ROOT, TXN])
    record = dice.choice(q.records)
    op[place] = dice.choice(
        [record[0], record[2], dice.randbytes(16), bytes(16), b"\xff" * 16, b"", b"short", "text", None]
    )


def _target(dice: Random, q: Quarry, op: list[Any]) -> None:
    """The same act on another record of the same kind, its own root with it."""
    same = [r for r in q.records if r[1] == op[KIND]] or list(q.records)
    op[RECORD], op[KIND], root = dice.choice(same)
    op[ROOT] = b"" if root == op[RECORD] else root


def _kind(dice: Random, q: Quarry, op: list[Any]) -> None:
    op[KIND] = dice.choice([*BY_TAG, 0, 77, 60000])


def _type(dice: Random, q: Quarry, op: list[Any]) -> None:
    op[TYPE] = dice.choice([1, 2, 3, 4, 5])


def _actors(dice: Random, q: Quarry, op: list[Any]) -> None:
    extra = dice.choice([q.office.to_bytes(), q.group.to_bytes(), dice.randbytes(16), b"", b"x" * 17])
    op[ACTORS] = dice.choice([[], [*op[ACTORS], extra], [extra], [extra] * 300])


def _at(dice: Random, q: Quarry, op: list[Any]) -> None:
    table = [*op[ACTORS]]
    dots = []
    for _ in range(dice.choice([0, 1, 1, 2, 5])):
        actor, seq, _body = dice.choice(q.held_sorted) if dice.random() < 0.7 else (dice.randbytes(16), 1, b"")
        dots.append(_dot(table, actor, dice.choice([seq, seq, seq, seq + 1, U63])))
    op[ACTORS], op[AT] = table, dots


def _own_at(dice: Random, q: Quarry, op: list[Any]) -> None:
    """What the op follows: itself, the ones before it, the ones after."""
    op[AT] = [[0, max(1, op[SEQ] + dice.choice([-3, -2, -1, 0, 1, 2, 50]))] for _ in range(dice.choice([1, 1, 2]))]


def _dot(table: list[bytes], actor: bytes, seq: int) -> list[int]:
    if actor not in table:
        table.append(actor)
    return [table.index(actor) + 1, seq]


def _values(dice: Random, q: Quarry, op: list[Any]) -> None:
    given = op[VALUES] if isinstance(op[VALUES], dict) else {}
    tags = [*given, dice.randrange(1, 26), _unknown(op)]
    tag = dice.choice(tags)
    if dice.random() < 0.2:
        given.pop(tag, None)
    else:
        given[tag] = _value(dice, q)
    op[VALUES] = given


def _unknown(op: list[Any]) -> int:
    """The number of a field that nobody declares; of some ops one that no field may have."""
    return _UNKNOWN[op[SEQ] % len(_UNKNOWN)]


def _value(dice: Random, q: Quarry) -> Any:
    record = dice.choice(q.records)
    likely = [
        record[0],
        "2026-06-03",
        "2026-06-03T10:00",
        "城关街道31号",
        True,
        3,
        [record[0]],
        ["member"],
        dice.randbytes(32),
    ]
    return odd(dice) if dice.random() < 0.5 else dice.choice(likely)


def _writes(dice: Random, q: Quarry, op: list[Any]) -> None:
    writes = op[WRITES] if isinstance(op[WRITES], dict) else {}
    tag = dice.choice([*writes, dice.randrange(1, 26), _unknown(op)])
    value, over, ctx = writes.get(tag, [_value(dice, q), [], []])
    what = dice.choice(["value", "over", "ctx", "drop", "shape"])
    if what == "value":
        value = _value(dice, q)
    elif what in ("over", "ctx"):
        actor, seq, _body = dice.choice(q.held_sorted)
        table = [*op[ACTORS]]
        dot = _dot(table, dice.choice([actor, q.office.to_bytes()]), dice.choice([seq, 1, 2**40, U63, U63 + 1]))
        op[ACTORS] = table
        over, ctx = ([dot], ctx) if what == "over" else (over, dice.choice([[], [dot], [*ctx, dot]]))
    elif what == "shape":
        over = dice.choice([odd(dice), [[9, 1]], [[0, 0]], [[-1, 1]]])
    writes[tag] = [value, over, ctx]
    if what == "drop":
        del writes[tag]
    op[WRITES] = writes


def claim_the_future(dice: Random, q: Quarry, op: list[Any]) -> None:
    """Every write says it has seen whatever the office will ever write."""
    table = [*op[ACTORS]]
    dot = _dot(table, q.office.to_bytes(), U63)
    op[ACTORS] = table
    for write in (op[WRITES] if isinstance(op[WRITES], dict) else {}).values():
        if isinstance(write, list) and len(write) == 3:
            write[2] = [dot]
    op[LAM] = dice.choice([op[LAM], U63])


def _event(dice: Random, q: Quarry, op: list[Any]) -> None:
    op[EVENT] = dice.choice([*range(1, 15), 90, 98, 99, 0, 500])


def _args(dice: Random, q: Quarry, op: list[Any]) -> None:
    args = op[ARGS] if isinstance(op[ARGS], dict) else {}
    key = dice.choice(["reason", "status", "term", "due_on", "number", "by_document", "x", "值"])
    args[key] = odd(dice)
    op[ARGS] = args


def _seen(dice: Random, q: Quarry, op: list[Any]) -> None:
    op[SEEN] = dice.choice([{}, {4: [[0, U63]]}, {4: [[7, 1]]}, {999: [[0, 1]]}, {3: []}, odd(dice)])


def _any(dice: Random, q: Quarry, op: list[Any]) -> None:
    op[dice.randrange(len(op))] = odd(dice)


def _shape(dice: Random, q: Quarry, op: list[Any]) -> None:
    if dice.random() < 0.5:
        del op[dice.randrange(len(op)) :]
    else:
        op.extend(odd(dice) for _ in range(dice.choice([1, 3])))


_CHANGES = {
    "number": _number, "lam": _lam, "wall": _wall, "id": _id, "target": _target, "kind": _kind, "type": _type,
    "actors": _actors, "at": _at, "own at": _own_at, "values": _values, "writes": _writes, "future": claim_the_future,
    "event": _event, "args": _args, "seen": _seen, "any": _any, "shape": _shape,
}  # fmt: skip


def invented(dice: Random, q: Quarry, before: bytes) -> tuple[str, bytes]:
    """One more op after `before`: a create, a set or a step on a record of anybody, following ops that exist."""
    seq = msgspec.msgpack.decode(before)[SEQ] + 1
    record, kind, root = dice.choice(q.records)
    table: list[bytes] = []
    own = q.heads_of(root) or [h[:2] for h in q.held_sorted[:1]]
    at = [_dot(table, *dice.choice(own)) for _ in range(dice.choice([0, 1, 1, 1, 2]))]
    name = dice.choice(["create", "child", "again", "set", "event", "purge"])
    op: list[Any] = [
        0,
        seq,
        dice.choice([1, 5, 50, U63]),
        1780450000000,
        b"",
        kind,
        record,
        b"" if root == record else root,
    ]
    op += [1, dice.randbytes(16), table, at, {}, {}, 0, {}, {}]
    group = q.group_record
    if name in ("create", "child"):
        op[KIND] = dice.choice(list(BY_TAG))
        op[RECORD] = dice.randbytes(16)
        declared = BY_TAG[op[KIND]]
        op[ROOT] = root if declared.root else b""
        for field in dice.sample(declared.fields, min(len(declared.fields), dice.choice([1, 2, 4]))):
            op[VALUES][field.tag] = _value(dice, q)
        for field in declared.fields:
            if field.name in ("group", "finder_group") and dice.random() < 0.8:
                op[VALUES][field.tag] = group if dice.random() < 0.7 else dice.choice(q.records)[0]
            elif field.name == declared.root:
                op[VALUES][field.tag] = root
    elif name == "again":
        if dice.random() < 0.5:  # as if it were the first word of it
            op[LAM], op[ACTORS], op[AT] = 1, [], []
        op[VALUES] = {f.tag: group for f in BY_TAG[kind].fields if f.name in ("group", "finder_group")} | {
            3: "城关街道7号"
        }
    elif name == "set":
        op[TYPE] = 2
        for field in dice.sample(BY_TAG[kind].fields, dice.choice([1, 1, 2])):
            over = dice.choice([[], at[:1]])
            op[WRITES][field.tag] = [_value(dice, q), over, over]
    elif name == "event":
        op[TYPE], op[EVENT] = 3, dice.choice([*range(1, 15), 90, 98, 99])
        op[ARGS] = dice.choice([{}, {"reason": "测试"}, {"status": "closed", "reason": "x"}, {"term": "immediate"}])
    else:
        op[TYPE], op[FLAGS] = 4, dice.choice([0, 1])
    return name, packed(op)
