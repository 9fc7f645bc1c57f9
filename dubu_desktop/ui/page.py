"""What a page is: its spec for the rail, a base class, and the list | detail page nearly all of them are."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.ui.keys import Keys
from dubu_desktop.ui.kit import (
    Button,
    Command,
    EmptyState,
    Filter,
    FilterChips,
    PlainLabel,
    Row,
    RowList,
    SearchBox,
)
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.spec import Look

if TYPE_CHECKING:
    from dubu_desktop.ui.window import MainWindow

LIST_WIDTH = 452  # px, until the person moves the divider


class Page(QWidget):
    """Base of all pages. Subclasses set `kinds` (record kinds they show) and override what they need.

    `self.desk` runs verbs and reads, `self.window_` is the frame (`window_.go("finding", id)`), `self.keys` binds keys
    that act while the page is open.
    """

    kinds: frozenset[str] = frozenset()
    anchor = ""

    def __init__(self, window: MainWindow, title: str = "") -> None:
        super().__init__()
        self.window_ = window
        self.desk: Desk = window.desk
        self.keys = Keys(self, title or "本页")
        self._stale = False
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.desk.changed.connect(self._changed)

    def refresh(self) -> None:
        """Read again what is shown. Called on the first opening and after changes of `kinds`."""

    def show_record(self, record: Any) -> None:
        """Open a record (whatever `window.go(page, record)` was given)."""

    def commands(self) -> list[Command]:
        """What the page offers in the command box."""
        return []

    def leaving(self) -> None:
        """The page is about to be hidden or the window closed: hand over drafts."""

    def opened(self) -> None:
        """The frame has brought this page to the front."""
        if self._stale:
            self._stale = False
            self.refresh()
        self.take_focus()

    def take_focus(self) -> None:
        """Put the focus where the work begins: the keys of a page act while the focus is inside it."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _changed(self, changes: Any) -> None:
        if self.kinds and not (self.kinds & changes.kinds):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True


class ListPane(QFrame):
    """The left half of a page: title, count, search, filters, rows."""

    def __init__(self, title: str, hint: str, filters: Sequence[Filter], rows: QWidget, empty: EmptyState) -> None:
        super().__init__()
        self.setProperty("surface", "list")
        self.count = PlainLabel("", "hint", elide="right")
        self.search = SearchBox(hint)
        self.filters = FilterChips(filters)
        if not filters:
            self.filters.hide()  # never setVisible(True) before there is a parent: it would be a window for a moment
        head = QFrame()
        head.setProperty("surface", "head")
        self._top = QHBoxLayout()
        self._top.setSpacing(8)
        self._top.addWidget(PlainLabel(title, "title"))
        self._top.addWidget(self.count, 1)
        column = QVBoxLayout(head)
        column.setContentsMargins(16, 12, 16, 10)
        column.setSpacing(8)
        column.addLayout(self._top)
        column.addWidget(self.search)
        column.addWidget(self.filters)
        self.stack = QStackedWidget()
        self.stack.addWidget(rows)
        self.stack.addWidget(empty)
        self._head = column
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.stack, 1)

    def add_button(self, button: Button) -> None:
        """Put a button beside the title."""
        self._top.addWidget(button)

    def add_below(self, widget: QWidget) -> None:
        """Put something below the filters, e.g. a gauge."""
        self._head.addWidget(widget)


