"""What the office must show of a set of ops, worked out a second time, by other code (contracts.md §2, §3; sync.md §3).

Ops go in as MessagePack arrays with their actors; out come, per record, its kind, its status and the shown value of
every field. The rules stand here once more, in the shape of the documents: per kind what a group may create, write and
do. Only the declarations (tags, classes of fields, the tables of steps) are taken from the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from dubu_desktop.domain.records import BY_TAG

Dot = tuple[bytes, int]
OFFICE = b""
UNCONFIRMED = {"draft", "final"}
#: {kind: the field that must name the group}, contracts.md §3; "" where what it hangs on decides
CREATES = {
    "unit": "group", "person": "group", "visit": "group", "finding": "finder_group", "evidence": "", "note": "",
    "named_person": "",
}  # fmt: skip
#: {kind: {event: (statuses it may start from, tie of the group to the record)}}: all other steps are the office's
STEPS: dict[str, dict[str, list[tuple[set[str], str]]]] = {
    "finding": {
        "finalise": [({"draft"}, "creator")],
        "verify": [({"replied"}, "assigned"), ({"rectifying"}, "immediate")],
        "return_for_redo": [({"replied"}, "assigned")],
        "reopen": [({"closed"}, "assigned")],
        "void": [({"draft", "final"}, "creator")],
    },
    "task": {
        "sign_for": [({"issued"}, "assigned")],
        "start": [({"accepted"}, "assigned")],
        "report": [({"underway"}, "assigned")],
    },
}
#: the office voids a plain record, takes the steps of findings and tasks but these, and reopens
NOT_OF_THE_OFFICE = {"finding": {"verify"}, "task": {"sign_for", "start", "report"}}


@dataclass(frozen=True)
class Seen:
    """A record as it must be shown."""

    kind: str
    status: str
    values: Mapping[str, Any]


@dataclass
class _Record:
    kind: Any
    id: bytes
    root: bytes
    ops: dict[Dot, list[Any]] = field(default_factory=dict)
    status: dict[Dot, str | None] = field(default_factory=dict)
    open: set[Dot] = field(default_factory=set)


class Model:
    """A set of ops judged as the office judges it. `sides`: {replica: id of its group, empty for the office}."""

    def __init__(self, ops: Iterable[tuple[bytes, bytes]], sides: Mapping[int, bytes]) -> None:
        self.sides = sides
        self.records: dict[bytes, _Record] = {}
        self.assigned: dict[bytes, set[bytes]] = {}
        for actor, raw in ops:
            self._add(actor, msgspec.msgpack.decode(raw))

    def _add(self, actor: bytes, op: list[Any]) -> None:
        kind = BY_TAG.get(op[5])
        if kind is None:
            return
        table = [actor, *op[10]]
        op = [*op]
        op[11] = [(table[i], s) for i, s in op[11]]
        op[13] = {t: (v, [(table[i], s) for i, s in o], {table[i]: s for i, s in c}) for t, (v, o, c) in op[13].items()}
        root = op[7] or op[6]
        found = self.records.setdefault(op[6], _Record(kind, op[6], root))
        if found.kind is not kind or found.root != root:
            raise AssertionError(f"a record of two kinds or roots: {op[6].hex()}")
        found.ops[(actor, op[1])] = op
        naming = {"rectification": "verify_group", "task": "group"}.get(kind.name)
        if naming and self.side((actor, 0)) == OFFICE:
            tag = kind.by_name[naming].tag
            given = op[12].get(tag) if op[8] == 1 else op[13].get(tag, (None,))[0] if op[8] == 2 else None
            if isinstance(given, bytes):
                self.assigned.setdefault(root, set()).add(given)

    def side(self, dot: Dot) -> bytes | None:
        """Whose an op is."""
        return self.sides.get(int.from_bytes(dot[0][:8], "big"))

    # --- who began it ------------------------------------------------------------------------------------------

    def _creates(self, r: _Record) -> list[Dot]:
        """The creates that count."""
        fit = [d for d, op in sorted(r.ops.items()) if op[8] == 1 and self._may_create(r, d, op)]
        if len({self.side(d) for d in fit}) < 2:
            return fit
        # two sides say they began it: the one that the office worked with is believed, the office before all
        held = {self.side(d) for d in self._rested_on(r, set(fit))} | ({OFFICE} & {self.side(d) for d in fit})
        return [d for d in fit if not held or self.side(d) in held]

    def _rested_on(self, r: _Record, born: set[Dot]) -> set[Dot]:
        todo = [a for d, op in r.ops.items() if op[8] in (2, 3) and self.side(d) == OFFICE for a in op[11]]
        out: set[Dot] = set()
        seen: set[Dot] = set()
        while todo:
            dot = todo.pop()
            if dot in born:
                out.add(dot)
            elif dot in r.ops and dot not in seen and r.ops[dot][8] == 3:
                seen.add(dot)
                todo += r.ops[dot][11]
        return out

    def _may_create(self, r: _Record, dot: Dot, op: list[Any]) -> bool:
        side, kind = self.side(dot), r.kind
        if kind.root:
            root = self.records.get(r.root)
            if r.root == r.id or root is None:
                return False
            at = [self._status(root, d) for d in op[11]]
            if side == OFFICE:
                return all(at)
            if not all(at) or kind.name not in CREATES or side is None:
                return False
            creator, assigned = self._creator(root) == side, side in self.assigned.get(r.root, ())
            if kind.name == "note":
                return self._only(op, kind, "fixed") and (creator or assigned or self._shared(root, side))
            if not self._only(op, kind, "facts", "fixed", "side"):
                return False
            if kind.name == "named_person":
                return creator and bool(at) and set(at) <= UNCONFIRMED
            return creator or assigned
        if side == OFFICE:
            return True
        if kind.name not in CREATES or side is None:
            return False
        classes = ("facts", "office", "side", "fixed", "report") if kind.name == "unit" else ("facts", "fixed", "side")
        if not self._only(op, kind, *classes):
            return False
        if kind.name == "unit" and op[12].get(kind.by_name["pending"].tag) is not True:
            return False
        return bool(op[12].get(kind.by_name[CREATES[kind.name]].tag) == side)

    def _only(self, op: list[Any], kind: Any, *classes: str) -> bool:
        """Whether a create gives fields of these classes alone; those of a newer version are kept as they are."""
        return all(t not in kind.by_tag or kind.by_tag[t].access in classes for t in op[12])

    def _shared(self, root: _Record, side: bytes) -> bool:
        """Whether this side receives the record, so that it may write a note on it."""
        values = self._values(root)
        kind = root.kind.name
        if kind in ("category", "rule_profile", "phrase", "paper_text", "group"):
            return True
        if kind == "unit":
            return not values.get("pending") or values.get("group") == side
        if kind in ("person", "visit"):
            return bool(values.get("group") == side)
        if kind == "task":
            ever = any(self._status(root, d) == "issued" for d, op in root.ops.items() if op[8] == 3)
            return ever and values.get("group") == side
        if kind == "document":
            ever = any(self._status(root, d) == "issued" for d, op in root.ops.items() if op[8] == 3)
            return ever and side in (values.get("groups") or ())
        if kind == "instruction":
            return side in (values.get("groups") or ())
        return bool(values.get("finder_group") == side)

    def _creator(self, r: _Record) -> bytes | None:
        creates = self._creates(r)
        return self.side(creates[0]) if creates else None

    # --- steps -------------------------------------------------------------------------------------------------

    def _status(self, r: _Record, dot: Dot) -> str | None:
        """The status after a create or step, None when it has no effect or is not here."""
        if dot not in r.ops or r.ops[dot][8] not in (1, 3):
            return None
        if dot not in r.status:
            if dot in r.open:
                return None  # a ring
            r.open.add(dot)
            if r.ops[dot][8] == 1:
                r.status[dot] = str(r.kind.lifecycle.initial) if dot in self._creates(r) else None
            else:
                r.status[dot] = self._after(r, dot, r.ops[dot])
            r.open.discard(dot)
        return r.status[dot]

    def _known(self, r: _Record, dots: Iterable[Dot]) -> bool:
        root = self.records.get(r.root) if r.kind.root else None
        return all(self._status(r, d) or (root is not None and self._status(root, d)) for d in dots)

    def _after(self, r: _Record, dot: Dot, op: list[Any]) -> str | None:
        own = [d for d in op[11] if self._status(r, d)]
        if not self._known(r, op[11]) or not own:
            return None
        life, side = r.kind.lifecycle, self.side(dot)
        at = {str(self._status(r, d)) for d in own}
        event = {98: "retract", 99: "decide"}.get(op[14]) or life.name_of.get(op[14])
        if side is None or (len(own) > 1 and side != OFFICE):
            return None
        if event == "decide":
            said = op[15].get("status")
            return str(said) if side == OFFICE and said in at else None
        if event == "retract":
            return self._before(r, own, side)
        if event is None:
            return None
        fitting = [s for s in life.by_tag[op[14]] if at & {str(x) for x in s.sources}]
        if not fitting or not self._may_step(r, event, at, side, own, op):
            return None
        return life.more_open(sorted(at)) if fitting[0].target is None else str(fitting[0].target)

    def _before(self, r: _Record, own: list[Dot], side: bytes) -> str | None:
        undone = r.ops[own[0]]
        name = r.kind.lifecycle.name_of.get(undone[14], "")
        if len(own) != 1 or undone[8] != 3 or name in r.kind.lifecycle.final_events or self.side(own[0]) != side:
            return None
        found = [str(self._status(r, d)) for d in undone[11] if self._status(r, d)]
        return str(r.kind.lifecycle.more_open(found))

    def _may_step(self, r: _Record, event: str, at: set[str], side: bytes, own: list[Dot], op: list[Any]) -> bool:
        name = r.kind.name
        creator, assigned = self._creator(r) == side, side in self.assigned.get(r.root, ())
        if side == OFFICE:
            if name == "finding" and event in ("finalise", "void"):
                return creator
            if name == "finding" and event == "return_for_redo":
                return "verified" in at
            return event not in NOT_OF_THE_OFFICE.get(name, ())
        if name in STEPS:
            for sources, tie in STEPS[name].get(event, []):
                tied = creator if tie == "creator" else assigned
                if at & sources and tied and (tie != "immediate" or self._immediate(r, own)):
                    return True
            return False
        if name in ("document", "instruction", "rectification", "urge") or event != "void":
            return False
        if name == "unit" and self._adopted(r):
            return False
        if r.kind.root and name != "note":
            root = self.records[r.root]
            seen = {self._status(root, d) for d in op[11]} - {None}
            return creator and bool(seen) and seen <= UNCONFIRMED
        return creator

    def _adopted(self, r: _Record) -> bool:
        tag = r.kind.by_name["pending"].tag
        return any(op[8] == 2 and tag in op[13] and self.side(d) == OFFICE for d, op in r.ops.items())

    def _immediate(self, r: _Record, own: list[Dot]) -> bool:
        todo, tag = list(own), r.kind.lifecycle.tag_of["assign"]
        while todo:
            op = r.ops.get(todo.pop())
            if op is None or op[8] != 3:
                continue
            if op[14] == tag:
                return bool(op[15].get("term") == "immediate")
            todo += op[11]
        return False

    # --- fields ------------------------------------------------------------------------------------------------

    def _may_set(self, r: _Record, dot: Dot, op: list[Any]) -> bool:
        side = self.side(dot)
        if not self._known(r, op[11]):
            return False
        root = self.records.get(r.root) if r.kind.root else None
        on = root if root is not None else r
        at = {str(self._status(on, d)) for d in op[11] if self._status(on, d)}
        creator, assigned = self._creator(r) == side, side in self.assigned.get(r.root, ())
        for tag, (_value, over, _ctx) in op[13].items():
            declared = r.kind.by_tag.get(tag)
            if declared is None:
                continue
            if any(d in r.ops and not self._effective(r, d) for d in over):
                return False
            if len(over) > 1 and side != OFFICE and not self._one_value(r, tag, over):
                return False
            if not self._may_write(r, str(declared.access), side, at, creator, assigned, root):
                return False
        return True

    def _one_value(self, r: _Record, tag: int, dots: Any) -> bool:
        """Whether all these ops are here and gave the field the same value."""
        given = [r.ops[d][12] if r.ops[d][8] == 1 else r.ops[d][13] for d in dots if d in r.ops]
        if len(given) < len(dots) or not all(tag in values for values in given):
            return False
        said = [v[tag] if r.ops[d][8] == 1 else v[tag][0] for d, v in zip(dots, given, strict=True)]
        return all(value == said[0] for value in said)

    def _may_write(
        self, r: _Record, access: str, side: bytes | None, at: set[str], creator: bool, assigned: bool, root: Any
    ) -> bool:  # fmt: skip
        if access == "fixed":
            return False
        if side == OFFICE:
            return True
        if access == "facts":
            mine = root is None or self._creator(root) == side
            return creator and mine and bool(at) and at <= UNCONFIRMED
        if access == "verify":
            return assigned and bool(at) and at <= {"rectifying", "replied", "verified"}
        if access == "report":
            return assigned and bool(at) and at <= {"issued", "accepted", "underway", "reported"}
        return access == "side" and creator

    def _effective(self, r: _Record, dot: Dot) -> bool:
        op = r.ops[dot]
        if op[8] in (1, 3):
            return self._status(r, dot) is not None
        if dot in r.open:
            return False
        r.open.add(dot)
        try:
            return op[8] == 2 and self._may_set(r, dot, op)
        finally:
            r.open.discard(dot)

    def _values(self, r: _Record) -> dict[str, Any]:
        heads: dict[int, list[tuple[Dot, int, Any, Mapping[bytes, int]]]] = {}
        for dot in self._creates(r):
            for tag, value in r.ops[dot][12].items():
                heads.setdefault(tag, []).append((dot, r.ops[dot][2], value, {}))
        for dot, op in r.ops.items():
            if op[8] == 2 and self._effective(r, dot):
                for tag, (value, _over, ctx) in op[13].items():
                    heads.setdefault(tag, []).append((dot, op[2], value, ctx))
        out = {}
        for tag, found in heads.items():
            declared = r.kind.by_tag.get(tag)
            if declared is not None:
                left = [h for h in found if not any(self._replaces(o, h) for o in found)]
                out[declared.name] = max(left, key=self._rank)[2]
        return {name: value for name, value in out.items() if value not in (None, "", [])}

    def _rank(self, head: tuple[Dot, int, Any, Any]) -> tuple[bool, int, Any]:
        dot, lam = head[0], head[1]
        return self.side(dot) == OFFICE, lam, (int.from_bytes(dot[0][:8], "big"), dot[0][8:], dot[1])

    def _replaces(self, one: Any, other: Any) -> bool:
        """Whether `one` was written having seen `other`. What was seen was there before: its rank is lower."""
        (actor, seq), lam = other[0], other[1]
        if one[0] == other[0] or one[3].get(actor, 0) < seq:
            return False
        if one[1] == lam:
            above = self.side(one[0]) == OFFICE != self.side(other[0])
            return above or (one[0][0] == actor and one[0][1] > seq)
        return bool(one[1] > lam)

    # --- all ---------------------------------------------------------------------------------------------------

    def seen(self) -> dict[bytes, Seen]:
        """Every record that exists."""
        out = {}
        for r in self.records.values():
            born = self._creates(r)
            if not born:
                continue
            values = self._values(r)
            if r.kind.root and values.get(r.kind.root) != r.root:
                continue
            done = {d for d, op in r.ops.items() if op[8] in (1, 3) and self._status(r, d)}
            followed = {a for d in done for a in r.ops[d][11] if r.ops[d][8] == 3}
            heads = [str(self._status(r, d)) for d in done - followed]
            life = r.kind.lifecycle
            status = life.more_open(sorted(heads)) if heads else life.initial
            out[r.id] = Seen(r.kind.name, str(status), values)
        return out
