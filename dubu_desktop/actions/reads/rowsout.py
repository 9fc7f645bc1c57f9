"""Records as plain dictionaries for the command line: ids in hexadecimal, names beside them, labels beside statuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dubu_desktop.actions import lookup
from dubu_desktop.actions.reads import alarms, bundles, conflicts, evidence, figuresin, findings, inert, spokes, wording
from dubu_desktop.actions.reads.conflicts import plain
from dubu_desktop.actions.reads.past import history
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.reads.say import Say, label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing
from dubu_desktop.domain.fields import Field, FieldType, Kind
from dubu_desktop.domain.numbers import normal_number
from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.domain.text import clean_line, clean_text
from dubu_desktop.errors import DubuError

#: what `show` lists besides the record kinds
OTHERS = ("paper_kind", "figure", "wording", "conflict", "bundle", "history", "inert", "alarm", "spoke", "starter")


def show(r: Reader, kind: str, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Records of a kind, in order of creation, as JSON can say them.

    `where`: {field: value}, each of which must hold; references by id, number, code or name; "id" and "status" too;
    "void": true to see withdrawn records as well. D-305 for a kind or field that does not exist, D-306 for a
    reference that is not here.
    """
    other: dict[str, Callable[[Reader, Mapping[str, Any]], Iterator[dict[str, Any]]]] = {
        "paper_kind": _paper_kinds,
        "figure": _figures,
        "wording": _wordings,
        "conflict": _conflicts,
        "bundle": _bundles,
        "history": _history,
        "inert": _inert,
        "alarm": _alarms,
        "spoke": _spokes,
        "starter": _starters,
    }
    if kind in other:
        return other[kind](r, where)
    if kind not in BY_NAME:
        raise DubuError("D-305", detail=f"没有 {kind} 这种记录；有 {'、'.join([*BY_NAME, *OTHERS])}")
    return _records(r, BY_NAME[kind], where)


