"""Whom this workspace trusts: the roster, the office's key, a laptop that answers its starter for the first time."""

from __future__ import annotations

from typing import Any

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.desk import Desk
from dubu_desktop.db import enrolments, queries
from dubu_desktop.db.workspace import Workspace
from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.contents import Addressee, SenderKeys
from dubu_desktop.sync.enrol import CheckedReg, Enrolment, check_reg
from dubu_desktop.sync.roster import SignedEntry, open_entry, seal_entry
from dubu_desktop.wire.messages import Head, Reg, RosterEntry
from dubu_desktop.wire.packing import pack, unpack

_MAX_REG = 8192


def addressee(ws: Workspace, conn: Any) -> Addressee:
    """Who reads here, and whose signature counts."""
    identity = ids.load(ws)
    office = ids.load_office(ws, conn)

    def sender(head: Head) -> SenderKeys | None:
        with ws.reading() as fresh:
            return _sender(ws, fresh, head)

    def office_key(actor: Actor) -> bytes | None:
        return office.sign_public if actor.replica == office.replica else None

    return Addressee(ws.profile.workspace, identity.replica, identity.age_identity, sender, office_key)


def _sender(ws: Workspace, conn: Any, head: Head) -> SenderKeys | None:
    replica = head.sender_actor.replica
    if not ws.profile.is_office:
        office = ids.load_office(ws, conn)
        return SenderKeys(office.replica, office.sign_public) if replica == office.replica else None
    known = entry_of(ws, conn, replica)
    if known is not None:
        return SenderKeys(replica, known.entry.sign_public, known.entry.cutoff)
    for raw in head.roster:  # this office was restored from a time before it took the sender in
        shown = open_entry(raw, workspace=ws.profile.workspace, office_key=lambda a: ids.office_key(ws, conn, a))
        if shown.entry.replica == replica:
            return SenderKeys(replica, shown.entry.sign_public, shown.entry.cutoff)
    if head.reg:
        checked = registration(ws, conn, head)
        return SenderKeys(checked.reg.replica, checked.reg.sign_public)
    return None


def entry_of(ws: Workspace, conn: Any, replica: int) -> SignedEntry | None:
    """The roster entry of a workspace copy, verified; None when it has none."""
    found = enrolments.laptop(conn, replica)
    if found is None:
        return None
    return open_entry(found.signed, workspace=ws.profile.workspace, office_key=lambda a: ids.office_key(ws, conn, a))


def laptops(ws: Workspace, conn: Any) -> list[RosterEntry]:
    """The roster entries of every workspace copy of a group, verified, in order of replica."""
    signed = [
        open_entry(raw, workspace=ws.profile.workspace, office_key=lambda a: ids.office_key(ws, conn, a))
        for raw in enrolments.entries(conn)
    ]
    return [s.entry for s in signed if s.entry.group]


def registration(ws: Workspace, conn: Any, head: Head) -> CheckedReg:
    """The registration in a bundle's head, checked against the starter it answers; D-204, D-207, D-235 … D-239."""

    def given(eid: bytes) -> Enrolment | None:
        row = enrolments.given(conn, eid)
        if row is None:
            return None
        bound = unpack(Reg, row.reg, max_bytes=_MAX_REG) if row.reg else None
        return Enrolment(row.register_key, bound)

    def key_of(replica: int) -> bytes | None:
        entry = entry_of(ws, conn, replica)
        return entry.entry.sign_public if entry else None

    own = ids.load(ws).public.sign_public
    return check_reg(
        head.reg, workspace=ws.profile.workspace, office_sign_public=own, enrolment_of=given, key_of_replica=key_of
    )


def enrol(desk: Desk, head: Head) -> None:
    """Take a laptop that answers its starter into the roster, in the transaction of its first bundle."""
    ws, conn = desk.ws, desk.conn
    replica = head.sender_actor.replica
    if enrolments.laptop(conn, replica) is not None or not head.reg:
        return
    checked = registration(ws, conn, head)
    given = enrolments.given(conn, checked.reg.eid)
    group = given.group if given else b""
    row = queries.row_of(conn, "group", group)
    if row is None:
        raise DubuError("D-237")
    version = enrolments.next_version(conn)
    entry = RosterEntry(
        hub=ws.profile.actor.to_bytes(),
        version=version,
        replica_id=replica.to_bytes(8, "big"),
        side="group",
        group=group,
        group_code=row["code"],
        role="group",
        sign_public=checked.reg.sign_public,
        age_recipient=checked.reg.age_recipient,
        valid_from_ms=ws.clock.now_ms(),
        label=checked.reg.label,
    )
    signed = seal_entry(entry, workspace=ws.profile.workspace, sign_private=ids.load(ws).sign_private)
    keep(conn, signed)
    enrolments.use(conn, checked.reg.eid, pack(checked.reg))
    ws.roster_changed(conn)


def keep(conn: Any, signed: SignedEntry) -> None:
    """Keep a verified roster entry."""
    e = signed.entry
    enrolments.keep_entry(conn, e.replica, e.group, e.version.to_bytes(12, "big"), signed.sealed)


def adopt(desk: Desk, head: Head) -> None:
    """Take the roster entries in a bundle, signed by the office: newer replace older ones; D-216 when they disagree."""
    ws, conn = desk.ws, desk.conn
    from dubu_desktop.sync import roster

    office = ids.load_office(ws, conn)

    def key(actor: Actor) -> bytes | None:
        return office.sign_public if actor.replica == office.replica else None

    known = {}
    for raw in enrolments.entries(conn):
        signed = open_entry(raw, workspace=ws.profile.workspace, office_key=key)
        known[signed.entry.replica] = signed
    incoming = [open_entry(raw, workspace=ws.profile.workspace, office_key=key) for raw in head.roster]
    adopted = roster.adopt(known, incoming)
    for replica in adopted.changed:
        keep(conn, adopted.current[replica])
    if adopted.changed:
        ws.roster_changed(conn)


def named(desk: Desk, head: Head) -> str:
    """How the sender is called here, by what is proven: the group's name, or 办公室."""
    if not desk.office:
        return "办公室"
    found = enrolments.laptop(desk.conn, head.sender_actor.replica)
    row = queries.row_of(desk.conn, "group", found.side) if found else None
    return row["name"] if row else ""
