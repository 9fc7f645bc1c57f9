"""A list of any length as an array of row ids; the rows themselves come in pages from the reader thread.

Measured against LIMIT/OFFSET and load-everything models (stack.md §3): exact scroll bar, selection that stays with
the record while the list changes under it, and memory that does not grow. Pages of 200, 20 of them kept.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from dubu_desktop.errors import DubuError
from dubu_desktop.ui.messages import Message
from dubu_desktop.ui.operation import Desk

PAGE, KEPT = 200, 20
_AT_ONCE = 3  # pages a screen can touch


class IdWindow(QObject):
    """The rows behind a view: ids known, records fetched when looked at.

    `fetch(reader, ids)` runs on the reader thread and returns records for those ids, in any order; `key(record)` is
    the record's row id; `present(record)` turns it into what the view draws, also on the reader thread.
    """

    arrived = Signal(int, int)  # first and last row now known

    def __init__(
        self,
        desk: Desk,
        fetch: Callable[..., Iterable[Any]],
        present: Callable[[Any], Any],
        key: Callable[[Any], int] = attrgetter("rowid"),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._fetch, self._present, self._key = desk, fetch, present, key
        self.ids: array[int] = array("q")
        self.fetched_pages = 0
        self._pages: OrderedDict[int, dict[int, Any]] = OrderedDict()
        self._stale: dict[int, Any] = {}  # shown until the fresh row comes, so that a refresh does not flicker
        self._wanted: list[int] = []
        self._asked: set[int] = set()
        self._generation = 0
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)

    def __len__(self) -> int:
        return len(self.ids)

    def set_ids(self, ids: Sequence[int]) -> None:
        """Replace the list. Rows already loaded are forgotten: they may have changed as well."""
        self.ids = ids if isinstance(ids, array) else array("q", ids)
        self.forget()

    def forget(self) -> None:
        """Fetch again what is looked at."""
        self._generation += 1
        recent = list(self._pages.values())[-_AT_ONCE:]
        self._stale = {row_id: row for page in recent for row_id, row in page.items()} or self._stale
        self._pages.clear()
        self._asked.clear()
        self._wanted.clear()

    def row(self, at: int) -> Any | None:
        """What to draw in row `at`, or None while it is being fetched."""
        page = at // PAGE
        known = self._pages.get(page)
        if known is None:
            self._want(page)
            return self._stale.get(self.ids[at])
        self._pages.move_to_end(page)
        return known.get(self.ids[at])

    def look_at(self, at: int) -> None:
        """Fetch the page around row `at` now, before it is painted, so that no other read comes in between."""
        if 0 <= at < len(self.ids) and at // PAGE not in self._pages:
            self._want(at // PAGE)
            self._soon.stop()
            self._ask()

    def row_of(self, row_id: int) -> int:
        """Where an id stands, -1 if it is not in the list."""
        try:
            return self.ids.index(row_id)
        except ValueError:
            return -1

    def _want(self, page: int) -> None:
        if page in self._asked:
            return
        if page in self._wanted:
            self._wanted.remove(page)
        self._wanted.append(page)
        del self._wanted[:-_AT_ONCE]  # whoever drags the scroll bar past a page does not want it any more
        self._soon.start()

    def _ask(self) -> None:
        if len(self._asked) >= _AT_ONCE:
            return  # `_arrived` comes back here
        for page in self._wanted:
            self._asked.add(page)
            self._read(page, self._generation)
        self._wanted.clear()

    def _read(self, page: int, generation: int) -> None:
        def failed(error: DubuError) -> None:
            self._arrived(page, generation, {})
            self._desk.said.emit(Message.from_error(error))

        self._desk.read(
            self,
            _fetch_page,
            self._fetch,
            self._present,
            self._key,
            tuple(self.ids[page * PAGE : (page + 1) * PAGE]),
            then=lambda rows: self._arrived(page, generation, rows),
            failed=failed,
            on_screen=True,
        )

    def _arrived(self, page: int, generation: int, rows: dict[int, Any]) -> None:
        if generation != self._generation:
            return
        self.fetched_pages += 1
        self._asked.discard(page)
        self._pages[page] = rows
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        if self._wanted:
            self._soon.start()
        self.arrived.emit(page * PAGE, min((page + 1) * PAGE, len(self.ids)) - 1)


def _fetch_page(
    reader: Any,
    fetch: Callable[..., Iterable[Any]],
    present: Callable[[Any], Any],
    key: Callable[[Any], int],
    ids: tuple[int, ...],
) -> dict[int, Any]:
    return {key(record): present(record) for record in fetch(reader, ids)}
