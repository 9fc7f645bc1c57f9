"""提意见: a plain word, or a change proposed to one field, for the office to take or decline (contracts.md §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.actions.reads.parts import Available
from dubu_desktop.ui.casework.forms import params_of
from dubu_desktop.ui.casework.values import plain, to_field
from dubu_desktop.ui.kit import Choice, Field, Kind

if TYPE_CHECKING:
    from dubu_desktop.ui.casework.steps import Steps

_PROPOSABLE = (
    "found_at", "place", "facts", "category", "severity", "industry_unit", "territory_unit", "unit", "nature", "basis",
)  # fmt: skip
_SAID = "意见已记下，随下一个数据包送到。"


def propose_change(steps: Steps, available: Available, detail: FindingDetail) -> None:
    """First which field (or none), then the value in that field's own editor, with the reason."""
    fields = [f for f in detail.fields if f.key in _PROPOSABLE]
    choices = (Choice("-", "只提意见，不改哪一项"), *(Choice(f.key, f.label, f.text) for f in fields))

    def chosen(answers: dict[str, Any]) -> None:
        wanted = next((f for f in fields if f.key == answers["field"]), None)
        if wanted is None:
            _ask_words(steps, available)
            return
        supplies = steps.asking(detail).supplies
        field = to_field(wanted, supplies, label="改成", editable=True, missing="写明改成什么", note="", tone=None)
        text = Field("text", "理由", Kind.MULTILINE, missing="写明理由")

        def answered(given: dict[str, Any]) -> None:
            proposal = {"proposed_field": wanted.key, "proposed_value": plain(given[wanted.key])}
            steps.do("add_note", _SAID, params_of(available, {"text": given["text"]}) | proposal)

        steps.ask.ask(f"建议修改：{wanted.label}", (field, text), answered, ok="提交")

    steps.ask.ask(
        "提意见", (Field("field", "改哪一项", Kind.ENUM, choices=choices, missing="选一项"),), chosen, ok="下一步"
    )


def _ask_words(steps: Steps, available: Available) -> None:
    text = Field("text", "意见", Kind.MULTILINE, missing="写明意见")
    steps.ask.ask("提意见", (text,), lambda given: steps.do("add_note", _SAID, params_of(available, given)), ok="提交")
