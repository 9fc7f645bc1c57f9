"""From headings to fields, from rows to values: pure, nothing is read here. The person may change every suggestion."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from dubu_desktop.domain.text import clean_line, clean_text
from dubu_desktop.errors import DubuError
from dubu_desktop.intake.columns import Reading, Target, TargetField, fields_of
from dubu_desktop.intake.merges import Merge
from dubu_desktop.intake.values import Unreadable, read_day, read_deadline, read_when, read_yes_no

#: One entry per column of the heading: the name of a field, or "" for a column left out.
Mapping = tuple[str, ...]
#: (row number, cells)
Row = tuple[int, list[str]]

#: Between the levels of a heading of several rows.
LEVEL = "›"
_LEFT_OUT = frozenset(["序号", "顺序号", "序", "no", "no."])
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TOTALS = frozenset(["合计", "总计", "小计", "共计"])
_MAX_HEADING_ROWS = 4
#: headings that are looked at for a suggestion, and how long one may be
_MAX_COMPARED, _LONGEST = 300, 100
_EXACT, _INSIDE, _AROUND = 100, 60, 40


@dataclass(frozen=True, slots=True)
class MappedRow:
    """A row below the heading. With `problems` it is not fit to be taken over; `cells` go back to the sender."""

    #: row number in the sheet, from 1
    number: int
    #: field name -> value, text; see `map_row`
    values: dict[str, str]
    #: reasons, Chinese, in the order of the columns
    problems: tuple[str, ...]
    #: the cells as they stood there, one per column of the heading and those beyond
    cells: tuple[str, ...]


def heading_key(text: str) -> str:
    """A heading as it is compared: NFKC, without spaces, line breaks, remarks in brackets, asterisks and colons."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _BRACKETS.sub("", "".join(plain.split()))
    return plain.strip("*:.、#")


def suggest(header: Sequence[str], target: Target) -> Mapping:
    """The most likely field of each column; each field once, the surest match first."""
    fields = fields_of(target)
    # a row of 16,384 cells must not keep this process busy: it is not the child that compares
    told = [(column, text) for column, text in enumerate(header) if text and len(text) <= _LONGEST][:_MAX_COMPARED]
    scored = [
        (-score, column, order, field.name)
        for column, text in told
        for order, field in enumerate(fields)
        if (score := max((_score(key, field) for key in _keys(text)), default=0))
    ]
    chosen = [""] * len(header)
    taken: set[str] = set()
    for _, column, _, name in sorted(scored):
        if not chosen[column] and name not in taken:
            chosen[column] = name
            taken.add(name)
    return tuple(chosen)


def exactly(header: Sequence[str], target: Target) -> Mapping:
    """The field of each column whose heading is one of the field's own, and no guess: for sheets of ours."""
    words = {heading_key(word): field.name for field in fields_of(target) for word in (field.label, *field.synonyms)}
    found = [words.get(heading_key(text), "") for text in header]
    return tuple(name if name and name not in found[:at] else "" for at, name in enumerate(found))


def _keys(text: str) -> list[str]:
    """What a heading may be read as: whole, its lowest level, and the levels turned round (责任单位›行业)."""
    levels = [key for part in text.split(LEVEL) if (key := heading_key(part))]
    keys = {"".join(levels), "".join(reversed(levels)), *levels[-1:]}
    return [key for key in keys if key and key not in _LEFT_OUT]


def _score(key: str, field: TargetField) -> int:
    """100 and less for a heading that is a synonym, 60 for one that holds it, 40 for one that is part of it."""
    best = 0
    for rank, synonym in enumerate((field.label, *field.synonyms)):
        word = heading_key(synonym)
        if key == word:
            return _EXACT - min(rank, 30)
        if len(word) >= 2 and word in key:
            best = max(best, _INSIDE + len(word) - min(len(key) - len(word), 10))
        elif len(key) >= 3 and key in word:
            best = max(best, _AROUND + len(key) - len(word))
    return best


def check_mapping(mapping: Mapping, target: Target) -> None:
    """D-418 if a field is named twice or unknown, or a required one is missing."""
    fields = {field.name: field for field in fields_of(target)}
    for name in mapping:
        if name and name not in fields:
            raise DubuError("D-418", detail=f"没有“{name}”这一项")
        if name and mapping.count(name) > 1:
            raise DubuError("D-418", detail=f"有两列都对应“{fields[name].label}”")
    for field in fields.values():
        if field.required and field.name not in mapping:
            raise DubuError("D-418", detail=f"没有一列对应“{field.label}”")


def find_heading(rows: Sequence[Row], merges: Sequence[Merge], target: Target) -> tuple[int, int]:
    """First and last row number of the heading: the row whose cells are known headings, with its merged levels.

    Titles above it are passed over. Without any known heading it is the first row with two cells or more.
    """
    best, best_score = _first_table_row(rows), 0
    for number, cells in rows:
        score = sum(1 for name in suggest(cells, target) if name)
        # A long sentence that happens to hold headings is a note, not a heading.
        score -= sum(1 for cell in cells if len(cell) > 40)
        if score > best_score:
            best, best_score = number, score
    first = min([top for top, _, bottom, _ in merges if top <= best <= bottom and bottom > top], default=best)
    last = max([bottom for top, _, bottom, _ in merges if top == first and bottom > top], default=best)
    if last - first >= _MAX_HEADING_ROWS:
        return best, best
    return first, max(last, best)


