"""For whom a bundle may be made: the office, or the laptops of groups that have answered their starters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import outgoing, trust
from dubu_desktop.db import queries
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.identity import PublicIdentity

Target = tuple[str, Callable[[], outgoing.Parcel]]


def targets(desk: Desk, to: str) -> list[Target]:
    """(group code, what makes its parcel) of everybody meant by `to`: office, codes or names (01,03), all.

    D-303 a group sends to the office alone, D-254 no such group, D-253 it has not answered yet (`all` leaves it out).
    """
    if not desk.office:
        if to not in ("office", "办公室"):
            raise DubuError("D-303", verb="给其他单位导出", edition="办公室版")
        return [(desk.ws.profile.group_code, partial(outgoing.parcel_up, desk))]
    with desk.ws.reading() as conn:
        groups = {r["uuid"]: (r["code"], r["name"]) for r in queries.all_rows(conn, "group")}
        laptops = trust.laptops(desk.ws, conn)
    for entry in laptops:  # a restored office may know the laptop again and not yet its group
        groups.setdefault(entry.group, (entry.group_code, entry.group_code))
    chosen = _chosen(groups, to)
    silent = [groups[g][1] for g in chosen if not any(e.group == g for e in laptops)]
    if silent and to != "all":
        raise DubuError("D-253", group="、".join(silent))
    out: list[Target] = []
    for group in chosen:
        for entry in laptops:
            if entry.group == group:
                who = PublicIdentity(entry.replica, entry.sign_public, entry.age_recipient)
                out.append((groups[group][0], partial(outgoing.parcel_down, desk, group, who)))
    return out


def _chosen(groups: dict[bytes, tuple[str, str]], to: str) -> list[bytes]:
    """The ids of the groups meant, each once, in the order named."""
    if to == "all":
        return list(groups)
    by_word = {word: group for group, words in groups.items() for word in words}
    named = [word.strip() for word in to.replace("，", ",").split(",") if word.strip()]
    unknown = [word for word in named if word not in by_word]
    if unknown or not named:
        raise DubuError("D-254", group="、".join(unknown) or to)
    return list(dict.fromkeys(by_word[word] for word in named))
