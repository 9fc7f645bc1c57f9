"""更正: what a correction begins with. It is the old paper again, but for what is given anew (docs/decisions/0041)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dubu_desktop.actions import choosing
from dubu_desktop.actions.desk import Desk
from dubu_desktop.db import queries
from dubu_desktop.errors import DubuError

#: what a paper rests on and what was chosen for it; its number, days, signer and final text are its own
_RESTS = ("findings", "task", "instruction")
_CHOSEN = (
    *("title", "addressees", "cc", "report_to", "groups", "due_on", "override_due", "style", "sealed", "naming"),
    *("lead", "overall", "requirements", "organ", "options"),
)


def carried(desk: Desk, old: bytes | None, doc_kind: str, named: list[bytes]) -> dict[str, Any]:
    """Field values that the correction of `old` takes over; none for None. D-305 for a paper of another kind.

    `named`: findings given instead of the old ones. Of those a finding withdrawn since is left out with a warning;
    D-308 when none is left.
    """
    if old is None:
        return {}
    row = queries.row_of(desk.conn, "document", old) or {}
    if row.get("doc_kind") != doc_kind:
        raise DubuError("D-305", detail="更正要用同一种文书")
    values = {name: row[name] for name in (*_RESTS, *_CHOSEN)}
    values["findings"] = named or _still_told(desk, row)
    values["options"] = dict(row["options"] or {})
    return values


def _still_told(desk: Desk, row: Mapping[str, Any]) -> list[bytes]:
    rows = queries.rows_of(desk.conn, "finding", row["findings"] or [])
    gone = [f for f in rows if f["status"] in choosing.UNTOLD]
    said = []
    for finding in gone:
        label = desk.state(finding["uuid"]).kind.lifecycle.status_label(finding["status"])
        said.append(f"{finding['number']} 已是“{label}”")
    if gone and len(gone) == len(rows) and not (row["task"] or row["instruction"]):
        raise DubuError("D-308", missing=f"仍可列入的问题（{'、'.join(said)}；这一份可以撤销，不必更正）")
    desk.warnings += [f"{one}，更正时没有列入" for one in said]
    return [f["uuid"] for f in rows if f not in gone]
