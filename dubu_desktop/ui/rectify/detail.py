"""整改 in detail: due date with its light, units, measures, reply, verification; before and after; urges; 经过."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from dubu_desktop.actions.reads.finding_detail import FindingDetail, RectificationView
from dubu_desktop.actions.reads.parts import FieldView
from dubu_desktop.ui.casework.choices import supplies
from dubu_desktop.ui.casework.head import chip
from dubu_desktop.ui.casework.pane import CasePane
from dubu_desktop.ui.casework.pictures import pair_of, thumb, tile
from dubu_desktop.ui.casework.values import plain, to_field
from dubu_desktop.ui.kit import (
    Card,
    ChipLabel,
    CompareSlider,
    Field,
    Happening,
    KeyValueCard,
    PlainLabel,
    SectionHead,
    Timeline,
    Tone,
)
from dubu_desktop.ui.paint import Chip

#: the card: field, label, whether the office may write it here
_ROWS = (
    ("term", "期限类型"), ("verify_group", "核查组"), ("owner", "责任人"), ("progress", "进展"),
    ("requirement", "整改内容"), ("measures", "整改措施"), ("reply", "反馈内容"), ("result", "核查情况"),
)  # fmt: skip
_SLIDER = 280


class DueLine(Card):
    """The due date large, with light, what was first set, and how it ended."""

    def __init__(self) -> None:
        super().__init__()
        self._label = PlainLabel("整改期限", "hint")
        self._day = PlainLabel("", "heading")
        self._chip = ChipLabel(Chip(""))
        self._note = PlainLabel("", "sub", elide="right")
        row = QHBoxLayout()
        row.setSpacing(10)
        for part in (self._label, self._day, self._chip):
            row.addWidget(part)
        row.addWidget(self._note, 1)
        self.body.addLayout(row)

    def show_due(self, held: RectificationView, urges: int) -> None:
        """Show it."""
        self._day.setText(held.due or "待定")
        self._chip.set_chip(chip(held.light))
        parts = []
        if held.original_due and held.original_due != held.due:
            parts.append(f"原定{held.original_due}")
        if held.extensions:
            parts.append(f"延期{held.extensions}次")
        parts.append(f"已督促{urges}次" if urges else "还没有督促")
        self._note.setText(" · ".join(parts))
        self._note.set_tone(None)
        self.setAccessibleName(f"整改期限 {held.due}，{held.light.word}，{self._note.text()}")


class RectifyPane(CasePane):
    """See the module."""

    def build_main(self) -> list[QWidget]:
        self._supplies = supplies(self.desk, self)
        self._pair: tuple[str, str] = ("", "")
        self.due = DueLine()
        self.card = KeyValueCard(clock=self.desk.clock)
        self.card.edited.connect(self._edited)
        self.slider_head = SectionHead("整改前后", "", "按 C 放大")
        self.slider = CompareSlider()
        self.slider.setFixedHeight(_SLIDER)
        self.urged_head = SectionHead("督促记录")
        self.urged = Timeline()
        self.facts = KeyValueCard(clock=self.desk.clock)
        return [
            self.clash, self.due, self.slider_head, self.slider, self.card, self.evidence, self.urged_head, self.urged,
            self.facts, self.persons, self.notes,
        ]  # fmt: skip

    def show_main(self, detail: FindingDetail) -> None:
        held = detail.rectification
        self.due.setVisible(held is not None)
        self.card.setVisible(held is not None)
        if held is not None:
            self.due.show_due(held, detail.urge_count)
            self.card.set_fields(self._fields(held))
        self._show_pair(detail)
        told = [_urged(u.when, u.channel, u.text, u.response) for u in detail.urges]
        self.urged.set_items(told)
        self.urged_head.set_note(f"{detail.urge_count} 次，含退回重办" if told else "")
        for part in (self.urged_head, self.urged):
            part.setVisible(bool(told))
        self.facts.set_fields(_facts(detail))

    def _fields(self, held: RectificationView) -> list[Field]:
        views = {f.key: f for f in held.fields}
        office = self.desk.house.edition == "office"
        units = "、".join(u.name for u in held.units)
        out = [Field("units", "责任单位", text=units or "没有写明", editable=False, wide=True,
                     tone=None if units else Tone.WARN)]  # fmt: skip
        for key, label in _ROWS:
            out.append(self._field(views, key, label, office=office))
        return out

    def _field(self, views: dict[str, FieldView], key: str, label: str, *, office: bool) -> Field:
        view = views[key]
        made = to_field(view, self._supplies, label=label, missing="", editable=view.editable and office)
        notes = {
            "reply": _text(views, "replied_on"),
            "result": " ".join(filter(None, (_text(views, "verified_by"), _text(views, "verified_on")))),
        }
        if notes.get(key) and view.value:
            made = replace(made, note=notes[key])
        if key == "progress" and view.value is not None:
            made = replace(made, text=f"{view.value}%")
        return made

    def _show_pair(self, detail: FindingDetail) -> None:
        pair = pair_of(detail.evidence)
        for part in (self.slider_head, self.slider):
            part.setVisible(pair is not None)
        self.evidence.strip.setVisible(pair is None or len(detail.evidence) > 2)
        if pair is None:
            self._pair = ("", "")
            return
        self.slider_head.set_note(f"{tile(pair[0]).left} → {tile(pair[1]).left}")
        wanted = (pair[0].id, pair[1].id)
        if wanted != self._pair:
            self._pair = wanted
            self.slider.load(self.desk, thumb, *wanted)

    def _edited(self, key: str, value: Any) -> None:
        if self.detail is None:
            return
        given = int(str(plain(value)).rstrip("%") or 0) if key == "progress" else plain(value)
        self.desk.do(
            self, "edit_rectification", finding=self.detail.id, values={key: given},
            then=lambda _outcome: self.desk.tell("已改好，改前的值留在经过里。"),
        )  # fmt: skip


def _text(views: dict[str, FieldView], key: str) -> str:
    return views[key].text if key in views else ""


def _urged(when: str, channel: str, text: str, response: str) -> Happening:
    note = text + (f"（答复：{response}）" if response else "")
    return Happening(channel or "督促", when, note, hot=channel == "退回重办")


def _facts(detail: FindingDetail) -> list[Field]:
    views = {f.key: f for f in detail.fields}
    shown = (("found_at", "发现时间"), ("category", "类别"), ("place", "地点"), ("severity", "严重程度"))
    out = [Field(key, label, text=views[key].text, editable=False) for key, label in shown]
    return [*out, Field("facts", "具体情况", text=views["facts"].text, editable=False, wide=True)]
