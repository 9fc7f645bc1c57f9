"""Values into columns and back; nothing that comes from another machine can make it stumble."""

from __future__ import annotations

import datetime

import pytest

from dubu_desktop.db.values import from_column, to_column, to_columns
from dubu_desktop.domain.fields import FieldType
from dubu_desktop.domain.records import KINDS

FIELDS = {f.type: f for kind in KINDS for f in kind.fields}
GOOD = {
    FieldType.LINE: "青石镇",
    FieldType.TEXT: "两行\n文字",
    FieldType.INT: -3,
    FieldType.FLAG: True,
    FieldType.DATE: "2026-06-02",
    FieldType.TIME: "2026-06-02T08:46",
    FieldType.CHOICE: "grave",
    FieldType.LINES: ["甲", "乙"],
    FieldType.REF: bytes(range(16)),
    FieldType.REFS: [bytes(range(16)), bytes(16)],
    FieldType.HASH: bytes(32),
    FieldType.TREE: {"a": {"b": 1}},
}
ODD = (5, 1.5, 2**70, -(2**70), float("inf"), "文", b"\x00", [], [1], ["a", 1], [b"short"], {1: 2}, {"a": b"x"},
       {("k",): 1}, True, datetime.date(2026, 6, 2), object())  # fmt: skip


@pytest.mark.parametrize("kind", list(GOOD))
def test_there_and_back(kind):
    field = FIELDS[kind]
    assert from_column(field, to_column(field, GOOD[kind])) == GOOD[kind]
    assert from_column(field, to_column(field, None)) == ([] if kind in (FieldType.LINES, FieldType.REFS) else None)


@pytest.mark.parametrize("kind", list(FIELDS))
def test_odd_values_are_kept_as_far_as_they_fit_and_never_raise(kind):
    field = FIELDS[kind]
    for value in ODD:
        column = to_column(field, value)
        assert column is None or isinstance(column, str | bytes | float) or abs(column) < 2**63
        from_column(field, column)
    assert to_column(FIELDS[FieldType.INT], 2**70) is None
    assert to_column(FIELDS[FieldType.LINES], ["甲", 7]) == '["甲"]'
    assert to_column(FIELDS[FieldType.LINE], 7) is None


@pytest.mark.parametrize(
    "values",
    [
        [["甲", "乙"], None, [], ["甲"]],
        [['他说"好"'], ["甲\\乙"]],
        [["甲\n乙", "\u2028", "\x7f"], ["\ud800"]],
        [["甲", 7], "文", 5],
        [],
    ],
)
def test_many_lists_of_lines_are_written_as_one_alone(values):
    field = FIELDS[FieldType.LINES]
    assert list(to_columns(field, values)) == [to_column(field, value) for value in values]
