"""Groups, their laptops and when they were last heard of."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from dubu_desktop.actions.reads.bundles import PeerRow, peers
from dubu_desktop.actions.reads.findings import counted
from dubu_desktop.actions.reads.lists import ListFilter, named_ids
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group. `laptops`: its workspace copies (at the office; empty while none has answered)."""

    rowid: int
    id: str
    code: str
    name: str
    leader: str
    findings: int
    laptops: tuple[PeerRow, ...]

    @property
    def sub(self) -> str:
        """The second line: code · leader · what was heard."""
        heard = self.laptops[0].word if self.laptops else ""
        leader = f"组长 {self.leader}" if self.leader else ""
        return " · ".join(part for part in (f"组号 {self.code}", leader, heard) if part)


def ids(r: Reader, filter: ListFilter = ListFilter(), sort: str = "code") -> array[int]:
    """Row ids in order of their codes."""
    return named_ids(r, "group", filter.text, ["code"])


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}."""
    return {"all": figures.count_where(r.conn, "group")}


def rows(r: Reader, ids: Sequence[int]) -> list[GroupRow]:
    """At most 200 groups."""
    found = listing.kind_rows(r.conn, "group", ids)
    by = figures.findings_by(r.conn, "finder_group", [g["uuid"] for g in found], counted(r))
    heard = peers(r, waiting=False) if r.hub else ()
    return [
        GroupRow(
            g["id"],
            g["uuid"].hex(),
            g["code"] or "",
            g["name"] or "",
            g["leader"] or "",
            by.get(g["uuid"], 0),
            tuple(p for p in heard if p.group == g["uuid"].hex()),
        )
        for g in found
    ]
