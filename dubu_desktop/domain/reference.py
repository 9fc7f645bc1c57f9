"""Reference data that ships with the program: the category tree and the phrases, under fixed ids.

The files lie in `resources/reference/`. Ids are UUIDs of version 5 made from the code, so that the office's first
records, and what a group reads before the office's arrive, are the same records (contracts.md §5). A code is
permanent; a name may change.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

_NAMESPACE = UUID("6f1d3a52-0c0e-5b7e-9a39-64756275a001")
# As system.paths.resources_dir, which the domain may not import: beside the package, or unpacked by a frozen program.
_FOLDER = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[2])) / "resources" / "reference"


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category. `parent` is b"" at the top level; the rest is filled on the second level alone.

    `severity` and `term` are values of records.people.Severity and Term; `days` are the default days; `industry_name`
    is the usual name of the responsible department, used until the county's own units are there.
    """

    id: bytes
    code: str
    name: str
    parent: bytes = b""
    severity: str = ""
    days: int = 0
    term: str = ""
    industry_name: str = ""
    hints: tuple[str, ...] = ()
    basis: str = ""

    @property
    def is_leaf(self) -> bool:
        """True for the second level, the one findings are put under."""
        return bool(self.parent)


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """One ready text. Blanks are labelled 【数量】; a finding with one left is not clear (clarity.py)."""

    id: bytes
    category: bytes
    abbr: str
    text: str


def read_reference(name: str) -> str:
    """The text of a file of `resources/reference/`."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def read_papers(name: str) -> str:
    """The text of a file of `resources/papers/`: the texts of a kind of paper."""
    return (_FOLDER.parent / "papers" / name).read_text(encoding="utf-8")


def fixed_id(name: str) -> bytes:
    """The fixed id (16 bytes) of a shipped record, e.g. of "category/0101"."""
    return uuid5(_NAMESPACE, name).bytes


@cache
def categories() -> tuple[CategoryRow, ...]:
    """The shipped tree, each parent followed by its children, in the order of their codes."""
    rows: list[CategoryRow] = []
    for top in json.loads(read_reference("categories.json")):
        parent = CategoryRow(fixed_id(f"category/{top['code']}"), top["code"], top["name"])
        rows.append(parent)
        rows += (
            CategoryRow(
                fixed_id(f"category/{leaf['code']}"),
                leaf["code"],
                leaf["name"],
                parent.id,
                leaf["severity"],
                leaf["days"],
                leaf["term"],
                leaf["industry"],
                tuple(leaf["hints"]),
                leaf["basis"],
            )
            for leaf in top["children"]
        )
    return tuple(rows)


@cache
def category_named(name: str) -> CategoryRow:
    """The shipped category of that name or code. Raises KeyError: asking for one that does not ship is a bug."""
    return {key: row for row in categories() for key in (row.name, row.code)}[name]


@cache
def phrases() -> tuple[PhraseRow, ...]:
    """The shipped phrases; a phrase's code begins with the code of its category."""
    return tuple(
        PhraseRow(
            fixed_id(f"phrase/{row['code']}"),
            fixed_id(f"category/{row['code'].partition('-')[0]}"),
            row["abbr"],
            row["text"],
        )
        for row in json.loads(read_reference("phrases.json"))
    )
