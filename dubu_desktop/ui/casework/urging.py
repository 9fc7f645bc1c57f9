"""What is asked when units are urged, one finding or many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dubu_desktop.domain.records.finding import UrgeChannel
from dubu_desktop.ui.kit import Choice, Field, Kind

_CHANNELS = tuple(Choice(str(m.value), m.label) for m in UrgeChannel)


def urging(dues: Sequence[str], today: date) -> tuple[Field, ...]:
    """The fields; `dues` are the due dates of those that are urged. The sentence is proposed, typing replaces it."""
    late = bool(dues) and all(due and due < today.isoformat() for due in dues)
    text = "整改已逾期，请立即办理，并反馈办理情况。" if late else "请抓紧整改，按期反馈办理情况。"
    return (
        Field("text", "内容", Kind.MULTILINE, text, missing="写一句督促的话"),
        Field("channel", "方式", Kind.ENUM, "phone", choices=_CHANNELS, missing="选一种方式"),
    )
