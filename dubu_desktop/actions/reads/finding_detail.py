"""One finding with all that hangs on it, as the detail pane shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.gaps import Gap, finding_gaps, gauge_of
from dubu_desktop.actions.reads import conflicts, evidence, findings, sent
from dubu_desktop.actions.reads.conflicts import ConflictView
from dubu_desktop.actions.reads.evidence import EvidenceView
from dubu_desktop.actions.reads.fieldviews import is_creator, views
from dubu_desktop.actions.reads.notes import NoteRow, of_record
from dubu_desktop.actions.reads.offers import offer, offers, retraction
from dubu_desktop.actions.reads.parts import (
    Available,
    Chip,
    FieldView,
    Named,
    first_line,
    light_chip,
    say_day,
    say_moment,
    say_wall,
)
from dubu_desktop.actions.reads.reader import Reader, raw
from dubu_desktop.actions.reads.say import Say, label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import gather, listing, queries
from dubu_desktop.domain.clarity import Clarity
from dubu_desktop.domain.facts import Happened, RecordState
from dubu_desktop.domain.lifecycle import FINDING as LIFE
from dubu_desktop.domain.lifecycle import FindingStatus
from dubu_desktop.domain.records import FINDING, RECTIFICATION, URGE
from dubu_desktop.domain.records.finding import EvidenceRole
from dubu_desktop.domain.text import mask_name
from dubu_desktop.errors import DubuError

S = FindingStatus


@dataclass(frozen=True, slots=True)
class UrgeView:
    """One urge, or one return for redo (which is counted with them; `id` is then empty)."""

    id: str
    when: str
    channel: str
    text: str
    response: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person who was named; masked, the full name is read by `full_name` alone."""

    id: str
    name: str
    post: str


@dataclass(frozen=True, slots=True)
class RectificationView:
    """The finding's one rectification. `days_late`: positive late, negative early, None while it is open."""

    id: str
    fields: tuple[FieldView, ...]
    light: Chip
    due_on: str
    due: str
    original_due: str
    extensions: int
    term: str
    units: tuple[Named, ...]
    verify_group: Named | None
    days_late: int | None


@dataclass(frozen=True, slots=True)
class FindingDetail:
    """All of one finding. `steps` and `at`: the strip; `at` is now, `len(steps)` all done."""

    rowid: int
    id: str
    number: str
    title: str
    status: str
    status_label: str
    group: str
    visit_kind: str
    sent: str
    chips: tuple[Chip, ...]
    steps: tuple[str, ...]
    at: int
    fields: tuple[FieldView, ...]
    clarity: Clarity
    gaps: tuple[Gap, ...]
    evidence: tuple[EvidenceView, ...]
    photos_missing: int
    #: photos another side lacks and has asked for; they go with the next bundle
    photos_asked: int
    rectification: RectificationView | None
    urges: tuple[UrgeView, ...]
    urge_count: int
    persons: tuple[PersonView, ...]
    notes: tuple[NoteRow, ...]
    actions: tuple[Available, ...]
    conflicts: tuple[ConflictView, ...]
    merged_into: Named | None
    repeats: Named | None
    #: the documents that name it: the number of each, or its title as a draft
    papers: tuple[Named, ...] = ()

    def field(self, key: str) -> FieldView:
        """The field called `key`. KeyError for one that is not there."""
        return {f.key: f for f in self.fields}[key]

    @property
    def missing(self) -> tuple[str, ...]:
        """What is missing before it can be finalised, in words."""
        return tuple(gap.label for gap in self.gaps)


