"""已上报 and 办公室已收, read from the link: has this op left, is it acknowledged (contracts.md §2). Groups only."""

from __future__ import annotations

from collections.abc import Sequence

from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import history, journal, links
from dubu_desktop.domain.ops import Actor

NOT_SENT, LEFT, RECEIVED = "未上报", "已导出", "办公室已收"


def words(r: Reader, roots: Sequence[bytes]) -> dict[bytes, str]:
    """{root: 未上报, 已导出 or 办公室已收} for what this group wrote of each; nothing at the office."""
    if r.office or not roots:
        return {}
    own = [a for a in journal.actors(r.conn) if a.replica == r.ws.profile.actor.replica]
    acked, left = _acknowledged(r, own), {a: history.sealed_through(r.conn, a) for a in own}
    out = {}
    for root, last in history.last_own(r.conn, own, roots).items():
        if all(seq <= acked.get(a, 0) for a, seq in last.items()):
            out[root] = RECEIVED
        elif all(seq <= left.get(a, 0) for a, seq in last.items()):
            out[root] = LEFT
        else:
            out[root] = NOT_SENT
    return out


def _acknowledged(r: Reader, own: Sequence[Actor]) -> dict[Actor, int]:
    """{own actor: last running number the office holds}, from the newest acknowledgement."""
    link = links.load(r.conn, r.ws.profile.office.replica)
    out = {}
    for actor in own:
        number = link.have.get(actor.to_bytes().hex(), 0)
        out[actor] = history.sealed_through(r.conn, actor, number) if number else 0
    return out
