"""Ops -> folded tables: refolds every record that a batch of ops touched, set-wise where it can.

The unit of work is a *root* with all that hangs on it (a finding with its evidence, rectification, urges), because
authority, audience and standing of the children come from the root.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from dubu_desktop.db import claims, lapsed, purging
from dubu_desktop.db import tables as t
from dubu_desktop.db.foldrows import CHUNK, Batch, Changes, Kept, existing, stamped
from dubu_desktop.db.told import Told, by_root, load, untouched
from dubu_desktop.domain.audience import NOBODY, audience
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.facts import Facts, Inert, RecordState, awaits_due
from dubu_desktop.domain.merge import Surroundings, fold
from dubu_desktop.domain.ops import Actor, Op, OpType
from dubu_desktop.domain.records import BY_TAG, FINDING, RECTIFICATION, TASK
from dubu_desktop.wire.digest import shown_values_digest

#: new ops folded at a time
_OPS = 200


@dataclass(frozen=True)
class Fold:
    """How this workspace folds: `side_of` an actor, and whether it judges (the hub does).

    `hub`: whether an actor is not another computer of the office, which may not number papers.
    """

    side_of: Callable[[Actor], bytes | None]
    judge: bool
    hub: Callable[[Actor], bool] = lambda _actor: True

    # --- reading -----------------------------------------------------------------------------------------------

    def states(self, conn: Connection, roots: Sequence[bytes]) -> dict[bytes, dict[bytes, RecordState]]:
        """{root: {record: state}} of whole aggregates, folded from journal and bases; unknown roots are left out."""
        told = load(conn, roots)
        gone = self._gone(conn, told, roots)
        known = (root for root in told.known(roots) if root not in gone)
        return {root: self._aggregate(root, told.ops[root], told.facts[root]) for root in known}

    def _gone(self, conn: Connection, told: Told, roots: Sequence[bytes]) -> dict[bytes, Op | None]:
        """{root: the office's purge, where it is here} of aggregates that were removed for good."""
        found = {root: purging.purge_of(told.ops[root], self.side_of, self.hub) for root in told.known(roots)}
        hidden = frozenset[bytes]() if self.judge else purging.hidden(conn, roots)
        return {root: op for root, op in found.items() if op is not None or root in hidden}

    def _aggregate(
        self, root: bytes, ops: Mapping[bytes, list[Op]], facts: Mapping[bytes, Facts]
    ) -> dict[bytes, RecordState]:
        assigned = frozenset(self._assigned(ops)) | frozenset(_assigned_by_base(facts))
        out: dict[bytes, RecordState] = {}
        own = self._one(root, ops.get(root, []), facts.get(root), None, assigned)
        if own is not None:
            out[root] = own
        for record in sorted((set(ops) | set(facts)) - {root}):
            state = self._one(record, ops.get(record, []), facts.get(record), own, assigned)
            if state is not None:
                out[record] = state
        return out

    def _one(
        self, record: bytes, ops: list[Op], facts: Facts | None, root: RecordState | None, assigned: frozenset[bytes]
    ) -> RecordState | None:
        if not facts and not ops:
            return None
        tag = facts.kind if facts else ops[0].kind
        mine = [op for op in ops if op.kind == tag]
        if len(mine) < len(ops) and not facts:
            tag = self._kind_of(ops)
            mine = [op for op in ops if op.kind == tag]
        kind = BY_TAG.get(tag)
        if kind is None:
            return None
        state = fold(kind, record, facts, mine, Surroundings(self.side_of, self.judge, root, assigned, self.hub))
        if len(mine) < len(ops):
            # of kinds that nobody here knows the list tells all the same (`_write`)
            why = Inert.NO_AUTHORITY if state.exists else Inert.MISSING
            strange = {op.dot: why for op in ops if op.kind != tag and op.kind in BY_TAG}
            state = replace(state, inert={**state.inert, **strange})
        return state

    def _kind_of(self, ops: Iterable[Op]) -> int:
        """The kind of a record that is claimed to be of several: of those known here that of a create, of the creates
        the one that the office says or works with, then the first. No honest program makes two.
        """
        known = [op for op in ops if op.kind in BY_TAG] or list(ops)
        office = {op.kind for op in known if self.side_of(op.dot.actor) == OFFICE}
        return min(known, key=lambda op: (op.type is not OpType.CREATE, op.kind not in office, op.dot)).kind

    def _assigned(self, ops: Mapping[bytes, list[Op]]) -> Iterator[bytes]:
        """Groups that some office op ever assigned the aggregate to: standing only grows (sync.md §3.5)."""
        for op in (op for found in ops.values() for op in found):
            tag = _ASSIGNING.get(op.kind)
            if tag is None or self.side_of(op.dot.actor) != OFFICE:
                continue
            value = op.values.get(tag) if op.type is OpType.CREATE else None
            if op.type is OpType.SET and tag in op.writes:
                value = op.writes[tag].value
            if isinstance(value, bytes):
                yield value

    def state(self, conn: Connection, record: bytes, root: bytes | None = None) -> RecordState | None:
        """The state of one record; `root` where the caller knows it."""
        if root is None:
            root = conn.execute(select(t.record.c.root).where(t.record.c.uuid == record)).scalar() or record
        return self.states(conn, [root]).get(root, {}).get(record)

    # --- writing -----------------------------------------------------------------------------------------------

    def refold(
        self,
        conn: Connection,
        roots: Iterable[bytes],
        kept: Mapping[bytes, Kept] | None = None,
        fresh: Iterable[Op] | None = None,
    ) -> Changes:
        """Fold the aggregates of `roots` anew and write what differs into the folded tables.

        `kept`: row ids and change numbers that records had before the tables were dropped (proof.rebuild). `fresh`: the
        ops that have just come to the journal, where nothing else changed for their roots: what a record was before
        they came is then known without asking the journal.
        """
        changes = Changes()
        news = by_root(fresh or ())
        for part in _portions(roots, news):
            changes.merge(self._write(conn, part, kept or {}, news))
        return changes

    def _write(
        self,
        conn: Connection,
        roots: Sequence[bytes],
        kept: Mapping[bytes, Kept],
        news: Mapping[bytes, list[Op]],
        relined: Collection[bytes] = (),
    ) -> Changes:
        """One portion of `refold`. `relined`: findings whose list row is written whatever has become of them."""
        before = existing(conn, roots)
        told = untouched(conn, before, news)
        load(conn, [root for root in roots if root not in told.facts], told)
        gone = self._gone(conn, told, roots)
        known = [root for root in told.known(roots) if root not in gone]
        folded = {root: self._aggregate(root, told.ops[root], told.facts[root]) for root in known}
        self._recall(before, told, news)
        batch = Batch(conn, before, kept)
        aggregates, barred, robbed = claims.settle(conn, folded, before)
        shaken = lapsed.forget(conn, aggregates, before, self.judge, batch.changes)
        for state in barred:
            batch.without_effect(state)
        for root in aggregates:
            for record, ops in told.ops[root].items():
                batch.unknown(record, [op.dot for op in ops if op.kind not in BY_TAG])
        for root, states in aggregates.items():
            own = states.get(root)
            verify = _verify_group(states)
            wide = audience(own, None, verify) if own is not None else NOBODY
            waiting = own is not None and own.kind is FINDING and awaits_due(own)
            touched = root in robbed or root in relined or root in shaken
            for record, state in states.items():
                if record != root and not self.judge and (own is None or not own.exists):
                    continue  # of a record that left this scope only what its own side wrote is here, and not shown
                who = wide if record == root else audience(state, own, verify, wide)
                if state.exists and not claims.belongs(state, root):
                    batch.without_effect(state)
                    continue
                dateless = waiting and state.kind is RECTIFICATION
                touched = batch.take(root, state, who, dateless=dateless) or touched
            if touched and own is not None and own.kind is FINDING and own.exists:
                batch.line(own, states)
        changes = batch.flush()
        purged = {root: op for root, op in gone.items() if op is not None}
        if purged:
            changes.changed |= purging.bury(conn, purged, told.ops, before.values())
            changes.kinds |= {BY_TAG[op.kind].name for op in purged.values() if op.kind in BY_TAG}
        if others := robbed - aggregates.keys():
            changes.merge(self._write(conn, sorted(others), kept, {}, others))
        return changes

    def _recall(self, before: dict[bytes, Any], told: Told, news: Mapping[bytes, list[Op]]) -> None:
        """What records were that have no stamp yet: an import writes none, because most are never asked for."""
        owing = {bytes(row.root) for row in before.values() if not row.stamp}
        for root, values in told.shown.items():
            row = before[root]
            shown = shown_values_digest(BY_TAG[row.kind].lifecycle.initial, (), values)
            before[root] = row._replace(shown=shown)
        for root in (owing & set(news)) - told.shown.keys():
            dots = {op.dot for op in news[root]}
            ops = {record: [op for op in found if op.dot not in dots] for record, found in told.ops[root].items()}
            states = self._aggregate(root, {r: found for r, found in ops.items() if found}, told.facts[root])
            for record, state in states.items():
                if record in before and state.exists:
                    before[record] = stamped(before[record], state)


def _portions(roots: Iterable[bytes], news: Mapping[bytes, list[Op]]) -> Iterator[list[bytes]]:
    """Roots to be folded at a time: few where each has much that is new, as findings with their photos have. What is
    held in memory is the states of one portion.
    """
    part: list[bytes] = []
    ops = 0
    for root in roots:
        coming = len(news.get(root, ()))
        if part and (len(part) == CHUNK or ops + coming > _OPS):
            yield part
            part, ops = [], 0
        part.append(root)
        ops += coming
    if part:
        yield part


#: {kind tag: tag of the field by which the office gives a group standing}
_ASSIGNING = {
    RECTIFICATION.tag: RECTIFICATION.by_name["verify_group"].tag,
    TASK.tag: TASK.by_name["group"].tag,
}


def _assigned_by_base(facts: Mapping[bytes, Facts]) -> Iterator[bytes]:
    """What `_assigned` finds in ops, found in bases: a group judges its own steps before taking them."""
    for f in facts.values():
        tag = _ASSIGNING.get(f.kind)
        if tag is not None:
            values = [c.values.get(tag) for c in f.creates] + [h.value for h in f.heads.get(tag, ())]
            yield from (v for v in values if isinstance(v, bytes))


def _verify_group(states: Mapping[bytes, RecordState]) -> bytes | None:
    for state in states.values():
        if state.kind is RECTIFICATION and state.exists:
            group = state.get("verify_group")
            return group if isinstance(group, bytes) else None
    return None
