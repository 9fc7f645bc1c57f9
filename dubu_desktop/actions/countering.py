"""The last step of a record taken back: by a 撤回, or by opening again the conflict of steps that it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dubu_desktop.domain.facts import Happened, RecordState
from dubu_desktop.domain.lifecycle import DECIDE_TAG, REOPENS, RETRACT_TAG
from dubu_desktop.domain.ops import Dot, Op

if TYPE_CHECKING:
    from dubu_desktop.actions.desk import Desk


def against(
    desk: Desk, state: RecordState, last: Happened, place: tuple[bytes, tuple[Dot, ...]], args: Mapping[str, Any]
) -> list[Op]:
    """The ops that take `last` back. `place`: as in `Desk.event_op`; `args`: what they carry besides.

    One 撤回; where the step ended a conflict one 裁定 for each status there was, none of which knows of the others. The
    office alone ends one and opens it again; a program that does not know of this folds them alike.
    """
    before = state.before(last)
    if len(before) < 2:
        return [desk.event_op(state, RETRACT_TAG, args, {}, place)]
    root, at = place
    return [
        desk.event_op(state, DECIDE_TAG, {**args, "status": status, REOPENS: True}, {}, (root, (*heads, *at)))
        for status, heads in before.items()
    ]
