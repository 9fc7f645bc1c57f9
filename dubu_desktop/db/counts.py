"""Figures: how many, of what, since when. Each answers from a narrow row or a covering index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, case, func, select

from dubu_desktop.db import lines
from dubu_desktop.db import tables as t
from dubu_desktop.db.queries import GONE


def by_status(conn: Connection, kind: str) -> dict[str, int]:
    """{status: how many} of all records of a kind."""
    return {row[0]: row[1] for row in conn.execute(by_status_query(kind))}


def by_status_query(kind: str) -> Any:
    """The question `by_status` asks."""
    table = t.finding_line if kind == "finding" else t.OF_KIND[kind]
    return select(table.c.status, func.count()).group_by(table.c.status)


def conflicts(conn: Connection) -> int:
    """How many fields and lifecycles are in conflict."""
    return int(conn.execute(select(func.count()).select_from(t.conflict)).scalar() or 0)


def sides(conn: Connection, statuses: Iterable[str]) -> tuple[int, int]:
    """Of the findings in `statuses`: how many name an industry unit, how many a territory unit."""
    row = conn.execute(sides_query(statuses)).one()
    return int(row[0]), int(row[1])


def sides_query(statuses: Iterable[str]) -> Any:
    """The question `sides` asks: each half out of the index of its unit, which holds the status as well."""
    c, wanted = t.finding_line.c, list(statuses)
    halves = [
        # an expression keeps the planner from looking every finding up by its status
        select(func.count()).select_from(t.finding_line).where(unit > 0, c.status.concat("").in_(wanted))
        for unit in (c.industry_unit, c.territory_unit)
    ]
    return select(*[half.scalar_subquery() for half in halves])


def half_days(conn: Connection, since: str, until: str, kinds: Sequence[str]) -> dict[bytes | None, tuple[int, int]]:
    """{group: (half days of visits of `kinds`, half days of all visits)} started within [since, until)."""
    v = t.OF_KIND["visit"].c
    days = func.coalesce(v.half_days, 1)
    query = (
        select(v.group, func.sum(case((v.visit_kind.in_(list(kinds)), days), else_=0)), func.sum(days))
        .where(v.started_at >= since, v.started_at < until, v.status.not_in(GONE))
        .group_by(v.group)
    )
    return {row[0]: (int(row[1] or 0), int(row[2] or 0)) for row in conn.execute(query)}


def leader_days(conn: Connection, since: str, until: str) -> dict[bytes | None, int]:
    """{group: on how many days the leader was present at a visit} within [since, until)."""
    v = t.OF_KIND["visit"].c
    day = func.substr(v.started_at, 1, 10)
    query = (
        select(v.group, func.count(day.distinct()))
        .where(v.started_at >= since, v.started_at < until, v.leader_present == 1, v.status.not_in(GONE))
        .group_by(v.group)
    )
    return {row[0]: int(row[1]) for row in conn.execute(query)}


def count_where(conn: Connection, kind: str, **equal: Any) -> int:
    """How many records in use of a kind have these field values."""
    table = t.OF_KIND[kind]
    query = select(func.count()).select_from(table).where(table.c.status.not_in(GONE))
    return int(conn.execute(query.where(*[table.c[n] == v for n, v in equal.items()])).scalar() or 0)


def used_recently(conn: Connection, column: str, limit: int = 500) -> list[bytes]:
    """Values of a column of the newest findings, the most used first: what a picker offers before anything is typed."""
    c = t.finding_line.c
    newest = select(c[column].label("value")).order_by(c.id.desc()).limit(limit).subquery()
    query = (
        select(t.pointed.c.uuid, func.count())
        .join(newest, newest.c.value == t.pointed.c.id)
        .group_by(newest.c.value)
        .order_by(func.count().desc())
    )
    return [bytes(row[0]) for row in conn.execute(query)]


def unit_findings(
    conn: Connection, units: Sequence[bytes], statuses: Sequence[str], open_statuses: Sequence[str]
) -> dict[bytes, tuple[int, int]]:
    """{unit: (findings in `statuses` that name it as any of their three units, those of them still open)}.

    The rows are those of `LineWhere(unit=…)`: a unit that one finding names twice has it once.
    """
    out: dict[bytes, tuple[int, int]] = {}
    c = t.finding_line.c
    still = func.sum(case((c.status.in_(list(open_statuses)), 1), else_=0))
    columns = (c.industry_unit, c.territory_unit, c.unit)
    for n, column in enumerate(columns):
        here: list[Any] = [lines.is_any(column, units), c.status.in_(list(statuses))]
        here += [before.is_distinct_from(column) for before in columns[:n]]
        query = select(_id_of(column), func.count(), still).where(*here).group_by(column)
        for unit, all_, open_ in conn.execute(query):
            was = out.get(bytes(unit), (0, 0))
            out[bytes(unit)] = (was[0] + all_, was[1] + int(open_ or 0))
    return out


def _id_of(column: Any) -> Any:
    """The id that a column of the narrow row points to."""
    return select(t.pointed.c.uuid).where(t.pointed.c.id == column).scalar_subquery()


def findings_by(conn: Connection, column: str, values: Sequence[bytes], statuses: Sequence[str]) -> dict[bytes, int]:
    """{value: findings in `statuses`} for a column of the narrow row (visit, task, category, finder_group)."""
    c = t.finding_line.c
    if not values:
        return {}
    held = select(_id_of(c[column]), func.count()).where(lines.is_any(c[column], values), c.status.in_(list(statuses)))
    query = held.group_by(c[column])
    return {bytes(row[0]): row[1] for row in conn.execute(query)}


def photos_wanted(conn: Connection, findings: Sequence[bytes]) -> dict[bytes, int]:
    """{finding: how many of its photos are not here yet, but for removed ones}; those with none missing left out."""
    e, w = t.evidence.c, t.want.c
    query = (
        select(e.finding, func.count(e.id.distinct()))
        .join(t.want, (w.sha256 == e.preview) | (w.sha256 == e.sha256))
        .where(e.finding.in_(list(findings)), e.status.not_in(GONE))
        .group_by(e.finding)
    )
    return {bytes(row[0]): row[1] for row in conn.execute(query)}


def photos_asked(conn: Connection, finding: bytes) -> list[set[bytes]]:
    """Of each photo of a finding those pictures that another side has asked for and is not known to have got."""
    e, asked = t.evidence.c, select(t.ask.c.sha256)
    query = select(*(case((column.in_(asked), column)) for column in (e.preview, e.sha256)))
    rows = conn.execute(query.where(e.finding == finding, e.status.not_in(GONE)))
    return [named for row in rows if (named := {bytes(name) for name in row if name})]


def wanted(conn: Connection) -> int:
    """How many photos this machine waits for; one whose preview and original are missing is one."""
    e, missing = t.evidence.c, select(t.want.c.sha256)
    photos = select(func.count()).where(e.status.not_in(GONE), e.preview.in_(missing) | e.sha256.in_(missing))
    return int(conn.execute(photos).scalar() or 0)


def last_wall(conn: Connection) -> int:
    """When the newest action was made on this machine, milliseconds; 0 for never."""
    return int(conn.execute(select(t.done.c.wall).order_by(t.done.c.id.desc()).limit(1)).scalar() or 0)


def overdue_tasks(conn: Connection, today: str, statuses: Sequence[str]) -> list[int]:
    """Row ids of tasks in `statuses` whose due date lies before `today`."""
    c = t.OF_KIND["task"].c
    query = select(c.id).where(c.status.in_(list(statuses)), c.due_on < today).order_by(c.due_on)
    return list(conn.execute(query).scalars())


def by_value(conn: Connection, kind: str, field: str) -> dict[str | None, int]:
    """{value of a field: how many records in use have it}."""
    table = t.OF_KIND[kind]
    query = select(table.c[field], func.count()).where(table.c.status.not_in(GONE)).group_by(table.c[field])
    return {row[0]: row[1] for row in conn.execute(query)}
