"""Whose turn it is: said at the foot of a record where the person at the keyboard cannot take the next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.domain.lifecycle import Lifecycle, Role, Standing
from dubu_desktop.domain.records import FINDING
from dubu_desktop.ui.kit import Action

#: the next step as something one waits for, where its own word is what comes of it
_WORDS = {"reply": "记反馈", "verify": "核查", "report": "报告", "start": "开始办理"}


def hint(house: Any, life: Lifecycle, status: str, actions: Sequence[Action], otherwise: str) -> str:
    """The quiet words beside the buttons: `otherwise`, unless the next step is somebody else's."""
    if any(action.primary for action in actions):
        return otherwise
    roles = house.person.roles if house.person is not None else frozenset()
    return whose_turn(life, status, roles, office=house.edition == "office") or otherwise


def of_finding(house: Any, detail: FindingDetail, actions: Sequence[Action], otherwise: str) -> str:
    """The same for a finding."""
    return hint(house, FINDING.lifecycle, detail.status, actions, otherwise)


def whose_turn(life: Lifecycle, status: str, roles: frozenset[Role], *, office: bool) -> str:
    """Who takes the next step; nothing where there is none, or where somebody with `roles` may."""
    onward = [step for step in life.steps_from(status) if step.target and not (step.reason or step.immediate_only)]
    if not onward:
        return ""
    step = min(onward, key=lambda one: one.tag)
    word = _WORDS.get(step.event, step.label)
    if step.standing is Standing.CREATOR:
        return ""
    if (step.standing is Standing.OFFICE) != office:
        return f"等{'督巡组' if office else '办公室'}{word}"
    if roles & set(step.roles):
        return ""
    return f"等{'或'.join(role.label for role in step.roles)}{word} · Ctrl+K 换人"
