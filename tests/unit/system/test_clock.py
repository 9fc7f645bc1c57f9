"""The clock shows whatever number it is given: a changed program may have written any."""

from __future__ import annotations

import pytest

from dubu_desktop.system.clock import Clock


@pytest.mark.parametrize("ms", [0, -1, -(2**63), 2**63 - 1, 253402300799999, 253402300800000, -62135596800001])
def test_every_moment_can_be_shown(ms: int) -> None:
    shown = Clock().local(ms)
    assert 1 <= shown.year <= 9999
    assert shown.isoformat()


def test_moments_of_the_calendar_are_exact() -> None:
    assert Clock().local(1780448460000).isoformat() == "2026-06-03T09:01:00+08:00"
    assert Clock().local(-1000).isoformat() == "1970-01-01T07:59:59+08:00"
