"""What the tests of exchange share: workspaces that are copied, restored, cloned, lost; and hostile ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from dubu_desktop.actions import check, recovery
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.house import House
from dubu_desktop.db import journal, local, queries, scope
from dubu_desktop.db import tables as t
from dubu_desktop.domain.ops import Op, OpType
from dubu_desktop.wire.codec import MAX_INT
from dubu_desktop.wire.digest import total_digest
from tests.world import PASSWORD, SetClock, World

T = TypeVar("T")
NAMES = {"office": "王主任", "01": "组长01", "02": "组长02", "clerk": "叶青禾"}


class Place(World):
    """A world opened from its folder. `sides`: every open workspace by the name of its folder's owner."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root, self.clock, self.patch = root, SetClock("2026-06-03T09:00"), patch
        self.stick = root / "stick"
        self.extra: list[House] = []
        self.open_later({who: NAMES[who] for who in ("office", "01", "02")})

    def open(self, who: str, path: Path) -> House:
        """Open a workspace of `who` with its person at the keyboard."""
        house = House.open_(path, PASSWORD, self.clock)
        house.be(NAMES[who])
        return house

    def close(self) -> None:
        super().close()
        for house in self.extra:
            house.close()

    def side(self, who: str) -> House:
        """The open workspace of `who`: office, 01 or 02."""
        return self.office if who == "office" else self.groups[who]

    def put(self, who: str, house: House) -> House:
        """From now on this is the workspace of `who`."""
        if who == "office":
            self.office = house
        else:
            self.groups[who] = house
        return house

    # --- what happens to workspaces ----------------------------------------------------------------------------

    def backup(self, who: str) -> Path:
        """A verified backup, carried elsewhere with the photos."""
        told = self.side(who).do("make_backup", to=str(self._folder(f"second-{who}"))).extra
        return Path(told["path"])

    def restore(self, who: str, backup: Path) -> House:
        """The machine burnt; a new one is set up from the backup."""
        self.side(who).close()
        path = self._fresh(f"restored-{who}")
        recovery.restore(backup, path, password=PASSWORD, clock=self.clock)
        return self.put(who, self.open(who, path))

    def snapshot(self, who: str) -> Path:
        """The folder copied by hand while the program is closed."""
        house = self.side(who)
        path = house.ws.folder.path
        house.close()
        kept = self._fresh(f"copy-{who}")
        shutil.copytree(path, kept)
        self.put(who, self.open(who, path))
        return kept

    def copy_back(self, who: str, kept: Path) -> House:
        """An old copy of the folder put in place of the present one."""
        house = self.side(who)
        path = house.ws.folder.path
        house.close()
        shutil.rmtree(path)
        shutil.copytree(kept, path)
        return self.put(who, self.open(who, path))

    def lose_photo(self, evidence: Mapping[str, Any], *sides: str) -> None:
        """The files of one photo, original and preview, are gone at these."""
        for who in sides:
            for name in ("sha256", "preview"):
                self.side(who).ws.blobs.remove(evidence[name])

    @contextmanager
    def another_machine(self, name: str = "elsewhere") -> Iterator[None]:
        """Whatever is done in here is done by a user without the marks of this one."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DUBU_STATE_DIR", str(self.root / f"state-{name}"))
            yield

    def _folder(self, name: str) -> Path:
        path = self.root / name
        path.mkdir(exist_ok=True)
        return path

    def _fresh(self, name: str) -> Path:
        n = 1
        while (self.root / f"{name}-{n}").exists():
            n += 1
        return self.root / f"{name}-{n}"

    # --- exchange ----------------------------------------------------------------------------------------------

    def export(self, who: str, to: str = "office") -> str:
        """One bundle of `who`; returns the file."""
        (made,) = self.side(who).do("export_bundle", to=to, out=str(self.stick)).extra["files"]
        return str(made)

    def bring(self, who: str, *files: str) -> list[dict[str, Any]]:
        """Import at `who`."""
        return self.take(self.side(who), list(files))

    def swap(self, code: str) -> None:
        """One bundle up, one down."""
        self.bring("office", self.export(code))
        self.bring(code, self.export("office", code))

    # --- looking -----------------------------------------------------------------------------------------------

    def digest(self, who: str, group: str | None = None) -> str:
        """The digest of a workspace, or of what `group` must show."""
        return digest_of(self.side(who), self.group_id(group) if group else None)

    def together(self) -> bool:
        """Whether every group shows exactly what the office holds for it."""
        return all(self.agree(code) for code in self.groups)

    def value(self, who: str, number: str, field: str = "place") -> Any:
        """What `who` shows of a finding."""
        return self.row(self.side(who), "finding", number=number)[field]

    def conflicts(self, who: str) -> int:
        """How many fields (and lifecycles) are in conflict."""
        with self.side(who).ws.reading() as conn:
            return len(conn.execute(select(t.conflict)).all())

    def inert(self, who: str) -> list[str]:
        """Reasons of the ops without effect."""
        with self.side(who).ws.reading() as conn:
            return [row.reason for row in conn.execute(select(t.inert))]

    def faults(self, who: str) -> list[str]:
        """What `check --audit` and `check --rebuild` find wrong."""
        audited, rebuilt = ended(check.audit(self.side(who))), ended(check.rebuild(self.side(who)))
        return [f"{f.where} {f.what}" for f in audited.faults] + list(rebuilt.differing)

    def alarms(self, who: str) -> list[str]:
        """Codes of the alarms up."""
        with self.side(who).ws.reading() as conn:
            return [a.code for a in local.alarms(conn)]


def ended(work: Generator[Any, None, T]) -> T:
    """Long work to its end."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def digest_of(house: House, group: bytes | None = None) -> str:
    """Digest of all records, or of those in one group's scope."""
    with house.ws.reading() as conn:
        return total_digest(scope.digests(conn, group))


