"""Ops -> readable Chinese: who did what, from which value to which, and why (domain.md feature 66).

The order is causal: an op stands after everything its author had seen of the aggregate; clocks only arrange what is
concurrent, because clocks are wrong (domain.md §2.7). Bases, which carry no history of their own, give one entry per
op that still counts.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dubu_desktop.domain.facts import Facts, Inert
from dubu_desktop.domain.fields import Field, Kind
from dubu_desktop.domain.lifecycle import DECIDE, REOPENS, RETRACT, UNDO_IMPORT, Lifecycle
from dubu_desktop.domain.ops import Actor, Context, Dot, Op, OpType, covers
from dubu_desktop.domain.records import BY_TAG

#: how a value of a field is said; references need names that only the tables know
SayValue = Callable[[Field, Any], str]

_SHORT = 60
#: characters left around the place where two long values differ
_AROUND = 8
#: steps that call for attention
_HOT = frozenset({"return_for_redo", "reopen", "send_back", "cancel", "revoke"})
_MADE = {
    "finding": "登记问题",
    "evidence": "添加佐证",
    "rectification": "建立整改",
    "urge": "督促",
    "named_person": "点名人员",
    "note": "提出意见",
    "task": "草拟任务",
    "visit": "开始督导活动",
    "document": "起草文书",
    "instruction": "记录批示",
}
#: fields of a new record that are told; the others stand in the record itself
_TOLD = {
    "finding": ("place", "facts"),
    "evidence": ("role", "taken_at", "caption"),
    "rectification": ("term", "due_on", "units", "verify_group"),
    "urge": ("channel", "urged_at", "text"),
    "named_person": ("name", "post"),
    "note": ("text", "proposed_field"),
    "task": ("title", "group", "due_on"),
    "visit": ("visit_kind", "place", "units", "members"),
    "document": ("title",),
    "instruction": ("leader", "given_on", "title"),
    "unit": ("name", "unit_kind", "side"),
    "person": ("name", "roles"),
}
_ARGS = {"due_on": "期限", "term": "期限类型", "number": "编号"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One op told. `what`: headline, `note`: details, `type`: create, set, event, `inert`: why it has no effect."""

    dot: Dot
    wall: int
    person: bytes
    kind: Kind
    record: bytes
    txn: bytes
    type: str
    event: str
    what: str
    note: str
    reason: str
    hot: bool
    inert: str = ""


@dataclass
class _Node:
    """One op or what a base tells of it, with what must stand before it."""

    dot: Dot
    lam: int
    wall: int
    person: bytes
    kind: Kind
    record: bytes
    type: OpType
    txn: bytes = b""
    values: dict[int, Any] = field(default_factory=dict)
    over: dict[int, tuple[Dot, ...]] = field(default_factory=dict)
    event: int = 0
    args: Mapping[str, Any] = field(default_factory=dict)
    after: set[Dot] = field(default_factory=set)
    ctx: list[Context] = field(default_factory=list)


def entries(ops: Iterable[Op], facts: Iterable[Facts], inert: Mapping[Dot, str], say: SayValue) -> list[Entry]:
    """Everything that happened to an aggregate, the newest first."""
    nodes = {op.dot: _of_op(op) for op in ops if op.kind in BY_TAG}
    for base in facts:
        for node in _of_facts(base):
            nodes.setdefault(node.dot, node)
    told = _Told(nodes, inert, say)
    return [told.entry(node) for node in reversed(_in_order(nodes))]


def _of_op(op: Op) -> _Node:
    node = _Node(op.dot, op.lam, op.wall, op.person, BY_TAG[op.kind], op.record, op.type, op.txn)
    node.values = dict(op.values) if op.type is OpType.CREATE else {t: w.value for t, w in op.writes.items()}
    node.over = {t: w.over for t, w in op.writes.items()}
    node.event, node.args = op.event, op.args
    node.after = {*op.at, *(d for w in op.writes.values() for d in w.over)}
    return node


def _of_facts(base: Facts) -> list[_Node]:
    kind = BY_TAG.get(base.kind)
    if kind is None:
        return []
    born = {c.dot for c in base.creates}
    out = [
        _Node(c.dot, c.lam, c.wall, c.person, kind, base.record, OpType.CREATE, values=dict(c.values))
        for c in base.creates
    ]
    sets: dict[Dot, _Node] = {}
    for tag, heads in base.heads.items():
        for h in (h for h in heads if h.dot not in born):
            made = _Node(h.dot, h.lam, h.wall, h.person, kind, base.record, OpType.SET, after=set(born))
            node = sets.setdefault(h.dot, made)
            node.values[tag] = h.value
            node.ctx.append(h.ctx)
    out += sets.values()
    for e in base.events:
        out.append(
            _Node(e.dot, e.lam, e.wall, e.person, kind, base.record, OpType.EVENT, event=e.event, args=e.args,
                  after=set(e.at))
        )  # fmt: skip
    return out


