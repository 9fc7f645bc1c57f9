"""How the office words its papers: each text may be changed and set back; what is wrong is told by its place."""

from __future__ import annotations

from dubu_desktop.actions import texts
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import OFFICE_EDITION, verb
from dubu_desktop.db import queries
from dubu_desktop.domain.lifecycle import OFFICE_ROLES
from dubu_desktop.domain.papers.kinds import kind_of
from dubu_desktop.domain.papers.template import fill, read, samples
from dubu_desktop.domain.papers.texts import COMMON, COMMON_LABEL, Shipped, text_of
from dubu_desktop.domain.text import clean_text
from dubu_desktop.errors import DubuError

_OFFICE = (OFFICE_EDITION,)


@verb("修改文书用语", editions=_OFFICE, roles=OFFICE_ROLES)
def edit_paper_text(desk: Desk, *, kind: str, text: str, words: str) -> None:
    """Word a text of a kind of paper otherwise (show wording lists them). kind: id or label, "common" for all kinds.

    text: its key or label; words: what is to be printed, tags in braces. D-335 names what is wrong and where. A figure
    that is no longer shown is warned of. Papers already signed do not change.
    """
    place, words = _place(kind, text), clean_text(words)
    wrong = place.wrong(words)
    if wrong:
        raise DubuError("D-335", text=place.label, detail=wrong[0].sentence.rstrip("。"))
    desk.warnings += [f"没有用到“{{{name}}}”：印出来就没有这个数，写死的数点不开" for name in place.lost(words)]
    _put(desk, place, words, own=words != place.text)


@verb("恢复默认文书用语", editions=_OFFICE, roles=OFFICE_ROLES)
def reset_paper_text(desk: Desk, *, kind: str, text: str) -> None:
    """Set a text of a kind of paper back to what ships with the program."""
    place = _place(kind, text)
    _put(desk, place, "", own=False)


@verb("检查文书用语", undoable=False)
def check_paper_text(desk: Desk, *, kind: str, text: str, words: str) -> None:
    """Say what is wrong with `words` in the place of a text, and what they would come to; nothing is changed."""
    place, words = _place(kind, text), clean_text(words)
    wrong = place.wrong(words)
    told = [{"line": c.line, "column": c.column, "says": c.says, "meant": c.meant} for c in wrong]
    shown = "" if wrong else fill(read(words), samples(place.tags)).text
    desk.extra |= {"wrong": told, "lost": list(place.lost(words)), "shown": shown}


def _place(kind: str, text: str) -> Shipped:
    """The text a person names; D-306."""
    return text_of(COMMON if kind in (COMMON, COMMON_LABEL) else kind_of(kind).id, text)


def _put(desk: Desk, place: Shipped, words: str, *, own: bool) -> None:
    known = texts.best_of(queries.all_rows(desk.conn, "paper_text")).get((place.kind, place.key))
    if known is None and not own:
        return
    if known is not None and bool(known["own"]) == own and (known["text"] or "") == (words if own else ""):
        return
    values = {"text": words if own else None, "own": own, "version": (known["version"] or 0) + 1 if known else 1}
    if known is not None:
        desk.set(known["uuid"], values)
        return
    # the fixed id, so that two computers of the office that begin it apart make one record; one taken back stays gone
    taken = desk.ws.fold.state(desk.conn, place.record)
    record = None if taken is not None and taken.exists else place.record
    label = COMMON_LABEL if place.kind == COMMON else kind_of(place.kind).label
    named = {"paper_kind": place.kind, "place": place.key, "label": f"{label}：{place.label}"}
    desk.create("paper_text", {**named, **values}, record)
