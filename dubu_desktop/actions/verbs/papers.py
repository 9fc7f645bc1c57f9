"""The 通报 from draft to 印发 (contracts.md §2, Document)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from dubu_desktop.actions import paper_settings, papers, rules
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.paper_data import OPTIONS, RUNNING, TOLD, default_title
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.registry import OFFICE_EDITION, verb
from dubu_desktop.actions.verbs.rectify import assign, extend
from dubu_desktop.db import gather, queries
from dubu_desktop.domain.facts import RecordState, awaits_due
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, DocumentStatus, FindingStatus, Role
from dubu_desktop.domain.numbers import normal_number
from dubu_desktop.domain.papers.blocks import HeadStyle
from dubu_desktop.domain.papers.bulletin_data import NamingLevel
from dubu_desktop.domain.papers.wording import paper_number
from dubu_desktop.domain.records.work import DocumentKind
from dubu_desktop.errors import DubuError

_OFFICE = (OFFICE_EDITION,)
#: what a draft may be given besides its findings
_TEXTS = ("title", "lead", "overall", "requirements", "organ")
_LISTS = ("addressees", "cc", "report_to", "groups")
_EDITABLE = frozenset((*_TEXTS, *_LISTS, "due_on", "override_due", "style", "sealed", "naming", "options"))


# --- drafting ----------------------------------------------------------------------------------------------------


@verb("拟通报", editions=_OFFICE, roles=OFFICE_ROLES)
def draft_bulletin(
    desk: Desk,
    *,
    findings: list[str],
    title: str = "",
    addressees: list[str] | None = None,
    cc: list[str] | None = None,
    report_to: list[str] | None = None,
    due_on: str = "",
    override_due: bool = False,
    style: str = "",
    sealed: bool | None = None,
    naming: str = "",
    groups: list[str] | None = None,
    lead: str = "",
    overall: str = "",
    requirements: str = "",
    organ: str = "",
    options: dict[str, Any] | None = None,
) -> None:
    """Draft a 通报 of findings (numbers or ids), in this order; texts left out are generated until they are given.

    style: red_head, issue. naming: unit, person. override_due: the paper's due_on also moves dates already set.
    groups (发送范围) left out: the groups that found or verify. options: photos per finding, reply_sheet, reply_to,
    good_practice, secrecy, urgency, copy_number, table_rows_in_body.
    """
    named = _found(desk, findings)
    given: dict[str, Any] = {
        "title": title or default_title(_paths(desk, named)),
        "addressees": addressees,
        "cc": cc,
        "report_to": report_to,
        "due_on": due_on,
        "override_due": override_due,
        "style": style,
        "sealed": sealed,
        "naming": naming,
        "lead": lead,
        "overall": overall,
        "requirements": requirements,
        "organ": organ,
        "options": options,
    }
    values = _values(desk, given)
    scope = _groups_of(desk, named) if groups is None else [desk.find("group", g) for g in groups]
    values |= {"doc_kind": DocumentKind.BULLETIN, "findings": named, "groups": scope}
    _check_due(values.get("due_on"), values.get("override_due"))
    desk.create("document", values)
    _warn(desk, named)


def _found(desk: Desk, findings: Iterable[str]) -> list[bytes]:
    """The findings meant, each once, in order; D-308 for none, D-306."""
    named = list(dict.fromkeys(desk.find("finding", f) for f in findings))
    if not named:
        raise DubuError("D-308", missing="列入的问题")
    return named


def _values(desk: Desk, given: Mapping[str, Any]) -> dict[str, Any]:
    """Field values from what a person gives; D-305 for a name or choice that is none."""
    wrong = sorted(set(given) - _EDITABLE)
    if wrong:
        raise DubuError("D-305", detail=f"文书没有可填的项 {'、'.join(wrong)}")
    values = dict(given)
    if values.get("style"):
        values["style"] = _choice(HeadStyle, values["style"])
    if values.get("naming"):
        level = values["naming"]["level"] if isinstance(values["naming"], dict) else values["naming"]
        values["naming"] = {"level": _choice(NamingLevel, level)}
    if values.get("groups"):
        values["groups"] = [desk.find("group", g) for g in values["groups"]]
    if values.get("options"):
        values["options"] = _options(values["options"])
    return values


def _choice(kind: Any, value: Any) -> str:
    found = next((m.value for m in kind if value in (m.value, m.label)), None)
    if found is None:
        raise DubuError("D-305", detail=f"没有 {value}，可用：{'、'.join(m.value for m in kind)}")
    return str(found)


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Printing options, checked by name and type against `OPTIONS`."""
    for name, value in given.items():
        if name not in OPTIONS or type(value) is not type(OPTIONS[name]):
            raise DubuError("D-305", detail=f"排印选项不对：{name}")
    return dict(given)


def _check_due(due_on: Any, override: Any) -> None:
    if override and not due_on:
        raise DubuError("D-308", missing="通报时限（按通报期限时必填）")


