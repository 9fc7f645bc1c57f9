"""The parts of the race beside W itself: saves, growth, spokes, conflicts, photos, peers. Each returns raw figures.

A part takes the race (race.py) and runs its pieces in turn, as often as W is run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.sync.meter import middle

if TYPE_CHECKING:
    from benchmarks.sync.race import Race

Raw = dict[str, Any]
SIZES = (1_000, 10_000, 100_000, 1_000_000)
SPOKES = (1, 8, 64)
#: the first is not counted: it makes the backup that precedes an import, and warms up
BUNDLES = 6
SMALL_OFFICE = 1_000


def save(race: Race) -> Raw:
    """One save at a group: the plain write, through the journal, the whole verb."""
    world = race.world(race.o.texts[0])
    taken = defaultdict(list)
    for _ in range(race.o.runs):
        given = {"rows": str(world / "rows.pickle"), "number": 0, "times": race.o.saves}
        for way, found in race.child("save", house=str(world / "group01"), **given).items():
            taken[way].append(found)
    return {way: middle(found) for way, found in taken.items()}


def growth(race: Race) -> Raw:
    """The same 100 changes into offices of more and more records."""
    sizes = {size for size in SIZES if size < race.o.growth} | {race.o.growth}
    sizes |= {race.o.growth // 2} if len(sizes) == 1 else set()
    return _grown(race, [(size, 1) for size in sorted(sizes)], 0)


def spokes(race: Race) -> Raw:
    """The same 100 changes into offices of more and more groups."""
    counts = {count for count in SPOKES if count <= race.o.spokes} | {race.o.spokes}
    return _grown(race, [(SMALL_OFFICE, count) for count in sorted(counts)], 1)


def _grown(race: Race, offices: list[tuple[int, int]], named_by: int) -> Raw:
    worlds = {given[named_by]: race.scene("growth", *given, BUNDLES) for given in offices}
    taken = defaultdict(list)
    for _ in range(race.o.runs):
        for size, world in worlds.items():
            found = race.child("grow", world=str(world))
            taken[str(size)].append(found["ours"])
            taken[f"{size} plain"].append(found["plain"])
    return {size: middle(found) for size, found in taken.items()}


def _files(folder: Path) -> list[str]:
    return sorted(str(p) for p in folder.iterdir())


def conflicts(race: Race) -> Raw:
    """As many conflicts in one import as W has new findings a group, and the same bundle without any."""
    world = race.scene("conflicts", race.o.n)
    taken = defaultdict(list)
    for _ in range(race.o.runs):
        for name, wanted in (("free", 0), ("clash", race.o.n)):
            found = race.take(world / name, _files(world / "bundle"))
            if found["conflicts"] != wanted:
                raise RuntimeError(f"{wanted} conflicts wanted: {found}")
            taken[name].append(found)
    return {name: middle(found) for name, found in taken.items()}


def photos(race: Race) -> Raw:
    """One bundle full of photos, out and in, and age alone on as many bytes."""
    world = race.scene("photos", race.o.photos)
    taken = defaultdict(list)
    for run in range(race.o.runs):
        out = race.scratch / f"photos{run}"
        out.mkdir()
        made = race.sent(world / "group01", out)
        taken["export"].append({k: v for k, v in made.items() if k not in ("files", "sealing")})
        taken["import"].append(race.take(world / "office", made["files"]))
        taken["age"].append(race.child("age_rate", files=made["files"]))
        _remove(made["files"])
    return {name: middle(found) for name, found in taken.items()}


def _remove(files: Iterable[str]) -> None:
    for file in files:
        Path(file).unlink()


def peers(race: Race) -> Raw:
    """Every peer that is here, beside the floor and the program at the same number of rows."""
    count = min(race.o.n, race.o.peers_n)
    world = race.world(race.o.texts[0], count)
    rows = str(world / "rows.pickle")
    taken, skipped = defaultdict(list), {}
    for _ in range(race.o.runs):
        taken["a1"].append(race.child("floor", rows=rows, text=True, indexed=True, quick=False))
        files, _out = race.export(world)
        taken["import"].append(race.take(world / "office", files))
        for name in race.o.peers:
            found = race.child("peer", name=name, rows=rows, extra=race.o.peers_from) if name != "none" else {}
            if "skipped" in found:
                skipped[name] = found["skipped"]
            elif found:
                _expect(name, found["rows"], count * race.o.groups)
                taken[name].append({k: v for k, v in found.items() if k != "export"})
    return {name: middle(found) for name, found in taken.items()} | {"n": count, "skipped": skipped}


def profile(race: Race) -> Raw:
    """Where one import and one export spend their time; at the peers' number of rows, because profiling is slow."""
    from benchmarks.sync import where

    world = race.world(race.o.texts[0], min(race.o.n, race.o.peers_n))
    files, _ = race.export(world)
    kept = {piece: race.scratch / f"{piece}.prof" for piece in ("import", "export")}
    race.take(world / "office", files, profile=str(kept["import"]))
    out = race.scratch / "profiled"
    out.mkdir()
    race.sent(world / "group01", out, str(kept["export"]))
    return {piece: where.shares(path) for piece, path in kept.items()}


def _expect(name: str, found: int, wanted: int) -> None:
    """A peer that lost rows is no peer."""
    if found != wanted:
        raise RuntimeError(f"{name} has {found} rows of {wanted}")


PARTS: dict[str, Callable[[Race], Raw]] = {
    "save": save,
    "growth": growth,
    "spokes": spokes,
    "conflicts": conflicts,
    "photos": photos,
    "peers": peers,
    "profile": profile,
}
