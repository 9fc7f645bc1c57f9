"""The kinds of paper, one short file each: `KIND = PaperKind(…)` and the function that puts the paper together.

A new kind is a new file in this folder and its name in the list below; nothing else has to know of it.
"""

from __future__ import annotations

from functools import cache

from dubu_desktop.domain.papers.kind import Goes, PaperKind
from dubu_desktop.errors import DubuError


@cache
def all_kinds() -> dict[str, PaperKind]:
    """{id: kind}, in the order of the daily loop. Imported when first asked for: opening the window costs none."""
    from dubu_desktop.domain.papers.kinds import (
        bulletin,
        close_out_form,
        flash_report,
        inspection_report,
        instruction_slip,
        photo_card,
        recommendation_letter,
        rectification_notice,
        reminder_letter,
        special_report,
        supervision_notice,
        task_order,
    )

    files = (
        *(task_order, flash_report, special_report, inspection_report, instruction_slip, photo_card),
        *(rectification_notice, reminder_letter, recommendation_letter, supervision_notice, bulletin, close_out_form),
    )
    return {file.KIND.id: file.KIND for file in files}


def kind_of(name: str) -> PaperKind:
    """The kind a person names by id or label; D-306."""
    for kind in all_kinds().values():
        if name in (kind.id, kind.label):
            return kind
    raise DubuError("D-306", what=f"文书种类 {name}")


@cache
def to_groups() -> frozenset[str]:
    """Ids of the kinds that go from the office to a group: their 定稿 goes along to those in the 发送范围."""
    return frozenset(kind.id for kind in all_kinds().values() if kind.goes is Goes.GROUP)
