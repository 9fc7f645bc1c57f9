"""Every township of the country from a real list (`--data DIR`): imported in one go, and any of them found."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from dubu_desktop.actions import upkeep
from dubu_desktop.actions.reads import pick
from tests.world import World


@pytest.mark.needs_data
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_townships_of_the_whole_country_in_one_go(alone: World, data_dir: Path, tmp_path: Path) -> None:
    with (data_dir / "units" / "streets.csv").open(encoding="utf-8") as stream:
        towns = list(csv.DictReader(stream))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("乡镇街道")
    sheet.append(["名称", "代码", "类型", "行业或属地"])
    for town in towns:
        sheet.append([town["name"], town["code"], "镇街", "属地"])
    book.save(tmp_path / "全国乡镇.xlsx")

    office = alone.office
    steps, work = [], office.run("import_units", file=str(tmp_path / "全国乡镇.xlsx"))
    while True:
        try:
            steps.append(next(work))
        except StopIteration as end:
            done = end.value
            break
    assert (len(towns), done.extra["new"], done.extra["bad"]) == (41352, 41352, 0)
    # it is seen to go on: written by the thousand, read as often as the reader in its child is looked at
    assert [s.done for s in steps if s.label == "正在写入单位"] == list(range(0, len(towns), 1000))
    assert len({s.done for s in steps if s.label.startswith("正在读入")}) > 10
    for _ in upkeep.index(office):
        pass
    for query in ("景山街道", "jingshanjiedao", "jsjd", "山街"):
        assert "景山街道" in {p.label for p in office.read(pick.units, query, 5000)}, query
    # The office's own 城关街道 has no code, the list has 35 of that name: it stays itself.
    assert len([u for u in alone.rows(office, "unit", name="城关街道") if not u["code"]]) == 1
    again = office.do("import_units", file=str(tmp_path / "全国乡镇.xlsx"))
    assert (again.extra["new"], again.extra["same"]) == (0, 41352)
