"""From the painted start window to the frame: who opens what, on which thread, in which order."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.ui import desktop, keys, theme
from dubu_desktop.ui.messages import Report, bug_report
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.preferences import CHOICES, RULE_MINUTES, Preferences
from dubu_desktop.ui.start_panels import RecoveryPanel, StartPanel, UnlockPanel
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.unlock import StartWindow

if TYPE_CHECKING:
    # What only some starts need is loaded when it is shown: the password field should not wait for it.
    from dubu_desktop.ui.app import MakeDemo
    from dubu_desktop.ui.first_run import FirstRun, FormPanel
    from dubu_desktop.ui.recover import RecoverPanel
    from dubu_desktop.ui.restore_panel import RestorePanel
    from dubu_desktop.ui.window import MainWindow

#: pages that are opened first, and therefore loaded first
_FIRST = ("workbench", "findings")
#: the frame on a screen that has room, and what a desktop's title bar takes
_SIZE, _TITLE_BAR = (1366, 768), 40
_FOLDERS = {"office": "督簿-办公室", "group": "督簿-督巡组", "demo": "督簿-演示库"}


class Program(QObject):
    """Lives as long as the process; owns the Desk and, once open, the window. `told`: how far 演示库 is, or a
    workspace whose tables are made anew."""

    told = Signal(str)

    def __init__(
        self,
        app: QApplication,
        start: StartWindow,
        preferences: Preferences,
        demo: MakeDemo | None,
        args: Any,
    ) -> None:
        super().__init__(app)
        self._app, self._start, self.preferences, self._demo = app, start, preferences, demo
        self.window: MainWindow | None = None
        self.house: Any = None
        self._path = Path()
        self._closing = False
        desktop.speak_chinese(app)
        choice = args.theme or preferences.text("theme", theme.Choice.SYSTEM)
        theme.apply(app, choice)
        theme.follow_system(app, choice)
        keys.guard()
        self.desk = Desk(None, self)
        self.desk.bug.connect(self._bug_at_start)
        self._reporting = False
        self._old_hook, sys.excepthook = sys.excepthook, self._unexpected
        known = [args.workspace] if args.workspace else preferences.workspaces()
        if known:
            self.ask_password(known)
        else:
            self.ask_kind()
        self.desk.compute(self, _preload, then=lambda _nothing: None)

    # --- start window -----------------------------------------------------------------------------------------

    def ask_password(self, workspaces: list[Path]) -> UnlockPanel:
        """Show the unlock panel for these workspaces, the first one filled in."""
        panel = UnlockPanel(workspaces)
        panel.opened.connect(lambda path, password: self._open(panel, path, password))
        panel.new_wanted.connect(self.ask_kind)
        panel.recovery_wanted.connect(self.ask_recovery)
        self.told.connect(panel.say)
        self._start.show_panel(panel)
        panel.password.setFocus()
        return panel

    def ask_recovery(self, path: Path) -> None:
        """Show the form for the recovery code of the workspace at `path`."""
        from dubu_desktop.ui.recover import RecoverPanel

        panel = RecoverPanel(path)
        panel.back.connect(lambda: self.ask_password([path, *self.preferences.workspaces()]))
        panel.finished.connect(lambda code, password: self._recover(panel, path, code, password))
        self._start.show_panel(panel)
        panel.form.open("code")

    def _recover(self, panel: RecoverPanel, path: Path, code: str, password: str) -> None:
        self._path = path
        self.desk.on_writer(self, _recover_house, path, code, password, then=self._opened, failed=panel.refused)

    def ask_kind(self) -> None:
        """Show the three choices."""
        from dubu_desktop.ui.first_run import ChoicePanel

        panel = ChoicePanel(with_demo=self._demo is not None)
        panel.chosen.connect(self.ask_form)
        panel.open_wanted.connect(lambda path: self.ask_password([path, *self.preferences.workspaces()]))
        panel.restore_wanted.connect(self.ask_backup)
        self._start.show_panel(panel)

    def ask_backup(self) -> None:
        """Show the form for coming back from a backup."""
        from dubu_desktop.ui.restore_panel import RestorePanel

        panel = RestorePanel(Path.home() / "督簿-恢复")
        panel.back.connect(self.ask_kind)
        panel.finished.connect(lambda *asked: self._restore(panel, *asked))
        self._start.show_panel(panel)
        panel.form.open("backup")

    def _restore(self, panel: RestorePanel, backup: Path, path: Path, password: str) -> None:
        self._path = path
        self.desk.on_writer(self, _restore_house, backup, path, password, then=self._restored, failed=panel.refused)

    def _restored(self, house: Any) -> None:
        """Open it; restored by the recovery code it wants a new password first."""
        if house is None:
            self.ask_recovery(self._path)
        else:
            self._opened(house)

    def ask_form(self, kind: str) -> None:
        """Show the form of one kind."""
        from dubu_desktop.ui.first_run import FormPanel

        panel = FormPanel(kind, Path.home() / _FOLDERS[kind])
        panel.back.connect(self.ask_kind)
        panel.finished.connect(lambda asked: self._create(panel, asked))
        self.told.connect(panel.say)
        self._start.show_panel(panel)
        panel.form.open("path")

    def _open(self, panel: UnlockPanel | FormPanel, path: Path, password: str) -> None:
        self._path = path
        self.desk.on_writer(self, _open_house, path, password, self._tell, then=self._opened, failed=panel.refused)
        _load_frame()  # the key is being derived meanwhile

    def _tell(self, done: int, total: int) -> None:
        """A long opening says how far it is (writer thread); given up when the program is closed meanwhile."""
        if self._closing:
            raise Cancelled
        self.told.emit(f"新版本正在整理数据（{done:,}/{total:,}），只在升级后第一次打开时需要 …".replace(",", " "))

    def _create(self, panel: FormPanel, asked: FirstRun) -> None:
        self._path = asked.path
        if asked.kind == "demo" and self._demo is not None:
            self.desk.compute(
                self, self._play, asked.path, then=lambda made: self._open(panel, *made), failed=panel.refused
            )
        else:
            self.desk.on_writer(self, _make_house, asked, then=self._made, failed=panel.refused)

    def _play(self, folder: Path) -> tuple[Path, str]:
        """Make 演示库 (on the pool), saying how far it is; given up when the program is closed meanwhile."""
        assert self._demo is not None
        steps = self._demo(folder)
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                made: tuple[Path, str] = end.value
                return made
            if self._closing:
                steps.close()
                raise Cancelled
            self.told.emit(f"{step.label} …（{step.done + 1}/{step.total}）")

    def _made(self, begun: Any) -> None:
        panel = RecoveryPanel(begun.recovery_code, self._path.name)
        panel.kept.connect(lambda: self._opened(begun.house))
        self._start.show_panel(panel)

    # --- the frame --------------------------------------------------------------------------------------------

    def _opened(self, house: Any) -> None:
        self.house = self.desk.house = house
        self.desk.clock = house.ws.clock  # in 演示库 the day of its story
        self.preferences = self.preferences.with_workspace(self._path)
        self._save_preferences()
        self.desk.on_writer(self, _kept, house, then=self._show)

    def _show(self, kept: dict[str, Any]) -> None:
        from dubu_desktop.actions.reads.entry import unfinished
        from dubu_desktop.ui.dropped import Drops
        from dubu_desktop.ui.frame_hooks import hooks_for
        from dubu_desktop.ui.pages import pages_for
        from dubu_desktop.ui.upkeep import Upkeep
        from dubu_desktop.ui.window import MainWindow

        settings = {**self.preferences.choices(), **kept}
        window = MainWindow(self.desk, pages_for(self.house.edition), hooks_for(self, settings))
        _bring_up(window)
        self.window = window
        self._start.close()
        self.upkeep = Upkeep(self.desk, window)
        Drops(window)
        if not self.house.ws.can_sign:
            self.desk.warn("这份工作区是用恢复码打开的，只能查看、打印和备份；要继续填写，请办公室重新登记本机。")
        elif self.house.person is None:
            window.ask_who()
        # after a crash the person is back at the card that was being written; the page finds it by itself
        self.desk.read(self, unfinished, then=lambda kept: window.go("findings") if kept is not None else None)

    def remember(self, key: str, value: Any) -> None:
        """Keep a setting of the window: choices of this machine beside the workspaces, all else inside this one."""
        if key in CHOICES:
            self.preferences = self.preferences.having(key, value)
            self._save_preferences()
        else:
            self.desk.on_writer(self, _keep, self.house, key, value, then=lambda _nothing: None)

    def _save_preferences(self) -> None:
        # one after the other: two at once would write the same file
        self.desk.on_writer(self, self.preferences.save, then=lambda _nothing: None)

    # --- the end ----------------------------------------------------------------------------------------------

    def _unexpected(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A bug on the GUI thread: the same report as one on a worker."""
        if self._reporting:  # a bug in showing it
            self._old_hook(kind, error, trace)
            return
        self._reporting = True
        self.desk.bug.emit(bug_report(error.with_traceback(trace)))
        self._reporting = False

    def _bug_at_start(self, report: Report) -> None:
        """Before the frame is there the panel says it and can be used again: it must not say 正在打开 for ever."""
        if self.window is not None:
            return  # the frame shows it
        sys.stderr.write(f"{report.text}\n")
        panel = self._start.panel
        if isinstance(panel, StartPanel):
            panel.say(f"{report.what}请关掉程序再打开；还是这样，请把代码告诉管理员。", Tone.BAD)
            panel.set_busy(False)

    def close(self) -> None:
        """Write what is on its way, then close the workspace."""
        sys.excepthook = self._old_hook
        self._closing = True
        house = self.house
        if house is not None:
            self.desk.on_writer(self, house.close, then=lambda _nothing: None)
        self.desk.close()


