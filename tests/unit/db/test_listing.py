"""Lists answer from narrow rows and indexes: the plans say so, whatever the machine (contracts.md §10)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from dubu_desktop.actions.setup import init_office
from dubu_desktop.db import counts, listing
from dubu_desktop.db.listing import LineWhere
from dubu_desktop.domain.lifecycle import FindingStatus

S = FindingStatus


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """The tables of a workspace, empty but for what ships; plans do not depend on rows: nothing is ANALYZEd."""
    with pytest.MonkeyPatch.context() as patch:
        root: Path = tmp_path_factory.mktemp("listing")
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        from tests.world import PASSWORD, cheap_keys

        cheap_keys(patch)
        house = init_office(root / "office", PASSWORD, "王主任").house
        with house.ws.reading() as found:
            yield found
        house.close()


def plan(conn: Connection, query) -> list[str]:
    """The steps of the plan of a query."""
    compiled = query.compile(dialect=conn.dialect, compile_kwargs={"render_postcompile": True})
    values = tuple(compiled.params[name] for name in compiled.positiontup)
    return [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)]


def asked(conn: Connection, where: LineWhere, sort: str = "found") -> list[str]:
    return plan(conn, listing.line_query(where, sort))


GROUP = bytes(16)


@pytest.mark.parametrize(
    ("where", "index"),
    [
        (LineWhere(statuses=(S.FINAL,)), "line_status"),
        (LineWhere(statuses=(S.RECTIFYING, S.REPLIED), due_to="2026-06-13"), "line_due"),
        (LineWhere(statuses=(S.RECTIFYING, S.REPLIED), no_due=True), "line_due"),
        (LineWhere(group=GROUP), "line_group"),
        (LineWhere(categories=(GROUP,)), "line_category"),
        (LineWhere(visit=GROUP), "line_visit"),
        (LineWhere(task=GROUP), "line_task"),
        (LineWhere(found_from="2026-06-08"), "line_found"),
        (LineWhere(conflict=True), "line_conflict"),
        (LineWhere(urgent=True), "line_urgent"),
        (LineWhere(statuses=(S.FINAL, S.DRAFT), urgent=True), "line_urgent"),
        (LineWhere(statuses=(S.FINAL, S.DRAFT), reopened=True), "line_reopened"),
        (LineWhere(uuids=(GROUP,)), "SEARCH finding_line USING INTEGER PRIMARY KEY"),
    ],
)
def test_common_filters_search_an_index(conn, where, index):
    steps = asked(conn, where)
    assert any(index in step for step in steps), steps
    # an index of the few that are meant may be walked from end to end
    of_few = index in ("line_conflict", "line_urgent", "line_reopened")
    by_key = index.startswith("SEARCH")  # through the index of all records
    assert of_few or steps[0].startswith(index if by_key else "SEARCH finding_line USING"), steps


def test_the_whole_list_walks_the_index_in_its_order(conn):
    steps = asked(conn, LineWhere())
    assert steps == ["SCAN finding_line USING COVERING INDEX line_found"]
    several = asked(conn, LineWhere(statuses=(S.CONFIRMED, S.RECTIFYING, S.REPLIED, S.VERIFIED)))
    assert all("COVERING INDEX" in step for step in several if "finding_line" in step), several


def test_a_unit_is_looked_up_in_each_of_its_three_columns(conn):
    steps = asked(conn, LineWhere(unit=GROUP))
    for index in ("line_industry", "line_territory", "line_unit"):
        assert any(index in step for step in steps), steps


def test_rows_of_a_page_come_by_their_key(conn):
    steps = plan(conn, listing.rows_query([1, 2, 3]))
    looked_up = [step for step in steps if "SUBQUERY" not in step]
    assert all(step.startswith("SEARCH") and "PRIMARY KEY" in step for step in looked_up), steps


def test_figures_come_out_of_covering_indexes(conn):
    by_status = plan(conn, counts.by_status_query("finding"))
    assert by_status[0].startswith("SCAN finding_line USING COVERING INDEX"), by_status
    sides = plan(conn, counts.sides_query([S.CONFIRMED, S.CLOSED]))
    assert sum("USING COVERING INDEX line_" in step for step in sides) == 2, sides


def test_what_hangs_on_a_finding_is_found_by_index(conn):
    for table in ("evidence", "rectification", "urge", "named_person"):
        steps = [r[3] for r in conn.execute(text(f"EXPLAIN QUERY PLAN SELECT id FROM r_{table} WHERE finding = x'00'"))]
        assert steps[0].startswith(f"SEARCH r_{table} USING"), steps


def test_sort_orders_are_known(conn):
    for sort in ("found", "due", "number", "status"):
        listing.line_ids(conn, LineWhere(), sort)
    with pytest.raises(KeyError):
        listing.line_ids(conn, LineWhere(), "colour")
    assert listing.line_ids(conn, LineWhere(), limit=5).tolist() == []
    assert listing.line_rows(conn, [1]) == []
    assert listing.line_of(conn, GROUP) is None
    assert listing.uuid_of(conn, 10**9) is None
    assert listing.count_lines(conn, []) == []
    assert listing.standing(conn, GROUP).creator is None
