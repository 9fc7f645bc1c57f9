"""An office and three groups on real workspaces, each machine with its own clock and user, beside the model of them.

What a person, a stick or a disaster does to them is a method here; the model is told of it in the same breath. Which of
it happens is decided by a schedule (`schedule.py`), what must hold then by `properties.py`.
"""

from __future__ import annotations

import os
import pickle
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dubu_desktop.actions import backups
from dubu_desktop.actions.house import House
from dubu_desktop.db import queries
from dubu_desktop.domain.lifecycle import DECIDE_TAG, REOPENS
from dubu_desktop.domain.ops import Op, OpType
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.errors import DubuError
from tests.property import observe
from tests.property.model import OFFICE, Model, Name, View
from tests.world import PASSWORD, SetClock, World

GROUPS = ("01", "02", "03")
WHO = (OFFICE, *GROUPS)
PEOPLE = {OFFICE: "王主任"} | {code: f"组长{code}" for code in GROUPS}
#: kinds the model follows; what all share is compared by digest alone
FOLLOWED = frozenset({"finding", "evidence", "rectification", "urge", "note", "task", "visit"})
#: a kind that only a later version knows
UNKNOWN_KIND = 777
FINDER = BY_NAME["finding"].by_name["finder_group"].tag
VERIFIER = BY_NAME["rectification"].by_name["verify_group"].tag
GROUP_OF = {name: BY_NAME[name].by_name["group"].tag for name in ("task", "visit")}
ISSUED = BY_NAME["task"].lifecycle.tag_of["issue"]


@dataclass
class Post:
    """One workspace in use: on which machine (`state` is what its user keeps outside it), and what the model knows."""

    who: str
    house: House
    clock: SetClock
    state: Path
    view: View
    #: per link (its 32 bytes) the highest serial taken, and the office's highest life heard of
    serials: dict[bytes, int] = field(default_factory=dict)
    office: bytes = b""

    @property
    def actor(self) -> bytes:
        """This life of this workspace."""
        return self.house.ws.profile.actor.to_bytes()


@dataclass(frozen=True)
class Kept:
    """A backup, or a copy by hand, and what was known then."""

    path: Path
    view: View
    serials: Mapping[bytes, int]
    office: bytes


@dataclass(frozen=True)
class Bundle:
    """One file on the stick. `mine`: its author's deeds when it was written. `scope`: down: the records its group was
    to receive; `told`: down: what the office counted of them; `beyond`: down: what the office knew of all others."""

    path: Path
    by: str
    to: str
    sender: bytes
    recipient: bytes
    link: bytes
    serial: int
    position: int
    mine: frozenset[Name]
    scope: frozenset[bytes] = frozenset()
    told: frozenset[Name] = frozenset()
    beyond: frozenset[Name] = frozenset()
    have: tuple[tuple[bytes, int], ...] = ()


def prepare(start: Path) -> None:
    """Make a bare start in the folder `start`: workspaces that have exchanged once, closed, a backup of each beside."""
    os.environ["DUBU_STATE_DIR"] = str(start / "user" / "all")
    world = World(start / "world", GROUPS)
    kept: dict[str, list[Kept]] = {}
    for who in WHO:
        house = world.office if who == OFFICE else world.groups[who]
        second = start / f"second-{who}"
        second.mkdir()
        told = house.do("make_backup", to=str(second)).extra
        kept[who] = [Kept(Path(told["path"]), View(who), {}, house.ws.profile.office.to_bytes())]
    world.close()
    again = World.opened(start / "world")  # the first opening verifies the whole file: not in every schedule anew
    again.everybody()
    again.close()
    for who in WHO:
        shutil.copytree(start / "user" / "all", start / "user" / who)
    views = {who: View(who) for who in WHO}
    (start / "fleet").write_bytes(pickle.dumps((Model(), views, {who: {} for who in WHO}, kept, {}, 0)))


def no_backups(folder: str, names: list[str]) -> list[str]:
    """Backups are read where they lie; they are not copied with the workspaces."""
    return names if Path(folder).name == "backups" else []


