"""Fields of records as the kit edits them, and what was edited as verbs take it (ISO text, hexadecimal ids)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from dubu_desktop.actions.reads.parts import FieldView
from dubu_desktop.domain.text import SHANGHAI
from dubu_desktop.ui.kit import Choice, Field, Kind, Supply, Tone

_KINDS = {
    "line": Kind.TEXT,
    "text": Kind.MULTILINE,
    "int": Kind.TEXT,
    "date": Kind.DATE,
    "time": Kind.MOMENT,
    "choice": Kind.ENUM,
    "flag": Kind.ENUM,
    "ref": Kind.PICKER,
    "refs": Kind.PICKERS,
    "lines": Kind.PICKERS,
}
#: 规律特征: words offered, others may be typed (domain.md A42, A55)
PATTERNS = ("易反弹", "痛难点", "共性", "群众关注", "跨部门")
_FLAGS = (Choice(True, "是"), Choice(False, "否"))


def moment(text: str | None) -> datetime | None:
    """ISO text as an aware moment (Asia/Shanghai); None for none."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) if text else None


def day(text: str | None) -> date | None:
    """ISO text as a day; None for none."""
    return date.fromisoformat(text[:10]) if text else None


def plain(value: Any) -> Any:
    """An edited value as a verb takes it."""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Choice):
        return value.label if value.id is None else value.id
    if isinstance(value, list):
        return [plain(one) for one in value]
    return "" if value is None else value


def to_field(view: FieldView, supplies: Mapping[str, Supply], **more: Any) -> Field:
    """A field of a read as a field of a card. `supplies`: {kind that a REF names, or field key: supplier}."""
    kind = _KINDS.get(view.type, Kind.TEXT)
    made = Field(
        view.key,
        view.label,
        kind,
        value_of(view),
        missing=view.missing,
        note=view.note,
        editable=view.editable and view.type in _KINDS,
        tone=Tone.BAD if view.conflict else None,
        choices=_choices(view),
        supply=supplies.get(view.key) or supplies.get(view.ref),
        new_label="新增" if view.type == "lines" else "",
        wide=kind is Kind.MULTILINE,
    )
    return replace(made, **more)


def _choices(view: FieldView) -> tuple[Choice, ...]:
    return _FLAGS if view.type == "flag" else tuple(Choice(key, label) for key, label in view.choices)


def value_of(view: FieldView) -> Any:
    """The value as the kind of its editor wants it."""
    given = view.value
    makers: dict[str, Callable[[], Any]] = {
        "time": lambda: moment(given),
        "date": lambda: day(given),
        "ref": lambda: Choice(given, view.text) if given else None,
        "refs": lambda: [Choice(*pair) for pair in zip(given or [], view.text.split("、"), strict=False)],
        "lines": lambda: [Choice(one, one) for one in given or []],
        "flag": lambda: bool(given),
        "choice": lambda: given or None,
        "int": lambda: "" if given is None else str(given),
    }
    return makers[view.type]() if view.type in makers else given or ""
