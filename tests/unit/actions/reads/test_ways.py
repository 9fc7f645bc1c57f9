"""Every reason an op may have no effect for has a way out, in words."""

from __future__ import annotations

import re

import pytest

from dubu_desktop.actions.reads.ways import way_out
from dubu_desktop.domain.facts import Inert


@pytest.mark.parametrize("reason", [*Inert, "a reason of next year"])
def test_every_reason_has_a_way_out(reason: str) -> None:
    said = way_out(str(reason))
    assert re.search(r"[\u4e00-\u9fff]", said)
    assert "请" in said or "由" in said
    assert not said.endswith("。")


def test_no_two_reasons_say_the_same() -> None:
    assert len({way_out(reason) for reason in Inert}) == len(Inert)
