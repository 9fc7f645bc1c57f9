"""The fields of a document as a form, by its kind, and what was edited as `edit_document` takes it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.handwritten import TEXTS
from dubu_desktop.actions.paper_data import OPTIONS
from dubu_desktop.domain.papers.blocks import Format, HeadStyle
from dubu_desktop.domain.papers.bulletin_data import NamingLevel
from dubu_desktop.domain.papers.kind import GROUP_BY, Carries, Goes, Option
from dubu_desktop.domain.records.work import DocumentKind
from dubu_desktop.ui.kit import Choice, Field, Kind, Supply

if TYPE_CHECKING:
    from dubu_desktop.actions.reads.drafts import DraftView, Text

_YES_NO = (Choice(True, "是"), Choice(False, "否"))
_SEALED = (Choice(True, "加盖印章"), Choice(False, "不加盖印章"))
_STYLES = tuple(Choice(style.value, style.label) for style in HeadStyle)
_NAMING = tuple(Choice(level.value, level.label) for level in NamingLevel)
_PHOTOS = tuple(Choice(count, "不附照片" if not count else f"每个问题{count}张") for count in (0, 1, 2, 3))
_URGENCY = (Choice("", "不标"), Choice("加急", "加急"), Choice("特急", "特急"))
_GROUPED = tuple(Choice(one, shown) for one, shown in GROUP_BY.choices)
_FLAGS = frozenset({"sealed", "override_due"})
#: characters of a line; what is longer is edited as a text
_LONG = 40


def is_bulletin(view: DraftView) -> bool:
    """Whether it is a 通报, which has fields of its own."""
    return view.kind.id == DocumentKind.BULLETIN


def facts(view: DraftView, units: Supply, groups: Supply, phrases: Supply) -> list[Field]:
    """What the paper is: title, to whom, how it looks, by when; `phrases` are offered in its sentences."""
    return _of_bulletin(view, units, groups, phrases) if is_bulletin(view) else _of_kind(view, units, groups, phrases)


def _of_kind(view: DraftView, units: Supply, groups: Supply, phrases: Supply) -> list[Field]:
    """The options the kind declares, and what papers to a unit or with a 版记 have besides."""
    may, kind = view.editable, view.kind
    out = [_option(one, view.options[one.name], may, phrases) for one in kind.all_options() if one.name != "title"]
    title = str(view.options["title"] or view.paper.title.replace("\n", ""))
    out.insert(0, Field("title", "标题", Kind.TEXT, title, hint="空着就用这种文书的标题", wide=True, editable=may))
    if kind.carries is not Carries.NOTHING:
        out += _dates(view, may)
    if kind.format is Format.DOCUMENT or kind.format is Format.LETTER:
        named = (("report_to", "报送", view.report_to), ("cc", "抄送", view.cc))
        out += [
            Field(
                key, label, Kind.PICKERS, _lines(value), wide=True, supply=units, new_label="就这样写", editable=may
            )
            for key, label, value in named
            if key == "cc" or kind.goes is Goes.UP
        ]  # fmt: skip
        out.append(Field("sealed", "印章", Kind.ENUM, view.sealed, choices=_SEALED, editable=may))
    out.append(_scope(view, groups, may))
    return out


def _option(option: Option, value: Any, may: bool, phrases: Supply) -> Field:
    """One option by its type; a text that is left empty is the program's or the office's own."""
    key, label = option.name, option.label
    if isinstance(option.default, bool):
        return Field(key, label, Kind.ENUM, bool(value), choices=_YES_NO, editable=may)
    if option.choices:
        choices = tuple(Choice(one, shown) for one, shown in option.choices)
        shown = next((choice.label for choice in choices if choice.id == value), str(value))
        return Field(key, label, Kind.ENUM, value, text=shown, choices=choices, editable=may)
    if isinstance(option.default, int):
        return Field(key, label, Kind.TEXT, str(value), hint="一个数", editable=may)
    long = bool(option.text) or option.prose or len(str(value)) > _LONG
    empty = "按文书用语" if option.text or option.prose else option.empty or "不写"
    kind = Kind.MULTILINE if long else Kind.TEXT
    text = "" if value else empty
    more: dict[str, Any] = {"wide": True, "supply": phrases} if long else {}
    return Field(key, label, kind, str(value), text=text, hint=f"空着：{empty}", editable=may, **more)


def _dates(view: DraftView, may: bool) -> list[Field]:
    """The date this paper sets, and whether it moves dates already set."""
    return [
        Field(
            "due_on", "整改期限", Kind.DATE, date.fromisoformat(view.due_on) if view.due_on else None, editable=may,
            text="" if view.due_on else "按各问题的期限", hint="如 6-20；空着就按各问题的期限",
        ),
        Field(
            "override_due", "按本文书期限", Kind.ENUM, view.override_due, choices=_YES_NO, editable=may,
            note="已有期限的也改为本文书的期限" if view.override_due else "",
        ),
    ]  # fmt: skip


def _scope(view: DraftView, groups: Supply, may: bool) -> Field:
    return Field(
        "groups", "发送范围", Kind.PICKERS, [Choice(one.id, one.name) for one in view.groups], wide=True,
        supply=groups, editable=may, note="印发后，这些组的电脑也能看到",
    )  # fmt: skip


def _of_bulletin(view: DraftView, units: Supply, groups: Supply, phrases: Supply) -> list[Field]:
    may = view.editable
    style = next((one.label for one in _STYLES if one.id == view.style.value), "")
    return [
        Field("title", "标题", Kind.TEXT, view.title, hint="空着就按列入的问题拟", wide=True, editable=may),
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
        Field("group_by", "问题分组", Kind.ENUM, view.options["group_by"], choices=_GROUPED, editable=may),
        Field(
            "due_on", "整改期限", Kind.DATE, date.fromisoformat(view.due_on) if view.due_on else None, editable=may,
            text="" if view.due_on else "按各问题的期限", hint="如 6-20；空着就按各问题的期限",
        ),
        Field(
            "override_due", "按通报期限", Kind.ENUM, view.override_due, choices=_YES_NO, editable=may,
            note="已有期限的也改为通报的期限" if view.override_due else "",
        ),
        *_printed(view, phrases),
        _scope(view, groups, may),
    ]  # fmt: skip


def _printed(view: DraftView, phrases: Supply) -> list[Field]:
    """What is printed besides: of the unit's answer, who signs, the marks of the head, 典型经验."""
    may, reply_to, practice = view.editable, str(view.options["reply_to"]), str(view.options["good_practice"])
    return [
        Field(
            "reply_sheet", "反馈表", Kind.ENUM, view.options["reply_sheet"], editable=may,
            choices=(Choice(True, "附整改情况反馈表"), Choice(False, "不附")),
        ),
        Field(
            "reply_to", "报送对象", Kind.TEXT, reply_to, text="" if reply_to else view.organ, editable=may,
            hint="整改情况报给谁；空着就是发文机关",
        ),
        Field("urgency", "紧急程度", Kind.ENUM, view.options["urgency"], choices=_URGENCY, editable=may),
        Field(
            "signer", "签发人", Kind.TEXT, str(view.options["signer"]), editable=may,
            hint="空着就是签发的主任；几位用顿号隔开",
        ),
        Field(
            "joint", "联合发文", Kind.TEXT, str(view.options["joint"]), hint="其他机关，用顿号隔开", editable=may,
        ),
        Field(
            "basis_notes", "数字口径", Kind.ENUM, bool(view.options["basis_notes"]), editable=may,
            choices=(Choice(True, "附在文后"), Choice(False, "不附")),
        ),
        Field("secrecy", "密级", Kind.TEXT, str(view.options["secrecy"]), hint="如 秘密★1年", editable=may),
        Field("copy_number", "份号", Kind.TEXT, str(view.options["copy_number"]), hint="如 000001", editable=may),
        Field(
            "good_practice", "典型经验", Kind.MULTILINE, practice, text="" if practice else "不写", wide=True,
            supply=phrases, hint="写在总体情况之后；空着就不写", editable=may,
        ),
    ]  # fmt: skip


