"""One action under way: what a verb writes with. Its ops go to the journal in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dubu_desktop.actions import countering, lookup
from dubu_desktop.actions.actor import Actor, Tools
from dubu_desktop.actions.exchange import sealing
from dubu_desktop.db import clocks, journal, local, queries
from dubu_desktop.db.fold import Fold
from dubu_desktop.db.foldrows import Changes
from dubu_desktop.db.workspace import Workspace
from dubu_desktop.domain.facts import Inert, RecordState
from dubu_desktop.domain.fields import REASON, Kind, clean
from dubu_desktop.domain.lifecycle import DECIDE_TAG, Role
from dubu_desktop.domain.ops import Dot, Op, OpType, Write, join
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.domain.rules import default_rules
from dubu_desktop.errors import DubuError
from dubu_desktop.wire.codec import MAX_INT

#: ops after which a look is worth it whether a segment is full
SEALED_EVERY = 250


class Desk:
    """What a verb works with. Everything it writes shares one `txn` and one moment."""

    def __init__(
        self, ws: Workspace, person: Actor | None, verb_name: str, label: str, tools: Tools | None = None
    ) -> None:
        self.ws, self.person, self.verb, self.label = ws, person, verb_name, label
        self.tools = tools or Tools()
        self.txn = ws.randomness.uuid7()
        self.changes = Changes()
        self.ids: list[bytes] = []
        self.number: str | None = None
        self.warnings: list[str] = []
        self.extra: dict[str, Any] = {}
        self.conn: Any = None
        self._seq: int | None = None
        self._begun = 0
        #: the signed document by whose authority steps are carried just now, see `carried`
        self._by_document: bytes | None = None
        self._wrote = False

    # --- the moment --------------------------------------------------------------------------------------------

    @property
    def office(self) -> bool:
        """Whether this is the office's edition."""
        return self.ws.profile.is_office

    @property
    def today(self) -> Any:
        """Today's date in Asia/Shanghai."""
        return self.ws.clock.today()

    @property
    def now(self) -> str:
        """This minute, ISO text, Asia/Shanghai."""
        return self.ws.clock.local(self.ws.clock.now_ms()).replace(tzinfo=None).isoformat(timespec="minutes")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The transaction of this action; nested use joins it. Long verbs open it when all is prepared."""
        if self.conn is not None:
            yield
            return
        with self.ws.writing() as conn:
            self.conn = conn
            try:
                yield
                self._remember()
                self._seal_full()
            finally:
                self.conn, self._seq = None, None

    def _seal_full(self) -> None:
        """Seal what has gathered to a whole segment, so that an export has little left to encode (sync.md §3.6)."""
        if self._seq is not None and self._seq // SEALED_EVERY > self._begun // SEALED_EVERY:
            sealing.seal_own(self, full=True)

    def _remember(self) -> None:
        if self._wrote and self.person is not None and self.verb != "undo":  # undoing twice goes one further back
            local.note_done(self.conn, self.txn, self.person.id, self.verb, self.label, self.ws.clock.now_ms())

    # --- reading -----------------------------------------------------------------------------------------------

    def state(self, record: bytes) -> RecordState:
        """The record as it stands inside this action; D-306 when it is not here."""
        found = self.ws.fold.state(self.conn, record)
        if found is None or not found.exists:
            raise DubuError("D-306", what=record.hex())
        return found

    def find(self, kind: str, ref: Any) -> bytes:
        """The id of the record a person means by an id, a number, a code or a name; D-306."""
        return lookup.find(self.conn, kind, ref)

    def any_record(self, ref: str) -> bytes:
        """The id of the record of whatever kind that 32 hexadecimal digits name; D-306."""
        return lookup.any_record(self.conn, ref)

    def find_or_none(self, kind: str, ref: Any) -> bytes | None:
        """As `find`; nothing for nothing."""
        return None if ref in (None, "", b"") else lookup.find(self.conn, kind, ref)

    def base_value(self, record: bytes, tag: int, dots: tuple[Dot, ...]) -> Any:
        """The value that one of `dots` gave a field, as a base still tells it; None when it does not."""
        facts = journal.base_of(self.conn, record)
        for c in facts.creates if facts else ():
            if c.dot in dots:
                return c.values.get(tag)
        return next((h.value for h in facts.heads.get(tag, ()) if h.dot in dots), None) if facts else None

    # --- writing -----------------------------------------------------------------------------------------------

    def set_locally(self) -> None:
        """A setting of this machine was changed: no record, but views are told and Ctrl+Z may take it back."""
        self._wrote = True
        self.changes.kinds.add("setting")

    def create(self, kind_name: str, values: Mapping[str, Any], record: bytes | None = None, **args: bytes) -> bytes:
        """Begin a record with `values` {field name: value}; returns its id. Empty values are left out.

        `args`: what the op carries besides.
        """
        op = self._create_op(BY_NAME[kind_name], values, record, args=args)
        self._put(op)
        self.ids.append(op.record)
        return op.record

    def create_many(
        self, kind_name: str, rows: Iterable[Mapping[str, Any]], records: Iterable[bytes | None] = ()
    ) -> list[bytes]:
        """Begin many records at once, set-wise (an imported list of units); the office alone may create everything.

        `records`: their ids, where they are fixed beforehand.
        """
        given = list(records)
        pairs = [(row, given[i] if i < len(given) else None) for i, row in enumerate(rows)]
        if not self.office:
            return [self.create(kind_name, row, record) for row, record in pairs]
        kind = BY_NAME[kind_name]
        roots = {row[kind.root] for row, _ in pairs} if kind.root else set()
        known = self.ws.fold.states(self.conn, sorted(roots))
        heads = {root: found[root].heads for root, found in known.items() if root in found}
        ops = [self._create_op(kind, row, record, heads) for row, record in pairs]
        self.put_many(ops)
        made = [op.record for op in ops]
        self.ids.extend(made)
        return made

    def _create_op(
        self,
        kind: Kind,
        values: Mapping[str, Any],
        record: bytes | None,
        root_heads: Mapping[bytes, tuple[Dot, ...]] | None = None,
        **more: Any,
    ) -> Op:
        given = {kind.by_name[n].tag: clean(kind.by_name[n], v) for n, v in values.items()}
        kept = {tag: v for tag, v in sorted(given.items()) if v is not None}
        record = record or self.ws.randomness.uuid7()
        root: bytes = record
        at: tuple[Dot, ...] = ()
        if kind.root:
            root = kept[kind.by_name[kind.root].tag]
            at = self._root_heads(root) if root_heads is None else root_heads.get(root, ())
        return self._op(OpType.CREATE, kind, record, root, 1, at=at, values=kept, **more)

    def _root_heads(self, root: bytes) -> tuple[Dot, ...]:
        found = self.ws.fold.state(self.conn, root, root)
        return found.heads if found else ()

    def set(self, record: bytes, values: Mapping[str, Any], reason: str = "") -> bool:
        """Give fields new values, over what is here; False when nothing differs.

        D-311: a group may not edit a field in conflict. D-314: this side may not write it.
        """
        op = self.set_op(self.state(record), values, reason)
        if op is None:
            return False
        self._put(op)
        if record not in self.ids:
            self.ids.append(record)
        return True

    def set_many(self, rows: Mapping[bytes, Mapping[str, Any]], reason: str = "") -> int:
        """The same for many records that have no root (units), set-wise at the office; returns how many differed."""
        if not self.office:
            return sum(self.set(record, values, reason) for record, values in rows.items())
        states = self.ws.fold.states(self.conn, list(rows))
        made = [self.set_op(states[record][record], values, reason) for record, values in rows.items()]
        ops = [op for op in made if op is not None]
        self.put_many(ops)
        self.ids.extend(op.record for op in ops)
        return len(ops)

    def set_op(
        self, state: RecordState, values: Mapping[str, Any], reason: str, more: Mapping[str, Any] | None = None
    ) -> Op | None:
        """The op that gives the fields these values; None when nothing differs. `more`: what it carries besides."""
        wanted = self._wanted(state, values)
        if not wanted:
            return None
        writes = {}
        for tag, value in sorted(wanted.items()):
            reg = state.register(tag)
            if reg.conflict and not self.office:
                raise DubuError("D-311")
            writes[tag] = Write(value, reg.over, join([h.ctx for h in reg.heads], [h.dot for h in reg.heads]))
        root, at = self._place(state)
        said = clean(REASON, reason)
        args = {**({"reason": said} if said else {}), **(more or {})}
        return self._op(OpType.SET, state.kind, state.record, root, state.lam + 1, at=at, writes=writes, args=args)

    def _wanted(self, state: RecordState, values: Mapping[str, Any]) -> dict[int, Any]:
        """The fields that differ, with those that are always written together with them."""
        kind = state.kind
        cleaned = {kind.by_name[n].tag: clean(kind.by_name[n], v) for n, v in values.items()}
        wanted = {
            tag: value
            for tag, value in cleaned.items()
            if state.register(tag).conflict or state.register(tag).value != value
        }
        together = {kind.by_tag[tag].together for tag in wanted} - {""}
        for f in kind.fields:
            if f.together in together and f.tag not in wanted:
                wanted[f.tag] = cleaned.get(f.tag, state.get(f.name))
        return wanted

    def _place(self, state: RecordState) -> tuple[bytes, tuple[Dot, ...]]:
        if not state.kind.root:
            return state.record, state.heads
        root = state.get(state.kind.root)
        return root, self._root_heads(root)

    def step(self, record: bytes, event: str, reason: str = "", **args: Any) -> None:
        """Take a lifecycle step. D-302 role, D-307 status, D-312 reason missing, D-314 not this side's."""
        state = self.state(record)
        self._put(self._step_op(state, event, reason, args, self._place(state)))
        if record not in self.ids:
            self.ids.append(record)

    def step_many(self, records: Iterable[tuple[bytes, bytes]], event: str, reason: str = "") -> None:
        """The same step for many (root, record), set-wise at the office; none may rest on another's step."""
        pairs = list(records)
        if not self.office:
            for _, record in pairs:
                self.step(record, event, reason)
            return
        known = self.ws.fold.states(self.conn, list(dict.fromkeys(root for root, _ in pairs)))
        places = {root: (root, found[root].heads if root in found else ()) for root, found in known.items()}
        self.put_many([self._step_op(known[root][record], event, reason, {}, places[root]) for root, record in pairs])
        self.ids.extend(record for _, record in pairs)

    def _step_op(
        self,
        state: RecordState,
        event: str,
        reason: str,
        args: dict[str, Any],
        place: tuple[bytes, tuple[Dot, ...]],
    ) -> Op:
        life = state.kind.lifecycle
        steps = [s for s in life.steps_from(state.status) if s.event == event]
        if not steps:
            raise DubuError("D-307", status=life.status_label(state.status), event=life.label_of(event))
        self._check_role([r for s in steps for r in s.roles])
        if self._by_document is not None:
            args["by_document"] = self._by_document.hex()
        said = clean(REASON, reason)
        if any(s.reason for s in steps) and not said:
            raise DubuError("D-312")
        if said:
            args["reason"] = said
        return self.event_op(
            state, life.tag_of[event], args, state.seen() if any(s.closing for s in steps) else {}, place
        )

    @contextmanager
    def carried(self, document: bytes) -> Iterator[None]:
        """Inside, steps of the director are taken by the director's signature under `document`; D-307 if it has none.

        contracts.md §2: issuing a 通报 carries, by the director's signature, 交整改 of each finding it names. So the
        clerk who issues it needs no role of the director for these steps; each of them says which paper it rests on.
        """
        state = self.state(document)
        life = state.kind.lifecycle
        if life.tag_of.get("sign") not in {e.event for e in state.events}:
            raise DubuError("D-307", status=life.status_label(state.status), event="按签发的文书办理")
        self._by_document = document
        try:
            yield
        finally:
            self._by_document = None

    def retract(self, record: bytes) -> str:
        """Take back the last step while nothing follows it; returns its name. D-302 not this role's step, D-313.

        A conflict of steps that it ended is open again.
        """
        state = self.state(record)
        last = state.last_step()
        if last is None:
            raise DubuError("D-313", detail="这一步不能撤回")
        self._check_role(state.roles_of(last))
        for op in countering.against(self, state, last, self._place(state), {}):
            self._put(op)
        if record not in self.ids:
            self.ids.append(record)
        return state.kind.lifecycle.name_of.get(last.event, "")

    def decide_status(self, record: bytes, status: str) -> None:
        """The office settles two steps taken without knowing of each other."""
        state = self.state(record)
        self._event(state, DECIDE_TAG, {"status": status})

    def _event(self, state: RecordState, tag: int, args: Mapping[str, Any]) -> None:
        self._put(self.event_op(state, tag, args, {}, self._place(state)))
        if state.record not in self.ids:
            self.ids.append(state.record)

    def event_op(
        self,
        state: RecordState,
        tag: int,
        args: Mapping[str, Any],
        seen: Mapping[int, Any],
        place: tuple[bytes, tuple[Dot, ...]],
    ) -> Op:
        """The op of a step whose right nobody has checked yet. `place`: the root and what of it was seen."""
        root, at = place
        heads = tuple(dict.fromkeys((*state.heads, *at)))
        more: dict[str, Any] = {"at": heads, "event": tag, "args": args, "seen": seen}
        return self._op(OpType.EVENT, state.kind, state.record, root, state.lam + 1, **more)

    def purge_op(self, state: RecordState, seen: Mapping[Any, int], reason: str) -> Op:
        """The op that removes a record and what belongs to it for good; `seen`: the last op of each writer on it."""
        more: dict[str, Any] = {"at": state.heads, "args": {"reason": reason}, "seen": {0: seen}}
        return self._op(OpType.PURGE, state.kind, state.record, state.record, state.lam + 1, **more)

    def _check_role(self, roles: Iterable[Role]) -> None:
        wanted = tuple(dict.fromkeys(roles))
        if self._by_document is not None and Role.DIRECTOR in wanted:
            return
        if self.person is None or not self.person.roles & set(wanted):
            raise DubuError(
                "D-302",
                name=self.person.name if self.person else "未选择人员",
                roles="、".join(r.label for r in wanted),
            )

    # --- ops ---------------------------------------------------------------------------------------------------

    def _op(self, type_: OpType, kind: Kind, record: bytes, root: bytes, lam: int, **parts: Any) -> Op:
        if not self.ws.can_sign:
            raise DubuError("D-315", why="用恢复码打开")
        if self.person is None and self.verb != "init":  # every op says who sat at the keyboard (contracts.md §3)
            raise DubuError("D-301", name="")
        if self._seq is None:
            self._seq = self._begun = journal.last_seq(self.conn, self.ws.profile.actor)
            tolerance = default_rules().desk.clock_offset_minutes * 60_000
            now = self.ws.clock.now_ms()
            clocks.note_own(self.conn, self.ws.profile.actor, self._seq + 1, now, tolerance)
        self._seq += 1
        dot = Dot(self.ws.profile.actor, self._seq)
        who = self.person.id if self.person else b""
        wall = self.ws.clock.now_ms()
        # a changed program may have used up the ranks: its value then shows by a tie, and nobody is kept from writing
        return Op(dot, min(lam, MAX_INT), wall, who, kind.tag, record, root, type_, self.txn, **parts)

    def _put(self, op: Op) -> None:
        """Append and fold one op; refuse it as the office would, before it is acknowledged to anybody."""
        self.changes.merge(journal.apply(self.conn, self.ws.fold, journal.written([op])))
        self._wrote = True
        judge = Fold(self.ws.side_of, judge=True, hub=self.ws.at_hub)
        states = judge.states(self.conn, [op.root]).get(op.root, {})
        why = states[op.record].inert.get(op.dot) if op.record in states else Inert.UNKNOWN
        if why is not None:
            who = "办公室" if self.office else "督巡组"
            raise DubuError("D-314", who=who, detail=f"{BY_TAG_LABEL[op.kind]}：{why.label}")

    def put_many(self, ops: list[Op]) -> None:
        """Append and fold ops of the office, which judges all: D-314, and nothing is written, if one had no effect."""
        if not ops:
            return
        self.changes.merge(journal.apply(self.conn, self.ws.fold, journal.written(ops)))
        self._wrote = True
        why = queries.why_inert(self.conn, ops[0].dot.actor, ops[0].dot.seq, ops[-1].dot.seq)
        if why is not None:
            raise DubuError("D-314", who="办公室", detail=Inert(why).label)


BY_TAG_LABEL = {k.tag: k.label for k in BY_NAME.values()}
