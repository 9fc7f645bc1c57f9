"""Photos large over the window, and before/after with a slider."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from dubu_desktop.ui import paint, theme
from dubu_desktop.ui.keys import guard
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.widgets.button import Button
from dubu_desktop.ui.widgets.label import PlainLabel
from dubu_desktop.ui.widgets.overlay import Overlay
from dubu_desktop.ui.widgets.photos import Photo

_STEP = 0.02


def _plain_decode(data: bytes) -> QImage:
    return QImage.fromData(QByteArray(data))


class CompareSlider(QWidget):
    """Before at the left of the line, after at the right; drag it or use the arrow keys."""

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before, self._after, self._at = QImage(), QImage(), 0.5
        self._words = ("整改前", "整改后")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setMinimumSize(200, 134)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("整改前后对比")

    def set_images(self, before: QImage, after: QImage, words: tuple[str, str] = ("整改前", "整改后")) -> None:
        """Show two decoded pictures."""
        self._before, self._after, self._words = before, after, words
        self.update()

    def load(self, desk: Desk, fetch: Callable[..., bytes], before: Any, after: Any, width: int = 1400) -> None:
        """Fetch two photos by `fetch(reader, id, width)` on the reader thread and show them."""
        for place, photo_id in enumerate((before, after)):
            self._load_one(desk, fetch, place, photo_id, width)

    def _load_one(self, desk: Desk, fetch: Callable[..., bytes], place: int, photo_id: Any, width: int) -> None:
        def ready(image: QImage) -> None:
            pair = [self._before, self._after]
            pair[place] = image
            self.set_images(pair[0], pair[1], self._words)

        def got(data: bytes) -> None:
            desk.compute(self, _plain_decode, data, then=ready)

        desk.read(self, fetch, photo_id, width, then=got)

    @property
    def at(self) -> float:
        """Where the line is, 0 to 1."""
        return self._at

    def set_at(self, at: float) -> None:
        """Move the line."""
        self._at = min(1.0, max(0.0, at))
        self.moved.emit(self._at)
        self.update()

    def shown_texts(self) -> list[str]:
        """What it paints."""
        return list(self._words)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        line = round(self.width() * self._at)
        for image, clip in (
            (self._before, QRect(0, 0, line, self.height())),
            (self._after, QRect(line, 0, self.width() - line, self.height())),
        ):
            painter.setClipRect(clip)
            painter.fillRect(self.rect(), theme.color("line2"))
            if not image.isNull():
                painter.drawImage(_fitted(image.size(), self.rect()), image)
        painter.setClipping(False)
        painter.setPen(QPen(QColor("#FFFFFF"), 2))
        painter.drawLine(line, 0, line, self.height())
        self._word(painter, self._words[0], left=True)
        self._word(painter, self._words[1], left=False)
        grip = QRectF(line - 14, self.height() / 2 - 14, 28, 28)
        paint.round_rect(painter, grip, 14, theme.color("panel"), theme.color("acc"))
        painter.setPen(QPen(theme.color("acc"), 2))
        for side in (-1, 1):
            tip = QPointF(line + side * 8, self.height() / 2)
            painter.drawPolyline([tip + QPointF(-side * 4, -4), tip, tip + QPointF(-side * 4, 4)])
        if self.hasFocus():
            paint.focus_ring(painter, QRectF(self.rect()), 2)

    def _word(self, painter: QPainter, word: str, *, left: bool) -> None:
        painter.setFont(theme.font(theme.SMALL))
        width = painter.fontMetrics().horizontalAdvance(word) + 16
        box = QRect(10 if left else self.width() - width - 10, 10, width, 22)
        paint.round_rect(painter, QRectF(box), 4, theme.color("panel"))
        painter.setPen(theme.color("ink"))
        paint.text(painter, box, word, align=Qt.AlignmentFlag.AlignHCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps: dict[int, float] = {
            Qt.Key.Key_Left: -_STEP,
            Qt.Key.Key_Right: _STEP,
            Qt.Key.Key_Home: -1,
            Qt.Key.Key_End: 1,
        }
        if event.key() in steps:
            self.set_at(self._at + steps[event.key()])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.set_at(event.position().x() / max(self.width(), 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.set_at(event.position().x() / max(self.width(), 1))


class _Large(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.image = QImage()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), theme.color("line2"))
        if not self.image.isNull():
            painter.drawImage(_fitted(self.image.size(), self.rect()), self.image)


class PhotoViewer(Overlay):
    """One photo as large as the window allows, or two to compare; Left/Right to neighbours, Space or Esc back."""

    def __init__(self, window: QWidget, desk: Desk, fetch: Callable[..., bytes]) -> None:
        """`fetch(reader, photo_id, width)` returns the bytes of a large picture."""
        super().__init__(window, name="照片放大")
        self._desk, self._fetch = desk, fetch
        self._photos: Sequence[Photo] = ()
        self._at = 0
        self._large = _Large(self.panel)
        self.slider = CompareSlider(self.panel)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._large)
        self._stack.addWidget(self.slider)
        self._caption = PlainLabel("", "small", elide="middle")
        self._hint = PlainLabel("", "hint")
        foot = QHBoxLayout()
        foot.addWidget(self._caption, 1)
        foot.addWidget(self._hint)
        foot.addWidget(Button("关闭", keys="Esc", small=True, on_click=self.close_overlay))
        self.body.addWidget(self._stack, 1)
        self.body.addLayout(foot)

    def show_photo(self, photos: Sequence[Photo], at: int) -> None:
        """Open at one of these."""
        self._photos, self._at = photos, at
        photo = photos[at]
        self._large.image = QImage()
        self._large.update()
        self._say(f"{at + 1} / {len(photos)}", photo.left, photo.words, photo.right)
        self._hint.setText("← → 前后 · 空格键收起")
        self._spread_out(self._large)

        def ready(image: QImage) -> None:
            self._large.image = image
            self._large.update()

        def got(data: bytes) -> None:
            self._desk.compute(self, _plain_decode, data, then=ready)

        self._desk.read(self, self._fetch, photo.id, self._pixels(), then=got, newest="large")

    def show_pair(self, before: Photo, after: Photo) -> None:
        """Open with a slider between two photos."""
        self._photos = ()
        self._say(before.left, after.left)
        self._hint.setText("← → 移动分界 · 空格键收起")
        self._spread_out(self.slider)
        self.slider.load(self._desk, self._fetch, before.id, after.id, self._pixels())
        self.slider.setFocus()

    def _say(self, *parts: str) -> None:
        self._caption.setText(" · ".join(part for part in parts if part))

    def _spread_out(self, shown: QWidget) -> None:
        self._stack.setCurrentWidget(shown)
        window = self.parentWidget() or self
        self.panel.setFixedSize(max(400, window.width() - 64), max(300, window.height() - 40))
        self.open()

    def _pixels(self) -> int:
        """How wide a picture the screen can show here."""
        return max(400, round((self.panel.width() - 32) * self.devicePixelRatio()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not guard().may_act(single=False):
            return
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._photos:
            by = -1 if event.key() == Qt.Key.Key_Left else 1
            self.show_photo(self._photos, (self._at + by) % len(self._photos))
        elif event.key() == Qt.Key.Key_Space:
            self.close_overlay()
        else:
            super().keyPressEvent(event)


def _fitted(image: QSize, room: QRect) -> QRectF:
    """Where an image stands in `room`, whole and in its own proportions."""
    size = image.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    corner = QPointF((room.width() - size.width()) / 2, (room.height() - size.height()) / 2)
    return QRectF(corner.x(), corner.y(), size.width(), size.height())
