"""What change capture costs at the keyboard: one save through the journal beside the plain write of the same row.

The plain table (floors.py: our keys, same indexes) is put into the same file. Each save is one transaction with its
commit and flush; the ways take turns, so that the disk's moods hit all alike.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.sync import floors, workload
from benchmarks.sync.seed import Writer
from dubu_desktop.actions.house import House
from dubu_desktop.db import driver, journal
from dubu_desktop.domain.ops import Op, OpType
from dubu_desktop.domain.records import FINDING

Save = Callable[[], object]


def measure(house: House, rows: list[tuple[Any, ...]], times: int) -> dict[str, dict[str, float]]:
    """{way: medians of one save in seconds}; `rows`: the house's findings as plain rows."""
    bare = driver.connect(house.ws.folder.database, house.ws.secrets.database_key)
    floors.create(bare, indexed=True)
    floors.write(bare, rows)
    bench = _Saves(house, bare, rows)
    ways: dict[str, Callable[[int], Save]] = {
        "plain_update": bench.plain_update,
        "journal_update": bench.journal_update,
        "verb_update": bench.verb_update,
        "plain_insert": bench.plain_insert,
        "journal_insert": bench.journal_insert,
        "verb_insert": bench.verb_insert,
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for n in range(-3, times):  # the first three warm up
        for name, way in ways.items():
            save = way(n)
            wall, cpu = time.perf_counter(), time.process_time()
            save()
            found = time.perf_counter() - wall, time.process_time() - cpu
            if n >= 0:
                taken[name].append(found)
    bare.close()
    return {
        name: {"wall": statistics.median(w for w, _ in found), "cpu": statistics.median(c for _, c in found)}
        for name, found in taken.items()
    }


class _Saves:
    """Makes one save ready and returns what is to be timed; each one takes a finding nobody has edited yet."""

    def __init__(self, house: House, bare: Any, rows: list[tuple[Any, ...]]) -> None:
        self.house, self.bare, self.rows, self.chance = house, bare, rows, random.Random(11)
        self.writer = Writer(house)
        self.untouched = self._untouched()

    def _untouched(self) -> list[Op]:
        with self.house.ws.reading() as conn:
            ops = journal.ops_of(conn, [row[0] for row in self.rows])
        edited = {op.record for op in ops if op.type is not OpType.CREATE}
        found = [op for op in ops if op.record not in edited]
        self.chance.shuffle(found)
        return found

    def _place(self, n: int) -> str:
        return f"改到第{n}处，" + "".join(self.chance.choices("东西南北大小新老石柳", k=12))

    def _row(self, n: int, way: str) -> dict[str, Any]:
        """A new finding like one of the old ones."""
        op = self.chance.choice(self.untouched)
        values = {f.name: op.values[f.tag] for f in FINDING.fields if f.tag in op.values}
        return values | {"number": f"WT-2026-99-{way}{n + 10:05d}"}

    def _in_one(self, statement: str, values: Any) -> None:
        self.bare.execute("BEGIN IMMEDIATE")
        self.bare.execute(statement, values)
        self.bare.execute("COMMIT")

    def plain_update(self, n: int) -> Save:
        key, place = self.untouched.pop().record, self._place(n)
        return lambda: self._in_one('UPDATE finding SET "place" = ? WHERE "id" = ?', (place, key))

    def plain_insert(self, n: int) -> Save:
        row = workload.as_columns(self.house.ws.randomness.uuid7(), self._row(n, "1"))
        return lambda: self._in_one(floors.upsert_sql(), row)

    def _journal(self, op: Op) -> None:
        with self.house.ws.writing() as conn:
            journal.apply(conn, self.house.ws.fold, journal.written([op]))

    def _resumed(self) -> Writer:
        """The verbs number their ops themselves."""
        with self.house.ws.reading() as conn:
            self.writer.seq = journal.last_seq(conn, self.writer.actor)
        return self.writer

    def journal_update(self, n: int) -> Save:
        made = self.untouched.pop()
        op = self._resumed().edit(made, "place", self._place(n), self.house.ws.clock.now_ms())
        return lambda: self._journal(op)

    def journal_insert(self, n: int) -> Save:
        op = self._resumed().create(FINDING, self._row(n, "2"), self.house.ws.clock.now_ms())
        return lambda: self._journal(op)

    def verb_update(self, n: int) -> Save:
        name, values = self.untouched.pop().record.hex(), {"place": self._place(n)}
        return lambda: self.house.do("edit_finding", finding=name, values=values)

    def verb_insert(self, n: int) -> Save:
        values = {k: v for k, v in self._row(n, "3").items() if k not in ("number", "finder_group")}
        values = {k: v.hex() if isinstance(v, bytes) else v for k, v in values.items()}
        return lambda: self.house.do("register_finding", values=values)