def _bring_up(window: MainWindow) -> None:
    """Show the frame, whole on the screen: where its size and a title bar do not fit it fills what there is."""
    window.resize(*_SIZE)
    room = window.screen().availableGeometry()
    if room.width() <= _SIZE[0] or room.height() <= _SIZE[1] + _TITLE_BAR:
        window.showMaximized()
    else:
        window.show()


def _open_house(path: Path, password: str, told: Callable[[int, int], None] | None = None) -> Any:
    """Open a workspace (writer thread). Where only one person works here, that is who it is."""
    from dubu_desktop.actions.house import House

    house = House.open_(path, password, told=told)
    people = house.people()
    if len(people) == 1:
        house.be(people[0]["uuid"])
    return house


def _kept(house: Any) -> dict[str, Any]:
    """What the window of this workspace remembers, and after how long the rules want it locked (writer thread)."""
    from dubu_desktop.actions import window

    return {**window.remembered(house), RULE_MINUTES: house.read(lambda reader: reader.rules.desk.lock_minutes)}


def _keep(house: Any, key: str, value: Any) -> None:
    """Remember one thing more (writer thread)."""
    from dubu_desktop.actions import window

    window.remember(house, key, value)


def _recover_house(path: Path, code: str, password: str) -> Any:
    """Put a new password on a workspace by its recovery code and open it (writer thread)."""
    from dubu_desktop.actions.recovery import recover

    recover(path, code, password)
    return _open_house(path, password)


