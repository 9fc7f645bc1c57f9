"""Notes and proposals: who suggests what about which record."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.reads.lists import ListFilter
from dubu_desktop.actions.reads.parts import say_wall
from dubu_desktop.actions.reads.reader import Reader, raw
from dubu_desktop.actions.reads.say import Say, label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing, queries
from dubu_desktop.domain.fields import Field, clean
from dubu_desktop.domain.history import short
from dubu_desktop.domain.records import BY_NAME, NOTE
from dubu_desktop.domain.records.finding import NoteState
from dubu_desktop.errors import DubuError


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note. `field`, `value`: the change proposed, empty for a plain note; `old`: what stands there now."""

    rowid: int
    id: str
    record: str
    record_kind: str
    record_name: str
    text: str
    field: str
    field_label: str
    value: str
    old: str
    state: str
    state_label: str
    who: str
    side: str
    when: str


def ids(r: Reader, filter: ListFilter = ListFilter(), sort: str = "new") -> array[int]:
    """Row ids, the newest first. Keys: open, all. `text`: words of the note."""
    rows = listing.kind_ids(
        r.conn, "note", ["-created_ms"], text_fields=("text",), words=filter.text.split(), with_gone=False
    )
    if filter.key != "open":
        return rows
    waiting = set(listing.kind_ids(r.conn, "note", [], equal={"state": None}))
    waiting |= set(listing.kind_ids(r.conn, "note", [], equal={"state": str(NoteState.OPEN)}))
    return array("q", (i for i in rows if i in waiting))


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}."""
    answered = sum(figures.count_where(r.conn, "note", state=str(s)) for s in (NoteState.TAKEN, NoteState.DECLINED))
    whole = figures.count_where(r.conn, "note")
    return {"open": whole - answered, "all": whole}


def rows(r: Reader, ids: Sequence[int]) -> list[NoteRow]:
    """At most 200 notes."""
    say = Say(r)
    return [_row(r, say, note) for note in listing.kind_rows(r.conn, "note", ids)]


def of_record(r: Reader, record: str | bytes) -> tuple[NoteRow, ...]:
    """The notes on one record, the newest first."""
    say = Say(r)
    found = queries.all_rows(r.conn, "note", record=raw(record))
    return tuple(_row(r, say, note) for note in reversed(found))


def _row(r: Reader, say: Say, note: dict[str, Any]) -> NoteRow:
    kind = queries.kind_of(r.conn, note["record"]) or ""
    state = note["state"] or NoteState.OPEN
    author = listing.author_of(r.conn, note["uuid"])
    field, value, old = _proposal(r, say, kind, note)
    return NoteRow(
        rowid=note["id"],
        id=note["uuid"].hex(),
        record=note["record"].hex(),
        record_kind=kind,
        record_name=say.name(kind, note["record"]) if kind else "（记录不在本机）",
        text=note["text"] or "",
        field=note["proposed_field"] or "",
        field_label=field,
        value=value,
        old=old,
        state=state,
        state_label=label_of(NOTE.by_name["state"], state),
        who=say.name("person", author.person) if author.person and author.known else "",
        side="办公室" if author.creator == b"" else r.group_name(author.creator) if author.creator else "",
        when=say_wall(note["created_ms"], r.today),
    )


def _proposal(r: Reader, say: Say, kind: str, note: dict[str, Any]) -> tuple[str, str, str]:
    """Label of the field, the value proposed, the value now."""
    name = note["proposed_field"]
    if not name or not kind or name not in BY_NAME[kind].by_name:
        return "", "", ""
    field = BY_NAME[kind].by_name[name]
    now = queries.row_of(r.conn, kind, note["record"]) or {}
    return field.label, _said(say, field, (note["proposed_value"] or {}).get("value")), say.value(field, now.get(name))


def _said(say: Say, field: Field, proposed: Any) -> str:
    """A proposed value in words; what a changed program wrote there instead of one is shown as it is."""
    try:
        return say.value(field, clean(field, proposed))
    except DubuError:
        return short(str(proposed))
