"""What the open window does by itself, a little at a time and after everything a person asked for.

The search index is filled in small transactions; once a day a verified backup is made and copied to the second place;
what renderings and cancelled imports left behind goes. It begins when the first page has been painted.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from PySide6.QtCore import QObject, QTimer

from dubu_desktop.errors import DubuError
from dubu_desktop.ui.messages import Message
from dubu_desktop.ui.operation import Desk

BEGIN_AFTER, BETWEEN, AGAIN_AFTER = 1500, 30, 60_000  # ms
_SWEPT, _SWEEP_DAYS = "photos_swept", 7
_SECOND = "second_place"


class Upkeep(QObject):
    """Lives with the window; `window` remembers the second place and when photos were swept."""

    def __init__(self, desk: Desk, window: Any) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self._index: Generator[Any, None, int] | None = None
        self._starting = False
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._step)
        self._daily = QTimer(self, interval=AGAIN_AFTER)
        self._daily.timeout.connect(self._backup)
        desk.changed.connect(lambda _changes: self.index())
        QTimer.singleShot(BEGIN_AFTER, self, self.begin)

    def begin(self) -> None:
        """Everything once; the backup is looked at again every minute (a window may stay open over midnight)."""
        self._desk.compute(self, _sweep_renderer, then=lambda _count: None, failed=lambda _error: None)
        self.index()
        second = str(self._window.remembered(_SECOND, ""))
        self._desk.on_writer(self, _archives_here, self._desk.house, second, then=self._archives_missing)
        if self._desk.house.ws.can_sign:
            self._backup()
            self._sweep()
        self._daily.start()

    # --- search index -----------------------------------------------------------------------------------------

    def index(self) -> None:
        """Fill the index, now or as soon as what is under way is done."""
        if not self._soon.isActive() and not self._starting and self._index is None:
            self._soon.start(BETWEEN)

    def _step(self) -> None:
        if self._index is None:
            self._starting = True
            self._desk.on_writer(self, _begin_index, self._desk.house, then=self._began)
        else:
            self._desk.on_writer(self, _next_index, self._index, then=self._stepped, failed=self._failed)

    def _began(self, work: Generator[Any, None, int]) -> None:
        self._index, self._starting = work, False
        self._soon.start(0)

    def _stepped(self, more: bool) -> None:
        if more:
            self._soon.start(BETWEEN)  # a person's save comes in between
        else:
            self._index = None

    def _failed(self, error: DubuError) -> None:
        self._index = None
        self._desk.said.emit(Message.from_error(error))

    # --- backup and order -------------------------------------------------------------------------------------

    def _backup(self) -> None:
        if self._desk.house.ws.can_sign:
            second = str(self._window.remembered(_SECOND, ""))
            self._desk.on_writer(self, _daily_backup, self._desk.house, second, then=self._backed_up)

    def _backed_up(self, told: Any) -> None:
        if told.made:
            self._window.refresh_frame()
        if told.trouble:
            self._desk.warn(f"{told.trouble.rstrip('。')}。")

    def _archives_missing(self, names: tuple[str, ...]) -> None:
        if names:
            self._desk.said.emit(Message.from_error(DubuError("D-118", path="、".join(names))))

    def _sweep(self) -> None:
        """Photos nobody names, once a week: with many photos the walk takes a second."""
        today = self._desk.clock.today()
        last = str(self._window.remembered(_SWEPT, ""))
        if not last or (today.toordinal() - _ordinal(last)) >= _SWEEP_DAYS:
            done = lambda _count: self._window.remember(_SWEPT, today.isoformat())  # noqa: E731
            self._desk.on_writer(self, _sweep_photos, self._desk.house, then=done)


def _ordinal(day: str) -> int:
    from datetime import date

    try:
        return date.fromisoformat(day).toordinal()
    except ValueError:
        return 0


def _begin_index(house: Any) -> Generator[Any, None, int]:
    from dubu_desktop.actions import upkeep

    return upkeep.index(house)


def _next_index(work: Generator[Any, None, int]) -> bool:
    """One small transaction; whether there is more."""
    return next(work, None) is not None


def _daily_backup(house: Any, second: str) -> Any:
    from dubu_desktop.actions import housekeeping

    return housekeeping.daily_backup(house, second)


def _archives_here(house: Any, second: str) -> tuple[str, ...]:
    from dubu_desktop.actions import housekeeping

    return housekeeping.archives_here(house, second)


def _sweep_photos(house: Any) -> int:
    from dubu_desktop.actions import housekeeping

    return housekeeping.sweep_photos(house)


def _sweep_renderer() -> int:
    from dubu_desktop.actions import housekeeping

    return housekeeping.sweep_renderer()