def _in_order(nodes: Mapping[Dot, _Node]) -> list[_Node]:
    """Causes before effects; what is concurrent by clock. A ring can only be forged: its ops stand last."""
    previous: dict[Actor, Dot] = {}
    before: dict[Dot, set[Dot]] = {}
    for dot in sorted(nodes):
        node = nodes[dot]
        held = {d for d in node.after if d in nodes and d != dot}
        held |= {d for d in nodes if d != dot and any(covers(ctx, d) for ctx in node.ctx)}
        if dot.actor in previous:
            held.add(previous[dot.actor])
        previous[dot.actor] = dot
        before[dot] = held
    following: dict[Dot, list[Dot]] = {}
    for dot, held in before.items():
        for earlier in held:
            following.setdefault(earlier, []).append(dot)
    left = {dot: len(held) for dot, held in before.items()}
    ready = [(nodes[d].wall, nodes[d].lam, d) for d, n in left.items() if n == 0]
    heapq.heapify(ready)
    out: list[_Node] = []
    while ready:
        _, _, dot = heapq.heappop(ready)
        out.append(nodes[dot])
        for later in following.get(dot, ()):
            left[later] -= 1
            if left[later] == 0:
                heapq.heappush(ready, (nodes[later].wall, nodes[later].lam, later))
    done = {n.dot for n in out}
    return out + sorted((n for d, n in nodes.items() if d not in done), key=lambda n: (n.lam, n.dot))


