"""People of this side (at the office: of every side), and what they may do."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from dubu_desktop.actions.reads.lists import ListFilter, named_ids
from dubu_desktop.actions.reads.reader import Reader, raw
from dubu_desktop.actions.reads.say import label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing
from dubu_desktop.domain.records import PERSON


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person. `roles`: stable values; `role_labels` their words. `own`: may sit at this keyboard."""

    rowid: int
    id: str
    name: str
    roles: tuple[str, ...]
    role_labels: str
    post: str
    group: str
    own: bool

    @property
    def sub(self) -> str:
        """The second line: side · roles · post."""
        return " · ".join(part for part in (self.group, self.role_labels, self.post) if part)


def ids(r: Reader, filter: ListFilter = ListFilter(), sort: str = "name") -> array[int]:
    """Row ids. `filter.group`: of one group; key "own": of this side."""
    equal = {"group": raw(filter.group)} if filter.group else {"group": r.side} if filter.key == "own" else {}
    return named_ids(r, "person", filter.text, ["group", "name"], equal=equal)


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}."""
    return {"all": figures.count_where(r.conn, "person"), "own": figures.count_where(r.conn, "person", group=r.side)}


def rows(r: Reader, ids: Sequence[int]) -> list[PersonRow]:
    """At most 200 people."""
    roles = PERSON.by_name["roles"]
    return [
        PersonRow(
            rowid=p["id"],
            id=p["uuid"].hex(),
            name=p["name"] or "",
            roles=tuple(p["roles"]),
            role_labels="、".join(label_of(roles, role) for role in p["roles"]),
            post=p["post"] or "",
            group=r.group_name(p["group"]),
            own=p["group"] == r.side,
        )
        for p in listing.kind_rows(r.conn, "person", ids)
    ]
