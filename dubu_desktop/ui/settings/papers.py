"""文书版式: organ, usual addressees, head, seal, margins, typefaces; the number series of each kind and what was used
on paper before the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dubu_desktop.actions.paper_series import Series
from dubu_desktop.actions.reads import office
from dubu_desktop.domain.papers.blocks import HeadStyle
from dubu_desktop.domain.records.work import DocumentKind
from dubu_desktop.ui import choices
from dubu_desktop.ui.kit import Choice, Field, KeyValueCard, Kind, PlainLabel, SectionHead
from dubu_desktop.ui.settings.section import Section

_STYLES = tuple(Choice(style.value, style.label) for style in HeadStyle)
_SEALED = (Choice(True, "加盖印章"), Choice(False, "不加盖印章"))
#: keys of the fields of a series: code/reminder_letter, used/reminder_letter
_CODE, _USED = "code", "used"


class PapersSection(Section):
    """What is empty follows the default, which is shown."""

    key = "papers"
    title = "文书版式"
    sub = "发文机关、代字和序号、页边距、字体"
    words = "wsbs wenshubanshi ziti jiguandaizi daizi xuhao yebianju"
    note = "按《党政机关公文格式》（GB/T 9704-2012）排印。这里定的是常用值，每份文书还可以单独改；已签发的不受影响。"
    icon = "paper"
    kinds = frozenset({"rule_profile", "setting", "document", "task"})
    editions = ("office",)

    def build(self) -> Any:
        made = super().build()
        self.view: office.PapersView | None = None
        self.organ, self.sending, self.look = KeyValueCard(columns=1), KeyValueCard(columns=1), KeyValueCard(columns=2)
        self.series = KeyValueCard(columns=2)
        for card, head, note in (
            (self.organ, "发文机关", ""),
            (self.sending, "常用的主送、抄送、报送", ""),
            (self.look, "版式与字体", "字体不随程序附带，文件里写明字体名称，由打开它的电脑提供"),
            (self.series, "代字和序号", "左边是下一份的号；今年纸上已用到第几号，右边就写几"),
        ):
            self.body.addWidget(SectionHead(head, note))
            card.edited.connect(self._edited)
            self.body.addWidget(card)
        self.foot = PlainLabel("", "hint", wrap=True)
        self.body.addWidget(self.foot)
        return made

    def refresh(self) -> None:
        self.desk.read(self, office.papers, then=self.show_papers, newest="papers")

    def show_papers(self, view: office.PapersView) -> None:
        """Show the settings."""
        self.view, given, may = view, view.given, view.editable
        supply = choices.supply(self.desk, self, choices.units)
        lines: dict[str, Any] = {"supply": supply, "new_label": "就这样写", "wide": True, "editable": may}
        note = "" if given.mark else "按发文机关"
        self.organ.set_fields(
            [
                Field("organ", "发文机关", value=given.organ, missing="写发文机关", editable=may),
                Field("mark", "红头标志", value=given.mark, text=view.mark, note=note, editable=may),
                Field(
                    "contact",
                    "联系人",
                    value=given.contact,
                    hint="姓名和电话，印在整改通知书、函、交办单上",
                    editable=may,
                ),
            ]
        )
        self.sending.set_fields(
            [
                Field("addressees", "主送", Kind.PICKERS, _lines(given.addressees), **lines),
                Field("cc", "抄送", Kind.PICKERS, _lines(given.cc), **lines),
                Field("report_to", "报送", Kind.PICKERS, _lines(given.report_to), **lines),
            ]
        )
        fonts = tuple(Choice(*pair) for pair in view.fonts)
        pages = tuple(Choice(*pair) for pair in view.pages)
        face = given.body_font or "按字体方案"
        self.look.set_fields(
            [
                Field("style", "版头", Kind.ENUM, view.style, choices=_STYLES, editable=may),
                Field("sealed", "印章", Kind.ENUM, view.sealed, choices=_SEALED, editable=may),
                Field("fonts", "字体方案", Kind.ENUM, given.fonts, choices=fonts, editable=may),
                Field("body_font", "正文字体", value=given.body_font, text=face, editable=may),
                Field("page", "页边距", Kind.ENUM, given.page, choices=pages, wide=True, editable=may),
            ]
        )
        self.series.set_fields([field for one in view.series for field in _of_series(one, view.year, may)])
        shown = "按期编号的不用代字；交办单的代字在规则方案里改。红头只印在纸上，屏幕上的页面预览与打印稿一致。"
        self.foot.setText(shown if may else f"{shown}文书版式由办公室工作人员和主任改。")

    def _edited(self, key: str, value: Any) -> None:
        if self.view is not None:
            undo = self.page.window_.hooks.undo
            self.desk.do(
                self,
                "set_paper_settings",
                values=_values(self.view, key, value),
                then=lambda _outcome: self.desk.tell("往后的文书照此排印。", act="撤销", on_act=undo),
            )


def _of_series(one: Series, year: int, may: bool) -> Iterator[Field]:
    """The word of a kind, shown as it stands in the next number, and how far its numbers had come on paper."""
    fixed = one.fixed or (one.issue and one.kind != DocumentKind.BULLETIN)
    yield Field(
        f"{_CODE}/{one.kind}", _short(one.label), value=one.own, text=one.next_number,
        hint=f"代字，空着就用“{one.code}”", editable=may and not fixed,
    )  # fmt: skip
    yield Field(
        f"{_USED}/{one.kind}", f"{year}年纸上", value=str(one.before or ""), editable=may, hint="已用到第几号，如 7",
        text=f"用到第{one.before}号" if one.before else "没有用过",
        note=f"本程序已编到{one.last}" if one.last else "",
    )  # fmt: skip


def _short(label: str) -> str:
    """督导巡查工作任务交办单 is 交办单 among its like."""
    return label.removeprefix("督导巡查").removeprefix("工作任务")


def _values(view: office.PapersView, key: str, value: Any) -> dict[str, Any]:
    """The `values` of `set_paper_settings` for one edited field."""
    name, _, kind = key.partition("/")
    if not kind:
        return {key: [choice.label for choice in value] if isinstance(value, list) else value}
    main = kind == DocumentKind.BULLETIN
    if name == _CODE:
        return {"code": value} if main else {"codes": {**view.given.codes, kind: value}}
    year = str(view.year) if main else f"{kind}/{view.year}"
    return {"used_before": {**view.given.used_before, year: value or "0"}}


def _lines(values: tuple[str, ...]) -> list[Choice]:
    return [Choice(value, value) for value in values]
