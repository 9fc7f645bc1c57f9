"""The frame: rail, pages, message bar, status strip, and the keys that act everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.ui import theme
from dubu_desktop.ui.cover import NEUTRAL, Cover, IdleWatch
from dubu_desktop.ui.keys import Keys, all_bindings
from dubu_desktop.ui.kit import (
    ActionBar,
    BugPanel,
    Choice,
    Command,
    CommandBox,
    MessageBar,
    ProgressPanel,
    ShortcutsSheet,
    Supply,
)
from dubu_desktop.ui.manual import Manual
from dubu_desktop.ui.messages import Message
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.page import Page
from dubu_desktop.ui.rail import Rail, Waiting
from dubu_desktop.ui.spec import PageSpec
from dubu_desktop.ui.strip import StatusStrip, StripItem
from dubu_desktop.ui.taborder import step
from dubu_desktop.ui.whoami import WhoPanel
from dubu_desktop.ui.widgets.overlay import Overlay

_PAGE = "page"  # the setting that says which page was open, and on which day
TITLE = "督簿"  # never record text in a window title (ui.md "With others present")


@dataclass(slots=True)
class Hooks:
    """What the frame needs from the house; each has an answer that does nothing, for tests.

    `waiting(reader) -> {page key: Waiting}` and `strip(reader) -> [StripItem]` are read after every change,
    `saved(reader) -> "10:42:03"` once;
    `verify(password) -> bool` runs on the pool; `settings` are this machine's window settings, `save_setting` keeps
    one of them; `undo()` is what Ctrl+Z does; `new_finding()` what Ctrl+N does.
    """

    who: str = ""
    beneath: str = ""
    waiting: Callable[[Any], dict[str, Waiting]] | None = None
    strip: Callable[[Any], Sequence[StripItem]] | None = None
    saved: Callable[[Any], str] | None = None
    persons: Callable[..., Sequence[Choice]] | None = None
    person: str = ""
    choose_person: Callable[[Choice], None] = lambda _choice: None
    verify: Callable[[str], bool] = lambda _password: True
    settings: dict[str, Any] = field(default_factory=dict)
    save_setting: Callable[[str, Any], None] = lambda _key, _value: None
    undo: Callable[[], None] = lambda: None
    idle_minutes: int = 10
    searchers: Sequence[Supply] = ()


class MainWindow(QMainWindow):
    """See the module. Pages are made when first opened and live until the window closes."""

    def __init__(self, desk: Desk, pages: Sequence[PageSpec], hooks: Hooks | None = None) -> None:
        super().__init__()
        self.desk, self.hooks = desk, hooks or Hooks()
        self._specs = {spec.key: spec for spec in pages}
        self._pages: dict[str, Page] = {}
        self._current = ""
        self.setWindowTitle(TITLE)
        self.setMinimumSize(760, 460)
        self.rail = Rail(self.hooks.who, self.hooks.beneath)
        self.strip = StatusStrip()
        self.messages = MessageBar()
        self.stack = QStackedWidget()
        self.stack.setObjectName("ground")
        self._lay_out()
        self.keys = Keys(self, "随时可用")
        self.command_box = CommandBox(self, self.hooks.searchers)
        self.progress = ProgressPanel(self, desk)
        self.bugs = BugPanel(self)
        self.cover_sheet = Cover(self, desk, self.hooks.verify)
        self.idle = IdleWatch(self, self.hooks.idle_minutes)
        self._manual: Manual | None = None
        self._wire()
        self._bind()
        if pages:
            self.go(self._left_at() or pages[0].key)
        self.refresh_frame()
        if self.hooks.saved is not None:
            self.desk.read(self, self.hooks.saved, then=lambda at: self.strip.set_saved(at) if at else None)

    def _lay_out(self) -> None:
        for spec in self._specs.values():
            self.rail.add(spec.key, spec.title, spec.icon, at_foot=spec.at_foot)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.stack, 1)
        middle.addWidget(self.messages)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        upper.addLayout(middle, 1)
        ground = QWidget()
        ground.setObjectName("ground")
        whole = QVBoxLayout(ground)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(upper, 1)
        whole.addWidget(self.strip)
        self.setCentralWidget(ground)

    def _wire(self) -> None:
        self.rail.chosen.connect(self.go)
        self.strip.wanted.connect(lambda page: self.go(page) if page else None)
        self.strip.person_wanted.connect(self.ask_who)
        self.strip.set_person(self.hooks.person)
        self.desk.said.connect(self.messages.say)
        self.desk.bug.connect(self.bugs.show_report)
        self.desk.saved.connect(self._saved)
        self.desk.changed.connect(lambda _changes: self.refresh_frame())
        self.idle.idle.connect(self.hide_all)
        self.cover_sheet.uncovered.connect(self._uncovered)

    def _bind(self) -> None:
        for keys, act, label in (
            ("Ctrl+K", self.open_command_box, "命令框：页面、记录、动作"),
            ("?", self.show_keys, "快捷键一览"),
            ("F1", self.show_manual, "使用手册（当前位置）"),
            ("F12", self.hide_all, "快速隐藏"),
            ("Ctrl+Z", self.hooks.undo, "撤销我的上一步"),
            ("Ctrl+N", self._by_key(self.new_finding), "新问题"),
        ):
            self.keys.bind(keys, act, label, whole_window=True)
        for place, spec in enumerate(self._specs.values(), 1):
            if place < 10:
                self.keys.bind(f"Alt+{place}", self._by_key(partial(self.go, spec.key)), spec.title, whole_window=True)
            for one in spec.anywhere:
                self.keys.bind(one.keys, self._by_key(partial(one, self)), one.label, whole_window=True)

    def _left_at(self) -> str:
        """The page that was open when the window was closed, on the same day; a new day begins with 今日要办."""
        held = self.hooks.settings.get(_PAGE)
        key, day = held if isinstance(held, list) and len(held) == 2 else ("", "")
        return key if key in self._specs and day == self.desk.clock.today().isoformat() else ""

    # --- pages ------------------------------------------------------------------------------------------------

    def go(self, key: str, record: Any = None) -> Page | None:
        """Open a page, and a record in it; made now if this is the first time. None if there is no such page."""
        spec = self._specs.get(key)
        if spec is None:
            return None
        if self._current and self._current != key:
            self._pages[self._current].leaving()
            self.messages.page_changed()
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = spec.make(self)
            self.stack.addWidget(page)
        self._current = key
        self.stack.setCurrentWidget(page)
        self.rail.select(key)
        page.opened()
        if record is not None:
            page.show_record(record)
        return page

    def _by_key(self, act: Callable[[], object]) -> Callable[[], None]:
        """What a key does that leads elsewhere: what lies over the window gives way first, if it can."""

        def run() -> None:
            for overlay in self.findChildren(Overlay):
                overlay.give_way()
            act()

        return run

    def new_finding(self) -> None:
        """Ctrl+N, from anywhere: the entry card of 问题."""
        page = self.go("findings")
        if page is not None:
            page.new_finding()  # type: ignore[attr-defined]  # the page of that key has it

    @property
    def current_page(self) -> Page | None:
        """The open page."""
        return self._pages.get(self._current)

    def take_focus(self) -> None:
        """Put the focus where the work of the open page begins."""
        if self.current_page is not None:
            self.current_page.take_focus()

    def page(self, key: str) -> Page | None:
        """A page that has been opened before."""
        return self._pages.get(key)

    # --- frame ------------------------------------------------------------------------------------------------

    def refresh_frame(self) -> None:
        """Read again what the rail and the strip show."""
        if self.hooks.waiting is not None:
            self.desk.read(self, self.hooks.waiting, then=self.rail.set_waiting, newest="waiting")
        if self.hooks.strip is not None:
            self.desk.read(self, self.hooks.strip, then=self.strip.set_items, newest="strip")

    def _saved(self, at: datetime) -> None:
        self.strip.set_saved(f"{at:%H:%M:%S}")

    def remembered(self, key: str, default: Any) -> Any:
        """A window setting of this machine."""
        return self.hooks.settings.get(key, default)

    def remember(self, key: str, value: Any) -> None:
        """Keep a window setting, None forgets it; where it goes is the hook's matter (off the GUI thread)."""
        if value is None:
            self.hooks.settings.pop(key, None)
        else:
            self.hooks.settings[key] = value
        self.hooks.save_setting(key, value)

    def set_theme(self, choice: str) -> None:
        """Switch the look now and remember it."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, choice)
        self.remember("theme", choice)

    def say(self, message: Message) -> None:
        """Show a message at the foot."""
        self.messages.say(message)

    # --- what lies over the window ----------------------------------------------------------------------------

    def open_command_box(self) -> None:
        """Ctrl+K: what the open page offers first, then pages, what acts anywhere, what other pages offer."""
        specs, page = self._specs.values(), self.current_page
        commands = [Command(spec.title, partial(self.go, spec.key), "页面", spec.initials) for spec in specs]
        commands += [Command(one.label, partial(one, self), one.keys) for spec in specs for one in spec.anywhere]
        commands += [
            Command(place.label, partial(self.go, spec.key, place.record), spec.title, place.initials)
            for spec in specs
            for place in spec.places
        ]
        commands += self._own_commands()
        for key, other in self._pages.items():
            if other is not page:
                commands += [replace(one, run=partial(self._run_on, key, one.run)) for one in other.commands()]
        mine = [*_steps(page), *page.commands()] if page else []
        known = {one.label for one in mine}
        # two pages may offer the same
        rest = {(one.label, one.hint): one for one in commands if one.label not in known}
        self.command_box.ask([*mine, *rest.values()])

    def _own_commands(self) -> list[Command]:
        looks = [
            Command(f"配色：{one.label}", partial(self.set_theme, one.value), "外观", ("ps", "peise"))
            for one in theme.Choice
        ]
        return [
            Command("撤销我的上一步", self.hooks.undo, "Ctrl+Z", ("cx", "chexiao")),
            Command("换人", self.ask_who, "人员", ("hr", "huanren")),
            Command("快速隐藏", self.hide_all, "F12", ("ksyc", "yincang")),
            Command("使用手册", self.show_manual, "F1", ("sysc", "shouce")),
            Command("快捷键一览", self.show_keys, "?", ("kjj", "kuaijiejian")),
            *looks,
        ]

    def _run_on(self, key: str, run: Callable[[], object]) -> None:
        self.go(key)
        run()

    @cached_property
    def sheet(self) -> ShortcutsSheet:
        """The sheet of keys, made when first asked for."""
        return ShortcutsSheet(self)

    def show_keys(self) -> None:
        """`?`."""
        self.sheet.show_bindings(all_bindings(self))

    def show_manual(self) -> None:
        """F1: at the heading of the open page."""
        if self._manual is None:
            self._manual = Manual(self, self.desk)
        page, spec = self.current_page, self._specs.get(self._current)
        self._manual.show_at((page.anchor if page else "") or (spec.anchor if spec else ""))

    def ask_who(self) -> None:
        """Choose who is at the keyboard."""
        if self.hooks.persons is not None:
            panel = WhoPanel(self, self.desk, self.hooks.persons)
            panel.chosen.connect(self._person_chosen)
            panel.open_panel()

    def _person_chosen(self, choice: Choice) -> None:
        self.hooks.person = choice.label
        self.strip.set_person(choice.label)
        self.hooks.choose_person(choice)

    def hide_all(self) -> None:
        """F12 and auto-lock: nothing of the work is seen until the password."""
        if self.current_page is not None:
            self.current_page.leaving()
        for window in QApplication.topLevelWidgets():  # lists of pickers, tooltips; a main window has its own lock
            if not isinstance(window, MainWindow) and window.windowType() != Qt.WindowType.Desktop:
                window.hide()
        self._keys_on(False)
        self.setWindowTitle(NEUTRAL)
        self.cover_sheet.cover()

    def _uncovered(self) -> None:
        self._keys_on(True)
        self.setWindowTitle(TITLE)

    def _keys_on(self, on: bool) -> None:
        for keys in self.findChildren(Keys):
            keys.set_enabled(on)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab: in reading order, within what lies over the window if something does."""
        over = [self.cover_sheet, *reversed(self.findChildren(Overlay))]
        above = [sheet for sheet in reversed(over) if sheet.isVisible()]
        return step(above[-1] if above else self.centralWidget(), forward)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.idle.watch(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        for page in self._pages.values():
            page.leaving()
        self.remember(_PAGE, [self._current, self.desk.clock.today().isoformat()])
        self.idle.set_minutes(0)
        super().closeEvent(event)


def _steps(page: Page) -> list[Command]:
    """What can be done with the record that is open: every button at its foot, also those 更多 holds."""
    bars = [bar for bar in page.findChildren(ActionBar) if bar.isVisible()]
    return [Command(one.label, one.run, one.keys.replace("Return", "Enter")) for bar in bars for one in bar.offered()]
