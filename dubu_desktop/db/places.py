"""Of which kind a record is and on which other record it hangs: fixed when it begins, the same in all that comes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from dubu_desktop.db import bulk
from dubu_desktop.errors import DubuError

#: tag of the kind, and the record it hangs on; None where it stands by itself
Place = tuple[int, bytes | None]


class Places:
    """What all that comes in one import says of records; no honest program ever says two things of one: D-255."""

    def __init__(self) -> None:
        self._told: dict[bytes, Place] = {}
        self._new: dict[bytes, Place] = {}

    def add(self, record: bytes, kind: int, root: bytes) -> None:
        """One record."""
        self._say({record: (kind, None if root == record else root)})

    def add_roots(self, records: Iterable[bytes], kind: int) -> None:
        """Many records of one kind that stand by themselves."""
        self._say(dict.fromkeys(records, (kind, None)))

    def _say(self, said: dict[bytes, Place]) -> None:
        for before in (self._told, self._new):
            if any(before[record] != said[record] for record in before.keys() & said.keys()):
                raise DubuError("D-255", detail="同一记录有两种归属")
        self._new |= said

    def check(self, conn: Connection) -> set[bytes]:
        """Hold what was added since the last check against the records here: D-255; returns which are here."""
        known = set[bytes]()
        for uuid, kind, root in bulk.among(conn, "SELECT uuid, kind, root FROM record WHERE uuid IN ({})", self._new):
            if self._new[uuid] != (kind, None if root == uuid else root):
                raise DubuError("D-255", detail="同一记录有两种归属")
            known.add(uuid)
        self._told |= self._new
        self._new = {}
        return known