class Fleet:
    """All workspaces, all files, and the truth about them. `count`: what was really done, by name."""

    def __init__(self, start: Path, root: Path) -> None:
        shutil.copytree(start / "world", root / "world", ignore=no_backups)
        shutil.copytree(start / "user", root / "user")
        self.root, self.stick = root, root / "world" / "stick"
        self.model: Model
        self.backups: dict[str, list[Kept]]
        self.canaries: dict[bytes, bytes]
        begun = pickle.loads((start / "fleet").read_bytes())
        self._n: int
        self.model, views, serials, self.backups, self.canaries, self._n = begun
        self.count: Counter[str] = Counter()
        self.files: list[Bundle] = []
        self.read: set[Path] = set()
        self.copies: dict[str, list[Kept]] = {who: [] for who in WHO}
        self.posts: dict[str, Post] = {}
        self.log: list[str] = []
        #: roots of what was written last
        self.touched: set[bytes] = set()
        for who in WHO:
            folder = root / "world" / ("office" if who == OFFICE else f"group{who}")
            clock = SetClock("2026-06-03T09:00")
            self.posts[who] = self._open(who, folder, clock, root / "user" / who, views[who])
            self.posts[who].serials = serials[who]
        with self.posts[OFFICE].house.ws.reading() as conn:
            self.group_ids = {r["code"]: bytes(r["uuid"]) for r in queries.all_rows(conn, "group")}
        self.code_of = {group: code for code, group in self.group_ids.items()}

    def close(self) -> None:
        """Close every workspace."""
        for post in self.posts.values():
            post.house.close()

    def token(self) -> int:
        """A number never given before in this schedule."""
        self._n += 1
        return self._n

    # --- machines ----------------------------------------------------------------------------------------------

    @contextmanager
    def at(self, who: str) -> Iterator[House]:
        """Sitting at the machine of `who`."""
        os.environ["DUBU_STATE_DIR"] = str(self.posts[who].state)
        yield self.posts[who].house

    def _open(self, who: str, folder: Path, clock: SetClock, state: Path, view: View) -> Post:
        os.environ["DUBU_STATE_DIR"] = str(state)
        house = House.open_(folder, PASSWORD, clock)
        share_compiled(house)
        house.be(PEOPLE[who])
        post = Post(who, house, clock, state, view)
        post.office = house.ws.profile.office.to_bytes()
        return post

    def reopen(self, who: str, folder: Path | None = None) -> None:
        """The program is closed and opened again, perhaps on another folder."""
        old = self.posts[who]
        old.house.close()
        post = self._open(who, folder or old.house.ws.folder.path, old.clock, old.state, old.view)
        post.serials, post.office = old.serials, old.office
        self.posts[who] = post

    def _fresh(self, name: str) -> Path:
        return self.root / "world" / f"{name}-{self.token()}"

    # --- doing -------------------------------------------------------------------------------------------------

    def act(self, who: str, verb: str, **params: Any) -> Any:
        """A verb at the machine of `who`; the model is told of every op it wrote. A refusal must have written none."""
        with self.at(who) as house:
            before = observe.last_own(house)
            try:
                outcome = house.do(verb, **params)
            except DubuError:
                self._wrote_nothing(house, before, verb)
                raise
            self.heard(who, before)
        return outcome

    def _wrote_nothing(self, house: House, before: int, verb: str) -> None:
        assert observe.last_own(house) == before, f"{verb} was refused and wrote all the same"

    def heard(self, who: str, before: int) -> None:
        """The model hears of what `who` wrote after its op `before`."""
        self.touched = set()
        post = self.posts[who]
        together: dict[bytes, set[Name]] = {}
        for op in observe.own_ops(post.house, before):
            beside = together.setdefault(op.record, set()) if REOPENS in op.args else None
            self.tell(post, op, beside)
            if beside is not None:
                beside.add(observe.name_of(op.dot))

    def tell(self, post: Post, op: Op, beside: set[Name] | None = None) -> None:
        """The model hears of one op just written; `beside`: as in `Model.write`."""
        kind = observe.kind_of(op)
        if kind in FOLLOWED:
            status = str(op.args.get("status", "")) if op.event == DECIDE_TAG else ""
            self._seen_by_nobody(post, observe.name_of(op.dot))
            deed = self.model.write(
                post.view,
                observe.name_of(op.dot),
                kind=kind,
                record=op.record,
                root=op.root,
                sort=observe.SORTS[op.type],
                values=observe.values_of(op),
                event=op.event if op.type is OpType.EVENT else 0,
                status=status,
                beside=beside,
            )
            self.count["deeds"] += 1
            self.touched.add(op.root)
            assert deed.lam == op.lam, f"the rank of {deed.name} is {op.lam}, {deed.lam} was seen"

    def _seen_by_nobody(self, post: Post, name: Name) -> None:
        """A name that is given again: what had it, and all that followed on that laptop, must have reached nobody else,
        nor lie in a bundle.

        Only then may the model forget it; otherwise something acknowledged would be lost unnoticed.
        """
        if name not in self.model.deeds:
            return
        gone = {n for n in self.model.deeds if n[0] == name[0] and n[1] >= name[1]}
        gone &= {n for names in self.model.of_record.values() for n in names}
        for other in self.posts.values():
            assert other is post or not gone & other.view.known, ("known elsewhere", other.who, gone, self.log)
        assert not any(gone & b.mine for b in self.files), ("in a bundle", gone, self.log)
        self.count["names given again"] += 1

    def look(self, who: str) -> None:
        """What reached a workspace, read out of it; nothing that was known may be unknown later."""
        post = self.posts[who]
        with post.house.ws.reading() as conn:
            found = observe.names_held(conn)
            found |= observe.names_told(conn, self.model.records())
        post.view.take_in(found & set(self.model.deeds))

    def _kept(self, post: Post, path: Path) -> Kept:
        return Kept(path, post.view.copy(), dict(post.serials), post.office)

    def _as_kept(self, post: Post, kept: Kept) -> None:
        post.view, post.serials, post.office = kept.view.copy(), dict(kept.serials), kept.office

    # --- bundles -----------------------------------------------------------------------------------------------

    def export(self, who: str, to: str) -> Bundle:
        """A bundle of `who`; what it is expected to tell is noted from the model, not from its bytes."""
        (made,) = self.act(who, "export_bundle", to=to, out=str(self.stick)).extra["files"]
        post = self.posts[who]
        inside = observe.opened(self.posts[to].house, Path(made))
        head = inside.head
        mine = frozenset(n for n in post.view.known if self.model.deeds[n].side == who)
        scope: frozenset[bytes] = frozenset()
        told: frozenset[Name] = frozenset()
        beyond: frozenset[Name] = frozenset()
        if who == OFFICE:
            scope = frozenset(r for r in self.model.records() if to in self.audience(r))
            told = frozenset(n for r in scope for n in self.counted(OFFICE, r))
            beyond = frozenset(n for n in post.view.held if self.model.deeds[n].record not in scope)
        bundle = Bundle(
            Path(made), who, to, head.sender, head.recipient, head.link, head.serial, head.base_position, mine, scope,
            told, beyond, tuple((h.actor, h.number) for h in head.have),
        )  # fmt: skip
        self.files.append(bundle)
        self.count["exports"] += 1
        self.after_export(bundle, inside)
        return bundle

    #: what must hold of a bundle just written; set by `properties`
    after_export: Callable[[Bundle, observe.Inside], None] = staticmethod(lambda _b, _i: None)

    def fresh(self, bundle: Bundle) -> bool:
        """Whether bases and acknowledgements of a down bundle are still to be taken (sync.md §3.8)."""
        post = self.posts[bundle.to]
        newest = bundle.sender >= post.office
        return newest and bundle.recipient == post.actor and bundle.serial >= post.serials.get(bundle.link, 0)

    def bring(self, who: str, *bundles: Bundle) -> list[dict[str, Any]]:
        """Import at `who`; the reports, one for each file."""
        post = self.posts[who]
        taken = []
        for bundle in bundles:
            if bundle.by == OFFICE:
                fresh = self.fresh(bundle)
                post.office = max(post.office, bundle.sender)
                if fresh:
                    post.serials[bundle.link] = bundle.serial
                taken.append(fresh)
            else:
                taken.append(bundle.recipient == post.actor)
        with self.at(who) as house:
            reports = list(house.do("import_bundles", files=[str(b.path) for b in bundles]).extra["reports"])
        self.count["imports"] += len(bundles)
        self.count["files read twice"] += sum(b.path in self.read for b in bundles) + len(bundles) - len(set(bundles))
        self.read.update(b.path for b in bundles)
        self.look(who)
        for bundle, fresh in zip(bundles, taken, strict=True):
            if bundle.by == OFFICE and fresh:
                self._scope(post, bundle)
        return reports

    def _scope(self, post: Post, bundle: Bundle) -> None:
        """After the office's word: what lies outside the scope is no longer followed at this group, and what others
        wrote of it goes (P8). Only what that office knew as well: the rest a restored office has yet to hear (0050)."""
        view = post.view
        for record in self.model.records():
            root = self.model.root_of(record)
            if record in bundle.scope:
                view.left.discard(root)
                continue
            foreign = {n for n in self.model.of_record[record] if n in view.known}
            foreign = {n for n in foreign if self.model.deeds[n].side != post.who}
            view.removed |= foreign & bundle.beyond
            if any(n in view.known and self.model.deeds[n].side != post.who for n in self.model.of_record[root]):
                view.left.add(root)

    def audience(self, record: bytes) -> frozenset[str]:
        """The groups that receive a record, by what the office's deeds amount to in the model (contracts.md §4)."""
        if record not in self.model.of_record:
            return frozenset()  # lost with the one folder that knew it
        root = self.model.root_of(record)
        here = self.counted(OFFICE, root)
        begun = [self.model.deeds[n] for n in self.model.creates(here, root)]
        if not begun:
            return frozenset()
        kind = begun[0].kind
        if kind == "finding":
            groups = {self.model.shown(here, root, FINDER)}
            for child in self.model.children[root] - {root}:
                if self.model.deeds[self.model.of_record[child][0]].kind == "rectification":
                    groups.add(self.model.shown(self.counted(OFFICE, child), child, VERIFIER))
            return frozenset(self._codes(groups))
        if kind == "task" and not any(self.model.deeds[n].event == ISSUED for n in here):
            return frozenset()
        return frozenset(self._codes({self.model.shown(here, root, GROUP_OF[kind])}))

    def _codes(self, packed: set[Any]) -> set[str]:
        return {self.code_of[g] for v in packed if v and (g := observe.unpacked(v)) in self.code_of}

    def counted(self, who: str, record: bytes) -> frozenset[Name]:
        """The deeds on a record that count at a workspace."""
        here = self.model.effective(self.posts[who].view, self.model.root_of(record), record)
        return frozenset(n for n in here if self.model.deeds[n].record == record)


_COMPILED: dict[bool, tuple[Any, Any]] = {}


def share_compiled(house: House) -> None:
    """Statements compiled for one workspace serve the next one: a fifth of the time of a short schedule."""
    for reads, engine in ((False, house.ws.database.writer), (True, house.ws.database.reader)):
        engine.dialect, engine._compiled_cache = _COMPILED.setdefault(reads, (engine.dialect, engine._compiled_cache))


@contextmanager
def without_backups_before_import() -> Iterator[None]:
    """A backup is due before most imports when clocks jump, and costs more than they do; schedules make their own."""
    before = backups.make_before_import
    backups.make_before_import = lambda _ws: None  # type: ignore[assignment]
    try:
        yield
    finally:
        backups.make_before_import = before