def texts(view: DraftView, phrases: Supply) -> list[Field]:
    """The three texts; what a person did not write is generated and says so."""
    return [_text(key, TEXTS[key], getattr(view, key), view.editable, phrases) for key in TEXTS]


def _text(key: str, label: str, text: Text, editable: bool, phrases: Supply) -> Field:
    note = "已改写，清空就恢复自动生成" if text.written else "自动生成，可改写"
    if text.figures:
        note += f"；{'' if text.written else '改写后'}其中的数字不再随记录更新，{text.figures}个数字不能点开"
    if key == "requirements":
        note += "；各段序号（一）（二）照写"
    note = note if editable else ""
    return Field(key, label, Kind.MULTILINE, text.shown, note=note, wide=True, supply=phrases, editable=editable)


def _lines(values: tuple[str, ...]) -> list[Choice]:
    return [Choice(value, value) for value in values]


def edited(view: DraftView, key: str, value: Any) -> dict[str, Any]:
    """The `values` of `edit_document` for one edited field."""
    if not is_bulletin(view) and key in view.options and key != "title":
        return {"options": {key: _as_option(view.options[key], value)}}
    if key in TEXTS:
        same = value.strip() == getattr(view, key).generated.strip()
        return {key: "" if same else value}
    if key == "groups":
        return {key: [choice.id for choice in value]}
    if isinstance(value, list):
        return {key: [choice.label for choice in value]}
    if is_bulletin(view) and key in OPTIONS:
        return {"options": {key: OPTIONS[key] if value is None else value}}  # None: as it is where nothing is chosen
    if key in _FLAGS:
        return {key: value}  # None: as the settings have it
    if isinstance(value, date):
        return {key: value.isoformat()}
    return {key: "" if value is None else value}


def _as_option(now: Any, value: Any) -> Any:
    """`value` in the type the option has; a number that is none stays what it was."""
    if isinstance(now, bool):
        return bool(value)
    if isinstance(now, int):
        return int(value) if str(value or "").strip().isdecimal() else now
    return "" if value is None else str(value).strip()
