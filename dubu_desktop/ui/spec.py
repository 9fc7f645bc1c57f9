"""What the frame knows of a page before it is opened: its entry in the rail, and the keys that act anywhere."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dubu_desktop.ui.page import Page
    from dubu_desktop.ui.window import MainWindow


@dataclass(frozen=True, slots=True)
class Anywhere:
    """A key that acts wherever one is: `run` is "module:function", imported when it is first pressed, called with the
    window.
    """

    keys: str
    label: str
    run: str

    def __call__(self, window: MainWindow) -> None:
        """Do it."""
        module, _, name = self.run.partition(":")
        getattr(importlib.import_module(module), name)(window)


@dataclass(frozen=True, slots=True)
class Look:
    """What `window.go(page, Look("overdue"))` shows: a filter of the page's list, and words to search for.

    `label` names a filter that the page has no chip for at the moment.
    """

    filter: str = ""
    text: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a page that the command box knows before the page is opened: `window.go(page, record)`."""

    label: str
    record: str
    initials: tuple[str, ...] = ()
    editions: tuple[str, ...] = ("office", "group")


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One entry of the rail. `factory(window)` makes the page when it is first opened.

    `factory` may be a callable or "module:Class"; a name is imported only when the page is opened, which keeps the
    start short. `anchor` is its heading in docs/使用手册.md; `initials` finds it in the command box.
    """

    key: str
    title: str
    icon: str
    factory: Callable[[MainWindow], Page] | str
    anchor: str = ""
    initials: tuple[str, ...] = ()
    at_foot: bool = False  # 设置 stands apart
    kinds: frozenset[str] = field(default_factory=frozenset)
    anywhere: tuple[Anywhere, ...] = ()
    places: tuple[Place, ...] = ()

    def make(self, window: MainWindow) -> Page:
        """The page itself."""
        return self.load()(window)

    def load(self) -> Callable[[MainWindow], Page]:
        """Import what makes the page, on any thread."""
        if callable(self.factory):
            return self.factory
        module, _, name = self.factory.partition(":")
        made: Callable[[MainWindow], Page] = getattr(importlib.import_module(module), name)
        return made
