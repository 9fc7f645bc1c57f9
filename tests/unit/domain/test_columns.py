"""Judging a column gives the verdict of judging each value, whatever stands in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubu_desktop.domain.columns import all_valid
from dubu_desktop.domain.fields import Field, valid
from dubu_desktop.domain.records import KINDS

_EACH = [f for kind in KINDS for f in kind.fields]
_TEXTS = (
    "", " ", "甲", " 甲", "甲 ", "甲  乙", "甲\n乙", "\u3000甲", "e\u0301", "\u0301", "\u115f", "\u2800", "\u200b",
    "a|b", "|", "\ufffe", "\ue000", "甲\ufe00", "x" * 201, "x" * 10001, "\x00", "𠀀", "2026-06-02", "2026-06-02T08:46",
    "2026-13-02", "2026-06-02T24:46", "2026-06-02 08:46", "2026-W23-2T08:46", "20260602T0846+01", "2026-06-02T08:4６",
)  # fmt: skip
_OTHERS = (
    None, True, 1, 2**53, -0.0, b"", b"x" * 16, b"y" * 32, ["甲"], [""], ["甲", "乙 "], ["甲", "x" * 201], [],
    [b"x" * 16], {"a": 1}, {"a": float("nan")},
)  # fmt: skip
_ODD: list[Any] = [*_TEXTS, *_OTHERS]


@pytest.mark.parametrize("field", {(f.type, f.limit, f.choices): f for f in _EACH}.values(), ids=lambda f: f.name)
@pytest.mark.parametrize("value", _ODD, ids=lambda v: repr(v)[:20])
def test_one_value_alone(field: Field, value: Any) -> None:
    assert all_valid(field, [value]) is valid(field, value)


@given(st.sampled_from(_EACH), st.lists(st.sampled_from(_ODD) | st.text(max_size=6), max_size=5))
def test_many_together(field: Field, values: list[Any]) -> None:
    assert all_valid(field, values) is all(valid(field, v) for v in values)