class ListDetailPage(Page):
    """A list with its detail pane. Subclasses give:

    - `title`, `search_hint`, `filters`, `empty` (two sentences), `kinds`;
    - `list_ids(reader, text, filter_key) -> array('q')`: row ids in order, on the reader thread;
    - `fetch_rows(reader, ids) -> records`, `present(record) -> Row`, both on the reader thread (static methods);
    - `make_detail() -> QWidget`, and `show_detail(row_id)`, called on every move with None when nothing is chosen;
    - optionally `count_filters(reader) -> {key: count}` and `say_count(total) -> str`.
    """

    title = ""
    search_hint = "搜索 …"
    filters: Sequence[Filter] = ()
    empty = ("这里还没有记录", "")
    empty_icon = "finding"
    dense = False
    checkable = True
    list_width = LIST_WIDTH
    peek = False  # Space shows a photo large; X checks
    row_key: Callable[[Any], int] = attrgetter("rowid")

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, self.title)
        self.rows = RowList(
            self.desk, self.fetch_rows, self.present, key=type(self).row_key, dense=self.dense,
            checkable=self.checkable, peek=self.peek, name=self.title,
        )  # fmt: skip
        self._nothing = EmptyState(self.empty_icon, *self.empty)
        self.pane = ListPane(self.title, self.search_hint, self.filters, self.rows, self._nothing)
        self.detail = self.make_detail()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.pane)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([window.remembered(f"split.{self.title}", self.list_width), 900])
        self.splitter.splitterMoved.connect(lambda at, _index: window.remember(f"split.{self.title}", at))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)
        self._wire()
        self.refresh()

    def _wire(self) -> None:
        self.pane.search.searched.connect(lambda _text: self.refresh())
        self.pane.search.left_down.connect(self.rows.setFocus)
        self.pane.filters.changed.connect(self.refresh)
        self.rows.chosen.connect(self.show_detail)
        self.keys.bind("/", self.pane.search.setFocus, "搜索")
        self.keys.bind("J", lambda: self.step(1), "下一条")
        self.keys.bind("K", lambda: self.step(-1), "上一条")

    def take_focus(self) -> None:
        # an empty list is not there to have it; without the focus inside, the keys of the page would be dead
        target = self.rows if self.rows.isVisibleTo(self) else self
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, by: int) -> None:
        """J and K: another row."""
        self.rows.step(by)

    # --- for subclasses ---------------------------------------------------------------------------------------

    @staticmethod
    def list_ids(reader: Any, text: str, filter_key: str) -> array[int]:
        """Row ids to list, in order; on the reader thread."""
        raise NotImplementedError

    @staticmethod
    def fetch_rows(reader: Any, ids: Sequence[int]) -> Iterable[Any]:
        """Records of these ids; on the reader thread."""
        raise NotImplementedError

    @staticmethod
    def present(record: Any) -> Row:
        """A record as a row; on the reader thread."""
        raise NotImplementedError

    def make_detail(self) -> QWidget:
        """The right half."""
        raise NotImplementedError

    def show_detail(self, row_id: int | None) -> None:
        """Another record was chosen."""

    count_filters: Callable[[Any], dict[str, int]] | None = None

    def filter_key(self) -> str:
        """What `list_ids` is given: the filter that is on."""
        return self.pane.filters.current()

    def say_count(self, total: int) -> str:
        """The quiet words beside the title."""
        return f"{total} 条"

    # --- listing ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        text, chosen = self.pane.search.text().strip(), self.filter_key()
        self.desk.read(self, type(self).list_ids, text, chosen, then=self._listed, newest="ids", on_screen=True)
        counter = type(self).count_filters
        if counter is not None:
            self.desk.read(self, counter, then=self.pane.filters.set_counts, newest="counts")

    def _listed(self, ids: array[int]) -> None:
        was = self.rows.current_id()
        self.rows.set_ids(ids)
        if was is not None and self.rows.current_id() == was:
            self.show_detail(was)  # the same record, perhaps changed; editors that are open keep their text
        self.pane.count.setText(self.say_count(len(ids)))
        searching = bool(self.pane.search.text().strip())
        self._nothing.set(*(("没有找到", "换个说法，或按 Esc 清除搜索") if searching else self.empty))
        self.pane.stack.setCurrentIndex(0 if len(ids) else 1)
        if self.rows.current_id() is None:
            self.rows.choose_first()

    def show_record(self, record: Any) -> None:
        """Open a record by its row id or its own id (hex); if the filter hides it, search and filter are cleared first.

        A `Look` shows the rows of a filter instead.
        """
        if isinstance(record, Look):
            self.look(record)
            return
        if isinstance(record, str):
            self.desk.read(self, _row_of, record, then=self._found, newest="row")
            return
        if self.rows.choose(record):
            return
        self.pane.search.clear()
        if self.filters:
            self.show_widest()

        def listed(ids: array[int]) -> None:
            self._listed(ids)
            self.rows.choose(record)

        self.desk.read(self, type(self).list_ids, "", self.filter_key(), then=listed, newest="ids")

    def show_widest(self) -> None:
        """Switch on the filter that hides least: 全部 where there is one, else the first."""
        widest = next((one.key for one in self.filters if one.key == "all"), self.filters[0].key)
        self.pane.filters.choose(widest)

    def _found(self, row_id: int | None) -> None:
        if row_id is None:
            self.desk.warn("这条记录不在本机。")
        else:
            self.show_record(row_id)

    def look(self, look: Look) -> None:
        """Show the rows of a filter, and of some words."""
        self.pane.search.setText(look.text)
        if look.filter:
            self.pane.filters.offer(Filter(look.filter, look.label or look.filter))
            self.pane.filters.choose(look.filter)
        self.refresh()


def _row_of(reader: Any, record: str) -> int | None:
    """The row id of a record (reader thread)."""
    from dubu_desktop.actions.reads.lists import row_of  # not before a page is shown

    return row_of(reader, record)
