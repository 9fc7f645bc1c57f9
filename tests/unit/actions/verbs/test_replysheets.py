"""反馈表 out and back in: rows moved, copied, damaged; pictures of three kinds; two units; what goes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dubu_desktop.domain import replysheet
from dubu_desktop.errors import Cancelled, DubuError
from tests.replies import FIRST_ROW, column, excel_cell_picture, fill, rezip, wps_cell_picture
from tests.world import World, begun, jpeg

DONE = {"整改情况": "已完成整改", "整改结果": "通道已清空，东门已打开", "责任人": "张三"}
OWN = {"industry_unit": "", "no_industry_reason": "属地负责"}


def refused(code: str) -> Any:
    return pytest.raises(DubuError, match=f"^{code} ")


def _ask(world: World) -> tuple[list[str], str]:
    facts = ("疏散通道堆放瓷砖约40箱", "干粉灭火器8具，压力表指针均在红区", "消防车道被23处占道摊位堵住，剩余宽度2.1米")
    numbers = [world.assigned(facts=text, **OWN) for text in facts]
    out = world.root / "反馈表"
    out.mkdir()
    told = world.office.do("export_reply_sheets", out=str(out)).extra
    assert (told["units"], told["rows"]) == (["城关街道"], 3)
    return numbers, Path(told["files"][0]).name


@pytest.fixture
def _asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, dict[str, Any]]]:
    with begun(_ask, monkeypatch, tmp_path) as (made, (numbers, sheet)):
        yield made, {"numbers": numbers, "sheet": made.root / "反馈表" / sheet}


@pytest.fixture
def world(_asked: tuple[World, dict[str, Any]]) -> World:
    """The world in which the sheet was asked for."""
    return _asked[0]


@pytest.fixture
def asked(_asked: tuple[World, dict[str, Any]]) -> dict[str, Any]:
    """Three findings of 城关街道 alone, its sheet written; {"numbers", "sheet"}."""
    return _asked[1]


def fixed(world: World, number: str) -> tuple[str, dict[str, Any]]:
    found = world.row(world.office, "finding", number=number)
    return found["status"], world.row(world.office, "rectification", finding=found["uuid"])


def photos(world: World, number: str) -> list[tuple[str, str]]:
    found = world.row(world.office, "finding", number=number)
    return [(e["role"], e["caption"]) for e in world.rows(world.office, "evidence", finding=found["uuid"])]


def test_what_a_unit_may_fill_in_and_what_is_locked(asked: dict[str, Any]) -> None:
    sheet = openpyxl.load_workbook(asked["sheet"]).active
    assert sheet is not None
    assert sheet.protection.sheet
    assert not sheet.protection.objects
    assert sheet.column_dimensions["A"].hidden
    opened = {h for h in replysheet.HEADINGS if not sheet.cell(FIRST_ROW, column(h)).protection.locked}
    assert opened == {*replysheet.OPEN, *replysheet.PHOTOS}
    rules = {r.type: r for r in sheet.data_validations.dataValidation}
    assert rules["list"].formula1 == '"已完成整改,正在整改,申请延期"'
    assert str(rules["list"].sqref) == f"H{FIRST_ROW}:H{FIRST_ROW + 2}"
    assert sheet["A5"].value.startswith("DB1-")
    assert sheet["C5"].value == asked["numbers"][0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_replies_and_photos_come_home_and_twice_changes_nothing(world: World, asked: dict[str, Any]) -> None:
    one, two, three = asked["numbers"]
    fill(asked["sheet"], {
        one: {**DONE, "照片": [jpeg(1), jpeg(2)], "反馈日期": "2026-06-02", "整改措施": "搬离瓷砖"},
        two: {"整改情况": "正在整改", "进度（%）": 60, "整改结果": "已换5具"},
    })  # fmt: skip
    seen = world.office.do("check_reply_sheets", files=[str(asked["sheet"])]).extra
    assert {k: seen[k] for k in ("new", "same", "bad", "unfilled", "photos")} == {
        "new": 2, "same": 0, "bad": 0, "unfilled": 1, "photos": 2,
    }  # fmt: skip
    assert fixed(world, one)[0] == "rectifying"  # looking changes nothing
    done = world.office.do("import_reply_sheets", files=[str(asked["sheet"])])
    assert (done.extra["new"], done.extra["photos"], done.extra["returned"]) == (2, 2, {})
    status, kept = fixed(world, one)
    assert (status, kept["reply"], kept["measures"], kept["owner"], kept["replied_on"], kept["progress"]) == (
        "replied", "通道已清空，东门已打开", "搬离瓷砖", "张三", "2026-06-02", 100,
    )  # fmt: skip
    assert photos(world, one) == [("after", "城关街道反馈")] * 2
    status, kept = fixed(world, two)
    assert (status, kept["reply"], kept["progress"]) == ("rectifying", "正在整改：已换5具", 60)
    again = world.office.do("import_reply_sheets", files=[str(asked["sheet"])])
    assert (again.extra["same"], again.extra["new"], again.extra["changed"], again.ids) == (2, 0, 0, ())
    # and it is one action that can be taken back
    assert fixed(world, three)[0] == "rectifying"
    world.office.do("undo")
    assert fixed(world, one)[0] == "rectifying"
    assert not fixed(world, one)[1]["reply"]


def test_rows_moved_sorted_and_inserted_keep_their_pictures(world: World, asked: dict[str, Any]) -> None:
    one, two, _ = asked["numbers"]

    def turn(sheet: Any) -> None:
        rows = [[cell.value for cell in sheet[row]] for row in range(FIRST_ROW, FIRST_ROW + 3)]
        for at, values in enumerate(reversed(rows)):
            for place, value in enumerate(values, start=1):
                sheet.cell(FIRST_ROW + at + 1, place).value = value  # a row put in above
        for place in range(1, len(rows[0]) + 1):
            sheet.cell(FIRST_ROW, place).value = None
        sheet.cell(FIRST_ROW, column("整改结果")).value = None
        sheet.add_image(_image(jpeg(5)), f"N{FIRST_ROW + 3}")  # the row of the first finding now

    fill(asked["sheet"], {one: DONE, two: DONE}, turn)
    told = world.office.do("import_reply_sheets", files=[str(asked["sheet"])]).extra
    assert (told["new"], told["bad"]) == (2, 0)
    assert (photos(world, one), photos(world, two)) == ([("after", "城关街道反馈")], [])


def _image(data: bytes) -> Any:
    from io import BytesIO

    from openpyxl.drawing.image import Image

    return Image(BytesIO(data))


@pytest.mark.parametrize("put", [wps_cell_picture, excel_cell_picture])
def test_pictures_inside_cells(world: World, asked: dict[str, Any], put: Any) -> None:
    one, two, _ = asked["numbers"]
    path = fill(asked["sheet"], {two: DONE})
    put(path, f"N{FIRST_ROW + 1}", jpeg(7))
    told = world.office.do("import_reply_sheets", files=[str(path)])
    assert (told.extra["new"], told.warnings) == (1, ())
    assert photos(world, two) == [("after", "城关街道反馈")]
    assert photos(world, one) == []


def test_a_lost_id_is_made_good_by_the_number_and_a_foreign_one_goes_back(world: World, asked: dict[str, Any]) -> None:
    one, two, three = asked["numbers"]

    def damage(sheet: Any) -> None:
        sheet.cell(FIRST_ROW, 1).value = None
        sheet.cell(FIRST_ROW + 1, 1).value = replysheet.token(bytes(16), bytes(16), bytes(16))
        sheet.cell(FIRST_ROW + 1, column("问题编号")).value = "别处-1"
        sheet.cell(FIRST_ROW + 2, column("问题编号")).value = one
        sheet.cell(FIRST_ROW + 3, column("整改结果")).value = "又发现一处"

    path = fill(asked["sheet"], dict.fromkeys((one, two, three), DONE), damage)
    told = world.office.do("import_reply_sheets", files=[str(path)]).extra
    assert (told["new"], told["bad"]) == (1, 3)
    assert fixed(world, one)[0] == "replied"
    back = openpyxl.load_workbook(told["returned"][str(path)]).active
    assert back is not None
    reasons = [back.cell(FIRST_ROW + at, column(replysheet.RETURNED)).value for at in range(4)]
    assert reasons[0] is None
    assert "认不出" in reasons[1]
    assert "行被拆开过" in reasons[2]
    assert "认不出" in reasons[3]


def test_what_is_wrong_is_marked_in_a_copy_and_corrected_there(world: World, asked: dict[str, Any]) -> None:
    one, two, three = asked["numbers"]
    path = fill(asked["sheet"], {
        one: {"整改结果": "改了", "照片": [jpeg(1)]},
        two: {"整改情况": "差不多了", "整改结果": "x", "进度（%）": "大半", "反馈日期": "2027-01-01"},
        three: {"照片": [jpeg(2)]},
    })  # fmt: skip
    told = world.office.do("import_reply_sheets", files=[str(path)])
    assert (told.extra["bad"], told.extra["new"], told.ids) == (3, 0, ())
    back = Path(told.extra["returned"][str(path)])
    assert back.name == f"{path.stem}-退回.xlsx"
    sheet = openpyxl.load_workbook(back).active
    assert sheet is not None
    assert len(sheet._images) == 2
    why = [sheet.cell(FIRST_ROW + at, column(replysheet.RETURNED)).value for at in range(3)]
    assert why[0] == "缺“整改情况”"
    assert all(word in why[1] for word in ("整改情况：", "进度（%）：", "还没有到"))
    assert "有照片" in why[2]
    # corrected in the copy that went back, the reasons still in it
    fill(back, {one: {"整改情况": "已完成整改"}, two: {"整改情况": "正在整改", "进度（%）": "80%", "反馈日期": None}})
    told = world.office.do("import_reply_sheets", files=[str(back)])
    assert (told.extra["new"], told.extra["bad"]) == (2, 1)
    assert photos(world, one) == [("after", "城关街道反馈")]
    assert fixed(world, two)[1]["progress"] == 80
    last = openpyxl.load_workbook(told.extra["returned"][str(back)]).active
    assert last is not None
    assert [bool(last.cell(FIRST_ROW + at, column(replysheet.RETURNED)).value) for at in range(3)] == [
        False, False, True,
    ]  # fmt: skip


def test_a_picture_that_is_no_photo_goes_back_and_the_words_stay(world: World, asked: dict[str, Any]) -> None:
    one = asked["numbers"][0]
    path = fill(asked["sheet"], {one: {**DONE, "照片": [jpeg(1)]}})
    # a .bmp under a name that says otherwise
    rezip(path, {"xl/media/image1.jpeg": bmp()})
    told = world.office.do("import_reply_sheets", files=[str(path)])
    assert fixed(world, one)[0] == "replied"
    assert photos(world, one) == []
    back = openpyxl.load_workbook(told.extra["returned"][str(path)]).active
    assert back is not None
    assert "不是能用的照片" in back.cell(FIRST_ROW, column(replysheet.RETURNED)).value


def bmp() -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "BMP")
    return out.getvalue()


def test_pictures_that_lie_nowhere_are_told(world: World, asked: dict[str, Any]) -> None:
    one = asked["numbers"][0]

    def stray(sheet: Any) -> None:
        sheet.add_image(_image(jpeg(8)), "N30")

    path = rezip(fill(asked["sheet"], {one: DONE}, stray), {"xl/media/image9.png": b"x"})
    warned = world.office.do("import_reply_sheets", files=[str(path)]).warnings
    assert any("1张图片不在任何一条问题的行里：第30行" in w for w in warned)
    assert any("1张图片不在表上" in w for w in warned)


def test_two_units_answer_one_finding(world: World, tmp_path: Path) -> None:
    number = world.assigned()
    files = world.office.do("export_reply_sheets", out=str(tmp_path)).extra["files"]
    industry, territory = (next(Path(f) for f in files if name in f) for name in ("应急管理局", "城关街道"))
    fill(territory, {number: DONE})
    told = world.office.do("import_reply_sheets", files=[str(territory)]).extra
    assert told["sheets"][0]["rows"][0]["waits_for"] == ["应急管理局"]
    assert fixed(world, number)[0] == "rectifying"
    fill(industry, {number: {"整改情况": "申请延期", "整改结果": "需重新招标", "责任人": "李四"}})
    world.office.do("import_reply_sheets", files=[str(industry)])
    status, kept = fixed(world, number)
    assert status == "rectifying"
    assert kept["reply"] == "【应急管理局】申请延期：需重新招标\n【城关街道】通道已清空，东门已打开"
    assert kept["owner"] == "【应急管理局】李四 【城关街道】张三"
    (note,) = world.rows(world.office, "note")
    assert (note["text"], note["state"]) == ("应急管理局申请延期：需重新招标", "open")
    # what each told before stands in its next sheet, and only its own
    again = world.office.do("export_reply_sheets", out=str(tmp_path), unit="应急管理局").extra["files"]
    assert len(again) == 1
    assert Path(again[0]) not in (industry, territory)
    assert openpyxl.load_workbook(again[0]).active.cell(FIRST_ROW, column("责任人")).value == "李四"  # type: ignore[union-attr]
    fill(Path(again[0]), {number: {"整改情况": "已完成整改", "整改结果": "已完成"}})
    world.office.do("import_reply_sheets", files=again)
    status, kept = fixed(world, number)
    assert (status, kept["progress"]) == ("replied", 100)


def test_a_finding_that_waits_for_nothing_more_is_left_alone(world: World, asked: dict[str, Any]) -> None:
    one = asked["numbers"][0]
    path = fill(asked["sheet"], {one: DONE})
    world.office.do("import_reply_sheets", files=[str(path)])
    fill(path, {one: {"整改结果": "补充：门锁已拆"}})
    told = world.office.do("import_reply_sheets", files=[str(path)]).extra
    assert (told["changed"], fixed(world, one)[1]["reply"]) == (1, "补充：门锁已拆")
    world.round()
    group = world.groups["01"]
    group.do("add_photos", finding=one, images=[jpeg(3)], role="after")
    group.do("verify_finding", finding=one, result="已改好")
    world.round()
    fill(path, {one: {"整改结果": "再补充"}})
    told = world.office.do("import_reply_sheets", files=[str(path)]).extra
    assert (told["bad"], told["changed"]) == (1, 0)
    assert "核查通过，不再收反馈" in told["sheets"][0]["rows"][0]["why"][0]


def test_several_at_once_the_same_twice_and_one_that_is_none(
    world: World, asked: dict[str, Any], tmp_path: Path
) -> None:
    path = fill(asked["sheet"], {asked["numbers"][0]: DONE})
    copy = tmp_path / "副本.xlsx"
    copy.write_bytes(path.read_bytes())
    other = tmp_path / "别的.xlsx"
    openpyxl.Workbook().save(other)
    with refused("D-424"):
        world.office.do("import_reply_sheets", files=[str(other)])
    told = world.office.do("import_reply_sheets", files=[str(path), str(copy), str(other)])
    assert [one.get("code") for one in told.extra["sheets"]] == [None, None, "D-424"]
    assert (told.extra["new"], told.extra["bad"]) == (1, 1)
    assert any("D-424" in w or "不是本程序发出的反馈表" in w for w in told.warnings)


def test_only_the_office_sends_and_takes_them(world: World, asked: dict[str, Any], tmp_path: Path) -> None:
    for verb, params in (
        ("export_reply_sheets", {"out": str(tmp_path)}),
        ("import_reply_sheets", {"files": [str(asked["sheet"])]}),
        ("check_reply_sheets", {"files": [str(asked["sheet"])]}),
    ):
        with refused("D-303"):
            world.groups["01"].do(verb, **params)


def test_nothing_to_ask_and_nothing_left_half_done(world: World, asked: dict[str, Any], tmp_path: Path) -> None:
    with refused("D-308"):
        world.office.do("export_reply_sheets", out=str(tmp_path), where={"text": "没有这样的话"})
    with refused("D-602"):
        world.office.do("export_reply_sheets", out=str(tmp_path / "没有"))
    left = tmp_path / "又"
    left.mkdir()
    work = world.office.run("export_reply_sheets", out=str(left))
    for progress in work:
        if progress.total:
            break
    work.close()
    assert list(left.iterdir()) == []


def test_reading_can_be_put_aside(world: World, asked: dict[str, Any]) -> None:
    path = fill(asked["sheet"], {asked["numbers"][0]: {**DONE, "照片": [jpeg(1)]}})
    work = world.office.run("import_reply_sheets", files=[str(path)])
    next(work)
    next(work)
    work.close()
    assert fixed(world, asked["numbers"][0])[0] == "rectifying"
    assert Cancelled  # closing a generator is how a person puts work aside
