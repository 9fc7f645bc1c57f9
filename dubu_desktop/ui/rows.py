"""Rows of records as reads give them, as the lists paint them. Plain functions, run on the reader thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dubu_desktop.ui.paint import Chip
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.rowpaint import Row
from dubu_desktop.ui.widgets.timeline import Happening


def chip_of(chips: Sequence[Any]) -> Chip | None:
    """The first chip, the one to show where there is room for one."""
    return Chip(chips[0].word, Tone(chips[0].tone)) if chips else None


def chips_of(chips: Sequence[Any]) -> list[Chip]:
    """All chips of a read."""
    return [Chip(chip.word, Tone(chip.tone)) for chip in chips]


def short_group(name: str) -> str:
    """第三组: a group as it is called in a list."""
    return name.replace("督导巡查组", "组").replace("督巡组", "组")


def finding_row(row: Any) -> Row:
    """A FindingRow."""
    return Row(row.title, row.sub, short_group(row.group), chip_of(row.chips))


def visit_row(row: Any) -> Row:
    """A VisitRow."""
    found = f"问题{row.findings}条" if row.findings else ""
    led = "组长在场" if row.leader_present else ""
    sub = " · ".join(part for part in (row.kind_label, row.started, found, led) if part)
    return Row(row.title, sub, short_group(row.group), chip_of(row.chips))


def happening(line: Any) -> Happening:
    """A HistoryLine as the timeline paints it."""
    note = " · ".join(part for part in (line.when, line.note) if part)
    return Happening(line.what, line.who or line.side, note, line.hot)