def detail(r: Reader, finding: str | bytes | int) -> FindingDetail:
    """One finding by id (hex or bytes) or by row id. D-306 when it is not here."""
    record = listing.uuid_of(r.conn, finding) if isinstance(finding, int) else raw(finding)
    row = queries.row_of(r.conn, "finding", record) if record else None
    line = listing.line_of(r.conn, record) if record else None
    if record is None or row is None or line is None:
        raise DubuError("D-306", what=f"问题 {finding if isinstance(finding, int) else raw(finding).hex()}")
    say = Say(r)
    photos = evidence.of_finding(r, record)
    state = r.ws.fold.state(r.conn, record, record)
    events = state.standing if state is not None else ()
    gaps = finding_gaps(row, len(photos), r.rules.findings) if row["status"] == S.DRAFT else []
    told = sent.words(r, [record]).get(record, "")
    lacking = figures.photos_wanted(r.conn, [record]).get(record, 0)
    urges = _urges(r, record, events)
    steps, at = strip(row["status"], r, row, told)
    visit = queries.row_of(r.conn, "visit", row["visit"]) if row["visit"] else None
    return FindingDetail(
        rowid=row["id"],
        id=record.hex(),
        number=row["number"] or "",
        title=first_line(row["facts"]) or row["place"] or "（未写明情况）",
        status=row["status"],
        status_label=LIFE.status_label(row["status"]),
        group=r.group_name(row["finder_group"]),
        visit_kind=_visit_kind(visit),
        sent=told,
        chips=findings.chips(r, line, lacking),
        steps=steps,
        at=at,
        fields=_fields(r, say, row, gaps),
        clarity=gauge_of(row),
        gaps=tuple(gaps),
        evidence=photos,
        photos_missing=lacking,
        photos_asked=sum(any(map(r.ws.blobs.has, named)) for named in figures.photos_asked(r.conn, record)),
        rectification=_rectification(r, say, row, line, events),
        urges=urges,
        urge_count=line["urges"] + line["returns"],
        persons=tuple(
            PersonView(p["uuid"].hex(), mask_name(p["name"] or ""), p["post"] or "")
            for p in queries.all_rows(r.conn, "named_person", finding=record)
        ),
        notes=of_record(r, record),
        actions=(*_actions(r, row, line, gaps, photos), *_more(r, row, state, photos, urges)),
        conflicts=conflicts.of(r, record) if line["conflicts"] else (),
        merged_into=_other(say, row["merged_into"]),
        repeats=_other(say, row["repeats"]),
        papers=tuple(
            Named(d["uuid"].hex(), d["number"] or f"{d['title'] or ''}（未签发）")
            for d in gather.papers_naming(r.conn, record)
        ),
    )


def _visit_kind(visit: dict[str, Any] | None) -> str:
    from dubu_desktop.domain.records import VISIT

    return label_of(VISIT.by_name["visit_kind"], visit["visit_kind"]) if visit and visit["visit_kind"] else ""


def _other(say: Say, finding: bytes | None) -> Named | None:
    return Named(finding.hex(), say.name("finding", finding)) if finding else None


def _fields(r: Reader, say: Say, row: dict[str, Any], gaps: list[Gap]) -> tuple[FieldView, ...]:
    refs: dict[str, list[bytes]] = {f.ref: [] for f in FINDING.fields if f.ref}
    for f in FINDING.fields:
        if f.ref and row[f.name]:
            refs[f.ref].append(row[f.name])
    for kind, ids in refs.items():
        if ids and kind != "group":
            say.know(kind, ids)
    missing = {gap.field: f"还缺{gap.label}" for gap in gaps}
    return views(r, say, FINDING, row, root_creator=is_creator(r, row["uuid"]), missing=missing)


# --- the strip ---------------------------------------------------------------------------------------------------
_WAY = ("定稿", "上报", "核定", "交整改", "整改中", "核查", "销号")
_AT = {S.DRAFT: 0, S.FINAL: 2, S.CONFIRMED: 3, S.RECTIFYING: 4, S.REPLIED: 5, S.VERIFIED: 6, S.CLOSED: 7}


def strip(status: str, r: Reader, row: dict[str, Any], told: str) -> tuple[tuple[str, ...], int]:
    """The steps of the way and where the finding stands; what left the way ends in its own word."""
    if status not in _AT:
        done = ("定稿", "上报", "核定") if status != S.VOIDED else ()
        steps = (*done, LIFE.status_label(status))
        return _without_report(row, steps, len(steps))
    at = _AT[S(status)]
    if status == S.FINAL and not r.office and told != sent.RECEIVED:
        at = 1
    return _without_report(row, _WAY, at)


def _without_report(row: dict[str, Any], steps: tuple[str, ...], at: int) -> tuple[tuple[str, ...], int]:
    """What the office itself found is not reported to it."""
    if row["finder_group"] or "上报" not in steps:
        return steps, at
    return tuple(s for s in steps if s != "上报"), at - 1 if at > 1 else at


