"""The record of a long proof: `docs/proof/NAME.json`, continued where it stopped.

A proof is a row of numbered trials. What trial i does follows from the seed and i alone (`chance`), so any of them can
be tried again. `run` does those that are not on record yet, writes the record now and then and at the end, on Ctrl-C
too, and keeps what failed. The record says what was really done: trials and faults counted by the proof itself, and
for every stretch its seed, commit, whether the work tree was clean, seconds and Python. A failure stays on record: once
its cause is mended, `--mended "what it was"` says so and the trials are done again.

    def batch(first: int, count: int) -> Counts: ...   # does trials first … first + count - 1; raises when one fails
    options = proofbook.options("kills", argv, n=20_000)
    return proofbook.run("kills", batch, options, size=10)
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "proof"
SEED = 20260605
#: seconds between two writings of the record
EVERY = 30.0

#: What a batch counted: numbers, by name or by name and case. `trials` (what it did) and `faults` (what it really
#: injected) must be among them; of names that begin with "max " the largest is kept, all others are added.
Counts = Mapping[str, "int | float | Counts"]
Batch = Callable[[int, int], Counts]


@dataclass(frozen=True, slots=True)
class Options:
    """How far to go: until `n` trials are on record, or for `minutes` (None: no limit)."""

    n: int
    seed: int
    out: Path
    minutes: float | None = None
    quiet: bool = False
    #: what was done about the failures on record: they move to "mended" with it, and the trials are tried again
    mended: str = ""


def options(name: str, argv: Sequence[str], *, n: int, seed: int = SEED) -> Options:
    """The options every proof has; `--fresh` throws the record away first."""
    parser = argparse.ArgumentParser(prog=f"dubu prove {name}")
    parser.add_argument("--n", type=int, default=n, help=f"trials that shall be on record in the end (default {n})")
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--out", type=Path, default=FOLDER / f"{name}.json")
    parser.add_argument("--minutes", type=float, help="stop after so many minutes; the next call goes on from there")
    parser.add_argument("--fresh", action="store_true", help="begin the record anew")
    parser.add_argument("--mended", default="", help="what was wrong behind the failures on record, now mended")
    said = parser.parse_args(list(argv))
    if said.fresh:
        said.out.unlink(missing_ok=True)
    return Options(said.n, said.seed, said.out, said.minutes, mended=said.mended)


def chance(seed: int, trial: int, what: str = "") -> random.Random:
    """The dice of one trial."""
    return random.Random(f"{seed}/{trial}/{what}")


def read(out: Path) -> dict[str, Any]:
    """A record, or an empty one."""
    if not out.exists():
        return {"n": 0, "counts": {}, "failures": [], "runs": []}
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def run(name: str, batch: Batch, told: Options, *, size: int = 1) -> int:
    """Go on until `told.n` trials are on record, `size` at a time. 0 all well, 1 one failed, 130 interrupted."""
    book = _Book(name, told)
    begun = time.monotonic()
    # a shell that starts this in the background lets it ignore Ctrl-C: being told to end does the same
    former = [(s, signal.signal(s, signal.default_int_handler)) for s in (signal.SIGINT, signal.SIGTERM)]
    try:
        while book.n < told.n and not _late(begun, told.minutes):
            first, count = book.n, min(size, told.n - book.n)
            started = time.monotonic()
            book.add(batch(first, count), first, count, time.monotonic() - started)
            book.show()
    except KeyboardInterrupt:
        print(f"\n停在第 {book.n} 次，已记下 / stopped, {book.n} on record: {told.out}", file=sys.stderr)
        return 130
    except Exception as error:
        book.failed(error)
        traceback.print_exc()
        return 1
    finally:
        for number, handler in former:
            signal.signal(number, handler)
        book.write()
    if not told.quiet:
        print(f"\n{json.dumps(book.body(), ensure_ascii=False)}")
    return 1 if book.body()["failures"] else 0


def _late(begun: float, minutes: float | None) -> bool:
    return minutes is not None and time.monotonic() - begun > 60 * minutes


def add(into: dict[str, Any], more: Counts) -> None:
    """Add counts to counts."""
    for name, value in more.items():
        if isinstance(value, Mapping):
            add(into.setdefault(name, {}), value)
        elif name.startswith("max "):
            into[name] = max(into.get(name, value), value)
        else:
            into[name] = into.get(name, 0) + value


class _Book:
    """The record being continued."""

    def __init__(self, name: str, told: Options) -> None:
        self.name, self.told = name, told
        self.found = read(told.out)
        self.n: int = self.found["n"]
        self.counts: dict[str, Any] = self.found["counts"]
        self.mended: list[dict[str, Any]] = self.found.get("mended", [])
        if told.mended:
            self.mended = [*self.mended, *(f | {"mended": told.mended} for f in self.found["failures"])]
            self.found["failures"] = []
        self.stretch: dict[str, Any] = {"first": self.n, "last": self.n - 1, "seed": told.seed, "seconds": 0.0}
        self.stretch |= commit() | {"python": sys.version.split()[0]}
        self.failures: list[dict[str, Any]] = []
        self.written = time.monotonic()

    def add(self, counts: Counts, first: int, count: int, seconds: float) -> None:
        assert counts.get("trials") == count, f"asked for {count} trials from {first}, told of {counts.get('trials')}"
        assert counts.get("faults", 0) > 0, f"trials {first} … {first + count - 1} injected no fault"
        add(self.counts, counts)
        self.n = first + count
        self.stretch["last"] = self.n - 1
        self.stretch["seconds"] += seconds
        if time.monotonic() - self.written > EVERY:
            self.write()

    def failed(self, error: Exception) -> None:
        at = traceback.extract_tb(error.__traceback__)[-1]
        said = {"what": f"{type(error).__name__}: {error}"[:2000], "at": f"{Path(at.filename).name}:{at.lineno}"}
        self.failures.append({"trials from": self.n, "seed": self.told.seed, **said, **commit()})

    def body(self) -> dict[str, Any]:
        """The record as it stands now. Zero failures in n trials: the rate is below 3/n (95 %)."""
        runs = [*self.found["runs"]]
        if self.n > self.stretch["first"]:
            runs.append(self.stretch | {"seconds": round(self.stretch["seconds"], 1)})
        failures = self.found["failures"] + self.failures
        seconds = round(sum(r["seconds"] for r in runs), 1)
        out = {"proof": self.name, "n": self.n, "counts": _sorted(self.counts), "failures": failures}
        if self.n and not failures:
            out["failure rate below (95 %)"] = float(f"{3 / self.n:.2g}")
        if self.mended:
            out["mended"] = self.mended
        return out | {"seconds": seconds, "runs": runs}

    def write(self) -> None:
        """All of it beside the old record, then in its place: a kill leaves the one or the other."""
        out = self.told.out
        out.parent.mkdir(parents=True, exist_ok=True)
        beside = out.with_name(f"{out.name}.{os.getpid()}.new")
        beside.write_text(json.dumps(self.body(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        os.replace(beside, out)
        self.written = time.monotonic()

    def show(self) -> None:
        if not self.told.quiet and sys.stderr.isatty():
            print(f"\r{self.name} {self.n}/{self.told.n}", end="", file=sys.stderr, flush=True)


def _sorted(counts: Mapping[str, Any]) -> dict[str, Any]:
    return {k: _sorted(v) if isinstance(v, Mapping) else v for k, v in sorted(counts.items())}


def commit() -> dict[str, Any]:
    """The commit this runs on, and whether the program differs from it. Nothing where there is no git."""
    told = _git("rev-parse", "HEAD")
    if not told:
        return {"commit": None}
    return {"commit": told, "clean": not _git("status", "--porcelain", "--", "dubu_desktop", "tests")}


def _git(*words: str) -> str:
    try:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
