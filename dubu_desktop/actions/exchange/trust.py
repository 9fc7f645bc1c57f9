"""Whom this workspace trusts: the roster, the office's key, a laptop that answers its starter for the first time."""

from __future__ import annotations

from typing import Any

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.desk import Desk
from dubu_desktop.db import enrolments, queries
from dubu_desktop.db.workspace import Workspace, get_json, put_json
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.ops import Actor
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError
from dubu_desktop.sync import roster
from dubu_desktop.sync.contents import Addressee, SenderKeys
from dubu_desktop.sync.enrol import CheckedReg, Enrolment, check_reg
from dubu_desktop.sync.roles import HUB_ROLE, base_of
from dubu_desktop.sync.roster import Cut, SignedEntry, SignedList, open_entry, open_list, seal_entry
from dubu_desktop.sync.signing import SIGNATURE_SIZE
from dubu_desktop.wire.messages import Head, Reg, ReplicaStatus, Revocations, RosterEntry
from dubu_desktop.wire.packing import pack, unpack

_MAX_REG = 8192
#: the bare lists of revocations held, sealed, the newest first
_LISTS = "revocations"


def addressee(ws: Workspace, conn: Any) -> Addressee:
    """Who reads here, and whose signature counts."""
    identity = ids.load(ws)

    def sender(head: Head) -> SenderKeys | None:
        with ws.reading() as fresh:
            return _sender(ws, fresh, head)

    def office_key(actor: Actor) -> bytes | None:
        with ws.reading() as fresh:
            return ids.office_key(ws, fresh, actor)

    return Addressee(ws.profile.workspace, identity.replica, identity.age_identity, sender, office_key)


def _sender(ws: Workspace, conn: Any, head: Head) -> SenderKeys | None:
    replica = head.sender_actor.replica
    if not ws.profile.is_hub:
        office = ids.load_office(ws, conn)
        return SenderKeys(office.replica, office.sign_public) if replica == office.replica else None
    known = entry_of(ws, conn, replica)
    if known is not None:
        return SenderKeys(replica, known.entry.sign_public)
    for raw in head.roster:  # this office was restored from a time before it took the sender in
        shown = _opened(ws, conn, raw)
        if shown.entry.replica == replica:
            return SenderKeys(replica, shown.entry.sign_public)
    if head.reg:
        if replica in cutoffs(ws, conn):  # forgotten and known to be stolen: its old starter opens nothing any more
            raise DubuError("D-208", label=clean_line(head.label) or "未写明")
        checked = registration(ws, conn, head)
        return SenderKeys(checked.reg.replica, checked.reg.sign_public)
    return None


# --- what is held ------------------------------------------------------------------------------------------------


def _opened(ws: Workspace, conn: Any, raw: bytes) -> SignedEntry:
    return open_entry(raw, workspace=ws.profile.workspace, office_key=lambda a: ids.office_key(ws, conn, a))


def entry_of(ws: Workspace, conn: Any, replica: int) -> SignedEntry | None:
    """The roster entry of a workspace copy, verified; None when it has none."""
    found = enrolments.laptop(conn, replica)
    return _opened(ws, conn, found.signed) if found is not None else None


def entries(ws: Workspace, conn: Any) -> dict[int, SignedEntry]:
    """{replica: entry} of all held, verified."""
    found = [_opened(ws, conn, raw) for raw in enrolments.entries(conn)]
    return {signed.entry.replica: signed for signed in found}


def spokes(ws: Workspace, conn: Any) -> list[RosterEntry]:
    """The entries of every other workspace copy, whatever its state, verified, in order of replica."""
    every = [signed.entry for signed in entries(ws, conn).values()]
    return [e for e in every if e.replica != ws.profile.actor.replica and base_of(e.role) != HUB_ROLE]


def laptops(ws: Workspace, conn: Any) -> list[RosterEntry]:
    """The entries of the workspace copies in use: those a bundle may be made for."""
    return [entry for entry in spokes(ws, conn) if entry.status is ReplicaStatus.ACTIVE]


def entries_unverified(conn: Any) -> list[RosterEntry]:
    """What this workspace itself once verified and kept, read where the key is lost that would verify it again."""
    return [unpack(RosterEntry, raw[SIGNATURE_SIZE:], max_bytes=roster.MAX_ENTRY) for raw in enrolments.entries(conn)]


def cutoffs_unverified(conn: Any) -> dict[int, Cut]:
    """As `cutoffs`, in the same case."""
    told = [bytes.fromhex(raw)[SIGNATURE_SIZE:] for raw in get_json(conn, _LISTS, [])]
    known = [unpack(Revocations, body, max_bytes=roster.MAX_REVOCATIONS) for body in told]
    return roster.cutoffs([SignedEntry(entry, b"") for entry in entries_unverified(conn)], known)