# --- what hangs on it --------------------------------------------------------------------------------------------
def _rectification(
    r: Reader, say: Say, row: dict[str, Any], line: dict[str, Any], events: Sequence[Happened]
) -> RectificationView | None:
    found = next(iter(queries.all_rows(r.conn, "rectification", finding=row["uuid"])), None)
    light = findings.light_of(r, line)
    if found is None or light is None:
        return None
    say.know("unit", found["units"])
    assigned = r.side is not None and found["verify_group"] == r.side
    group = found["verify_group"]
    return RectificationView(
        id=found["uuid"].hex(),
        fields=views(r, say, RECTIFICATION, found, assigned=assigned, root_statuses=[row["status"]]),
        light=light_chip(light),
        due_on=found["due_on"] or "",
        due=say_day(found["due_on"], r.today),
        original_due=say_day(found["original_due_on"], r.today),
        extensions=sum(LIFE.name_of.get(e.event) == "extend" for e in events),
        term=label_of(RECTIFICATION.by_name["term"], found["term"]) if found["term"] else "",
        units=tuple(Named(u.hex(), say.name("unit", u)) for u in found["units"]),
        verify_group=Named(group.hex(), r.group_name(group)) if group else None,
        days_late=found["days_late"],
    )


def _urges(r: Reader, record: bytes, events: Sequence[Happened]) -> tuple[UrgeView, ...]:
    """Urges and returns for redo, the newest first."""
    channel = URGE.by_name["channel"]
    out = [
        (
            u["urged_at"] or "",
            UrgeView(
                u["uuid"].hex(),
                say_moment(u["urged_at"], r.today),
                label_of(channel, u["channel"]) if u["channel"] else "",
                u["text"] or "",
                u["response"] or "",
            ),
        )
        for u in queries.all_rows(r.conn, "urge", finding=record)
    ]
    for e in events:
        if LIFE.name_of.get(e.event) == "return_for_redo":
            when = r.ws.clock.local(e.wall).replace(tzinfo=None).isoformat(timespec="minutes")
            reason = str(e.args.get("reason", ""))
            out.append((when, UrgeView("", say_wall(e.wall, r.today), "退回重办", reason, "")))
    return tuple(view for _, view in sorted(out, key=lambda pair: pair[0], reverse=True))


def _actions(
    r: Reader, row: dict[str, Any], line: dict[str, Any], gaps: list[Gap], photos: tuple[EvidenceView, ...]
) -> tuple[Available, ...]:
    lacking: dict[str, list[str]] = {"finalise": [gap.label for gap in gaps]}
    if r.rules.rectification.after_photo_required and not any(p.role == EvidenceRole.AFTER for p in photos):
        lacking["verify"] = ["整改后照片"]
    if not row["finder_group"]:
        lacking["assign"] = ["核查组（办公室登记的问题要写明由哪一组核查）"]
    assigned = r.side is not None and line["verify_group"] == r.side
    steps = offers(r, FINDING, {**row, "term": line["term"]}, assigned=assigned, missing=lacking)
    return (*steps, *_besides(r, row))


def _more(
    r: Reader,
    row: dict[str, Any],
    state: RecordState | None,
    photos: tuple[EvidenceView, ...],
    urges: tuple[UrgeView, ...],
) -> Iterator[Available]:
    """What follows from what is there: an urge unanswered, photos here as previews alone, a last step to take back."""
    unanswered = next((u for u in urges if u.id and not u.response), None)  # the newest stand first
    if unanswered is not None:
        found = offer(r, "answer_urge", {"uuid": bytes.fromhex(unanswered.id)}, "urge", asks=("response",))
        if found is not None:
            yield found
    back = retraction(r, FINDING, state, row)
    asked = offer(r, "want_photos", row, "finding") if any(e.state == evidence.PREVIEW_ONLY for e in photos) else None
    yield from (one for one in (asked, back) if one is not None)


def _besides(r: Reader, row: dict[str, Any]) -> Iterator[Available]:
    """What can be done to a finding without moving it on."""
    wanted: list[tuple[str, str, bool, tuple[str, ...]]] = []
    if row["status"] in findings.IN_HAND:
        wanted.append(("urge", "findings", True, ("channel", "text")))
        wanted.append(("edit_rectification", "finding", False, ("values",)))
    if row["status"] in findings.OPEN:
        wanted.append(("add_photos", "finding", False, ("files",)))
        if r.rules.findings.named_persons:
            wanted.append(("name_person", "finding", False, ("name", "post")))
    wanted += [("record_instruction", "findings", True, ("leader", "text")), ("add_note", "record", False, ("text",))]
    if row["status"] == FindingStatus.VOIDED and r.ws.profile.is_hub:  # in the window first withdrawn, then removed
        wanted.append(("purge", "record", False, ("reason",)))
    for verb, parameter, many, asks in wanted:
        found = offer(r, verb, row, parameter, many=many, asks=asks)
        if found is not None:
            extra = {"kind": "finding"} if verb in ("add_note", "purge") else {}
            yield Available(found.verb, found.label, found.params | extra, False, found.asks)
