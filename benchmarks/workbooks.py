"""Ledgers out and in beside openpyxl's floor (issue 4, "Must show"): `./dubu bench workbooks [--rows N] [--keep DIR]`.

Out: the whole verb (read from the encrypted file, lay out, write) beside openpyxl's write-only mode writing the same
cells, already in memory, guarding the texts it would turn into formulas or errors. In: the whole check of the same
workbook (looked at, parsed in the child, mapped, each row compared with what is here) beside openpyxl's read-only mode
reading it and doing nothing with it. Every step runs in a process of its own, one after the other.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dubu_desktop.system.clock import Clock

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "台账量一量-2026"
ROWS = 100_000
_PLACES = ("广源建材市场", "中心小学食堂", "北干渠", "兴业路停车场", "南部物流园", "汽修一条街")
_FACTS = (
    "疏散通道堆放瓷砖约{n}箱，净宽由2.4 m减至0.7 m，东门上锁",
    "干粉灭火器{n}具压力表指针在红区，检查卡停在2025年11月",
    "裸土未覆盖约{n}平方米，雾炮未开，出口没有冲洗设施",
    "渠坡倾倒建筑垃圾约{n}立方米，夹有石膏板",
    "留样柜{n}餐没有标签，燃气报警器断电，现场负责人说明后当场接通",
)


def make(folder: Path, rows: int) -> None:
    """An office with `rows` findings, each with 60 to 180 characters of facts."""
    from dubu_desktop.actions.desk import Desk
    from dubu_desktop.actions.setup import init_office

    chance = random.Random(4)
    house = init_office(folder / "office", PASSWORD, "测量员", Clock()).house
    house.do("add_unit", name="城关街道", unit_kind="town", side="territory")
    house.do("add_unit", name="应急管理局", unit_kind="department", side="industry")
    desk = Desk(house.ws, house.person, "bench", "测量")
    with desk.writing():
        town, bureau = (desk.find("unit", name) for name in ("城关街道", "应急管理局"))
        category = desk.find("category", "消防通道")
        for at in range(0, rows, 2_000):
            desk.create_many("finding", [
                {
                    "number": f"WT-2026-00-{n:06d}",
                    "found_at": f"2026-{n % 12 + 1:02d}-{n % 28 + 1:02d}T{n % 24:02d}:{n % 60:02d}",
                    "place": f"城关街道{chance.choice(_PLACES)}{n}号",
                    "facts": "；".join(chance.choice(_FACTS).format(n=n % 97 + k) for k in range(chance.randint(2, 5))),
                    "category": category, "severity": "serious", "nature": "problem",
                    "industry_unit": bureau, "territory_unit": town, "unit": town, "source": "四不两直",
                }
                for n in range(at, min(at + 2_000, rows))
            ])  # fmt: skip
    house.close()


def _opened(folder: Path) -> Any:
    from dubu_desktop.actions.house import House

    house = House.open_(folder / "office", PASSWORD, Clock())
    house.be("测量员")
    return house


def out_ours(folder: Path) -> int:
    """The verb that writes the ledger; unlocking the office is not counted."""
    house = _opened(folder)
    _restart()
    try:
        told = house.do("export_ledger", out=str(folder / "ours.xlsx"), where={"status": "draft"}).extra
        return int(told["rows"])
    finally:
        house.close()


def out_floor(folder: Path) -> int:
    """openpyxl's write-only mode; the cells are made before the clock starts."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    from dubu_desktop.actions import ledger
    from dubu_desktop.actions.reads.reader import Reader
    from dubu_desktop.domain.papers.ledger import LEDGER_COLUMNS, LEDGER_HEADINGS

    house = _opened(folder)
    with house.ws.reading() as conn:
        reader = Reader(house.ws, conn, house.person)
        ids = ledger.ids_of(reader, {"status": "draft"})
        cells: list[list[Any]] = [
            [n, *(column.value(row) for column in LEDGER_COLUMNS)]
            for n, row in enumerate(ledger.rows(reader, ids), start=1)
        ]
    house.close()
    _restart()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("问题台账")
    sheet.append(LEDGER_HEADINGS)
    for row in cells:
        for place, value in enumerate(row):
            # what openpyxl would take for a formula or an error value
            if isinstance(value, str) and value[:1] in ("=", "#"):
                row[place] = WriteOnlyCell(sheet, value)
                row[place].data_type = "s"
        sheet.append(row)
    book.save(folder / "floor.xlsx")
    return len(cells)


