"""The sketched pages rebuilt from the kit: they show how a page is written, and are what the pictures are taken of."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from dubu_desktop.domain.text import SHANGHAI
from dubu_desktop.ui.gallery.sample import HISTORY, PHRASES, UNITS, Finding, SampleHouse
from dubu_desktop.ui.kit import (
    Action,
    ActionBar,
    AskPanel,
    Button,
    Card,
    Chip,
    ChipLabel,
    Choice,
    ClarityGauge,
    Column,
    DataTable,
    Field,
    Figure,
    Filter,
    KeyValueCard,
    Kind,
    Photo,
    PhotoStrip,
    PlainLabel,
    Row,
    Scroll,
    SectionHead,
    Spread,
    StepStrip,
    Timeline,
    Tone,
    supply_list,
)
from dubu_desktop.ui.page import ListDetailPage, Page
from dubu_desktop.ui.window import MainWindow

_STEPS = ("定稿", "上报", "核定", "交整改", "整改中", "核查", "销号")


def _units() -> Any:
    return supply_list(UNITS)


class FindingsPage(ListDetailPage):
    """问题 as the office sees it."""

    title = "问题"
    search_hint = "搜索 事实、地点、单位、编号，拼音首字母也行 …"
    filters: Sequence[Filter] = (
        Filter("open", "未销号", 37), Filter("week", "本周新增", 12), Filter("late", "逾期", 4),
        Filter("place", "城关街道"),
    )  # fmt: skip
    empty = ("还没有问题", "按 Ctrl+N 记下第一个")
    kinds = frozenset({"finding"})

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.pane.add_button(Button("新问题", kind="primary", keys="Ctrl+N", small=True))

    @staticmethod
    def list_ids(reader: SampleHouse, text: str, filter_key: str) -> array[int]:
        return reader.ids(text)

    @staticmethod
    def fetch_rows(reader: SampleHouse, ids: Sequence[int]) -> Iterable[Finding]:
        return reader.findings(ids)

    @staticmethod
    def present(record: Finding) -> Row:
        return Row(record.facts, record.place, record.group, record.state)

    def say_count(self, total: int) -> str:
        return f"共 3 041 条，显示 {total} 条"

    def make_detail(self) -> QWidget:
        pane = QFrame()
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self._body(), 1)
        self.ask = AskPanel(pane)
        self.bar = ActionBar(self)
        column.addWidget(self.ask)
        column.addWidget(self.bar)
        return pane

    def _head(self) -> QWidget:
        head = QFrame()
        head.setProperty("surface", "head")
        column = QVBoxLayout(head)
        column.setContentsMargins(24, 13, 24, 12)
        column.setSpacing(7)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(PlainLabel("WT-2026-03-0001 · 第三督导巡查组 · 四不两直", "hint"))
        for chip in (Chip("逾期12天", Tone.BAD), Chip("第3次"), Chip("共性", Tone.ACCENT)):
            line.addWidget(ChipLabel(chip))
        line.addStretch(1)
        self.name = PlainLabel("", "heading", elide="right")
        self.steps = StepStrip()
        column.addLayout(line)
        column.addWidget(self.name)
        column.addWidget(self.steps)
        return head

    def _body(self) -> QWidget:
        scroll, spread = Scroll(), Spread()
        self.facts = KeyValueCard()
        self.facts.edited.connect(lambda key, value: self.desk.do(self, "edit_finding", field=key, value=value))
        self.photos = PhotoStrip(self.desk, SampleHouse.photo)
        self.history = Timeline()
        spread.main.addWidget(self.facts)
        spread.main.addWidget(SectionHead("佐证", "整改前 1 张 · 整改后 1 张", "空格键放大"))
        spread.main.addWidget(self.photos)
        spread.side.addWidget(SectionHead("经过", f"{len(HISTORY)} 条"))
        spread.side.addWidget(self.history)
        scroll.canvas.addWidget(spread)
        return scroll

    def show_detail(self, row_id: int | None) -> None:
        if row_id is not None:
            self.desk.read(self, SampleHouse.findings, [row_id], then=self._show, newest="detail")

    def _show(self, found: list[Finding]) -> None:
        self.name.setText(f"{found[0].facts}，东门上锁")
        self.steps.set_steps(_STEPS, 4)
        self.facts.set_fields(
            (
                Field("found_at", "发现时间", Kind.MOMENT, datetime(2026, 6, 2, 8, 46, tzinfo=SHANGHAI)),
                Field("category", "类别", Kind.PICKER, Choice(1, "安全生产 / 消防通道"), supply=_units()),
                Field("place", "地点", value="广源建材市场 3号楼东侧"),
                Field("severity", "严重程度", Kind.ENUM, 1, choices=(Choice(0, "较重"), Choice(1, "严重"))),
                Field("industry", "行业责任", Kind.PICKER, UNITS[3], supply=_units()),
                Field("territory", "属地责任", Kind.PICKER, UNITS[0], supply=_units()),
                Field("due", "整改期限", Kind.DATE, date(2026, 6, 5), note="限期3日"),
                Field("urged", "督促", text="3次，最近 6月12日 现场", editable=False),
            )
        )
        self.photos.set_photos(
            (
                Photo("before-1", "整改前 · 6月2日 08:46", "原图 3.1 MB"),
                Photo("after-1", "摄于2025年12月，早于发现", "单位报送", Tone.BAD),
            )
        )
        self.history.set_items(HISTORY)
        self.bar.set_actions(
            (
                Action("起草约谈建议书", self.desk.house.ids, primary=True),
                Action("督促", self.urge, keys="U"),
                Action("改期限", self.urge),
                Action("批示", self.urge),
            ),
            "Ctrl+Z 撤销 · F8 选中入通报",
        )

    def urge(self) -> None:
        """U: channel and words, in the pane."""
        channels = (Choice("phone", "电话"), Choice("site", "现场"))
        self.ask.ask(
            "督促 广源建材市场",
            (
                Field("channel", "方式", Kind.ENUM, "phone", choices=channels, missing="选一种方式"),
                Field("text", "内容", Kind.MULTILINE, missing="写一句督促的话"),
            ),
            lambda answer: self.desk.tell("已记下这次督促。", act="撤销"),
            ok="记下",
        )


class NewFindingPage(FindingsPage):
    """新问题: the entry form."""

    filters = (Filter("today", "今天", 5), Filter("draft", "草稿", 2), Filter("verify", "待核查", 3))

    def say_count(self, total: int) -> str:
        return "本组 214 条"

    def _head(self) -> QWidget:
        head = QFrame()
        head.setProperty("surface", "head")
        row = QHBoxLayout(head)
        row.setContentsMargins(24, 13, 16, 12)
        column = QVBoxLayout()
        column.addWidget(PlainLabel("新问题 · 督导活动 08:30 起 · 四不两直 · 广源建材市场", "hint"))
        column.addWidget(PlainLabel("写清时间、地点、情况", "heading"))
        gauge = ClarityGauge((("time", "时间"), ("place", "地点"), ("facts", "情况")))
        gauge.set_state({"facts": "还有空没有填"})
        row.addLayout(column, 1)
        row.addWidget(gauge)
        return head

    def _body(self) -> QWidget:
        scroll = Scroll()
        moment = datetime(2026, 6, 2, 8, 46, tzinfo=SHANGHAI)
        facts = "疏散通道堆放瓷砖约40箱，净宽由2.4 m减至【净宽】 m，东门上锁"
        self.form = KeyValueCard(
            (
                Field("found_at", "时间", Kind.MOMENT, moment, note="取自照片"),
                Field("place", "地点", value="广源建材市场 3号楼东侧", missing="写到门牌、楼层、方位"),
                Field(
                    "facts", "情况", Kind.MULTILINE, facts, open=True, wide=True, supply=supply_list(PHRASES),
                    missing="写明数量、物品、状态",
                ),
                Field("category", "类别", Kind.PICKER, Choice(1, "安全生产 / 消防通道"), supply=_units()),
                Field("severity", "严重程度", Kind.ENUM, 1, choices=(Choice(0, "较重"), Choice(1, "严重"))),
                Field("industry", "行业责任", Kind.PICKER, UNITS[3], supply=_units(), note="由类别带出"),
                Field("territory", "属地责任", Kind.PICKER, supply=_units(), missing="选属地，或写明理由"),
            ),
            eager=True,
        )  # fmt: skip
        self.strip = PhotoStrip(self.desk, SampleHouse.photo, columns=3, accepts=True)
        self.strip.set_photos([Photo(f"before-{at}", f"{at} · 08:4{5 + at}", "") for at in (1, 2, 3)])
        scroll.canvas.addWidget(self.form)
        scroll.canvas.addWidget(SectionHead("照片", "拖进来、粘贴，或按数字键从右侧托盘取", "08:44–08:47 拍了 3 张"))
        scroll.canvas.addWidget(self.strip)
        return scroll

    def show_detail(self, row_id: int | None) -> None:
        self.bar.set_actions(
            (
                Action("定稿", self.form.next_gap, keys="Ctrl+Return", primary=True),
                Action("同样问题，下一处", self.form.next_gap, keys="Ctrl+D"),
                Action("紧急重大", self.form.next_gap),
            ),
            "F6 到下一个缺项 · F12 快速隐藏 · 只报领导小组办公室",
        )


class ImportPage(Page):
    """收包预览."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, "数据包")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(28, 20, 28, 20)
        whole.setSpacing(16)
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.addWidget(PlainLabel("收包预览", "heading"))
        words.addWidget(PlainLabel("6 个文件，均验签、解密、核对完整；确认前什么也没有改动", "sub"))
        head.addLayout(words, 1)
        head.addWidget(Button("取消"), 0, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(Button("全部收下", kind="primary", keys="Enter"), 0, Qt.AlignmentFlag.AlignBottom)
        whole.addLayout(head)
        card = Card()
        card.body.setContentsMargins(6, 4, 6, 6)
        card.body.addWidget(self._table())
        whole.addWidget(card)
        whole.addStretch(1)

    def _table(self) -> DataTable:
        numbers = [Column(title, 78, number=True) for title in ("新问题", "修改", "核查", "照片")]
        table = DataTable(
            [Column("来自", 90, bold=True), Column("包"), *numbers, Column("冲突", 90), Column("状态", 320)],
            name="收包预览",
        )
        good = Chip("可收", Tone.OK)
        clash = Chip("1 处", Tone.WARN)
        damaged = Chip("D-204 文件不完整，请第六组重新导出", Tone.BAD)
        table.set_rows(
            [
                ("第一组", "第 8 包 · 6月13日 19:40", "9", "2", "3", "34 / 34", "—", good),
                ("第二组", "第 6 包 · 6月13日 18:55", "11", "0", "4", "41 / 41", "—", good),
                ("第三组", "第 12 包 · 6月13日 20:02（含未确认的第 11 包）", "12", "4", "2", "36 / 36", clash, good),
                ("第四组", "第 7 包 · 6月13日 19:10", "8", "1", "0", "22 / 25", "—", Chip("照片待补 3 张", Tone.WARN)),
                ("第五组", "第 5 包 · 6月12日 21:30", "0", "0", "0", "0", "—", Chip("以前收过，无变化")),
                ("不明", "U盘：\\6组.dubu", "—", "—", "—", "—", "—", damaged),
            ]
        )  # fmt: skip
        table.selectRow(2)
        table.fit_height()
        return table


class HomePage(Page):
    """工作台."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, "工作台")
        scroll = Scroll(margins=(28, 20, 28, 20))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        scroll.canvas.addWidget(PlainLabel("6月14日 星期日 · 今日要办", "heading"))
        scroll.canvas.addWidget(
            PlainLabel("今天先办 3 件：收 6 个包，签 1 份约谈建议书，第5期通报今日到期 7 条", "sub", wrap=True)
        )
        grid = QGridLayout()
        grid.setSpacing(16)
        for place, figure in enumerate(self._figures()):
            grid.addWidget(figure, 0, place)
        scroll.canvas.addLayout(grid)

    def _figures(self) -> list[Figure]:
        rate, late, share, sides = (
            Figure(label) for label in ("整改完成率", "逾期", "四不两直占比", "行业 : 属地 问责")
        )
        rate.set("81.4%", "2 476 / 3 041，口径：已核定去除不成立")
        late.set("4", "最久 12 天：广源建材市场", tone=Tone.BAD)
        share.set("71%", "要求 ≥ 66.7%；第四组 58%", chip=Chip("达标", Tone.OK))
        sides.set("34 : 66", "上月 29 : 71", chip=Chip("偏向属地", Tone.WARN))
        return [rate, late, share, sides]