def _paths(desk: Desk, findings: list[bytes]) -> list[tuple[str, ...]]:
    """The field of work of each finding: the topmost category, as a path of one."""
    categories = {c["uuid"]: c for c in queries.all_rows(desk.conn, "category", with_gone=True)}
    out: list[tuple[str, ...]] = []
    for row in queries.rows_of(desk.conn, "finding", findings):
        at = categories.get(row["category"] or b"")
        while at is not None and at["parent"] in categories:
            at = categories[at["parent"]]
        out.append((at["name"],) if at is not None else ())
    return out


def _groups_of(desk: Desk, findings: list[bytes]) -> list[bytes]:
    """Groups that found or verify: they are told what the paper says of their findings."""
    rows = queries.rows_of(desk.conn, "finding", findings)
    verify = gather.children(desk.conn, "rectification", "finding", findings)
    found = [r["finder_group"] for r in rows]
    found += [r["verify_group"] for f in findings for r in verify.get(f, [])]
    return list(dict.fromkeys(g for g in found if g))


def _warn(desk: Desk, findings: list[bytes]) -> None:
    """Say early what will stop the paper at 送审 or wants an answer at 印发."""
    for row in queries.rows_of(desk.conn, "finding", findings):
        if row["status"] not in TOLD:
            label = desk.state(row["uuid"]).kind.lifecycle.status_label(row["status"])
            desk.warnings.append(f"{row['number']} 是“{label}”，核定以后才能送审")
        elif row["status"] == FindingStatus.CONFIRMED and not row["finder_group"]:
            desk.warnings.append(f"{row['number']} 由办公室登记，印发时要写明由哪一组核查")


@verb("修改文书", editions=_OFFICE, roles=OFFICE_ROLES)
def edit_document(desk: Desk, *, document: str, values: dict[str, Any]) -> None:
    """Change what a draft says: title, addressees, cc, report_to, lead, overall, requirements, due_on, options …

    A text set to "" is generated again. A submitted paper is changed by the director alone, a signed one by nobody.
    """
    record = _open(desk, document, "修改")
    given = _values(desk, values)
    desk.set(record, given)
    state = desk.state(record)
    _check_due(state.get("due_on"), state.get("override_due"))


@verb("增列问题", editions=_OFFICE, roles=OFFICE_ROLES)
def add_findings(desk: Desk, *, document: str, findings: list[str]) -> None:
    """Put more findings at the end of a draft; their groups join the 发送范围."""
    record = _open(desk, document, "修改")
    state = desk.state(record)
    named = _found(desk, findings)
    scope = [*(state.get("groups") or []), *_groups_of(desk, named)]
    wanted = [*(state.get("findings") or []), *named]
    desk.set(record, {"findings": list(dict.fromkeys(wanted)), "groups": list(dict.fromkeys(scope))})
    _warn(desk, named)


@verb("移出问题", editions=_OFFICE, roles=OFFICE_ROLES)
def remove_findings(desk: Desk, *, document: str, findings: list[str]) -> None:
    """Take findings out of a draft; at least one stays."""
    record = _open(desk, document, "修改")
    gone = set(_found(desk, findings))
    left = [f for f in desk.state(record).get("findings") or [] if f not in gone]
    if not left:
        raise DubuError("D-308", missing="列入的问题")
    desk.set(record, {"findings": left})


@verb("调整次序", editions=_OFFICE, roles=OFFICE_ROLES)
def reorder_findings(desk: Desk, *, document: str, findings: list[str]) -> None:
    """Put the findings of a draft into this order; those not named follow as they were."""
    record = _open(desk, document, "修改")
    now = desk.state(record).get("findings") or []
    wanted = _found(desk, findings)
    if set(wanted) - set(now):
        raise DubuError("D-305", detail="有的问题不在这份文书里")
    desk.set(record, {"findings": [*wanted, *[f for f in now if f not in wanted]]})


def _document(desk: Desk, ref: str) -> bytes:
    """A document by id, number (督巡通[2026]3号 as well) or title."""
    return desk.find("document", normal_number(ref))


def _open(desk: Desk, ref: str, what: str) -> bytes:
    """A document that may still be changed; D-307, D-302."""
    record = _document(desk, ref)
    state = desk.state(record)
    roles = desk.person.roles if desk.person else frozenset()
    if state.status == DocumentStatus.SUBMITTED and Role.DIRECTOR not in roles:
        name = desk.person.name if desk.person else "未选择人员"
        raise DubuError("D-302", name=name, roles=Role.DIRECTOR.label)
    if state.status not in (DocumentStatus.DRAFT, DocumentStatus.SUBMITTED):
        raise DubuError("D-307", status=state.kind.lifecycle.status_label(state.status), event=what)
    return record


# --- the way of a paper ------------------------------------------------------------------------------------------


@verb("送审", editions=_OFFICE, roles=(Role.CLERK,))
def submit_document(desk: Desk, *, document: str) -> None:
    """Lay a draft before the director; every finding must be confirmed (D-308)."""
    record = _document(desk, document)
    _require_told(desk, desk.state(record))
    desk.step(record, "submit")