def _restore_house(backup: Path, path: Path, password: str) -> Any:
    """Make a new workspace of a backup and open it (writer thread); None when it was the recovery code that fitted."""
    from dubu_desktop.actions.recovery import restore

    try:
        restore(backup, path, password=password)
    except DubuError as error:
        if error.code != "D-103":
            raise
        try:
            restore(backup, path, recovery_code=password)
        except DubuError as also:
            raise (error if also.code == "D-104" else also) from None
        return None
    return _open_house(path, password)


def _make_house(asked: FirstRun) -> Any:
    """Make a new workspace (writer thread); returns it with its recovery code."""
    from dubu_desktop.actions import setup

    if asked.starter is not None:
        starter = asked.starter.read_bytes()
        return setup.init_group(asked.path, asked.password, asked.name, starter, asked.code)
    return setup.init_office(asked.path, asked.password, asked.name)


def _preload() -> None:
    """Load what opening needs, and then the pages, while the password is typed (on the pool; no widget is made)."""
    from dubu_desktop.actions import house, window  # noqa: F401

    _load_frame()
    from dubu_desktop.ui.pages import PAGES

    for spec in sorted(PAGES, key=lambda spec: spec.key not in _FIRST):
        spec.load()


def _load_frame() -> None:
    """Load the frame: what `_show` needs."""
    from dubu_desktop.ui import frame_hooks, pages, upkeep, window  # noqa: F401
