"""Rows of records as reads give them, as the lists paint them. Plain functions, run on the reader thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dubu_desktop.ui.paint import Chip
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.rowpaint import Row
from dubu_desktop.ui.widgets.timeline import Happening

#: parts of a line of 经过 that say what the line or the pane says anyway
_QUIET: dict[tuple[str, str], tuple[str, ...]] = {
    ("task", "create"): ("任务名称：", "承办组："),
    ("task", "issue"): ("交办日期：", "原定时限：", "时限说明："),
}


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
    """A HistoryLine as the timeline paints it, without what stands in the pane beside it."""
    quiet = _QUIET.get((line.kind, line.event or line.type), ())
    told = "；".join(part for part in line.note.split("；") if not part.startswith(quiet)) if quiet else line.note
    note = " · ".join(part for part in (line.when, told) if part)
    return Happening(line.what, line.who or line.side, note, line.hot)
