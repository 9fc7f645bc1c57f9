"""Persons, units, categories, phrases, rules: who and what the work is about."""

from __future__ import annotations

from typing import Any

from dubu_desktop.actions import given
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import OFFICE_EDITION, verb
from dubu_desktop.db import queries
from dubu_desktop.domain.calendar import MAX_DAYS
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, PlainStatus, Role
from dubu_desktop.domain.rules import rules_from_tree
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError

_OFFICE = (OFFICE_EDITION,)


@verb("登记人员")
def add_person(desk: Desk, *, name: str, roles: list[str], post: str = "") -> None:
    """Add a person of this side. roles: member, leader (group); clerk, director (office)."""
    _free_name(desk, given.said(name, "姓名"))
    desk.create("person", {"name": name, "roles": roles, "post": post, "group": _side(desk)})


@verb("修改人员")
def edit_person(
    desk: Desk, *, person: str, name: str = "", roles: list[str] | None = None, post: str | None = None
) -> None:
    """Change a person's name, roles or post; what is not given stays."""
    record = desk.find("person", person)
    values: dict[str, Any] = {k: v for k, v in (("name", name), ("roles", roles)) if v}
    if post is not None:
        values["post"] = post
    if name:
        _free_name(desk, given.said(name, "姓名"), record)
    desk.set(record, values)


@verb("停用人员")
def remove_person(desk: Desk, *, person: str, reason: str) -> None:
    """Take a person out of use; what was done under the name stays."""
    desk.step(desk.find("person", person), "void", reason)


def _free_name(desk: Desk, name: str, but: bytes = b"") -> None:
    """D-316 when another person of this side in use is called so: who is at the keyboard is chosen by name."""
    same = queries.all_rows(desk.conn, "person", name=clean_line(name))
    if any(r["group"] == _side(desk) and r["uuid"] != but for r in same):
        raise DubuError("D-316", name=clean_line(name))


def _side(desk: Desk) -> bytes | None:
    return desk.ws.profile.side or None


@verb("新增单位")
def add_unit(
    desk: Desk,
    *,
    name: str,
    short_name: str = "",
    unit_kind: str = "other",
    side: str = "neither",
    parent: str = "",
    aliases: list[str] | None = None,
    contact: str = "",
    code: str = "",
) -> None:
    """Add a unit. A group's unit is 待认 until the office adopts it or merges it into another."""
    if queries.ids_where(desk.conn, "unit", "name", clean_line(given.said(name, "单位名称"))):
        raise DubuError("D-316", name=clean_line(name))
    values: dict[str, Any] = {
        "name": name,
        "short_name": short_name,
        "unit_kind": unit_kind,
        "side": side,
        "parent": desk.find_or_none("unit", parent),
        "aliases": aliases,
        "contact": contact,
        "code": code,
    }
    if not desk.office:
        values |= {"pending": True, "group": desk.ws.profile.side}
    desk.create("unit", values)


@verb("修改单位", editions=_OFFICE, roles=OFFICE_ROLES)
def edit_unit(desk: Desk, *, unit: str, values: dict[str, Any]) -> None:
    """Change fields of a unit: name, short_name, unit_kind, side, parent, aliases, contact, code."""
    record = desk.find("unit", unit)
    desk.set(record, given.values(desk, "unit", values, desk.state(record).status))


@verb("认可单位", editions=_OFFICE, roles=OFFICE_ROLES)
def adopt_unit(desk: Desk, *, unit: str) -> None:
    """Adopt a unit that a group proposed: from now on everybody has it; D-307 where the group has taken it back."""
    state = desk.state(desk.find("unit", unit))
    if state.status != PlainStatus.VALID:
        raise DubuError("D-307", status=state.kind.lifecycle.status_label(state.status), event="认可单位")
    desk.set(state.record, {"pending": False})


@verb("并入单位", editions=_OFFICE, roles=OFFICE_ROLES)
def merge_unit(desk: Desk, *, unit: str, into: str, reason: str = "同一单位") -> None:
    """Merge a proposed unit into another one; findings that name it are pointed to the other."""
    old, new = desk.find("unit", unit), desk.find("unit", into)
    if old == new:
        raise DubuError("D-310", field="并入单位", detail="不能并入自身")
    for field in ("industry_unit", "territory_unit", "unit"):
        for finding in queries.ids_where(desk.conn, "finding", field, old):
            desk.set(finding, {field: new}, reason)
    desk.set(old, {"merged_into": new, "pending": False}, reason)
    desk.step(old, "void", reason)


@verb("停用单位", editions=_OFFICE, roles=OFFICE_ROLES)
def remove_unit(desk: Desk, *, unit: str, reason: str) -> None:
    """Take a unit out of use."""
    desk.step(desk.find("unit", unit), "void", reason)


@verb("修改类别", editions=_OFFICE, roles=OFFICE_ROLES)
def edit_category(desk: Desk, *, category: str, values: dict[str, Any]) -> None:
    """Change a category's defaults: severity, days, term, industry_unit, hints."""
    record = desk.find("category", category)
    wanted = given.values(desk, "category", values, desk.state(record).status)
    given.within(wanted.get("days"), 0, MAX_DAYS, "默认期限天数")
    desk.set(record, wanted)


@verb("新增用语", editions=_OFFICE, roles=OFFICE_ROLES)
def add_phrase(desk: Desk, *, abbr: str, text: str, category: str = "") -> None:
    """Add a phrase that can be called by its abbreviation while typing."""
    desk.create("phrase", {"abbr": abbr, "text": text, "category": desk.find_or_none("category", category)})


@verb("修改用语", editions=_OFFICE, roles=OFFICE_ROLES)
def edit_phrase(desk: Desk, *, phrase: str, abbr: str, text: str, category: str = "") -> None:
    """Change a phrase: its abbreviation, its text, the category it is for ("" for all)."""
    values = {"abbr": abbr, "text": text, "category": desk.find_or_none("category", category)}
    desk.set(desk.find("phrase", phrase), values)


@verb("停用用语", editions=_OFFICE, roles=OFFICE_ROLES)
def remove_phrase(desk: Desk, *, phrase: str, reason: str = "不再使用") -> None:
    """Take a phrase out of use; texts made of it stay."""
    desk.step(desk.find("phrase", phrase), "void", reason)


@verb("修改规则方案", editions=_OFFICE, roles=(Role.DIRECTOR,))
def edit_rules(desk: Desk, *, rules: dict[str, Any], basis: str = "") -> None:
    """Put new rules in force beside the document they rest on; the version number rises by one. D-332."""
    from dubu_desktop.actions import rules as in_force

    current = in_force.current(desk.conn)
    wrong = [part for part, given_ in rules.items() if not isinstance(given_, dict)]
    if wrong:
        raise DubuError("D-305", detail=f"规则 {'、'.join(wrong)} 要是对照表 {{…}}")
    merged = {**current.tree, **{k: {**current.tree.get(k, {}), **v} for k, v in rules.items()}}
    rules_from_tree(merged)
    values: dict[str, Any] = {"rules": merged, "version": current.version + 1}
    if basis:
        values["basis"] = basis
    desk.set(current.record, values)
