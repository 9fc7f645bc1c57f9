"""Photos first and large: tiles 4:3 that come from the reader thread as bytes and are decoded on the pool.

The GUI thread never decodes a picture; it only paints what is ready. Files come in by drop, paste or choice and are
handed on untouched, so that the original bytes are kept (domain.md §3 row 7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFontMetrics,
    QGuiApplication,
    QImage,
    QImageWriter,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from dubu_desktop.errors import DubuError
from dubu_desktop.ui import icons, paint, theme
from dubu_desktop.ui.files import for_window
from dubu_desktop.ui.keys import guard
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.tokens import Tone

_GAP, _CAPTION = 12, 24
_RAW = ("image/jpeg", "image/png", "image/webp", "image/heic")  # clipboard formats that are a file's own bytes


@dataclass(frozen=True, slots=True)
class Photo:
    """One tile. `id` goes to the fetch function; captions stand under it, left and right; `words` (what it shows, as
    somebody wrote it) stand under the large picture, where there is room."""

    id: Any
    left: str = ""
    right: str = ""
    tone: Tone | None = None  # of the left caption; its shape is put before the words
    locked: bool = False  # redacted
    words: str = ""


def decode(data: bytes, box: QSize) -> QImage:
    """A picture from bytes, scaled to cover `box` (call on the pool); a null image if it is none."""
    image = QImage.fromData(QByteArray(data))
    if image.isNull():
        return image
    cover = Qt.AspectRatioMode.KeepAspectRatioByExpanding
    return image.scaled(box, cover, Qt.TransformationMode.SmoothTransformation)


def encode_png(image: QImage) -> bytes:
    """A pasted picture as a file's bytes (call on the pool)."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())


