"""The way of a document of any kind: submitted, signed with its number, issued with what it carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dubu_desktop.actions import carrying, choosing, handwritten, paper_settings, paperphotos, papers, recorded
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.paper_data import TOLD, Material
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.registry import OFFICE_EDITION, verb
from dubu_desktop.actions.verbs.drafting import document as _document
from dubu_desktop.actions.verbs.rectify import assign, extend
from dubu_desktop.db import queries
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, DocumentStatus, Role, TaskStatus
from dubu_desktop.domain.papers.blocks import Format, HeadStyle
from dubu_desktop.domain.papers.kind import PaperKind
from dubu_desktop.domain.papers.series import number_label
from dubu_desktop.domain.papers.wording import names_in
from dubu_desktop.domain.records.finding import UrgeChannel
from dubu_desktop.errors import DubuError

_OFFICE = (OFFICE_EDITION,)
Row = dict[str, Any]


@verb("送审", editions=_OFFICE, roles=(Role.CLERK,))
def submit_document(desk: Desk, *, document: str) -> None:
    """Lay a draft before the director; what it tells must be fact (D-308): of a 通报 every finding is confirmed."""
    record = _document(desk, document)
    _require_fit(desk, _row(desk, record))
    desk.step(record, "submit")
    handwritten.tell(desk, record)
    _tell_of_photos(desk, record)


def _tell_of_photos(desk: Desk, record: bytes) -> None:
    """Which photos of the paper are not here yet: said at every step, not first when it is printed."""
    reader = Reader(desk.ws, desk.conn, desk.person)
    if said := paperphotos.lacking(reader, papers.paper_of(reader, record)).said:
        desk.warnings.append(said)


def _row(desk: Desk, record: bytes) -> Row:
    row = queries.row_of(desk.conn, "document", record)
    if row is None:
        raise DubuError("D-306", what=f"文书 {record.hex()}")
    return row


def _require_fit(desk: Desk, row: Mapping[str, Any]) -> None:
    """A paper tells facts: D-308 for a finding not confirmed (通报), withdrawn, or that its kind does not tell of."""
    rows = queries.rows_of(desk.conn, "finding", row["findings"] or [])
    if recorded.is_bulletin(row):
        wrong = [r["number"] or "" for r in rows if r["status"] not in TOLD]
        if wrong or not rows:
            missing = f"核定（{'、'.join(wrong)} 未核定或已有其他结论）" if wrong else "列入的问题"
            raise DubuError("D-308", missing=missing)
        if not (row["title"] or "").strip():
            raise DubuError("D-308", missing="标题")
        return
    choosing.must_be_told(rows)
    recorded.paper_now(Reader(desk.ws, desk.conn, desk.person), row)


@verb("退回文书", editions=_OFFICE, roles=(Role.DIRECTOR,))
def send_back_document(desk: Desk, *, document: str, reason: str = "") -> None:
    """Send a submitted paper back to be changed."""
    desk.step(_document(desk, document), "send_back", reason)


@verb("签发", editions=_OFFICE, roles=(Role.DIRECTOR,), undoable=False, hub=True)
def sign_document(desk: Desk, *, document: str) -> None:
    """Sign a submitted paper: it takes its number and is kept as it reads, to print unchanged a year later.

    A 交办单 bears the number its task took at 交办; 照片卡 bear none. The signer is the one named in the options, else
    who signs here.
    """
    record = _document(desk, document)
    row = _row(desk, record)
    _require_fit(desk, row)
    _tell_of_moves(desk, carrying.deeds(_material(desk, record)))
    handwritten.tell(desk, record)
    reader = Reader(desk.ws, desk.conn, desk.person)
    kind = recorded.kind_of_row(row)
    signed: Row = {"signed_on": desk.today.isoformat(), "year": desk.today.year}
    written = "、".join(names_in((row["options"] or {}).get("signer") or ""))
    signed["signer"] = written or (desk.person.name if desk.person else "")
    told = {"status": DocumentStatus.SIGNED.value}
    if not recorded.is_bulletin(row):  # a report of a task keeps which findings it told of, whatever is found later
        signed["findings"] = [f.id for f in recorded.told_of(reader, row).findings]
    total = None
    if kind.by_task:
        signed["number"] = _number_of_task(desk, row)
    elif kind.numbered:
        style, taken, total = _next(reader, desk, kind, row)
        signed |= taken
        told |= {"style": style.value} if recorded.is_bulletin(row) else {}
    running = total if recorded.is_bulletin(row) and reader.rules.bulletin.running_total else None
    frozen = papers.frozen_of(reader, {**row, **signed, **told}, running)
    desk.set(record, signed | {"frozen": frozen})
    # The step last: it closes the paper and must know all that was written. In a wrong status it takes all back.
    desk.step(record, "sign")
    desk.number = signed.get("number")
    _tell_of_photos(desk, record)


def _next(reader: Reader, desk: Desk, kind: PaperKind, row: Mapping[str, Any]) -> tuple[HeadStyle, Row, int]:
    """(version of the head, number and serial, running total of all years) that signing takes: no gaps, no doubles."""
    settings = paper_settings.load(desk.conn)
    year = desk.today.year
    used = recorded.used_of(desk.conn, kind.id, settings)
    serial = used.get(year, 0) + 1
    style, label = recorded.head_of(reader, kind, row, settings)
    number = number_label(label, style, settings.code_for(reader.rules, kind.id), year, serial)
    return style, {"number": number, "serial": serial}, sum({**used, year: serial}.values())


def _number_of_task(desk: Desk, row: Mapping[str, Any]) -> str:
    """The number its task took at 交办 (contracts.md §5); D-308 before that, D-305 when another paper bears it."""
    task = desk.state(row["task"])
    number = str(task.get("number") or "")
    if not number or task.status == TaskStatus.DRAFTED:
        raise DubuError("D-308", missing="交办（任务交办以后才有编号，交办单随任务编号）")
    in_force = (DocumentStatus.SIGNED, DocumentStatus.ISSUED)
    for other in queries.all_rows(desk.conn, "document", task=row["task"], doc_kind=row["doc_kind"]):
        if other["uuid"] != row["uuid"] and other["status"] in in_force:
            raise DubuError("D-305", detail=f"{number} 已有一份签发的交办单，请先撤销那一份")
    return number


@verb("印发", editions=_OFFICE, roles=(Role.CLERK,), undoable=False)
def issue_document(desk: Desk, *, document: str, verify_group: str = "") -> None:
    """Issue a signed paper. A 通报 or 整改通知书 hands every finding it names that is still confirmed over for
    rectification; a 督办单 or 提醒函 is put on record as an urging.

    By the director's signature (contracts.md §2), on the dates the paper tells; those assigned before keep theirs
    unless 按通报期限 was ticked. What the records no longer allow is left and told, and what was
    done is counted. verify_group: who verifies findings of the office itself (D-308 without).
    """
    record = _document(desk, document)
    told = carrying.deeds(_material(desk, record))
    desk.set(record, {"issued_on": desk.today.isoformat()})
    desk.step(record, "issue")
    row = _row(desk, record)
    kind = recorded.kind_of_row(row)
    group = desk.find_or_none("group", verify_group)
    desk.number = row["number"]
    with desk.carried(record):
        for deed in told:
            _carry(desk, kind, row, deed, group)
    desk.extra |= carrying.counted(told)
    _tell_of_moves(desk, told)
    _tell_of_photos(desk, record)


def _material(desk: Desk, record: bytes) -> Material:
    return Material(Reader(desk.ws, desk.conn, desk.person), _row(desk, record))


def _tell_of_moves(desk: Desk, told: Sequence[carrying.Deed]) -> None:
    if said := carrying.said(told):
        desk.warnings.append(said)


def _carry(desk: Desk, kind: PaperKind, row: Mapping[str, Any], deed: carrying.Deed, group: bytes | None) -> None:
    if deed.assign:
        given: dict[str, Any] = {"document": row["uuid"], "term": deed.term}
        if not desk.state(deed.finding).get("finder_group"):
            given["verify_group"] = group
        assign(desk, deed.finding, start=date.fromisoformat(row["signed_on"]), due_on=deed.due_on, given=given)
    if deed.urge:
        channel = UrgeChannel.LETTER if kind.format is Format.LETTER else UrgeChannel.NOTICE
        said = f"{kind.label} {row['number']}"
        desk.create("urge", {"finding": deed.finding, "channel": channel, "text": said, "urged_at": desk.now})
    if deed.rectification is not None:
        extend(desk, deed.finding, deed.rectification, row["due_on"], f"按{row['number']}规定的期限")
        desk.set(deed.rectification, {"document": row["uuid"]})


@verb("撤销文书", editions=_OFFICE, roles=OFFICE_ROLES, undoable=False)
def revoke_document(desk: Desk, *, document: str, reason: str = "") -> None:
    """Revoke a paper: a draft by the clerk, a signed one by the director with a reason. A number taken stays used."""
    desk.step(_document(desk, document), "revoke", reason)
