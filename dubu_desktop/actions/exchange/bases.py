"""Bases for one laptop of a group: what changed in its scope, without echoing its own words (sync.md §3.6–3.9)."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import leaving
from dubu_desktop.db import scope
from dubu_desktop.db.leaving import note_given
from dubu_desktop.db.links import Link
from dubu_desktop.domain.facts import Inert, RecordState
from dubu_desktop.domain.ops import Actor, Dot
from dubu_desktop.domain.papers.kinds import to_groups
from dubu_desktop.domain.records import DOCUMENT, EVIDENCE
from dubu_desktop.sync.segments import seal_base
from dubu_desktop.wire.bodies import portions
from dubu_desktop.wire.codec import CODEC_ROWS, encode_facts, encode_rows

if TYPE_CHECKING:
    from dubu_desktop.actions.exchange.outgoing import Parcel

#: records in one base block
_BLOCK = 200
_PREVIEW = EVIDENCE.by_name["preview"].tag


def add_bases(desk: Desk, parcel: Parcel, group: bytes, spoke: Actor, link: Link) -> tuple[list[bytes], list[bytes]]:
    """Seal into `parcel` the bases of what changed in the scope of `group` since the spoke's acknowledgement.

    Returns the hashes of the previews that go with them, of evidence the spoke did not make in its present life; and
    those of the 定稿 of papers, to the office's own computers and, of papers that go to a group, to that group.
    """
    ws, conn = desk.ws, desk.conn
    changed = scope.in_scope(conn, group, link.acked)
    key = ids.load(ws).sign_private
    previews: list[bytes] = []
    finals: list[bytes] = []
    told = set(link.told)
    for start in range(0, len(changed), _BLOCK):
        part = changed[start : start + _BLOCK]
        states = ws.fold.states(conn, list(dict.fromkeys(root for _, _, root in part)))
        rows: list[tuple[int, bytes, bytes]] = []
        given: list[bytes] = []
        for position, record, root in part:
            state = states[root][record]
            barred = _barred(state, spoke)
            # the first word on a link tells all: what a former office said without effect may count by now
            if link.acked and not barred and record.hex() not in told and _only_theirs(state, spoke):
                continue
            if barred and record.hex() not in told:
                told.add(record.hex())
                link.told.append(record.hex())
            loose = leaving.may_leave(states[root].get(root), group)
            given += [record] if loose else []
            rows.append((position, root if loose else b"", encode_facts(state.facts(barred.__contains__))))
            previews += _previews(state, spoke)
            finals += _finals(state, group)
            parcel.kinds[state.kind.name] = parcel.kinds.get(state.kind.name, 0) + 1
        note_given(conn, spoke.replica, given)
        # what may leave the scope again stands in blocks of its own, so that they can go without taking others along
        for _, together in groupby(rows, key=itemgetter(1)):
            for block in portions(list(together), lambda row: len(row[2]), _BLOCK):
                base = seal_base(
                    encode_rows([raw for _, _, raw in block]),
                    workspace=ws.profile.workspace,
                    office=ws.profile.actor,
                    link=parcel.head.link,
                    first=block[0][0],
                    last=block[-1][0],
                    codec=CODEC_ROWS,
                    sign_private=key,
                )
                parcel.bases.append(base)
        parcel.records += len(rows)
    return previews, finals


def _barred(state: RecordState, spoke: Actor) -> set[Dot]:
    """Ops of the spoke that have no effect for good; what only waits for its predecessor is not said to be barred."""
    return {d for d, why in state.inert.items() if d.actor.replica == spoke.replica and why is not Inert.MISSING}


def _only_theirs(state: RecordState, spoke: Actor) -> bool:
    """Whether all heads come from that spoke's living incarnation: no echo then."""
    dots = [h.dot for r in state.registers.values() for h in r.heads] + list(state.heads)
    dots += [c.dot for c in state.creates] + [e.dot for e in state.events]
    return all(d.actor == spoke for d in dots)


def _previews(state: RecordState, spoke: Actor) -> list[bytes]:
    """The preview of a piece of evidence that the spoke did not make in its present life."""
    if state.kind is not EVIDENCE:
        return []
    made = [c for c in state.creates if c.dot.actor != spoke]
    return [c.values[_PREVIEW] for c in made if c.values.get(_PREVIEW)]


def _finals(state: RecordState, group: bytes) -> list[bytes]:
    """The 定稿 of a paper that goes to this group."""
    if state.kind is not DOCUMENT or not state.get("final"):
        return []
    return [state.get("final")] if not group or state.get("doc_kind") in to_groups() else []
