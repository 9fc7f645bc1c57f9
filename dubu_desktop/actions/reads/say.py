"""Values of fields as people say them, with the names of what they refer to."""

from __future__ import annotations

from typing import Any

from dubu_desktop.actions.reads.parts import say_day, say_moment
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import queries
from dubu_desktop.domain.fields import Field, FieldType
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.domain.text import mask_name


class Say:
    """Says values; looks every name up once. `mask`: names of persons that were pointed out are masked."""

    def __init__(self, r: Reader, *, mask: bool = True) -> None:
        self._r, self._mask = r, mask
        self._names: dict[tuple[str, bytes], str] = {}

    def know(self, kind: str, records: list[bytes]) -> None:
        """Look these names up in one go."""
        for record, name in self._r.names(kind, records).items():
            self._names[(kind, record)] = name

    def name(self, kind: str, record: bytes | None) -> str:
        """What people call a record; a few words where it is not here."""
        if not record:
            return ""
        if kind == "group":
            return self._r.group_name(record)
        if (kind, record) not in self._names:
            self.know(kind, [record])
        return self._names.get((kind, record)) or f"（{BY_NAME[kind].label}不在本机）"

    def value(self, field: Field, value: Any) -> str:
        """One value of a field."""
        if value is None or value == "" or value == []:
            return ""
        try:
            return self._value(field, value)
        except (TypeError, ValueError, AttributeError, KeyError):
            return str(value)  # a value of another version, shown as it is

    def _value(self, field: Field, value: Any) -> str:
        kind = field.type
        if kind is FieldType.REF:
            return self.name(field.ref, value) if field.ref else self.anything(value)
        if kind is FieldType.REFS:
            return "、".join(self.name(field.ref, v) for v in value)
        if kind is FieldType.FLAG:
            return "是" if value else "否"
        if kind is FieldType.DATE:
            return say_day(value, self._r.today)
        if kind is FieldType.TIME:
            return say_moment(value, self._r.today)
        if kind is FieldType.HASH:
            return value.hex()[:12] if isinstance(value, bytes) else str(value)
        if kind is FieldType.TREE:
            return "（内容较多）"
        if field.choices is not None:
            values = value if isinstance(value, list) else [value]
            return "、".join(label_of(field, v) for v in values)
        if kind is FieldType.LINES:
            return "、".join(str(v) for v in value)
        if field.name == "proposed_field":
            return _label_of_name(str(value))
        if field.name == "name" and field.label == "人员姓名" and self._mask:
            return mask_name(str(value))
        return str(value)

    def anything(self, record: bytes) -> str:
        """What people call a record of whatever kind."""
        kind = queries.kind_of(self._r.conn, record)
        return self.name(kind, record) if kind else "（记录不在本机）"


def _label_of_name(name: str) -> str:
    """What people call a field that a value names, of whatever kind it is; findings come first."""
    kinds = sorted(BY_NAME.values(), key=lambda kind: kind.name != "finding")
    return next((kind.by_name[name].label for kind in kinds if name in kind.by_name), name)


def label_of(field: Field, value: Any) -> str:
    """The Chinese word for a value of an enumeration; an unknown one is shown as it is."""
    if field.choices is not None and value in field.choices._value2member_map_:
        return field.choices(value).label
    return str(value)
