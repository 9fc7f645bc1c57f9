"""反馈表 for twelve units through LibreOffice: opened, filled in and saved there, photos pasted, rows moved; then read.

Nothing is typed again and nothing is lost: every word, every figure, every byte of every photo.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

from dubu_desktop.domain import replysheet
from tests.replies import FIRST_ROW, column
from tests.stories import calc
from tests.world import World, cheap_keys

UNITS = (
    "青石镇", "柳林镇", "河东镇", "双桥镇", "北洼镇", "大营镇", "城关街道", "新湖街道", "铁西街道",
    "住房城乡建设局", "市场监管局", "教育体育局",
)  # fmt: skip
EACH = 3


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    cheap_keys(monkeypatch)
    made = World.ready(tmp_path / "world", ("01",))
    yield made
    made.close()


def photo(path: Path, seed: int, taken: str) -> bytes:
    """A picture as a camera writes it: with the time it was taken; its bytes."""
    image = Image.frombytes("RGB", (120, 90), bytes((seed * 31 + i * 7) % 256 for i in range(120 * 90 * 3)))
    exif = image.getexif()
    exif.get_ifd(0x8769)[0x9003] = taken
    out = BytesIO()
    image.save(out, "JPEG", quality=92, exif=exif)
    path.write_bytes(out.getvalue())
    return out.getvalue()


def assigned(world: World) -> dict[str, list[str]]:
    """{unit: numbers of its findings}, all assigned."""
    known = {row["name"] for row in world.rows(world.office, "unit")}
    for name in UNITS:
        if name not in known:
            world.office.do("add_unit", name=name, unit_kind="town", side="territory")
    world.round()
    group, out = world.groups["01"], {}
    for at, name in enumerate(UNITS):
        given = {"territory_unit": name, "industry_unit": "", "no_industry_reason": "属地负责"}
        out[name] = [
            world.finding(group, **given, facts=f"第{at}处第{n}项：疏散通道堆放瓷砖约{40 + n}箱，净宽减至0.7 m")
            for n in range(EACH)
        ]
    for number in (n for numbers in out.values() for n in numbers):
        group.do("finalise_finding", finding=number)
    world.take(world.office, world.up("01"))
    everything = [n for numbers in out.values() for n in numbers]
    world.office.do("confirm_finding", findings=everything)
    world.office.do("assign_rectification", findings=everything)
    return out


def steps(sheet: Path, saved: Path, pictures: list[list[Path]], at: int) -> list[tuple[object, ...]]:
    """What the clerk of unit `at` does: fills in, pastes, and in some units sorts or puts a row in."""
    first = FIRST_ROW - 1
    out: list[tuple[object, ...]] = [("open", sheet)]

    def write(kind: str, heading: str, row: int, value: object) -> None:
        out.append((kind, column(heading) - 1, row, value))

    for n in range(EACH):
        row = first + n
        write("text", "整改情况", row, "已完成整改")
        write("number", "进度（%）", row, 100)
        write("text", "整改措施", row, f"=搬离{n}\\n第二行：<清运> & 上锁")
        write("text", "整改结果", row, f"单位{at}第{n}项已清空，净宽恢复到2.4 m")
        write("text", "责任人", row, f"张{n}")
        write("number", "反馈日期", row, (date(2026, 6, 2) - date(1899, 12, 30)).days)
        for place, picture in enumerate(pictures[n]):
            write("photo", replysheet.PHOTOS[place], row, picture)
    if at % 4 == 1:
        out.append(("insert", first + 1))
    if at % 4 == 2:
        out.append(("sort", column("问题编号") - 1, first, first + EACH - 1, len(replysheet.HEADINGS) - 1))
    out.append(("save", saved))
    return out


@pytest.mark.needs_libreoffice
@pytest.mark.slow
def test_twelve_units_answer_in_libreoffice(world: World, tmp_path: Path, soffice: str) -> None:
    numbers = assigned(world)
    out, back = tmp_path / "out", tmp_path / "back"
    out.mkdir()
    back.mkdir()
    told = world.office.do("export_reply_sheets", out=str(out)).extra
    assert (sorted(told["units"]), told["rows"]) == (sorted(UNITS), EACH * len(UNITS))
    todo: list[list[tuple[object, ...]]] = []
    sent: dict[str, set[str]] = {}
    for at, name in enumerate(UNITS):
        sheet = next(Path(file) for file in told["files"] if name in file)
        pictures: list[list[Path]] = []
        for n in range(EACH):
            # the pictures of a sorted row stay where they are in Calc, so one that is sorted has them in one row
            many = 2 if n == 0 and at % 4 != 2 else 1 if at % 4 != 2 else 0
            paths = [tmp_path / f"{at}-{n}-{k}.jpg" for k in range(many)]
            data = [
                photo(path, at * 17 + n * 5 + k, f"2026:06:0{n + 1} 0{k + 8}:15:00") for k, path in enumerate(paths)
            ]
            sent[numbers[name][n]] = {hashlib.sha256(one).hexdigest() for one in data}
            pictures.append(paths)
        todo.append(steps(sheet, back / sheet.name, pictures, at))
    calc.run(Path(soffice), tmp_path / "calc", todo)
    files = sorted(str(path) for path in back.iterdir())
    assert len(files) == len(UNITS)
    locked = openpyxl.load_workbook(files[0]).active
    assert locked is not None
    assert locked.data_validations.dataValidation, "Calc kept the drop-downs"
    done = world.office.do("import_reply_sheets", files=files)
    assert (done.extra["new"], done.extra["bad"], done.extra["returned"]) == (EACH * len(UNITS), 0, {})
    for at, name in enumerate(UNITS):
        for n, number in enumerate(numbers[name]):
            look(world, number, at, n, sent[number])
    again = world.office.do("import_reply_sheets", files=files)
    assert (again.extra["same"], again.ids) == (EACH * len(UNITS), ())


def look(world: World, number: str, at: int, n: int, photos: set[str]) -> None:
    """Everything the unit wrote about a finding is here as it was written."""
    found = world.row(world.office, "finding", number=number)
    kept: dict[str, Any] = world.row(world.office, "rectification", finding=found["uuid"])
    assert found["status"] == "replied"
    assert (kept["measures"], kept["reply"], kept["owner"], kept["replied_on"], kept["progress"]) == (
        f"=搬离{n}\n第二行：<清运> & 上锁", f"单位{at}第{n}项已清空，净宽恢复到2.4 m", f"张{n}", "2026-06-02", 100,
    )  # fmt: skip
    here = world.rows(world.office, "evidence", finding=found["uuid"])
    assert {row["sha256"].hex() for row in here} == photos
    assert {row["role"] for row in here} <= {"after"}
    assert all(row["time_source"] == "exif" for row in here)
