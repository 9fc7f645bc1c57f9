"""An open workspace with the person at its keyboard: the door through which window and command line come in."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

from dubu_desktop.actions import practice, registry
from dubu_desktop.actions.actor import Actor, Tools
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import EDITION_LABELS, Outcome, Progress
from dubu_desktop.db import queries
from dubu_desktop.db.workspace import Workspace
from dubu_desktop.domain.lifecycle import GROUP_ROLES, OFFICE_ROLES, Role
from dubu_desktop.errors import DubuError
from dubu_desktop.system.clock import Clock
from dubu_desktop.system.randomness import Randomness

T = TypeVar("T")


class House:
    """One workspace, open. `person` is who acts; None may read but not write."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self.person: Actor | None = None
        self.tools = Tools()

    # --- coming and going --------------------------------------------------------------------------------------

    @classmethod
    def open_(
        cls,
        path: Path,
        password: str,
        clock: Clock | None = None,
        rand: Randomness | None = None,
        told: Callable[[int, int], None] | None = None,
    ) -> House:
        """Open the workspace at `path`; D-101 … D-116. A restored copy takes a new incarnation at once.

        Without a `clock` it is the machine's, in 演示库 that of its own day (practice.py).
        """
        ws = Workspace.open_(path, password, clock=clock or Clock(), rand=rand or Randomness(), told=told)
        house = cls._settled(ws)
        if clock is None:
            ws.clock = practice.clock_of(ws) or ws.clock
        return house

    @classmethod
    def open_with_recovery(
        cls, path: Path, code: str, clock: Clock | None = None, rand: Randomness | None = None
    ) -> House:
        """Open with the printed recovery code: to read, print and back up, not to write."""
        return cls(Workspace.open_with_recovery(path, code, clock=clock or Clock(), rand=rand or Randomness()))

    @classmethod
    def _settled(cls, ws: Workspace) -> House:
        from dubu_desktop.actions.incarnation import settle

        try:
            settle(ws)
        except BaseException:
            ws.close()
            raise
        return cls(ws)

    def close(self) -> None:
        """Close the workspace; safe to call twice."""
        self.tools.close()
        self.ws.close()

    def __enter__(self) -> House:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def verify(self) -> None:
        """Verify every page of the database and its structure: D-111 naming the first damage (`check`)."""
        self.ws.verify()

    # --- who ---------------------------------------------------------------------------------------------------

    @property
    def hub(self) -> bool:
        """Whether this is the office's main computer, the one all others exchange with."""
        return self.ws.profile.is_hub

    @property
    def edition(self) -> str:
        """ "office" or "group"."""
        return self.ws.profile.edition

    def people(self) -> list[dict[str, Any]]:
        """The persons of this side who may sit at the keyboard."""
        with self.ws.reading() as conn:
            rows = queries.all_rows(conn, "person")
        side = self.ws.profile.side or None
        return [r for r in rows if r["group"] == side]

    def be(self, name: str | bytes) -> Actor:
        """Choose who is at the keyboard, by name or id; D-301."""
        for row in self.people():
            if name in (row["name"], row["uuid"]):
                allowed = set(OFFICE_ROLES if self.ws.profile.is_office else GROUP_ROLES)
                roles = frozenset(Role(r) for r in row["roles"] if r in Role._value2member_map_) & allowed
                self.person = Actor(row["uuid"], row["name"], frozenset(roles))
                return self.person
        raise DubuError("D-301", name=name if isinstance(name, str) else name.hex())

    # --- doing -------------------------------------------------------------------------------------------------

    def do(self, verb: str, /, **params: Any) -> Outcome:
        """Do a verb to its end. D-301 … D-305 and whatever the verb raises; then nothing has changed."""
        work = self.run(verb, **params)
        while True:
            try:
                next(work)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]

    def run(self, verb: str, /, **params: Any) -> Generator[Progress, None, Outcome]:
        """The same as a generator of progress; closing it at any yield leaves everything as it was before."""
        found = registry.find(verb)
        found.check(params)
        self._may(found)
        desk = Desk(self.ws, self.person, found.name, found.label, self.tools)
        if found.long:
            yield from found.run(desk, **params)
        else:
            with desk.writing():
                found.run(desk, **params)
        c = desk.changes
        return Outcome(
            tuple(i.hex() for i in desk.ids),
            desk.number,
            frozenset(c.kinds),
            frozenset(c.new),
            frozenset(c.changed),
            c.conflicts,
            tuple(desk.warnings),
            found.label if found.undoable and desk.ids else None,
            desk.extra,
        )

    def _may(self, verb: registry.Verb) -> None:
        if self.edition not in verb.editions:
            where = "、".join(EDITION_LABELS[e] for e in verb.editions)
            raise DubuError("D-303", verb=verb.label, edition=where)
        if verb.hub and not self.ws.profile.is_hub:
            raise DubuError("D-317", verb=verb.label)
        if set(verb.roles) == set(Role):
            return
        if self.person is None or not self.person.roles & set(verb.roles):
            labels = "、".join(
                r.label for r in verb.roles if r in (OFFICE_ROLES if self.edition == "office" else GROUP_ROLES)
            )
            raise DubuError("D-302", name=self.person.name if self.person else "未选择人员", roles=labels)

    # --- reading -----------------------------------------------------------------------------------------------

    def read(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """`fn(reader, …)` on one consistent snapshot; it returns plain values, never rows or connections."""
        from dubu_desktop.actions.reads import Reader

        with self.ws.reading() as conn:
            return fn(Reader(self.ws, conn, self.person), *args, **kwargs)
