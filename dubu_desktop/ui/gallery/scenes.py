"""What is photographed: each scene makes a window and then brings it into the state wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from dubu_desktop.errors import DubuError
from dubu_desktop.ui.first_run import GROUP, ChoicePanel, FormPanel
from dubu_desktop.ui.gallery.pages import FindingsPage, HomePage, ImportPage, NewFindingPage
from dubu_desktop.ui.gallery.sample import UNITS, SampleHouse
from dubu_desktop.ui.kit import PhotoViewer
from dubu_desktop.ui.messages import Message, bug_report
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.rail import Waiting
from dubu_desktop.ui.spec import PageSpec
from dubu_desktop.ui.start_panels import RecoveryPanel, UnlockPanel
from dubu_desktop.ui.strip import StripItem
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.unlock import StartWindow
from dubu_desktop.ui.window import Hooks, MainWindow

Scene = Callable[[], tuple[QWidget, Callable[[], None]]]


def _strip(_reader: object) -> list[StripItem]:
    return [
        StripItem("backup", (("备份已验证", False), ("09:00", True)), "settings"),
        StripItem("link", (("第三组", False), ("第12包", True), ("已收，照片", False), ("112/112", True)), "bundle"),
        StripItem("conflict", (("冲突", False), ("0", True)), "bundle"),
    ]


def _waiting(_reader: object) -> dict[str, Waiting]:
    return {"task": Waiting(3), "finding": Waiting(12), "fix": Waiting(4, Tone.BAD), "bundle": Waiting(6)}


def window(first: str, *, entry: bool = False, count: int = 9) -> MainWindow:
    """A whole window with the sample house, opened at a page."""
    finding = NewFindingPage if entry else FindingsPage
    specs = [
        PageSpec("home", "工作台", "home", HomePage), PageSpec("task", "任务", "task", HomePage),
        PageSpec("finding", "问题", "finding", finding, initials=("wt", "wenti")),
        PageSpec("fix", "整改", "fix", HomePage),
        PageSpec("visit", "督导活动", "visit", HomePage), PageSpec("bundle", "数据包", "bundle", ImportPage),
        PageSpec("paper", "文书", "paper", HomePage), PageSpec("unit", "单位", "unit", HomePage),
        PageSpec("settings", "设置", "settings", HomePage, at_foot=True),
    ]  # fmt: skip
    who = ("第三组", "督导巡查组") if entry else ("办公室", "领导小组")
    hooks = Hooks(
        *who,
        waiting=_waiting,
        strip=_strip,
        person="李主任",
        persons=lambda _r, text: [u for u in UNITS if u.matches(text)],
    )
    made = MainWindow(Desk(SampleHouse(count)), specs, hooks)
    made.strip.set_saved("10:42:03")
    made.go(first)
    return made


def scenes() -> dict[str, Scene]:
    """Every scene by its file name."""

    def plain(page: str, **kw: bool) -> Scene:
        return lambda: (window(page, **kw), lambda: None)

    return {
        "findings": plain("finding"),
        "workbench": plain("home"),
        "new-finding": plain("finding", entry=True),
        "bundle-import": plain("bundle"),
        "states": _states,
        "command": _command,
        "keys": _keys,
        "ask": _ask,
        "editing": _editing,
        "picker": _picker,
        "checked": _checked,
        "empty": _empty,
        "bug": _bug,
        "cover": _cover,
        "photo": _photo,
        "compare": _compare,
        "who": _who,
        "progress": _progress,
        "start-unlock": lambda: _start(UnlockPanel([Path("/home/zu3/督簿-第三组"), Path("/home/zu3/督簿-演示库")])),
        "start-choice": lambda: _start(ChoicePanel(with_demo=True)),
        "start-form": lambda: _start(FormPanel(GROUP, Path("/home/zu3/督簿-督巡组"))),
        "start-recovery": lambda: _start(RecoveryPanel("3QFK7 H2MX9 PD4TR C8WVN 2BJGK 5LQ7Y A1B2C", "督簿-第三组")),
    }


def _on(page: str, act: Callable[[MainWindow], object], **kw: bool) -> tuple[QWidget, Callable[[], None]]:
    made = window(page, **kw)
    return made, lambda: (act(made), None)[1]


def _findings(made: MainWindow) -> FindingsPage:
    page = made.current_page
    assert isinstance(page, FindingsPage)
    return page


def _states() -> tuple[QWidget, Callable[[], None]]:
    return _on("finding", lambda made: made.say(Message.from_error(DubuError("D-204"))))


def _command() -> tuple[QWidget, Callable[[], None]]:
    return _on("finding", lambda made: made.open_command_box())


def _keys() -> tuple[QWidget, Callable[[], None]]:
    return _on("finding", lambda made: made.show_keys())


def _ask() -> tuple[QWidget, Callable[[], None]]:
    return _on("finding", lambda made: _findings(made).urge())


def _editing() -> tuple[QWidget, Callable[[], None]]:
    return _on("finding", lambda made: _findings(made).facts.open("place"))


def _picker() -> tuple[QWidget, Callable[[], None]]:
    def act(made: MainWindow) -> None:
        page = _findings(made)
        assert isinstance(page, NewFindingPage)
        page.form.open("territory")
        editor = page.form.cell("territory").editor
        editor.open_list()  # type: ignore[union-attr]

    return _on("finding", act, entry=True)


def _checked() -> tuple[QWidget, Callable[[], None]]:
    def act(made: MainWindow) -> None:
        rows = _findings(made).rows
        rows.check([1, 2, 4])
        rows.setFocus()
        made.desk.tell("已选中 3 条，按 F8 编入通报。")

    return _on("finding", act)


def _empty() -> tuple[QWidget, Callable[[], None]]:
    return _on("finding", lambda made: _findings(made).pane.search.setText("查无此事"))


def _bug() -> tuple[QWidget, Callable[[], None]]:
    def act(made: MainWindow) -> None:
        try:
            raise ValueError("never shown")
        except ValueError as error:
            made.bugs.show_report(bug_report(error))

    return _on("finding", act)


def _cover() -> tuple[QWidget, Callable[[], None]]:
    return _on("finding", lambda made: made.hide_all())


def _photo() -> tuple[QWidget, Callable[[], None]]:
    def act(made: MainWindow) -> None:
        PhotoViewer(made, made.desk, SampleHouse.photo).show_photo(_findings(made).photos.photos(), 0)

    return _on("finding", act)


def _compare() -> tuple[QWidget, Callable[[], None]]:
    def act(made: MainWindow) -> None:
        PhotoViewer(made, made.desk, SampleHouse.photo).show_pair(*_findings(made).photos.photos())

    return _on("finding", act)


def _who() -> tuple[QWidget, Callable[[], None]]:
    return _on("finding", lambda made: made.ask_who())


def _progress() -> tuple[QWidget, Callable[[], None]]:
    def act(made: MainWindow) -> None:
        made.progress._title.setText("正在收下 6 个数据包")
        made.progress._detail.setText("第三组 第12包 · 照片 24 / 36")
        made.progress._bar.setRange(0, 100)
        made.progress._bar.setValue(62)
        made.progress.open()

    return _on("finding", act)


def _start(panel: QWidget) -> tuple[QWidget, Callable[[], None]]:
    made = StartWindow()
    made.show_panel(panel)
    return made, lambda: None