def ops_held(house: House) -> set[tuple[bytes, int, bytes]]:
    """(actor, number, bytes) of every op in a journal, wherever it keeps them."""
    with house.ws.reading() as conn:
        found = {a: journal.bodies(conn, a, 1, MAX_INT) for a in journal.actors(conn)}
    return {(actor.to_bytes(), seq, raw) for actor, bodies in found.items() for seq, raw in bodies.items()}


def fork_held(house: House) -> list[bytes]:
    """Sealed second segments kept."""
    with house.ws.reading() as conn:
        return [bytes(r.sealed) for r in conn.execute(select(t.fork.c.sealed))]


def hostile(house: House, act: Callable[[Unjudged], None]) -> None:
    """Let `act` write with a program that asks nobody: what its own key signs, unjudged."""
    desk = Unjudged(house.ws, house.person, "hostile", "恶意")
    with desk.writing():
        act(desk)


class Unjudged(Desk):
    """A desk whose program has been changed: no role, no standing, no lifecycle is asked."""

    def _put(self, op: Op) -> None:
        self.changes.merge(journal.apply(self.conn, self.ws.fold, journal.written([op])))
        self._wrote = True

    def _check_role(self, roles: Any) -> None:
        pass

    def force(self, state: Any, event: str, **args: Any) -> None:
        """Take a step of a record whatever its status, having seen `state`."""
        life = state.kind.lifecycle
        op = self._op(
            OpType.EVENT, state.kind, state.record, state.record, state.lam + 1,
            at=state.heads, event=life.tag_of[event], args=args, seen=state.seen(),
        )  # fmt: skip
        self._put(op)


def finding_state(house: House, number: str) -> Any:
    """The folded state of a finding, heads and all."""
    with house.ws.reading() as conn:
        (record,) = queries.ids_where(conn, "finding", "number", number)
        return house.ws.fold.state(conn, record)