class PhotoStrip(QWidget):
    """Tiles in columns. `fetch(reader, photo_id, width)` returns the bytes of a thumbnail, read on the reader thread.

    Signals: `enlarge(at)` for Space, Enter or double click; `files_given(list[Path])`, `image_given(bytes)` for what
    is dropped or pasted; `removal_wanted(photo)` for Delete, `words_wanted(photo)` for F2.
    """

    enlarge = Signal(int)
    files_given = Signal(object)
    image_given = Signal(object)
    removal_wanted = Signal(object)
    words_wanted = Signal(object)

    def __init__(
        self,
        desk: Desk,
        fetch: Callable[..., bytes],
        *,
        columns: int = 2,
        accepts: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._fetch, self._columns = desk, fetch, columns
        self._photos: tuple[Photo, ...] = ()
        self._images: dict[Any, QImage] = {}
        self._asked: set[Any] = set()
        self._at = 0
        self._dropping = False
        self.setAcceptDrops(accepts)
        self._accepts = accepts
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("照片")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # --- content ----------------------------------------------------------------------------------------------

    def set_photos(self, photos: Sequence[Photo]) -> None:
        """Show these; thumbnails already here stay."""
        self._photos = tuple(photos)
        kept = {photo.id for photo in photos}
        self._images = {key: image for key, image in self._images.items() if key in kept}
        self._asked &= kept
        self._at = min(self._at, max(len(photos) - 1, 0))
        told = (" ".join(part for part in (one.left, one.words, one.right) if part) for one in photos)
        self.setAccessibleDescription("；".join(told))
        self.updateGeometry()
        self.update()

    def photos(self) -> list[Photo]:
        """What is shown."""
        return list(self._photos)

    def current(self) -> Photo | None:
        """The tile with the frame."""
        return self._photos[self._at] if self._photos else None

    def ready(self) -> bool:
        """Whether every visible thumbnail has come (tests wait for it)."""
        return all(photo.id in self._images for photo in self._photos)

    def shown_texts(self) -> list[str]:
        """What it paints."""
        return [text for photo in self._photos for text in (photo.left, photo.right) if text] or [self._invitation()]

    def _invitation(self) -> str:
        return "把照片拖到这里，或按 Ctrl+V 粘贴" if self._accepts else "还没有照片"

    # --- geometry ---------------------------------------------------------------------------------------------

    def _tile(self, at: int) -> QRect:
        width = (self.width() - _GAP * (self._columns - 1)) // self._columns
        height = width * 2 // 3
        row, column = divmod(at, self._columns)
        return QRect(column * (width + _GAP), row * (height + _CAPTION + _GAP), width, height)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if not self._photos:
            return 88
        tile = (width - _GAP * (self._columns - 1)) // self._columns * 2 // 3
        rows = -(-len(self._photos) // self._columns)
        return rows * (tile + _CAPTION) + (rows - 1) * _GAP

    def sizeHint(self) -> QSize:
        return QSize(300, self.heightForWidth(max(self.width(), 300)))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(max(self.width(), 160)))

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self._photos:
            self._paint_invitation(painter)
        for at, photo in enumerate(self._photos):
            tile = self._tile(at)
            if tile.adjusted(0, 0, 0, _CAPTION).intersects(event.rect()):
                self._paint_tile(painter, photo, tile)
                self._paint_caption(painter, photo, tile)
                if self.hasFocus() and at == self._at:
                    paint.focus_ring(painter, QRectF(tile))
        if self._dropping:
            paint.focus_ring(painter, QRectF(self.rect()))

    def _paint_invitation(self, painter: QPainter) -> None:
        box = QRectF(self.rect())
        paint.round_rect(painter, box, 6, theme.color("line2"))
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(theme.color("ink2"))
        paint.text(painter, self.rect(), self._invitation(), align=Qt.AlignmentFlag.AlignHCenter)
        if self.hasFocus():
            paint.focus_ring(painter, box)

    def _paint_tile(self, painter: QPainter, photo: Photo, tile: QRect) -> None:
        image = self._images.get(photo.id)
        if image is None:
            paint.round_rect(painter, QRectF(tile), 6, theme.color("line2"))
            self._ask(photo, tile.size())
        elif image.isNull():
            paint.round_rect(painter, QRectF(tile), 6, theme.color("line2"))
            icons.paint(painter, "photo", QRectF(tile.center().x() - 14, tile.center().y() - 14, 28, 28), "ink3")
        else:
            painter.save()
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(tile), 6, 6)
            painter.setClipPath(shape)
            painter.drawImage(QRectF(tile), image, _middle(image.size(), tile.size()))
            painter.restore()
        if photo.locked:
            mark = QRectF(tile.right() - 30, tile.top() + 8, 22, 22)
            paint.round_rect(painter, mark, 11, theme.color("panel"))
            icons.paint(painter, "lock", mark.adjusted(4, 4, -4, -4), "ink")

    def _paint_caption(self, painter: QPainter, photo: Photo, tile: QRect) -> None:
        tokens = theme.tokens()
        painter.setFont(theme.font(theme.SMALL))
        line = QRect(tile.left(), tile.bottom() + 6, tile.width(), 18)
        painter.setPen(QColor(tokens.ink2))
        width = min(QFontMetrics(theme.font(theme.SMALL)).horizontalAdvance(photo.right) + 1, tile.width() // 2)
        right = line.adjusted(line.width() - width, 0, 0, 0)
        paint.text(painter, right, photo.right, align=Qt.AlignmentFlag.AlignRight)
        line.setRight(right.left() - 8)
        if photo.tone is not None:
            ink = QColor(tokens.ink_of(photo.tone))
            if photo.tone.shape:
                paint.shape(painter, photo.tone, QRectF(line.left(), line.center().y() - 4, 9, 9), ink)
                line.setLeft(line.left() + 14)
            painter.setPen(ink)
        paint.text(painter, line, photo.left)

    def _ask(self, photo: Photo, size: QSize) -> None:
        if photo.id in self._asked:
            return
        self._asked.add(photo.id)
        box = size * self.devicePixelRatio()

        def got(data: bytes) -> None:
            self._desk.compute(self, decode, data, box, then=lambda image: self._show(photo.id, image))

        def refused(_error: DubuError) -> None:
            self._show(photo.id, QImage())

        self._desk.read(self, self._fetch, photo.id, box.width(), then=got, failed=refused)

    def _show(self, photo_id: Any, image: QImage) -> None:
        if photo_id in self._asked:
            self._images[photo_id] = image
            self.update()

    # --- keys and mouse ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps: dict[int, int] = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self._columns, Qt.Key.Key_Down: self._columns,
        }  # fmt: skip
        if not guard().may_act(single=False):
            super().keyPressEvent(event)
        elif self._accepts and event.matches(QKeySequence.StandardKey.Paste):
            self.take(QGuiApplication.clipboard().mimeData())
        elif event.key() in steps and 0 <= self._at + steps[event.key()] < len(self._photos):
            self._at += steps[event.key()]
            self.update()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._photos:
            self.enlarge.emit(self._at)
        elif event.key() == Qt.Key.Key_Delete and self._photos:
            self.removal_wanted.emit(self._photos[self._at])
        elif event.key() == Qt.Key.Key_F2 and self._photos:
            self.words_wanted.emit(self._photos[self._at])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._at = next((at for at in range(len(self._photos)) if self._tile(at).contains(_point(event))), self._at)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._photos and self._tile(self._at).contains(_point(event)):
            self.enlarge.emit(self._at)

    # --- what comes in ----------------------------------------------------------------------------------------

    def take(self, mime: QMimeData) -> bool:
        """Take files or a picture from a drop or the clipboard; False if there is neither."""
        files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()] if mime.hasUrls() else []
        if files:
            self.files_given.emit(files)
            return True
        raw = next((name for name in _RAW if mime.hasFormat(name)), "")
        if raw:
            self.image_given.emit(bytes(mime.data(raw).data()))
            return True
        if mime.hasImage():
            self._desk.compute(self, encode_png, QImage(mime.imageData()), then=self.image_given.emit)
            return True
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if not for_window(mime) and (mime.hasUrls() or mime.hasImage()):
            self._dropping = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: object) -> None:
        self._dropping = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._dropping = False
        self.update()
        if self.take(event.mimeData()):
            event.acceptProposedAction()


def _middle(image: QSize, tile: QSize) -> QRectF:
    """The middle part of the image that has the tile's proportions."""
    scale = min(image.width() / max(tile.width(), 1), image.height() / max(tile.height(), 1))
    width, height = tile.width() * scale, tile.height() * scale
    corner = QPointF((image.width() - width) / 2, (image.height() - height) / 2)
    return QRectF(corner.x(), corner.y(), width, height)


def _point(event: QMouseEvent) -> QPoint:
    return event.position().toPoint()
