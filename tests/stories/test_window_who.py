"""Who is at the keyboard: asked after the password where several work, everybody listed, found by initials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from dubu_desktop.actions.reads.entry import DRAFTS
from dubu_desktop.ui.findings.card import EntryState
from dubu_desktop.ui.whoami import WhoPanel
from dubu_desktop.ui.widgets.overlay import Overlay
from tests.stories.windows import CTRL, Hands, K, all_leave
from tests.world import PASSWORD, World, cheap_keys


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An office where two work."""
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    made = World.ready(tmp_path / "world", ("01",))
    made.office.do("add_person", name="许静", roles=["clerk"])
    return made


@pytest.fixture
def sit(qapp: QApplication, tmp_path: Path, world: World) -> Iterator[Callable[[], Hands]]:
    """Somebody unlocks the office."""
    seated: list[Hands] = []

    def begin() -> Hands:
        world.close()
        seated.append(Hands(qapp, tmp_path / "world" / "office", tmp_path))
        seated[0].unlock(PASSWORD)
        return seated[0]

    yield begin
    all_leave(seated)


@pytest.mark.parametrize("letters", ["", "xj", "xujing", "许"])
def test_everybody_is_listed_and_found(sit: Callable[[], Hands], letters: str) -> None:
    hands = sit()
    (panel,) = hands.window.findChildren(WhoPanel)
    assert [one.label for one in panel._picker.candidates()] == ["王主任", "许静"], "not those of the groups"
    if letters:
        hands.write(letters)
    else:
        hands.press(K.Key_Down)
    hands.press(K.Key_Return)
    assert hands.house.person.name == "许静"
    assert hands.window.strip._person.item.text == "许静"


def test_a_restored_card_waits_below_and_gets_the_caret_afterwards(world: World, sit: Callable[[], Hands]) -> None:
    """What is typed goes where it is seen: into the panel that lies over the card."""
    card = EntryState(f"{DRAFTS}{'0a' * 16}")
    card.take("place", "城关街道广源建材市场")
    card.caret = ("place", 4)
    world.office.do("save_draft", key=card.key, body=card.body())
    hands = sit()
    (panel,) = hands.window.findChildren(WhoPanel)
    assert hands.page.is_entering
    assert hands.focus() is panel._picker
    panel._inside = None  # as where the window becomes active only now, so that Qt told nobody what has the focus
    hands.page.rows.setFocus()
    hands.settle()
    assert hands.focus() is panel._picker
    assert [one.label for one in panel._picker.candidates()] == ["王主任", "许静"], "Enter must act"
    hands.write("xj")
    hands.press(K.Key_Return)
    assert hands.house.person.name == "许静"
    assert hands.typed() == "城关街道广源建材市场"
    hands.write("县")
    assert hands.typed() == "城关街道县广源建材市场"


def test_a_key_that_leads_elsewhere_closes_what_lies_over_the_window(sit: Callable[[], Hands]) -> None:
    hands = sit()
    hands.go(3)
    assert not any(sheet.isVisible() for sheet in hands.window.findChildren(Overlay))
    hands.press(K.Key_K, CTRL)
    hands.press(K.Key_N, CTRL)
    assert hands.page.is_entering
    assert hands.window.isAncestorOf(hands.focus())
    assert not hands.window.command_box.isVisible()
