"""What every read works with: one snapshot of the tables, and what is asked of it again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dubu_desktop.db import queries
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.calendar import WorkCalendar, shipped_calendar

if TYPE_CHECKING:
    from dubu_desktop.actions.actor import Actor
    from dubu_desktop.actions.rules import InForce
    from dubu_desktop.db.workspace import Workspace
    from dubu_desktop.domain.ops import Actor as WriterActor
    from dubu_desktop.domain.rules import Rules


@dataclass(frozen=True)
class Reader:
    """The workspace, one snapshot of its tables, and who asks. Lives as long as one read."""

    ws: Workspace
    conn: Any
    person: Actor | None

    @property
    def office(self) -> bool:
        """Whether this is the office's edition."""
        return self.ws.profile.is_office

    @property
    def hub(self) -> bool:
        """Whether this is the office's main computer: the one all others exchange with."""
        return self.ws.profile.is_hub

    @property
    def side(self) -> bytes | None:
        """The own group's id; None at the office."""
        return self.ws.profile.side or None

    @cached_property
    def today(self) -> date:
        """Today in Asia/Shanghai."""
        return self.ws.clock.today()

    @cached_property
    def in_force(self) -> InForce:
        """The rule profile in force."""
        from dubu_desktop.actions import rules

        return rules.current(self.conn)

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self.in_force.rules

    @property
    def calendar(self) -> WorkCalendar:
        """Working days."""
        return shipped_calendar()

    @cached_property
    def groups(self) -> dict[bytes, dict[str, Any]]:
        """{id: group record}; there are few."""
        return {row["uuid"]: row for row in queries.all_rows(self.conn, "group", with_gone=True)}

    def group_name(self, group: bytes | None) -> str:
        """第三督导巡查组; the office where there is none."""
        if not group:
            return "办公室"
        known = self.groups.get(group)
        return known["name"] if known else self.ws.profile.group_name if group == self.side else "未知组"

    def group_code(self, group: bytes) -> str:
        """03: groups are listed in this order; one that is not known here comes last."""
        known = self.groups.get(group)
        return str(known["code"]) if known and known["code"] else "~"

    def side_label(self, actor: WriterActor) -> str:
        """Whose workspace copy an actor is: 办公室, a group's name, 程序自带 for what ships."""
        if not actor.replica:
            return "程序自带"
        side = self.ws.side_of(actor)
        return "未知来源" if side is None else "办公室" if side == OFFICE else self.group_name(side)

    def names(self, kind: str, records: Any) -> dict[bytes, str]:
        """{id: name} of records of a kind."""
        return queries.names_of(self.conn, kind, records)


def raw(ref: str | bytes) -> bytes:
    """An id as 16 bytes, from bytes or hexadecimal."""
    return bytes.fromhex(ref) if isinstance(ref, str) else ref


def raw_or_none(ref: str | bytes | None) -> bytes | None:
    """As `raw`; nothing for nothing."""
    return raw(ref) if ref else None
