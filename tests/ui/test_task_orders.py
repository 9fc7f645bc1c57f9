"""当天的交办单 in one go from the window: one PDF or a .docx each, told on the way, left by Esc."""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt

from dubu_desktop.ui import files
from dubu_desktop.ui.widgets import progress
from tests.ui.test_never_blocked import Loop
from tests.unit.export.test_render import stand_in

from .guard import watching
from .real import CTRL
from .walk import complaints

K = Qt.Key
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the stand-in is a shell script")


@pytest.fixture
def handed_over(world):
    """Two 交办单 of today and one of another day."""
    given = {"source": "meeting", "requirement": "逐栋检查"}
    for title, groups in (("扬尘治理督导", ["01", "02"]), ("消防专项", ["01"])):
        made = world.office.do("draft_task", title=title, groups=groups, **given)
        world.office.do("issue_task", tasks=list(made.ids)[-len(groups) :])
        if title == "扬尘治理督导":
            world.clock.put("2026-06-11T09:00")
    return world


@pytest.fixture
def answers(tmp_path, monkeypatch):
    """Where every dialog says the papers are to go."""
    out = tmp_path / "交办"
    out.mkdir()
    monkeypatch.setattr(files, "choose_folder", lambda _parent, _title, then: then(out))
    monkeypatch.setattr(files, "choose_target", lambda _parent, _title, name, _one, then: then(out / name))
    return out


def lay_out(tmp_path: Path, monkeypatch, script: str) -> None:
    """Put a script in LibreOffice's place; it finds a one-page PDF as $PAGE."""
    page = tmp_path / "page.pdf"
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(page)
    monkeypatch.setenv("DUBU_SOFFICE", str(stand_in(tmp_path, f"PAGE={page}\n{script}")))


def test_as_one_pdf_of_the_day_that_is_asked_for(handed_over, opened, answers, tmp_path, monkeypatch):
    each = 'for one in "$@"; do case "$one" in *.docx) cp $PAGE "$(basename "$one" .docx).pdf";; esac; done'
    lay_out(tmp_path, monkeypatch, each)
    day = handed_over.clock.today().isoformat()
    seat = opened(handed_over.office, "documents", "tasks")
    with watching():
        seat.page.print_orders()
        assert complaints(seat.window) == []
        seat.press(K.Key_Return, CTRL)
    made = answers / f"交办单 {day}.pdf"
    assert len(pypdfium2.PdfDocument(made.read_bytes())) == 1
    assert "已写好1份交办单" in seat.said[-1]


def test_esc_leaves_no_file_and_no_child(handed_over, opened, answers, tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "SHOWN_AFTER", 20)
    monkeypatch.setattr(progress, "CANCELLABLE_AFTER", 60)
    lay_out(tmp_path, monkeypatch, f"echo $$ > {tmp_path}/pid; sleep 60")
    seat = opened(handed_over.office, "documents")
    seat.page.print_orders()
    seat.settle()
    loop = Loop(seat)
    idle = loop.idle()
    with watching():
        rate = loop.run(lambda: not seat.desk.busy, give=seat.page.ask._ok.click, leave=True)
    assert loop.offered
    assert rate > 0.25 * idle
    assert seat.said[-1].strip() == "已取消，什么也没有改动。"
    assert not list(answers.iterdir())
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


def test_a_docx_each_from_the_page_of_tasks(handed_over, opened, answers, monkeypatch):
    monkeypatch.setenv("DUBU_SOFFICE", "")
    seat = opened(handed_over.office, "tasks", "documents")
    seat.page.print_orders()
    seat.settle()
    seat.page.ask._form.open("form")
    seat.page.ask._form.cell("form").editor.set("docx")
    with watching():
        seat.page.ask._ok.click()
        seat.settle()
    assert [one.suffix for one in answers.iterdir()] == [".docx"]
    assert "打开文件夹" in seat.window.messages._act.text()
