from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dubu_desktop.errors import DubuError
from dubu_desktop.ui.kit import CompareSlider, Photo, PhotoStrip, PhotoViewer, Tone
from dubu_desktop.ui.widgets.photos import decode, encode_png

from .guard import watching


def picture(color: str, size: QSize = QSize(60, 40)) -> bytes:
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    return encode_png(image)


BYTES = {"before": picture("#aa0000"), "after": picture("#00aa00"), "broken": b"not a picture"}


@pytest.fixture
def strip(desk, shown):
    fetched: list[tuple[str, str]] = []

    def fetch(_reader, photo_id, width):
        fetched.append((photo_id, threading.current_thread().name))
        if photo_id == "missing":
            raise DubuError("D-306", what="照片")
        return BYTES[photo_id]

    holder = QWidget()
    made = PhotoStrip(desk, fetch, accepts=True)
    QVBoxLayout(holder).addWidget(made)
    made.fetched = fetched
    shown(holder, 520, 400)
    return made


def test_thumbnails_come_from_other_threads(strip, desk, settle):
    with watching() as guard:
        strip.set_photos(
            [Photo("before", "整改前 · 6月2日 08:46", "3.1 MB"), Photo("after", "摄于2025年", tone=Tone.BAD)]
        )
        strip.repaint()
        settle(desk)
    assert guard.caught == []
    assert guard.calls >= 2  # the pictures were decoded, elsewhere
    assert strip.ready()
    assert {name.split("_")[0] for _, name in strip.fetched} == {"dubu-reader"}
    image = strip.grab().toImage()
    ratio = image.devicePixelRatio()
    first = strip._tile(0).center() * ratio
    assert image.pixelColor(first).name() == "#aa0000"


def test_a_picture_is_fetched_once(strip, desk, settle):
    strip.set_photos([Photo("before")])
    settle(desk)
    strip.set_photos([Photo("before", "另一行说明")])
    strip.repaint()
    settle(desk)
    assert len(strip.fetched) == 1


def test_broken_and_missing_pictures_show_as_such(strip, desk, settle):
    strip.set_photos([Photo("broken"), Photo("missing")])
    settle(desk)
    assert strip.ready()
    assert all(image.isNull() for image in strip._images.values())
    assert not strip.grab().isNull()


def test_space_enlarges_and_arrows_walk(strip, desk, settle, qtbot):
    strip.set_photos([Photo("before"), Photo("after"), Photo("broken")])
    settle(desk)
    large, gone = [], []
    strip.enlarge.connect(large.append)
    strip.removal_wanted.connect(gone.append)
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Space)
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    qtbot.keyClick(strip, Qt.Key.Key_Down)
    qtbot.keyClick(strip, Qt.Key.Key_Space)
    qtbot.keyClick(strip, Qt.Key.Key_Delete)
    assert large == [1, 2]
    assert [photo.id for photo in gone] == ["broken"]


def test_files_are_handed_on_untouched(strip):
    given = []
    strip.files_given.connect(given.append)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/tmp/IMG 1.HEIC"), QUrl("http://example.invalid/x.jpg")])
    assert strip.take(mime)
    assert given == [[Path("/tmp/IMG 1.HEIC")]]


def test_pasted_file_bytes_are_kept_as_they_are(strip, qapp, qtbot):
    given = []
    strip.image_given.connect(given.append)
    mime = QMimeData()
    mime.setData("image/jpeg", b"\xff\xd8 the very bytes")
    qapp.clipboard().setMimeData(mime)
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert given == [b"\xff\xd8 the very bytes"]


def test_a_pasted_picture_becomes_a_file(strip, desk, settle):
    given = []
    strip.image_given.connect(given.append)
    mime = QMimeData()
    mime.setImageData(decode(BYTES["after"], QSize(60, 40)))
    assert strip.take(mime)
    settle(desk)
    assert QImage.fromData(given[0]).pixelColor(5, 5).name() == "#00aa00"
    assert not strip.take(QMimeData())


def test_an_empty_strip_invites(strip):
    strip.set_photos([])
    assert strip.shown_texts() == ["把照片拖到这里，或按 Ctrl+V 粘贴"]
    assert strip.heightForWidth(500) == 88


def test_slider_shows_both_sides(qtbot, shown):
    slider = CompareSlider()
    shown(slider, 400, 300)
    slider.set_images(decode(BYTES["before"], QSize(400, 300)), decode(BYTES["after"], QSize(400, 300)))
    slider.set_at(0.5)
    image = slider.grab().toImage()
    assert image.pixelColor(100, 150).name() == "#aa0000"
    assert image.pixelColor(300, 150).name() == "#00aa00"
    for _ in range(30):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.at == 1.0
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert slider.at == 0.0
    assert slider.grab().toImage().pixelColor(200, 100).name() == "#00aa00"


def test_viewer_walks_and_closes_by_keys(desk, shown, settle, qtbot):
    window = QWidget()
    shown(window, 900, 600)
    viewer = PhotoViewer(window, desk, lambda _reader, photo_id, width: BYTES[photo_id])
    viewer.show_photo([Photo("before", "整改前"), Photo("after", "整改后")], 0)
    settle(desk)
    assert viewer._large.image.pixelColor(5, 5).name() == "#aa0000"
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    settle(desk)
    assert viewer._large.image.pixelColor(5, 5).name() == "#00aa00"
    assert viewer._caption.text() == "2 / 2 · 整改后"
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    assert not viewer.isVisible()
    viewer.show_pair(Photo("before", "整改前"), Photo("after", "整改后"))
    settle(desk)
    assert viewer.slider.hasFocus()
    qtbot.keyClick(viewer.slider, Qt.Key.Key_Escape)
    assert not viewer.isVisible()
