"""Photos that no computer has any more: at the office, where it can be known and where somebody can decide.

A photo goes everywhere with what is purged; an office restored from before the purge names it again. Each computer asks
for what it lacks, and at a group for what the office asks of it too (photos.want_list): a photo that everybody asks for
comes from nobody. It is attached again from the camera, or removed with a reason (移除照片); then nobody waits for it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from dubu_desktop.db import enrolments, scope
from dubu_desktop.domain.authority import OFFICE

if TYPE_CHECKING:
    from dubu_desktop.db.workspace import Workspace


def photos(ws: Workspace, conn: Any, finding: bytes | None = None) -> dict[bytes, bytes]:
    """{evidence: its finding} of the photos wanted here that every computer which may hold them lacks, original and
    preview, by its last bundle; of one finding, else of all. At the hub; elsewhere none, for the office may get it from
    others.
    """
    wanted = scope.awaited(conn, finding) if ws.profile.is_hub else []
    if not wanted:
        return {}
    others = [one for one in enrolments.in_use(conn) if one.replica not in {*ws.hubs, ws.profile.actor.replica}]
    lacking = {one.replica: set(scope.asked(conn, one.replica)) for one in others}

    @cache
    def holders(audience: bytes, creator: bytes | None) -> list[int]:
        """Which computers may have what is seen by these and is this side's: the same few for most photos."""
        return [o.replica for o in others if o.side in (OFFICE, creator) or scope.reaches(audience, o.side)]

    out: dict[bytes, bytes] = {}
    for photo in wanted:
        may = holders(photo.audience, photo.creator)
        if all(photo.named <= lacking[replica] for replica in may) and not any(map(ws.blobs.has, photo.named)):
            out[photo.record] = photo.finding
    return out
