"""What a draft is proposed until a person writes otherwise: the title of a 通报, the groups that are to see a paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dubu_desktop.actions import recorded
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.paper_data import default_title
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import gather, queries
from dubu_desktop.domain.facts import RecordState
from dubu_desktop.errors import DubuError


def title(desk: Desk, findings: Sequence[bytes]) -> str:
    """The title of a 通报 of these findings: it names their field of work where that is one."""
    categories = {c["uuid"]: c for c in queries.all_rows(desk.conn, "category", with_gone=True)}
    paths: list[tuple[str, ...]] = []
    for row in queries.rows_of(desk.conn, "finding", findings):
        at = categories.get(row["category"] or b"")
        while at is not None and at["parent"] in categories:
            at = categories[at["parent"]]
        paths.append((at["name"],) if at is not None else ())
    return default_title(paths)


def retitle(desk: Desk, record: bytes, proposed: str = "", before: Mapping[str, Any] | None = None) -> bool:
    """Give a draft the title lists call it by, from what it says now; D-308 when its records do not fit.

    `proposed`: the title a 通报 was proposed before; one that a person wrote stays as it is. `before`: the draft before
    a change. If it made no paper then either, its records were withdrawn meanwhile: it keeps its title (False), so that
    it can be changed into one that does.
    """
    row = queries.row_of(desk.conn, "document", record)
    if row is None:
        return False
    if recorded.is_bulletin(row):
        if (row["title"] or "").strip() in ("", proposed):
            desk.set(record, {"title": title(desk, row["findings"])})
        return True
    r = Reader(desk.ws, desk.conn, desk.person)
    kind = recorded.kind_of_row(row)
    try:
        named = recorded.title_of(kind, recorded.paper_now(r, row), recorded.told_of(r, row))
    except DubuError:
        if before is None or _makes(r, before):
            raise
        return False
    desk.set(record, {"title": named})
    return True


def _makes(r: Reader, row: Mapping[str, Any]) -> bool:
    try:
        recorded.paper_now(r, row)
    except DubuError:
        return False
    return True


def groups_of(desk: Desk, findings: Sequence[bytes]) -> list[bytes]:
    """Groups that found or verify: they are told what the paper says of their findings."""
    rows = queries.rows_of(desk.conn, "finding", findings)
    verify = gather.children(desk.conn, "rectification", "finding", findings)
    found = [r["finder_group"] for r in rows]
    found += [r["verify_group"] for f in findings for r in verify.get(f, [])]
    return list(dict.fromkeys(g for g in found if g))


def scope_without(desk: Desk, state: RecordState, gone: Sequence[bytes], left: Sequence[bytes]) -> list[bytes]:
    """发送范围 of a draft after `gone` were taken out, said in a warning where it changed.

    A group that a remaining finding concerns stays; so does one that has the paper which this one corrects.
    """
    now: list[bytes] = list(state.get("groups") or [])
    kept = set(groups_of(desk, left))
    if state.get("corrects"):
        kept.update(desk.state(state.get("corrects")).get("groups") or [])
    out = [g for g in groups_of(desk, gone) if g in now and g not in kept]
    if out:
        names = "、".join(str(desk.state(g).get("name") or "") for g in out)
        desk.warnings.append(f"发送范围随之移出{names}")
    return [g for g in now if g not in out]
