"""The start: what is loaded before the first paint, unlocking, the first run, preferences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPdfWriter

from dubu_desktop.errors import DubuError
from dubu_desktop.ui.first_run import DEMO, GROUP, OFFICE, ChoicePanel, FirstRun, FormPanel, _Tile
from dubu_desktop.ui.preferences import Preferences
from dubu_desktop.ui.start_panels import RecoveryPanel, UnlockPanel, print_recovery

from .conftest import compose, type_into
from .walk import complaints

ROOT = Path(__file__).resolve().parents[2]
PROBE = """
import sys
from dubu_desktop.ui.app import QApplication, StartWindow, Preferences, desktop
import os
desktop.prepare(os.environ)
app = QApplication(["x"])
window = StartWindow()
def painted():
    print("\\n".join(sorted(sys.modules)))
    app.quit()
window.painted.connect(painted)
window.show()
app.exec()
"""


def test_nothing_heavy_is_loaded_before_the_first_paint(tmp_path):
    environ = dict(os.environ, QT_QPA_PLATFORM="offscreen", DUBU_STATE_DIR=str(tmp_path), PYTHONPATH=str(ROOT))
    run = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, env=environ, cwd=ROOT, timeout=60
    )
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    ours = {name for name in loaded if name.startswith("dubu_desktop.")}
    assert ours <= {
        "dubu_desktop.ui", "dubu_desktop.ui.app", "dubu_desktop.ui.desktop", "dubu_desktop.ui.preferences",
        "dubu_desktop.ui.unlock", "dubu_desktop.system", "dubu_desktop.system.paths",
    }  # fmt: skip
    heavy = {
        "sqlalchemy",
        "sqlcipher3",
        "docx",
        "openpyxl",
        "PIL",
        "pypinyin",
        "cryptography",
        "msgspec",
        "PySide6.QtSvg",
    }
    assert heavy & loaded == set()


def test_unlock_by_keyboard(shown, qtbot):
    panel, opened = UnlockPanel([Path("/data/第三组"), Path("/data/演示库")]), []
    panel.opened.connect(lambda path, password: opened.append((path, password)))
    shown(panel, 760, 560)
    assert panel.password.hasFocus()
    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    assert "请输入密码" in panel.said.text()
    assert complaints(panel, own_texts=["/data"]) == []
    type_into(panel.password, "secret1")
    compose(panel.password, "x")
    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    assert opened == []
    compose(panel.password, "")
    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    assert opened == [(Path("/data/第三组"), "secret1")]
    assert not panel.card.isEnabled()
    panel.refused(DubuError("D-101", path="/data/第三组"))
    assert panel.said.text().startswith("■ D-101")
    assert panel.card.isEnabled()
    assert panel.password.hasFocus()


def test_first_run_offers_three_and_the_demo_only_where_it_can(shown, qtbot):
    panel, chosen = ChoicePanel(with_demo=True), []
    panel.chosen.connect(chosen.append)
    shown(panel, 760, 560)
    assert complaints(panel) == []
    tiles = panel.findChildren(_Tile)
    assert [tile.text() for tile in tiles] == ["办公室", "督巡组", "演示库"]
    tiles[1].setFocus()
    qtbot.keyClick(tiles[1], Qt.Key.Key_Space)
    assert chosen == [GROUP]
    qtbot.keyClick(tiles[0], Qt.Key.Key_Return)
    assert chosen == [GROUP, OFFICE], "Enter does it as well, whatever the desktop"
    assert len(ChoicePanel(with_demo=False).findChildren(_Tile)) == 2


def fill(panel: FormPanel, **values: str) -> None:
    for key, text in values.items():
        editor = panel.form.cell(key).editor
        editor.clear()
        type_into(editor, text)


@pytest.mark.parametrize("kind", [OFFICE, GROUP, DEMO])
def test_forms(shown, qtbot, tmp_path, kind):
    panel, asked = FormPanel(kind, tmp_path / "督簿"), []
    panel.finished.connect(asked.append)
    shown(panel, 760, 620)
    assert complaints(panel, own_texts=[str(tmp_path)]) == []
    if kind != DEMO:
        panel._done()
        assert asked == []
        assert panel.said.text().startswith("▲")
        fill(panel, name="李主任", password="secret1", again="secret2")
    if kind == GROUP:
        fill(panel, starter=str(tmp_path / "03.dubu-starter"), code="1234-5678")
    if kind != DEMO:
        panel._done()
        assert "不一样" in panel.said.text()
        fill(panel, again="secret1")
    qtbot.keyClick(panel.form.cell("path").editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    expected = {
        OFFICE: FirstRun(OFFICE, tmp_path / "督簿", "李主任", "secret1"),
        GROUP: FirstRun(GROUP, tmp_path / "督簿", "李主任", "secret1", tmp_path / "03.dubu-starter", "1234-5678"),
        DEMO: FirstRun(DEMO, tmp_path / "督簿"),
    }
    assert asked == [expected[kind]]
    assert not panel.card.isEnabled()


def test_a_password_is_never_shown(shown, tmp_path):
    from PySide6.QtWidgets import QLineEdit

    panel = FormPanel(OFFICE, tmp_path)
    shown(panel)
    for key in ("password", "again"):
        assert panel.form.cell(key).editor.echoMode() == QLineEdit.EchoMode.Password


def test_recovery_code_is_shown_and_printed(shown, tmp_path, qapp):
    code = "3QFK-7H2M-X9PD-4TRC-8WVN-2BJG"
    panel, kept = RecoveryPanel(code, "第三组"), []
    panel.kept.connect(lambda: kept.append(1))
    shown(panel, 760, 560)
    assert complaints(panel, own_texts=[code]) == []
    target = tmp_path / "code.pdf"
    writer = QPdfWriter(str(target))
    assert print_recovery(writer, "第三组", code)
    del writer
    assert target.stat().st_size > 1000
    from dubu_desktop.ui.widgets.button import Button

    next(button for button in panel.findChildren(Button) if "抄好" in button.text()).click()
    assert kept == [1]


def test_preferences_survive_and_damage_does_no_harm(tmp_path):
    first = Preferences.load(tmp_path)
    assert first.workspaces() == []
    first.with_workspace(Path("/a")).with_workspace(Path("/b")).with_workspace(Path("/a")).having("theme", "sun").save()
    again = Preferences.load(tmp_path)
    assert again.workspaces() == [Path("/a"), Path("/b")]
    assert again.text("theme") == "sun"
    assert again.number("scale", 100, (100, 150)) == 100
    assert again.having("scale", 150).number("scale", 100, (100, 150)) == 150
    assert again.having("scale", "150").number("scale", 100, (100, 150)) == 100
    for damage in ("", "{", "[]", json.dumps({"workspaces": 3, "theme": 7})):
        (tmp_path / "window.json").write_text(damage, encoding="utf-8")
        broken = Preferences.load(tmp_path)
        assert (broken.workspaces(), broken.text("theme", "system")) == ([], "system")
