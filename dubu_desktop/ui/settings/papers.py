"""文书版式: organ, number words, usual addressees, head, seal, typefaces; numbers used on paper before the program."""

from __future__ import annotations

from typing import Any

from dubu_desktop.actions.reads import office
from dubu_desktop.domain.papers.blocks import HeadStyle
from dubu_desktop.ui import choices
from dubu_desktop.ui.kit import Choice, Field, KeyValueCard, Kind, PlainLabel, SectionHead
from dubu_desktop.ui.settings.section import Section

_STYLES = tuple(Choice(style.value, style.label) for style in HeadStyle)
_SEALED = (Choice(True, "加盖印章"), Choice(False, "不加盖印章"))
_USED = "used_before"


class PapersSection(Section):
    """What is empty follows the default, which is shown."""

    key = "papers"
    title = "文书版式"
    sub = "发文机关、机关代字、主送抄送、字体"
    words = "wsbs wenshubanshi ziti"
    note = "按《党政机关公文格式》（GB/T 9704-2012）排印。这里定的是常用值，每份文书还可以单独改；已签发的不受影响。"
    icon = "paper"
    kinds = frozenset({"rule_profile", "setting"})
    editions = ("office",)

    def build(self) -> Any:
        made = super().build()
        self.view: office.PapersView | None = None
        self.organ, self.sending, self.look = KeyValueCard(columns=1), KeyValueCard(columns=1), KeyValueCard(columns=2)
        for card, head, note in (
            (self.organ, "发文机关", ""),
            (self.sending, "常用的主送、抄送、报送", ""),
            (self.look, "版式与字体", "字体不随程序附带，文件里写明字体名称，由打开它的电脑提供"),
        ):
            self.body.addWidget(SectionHead(head, note))
            card.edited.connect(self._edited)
            self.body.addWidget(card)
        self.body.addWidget(PlainLabel("红头只印在纸上，屏幕上的页面预览与打印稿一致。", "hint"))
        return made

    def refresh(self) -> None:
        self.desk.read(self, office.papers, then=self.show_papers, newest="papers")

    def show_papers(self, view: office.PapersView) -> None:
        """Show the settings."""
        self.view, given = view, view.given
        year = str(self.desk.clock.today().year)
        supply = choices.supply(self.desk, self, choices.units)
        lines: dict[str, Any] = {"supply": supply, "new_label": "就这样写", "wide": True}
        self.organ.set_fields(
            [
                Field("organ", "发文机关", value=given.organ, missing="写发文机关"),
                Field("mark", "红头标志", value=given.mark, text=view.mark, note="" if given.mark else "按发文机关"),
                Field("code", "机关代字", value=given.code, text=view.code, note="" if given.code else "按规则方案"),
                Field(
                    _USED, f"{year}年已用到", value=str(given.used_before.get(year, "")),
                    hint="用本程序以前，今年纸上已用到第几号", text=f"第{given.used_before[year]}号" if year in
                    given.used_before else "从1号开始",
                ),
            ]
        )  # fmt: skip
        self.sending.set_fields(
            [
                Field("addressees", "主送", Kind.PICKERS, _lines(given.addressees), **lines),
                Field("cc", "抄送", Kind.PICKERS, _lines(given.cc), **lines),
                Field("report_to", "报送", Kind.PICKERS, _lines(given.report_to), **lines),
            ]
        )
        fonts = tuple(Choice(*pair) for pair in view.fonts)
        self.look.set_fields(
            [
                Field("style", "版头", Kind.ENUM, view.style, choices=_STYLES),
                Field("sealed", "印章", Kind.ENUM, view.sealed, choices=_SEALED),
                Field("fonts", "字体方案", Kind.ENUM, given.fonts, choices=fonts),
                Field("body_font", "正文字体", value=given.body_font, text=given.body_font or "按字体方案"),
            ]
        )

    def _edited(self, key: str, value: Any) -> None:
        if self.view is None:
            return
        if key == _USED:
            year, text = str(self.desk.clock.today().year), str(value or "").strip()
            if text and not text.isdigit():
                self.desk.warn("已用到的号要写整数，没有保存。")
                return
            value = {**self.view.given.used_before, year: int(text or 0)}
        elif isinstance(value, list):
            value = [choice.label for choice in value]
        self.desk.do(self, "set_paper_settings", values={key: value}, then=lambda _outcome: self.refresh())


def _lines(values: tuple[str, ...]) -> list[Choice]:
    return [Choice(value, value) for value in values]
