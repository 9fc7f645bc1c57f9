"""The program of next year, as a process of its own: findings have one field and one step more. Prints what it sees.

Usage: newer_child.py WORKSPACE NUMBER PASSWORD
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from dubu_desktop.domain import records
from dubu_desktop.domain.fields import Access, Field, FieldType
from dubu_desktop.domain.lifecycle import FINDING as LIFE
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, FindingStatus, Standing, Step

FIELD, STEP = 901, 71


def grow() -> None:
    """Declare them before the tables are made of the declarations."""
    kind, status = records.FINDING, FindingStatus.DRAFT
    later = Field(FIELD, "later", "以后的一项", FieldType.LINE, Access.VERIFY)
    object.__setattr__(kind, "fields", (*kind.fields, later))
    step = Step(
        "later", STEP, "以后的一步", frozenset({status}), FindingStatus.FINAL, OFFICE_ROLES, Standing.CREATOR, True
    )
    object.__setattr__(kind, "lifecycle", replace(LIFE, steps=(*LIFE.steps, step)))
    for cached in ("by_name", "by_tag"):
        kind.__dict__.pop(cached, None)


def main() -> None:
    grow()
    from dubu_desktop.actions import check
    from dubu_desktop.actions.house import House
    from dubu_desktop.actions.reads import conflicts, inert
    from dubu_desktop.db import queries
    from tests.stories.exchange import ended
    from tests.world import SetClock

    house = House.open_(Path(sys.argv[1]), sys.argv[3], SetClock("2026-06-04T09:00"))
    try:
        with house.ws.reading() as conn:
            (row,) = queries.all_rows(conn, "finding", number=sys.argv[2])
        told = {"later": row["later"], "status": row["status"], "inert": len(house.read(inert.rows))}
        views = house.read(conflicts.rows, house.read(conflicts.ids))
        told["conflicts"] = [view.field_label for view in views]
        told["differing"] = list(ended(check.rebuild(house)).differing)
        told["faults"] = [fault.what for fault in ended(check.audit(house)).faults]
        print(json.dumps(told, ensure_ascii=False))
    finally:
        house.close()


if __name__ == "__main__":
    main()
