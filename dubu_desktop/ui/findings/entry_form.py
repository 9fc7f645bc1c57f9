"""The fields of the entry card: what stands where, what is wanted, and text that is live while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from dubu_desktop.domain.records.finding import Nature
from dubu_desktop.domain.records.people import Severity
from dubu_desktop.ui.casework.values import moment
from dubu_desktop.ui.findings.card import REFS, EntryState
from dubu_desktop.ui.kit import Choice, DraftText, Field, Kind, Supply

SEVERITIES = tuple(Choice(str(m.value), m.label) for m in Severity)
NATURES = tuple(Choice(str(m.value), m.label) for m in Nature)


class LiveText(DraftText):
    """Keeps what is typed, and tells every change at once, for the gauge."""

    def __init__(self, keep: Callable[[dict[str, str]], None], live: Callable[[str, str], None], parent: Any) -> None:
        super().__init__(keep, parent)
        self._live = live

    def watch(self, editor: QLineEdit | QPlainTextEdit, field: str) -> None:
        # a file dropped on a field is a photo for the card, not its path for the text
        editor.setAcceptDrops(False)
        super().watch(editor, field)

    def note(self, field: str, text: str) -> None:
        super().note(field, text)
        self._live(field, text)


def choice_of(state: EntryState, key: str) -> Choice | None:
    """The record a field names, as a picker holds it."""
    value = state.values.get(key)
    return Choice(value, state.said.get(key) or "（不在本机）") if value else None


def main_fields(state: EntryState, supplies: Mapping[str, Supply], phrases: Supply) -> tuple[Field, ...]:
    """What every finding needs, in the order in which it is written."""
    missing = {gap.field: gap.label for gap in state.gaps}

    def note(key: str) -> str:
        return state.auto.get(key, "")

    def wanted(key: str, words: str) -> str:
        return words if key in missing and not state.values.get(key) else ""

    return (
        Field("found_at", "时间", Kind.MOMENT, moment(state.values.get("found_at")), note=note("found_at"),
              missing=wanted("found_at", "几月几日几点几分")),
        Field("place", "地点", Kind.TEXT, state.values.get("place", ""), note=note("place"),
              hint="写到门牌、楼栋、路口", missing=wanted("place", "写到门牌、楼栋、路口")),
        Field("facts", "情况", Kind.MULTILINE, state.values.get("facts", ""), open=True, wide=True, supply=phrases,
              hint="看到什么、有多少、处于什么状态", missing=wanted("facts", "写清看到的情况")),
        Field("category", "类别", Kind.PICKER, choice_of(state, "category"), supply=supplies["category"],
              note=note("category"), missing=wanted("category", "选类别")),
        Field("severity", "严重程度", Kind.ENUM, state.values.get("severity"), choices=SEVERITIES,
              note=note("severity")),
        Field("industry_unit", "行业责任", Kind.PICKER, choice_of(state, "industry_unit"), supply=supplies["unit"],
              note=note("industry_unit"), missing=wanted("industry_unit", "选单位，或写明理由")),
        Field("territory_unit", "属地责任", Kind.PICKER, choice_of(state, "territory_unit"), supply=supplies["unit"],
              note=note("territory_unit"), missing=wanted("territory_unit", "选镇街，或写明理由")),
    )  # fmt: skip


def more_fields(state: EntryState, supplies: Mapping[str, Supply]) -> tuple[Field, ...]:
    """What may be added; the reasons stand in for what cannot be given."""
    return (
        Field("unit", "被督导单位", Kind.PICKER, choice_of(state, "unit"), supply=supplies["unit"],
              note=state.auto.get("unit", "")),
        Field("nature", "性质", Kind.ENUM, state.values.get("nature") or "problem", choices=NATURES),
        Field("patterns", "规律特征", Kind.PICKERS, [Choice(p, p) for p in state.values.get("patterns") or []],
              supply=supplies["patterns"], new_label="新增"),
        Field("no_evidence_reason", "无佐证的理由", Kind.TEXT, state.values.get("no_evidence_reason", "")),
        Field("no_industry_reason", "无行业的理由", Kind.TEXT, state.values.get("no_industry_reason", "")),
        Field("no_territory_reason", "无属地的理由", Kind.TEXT, state.values.get("no_territory_reason", "")),
        Field("basis", "问题依据", Kind.MULTILINE, state.values.get("basis", ""), wide=True),
    )  # fmt: skip


#: what may be written where there is no photo, or no unit on that side
REASON_FOR = {
    "evidence": "no_evidence_reason", "industry_unit": "no_industry_reason", "territory_unit": "no_territory_reason",
}  # fmt: skip
MAIN_KEYS = ("found_at", "place", "facts", "category", "severity", "industry_unit", "territory_unit")


def label_for(key: str, value: Any) -> str:
    """What a chosen value is called."""
    return value.label if key in REFS and isinstance(value, Choice) else ""


def section(title: QWidget, content: QWidget) -> QVBoxLayout:
    """A heading close above its content."""
    column = QVBoxLayout()
    column.setSpacing(8)
    column.addWidget(title)
    column.addWidget(content)
    return column


def holds_photo(mime: QMimeData) -> bool:
    """Whether the clipboard holds a picture or files rather than text."""
    if mime.hasUrls():
        return any(url.isLocalFile() for url in mime.urls())
    return mime.hasImage() and not mime.hasText()
