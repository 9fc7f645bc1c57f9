"""This copy's identity and the office's public keys, as `sync` wants them, out of the encrypted workspace."""

from __future__ import annotations

from typing import Any

from dubu_desktop.db.workspace import Workspace, get_json, put_json
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


def office_key(ws: Workspace, conn: Any, actor: Actor) -> bytes | None:
    """The office's signing key if `actor` is any incarnation of the office; None for anybody else."""
    public = load_office(ws, conn)
    return public.sign_public if actor.replica == public.replica else None
