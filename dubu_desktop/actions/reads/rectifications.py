"""Rectifications: the findings that were assigned, by their due dates."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from dubu_desktop.actions.reads import findings
from dubu_desktop.actions.reads.findings import FindingFilter, FindingRow
from dubu_desktop.actions.reads.reader import Reader

#: keys of `counts`
KEYS = ("rectifying", "overdue", "due_today", "soon", "no_due", "to_reply", "to_verify", "to_close", "closed")


def ids(r: Reader, filter: FindingFilter = FindingFilter(status="rectifying"), sort: str = "due") -> array[int]:
    """Row ids of findings, the earliest due date first. Keys of `status`: those of `counts`; "open" is "rectifying"."""
    key = "rectifying" if filter.status in ("", "open") and not filter.statuses else filter.status
    from dataclasses import replace

    return findings.ids(r, replace(filter, status=key), sort)


def rows(r: Reader, ids: Sequence[int]) -> list[FindingRow]:
    """At most 200 rows, as of findings; the due light is the first chip where it presses."""
    return findings.rows(r, ids)


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}, with "open" for the whole list."""
    found = dict(zip(KEYS, findings.figures_of(r, KEYS), strict=True))
    return found | {"open": found["rectifying"]}
