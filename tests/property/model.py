"""The truth about a schedule, kept beside the program and without it: who did what, having really seen what.

Nothing of the program is imported here. Where an op of the program carries one number per actor, a `Deed` carries
explicit sets; where the program joins contexts, `View` holds the names of all deeds that ever reached a workspace.
The lifecycles stand here a second time, written from contracts.md §2, not from the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

#: an op by its actor's 16 bytes and running number
Name = tuple[bytes, int]
#: a field of a record; tag 0 stands for the lifecycle
Place = tuple[bytes, int]
OFFICE = "office"
NOTHING: frozenset[Name] = frozenset()

FINDING, TASK, PLAIN = "finding", "task", "plain"
_TARGETS: Mapping[str, Mapping[int, str]] = {
    FINDING: {
        1: "final", 2: "confirmed", 3: "rectifying", 4: "replied", 5: "verified", 6: "closed", 7: "draft",
        8: "rectifying", 11: "merged", 12: "not_established", 13: "exempt", 14: "referred", 90: "voided",
    },
    TASK: {1: "issued", 2: "accepted", 3: "underway", 4: "reported", 5: "completed", 6: "underway", 8: "cancelled",
           9: "underway"},
    PLAIN: {90: "void"},
}  # fmt: skip
_EXTEND = {FINDING: 10, TASK: 7}
_REOPEN, _RETRACT, _DECIDE = 9, 98, 99
_FIRST = {FINDING: "draft", TASK: "drafted", PLAIN: "valid"}
_OPEN: Mapping[str, tuple[str, ...]] = {
    FINDING: (
        "rectifying", "replied", "draft", "final", "confirmed", "verified", "closed", "merged", "not_established",
        "exempt", "referred", "voided",
    ),
    TASK: ("underway", "accepted", "issued", "reported", "drafted", "completed", "cancelled"),
    PLAIN: ("valid", "void"),
}  # fmt: skip


def more_open(life: str, statuses: Iterable[str]) -> str:
    """The status that shows where several stand."""
    return min(statuses, key=_OPEN[life].index)


@dataclass(frozen=True)
class Deed:
    """One op as it was really done.

    `at`: the lifecycle heads its author saw, of the record and of the record it belongs to. `past`: per field every
    deed its author had seen there, directly or through what those had replaced. `over`: per field the heads replaced.
    `values`: per field the value. `status`: what a decision or nothing says.
    """

    name: Name
    side: str
    kind: str
    record: bytes
    root: bytes
    sort: str
    lam: int
    values: Mapping[int, Any] = field(default_factory=dict)
    event: int = 0
    status: str = ""
    at: frozenset[Name] = NOTHING
    past: Mapping[int, frozenset[Name]] = field(default_factory=dict)
    over: Mapping[int, frozenset[Name]] = field(default_factory=dict)

    @property
    def life(self) -> str:
        """Which lifecycle its record has."""
        return self.kind if self.kind in (FINDING, TASK) else PLAIN


@dataclass
class View:
    """What reached one workspace. `judges`: an op whose predecessors are missing waits (the office), or counts."""

    side: str
    known: set[Name] = field(default_factory=set)
    #: records that left this group's scope: nothing is claimed of what it shows of them
    left: set[bytes] = field(default_factory=set)
    #: known once, and removed from here at the word of an office that knew it too: not this machine's to bring back
    removed: set[Name] = field(default_factory=set)

    @property
    def judges(self) -> bool:
        """Only the office judges; a group shows what the office told and what it did itself."""
        return self.side == OFFICE

    def copy(self) -> View:
        """As it stands now: a backup knows this much."""
        return View(self.side, set(self.known), set(self.left), set(self.removed))

    def take_in(self, found: set[Name]) -> None:
        """These lie here now."""
        self.known |= found
        self.removed -= found

    @property
    def held(self) -> set[Name]:
        """What this machine could tell others."""
        return self.known - self.removed


class _Lists(dict[bytes, list[Name]]):
    """Asked for what is not there: nothing, and nothing is noted."""

    def __missing__(self, _record: bytes) -> list[Name]:
        return []


class _Sets(dict[bytes, set[bytes]]):
    """The same for the records below a root."""

    def __missing__(self, _root: bytes) -> set[bytes]:
        return set()


class Model:
    """Every deed ever acknowledged, by name."""

    def __init__(self) -> None:
        self.deeds: dict[Name, Deed] = {}
        self.of_record: dict[bytes, list[Name]] = _Lists()
        self.children: dict[bytes, set[bytes]] = _Sets()
        self.acknowledged = 0
        #: records in the order they were begun: ids are drawn at random, what schedules do must not hang on them
        self.nth: dict[bytes, int] = {}

    # --- doing -------------------------------------------------------------------------------------------------

    def write(self, view: View, name: Name, *, kind: str, record: bytes, root: bytes, sort: str,
              values: Mapping[int, Any], event: int = 0, status: str = "",
              beside: Set[Name] | None = None) -> Deed:  # fmt: skip
        """Somebody did something on what `view` held just then; from now on the view holds it too.

        `beside`: it takes back what ended a conflict of steps, and opens it again with these deeds of the same action,
        none of which knows of another; it stands for what had the status it gives.
        """
        here = self.effective(view, record, root) - (beside or NOTHING)
        at = self.heads_of_life(here, record)
        if beside is not None:
            (ended,) = at
            before = [n for n in self.deeds[ended].at if self.deeds[n].record == record]
            at |= {n for n in before if self.status_after(n, here) == status}
        if root != record:
            at |= self.heads_of_life(here, root)
        past: dict[int, frozenset[Name]] = {}
        over: dict[int, frozenset[Name]] = {}
        if sort == "set":
            for tag in values:
                over[tag] = self.heads(here, record, tag) or self.creates(here, record)
                past[tag] = over[tag].union(*(self.deeds[n].past.get(tag, NOTHING) for n in over[tag]))
        known = [self.deeds[n] for n in self.of_record[record] if n in view.known and n not in (beside or NOTHING)]
        lam = 1 + max((d.lam for d in known), default=0)
        deed = Deed(name, view.side, kind, record, root, sort, lam, dict(values), event, status, at, past, over)
        if name in self.deeds:  # an old copy of the folder: what was done after it, unseen by anybody, is gone
            self._forget([d for d in self.deeds.values() if d.name[0] == name[0] and d.name[1] >= name[1]])
        self.deeds[name] = deed
        self.of_record.setdefault(record, []).append(name)
        self.children.setdefault(root, set()).add(record)
        self.nth.setdefault(record, len(self.nth))
        self.acknowledged += 1
        view.known.add(name)
        return deed

    def _forget(self, gone: list[Deed]) -> None:
        """Nobody will ever know of them; a record of which there was nothing else has never been."""
        for deed in gone:
            rest = [name for name in self.of_record[deed.record] if name != deed.name]
            self.of_record[deed.record] = rest
            if not rest:
                del self.of_record[deed.record]
                self.children[deed.root] = self.children[deed.root] - {deed.record}
            if not self.children[deed.root]:
                self.children.pop(deed.root, None)

    # --- what holds --------------------------------------------------------------------------------------------

    def records(self) -> list[bytes]:
        """Every record ever begun."""
        return list(self.of_record)

    def effective(self, view: View, *records: bytes) -> frozenset[Name]:
        """What counts of the deeds a workspace holds of `records` (all that belong to their roots are needed)."""
        held = [self.deeds[n] for r in dict.fromkeys(records) for n in self.of_record[r] if n in view.known]
        if not view.judges:
            return frozenset(d.name for d in held)
        counts: set[Name] = set()
        begun: set[bytes] = set()
        while True:
            more = [d for d in held if d.name not in counts and self._stands(d, counts, begun, view.known)]
            if not more:
                return frozenset(counts)
            counts.update(d.name for d in more)
            begun.update(d.record for d in more if d.sort == "create")

    def _stands(self, deed: Deed, counts: set[Name], begun: set[bytes], known: set[Name]) -> bool:
        """Whether all a deed rests on is here: the steps its author saw, and, of those replaced, none that waits."""
        if not deed.at <= counts:
            return False
        if deed.sort == "create":
            return deed.root == deed.record or deed.root in begun
        replaced = {n for ns in deed.over.values() for n in ns if n in known}
        return replaced <= counts

    def waiting(self, view: View, record: bytes, root: bytes) -> frozenset[Name]:
        """What a workspace holds of a record and cannot count yet."""
        held = {n for n in self.of_record[record] if n in view.known}
        return frozenset(held - self.effective(view, root, record))

    def creates(self, here: frozenset[Name], record: bytes) -> frozenset[Name]:
        """The beginnings of a record."""
        return frozenset(n for n in self.of_record[record] if n in here and self.deeds[n].sort == "create")

    def heads(self, here: frozenset[Name], record: bytes, tag: int) -> frozenset[Name]:
        """Of the writes of a field those that no other one here had seen."""
        writes = [n for n in self.of_record[record] if n in here and tag in self.deeds[n].values]
        seen = NOTHING.union(*(self.deeds[n].past.get(tag, NOTHING) for n in writes))
        return frozenset(n for n in writes if n not in seen)

    def tags(self, here: frozenset[Name], record: bytes) -> set[int]:
        """The fields anybody wrote."""
        return {tag for n in self.of_record[record] if n in here for tag in self.deeds[n].values}

    def heads_of_life(self, here: frozenset[Name], record: bytes) -> frozenset[Name]:
        """Of beginnings and steps those that no step here followed."""
        steps = [n for n in self.of_record[record] if n in here and self.deeds[n].sort != "set"]
        followed = NOTHING.union(*(self.deeds[n].at for n in steps))
        return frozenset(n for n in steps if n not in followed)

    def status_after(self, name: Name, here: frozenset[Name]) -> str:
        """The status after one step."""
        deed = self.deeds[name]
        if deed.sort == "create":
            return _FIRST[deed.life]
        if deed.event == _DECIDE:
            return deed.status
        own = [n for n in deed.at if self.deeds[n].record == deed.record]
        if deed.event == _RETRACT:
            (undone,) = own
            own = [n for n in self.deeds[undone].at if self.deeds[n].record == deed.record]
            return more_open(deed.life, [self.status_after(n, here) for n in own])
        before = [self.status_after(n, here) for n in own]
        if deed.event == _EXTEND.get(deed.life):
            return more_open(deed.life, before)
        if deed.event == _REOPEN and deed.life == FINDING:
            return "rectifying" if "closed" in before else "confirmed"
        return _TARGETS[deed.life][deed.event]

    def statuses(self, here: frozenset[Name], record: bytes) -> set[str]:
        """The statuses a record stands in; more than one is a conflict."""
        return {self.status_after(n, here) for n in self.heads_of_life(here, record)}

    def conflicts(self, here: frozenset[Name], record: bytes) -> set[int]:
        """Tags of the fields in which truly concurrent deeds wrote unequal values; 0 for the lifecycle."""
        out = set()
        for tag in self.tags(here, record):
            if len({self.deeds[n].values[tag] for n in self.heads(here, record, tag)}) > 1:
                out.add(tag)
        return out | ({0} if len(self.statuses(here, record)) > 1 else set())

    def shown(self, here: frozenset[Name], record: bytes, tag: int) -> Any:
        """The value that shows: office above group, then rank, then name; no clock has a say."""
        heads = [self.deeds[n] for n in self.heads(here, record, tag)]
        return max(heads, key=lambda d: (d.side == OFFICE, d.lam, d.name)).values[tag] if heads else None

    def root_of(self, record: bytes) -> bytes:
        """The record this one belongs to."""
        return self.deeds[self.of_record[record][0]].root
