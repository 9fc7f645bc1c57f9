"""This copy's identity and the office's public keys, as `sync` wants them, out of the encrypted workspace."""

from __future__ import annotations

from typing import Any

from dubu_desktop.db.workspace import FORMER, Workspace, get_json, put_json
from dubu_desktop.domain.ops import Actor
from dubu_desktop.sync.identity import Identity, PublicIdentity


def pack(identity: Identity) -> bytes:
    """Bytes to be sealed under the password: 32 of the signing key, then the age identity."""
    return identity.sign_private + identity.age_identity.encode("ascii")


def load(ws: Workspace) -> Identity:
    """The identity; D-116 when the workspace was opened with the recovery code."""
    raw = ws.identity()
    return Identity(ws.profile.actor.replica, raw[:32], raw[32:].decode("ascii"))


def save_office(conn: Any, office: PublicIdentity) -> None:
    """Remember the office's public keys (a group's workspace)."""
    body = {"replica": f"{office.replica:016x}", "sign": office.sign_public.hex(), "age": office.age_recipient}
    put_json(conn, "office", body)


def load_office(ws: Workspace, conn: Any) -> PublicIdentity:
    """The office's public keys: its own at the hub, the remembered ones at every spoke."""
    if ws.profile.is_hub:
        return load(ws).public
    body = get_json(conn, "office")
    return PublicIdentity(int(body["replica"], 16), bytes.fromhex(body["sign"]), body["age"])


def remember(ws: Workspace, conn: Any) -> None:
    """Keep the hub's own public keys readable without the password: a refounded office must know what it was."""
    public = load(ws).public
    if remembered(conn) != public:
        save_office(conn, public)


def remembered(conn: Any) -> PublicIdentity | None:
    """The office's public keys as they were last written down; None where they never were."""
    body = get_json(conn, "office")
    return PublicIdentity(int(body["replica"], 16), bytes.fromhex(body["sign"]), body["age"]) if body else None


def add_former(conn: Any, replica: int, sign_public: bytes) -> None:
    """An office that was, before it was founded anew: its words stay the office's. No key: they cannot be checked."""
    put_json(conn, FORMER, get_json(conn, FORMER, {}) | {f"{replica:016x}": sign_public.hex()})


def former(conn: Any) -> set[int]:
    """The copies that were the office before it was founded anew."""
    return {int(replica, 16) for replica in get_json(conn, FORMER, {})}


def office_key(ws: Workspace, conn: Any, actor: Actor) -> bytes | None:
    """The office's signing key if `actor` is any incarnation of the office, or of one that was; None for the others."""
    public = load_office(ws, conn)
    if actor.replica == public.replica:
        return public.sign_public
    return bytes.fromhex(get_json(conn, FORMER, {}).get(f"{actor.replica:016x}", "")) or None