def _paper_kinds(r: Reader, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The kinds of paper this side may make, and what each needs and lets one choose."""
    for kind in all_kinds().values():
        row: dict[str, Any] = {"id": kind.id, "label": kind.label, "goes": kind.goes.value, "format": kind.format.value}
        row |= {"rests": kind.rests.value, "most": kind.most, "options": [asdict(o) for o in kind.all_options()]}
        if kind.may_make(r.office) and all(row.get(name) == value for name, value in where.items()):
            yield row


def _figures(r: Reader, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The figures of one paper, each with its 口径 and rows; where {"document": id, number or title}: else D-305."""
    if not where.get("document"):
        raise DubuError("D-305", detail='figure 要写明文书，例如 {"document": "督巡通〔2026〕1号"}')
    record = lookup.find(r.conn, "document", normal_number(str(where["document"])))
    for one in figuresin.figures(r, record):
        rows = [asdict(row) for row in figuresin.behind(r, record, one.place)]
        yield asdict(one) | {"sentence": one.sentence, "rows": rows}


def _wordings(r: Reader, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The texts of papers: what is in force, whether it is the office's own, and the tags that may stand in it."""
    for one in wording.wording(r):
        row: dict[str, Any] = {"kind": one.kind, "kind_label": one.kind_label, "text": one.place.key}
        row |= {"label": one.place.label, "words": one.text, "own": one.own, "version": one.version}
        row |= {"shipped": one.place.text, "wrong": one.wrong}
        row["tags"] = [
            {"name": t.name, "meaning": t.meaning, "items": [i.name for i in t.items]} for t in one.place.tags
        ]
        if all(row.get(name) == value for name, value in where.items()):
            yield row


# --- records -----------------------------------------------------------------------------------------------------
def _records(r: Reader, kind: Kind, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    equal, rest = _conditions(r, kind, where)
    statuses = [str(where["status"])] if where.get("status") else []
    given = where.get("id")
    ids: Sequence[int]
    if given is not None:
        found = listing.row_ids(r.conn, [lookup.find(r.conn, kind.name, given)])
        ids = list(found.values())
    else:
        gone = bool(where.get("void"))
        ids = listing.kind_ids(r.conn, kind.name, [], equal=equal, statuses=statuses, with_gone=gone)
    say = Say(r)
    for at in range(0, len(ids), listing.PAGE):
        rows = listing.kind_rows(r.conn, kind.name, ids[at : at + listing.PAGE])
        _know(say, kind, rows)
        extra = _beside(r, kind, rows)
        for row in rows:
            if all(fits(row) for fits in rest):
                yield _plain(say, kind, row) | extra.get(row["uuid"], {})


def _conditions(
    r: Reader, kind: Kind, where: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Callable[[dict[str, Any]], bool]]]:
    """What the tables can compare, and what is compared row by row (lists)."""
    equal: dict[str, Any] = {}
    rest: list[Callable[[dict[str, Any]], bool]] = []
    for name, value in where.items():
        if name in ("status", "id", "void"):
            continue
        field = kind.by_name.get(name)
        if field is None:
            raise DubuError("D-305", detail=f"{kind.label}没有 {name} 这一项")
        if field.type in (FieldType.LINES, FieldType.REFS, FieldType.TREE):
            wanted = _meant(r, field, value)
            rest.append(lambda row, n=name, w=wanted: w in (row[n] or ()))  # type: ignore[misc]
        else:
            equal[name] = _meant(r, field, value)
    return equal, rest


def _meant(r: Reader, field: Field, value: Any) -> Any:
    """A value as the table holds it: a name or number turned into an id, a label into its value."""
    if value is None:
        return None
    if field.type in (FieldType.REF, FieldType.REFS) and field.ref:
        return lookup.find(r.conn, field.ref, value)
    if field.type in (FieldType.REF, FieldType.REFS):
        return lookup.any_record(r.conn, str(value))
    if field.type is FieldType.HASH:
        try:
            return bytes.fromhex(str(value))
        except ValueError as error:
            raise DubuError("D-305", detail=f"{field.label}要写成十六进制") from error
    if field.type is FieldType.FLAG:
        return int(bool(value)) or None if value is False else int(bool(value))
    if field.choices is not None:
        value = next((str(m.value) for m in field.choices if value in (m.value, m.label)), value)
    if field.type in (FieldType.LINES, FieldType.TREE):
        return value
    if not isinstance(value, str | int | float) or (isinstance(value, int) and not -(2**63) <= value < 2**63):
        raise DubuError("D-305", detail=f"{field.label}不能与这样的值相比")
    return clean_text(value) if isinstance(value, str) else value


def _know(say: Say, kind: Kind, rows: Sequence[dict[str, Any]]) -> None:
    """Look up every name a page needs, one statement per kind of reference."""
    wanted: dict[str, list[bytes]] = {}
    for f in kind.fields:
        if f.ref and f.ref != "group":
            for row in rows:
                value = row[f.name]
                wanted.setdefault(f.ref, []).extend(value if isinstance(value, list) else [value] if value else [])
    for ref, ids in wanted.items():
        say.know(ref, ids)


def _plain(say: Say, kind: Kind, row: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {
        "kind": kind.name,
        "id": row["uuid"].hex(),
        "status": row["status"],
        "status_label": kind.lifecycle.status_label(row["status"]),
        "created_ms": row["created_ms"],
    }
    for f in kind.fields:
        value = row[f.name]
        out[f.name] = plain(value)
        if f.ref and value:
            names = [say.name(f.ref, v) for v in value] if isinstance(value, list) else say.name(f.ref, value)
            out[f"{f.name}_name"] = names
        elif f.choices is not None and value:
            out[f"{f.name}_label"] = [label_of(f, v) for v in value] if isinstance(value, list) else label_of(f, value)
    return out


def _beside(r: Reader, kind: Kind, rows: Sequence[dict[str, Any]]) -> dict[bytes, dict[str, Any]]:
    """What is told of a record besides its fields."""
    if kind.name == "finding":
        return _of_findings(r, rows)
    if kind.name == "evidence":
        return {row["uuid"]: {"state": evidence.state_of(r, row)} for row in rows}
    return {}


def _of_findings(r: Reader, rows: Sequence[dict[str, Any]]) -> dict[bytes, dict[str, Any]]:
    missing = figures.photos_wanted(r.conn, [row["uuid"] for row in rows])
    out = {}
    for line in listing.line_rows(r.conn, [row["id"] for row in rows]):
        light = findings.light_of(r, line)
        out[line["uuid"]] = {
            "due_on": line["due_on"],
            "light": light.word if light else None,
            "photos": line["photos"],
            "photos_after": line["photos_after"],
            "photos_missing": missing.get(line["uuid"], 0),
            "urges": line["urges"],
            "returns": line["returns"],
            "reopens": line["reopens"],
            "conflicts": line["conflicts"],
        }
    return out


# --- the others --------------------------------------------------------------------------------------------------
def _root(r: Reader, where: Mapping[str, Any]) -> bytes | None:
    """The record named in `where` by id or by any number or name; D-306."""
    ref = where.get("record")
    if ref is None:
        return None
    text = str(ref)
    if len(text) == 32 and all(c in "0123456789abcdef" for c in text.lower()):
        return lookup.any_record(r.conn, text)
    kinds = [str(where["kind"])] if where.get("kind") else ["finding", "task", "document", "unit", "person", "group"]
    for kind in kinds:
        try:
            return lookup.find(r.conn, kind, text)
        except DubuError:
            continue
    raise DubuError("D-306", what=clean_line(text)[:60])


def _history(r: Reader, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Lines of one record, the newest first; where {"record": id, number or name} is needed: D-305."""
    record = _root(r, where)
    if record is None:
        raise DubuError("D-305", detail='history 要写明记录，例如 {"record": "WT-2026-03-0001"}')
    for line in history(r, record, merged=False):
        yield asdict(line) | {"sentence": line.sentence}


def _conflicts(r: Reader, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    record = _root(r, where)
    if record is not None:
        yield from (asdict(view) for view in conflicts.of(r, record))
        return
    yield from (asdict(view) for view in conflicts.every(r, conflicts.ids(r)))


def _bundles(r: Reader, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row in bundles.ledger(r):
        told = asdict(row)
        if all(told.get(name) == value for name, value in where.items()):
            yield told


def _inert(r: Reader, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for at in range(0, inert.count(r), listing.PAGE):
        for row in inert.rows(r, listing.PAGE, at):
            told = asdict(row)
            if all(told.get(name) == value for name, value in where.items()):
                yield told


def _alarms(r: Reader, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (asdict(row) for row in alarms.rows(r))


def _spokes(r: Reader, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row in spokes.rows(r):
        told = asdict(row) | {"name": row.name}
        if all(told.get(name) == value for name, value in where.items()):
            yield told


def _starters(r: Reader, where: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (asdict(row) for row in spokes.starters(r))
