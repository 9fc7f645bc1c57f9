"""For whom a bundle may be made: the office, or the computers that have answered their starters and are in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import outgoing, trust
from dubu_desktop.db import queries
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.numbers import OFFICE_CODE
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.identity import PublicIdentity

Target = tuple[str, Callable[[], outgoing.Parcel]]
#: how another computer of the office is called in `to` and in the names of files
_OFFICE_WORDS = ("office", "办公室")


def targets(desk: Desk, to: str) -> list[Target]:
    """(group code, what makes its parcel) of everybody meant by `to`: office, codes or names (01,03), all.

    A spoke sends to the hub alone: D-303. At the hub `office` means the other computers of the office. D-254 no such
    group, D-253 none of its computers has answered yet or is in use (`all` leaves it out).
    """
    if not desk.ws.profile.is_hub:
        if to not in (*_OFFICE_WORDS, *(("all",) if desk.office else ())):
            raise DubuError("D-303", verb="给其他单位导出", edition="办公室版")
        return [(desk.ws.profile.group_code or OFFICE_CODE, partial(outgoing.parcel_up, desk))]
    with desk.ws.reading() as conn:
        groups = queries.all_rows(conn, "group")
        laptops = trust.laptops(desk.ws, conn)
    sides: dict[bytes, tuple[str, ...]] = {r["uuid"]: (r["code"], r["name"]) for r in groups}
    for entry in laptops:  # a restored office may know the laptop again and not yet its group
        named = (entry.group_code, entry.group_code) if entry.group else (OFFICE_CODE, *_OFFICE_WORDS)
        sides.setdefault(entry.group, named)
    chosen = _chosen(sides, to)
    silent = [sides[side][-1] for side in chosen if not any(e.group == side for e in laptops)]
    if silent and to != "all":
        raise DubuError("D-253", group="、".join(silent))
    out: list[Target] = []
    for side in chosen:
        for entry in laptops:
            if entry.group == side:
                who = PublicIdentity(entry.replica, entry.sign_public, entry.age_recipient)
                out.append((sides[side][0], partial(outgoing.parcel_down, desk, side, who)))
    return out


def _chosen(sides: dict[bytes, tuple[str, ...]], to: str) -> list[bytes]:
    """The sides meant, each once, in the order named; another computer of the office last."""
    if to == "all":
        return sorted(sides, key=lambda side: side == OFFICE)
    by_word = {word: side for side, words in sides.items() for word in words}
    named = [word.strip() for word in to.replace("，", ",").split(",") if word.strip()]
    unknown = [word for word in named if word not in by_word]
    if unknown or not named:
        raise DubuError("D-254", group="、".join(unknown) or to)
    return list(dict.fromkeys(by_word[word] for word in named))
