"""Every page of the whole program, office and group: the GUI thread touches nothing, no key acts while one composes.

The office holds some hundreds of findings with photos, conflicts and full history, as the benchmarks make them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from benchmarks import world as big
from dubu_desktop.actions.house import House
from dubu_desktop.ui.keys import all_bindings, guard
from dubu_desktop.ui.page import ListDetailPage
from dubu_desktop.ui.taborder import reading_order, takes_tab
from dubu_desktop.ui.widgets.overlay import Overlay
from tests.stories.windows import CTRL, Hands, K
from tests.world import PASSWORD, World, cheap_keys, jpeg

from .conftest import compose
from .guard import watching

pytestmark = pytest.mark.slow
FINDINGS, PICTURES = 300, 20
_NONE = Qt.KeyboardModifier.NoModifier
#: what an input method uses itself, whatever the program has bound
_ITS_OWN = (K.Key_Return, K.Key_Space, K.Key_Down, K.Key_Tab, K.Key_J, K.Key_Y, K.Key_1, K.Key_Slash)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Path, str]]]:
    """A big office and a group with work in it, closed: {edition: (workspace, password)}."""
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        root = tmp_path_factory.mktemp("pages")
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        big.build(root / "office", FINDINGS, PICTURES)
        world = World.ready(root / "world", ("01",))
        group = world.groups["01"]
        for place in range(6):
            world.assigned("01", place=f"城关街道广源建材市场{place}号楼")
            number = world.finding(group, place=f"城关街道第二小学{place}号楼")
            group.do("add_photos", finding=number, images=[jpeg(place)])
        world.office.do("draft_task", title="防汛检查", groups=["01"], requirement="看值班", due_on="2026-06-12")
        world.office.do("issue_task", tasks=["防汛检查"])
        world.take(group, world.down("01"))
        group.do("start_visit", visit_kind="unannounced", units=["城关街道"])
        world.close()
        yield {"office": (root / "office", big.PASSWORD), "group": (root / "world" / "group01", PASSWORD)}


@pytest.fixture(params=["office", "group"])
def hands(
    request: pytest.FixtureRequest, seeds: dict[str, tuple[Path, str]], qapp: QApplication, tmp_path: Path
) -> Iterator[Hands]:
    """At the start window of one of them."""
    made = Hands(qapp, seeds[request.param][0], tmp_path)
    made.password = seeds[request.param][1]  # type: ignore[attr-defined]
    yield made
    made.leave()


def pages(hands: Hands) -> list[str]:
    """Keys of the pages, in the order of the rail."""
    return list(hands.window._specs)


def test_no_page_makes_the_gui_thread_wait(hands: Hands) -> None:
    """From the password on: no database, file, picture or cipher on the GUI thread, whatever is looked at."""
    with watching() as watched:
        hands.unlock(hands.password)  # type: ignore[attr-defined]
        for place, _key in enumerate(pages(hands), 1):
            hands.go(place)
            _look_around(hands)
            assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == [hands.window], "a stray window"
        hands.press(K.Key_K, CTRL)
        hands.write("消防")
        hands.press(K.Key_Escape)
        hands.press(K.Key_F1)
        hands.press(K.Key_Escape)
        hands.wait(1.6)  # what the window does by itself has begun
        hands.press(K.Key_F12)
        assert hands.window.cover_sheet.isVisible()
        hands.press(K.Key_Return)
        hands.write("not the password")
        hands.press(K.Key_Return)
        assert hands.window.cover_sheet.isVisible()
        hands.write(hands.password)  # type: ignore[attr-defined]
        hands.press(K.Key_Return)
        assert not hands.window.cover_sheet.isVisible()
    assert watched.calls > 100, "the doors were used, elsewhere"


def _look_around(hands: Hands) -> None:
    """What a person does on a page who looks for something."""
    for key in (K.Key_J, K.Key_J, K.Key_K, K.Key_PageDown, K.Key_End, K.Key_Home, K.Key_Space, K.Key_Escape):
        hands.press(key)
    page = hands.page
    if isinstance(page, ListDetailPage):
        for key in list(page.pane.filters._buttons):
            page.pane.filters.choose(key)
            hands.settle()
        hands.search("消防")
        hands.search("")


def test_no_key_acts_while_an_input_method_composes(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """On every page, in the list, in the search, in every field: letters half typed keep every key of the program."""
    hands.unlock(hands.password)  # type: ignore[attr-defined]
    done: list[str] = []
    for name in ("do", "run"):
        real = getattr(House, name)
        monkeypatch.setattr(House, name, _noting(real, done))
    tried = 0
    for place, key in enumerate(pages(hands), 1):
        hands.go(place)
        for stop in _stops(hands):
            stop.setFocus()
            hands.settle()
            if QApplication.focusWidget() is not stop:
                continue
            done.clear()
            tried += _compose_and_press(hands, stop)
            hands.settle()
            assert not done, (key, type(stop).__name__, done)
            assert hands.window.page(key) is hands.page, key
    assert tried > 1000
    hands.go(1)
    assert not guard().composing


def _noting(real: object, done: list[str]) -> object:
    def call(self: House, verb: str, **params: object) -> object:
        done.append(verb)
        return real(self, verb, **params)  # type: ignore[operator]

    return call


def _stops(hands: Hands) -> list[QWidget]:
    """Where the focus can be on the open page: one of each sort of widget, all text fields."""
    found = [widget for widget in reading_order(hands.page) if takes_tab(widget)]
    fields = [widget for widget in found if isinstance(widget, QLineEdit | QPlainTextEdit)]
    others = {type(widget): widget for widget in found if widget not in fields}
    return [*fields, *others.values()]


def _compose_and_press(hands: Hands, stop: QWidget) -> int:
    """Every key that is bound now and what input methods use, each with letters under way; returns how many."""
    bound = {binding.keys for binding in all_bindings(hands.window)}
    chords = [QKeySequence(keys)[0] for keys in sorted(bound)] + [QKeyCombination(key) for key in _ITS_OWN]
    before = _state(hands)
    for chord in chords:
        compose(stop, "shi")
        QTest.keyClick(stop, chord.key(), chord.keyboardModifiers())
        hands.app.processEvents()
        assert _state(hands) == before, (chord.key(), chord.keyboardModifiers(), type(stop).__name__)
    compose(stop, "")
    hands.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return len(chords)


def _state(hands: Hands) -> tuple[object, ...]:
    """What a key could have changed: page, focus, what lies over the window, other windows, the chosen and checked."""
    page, rows = hands.page, getattr(hands.page, "rows", None)
    chosen = (rows.current_id(), len(rows.checked_ids())) if rows is not None else ()
    over = [sheet for sheet in hands.window.findChildren(Overlay) if sheet.isVisible()]
    windows = sum(window.isVisible() for window in QApplication.topLevelWidgets())
    return page, QApplication.focusWidget(), chosen, len(over), hands.window.cover_sheet.isVisible(), windows
