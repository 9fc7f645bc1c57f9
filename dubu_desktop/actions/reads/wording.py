"""How papers are worded: every text of every kind, what ships, what the office wrote in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dubu_desktop.actions import texts
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import queries
from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.domain.papers.texts import COMMON, COMMON_LABEL, Shipped, shipped


@dataclass(frozen=True, slots=True)
class WordingRow:
    """One text: its place, what is in force, and the version of the office's own where there is one.

    `wrong`: what is wrong with the own text, which is then not used. `clash`: two computers wrote it apart.
    """

    kind: str
    kind_label: str
    place: Shipped
    text: str
    own: bool
    version: int
    wrong: str = ""
    record: str = ""

    @property
    def state(self) -> str:
        """默认, 已改（第2版）, or that it cannot be used."""
        if self.wrong:
            return "不能用"
        return f"已改（第{self.version}版）" if self.own else "默认"


def kinds(r: Reader) -> list[tuple[str, str]]:
    """(id, label) of the kinds of paper that have texts, those common to all last."""
    return [*((kind.id, kind.label) for kind in all_kinds().values()), (COMMON, COMMON_LABEL)]


def wording(r: Reader, kind: str = "") -> list[WordingRow]:
    """The texts of a kind of paper in its order; of all kinds for nothing."""
    known = texts.best_of(queries.all_rows(r.conn, "paper_text"))
    found: list[WordingRow] = []
    for name, label in kinds(r):
        if kind in ("", name, label):
            found += [_row(name, label, place, known.get((name, place.key))) for place in shipped(name).values()]
    return found


def _row(kind: str, label: str, place: Shipped, row: object) -> WordingRow:
    known = row if isinstance(row, dict) else {}
    own = bool(known.get("own"))
    text = (known.get("text") or "") if own else place.text
    wrong: Sequence[object] = place.wrong(text) if own else ()
    said = place.wrong(text)[0].sentence if wrong else ""
    record = known["uuid"].hex() if known else ""
    return WordingRow(kind, label, place, text, own, int(known.get("version") or 0), said, record)