def in_ours(folder: Path) -> int:
    """The check of a ledger read in: every row is known here and compared. The child's start and end are counted."""
    house = _opened(folder)
    _restart()
    try:
        told = house.do("check_workbook", file=str(folder / "ours.xlsx"), target="findings").extra
        assert told["new"] == told["bad"] == told["changed"] == 0, told
        return int(told["same"])
    finally:
        house.close()


def in_floor(folder: Path) -> int:
    """openpyxl's read-only mode over the same workbook."""
    import openpyxl

    _restart()
    book = openpyxl.load_workbook(folder / "ours.xlsx", read_only=True, data_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)) - 1


STEPS: dict[str, Callable[[Path], int]] = {
    "out_floor": out_floor, "out_ours": out_ours, "in_floor": in_floor, "in_ours": in_ours,
}  # fmt: skip
_began = [0.0, 0.0]


def _cpu() -> float:
    """CPU seconds of this process and of its children that ended."""
    used = [resource.getrusage(which) for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _restart() -> None:
    _began[:] = [time.perf_counter(), _cpu()]


def step(name: str, folder: Path) -> None:
    """One step, in this process; prints what it took. The peak is this process's own, since it began."""
    _restart()
    rows = STEPS[name](folder)
    wall, cpu = time.perf_counter() - _began[0], _cpu() - _began[1]
    peak = next(
        int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")
    )
    print(json.dumps({"rows": rows, "wall": wall, "cpu": cpu, "peak_mb": peak / 1024}))


def run(folder: Path, name: str) -> dict[str, Any]:
    """One step in a process of its own."""
    environ = dict(os.environ, PYTHONPATH=str(ROOT))
    command = [sys.executable, "-m", "benchmarks.workbooks", "step", name, str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, env=environ, cwd=ROOT, check=True)
    return dict(json.loads(told.stdout.splitlines()[-1]))


def main(argv: list[str]) -> None:
    """Make the office, take the four steps, print them as a table of ratios."""
    if argv[:1] == ["step"]:
        step(argv[1], Path(argv[2]))
        return
    given = dict(zip(argv[::2], argv[1::2], strict=False))
    rows = int(given.get("--rows", ROWS))
    folder = Path(given.get("--keep") or tempfile.mkdtemp(prefix="dubu-bench-workbooks-"))
    if not (folder / "office").exists():
        (folder / "office").mkdir(parents=True)
        make(folder, rows)
    took = {name: run(folder, name) for name in STEPS}
    print(f"\n### Workbooks, {rows:,} rows\n| | wall s | CPU s | × floor wall | × floor CPU | own peak MB |")
    print("|---|---|---|---|---|---|")
    labels = {
        "out_floor": "floor: openpyxl write-only, cells in memory", "out_ours": "ledger out, from the encrypted file",
        "in_floor": "floor: openpyxl read-only", "in_ours": "read in, mapped, compared",
    }  # fmt: skip
    for name, one in took.items():
        assert one["rows"] == rows, (name, one)
        floor = took[f"{name.split('_')[0]}_floor"]
        print(
            f"| {labels[name]} | {one['wall']:.1f} | {one['cpu']:.1f} | {one['wall'] / floor['wall']:.2f} "
            f"| {one['cpu'] / floor['cpu']:.2f} | {one['peak_mb']:.0f} |"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
