"""Who is at the keyboard: asked after the password where several work, everybody listed, found by initials."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from dubu_desktop.ui.whoami import WhoPanel
from tests.stories.windows import Hands, K
from tests.world import PASSWORD, World, cheap_keys


@pytest.mark.parametrize("letters", ["", "xj", "xujing", "许"])
def test_asked_after_the_password_and_found(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letters: str
) -> None:
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    world = World(tmp_path / "world", ("01",))
    world.office.do("add_person", name="许静", roles=["clerk"])
    world.close()
    hands = Hands(qapp, tmp_path / "world" / "office", tmp_path)
    hands.unlock(PASSWORD)
    try:
        (panel,) = hands.window.findChildren(WhoPanel)
        assert [one.label for one in panel._picker.candidates()] == ["王主任", "许静"], "not those of the groups"
        if letters:
            hands.write(letters)
        else:
            hands.press(K.Key_Down)
        hands.press(K.Key_Return)
        assert hands.house.person.name == "许静"
        assert hands.window.strip._person.item.text == "许静"
    finally:
        hands.leave()
