"""`./dubu bench sync`: workload W through the real program, beside the raw floor, in one interleaved run.

Every piece runs in a process of its own (pieces.py), the pieces of one run one after the other, `--runs` times;
figures are medians. What each row means and how the goals were set: docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pstats
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.sync import report, workload
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
    print(json.dumps(found, ensure_ascii=False, indent=1) if o.json else report.tables(found), flush=True)
    return 0


def _options(argv: list[str]) -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="dubu bench sync", description=__doc__)
    add = options.add_argument
    add("--n", type=int, default=workload.ROWS, help="new findings per group (10,000); a fifth as many edits")
    add("--groups", type=int, default=workload.GROUPS)
    add("--runs", type=int, default=3, help="interleaved runs, of which medians are taken")
    add("--texts", default=",".join(workload.TEXTS), help="random, text or both")
    add("--keep", default="", help="a folder in which worlds stay for the next run; made anew when tables change")
    add("--json", action="store_true", help="print JSON instead of tables")
    add("--profile", nargs="?", const="cumulative", default="", help="print where the import spends its time")
    return options.parse_args(argv)


class Race:
    """One race: its options, the folder its worlds lie in, and one for what is measured."""

    def __init__(self, o: argparse.Namespace, worlds: Path, scratch: Path) -> None:
        self.o, self.worlds, self.scratch = o, worlds, scratch
        self.taken: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))

    def run(self) -> dict[str, Any]:
        """All pieces in turn; the figures of the report."""
        texts = self.o.texts.split(",")
        for run in range(self.o.runs):
            for text in texts:
                self._say(f"run {run + 1} of {self.o.runs}, {text}")
                self._round(text)
        raw = {text: {name: middle(found) for name, found in self.taken[text].items()} for text in texts}
        return report.figures(self.o, raw)

    def _round(self, text: str) -> None:
        """Everything once, floor and program in turn."""
        world, taken = self.world(text), self.taken[text]
        for name, textual, indexed in (
            ("a1", True, True),
            ("a1_same_schema", False, True),
            ("a1_without_indexes", True, False),
        ):
            taken[name].append(self.child("floor", rows=str(world / "rows.pickle"), text=textual, indexed=indexed))
        files, out = self.export(world)
        taken["export"].append(out)
        for name, each in (("import", False), ("import_each", True)):
            found = self.take(world, files, each=each, rest=not each)
            taken[name].append({k: v for k, v in found.items() if not isinstance(v, dict)})
            self._check(found)
            if not each:
                taken["duplicate"].append(found["again"])
                taken["search_index"].append(found["search"])

    def _check(self, found: dict[str, Any]) -> None:
        """An import that lost or mended anything is no figure."""
        if found["new"] != self.o.n * self.o.groups or found["conflicts"] or found["without_effect"]:
            raise RuntimeError(f"W did not arrive: {found}")

    def export(self, world: Path) -> tuple[list[str], dict[str, float]]:
        """The bundles of all groups, and what making them took together."""
        out = Path(tempfile.mkdtemp(dir=self.scratch))
        found = [self.child("export", house=str(p), out=str(out)) for p in sorted(world.glob("group*"))]
        sums = {key: sum(f[key] for f in found) for key in ("wall", "cpu", "bytes")}
        return [file for f in found for file in f["files"]], sums | {"rss_mb": max(f["rss_mb"] for f in found)}

    def take(self, world: Path, files: list[str], **more: Any) -> dict[str, Any]:
        """The office imports."""
        given = {"each": False, "rest": False, "profile": ""} | more
        return dict(self.child("take", house=str(world / "office"), files=files, **given))

    def world(self, text: str) -> Path:
        """The world of W, made where it is not there yet."""
        path = self.worlds / f"{text}-{self.o.n}x{self.o.groups}-{_declared()}"
        if not (path / "rows.pickle").exists():
            self._say(f"making the world of {text}, once per folder given with --keep")
            self.worlds.mkdir(parents=True, exist_ok=True)
            self.child("make", path=str(path), text=text, count=self.o.n, groups=self.o.groups)
        return path

    def child(self, piece: str, **given: Any) -> Any:
        return child(piece, **given | {"scratch": str(self.scratch)})

    def profile(self, order: str) -> str:
        """cProfile's figures of one import, the dearest first; `order` as pstats names it (cumulative, tottime)."""
        world = self.world(self.o.texts.split(",")[0])
        files, _ = self.export(world)
        kept = self.scratch / "import.prof"
        self.take(world, files, profile=str(kept))
        stats = pstats.Stats(str(kept), stream=sys.stdout)
        stats.sort_stats(order).print_stats(45)
        return f"{self.o.n} × {self.o.groups}: times are with the profiler's own, compare them with each other only"

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)


def _declared() -> str:
    """A name for how tables and codec look now: a world of other ones is not measured."""
    sources = [ROOT / "dubu_desktop" / name for name in ("db/tables.py", "db/migrations.py", "wire/codec.py")]
    ours = [Path(__file__).with_name(name) for name in ("workload.py", "seed.py")]
    return hashlib.sha256(b"".join(p.read_bytes() for p in (*sources, *ours))).hexdigest()[:8]
