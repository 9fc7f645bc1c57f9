"""`./dubu bench sync`: workload W through the real program, beside the raw floor, in one interleaved run.

Every piece runs in a process of its own (pieces.py), the pieces of one run one after the other, `--runs` times;
figures are medians. What each row means and how the goals were set: docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pstats
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.sync import extras, figures, page, peers, report, workload
from benchmarks.sync.meter import ROOT, child, middle


def main(argv: list[str]) -> int:
    """Run what was asked for and print it."""
    o = _options(argv)
    with tempfile.TemporaryDirectory(prefix="dubu-race-") as spare:
        race = Race(o, Path(o.keep or spare), Path(spare))
        if o.profile:
            print(race.profile(o.profile), flush=True)
            return 0
        found = race.run()
    if o.write:
        page.write(Path(o.write), found)
    print(json.dumps(found, ensure_ascii=False, indent=1) if o.json else report.tables(found), flush=True)
    return 0


def _options(argv: list[str]) -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="dubu bench sync", description=__doc__)
    add = options.add_argument
    add("--n", type=int, default=workload.ROWS, help="new findings per group (10,000); a fifth as many edits")
    add("--groups", type=int, default=workload.GROUPS)
    add("--runs", type=int, default=3, help="interleaved runs, of which medians are taken")
    add("--texts", default=",".join(workload.TEXTS), help="random, text or both")
    add("--only", default=",".join(("w", *extras.PARTS)), help="which parts, by comma (%(default)s); none for none")
    add("--peers", default=",".join(peers.NAMES), help="which peers, by comma; none for none")
    add("--peers-from", default="", help="a folder with python/ (apsw) and node_modules/ (pouchdb)")
    add("--peers-n", type=int, default=2_000, help="new findings per group for the peers, which are slow")
    add("--growth", type=int, default=100_000, help="records of the largest office (1,000,000 takes long to make)")
    add("--spokes", type=int, default=64, help="groups of the office with most")
    add("--photos", type=int, default=300, help="megabytes of photos in one bundle (4096 for the long run)")
    add("--saves", type=int, default=60, help="saves of each way per run")
    add("--keep", default="", help="a folder in which worlds stay for the next run; made anew when tables change")
    add("--json", action="store_true", help="print JSON instead of tables")
    add("--add-to", default="", metavar="JSON", help="an earlier result: parts not run now are taken from there")
    add("--write", default="", metavar="PAGE", help="write the page with its picture and its JSON beside it")
    add("--profile", nargs="?", const="cumulative", default="", help="print where the time goes instead")
    add("--profile-of", default="import", choices=("import", "export"), help="what is profiled")
    o = options.parse_args(argv)
    o.texts, o.only, o.peers = o.texts.split(","), o.only.split(","), o.peers.split(",")
    known = {*workload.TEXTS, "none", "w", *extras.PARTS, *peers.NAMES}
    unknown = {*o.texts, *o.only, *o.peers} - known
    if unknown:
        options.error(f"unknown: {', '.join(sorted(unknown))}")
    o.peers_from = os.path.abspath(o.peers_from) if o.peers_from else ""
    return o


class Race:
    """One race: its options, the folder its worlds lie in, and one for what is measured."""

    def __init__(self, o: argparse.Namespace, worlds: Path, scratch: Path) -> None:
        self.o, self.worlds, self.scratch = o, worlds, scratch
        #: {text: {piece: what each run found}}
        self.taken: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))

    def run(self) -> dict[str, Any]:
        """All parts; the figures of the report."""
        for run in range(self.o.runs if "w" in self.o.only else 0):
            for text in self.o.texts:
                self.say(f"run {run + 1} of {self.o.runs}, {text}")
                self._round(text)
        found = json.loads(Path(self.o.add_to).read_text(encoding="utf-8")) if self.o.add_to else {}
        raw, taken = found.get("raw", {}), found.get("taken", {})
        if "w" in self.o.only:
            raw["w"] = {text: {n: middle(f) for n, f in one.items()} for text, one in self.taken.items()}
        for name, part in extras.PARTS.items():
            if name in self.o.only:
                self.say(name)
                raw[name] = part(self)
        now = figures.circumstances(self.o)
        return figures.figures(raw, taken | {name: now for name in self.o.only if name in raw})

    def _round(self, text: str) -> None:
        """Everything once, floor and program in turn."""
        world, taken = self.world(text), self.taken[text]
        for name, textual, indexed, quick in (
            ("a1", True, True, False),
            ("a1_same_schema", False, True, False),
            ("a1_quick_binding", True, True, True),
            ("a1_without_indexes", True, False, False),
        ):
            given = {"text": textual, "indexed": indexed, "quick": quick}
            taken[name].append(self.child("floor", rows=str(world / "rows.pickle"), **given))
        files, out = self.export(world)
        taken["sealing"].append(out.pop("sealing"))
        taken["export"].append(out)
        for name, each in (("import", False), ("import_each", True)):
            found = self.take(world / "office", files, each=each, rest="" if each else self._rest(text))
            taken[name].append({k: v for k, v in found.items() if not isinstance(v, dict)})
            self._check(found)
            for rest in ("duplicate", "search_index"):
                if rest in found:
                    taken[rest].append(found[rest])

    def _rest(self, text: str) -> str:
        """What follows an import; the search index, which takes longest and is no goal, is filled in one run alone."""
        return "again" if self.taken[text]["search_index"] else "again and search"

    def _check(self, found: dict[str, Any]) -> None:
        """An import that lost or mended anything is no figure."""
        if found["new"] != self.o.n * self.o.groups or found["conflicts"] or found["without_effect"]:
            raise RuntimeError(f"W did not arrive: {found}")

    def export(self, world: Path) -> tuple[list[str], dict[str, Any]]:
        """The bundles of all groups, and what making them took together; `sealing`: what their saves had done."""
        out = Path(tempfile.mkdtemp(dir=self.scratch))
        found = [self.sent(p, out) for p in sorted(world.glob("group*"))]
        sums: dict[str, Any] = {key: sum(f[key] for f in found) for key in ("wall", "cpu", "bytes")}
        sums["sealing"] = {key: sum(f["sealing"][key] for f in found) for key in ("wall", "cpu")}
        return [file for f in found for file in f["files"]], sums | {"rss_mb": max(f["rss_mb"] for f in found)}

    def sent(self, group: Path, out: Path, profile: str = "") -> dict[str, Any]:
        """A group exports."""
        given = {"house": str(group), "out": str(out), "tiny": str(self.scene("tiny")), "profile": profile}
        return dict(self.child("export", **given))

    def take(self, office: Path, files: list[str], **more: Any) -> dict[str, Any]:
        """An office imports."""
        given = {"each": False, "rest": "", "profile": "", "tiny": str(self.scene("tiny"))} | more
        return dict(self.child("take", house=str(office), files=files, **given))

    def world(self, text: str, count: int = 0) -> Path:
        """The world of W with `count` rows a group, made where it is not there yet."""
        count = count or self.o.n
        path = self.worlds / f"{text}-{count}x{self.o.groups}-{_declared()}"
        if not (path / "rows.pickle").exists():
            self.say(f"making the world of {text}, {count} rows a group")
            self.worlds.mkdir(parents=True, exist_ok=True)
            self.child("make", path=str(path), text=text, count=count, groups=self.o.groups)
        return path

    def scene(self, name: str, *given: int) -> Path:
        """Another world, made where it is not there yet."""
        path = self.worlds / "-".join((name, *map(str, given), _declared()))
        if not (path / "made").exists():
            self.say(f"making {path.name}")
            self.worlds.mkdir(parents=True, exist_ok=True)
            self.child("scene", path=str(path), name=name, given=given)
        return path

    def child(self, piece: str, **given: Any) -> Any:
        """What a measured piece found."""
        return child(piece, **given | {"scratch": str(self.scratch)})

    def profile(self, order: str) -> str:
        """cProfile's figures of one piece, the dearest first; `order` as pstats names it (cumulative, tottime)."""
        world = self.world(self.o.texts[0])
        kept = self.scratch / "race.prof"
        if self.o.profile_of == "export":
            self.sent(world / "group01", self.scratch, str(kept))
        else:
            files, _ = self.export(world)
            self.take(world / "office", files, profile=str(kept))
        stats = pstats.Stats(str(kept), stream=sys.stdout)
        stats.sort_stats(order).print_stats(45)
        return f"{self.o.n} × {self.o.groups}: times are with the profiler's own, compare them with each other only"

    def say(self, text: str) -> None:
        """How far it is, beside the figures."""
        print(text, file=sys.stderr, flush=True)


def _declared() -> str:
    """A name for how tables and codec look now: a world of other ones is not measured."""
    sources = [ROOT / "dubu_desktop" / name for name in ("db/tables.py", "db/migrations.py", "wire/codec.py")]
    ours = [Path(__file__).with_name(name) for name in ("workload.py", "seed.py", "scenes.py")]
    return hashlib.sha256(b"".join(p.read_bytes() for p in (*sources, *ours))).hexdigest()[:8]