def forget_signed(conn: Any) -> None:
    """Drop lists signed by a key that is lost; they are signed anew."""
    put_json(conn, _LISTS, [])


def lists(ws: Workspace, conn: Any) -> list[SignedList]:
    """The bare lists of revocations held, verified, the newest first."""
    return [_opened_list(ws, conn, bytes.fromhex(raw)) for raw in get_json(conn, _LISTS, [])]


def _opened_list(ws: Workspace, conn: Any, raw: bytes) -> SignedList:
    return open_list(raw, workspace=ws.profile.workspace, office_key=lambda a: ids.office_key(ws, conn, a))


def keep_lists(conn: Any, kept: list[SignedList]) -> None:
    """Keep these lists in place of those held."""
    put_json(conn, _LISTS, [each.sealed.hex() for each in kept])


def cutoffs(ws: Workspace, conn: Any) -> dict[int, Cut]:
    """{replica: its cut} of every workspace copy that an entry or a list calls revoked."""
    return roster.cutoffs(entries(ws, conn).values(), [each.revocations for each in lists(ws, conn)])


def revoked(ws: Workspace, conn: Any, replica: int) -> bool:
    """Whether the roster calls a workspace copy revoked."""
    known = entry_of(ws, conn, replica)
    return known is not None and known.entry.status is ReplicaStatus.REVOKED


def list_to_send(ws: Workspace, conn: Any) -> bytes:
    """What the HEAD carries: the hub's own list; from a spoke first one that names what the newest does not."""
    held = lists(ws, conn)
    return held[0 if ws.profile.is_hub else -1].sealed if held else b""


# --- taking in ---------------------------------------------------------------------------------------------------


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
    if not head.reg:
        return
    if enrolments.laptop(conn, replica) is not None:
        _answered_again(ws, conn, head)
        return
    checked = registration(ws, conn, head)
    given = enrolments.given(conn, checked.reg.eid)
    if given is None:
        raise DubuError("D-237")
    row = queries.row_of(conn, "group", given.group) if given.group != OFFICE else None
    if row is None and given.group != OFFICE:
        raise DubuError("D-237")
    entry = RosterEntry(
        hub=ws.profile.actor.to_bytes(),
        version=enrolments.next_version(conn),
        replica_id=replica.to_bytes(8, "big"),
        side="group" if row else "office",
        group=given.group,
        group_code=row["code"] if row else "",
        role=given.role,
        sign_public=checked.reg.sign_public,
        age_recipient=checked.reg.age_recipient,
        valid_from_ms=ws.clock.now_ms(),
        label=checked.reg.label,
    )
    keep(conn, seal_entry(entry, workspace=ws.profile.workspace, sign_private=ids.load(ws).sign_private))
    enrolments.use(conn, checked.reg.eid, pack(checked.reg))
    ws.roster_changed(conn)


def _answered_again(ws: Workspace, conn: Any, head: Head) -> None:
    """A computer known already answers the starter that told it of an office founded anew: the starter is used up."""
    try:
        checked = registration(ws, conn, head)
    except DubuError:
        return  # an old registration that a laptop sends until it is named; its entry speaks for it
    enrolments.use(conn, checked.reg.eid, pack(checked.reg))


def keep(conn: Any, signed: SignedEntry) -> None:
    """Keep a verified roster entry."""
    e = signed.entry
    enrolments.keep_entry(conn, e.replica, e.group, e.version.to_bytes(12, "big"), signed.sealed)


def adopt(desk: Desk, head: Head) -> bool:
    """Take the roster entries and the list of revocations in a bundle, signed by the office: they only ever rise.

    True when anything rose. D-216 when two of one version disagree.
    """
    ws, conn = desk.ws, desk.conn
    held = set(enrolments.entries(conn))
    fresh = [_opened(ws, conn, raw) for raw in head.roster if raw not in held]
    adopted = roster.adopt(entries(ws, conn) if fresh else {}, fresh)
    for replica in adopted.changed:
        keep(conn, adopted.current[replica])
    if adopted.changed:
        ws.roster_changed(conn)
    return _adopt_list(ws, conn, head.revocations) or bool(adopted.changed)


def _adopt_list(ws: Workspace, conn: Any, raw: bytes) -> bool:
    if not raw or raw.hex() in get_json(conn, _LISTS, []):
        return False
    before = lists(ws, conn)
    joined = roster.join_lists(before, _opened_list(ws, conn, raw), ends=ws.profile.is_hub)
    if joined == before:
        return False
    keep_lists(conn, joined)
    return True


def named(desk: Desk, head: Head) -> str:
    """How the sender is called here, by what is proven: the group's name, or 办公室."""
    if not desk.ws.profile.is_hub:
        return "办公室"
    found = enrolments.laptop(desk.conn, head.sender_actor.replica)
    if found is None or found.side == OFFICE:
        return "办公室"
    row = queries.row_of(desk.conn, "group", found.side)
    return row["name"] if row else ""
