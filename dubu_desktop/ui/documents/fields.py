"""The fields of a 通报 as a form, and what was edited as `edit_document` takes it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from dubu_desktop.domain.papers.blocks import HeadStyle
from dubu_desktop.domain.papers.bulletin_data import NamingLevel
from dubu_desktop.ui.kit import Choice, Field, Kind, Supply

if TYPE_CHECKING:
    from dubu_desktop.actions.reads.drafts import DraftView, Text

_YES_NO = (Choice(True, "是"), Choice(False, "否"))
_SEALED = (Choice(True, "加盖印章"), Choice(False, "不加盖印章"))
_STYLES = tuple(Choice(style.value, style.label) for style in HeadStyle)
_NAMING = tuple(Choice(level.value, level.label) for level in NamingLevel)
_PHOTOS = tuple(Choice(count, "不附照片" if not count else f"每个问题{count}张") for count in (0, 1, 2, 3))
_URGENCY = (Choice("", "不标"), Choice("加急", "加急"), Choice("特急", "特急"))
_FLAGS = frozenset({"sealed", "override_due"})
#: keys that live in `options`
_OPTIONS = frozenset({"photos", "reply_sheet", "reply_to", "urgency"})
TEXTS = ("lead", "overall", "requirements")


def facts(view: DraftView, units: Supply, groups: Supply) -> list[Field]:
    """What the paper is: title, to whom, how it looks, by when."""
    may = view.editable
    style = next((one.label for one in _STYLES if one.id == view.style.value), "")
    return [
        Field("title", "标题", Kind.TEXT, view.title, missing="写一个标题", wide=True, editable=may),
        Field(
            "addressees", "主送", Kind.PICKERS, _lines(view.addressees), missing="选主送单位", wide=True,
            supply=units, new_label="就这样写", editable=may,
        ),
        Field("cc", "抄送", Kind.PICKERS, _lines(view.cc), wide=True, supply=units, new_label="就这样写", editable=may),
        Field(
            "report_to", "报送", Kind.PICKERS, _lines(view.report_to), wide=True, supply=units, new_label="就这样写",
            editable=may,
        ),
        Field("style", "版式", Kind.ENUM, view.style.value, text=style, choices=_STYLES, editable=may),
        Field("sealed", "印章", Kind.ENUM, view.sealed, choices=_SEALED, editable=may),
        Field("naming", "点名层级", Kind.ENUM, view.naming, choices=_NAMING, editable=may),
        Field("photos", "照片", Kind.ENUM, view.options["photos"], choices=_PHOTOS, editable=may),
        Field(
            "due_on", "整改期限", Kind.DATE, date.fromisoformat(view.due_on) if view.due_on else None, editable=may,
            text="" if view.due_on else "按各问题的期限", hint="如 6-20；空着就按各问题的期限",
        ),
        Field(
            "override_due", "按通报期限", Kind.ENUM, view.override_due, choices=_YES_NO, editable=may,
            note="已有期限的也改为通报的期限" if view.override_due else "",
        ),
        Field(
            "reply_sheet", "反馈表", Kind.ENUM, view.options["reply_sheet"], editable=may,
            choices=(Choice(True, "附整改情况反馈表"), Choice(False, "不附")),
        ),
        Field("urgency", "紧急程度", Kind.ENUM, view.options["urgency"], choices=_URGENCY, editable=may),
        Field(
            "groups", "发送范围", Kind.PICKERS, [Choice(one.id, one.name) for one in view.groups], wide=True,
            supply=groups, editable=may, note="印发后，这些组的电脑也能看到",
        ),
    ]  # fmt: skip


def texts(view: DraftView) -> list[Field]:
    """The three texts; what a person did not write is generated and says so."""
    labels = {"lead": "导语", "overall": "总体情况", "requirements": "整改要求"}
    return [_text(key, labels[key], getattr(view, key), view.editable) for key in TEXTS]


def _text(key: str, label: str, text: Text, editable: bool) -> Field:
    note = "已改写，清空就恢复自动生成" if text.written else "自动生成，可改写"
    return Field(key, label, Kind.MULTILINE, text.shown, note=note if editable else "", wide=True, editable=editable)


def _lines(values: tuple[str, ...]) -> list[Choice]:
    return [Choice(value, value) for value in values]


def edited(view: DraftView, key: str, value: Any) -> dict[str, Any]:
    """The `values` of `edit_document` for one edited field."""
    if key in TEXTS:
        same = value.strip() == getattr(view, key).generated.strip()
        return {key: "" if same else value}
    if key == "groups":
        return {key: [choice.id for choice in value]}
    if isinstance(value, list):
        return {key: [choice.label for choice in value]}
    if key in _OPTIONS:
        return {"options": {**view.options, key: type(view.options[key])() if value is None else value}}
    if key in _FLAGS:
        return {key: value}  # None: as the settings have it
    if isinstance(value, date):
        return {key: value.isoformat()}
    return {key: "" if value is None else value}
