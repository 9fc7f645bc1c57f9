from __future__ import annotations

from dubu_desktop.ui.clipboard import SECONDS, SafeCopy


def test_a_copied_record_is_gone_after_a_minute(desk, qapp):
    said = []
    desk.said.connect(said.append)
    safe = SafeCopy(desk)
    safe.copy("疏散通道堆放瓷砖")
    assert qapp.clipboard().text() == "疏散通道堆放瓷砖"
    assert "60秒" in said[0].text
    assert safe._timer.interval() == SECONDS * 1000
    assert any("ExcludeClipboard" in name for name in qapp.clipboard().mimeData().formats())
    safe._timer.timeout.emit()
    assert qapp.clipboard().text() == ""


def test_what_was_copied_since_is_left_alone(desk, qapp):
    safe = SafeCopy(desk)
    safe.copy("线索")
    qapp.clipboard().setText("别的")
    safe.clear()
    assert qapp.clipboard().text() == "别的"
