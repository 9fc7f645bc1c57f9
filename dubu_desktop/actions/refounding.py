"""The key that signs is lost for ever: an office opened by its recovery code gets new keys, and the spokes learn them.

The recovery code opens data, never the signing key (sync.md §3.12). So a recovered office can read, and nobody would
believe what it sends. It is founded anew: another identity in the same workspace, with all its records and its roster
signed again. Every spoke must be told by hand, with a starter and a code on paper as on the first day, because whoever
merely found a backup and a recovery code must not be able to speak for the office by himself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import standing, trust
from dubu_desktop.db import enrolments, journal, meta, scope
from dubu_desktop.db.workspace import get_json, put, put_json
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.enrol import OpenedStarter, make_reg, open_starter
from dubu_desktop.sync.identity import PublicIdentity, new_identity
from dubu_desktop.sync.roles import HUB_ROLE, OFFICE_ROLE, base_of
from dubu_desktop.sync.roster import seal_entry
from dubu_desktop.wire.messages import ReplicaStatus, RosterEntry


def refound(desk: Desk) -> None:
    """Give this office, whose own keys are lost, new ones, inside the desk's transaction."""
    ws, conn = desk.ws, desk.conn
    old, public = ws.profile.actor, ids.remembered(conn)
    identity = new_identity(ws.randomness)
    heard = max([a.counter for a in journal.actors(conn) if a.replica == old.replica] + [old.counter])
    fresh = Actor(identity.replica, heard + 1, ws.randomness.u32())
    lineage = get_json(conn, "lineage", {})
    put_json(conn, "lineage", lineage | {old.to_bytes().hex(): scope.change_no(conn)})
    cut, known = trust.cutoffs_unverified(conn), trust.entries_unverified(conn)
    ids.add_former(conn, old.replica, public.sign_public if public is not None else b"")
    ws.set_identity(conn, ids.pack(identity))
    ws.set_profile(conn, replace(ws.profile, actor=fresh, office=fresh))
    meta.remove(conn, meta.RESTORED)
    ids.remember(ws, conn)
    trust.forget_signed(conn)
    for entry in known:
        standing.pronounce(desk, entry, entry.status, entry.cutoff, entry.reason)
    if public is not None:
        _say_of_old(desk, old, public)
    standing.publish(desk, cut)
    ws.roster_changed(conn)
    for each in enrolments.starters(conn):
        enrolments.withdraw(conn, each.eid)  # they name an office that is no more


def _say_of_old(desk: Desk, old: Actor, public: PublicIdentity) -> None:
    """An entry for the office that was, so that whoever joins later knows whose its words are."""
    ws = desk.ws
    entry = RosterEntry(
        hub=ws.profile.actor.to_bytes(),
        version=enrolments.next_version(desk.conn),
        replica_id=old.replica.to_bytes(8, "big"),
        side="office",
        group=OFFICE,
        role=HUB_ROLE,
        sign_public=public.sign_public,
        age_recipient=public.age_recipient,
        status=ReplicaStatus.RETIRED,
        changed_ms=ws.clock.now_ms(),
    )
    trust.keep(desk.conn, seal_entry(entry, workspace=ws.profile.workspace, sign_private=ids.load(ws).sign_private))


def rejoin(desk: Desk, starter: bytes, code: str) -> None:
    """A spoke learns the keys of the office founded anew, from a starter and the code on paper.

    D-207 another workspace, D-321 for another group or use than this computer's, D-23x when file and code do not fit,
    D-116 when this computer's own keys are lost too.
    """
    ws, conn = desk.ws, desk.conn
    opened = open_starter(starter, code)
    _require_mine(desk, opened)
    b, me = opened.body, ids.load(ws)
    before, office = ids.load_office(ws, conn), Actor.from_bytes(b.office)
    if office.replica != before.replica and office.replica in ids.former(conn):
        raise DubuError("D-237")  # an old paper of the office that was
    if before.sign_public != b.office_sign_public:
        ids.add_former(conn, before.replica, before.sign_public)
    ids.save_office(conn, PublicIdentity(office.replica, b.office_sign_public, b.office_age_recipient))
    if office.replica != ws.profile.office.replica or office > ws.profile.office:
        ws.set_profile(conn, replace(ws.profile, office=office))
    put(conn, "reg", make_reg(opened, identity=me, actor=ws.profile.actor, label=_label(desk)))
    ws.roster_changed(conn)


def _require_mine(desk: Desk, opened: OpenedStarter) -> None:
    me, b = desk.ws.profile, opened.body
    if b.workspace != me.workspace:
        raise DubuError("D-207")
    mine = (base_of(b.role) == OFFICE_ROLE) if me.is_office else b.group == me.side
    if not mine:
        raise DubuError("D-321", group=b.group_name)


def _label(desk: Desk) -> str:
    mine: Any = trust.entry_of(desk.ws, desk.conn, desk.ws.profile.actor.replica)
    return str(mine.entry.label) if mine is not None else desk.ws.profile.group_name
