"""四不两直 share of the month: how much, how much is asked, and what is still to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import gauges
from dubu_desktop.ui import paint, theme
from dubu_desktop.ui.kit import Chip, ChipLabel, PlainLabel
from dubu_desktop.ui.rows import chip_of


class _Bar(QWidget):
    """The share as a bar with a mark where it should reach."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.share, self.wanted = 0.0, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), theme.tokens()
        line = QRectF(0, 2, self.width(), 6)
        paint.round_rect(painter, line, 3, QColor(tokens.line2))
        if self.share:
            reached = self.share >= self.wanted
            filled = QRectF(0, 2, max(6.0, self.width() * min(self.share, 1.0)), 6)
            paint.round_rect(painter, filled, 3, QColor(tokens.ok if reached else tokens.warn))
        if self.wanted:
            painter.fillRect(QRectF(self.width() * self.wanted - 1, 0, 2, 10), QColor(tokens.ink2))


class ShareGauge(QWidget):
    """The value with its chip, the bar, and the 口径."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._value = PlainLabel("", "strong")
        self._chip = ChipLabel(Chip(""))
        self._chip.hide()
        row.addWidget(PlainLabel("四不两直 本月", "small"))
        row.addWidget(self._value)
        row.addWidget(self._chip)
        row.addStretch(1)
        self._bar = _Bar(self)
        self._basis = PlainLabel("", "hint", elide="right")
        column.addLayout(row)
        column.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addWidget(self._basis)

    def show_share(self, found: MonthShare) -> None:
        """Show the share."""
        figure = found.figure
        self._value.setText(figure.value)
        chip = chip_of((figure.chip,)) if figure.chip else None
        self._chip.setVisible(chip is not None)
        if chip is not None:
            self._chip.set_chip(chip)
        self._basis.setText(figure.basis)
        self._bar.share, self._bar.wanted = found.share, found.wanted
        self._bar.update()
        self.setAccessibleName(f"四不两直本月占比 {figure.value}，{figure.basis}")


@dataclass(frozen=True)
class MonthShare:
    """The figure with its words, the share and what is asked, between 0 and 1."""

    figure: gauges.Figure
    share: float
    wanted: float


def month_share(reader: Any) -> MonthShare:
    """Of this group, or at the office of all of them (reader thread)."""
    shares = gauges.month_shares(reader)
    own = [share for group, share in shares.items() if group] if reader.office else [shares.get(reader.side)]
    known = [share for share in own if share is not None]
    part = gauges.Share(sum(one.counted for one in known), sum(one.whole for one in known)).part
    return MonthShare(gauges.unannounced(reader), float(part or 0), float(gauges.required(reader)))
