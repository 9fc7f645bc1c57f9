"""反馈表 and ledgers in the window: by keyboard, nothing of it on the GUI thread, looked at before anything changes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt

from dubu_desktop.ui import files
from dubu_desktop.ui.intake_checked import apart
from tests.replies import fill
from tests.world import jpeg

from .guard import watching
from .real import CTRL
from .walk import complaints

K = Qt.Key
DONE = {"整改情况": "已完成整改", "整改结果": "通道已清空，东门已打开", "责任人": "张三"}
OWN = {"industry_unit": "", "no_industry_reason": "属地负责"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where every dialog says files are to go."""
    out = tmp_path / "台账和表"
    out.mkdir()
    monkeypatch.setattr(files, "choose_folder", lambda _parent, _title, then: then(out))
    monkeypatch.setattr(files, "choose_target", lambda _parent, _title, name, _one, then: then(out / Path(name).name))
    return out


def status(world, number: str) -> str:
    return str(world.row(world.office, "finding", number=number)["status"])


def test_out_filled_in_and_back_by_keyboard(world, opened, folder, monkeypatch):
    number, other = (world.assigned(place=f"建材市场{n}号楼", **OWN) for n in (1, 2))
    seat = opened(world.office, "rectify")
    with watching():
        seat.press(K.Key_T)
        seat.press(K.Key_Return, CTRL)
        seat.settle()
    (sheet,) = folder.iterdir()
    assert "已写好1个单位的反馈表，共2条" in seat.said[-1]
    fill(sheet, {number: {**DONE, "照片": [jpeg(1)]}, other: {"整改结果": "没有写情况"}})
    monkeypatch.setattr(files, "choose_files", lambda _parent, _title, _filters, then: then([sheet]))
    with watching():
        seat.press(K.Key_O, CTRL)
        seat.settle()
    pane = seat.page.replies
    assert [pane.figures[key]._number.text() for key in ("new", "photos", "bad")] == ["1", "1", "▲ 1"]
    assert status(world, number) == "rectifying", "checking changes nothing"
    assert complaints(seat.window, own_texts=[sheet.name, str(folder)]) == []
    with watching():
        seat.press(K.Key_Return, CTRL)
        seat.settle()
    assert status(world, number) == "replied"
    assert "新反馈1条，照片1张，退回1行" in seat.said[-1]
    assert (folder / f"{sheet.stem}-退回.xlsx").exists()
    assert not seat.page.is_replying
    seat.window.hooks.undo()
    seat.settle()
    assert status(world, number) == "rectifying"


def test_esc_leaves_it_and_the_list_is_there_again(world, opened, folder):
    world.assigned(**OWN)
    seat = opened(world.office, "rectify")
    seat.press(K.Key_T)
    assert complaints(seat.window) == []
    seat.press(K.Key_Escape)
    assert not seat.page.is_replying
    assert list(folder.iterdir()) == []
    assert seat.page.bar.buttons()


def test_a_workbook_dropped_on_the_page_is_taken_for_a_sheet(world, opened, tmp_path):
    world.assigned(**OWN)
    book = tmp_path / "别的.xlsx"
    openpyxl.Workbook().save(book)
    seat = opened(world.office, "rectify")
    seat.page.open_intake(book)
    seat.settle()
    assert "D-4" in seat.said[-1]
    assert seat.page.is_replying


def test_a_group_has_no_sheet_to_send(world, opened):
    world.assigned()
    seat = opened(world.groups["01"], "rectify")
    seat.press(K.Key_T)
    assert seat.page.replies is None
    assert all("反馈表" not in command.label for command in seat.page.commands())


@pytest.mark.parametrize(
    ("page", "title"), [("rectify", "整改台账"), ("tasks", "任务台账"), ("visits", "督导活动台账")]
)
def test_ctrl_p_writes_what_the_list_shows(world, opened, folder, page, title):
    world.assigned()
    world.office.do("draft_task", title="消防专项", requirement="看消防通道", groups=["01"])
    world.groups["01"].do("start_visit", visit_kind="unannounced", units=["城关街道"], place="市场")
    world.round()
    seat = opened(world.office, page)
    with watching():
        seat.press(K.Key_P, CTRL)
        seat.settle()
    (made,) = folder.iterdir()
    assert made.name.startswith(title)
    assert len(list(openpyxl.load_workbook(made).worksheets[0].iter_rows())) == 2


def test_the_ledger_of_others_is_read_in_from_the_findings(world, opened, tmp_path, monkeypatch):
    number = world.assigned()
    path = tmp_path / "台账.xlsx"
    world.office.do("export_ledger", out=str(path))
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(2, 5).value = "4号楼西侧"
    book.save(path)
    monkeypatch.setattr(files, "choose_file", lambda _parent, _title, _filters, then: then(path))
    seat = opened(world.office, "findings", "settings")
    with watching():
        seat.page.read_ledger()
        seat.settle()
    wizard = seat.window.current_page.section("intake").wizards["findings"]
    with watching():
        seat.press(K.Key_Return, CTRL)
        seat.settle()
    assert [figure._number.text() for figure in (wizard.checked.new, wizard.checked.changed)] == ["0", "1"]
    assert wizard.checked.changes is not None
    assert complaints(seat.window, own_texts=[path.name]) == []
    seat.press(K.Key_Return, CTRL)
    seat.settle()
    assert world.row(world.office, "finding", number=number)["place"] == "4号楼西侧"


def test_values_that_begin_alike_are_shown_from_where_they_differ():
    shared = "疏散通道堆放瓷砖约40箱，净宽由2.4 m减至0.7 m"
    here, there = apart(shared + "，东门上锁", shared + "，西门上锁")
    assert (here[0], there[0]) == ("…", "…")
    assert here.endswith("东门上锁")
    assert there.endswith("西门上锁")
    assert len(here) < 16
    assert apart("3号楼东侧", "3号楼西侧") == ("3号楼东侧", "3号楼西侧")
    assert apart("", shared) == ("", shared)