def _first_table_row(rows: Sequence[Row]) -> int:
    for number, cells in rows:
        if sum(1 for cell in cells if cell) >= 2:
            return number
    return rows[0][0]


def heading_of(rows: Sequence[Row], merges: Sequence[Merge], span: tuple[int, int]) -> tuple[str, ...]:
    """The headings of rows `span`, one per column; levels joined by `LEVEL`, merged cells counting for all columns."""
    first, last = span
    lines = {number: list(cells) for number, cells in rows if first <= number <= last}
    width = max((len(cells) for cells in lines.values()), default=0)
    for cells in lines.values():
        cells += [""] * (width - len(cells))
    for top, left, bottom, right in merges:
        if top in lines and bottom <= last and left <= width:
            for column in range(left, min(right, width) + 1):
                lines[top][column - 1] = lines[top][left - 1]
    columns = zip(*(lines[number] for number in sorted(lines)), strict=True)
    return tuple(LEVEL.join(dict.fromkeys(line for cell in column if (line := clean_line(cell)))) for column in columns)


def source_key(rows: Sequence[Row], span: tuple[int, int], target: Target) -> str:
    """What a remembered mapping is filed under: the same headings give the same key, whatever stands below."""
    words = [[heading_key(cell) for cell in cells] for number, cells in rows if span[0] <= number <= span[1]]
    return hashlib.sha256(f"{target.value}\n{words}".encode("utf-8", "replace")).hexdigest()[:32]


@cache
def _by_name(target: Target) -> dict[str, TargetField]:
    """{name: field}; asked once a row."""
    return {field.name: field for field in fields_of(target)}


def map_row(row: Row, mapping: Mapping, target: Target, today: date) -> MappedRow:
    """The row's values by field name, with a reason for every cell that cannot be read.

    Texts are cleaned (reliability.md T10), days and times ISO, choices their stable value, 是否 "yes" or "no"; a
    deadline gives `term` and one of `due_on`, `due_days`, `due_working_days`; telephone numbers join `contact`. Blank
    cells give no value.
    """
    number, cells = row
    values: dict[str, str] = {}
    problems: list[str] = []
    if next((key for cell in cells if cell and (key := heading_key(cell))), "") in _TOTALS:
        return MappedRow(number, {}, ("像是合计行",), tuple(cells))
    fields = _by_name(target)
    # The day found comes first: a deadline without a year is the next such day after it.
    pairs = [(fields[name], cells[column]) for column, name in enumerate(mapping) if name and column < len(cells)]
    for field, cell in sorted(pairs, key=lambda pair: pair[0].reading is Reading.DEADLINE):
        if cell.strip():
            try:
                values.update(_read(field, cell, values, today))
            except Unreadable as reason:
                problems.append(f"{field.label}：{reason}")
    given = {field.name for field, cell in pairs if cell.strip()}
    required = (field for field in fields.values() if field.required)
    problems += [f"缺“{field.label}”" for field in required if field.name not in given]
    if phone := values.pop("phone", ""):
        values["contact"] = f"{values.get('contact', '')} {phone}".strip()
    return MappedRow(number, values, tuple(problems), tuple(cells))


def _read(field: TargetField, cell: str, values: dict[str, str], today: date) -> dict[str, str]:
    """What one cell says: usually one value."""
    match field.reading:
        case Reading.WHEN:
            return {field.name: read_when(cell, today)}
        case Reading.DAY:
            return {field.name: read_day(cell, today)}
        case Reading.YES_NO:
            return {field.name: "yes" if read_yes_no(cell) else "no"}
        case Reading.CHOICE:
            return {field.name: _choice(field, cell)}
        case Reading.DEADLINE:
            since = date.fromisoformat(values["found_at"][:10]) if "found_at" in values else today
            deadline = read_deadline(cell, since)
            told = {"term": deadline.term.value, "due_on": deadline.due_on}
            if deadline.days:
                told["due_working_days" if deadline.working_days else "due_days"] = str(deadline.days)
            return {name: value for name, value in told.items() if value}
    text = clean_line(cell) if field.reading is Reading.LINE else clean_text(cell)
    if len(text) > field.limit:
        raise Unreadable(f"{len(text)}字，超过{field.limit}字")
    return {field.name: text} if text else {}


def _choice(field: TargetField, cell: str) -> str:
    """The stable value of a label or of another word for it."""
    assert field.choices is not None
    known = {heading_key(member.label): member.value for member in field.choices}
    known |= {heading_key(word): value for word, value in field.words}
    key = heading_key(cell)
    if key in known:
        return known[key]
    labels = "、".join(member.label for member in field.choices)
    raise Unreadable(f"“{clean_line(cell)[:20]}”不在{labels}之中")