def _require_told(desk: Desk, state: RecordState) -> None:
    """A 通报 tells facts: a finding not confirmed, voided, merged or not established has no place in it."""
    rows = queries.rows_of(desk.conn, "finding", state.get("findings") or [])
    wrong = [r["number"] or "" for r in rows if r["status"] not in TOLD]
    if wrong or not rows:
        raise DubuError("D-308", missing=f"核定（{'、'.join(wrong)} 未核定或已有其他结论）" if wrong else "列入的问题")


@verb("退回文书", editions=_OFFICE, roles=(Role.DIRECTOR,))
def send_back_document(desk: Desk, *, document: str, reason: str = "") -> None:
    """Send a submitted paper back to be changed."""
    desk.step(_document(desk, document), "send_back", reason)


@verb("签发", editions=_OFFICE, roles=(Role.DIRECTOR,), undoable=False, hub=True)
def sign_document(desk: Desk, *, document: str) -> None:
    """Sign a submitted paper: it takes its number and is kept as it reads, to print unchanged a year later."""
    record = _document(desk, document)
    state = desk.state(record)
    _require_told(desk, state)
    reader = Reader(desk.ws, desk.conn, desk.person)
    settings = paper_settings.load(desk.conn)
    year = desk.today.year
    used = _used(desk, state.get("doc_kind"), settings)
    serial = used.get(year, 0) + 1
    total = sum({**used, year: serial}.values())
    style = HeadStyle(state.get("style") or settings.head_style(reader.rules))
    code = settings.code_for(reader.rules, state.get("doc_kind"))
    # 第3期 comes again every year; the label people search by names the year
    number = f"{year}年第{serial}期" if style is HeadStyle.ISSUE else paper_number(code, year, serial)
    signed = {"number": number, "year": year, "serial": serial, "signed_on": desk.today.isoformat()}
    told = {"style": style.value, "status": DocumentStatus.SIGNED.value}
    row = {**(queries.row_of(desk.conn, "document", record) or {}), **signed, **told}
    running = total if reader.rules.bulletin.running_total else None
    frozen = papers.frozen_of(reader, row, running)
    desk.set(record, signed | {"signer": desk.person.name if desk.person else "", "frozen": frozen})
    # The step last: it closes the paper and must know all that was written. In a wrong status it takes all back.
    desk.step(record, "sign")
    desk.number = number


def _used(desk: Desk, doc_kind: str, settings: paper_settings.PaperSettings) -> dict[int, int]:
    """{year: last serial taken}: here, or on paper before the program. A revoked paper keeps its number."""
    used = gather.serials(desk.conn, doc_kind)
    for year, before in settings.used_before.items():
        used[int(year)] = max(used.get(int(year), 0), before)
    return used


@verb("印发", editions=_OFFICE, roles=(Role.CLERK,), undoable=False)
def issue_document(desk: Desk, *, document: str, verify_group: str = "") -> None:
    """Issue a signed paper. A 通报 hands every finding it names that is still confirmed over for rectification.

    By the director's signature (contracts.md §2), on the dates the paper tells; those assigned before keep theirs
    unless 按通报期限 was ticked. verify_group: who verifies findings of the office itself (D-308 without).
    """
    record = _document(desk, document)
    desk.set(record, {"issued_on": desk.today.isoformat()})
    desk.step(record, "issue")
    row = queries.row_of(desk.conn, "document", record)
    assert row is not None
    group = desk.find_or_none("group", verify_group)
    desk.number = row["number"]
    with desk.carried(record):
        for finding in row["findings"]:
            _carry(desk, row, finding, group)


def _carry(desk: Desk, row: Mapping[str, Any], finding: bytes, group: bytes | None) -> None:
    state = desk.state(finding)
    term, due_on = papers.promised(row, finding)
    if state.status == FindingStatus.CONFIRMED:
        given: dict[str, Any] = {"document": row["uuid"], "term": term}
        if not state.get("finder_group"):
            given["verify_group"] = group
        assign(desk, finding, start=date.fromisoformat(row["signed_on"]), due_on=due_on, given=given)
    elif row["override_due"] and state.status in RUNNING:
        rectification = rules.rectification_of(desk.conn, finding)
        if rectification is None:
            return
        if awaits_due(state) or desk.state(rectification).get("due_on") != row["due_on"]:
            extend(desk, finding, rectification, row["due_on"], f"按{row['number']}规定的期限")
            desk.set(rectification, {"document": row["uuid"]})


@verb("撤销文书", editions=_OFFICE, roles=OFFICE_ROLES, undoable=False)
def revoke_document(desk: Desk, *, document: str, reason: str = "") -> None:
    """Revoke a paper: a draft by the clerk, a signed one by the director with a reason. A number taken stays used."""
    desk.step(_document(desk, document), "revoke", reason)
