"""A workspace begins: the office's from nothing, a group's from a starter file and the code on paper."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.actor import Actor as Person
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.house import House
from dubu_desktop.db import journal, keys
from dubu_desktop.db.workspace import Profile, Workspace, put
from dubu_desktop.domain import reference
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.facts import Created, Facts
from dubu_desktop.domain.fields import clean
from dubu_desktop.domain.lifecycle import GROUP_ROLES, OFFICE_ROLES, Role
from dubu_desktop.domain.ops import Actor, Dot
from dubu_desktop.domain.records import CATEGORY, PERSON, PHRASE, RULE_PROFILE
from dubu_desktop.domain.rules import shipped_profile
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.enrol import make_reg, open_starter
from dubu_desktop.sync.identity import PublicIdentity, new_identity, next_incarnation
from dubu_desktop.sync.roles import GROUP_ROLE, OFFICE_ROLE, base_of, letter_of
from dubu_desktop.system.clock import Clock
from dubu_desktop.system.randomness import Randomness
from dubu_desktop.wire.codec import encode_facts

#: stands in bases of what the program ships, until the office's own records arrive
_SHIPPED = Actor(0, 0, 0)


@dataclass(frozen=True)
class Begun:
    """A workspace just made: open, with its first person at the keyboard, and the recovery code to print once."""

    house: House
    recovery_code: str


def init_office(
    path: Path, password: str, person: str, clock: Clock | None = None, rand: Randomness | None = None
) -> Begun:
    """A new office workspace in the empty folder `path`, with `person` in all roles of the edition."""
    person = _name(person)
    clock, rand = clock or Clock(), rand or Randomness()
    identity = new_identity(rand)
    actor = next_incarnation(identity.replica, 0, rand)
    profile = Profile(rand.bytes(16), "office", OFFICE, "", "", actor, actor)
    code = keys.new_recovery_code(rand)
    ws = Workspace.create(path, password, code, profile, ids.pack(identity), clock=clock, rand=rand)
    with ws.writing() as conn:
        ids.remember(ws, conn)
    return _begun(ws, code, person, OFFICE_ROLES, ship=True)


def init_group(
    path: Path,
    password: str,
    person: str,
    starter: bytes,
    code: str,
    clock: Clock | None = None,
    rand: Randomness | None = None,
    label: str = "",
) -> Begun:
    """A new spoke from the office's starter file and the code on paper; D-23x when they do not fit.

    The starter says what it becomes: a group's laptop, or another computer of the office, which has the office's
    rights and exchanges with the hub alone. D-205 for a use this version does not know.
    """
    person = _name(person)
    clock, rand = clock or Clock(), rand or Randomness()
    opened = open_starter(starter, code)
    b = opened.body
    identity = new_identity(rand)
    actor = next_incarnation(identity.replica, 0, rand)
    office = Actor.from_bytes(b.office)
    letter, base = letter_of(b.role), base_of(b.role)
    if base not in (GROUP_ROLE, OFFICE_ROLE):
        raise DubuError("D-205", need=f"开通用途 {clean_line(base)[:20]}", program="更高版本")
    edition, side = ("group", b.group) if base == GROUP_ROLE else ("office", OFFICE)
    profile = Profile(b.workspace, edition, side, b.group_code, b.group_name, actor, office, letter)
    recovery = keys.new_recovery_code(rand)
    reg = make_reg(opened, identity=identity, actor=actor, label=clean_line(label)[:40] or _label(b.group_name, letter))
    ws = Workspace.create(path, password, recovery, profile, ids.pack(identity), clock=clock, rand=rand)
    with ws.writing() as conn:
        ids.save_office(conn, PublicIdentity(office.replica, b.office_sign_public, b.office_age_recipient))
        put(conn, "reg", reg)
        journal.keep_bases(conn, [(f.record, f.record, encode_facts(f)) for f in _shipped_facts()])
        ws.fold.refold(conn, [f.record for f in _shipped_facts()])
    return _begun(ws, recovery, person, OFFICE_ROLES if side == OFFICE else GROUP_ROLES, ship=False)


def _label(side: str, letter: str) -> str:
    return f"{side}{letter}机" if letter else side


def _name(person: str) -> str:
    """The name of the first person, before anything is made on the disk: D-308 for none, D-309 too long."""
    name = clean(PERSON.by_name["name"], person)
    if not name:
        raise DubuError("D-308", missing="使用人姓名")
    return str(name)


def _begun(ws: Workspace, code: str, person: str, roles: tuple[Role, ...], *, ship: bool) -> Begun:
    try:
        desk = Desk(ws, Person(b"", person, frozenset(roles)), "init", "新建工作区")
        with desk.writing():
            values = {"name": person, "roles": [str(r) for r in roles], "group": ws.profile.side or None}
            desk.person = None
            desk.create("person", values)
            if ship:
                shipped = _shipped()
                for kind in dict.fromkeys(name for name, _, _ in shipped):
                    mine = [(given, record) for name, record, given in shipped if name == kind]
                    desk.create_many(kind, [given for given, _ in mine], [record for _, record in mine])
        house = House(ws)
        house.be(person)
    except BaseException:
        ws.close()
        raise
    return Begun(house, code)


def _shipped() -> list[tuple[str, bytes, dict[str, Any]]]:
    """Categories, phrases and the default rule profile, under their fixed ids (contracts.md §5)."""
    out: list[tuple[str, bytes, dict[str, Any]]] = []
    for c in reference.categories():
        values = {"name": c.name, "code": c.code, "parent": c.parent or None, "severity": c.severity, "term": c.term}
        more = {"days": c.days or None, "industry_name": c.industry_name, "hints": list(c.hints)}
        out.append(("category", c.id, values | more))
    out += [("phrase", p.id, {"abbr": p.abbr, "text": p.text, "category": p.category}) for p in reference.phrases()]
    profile = shipped_profile()
    given = {"name": profile.name, "basis": profile.basis, "version": profile.version, "rules": profile.tree}
    out.append(("rule_profile", profile.id, given))
    return out


def _shipped_facts() -> list[Facts]:
    """The same as bases under nobody's name: what a group reads until the office's own arrive."""
    kinds = {k.name: k for k in (CATEGORY, PHRASE, RULE_PROFILE)}
    out = []
    for number, (name, record, given) in enumerate(_shipped(), 1):
        values = {kinds[name].by_name[n].tag: v for n, v in given.items() if v not in (None, "", [])}
        out.append(Facts(kinds[name].tag, record, (Created(Dot(_SHIPPED, number), 1, 0, b"", values),)))
    return out
