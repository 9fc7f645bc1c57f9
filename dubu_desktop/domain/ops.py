"""Ops: the only thing that ever changes a record (sync.md §3.1–3.4).

An op says what changed, by which workspace copy, having seen what. Nothing edits or deletes an op.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Any, NamedTuple

_ACTOR = struct.Struct(">QII")


class Actor(NamedTuple):
    """One unbroken stretch of one workspace copy's life.

    `replica` names the copy (random 64 bits); (`counter`, `nonce`) is its incarnation: a new one begins at enrolment
    and whenever its past may have been rewound, so that no dot is ever used twice.
    """

    replica: int
    counter: int
    nonce: int

    def to_bytes(self) -> bytes:
        """16 bytes, big-endian: replica, counter, nonce."""
        return _ACTOR.pack(self.replica, self.counter, self.nonce)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Actor:
        """The actor of 16 bytes; ValueError on any other length."""
        if len(raw) != _ACTOR.size:
            raise ValueError("an actor is 16 bytes")
        return cls(*_ACTOR.unpack(raw))


class Dot(NamedTuple):
    """The name of one op: its actor and its running number there, from 1."""

    actor: Actor
    seq: int


# A context: per actor the highest seq seen. It always holds the *whole* past of a field, not the heads alone:
# with heads alone a missing predecessor gives false conflicts and divergence (sync.md §3.3).
Context = Mapping[Actor, int]
EMPTY: Context = MappingProxyType({})


def covers(ctx: Context, dot: Dot) -> bool:
    """Whether an author who saw `ctx` had seen `dot`."""
    return ctx.get(dot.actor, 0) >= dot.seq


def join(contexts: Iterable[Context], dots: Iterable[Dot] = ()) -> dict[Actor, int]:
    """The least context that covers all `contexts` and all `dots` (maximum per actor)."""
    out: dict[Actor, int] = {}
    for ctx in contexts:
        for actor, seq in ctx.items():
            if out.get(actor, 0) < seq:
                out[actor] = seq
    for dot in dots:
        if out.get(dot.actor, 0) < dot.seq:
            out[dot.actor] = dot.seq
    return out


class OpType(IntEnum):
    """The four kinds of op; the numbers are permanent."""

    #: a record begins; untouched fields keep this op as their implicit head
    CREATE = 1
    #: fields get new values, each over the heads its author saw
    SET = 2
    #: a step of the record's lifecycle
    EVENT = 3
    #: the office removes a record for good (folded by a later release)
    PURGE = 4


@dataclass(frozen=True, slots=True)
class Write:
    """One field of a SET: the value, the heads it replaced, and the whole context joined from them."""

    value: Any
    over: tuple[Dot, ...]
    ctx: Context


@dataclass(frozen=True, slots=True)
class Op:
    """One op as its author made it.

    `lam`: 1 + the highest lam its author saw on the record. `wall`: milliseconds since 1970 by the author's clock,
    shown and never compared. `person`: id of the Person at the keyboard, chosen and recorded, not proven. `values`:
    the fields of a CREATE {tag: value}. `writes`: the fields of a SET {tag: Write}. `event`: the event's tag. `args`:
    what an event carries besides {name: value} (reason, date …). `at`: the lifecycle heads of the record (or of the
    finding it belongs to) that the author saw. `seen`: for events that close a record, {tag: context} of the fields
    edited since creation, per field, because seeing op 10 of an actor does not prove having seen its op 5.
    `root`: the record whose lifecycle and audience this one shares (itself where it has none); the create proves it.
    `txn` groups the ops of one action for display and undo.
    """

    dot: Dot
    lam: int
    wall: int
    person: bytes
    kind: int
    record: bytes
    root: bytes
    type: OpType
    txn: bytes
    at: tuple[Dot, ...] = ()
    values: Mapping[int, Any] = field(default_factory=dict)
    writes: Mapping[int, Write] = field(default_factory=dict)
    event: int = 0
    args: Mapping[str, Any] = field(default_factory=dict)
    seen: Mapping[int, Context] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The reason given with the op, or an empty text."""
        return str(self.args.get("reason", ""))
