"""Invented data for the gallery (the county's sample of the sketches); no person, no real place."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from dubu_desktop.ui.paint import Chip
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.photos import encode_png
from dubu_desktop.ui.widgets.popup import Choice
from dubu_desktop.ui.widgets.timeline import Happening

OK, WARN, BAD, PLAIN = Tone.OK, Tone.WARN, Tone.BAD, Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of the sample."""

    rowid: int
    facts: str
    place: str
    group: str
    state: Chip


_ROWS = (
    ("疏散通道堆放瓷砖约40箱，净宽由2.4 m减至0.7 m",
     "城关街道 · 广源建材市场3号楼东侧 · 6月2日 08:46", "第三组", "逾期12天", BAD),
    ("食堂留样柜2餐无标签，燃气报警器断电", "北洼镇 · 中心小学食堂 · 6月6日 19:00", "第六组", "紧急重大", BAD),
    ("8具干粉灭火器压力表均在红区", "城关街道 · 广源建材市场4号楼 · 6月2日 08:58", "第三组", "已销号", OK),
    ("生活污水直排，水体发黑，长约60 m", "双桥镇 · 幸福河大桥下 · 6月11日 07:50", "第二组", "还有2天", WARN),
    ("裸土未覆盖约600 m²，雾炮未开", "新湖街道 · 滨湖路与学院街口工地 · 6月3日 14:20", "第一组", "整改中", OK),
    ("带班领导不在岗，值班表与实际不符", "河东镇 · 镇政府值班室 · 6月4日 20:10", "第二组", "待核查", OK),
    ("占道摊位23处，消防车道剩余宽度2.1 m", "青石镇 · 农贸市场 · 6月9日 08:15", "第六组", "今日到期", WARN),
    ("渠坡倾倒建筑垃圾约15 m³，含石膏板", "柳林镇 · 北干渠k3+200 · 6月3日 15:05", "第一组", "整改中", OK),
    ("抽查低保台账20户，5户无入户核查记录", "柳林镇 · 便民服务中心 · 6月12日 09:00", "第六组", "待核定", PLAIN),
)  # fmt: skip

HISTORY = (
    Happening("建议升级：约谈建议书", note="逾期12天，已督促3次（规则 5）", hot=True),
    Happening("退回重办", "第三组组长", "6月13日 现场仍堆放，照片不实"),
    Happening("单位反馈“已整改”", note="6月12日 应急管理局"),
    Happening("督促", "现场 · 6月12日"),
    Happening("督促", "督办单（黄）· 6月7日"),
    Happening("督促", "电话 · 6月6日"),
    Happening("通报", "第5期 第7条 · 6月3日"),
    Happening("核定", "办公室 · 6月2日 20:40"),
)

UNITS = tuple(
    Choice(name, name, hint, keys)
    for name, hint, keys in (
        ("城关街道", "属地", ("cgjd", "chengguanjiedao")),
        ("青石镇", "属地", ("qsz", "qingshizhen")),
        ("柳林镇", "属地", ("llz", "liulinzhen")),
        ("应急管理局", "行业", ("yjglj", "yingjiguanliju")),
        ("综合行政执法局", "行业", ("zhxzzfj", "zonghexingzhengzhifaju")),
        ("广源建材市场", "企业", ("gyjcsc", "guangyuanjiancaishichang")),
    )
)

PHRASES = (
    Choice("消防通道堆放【物品】约【数量】，净宽由【原宽】m减至【净宽】m", "消防通道堆放", "xfzl", ("xfzl",)),
    Choice("消防通道【门】锁闭，无法从内侧打开", "消防通道锁闭", "xfsd", ("xfsd",)),
    Choice("【数量】具干粉灭火器压力表在红区", "灭火器失压", "mhq", ("mhq",)),
)


class SampleHouse:
    """Answers the gallery's reads from memory; the lists can be made as long as wanted."""

    def __init__(self, count: int = len(_ROWS)) -> None:
        self.count = count

    def do(self, verb: str, **params: Any) -> Any:
        """No verb changes anything here."""
        return None

    def read(self, fn: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        """Run a read."""
        return fn(self, *args, **kw)

    def ids(self, text: str = "") -> array[int]:
        """Row ids whose facts hold `text`."""
        if not text:
            return array("q", range(1, self.count + 1))
        return array("q", (at for at in range(1, self.count + 1) if text in _ROWS[(at - 1) % len(_ROWS)][0]))

    def findings(self, ids: Sequence[int]) -> list[Finding]:
        """Rows of these ids."""
        return [self._finding(row_id) for row_id in ids]

    def _finding(self, row_id: int) -> Finding:
        facts, place, group, state, tone = _ROWS[(row_id - 1) % len(_ROWS)]
        return Finding(row_id, facts, place, group, Chip(state, tone))

    def photo(self, photo_id: Any, width: int) -> bytes:
        """A drawn corridor, with or without boxes, as PNG bytes; on the reader thread."""
        image = QImage(900, 600, QImage.Format.Format_RGB32)
        _draw_scene(image, blocked=str(photo_id).startswith("before"))
        return encode_png(image.scaledToWidth(width))


def _draw_scene(image: QImage, *, blocked: bool) -> None:
    image.fill(QColor("#D9DEE3"))
    painter = QPainter(image)
    painter.scale(3, 3)
    painter.setPen(QColor("#00000000"))
    for place, tint in (
        ((0, 158, 300, 42), "#B7BEC6"), ((0, 0, 112, 160), "#E9ECEF"), ((0, 34, 300, 9), "#4E9068"),
        ((118, 52, 44, 108), "#7C8B99"),
    ):  # fmt: skip
        painter.fillRect(QRectF(*place), QColor(tint))
    if blocked:
        painter.setPen(QPen(QColor("#8F6B47"), 1))
        for at in range(20):
            box = QRectF(152 + at % 4 * 28, 144 - at // 4 * 17, 27, 16)
            painter.fillRect(box, QColor("#C9A27A"))
            painter.drawRect(box)
        painter.setPen(QPen(QColor("#B3261E"), 3))
        painter.drawLine(128, 108, 152, 108)
    painter.end()
