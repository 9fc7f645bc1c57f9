"""The walk over everything visible, on the demo: every page and every state that is photographed, in both editions.

At 1366×768 and at what such a screen holds at 150 %, light and dark: every text fits, every word is one that people of
this work read. The scenes are those of the pictures (dubu_desktop/ui/scenes.py), so what is shown is what is walked.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from dubu_desktop import demo
from dubu_desktop.domain.reference import phrases
from dubu_desktop.ui import theme
from dubu_desktop.ui.pictures import Studio
from dubu_desktop.ui.settings.about import _PARTS
from tests import demo_once
from tests.world import cheap_keys

from .walk import complaints, visible

pytestmark = pytest.mark.slow
#: licences and the names of what they are for, letters that call a phrase, the recovery code, a bundle's file name
NO_WORDS = (
    *(words for part, _, licence in _PARTS for words in (part, licence)),
    *(phrase.abbr for phrase in phrases()),
    platform.release(), "CMGSX-6K6VP", ".dubu",
)  # fmt: skip


class Walk(Studio):
    """A studio that walks the window where a picture would be taken."""

    def __init__(self, app: QApplication, demo_dir: Path, folder: Path, scale: int) -> None:
        super().__init__(app, demo_dir, folder, folder, scale)
        self.own = [*NO_WORDS, str(folder), str(self.home)]
        self.own += [path.name for path in demo_dir.glob("*/backups/*")]
        self.walked: dict[str, int] = {}
        self.complaints: dict[str, list[str]] = {}

    def settle(self, window: QWidget) -> None:
        """A walk needs no painting: sooner than a picture."""
        desk, quiet, until = getattr(window, "desk", None), 0, time.monotonic() + 20
        while quiet < 3:
            assert time.monotonic() < until, "still busy"
            self.app.processEvents()
            time.sleep(0.004)
            quiet = 0 if desk is not None and desk.busy else quiet + 1

    def snap(self, window: QWidget, name: str) -> None:
        """One state, once the window is at rest."""
        self.settle(window)
        self.walked[name] = len(visible(window))
        found = complaints(window, own_texts=self.own)
        if found:
            self.complaints[f"{name}-{self.look}-{self.scale}"] = found


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo, played once with small photographs."""
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        state = tmp_path_factory.mktemp("state")
        patch.setenv("DUBU_STATE_DIR", str(state))
        root = tmp_path_factory.mktemp("demo") / "演示"
        if not demo_once.take(tmp_path_factory, root, state):
            demo.play(root, photo_size=(320, 240))
        yield root


@pytest.mark.parametrize(("scale", "look"), [(100, "light"), (150, "dark")])
def test_every_page_and_state_is_in_order(
    played: Path, tmp_path: Path, qapp: QApplication, scale: int, look: str
) -> None:
    walk = Walk(qapp, played, tmp_path, scale)
    try:
        walk.take_all(look)
    finally:
        walk.close()
        theme.apply(qapp, "light")
    assert not walk.failures, walk.failures
    told = [f"{name}: {text}" for name, found in walk.complaints.items() for text in dict.fromkeys(found)]
    assert not told, "\n".join(told)
    assert len(walk.walked) > 30
    assert min(walk.walked.values()) > 3
