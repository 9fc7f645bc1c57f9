"""Lists of 100,000 findings: open, scroll, filter, find — beside a load-everything model, LIKE, and the raw floor.

`python -m benchmarks lists [--findings N] [--keep DIR]`. All in one process and one run; the floor is the least that
SQLite needs to answer at all: the ids read by the bare driver from the same encrypted file.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from array import array
from operator import itemgetter
from pathlib import Path
from typing import Any

from benchmarks import world
from benchmarks.measure import Taken, resident_mb, table, take
from dubu_desktop.actions import reads, upkeep
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import findings
from dubu_desktop.actions.reads.findings import FindingFilter
from dubu_desktop.db import driver, keys
from dubu_desktop.db.folder import open_folder

_LIGHT = """
    SELECT f.id, f.number, f.found_at, f.place, substr(f.facts, 1, 60), f.status, f.finder_group, f.category,
           r.due_on, f.territory_unit, f.industry_unit
    FROM r_finding f LEFT JOIN r_rectification r ON r.finding = f.uuid ORDER BY f.found_at DESC, f.id DESC
"""
_IDS = "SELECT id FROM finding_line ORDER BY found_at DESC, id DESC"
QUERIES = ("通", "红区", "灭火器", "值班电话3次无人接听", "疏散通道 红区", "没有这样的话")


class Bench:
    """One house, one bare connection beside it, and chance from a seed."""

    def __init__(self, house: House) -> None:
        self.house, self.chance = house, random.Random(7)
        folder = open_folder(house.ws.folder.path)
        secrets = keys.unlock(keys.load_keyfile(folder.key_file), world.PASSWORD)
        self.bare = driver.connect(folder.database, secrets.database_key, read_only=True)

    def read(self, fn: Any, *args: Any, **kw: Any) -> Any:
        return self.house.read(fn, *args, **kw)

    def floor_ids(self) -> array[int]:
        return array("q", map(itemgetter(0), self.bare.execute(_IDS).fetchall()))

    # --- the four ----------------------------------------------------------------------------------------------

    def opening(self) -> str:
        floor = take("floor: the ids by the bare driver", self.floor_ids, note=_length)
        before = resident_mb()
        ours = take("ids + first 200 rows + counts of the chips", self._open, note=lambda n: f"{n} findings")
        grown = resident_mb() - before
        before = resident_mb()
        everything = take("load everything: light tuples of all rows", self._load_everything, 3, _length)
        more = resident_mb() - before
        self.everything = everything.result
        rows = [
            floor,
            take("ids alone", lambda: self.read(findings.ids), note=_length),
            _with_note(ours, f"memory +{max(grown, 0):.0f} MB"),
            _with_note(everything, f"memory +{max(more, 0):.0f} MB"),
        ]
        return table("Open", rows, floor)

    def _open(self) -> int:
        ids = self.read(findings.ids)
        self.read(findings.rows, ids[:200])
        self.read(findings.counts)
        return len(ids)

    def _load_everything(self) -> list[Any]:
        return list(self.bare.execute(_LIGHT).fetchall())

    def scrolling(self) -> str:
        ids = self.read(findings.ids)
        size = min(200, len(ids))

        def page() -> Any:
            at = self.chance.randrange(len(ids) - size + 1)
            return self.read(findings.rows, ids[at : at + size])

        def bare_page() -> Any:
            at = self.chance.randrange(len(ids) - size + 1)
            sql = f"SELECT * FROM r_finding WHERE id IN ({','.join('?' * size)})"
            return self.bare.execute(sql, list(ids[at : at + size])).fetchall()

        def offset_page() -> Any:
            at = self.chance.randrange(len(ids) - size + 1)
            return self.bare.execute(f"{_LIGHT} LIMIT {size} OFFSET {at}").fetchall()

        floor = take("floor: 200 rows by key, bare driver", bare_page, 21)
        rows = [
            floor,
            take("jump anywhere: a page of 200 rows, complete", page, 21),
            take("the same by LIMIT/OFFSET, bare driver", offset_page, 5),
        ]
        return table("Scroll", rows, floor)

    def filtering(self) -> str:
        floor = take("floor: the ids by the bare driver", self.floor_ids, note=_length)
        unit = next(iter(self.read(lambda r: list(reads.show(r, "unit", {"name": "青石镇"})))))["id"]
        group = next(iter(self.read(lambda r: list(reads.show(r, "group", {"code": "03"})))))["id"]
        today = self.house.ws.clock.today().isoformat()
        rows = [floor]
        for label, given, sort in (
            ("未销号", FindingFilter(status="open"), "found"),
            ("逾期, by due date", FindingFilter(status="overdue"), "due"),
            ("待核定", FindingFilter(status="to_confirm"), "found"),
            ("冲突", FindingFilter(status="conflict"), "found"),
            ("一个组", FindingFilter(group=group), "found"),
            ("一个单位, any of its three roles", FindingFilter(unit=unit), "found"),
        ):
            rows.append(take(label, lambda g=given, s=sort: self.read(findings.ids, g, s), note=_length))
        rows.append(take("all counts of the chips", lambda: self.read(findings.counts)))
        rows.append(
            take(
                "load everything: 逾期 by Python over loaded tuples",
                lambda: [r for r in self.everything if r[5] in ("rectifying", "replied") and r[8] and r[8] < today],
                note=_length,
            )
        )
        return table("Filter", rows, floor)

    def finding(self) -> str:
        rows = []
        for query in QUERIES:
            words = query.split()
            where = " AND ".join("(facts LIKE ? OR place LIKE ? OR number LIKE ?)" for _ in words)
            sql = f"SELECT id FROM r_finding WHERE {where} ORDER BY found_at DESC"
            values = [f"%{w}%" for w in words for _ in range(3)]
            filter = FindingFilter(text=query)
            rows.append(take(f"“{query}”", lambda f=filter: self.read(findings.ids, f), 5, _length))
            like = take("the same by LIKE, bare driver", lambda s=sql, v=values: self.bare.execute(s, v).fetchall(), 3)
            rows.append(_with_note(like, _length(like.result)))
        return table("Find", rows)

    def looking(self) -> str:
        ids = self.read(findings.ids)
        some = [ids[self.chance.randrange(len(ids))] for _ in range(50)]
        again = iter(some * 10)
        shown = self.read(findings.rows, ids[:1])[0].id
        rows = [
            take("one finding whole", lambda: self.read(findings.detail, next(again)), 21),
            take("its past in sentences", lambda: self.read(reads.history, shown), 21),
            take("今日要办", lambda: self.read(reads.workbench), 5),
            take("rail and strip", lambda: (self.read(reads.rail_counts), self.read(reads.strip)), 5),
        ]
        return table("Look", rows)


def _length(found: Any) -> str:
    return f"{len(found)} found"


def _with_note(taken: Taken, note: str) -> Taken:
    return Taken(taken.label, taken.wall, taken.cpu, taken.result, "; ".join(n for n in (taken.note, note) if n))


def main(argv: list[str]) -> int:
    """Build the world (or open a kept one), fill the search index, print the tables."""
    options = argparse.ArgumentParser(prog="bench lists", description=__doc__)
    options.add_argument("--findings", type=int, default=world.FINDINGS)
    options.add_argument("--keep", type=Path, help="a folder in which the world stays for the next run")
    o = options.parse_args(argv)
    with tempfile.TemporaryDirectory() as spare:
        place = (o.keep or Path(spare)) / f"office-{o.findings}"
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            made = world.build(place, o.findings, say=lambda text: print(text, flush=True))
            print(f"built: {made.findings} findings, {made.ops} ops in {made.seconds:.0f} s")
        with House.open_(place, world.PASSWORD) as house:
            if upkeep.is_due(house):
                begun = time.perf_counter(), time.process_time()
                steps = sum(1 for _ in upkeep.index(house))
                wall, cpu = time.perf_counter() - begun[0], time.process_time() - begun[1]
                print(f"search index filled in {steps} small transactions: {wall:.0f} s, CPU {cpu:.0f} s")
            bench = Bench(house)
            for part in (bench.opening, bench.scrolling, bench.filtering, bench.finding, bench.looking):
                print(part(), flush=True)
            bench.bare.close()
    return 0
