"""The number series of papers as the office sets them: the word of each kind, what paper used before, what is next.

Beside the form of each value (`paper_settings`) stand two rules that concern several: two kinds never share a word, or
two papers would bear one number; and no gap is made before a number that was taken here (contracts.md §2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dubu_desktop.actions import paper_settings
from dubu_desktop.actions.paper_settings import PaperSettings
from dubu_desktop.db import gather, queries
from dubu_desktop.db.workspace import get_json, put_json
from dubu_desktop.domain.numbers import PaperNumber
from dubu_desktop.domain.papers.blocks import HeadStyle
from dubu_desktop.domain.papers.kind import PaperKind
from dubu_desktop.domain.papers.kinds import all_kinds, kind_of
from dubu_desktop.domain.papers.series import number_label
from dubu_desktop.domain.records.work import DocumentKind
from dubu_desktop.domain.rules import Rules
from dubu_desktop.errors import DubuError

_UNDO = "paper_settings_before"
#: changes of settings that Ctrl+Z can still take back
_KEPT = 50


@dataclass(frozen=True, slots=True)
class Series:
    """The series of one kind in a year.

    `code` the word in force, `own` the office's (empty: the usual one); `issue`: counted as 第N期, without a word.
    `before` the last number used on paper, `first` and `last` those taken here, 0 for none; `next_number` as the next
    paper will bear it. `fixed`: its word is a rule of the RuleProfile (the 交办单).
    """

    kind: str
    label: str
    code: str
    own: str
    issue: bool
    fixed: bool
    before: int
    first: int
    last: int
    next_number: str


def series(conn: Any, rules: Rules, year: int) -> list[Series]:
    """The series of every kind that is numbered, in the order of the daily loop."""
    settings = paper_settings.load(conn)
    return [_series(conn, kind, settings, rules, year) for kind in all_kinds().values() if _counted(kind)]


def _counted(kind: PaperKind) -> bool:
    return kind.numbered or kind.by_task


def _series(conn: Any, kind: PaperKind, settings: PaperSettings, rules: Rules, year: int) -> Series:
    issue = kind.issue or (kind.id == DocumentKind.BULLETIN and settings.head_style(rules) is HeadStyle.ISSUE)
    code = word_of(kind, settings, rules)
    own = settings.code if kind.id == DocumentKind.BULLETIN else settings.codes.get(kind.id, "")
    before = settings.used_of(kind.id).get(year, 0)
    first, last = _taken(conn, kind, code, year)
    style = HeadStyle.ISSUE if issue else HeadStyle.RED_HEAD
    label = kind.label if kind.issue else ""
    coming = number_label(label, style, code, year, max(before, last) + 1)
    return Series(
        kind.id, kind.label, code, "" if kind.by_task else own, issue, kind.by_task, before, first, last, coming
    )


def word_of(kind: PaperKind, settings: PaperSettings, rules: Rules) -> str:
    """What stands before 〔2026〕3号 of a kind; the 交办单 bears its task's (contracts.md §5)."""
    return rules.numbers.task if kind.by_task else settings.code_for(rules, kind.id)


def _taken(conn: Any, kind: PaperKind, code: str, year: int) -> tuple[int, int]:
    """(lowest, highest) number taken here in a year, 0 for none."""
    if kind.by_task:
        front = front_of(code, year)
        return queries.lowest_number(conn, "task", front), queries.highest_number(conn, "task", front)
    return gather.first_serials(conn, kind.id).get(year, 0), gather.serials(conn, kind.id).get(year, 0)


def front_of(word: str, year: int) -> str:
    """督交〔2026〕: what the numbers of a year begin with."""
    return str(PaperNumber(word, year, 0))[:-2]


def next_task_number(conn: Any, rules: Rules, year: int) -> str:
    """The number the next task takes at 交办: after those taken here and those used on paper before."""
    settings, word = paper_settings.load(conn), rules.numbers.task
    used = settings.used_of(DocumentKind.TASK_ORDER).get(year, 0)
    return str(PaperNumber(word, year, max(used, queries.highest_number(conn, "task", front_of(word, year))) + 1))


# --- changing ----------------------------------------------------------------------------------------------------


def change(conn: Any, rules: Rules, values: Mapping[str, Any], txn: bytes) -> PaperSettings:
    """Change settings of papers so that Ctrl+Z can take it back; D-305, D-309, D-310."""
    before = paper_settings.load(conn)
    changed = paper_settings.save(conn, values)
    _words_differ(before, changed, rules)
    _no_gap(conn, before, changed, rules)
    old, new = asdict(before), asdict(changed)
    kept = get_json(conn, _UNDO, [])
    kept.append({"txn": txn.hex(), "old": {k: old[k] for k in values}, "new": {k: new[k] for k in values}})
    put_json(conn, _UNDO, kept[-_KEPT:])
    return changed


def take_back(conn: Any, rules: Rules, txn: bytes) -> None:
    """Set back what the action `txn` changed; D-313 when somebody changed it since or a number was taken by it."""
    kept = get_json(conn, _UNDO, [])
    mine = next((one for one in kept if one["txn"] == txn.hex()), None)
    if mine is None:
        raise DubuError("D-313", detail="这次改动太早，已不再留存")
    before = paper_settings.load(conn)
    now = asdict(before)
    if any(_plain(now[name]) != _plain(value) for name, value in mine["new"].items()):
        raise DubuError("D-313", detail="之后又有人改过")
    changed = paper_settings.save(conn, mine["old"])
    try:
        _words_differ(before, changed, rules)
        _no_gap(conn, before, changed, rules)
    except DubuError as error:
        raise DubuError("D-313", detail="之后已按它编了号") from error


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _words_differ(before: PaperSettings, changed: PaperSettings, rules: Rules) -> None:
    """D-310 when a word that was changed is another kind's."""
    words = {kind.id: word_of(kind, changed, rules) for kind in all_kinds().values() if _counted(kind)}
    for mine, word in words.items():
        if word == word_of(kind_of(mine), before, rules):
            continue
        for other, theirs in words.items():
            if other != mine and theirs == word:
                why = f"{kind_of(mine).label}的“{word}”已是{kind_of(other).label}的代字，两份文书会编成同一个号"
                raise DubuError("D-310", field="机关代字", detail=why)


def _no_gap(conn: Any, before: PaperSettings, changed: PaperSettings, rules: Rules) -> None:
    """D-310 when less is said to be used on paper than what came before the first number taken here."""
    for kind in all_kinds().values():
        old, new = before.used_of(kind.id), changed.used_of(kind.id)
        for year, used in old.items():
            first, _ = _taken(conn, kind, word_of(kind, before, rules), year)
            left = new.get(year, 0)
            if left < used and first > left + 1:
                why = f"{kind.label}{year}年在本程序里从第{first}号编起，前面不能留空号，要写{first - 1}"
                raise DubuError("D-310", field="已用序号", detail=why)