class _Told:
    """Puts nodes into words; knows the values that others replaced."""

    def __init__(self, nodes: Mapping[Dot, _Node], inert: Mapping[Dot, str], say: SayValue) -> None:
        self.nodes, self.inert, self.say = nodes, inert, say

    def entry(self, n: _Node) -> Entry:
        what, note = {OpType.CREATE: self._created, OpType.SET: self._changed, OpType.EVENT: self._happened}.get(
            n.type, self._unknown
        )(n)
        event = n.kind.lifecycle.name_of.get(n.event, "") if n.type is OpType.EVENT else ""
        why = self.inert.get(n.dot, "")
        if why:
            label = Inert(why).label if why in set(Inert) else why
            what, note = f"{what}（没有生效）", "；".join(part for part in (note, f"原因：{label}") if part)
        hot = bool(why) or event in _HOT
        names = {OpType.CREATE: "create", OpType.SET: "set", OpType.EVENT: "event"}
        return Entry(
            n.dot, n.wall, n.person, n.kind, n.record, n.txn, names.get(n.type, "other"), event, what, note,
            str(n.args.get("reason", "")), hot, why,
        )  # fmt: skip

    def _unknown(self, n: _Node) -> tuple[str, str]:
        return f"{n.kind.label}：本版不认识的操作", ""

    def _created(self, n: _Node) -> tuple[str, str]:
        told = _TOLD.get(n.kind.name) or tuple(f.name for f in n.kind.fields[:2])
        parts = []
        for name in told:
            f = n.kind.by_name[name]
            if n.values.get(f.tag) not in (None, "", []):
                parts.append(f"{f.label}：{short(self.say(f, n.values[f.tag]))}")
        return _MADE.get(n.kind.name, f"登记{n.kind.label}"), "；".join(parts)

    def _changed(self, n: _Node) -> tuple[str, str]:
        known = [(n.kind.by_tag[t], v) for t, v in sorted(n.values.items()) if t in n.kind.by_tag]
        parts = [self._change(n, f, value) for f, value in known]
        labels = "、".join(f.label for f, _ in known) or "本版不认识的项"
        decided = any(len(over) > 1 for over in n.over.values())
        # a base does not tell what was there before: its ops stay 修改
        done = "填写" if all(t in n.over and not n.over[t] for t in n.values) else "修改"
        head = f"裁定冲突：{labels}" if decided else f"{done}{labels if len(known) < 4 else f'{len(known)}项'}"
        reason = str(n.args.get("reason", ""))
        if reason and not decided:
            parts.append(f"理由：{reason}")
        return head, "；".join(parts)

    def _change(self, n: _Node, f: Field, value: Any) -> str:
        new = self.say(f, value) if value not in (None, "", []) else ""
        olds = [self._value_of(d, f.tag) for d in n.over.get(f.tag, ())]
        said = list(dict.fromkeys(self.say(f, v) for v in olds if v not in (None, "", [])))
        if len(said) == 1 and new:
            said[0], new = contrasted(said[0], new)
        said, new = [short(one) for one in said], short(new)
        old = "”“".join(said)
        if not new:
            return f"清空{f.label}，原为“{old}”" if old else f"清空{f.label}"
        if len(said) > 1:
            return f"{f.label}有“{old}”两种写法，定为“{new}”" if len(said) == 2 else f"{f.label}定为“{new}”"
        return f"{f.label}由“{old}”改为“{new}”" if old and old != new else f"{f.label}：{new}"

    def _value_of(self, dot: Dot, tag: int) -> Any:
        node = self.nodes.get(dot)
        return None if node is None else node.values.get(tag)

    def _happened(self, n: _Node) -> tuple[str, str]:
        life = n.kind.lifecycle
        name = life.name_of.get(n.event, "")
        what = life.label_of(name) if name else "本版不认识的步骤"
        if name == RETRACT:
            undone = [self.nodes[d] for d in sorted(n.after) if d in self.nodes and self.nodes[d].type is OpType.EVENT]
            named = "、".join(life.label_of(life.name_of.get(u.event, "")) for u in undone)
            what = f"撤回“{named}”" if named else "撤回上一步"
        elif name == DECIDE and REOPENS in n.args:
            done = "撤销导入" if UNDO_IMPORT in n.args else self._undone(n)
            what = f"撤回“{done}”，冲突又待裁定"
        elif name == DECIDE and UNDO_IMPORT in n.args:
            what = f"撤回到“{life.status_label(str(n.args.get('status', '')))}”"
        elif name == DECIDE:
            what = f"裁定：以“{life.status_label(str(n.args.get('status', '')))}”为准"
        elif name == "void" and n.kind.root:
            what = f"作废{n.kind.label}"
        elif name == "reopen":
            what = self._reopened(n, life)
        parts = [str(n.args["reason"])] if n.args.get("reason") else []
        for key, label in _ARGS.items():
            if n.args.get(key):
                parts.append(f"{label}{self._arg(n.kind, key, n.args[key])}")
        return what, "；".join(parts)

    def _undone(self, n: _Node) -> str:
        """The name of the step that ended a conflict which `n` opens again: it rests on what `n` puts back."""
        seen = [self.nodes[d] for d in sorted(n.after) if d in self.nodes]
        life, below = n.kind.lifecycle, {d for one in seen for d in one.after}
        ended = (one for one in seen if one.dot not in below and one.type is OpType.EVENT)
        return next((life.label_of(life.name_of.get(one.event, "")) for one in ended), "上一步")

    def _reopened(self, n: _Node, life: Lifecycle) -> str:
        """The word differs with the status left: 反弹重办 after 销号, 恢复办理 after another settlement."""
        seen = [self.nodes[d] for d in n.after if d in self.nodes and self.nodes[d].type is OpType.EVENT]
        closed = any(life.name_of.get(e.event) == "close_out" for e in seen)
        labels = [s.label for s in life.by_tag[n.event]]
        return labels[0] if closed or len(labels) == 1 else labels[-1]

    def _arg(self, kind: Kind, key: str, value: Any) -> str:
        from dubu_desktop.domain.records import RECTIFICATION

        f = RECTIFICATION.by_name.get(key) or kind.by_name.get(key)
        return self.say(f, value) if f is not None else str(value)


def short(text: str, limit: int = _SHORT) -> str:
    """A long value as a sentence can bear it: its beginning and an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def contrasted(old: str, new: str) -> tuple[str, str]:
    """Two values of one field: of long ones only where they differ, with a few characters around."""
    old, new = " ".join(old.split()), " ".join(new.split())
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[-1 - at] != new[-1 - at]), shorter - head)
    head, tail = (part - _AROUND if part > 2 * _AROUND else 0 for part in (head, tail))
    parts = (text[head : len(text) - tail] for text in (old, new))
    first, second = ("…" * bool(head) + part + "…" * bool(tail) for part in parts)
    return first, second


def same_action(found: Sequence[Entry]) -> list[list[Entry]]:
    """Entries of one action (one `txn`) that stand together, together; those without effect stand alone."""
    out: list[list[Entry]] = []
    for entry in found:
        last = out[-1][-1] if out else None
        if last is not None and entry.txn and last.txn == entry.txn and not entry.inert and not last.inert:
            out[-1].append(entry)
        else:
            out.append([entry])
    return out
