"""Documents of every kind as drafts: from findings, a task, an instruction or a visit; changed until they are signed.

The 通报 has fields of its own for its three texts (`draft_bulletin`); every other kind is drafted by `draft_document`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dubu_desktop.actions import choosing, corrections, handwritten, proposals, recorded
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.paper_data import OPTIONS, TOLD
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.registry import OFFICE_EDITION, verb
from dubu_desktop.db import queries
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, DocumentStatus, FindingStatus, Role
from dubu_desktop.domain.numbers import normal_number
from dubu_desktop.domain.papers.blocks import HeadStyle
from dubu_desktop.domain.papers.bulletin_data import NamingLevel
from dubu_desktop.domain.papers.kind import GROUP_BY, Goes, PaperKind, may_make, with_copy_number
from dubu_desktop.domain.papers.kinds import kind_of
from dubu_desktop.domain.records.work import DocumentKind
from dubu_desktop.errors import DubuError

_OFFICE = (OFFICE_EDITION,)
#: what a draft may be given besides its findings
_TEXTS = ("title", "lead", "overall", "requirements", "organ")
_LISTS = ("addressees", "cc", "report_to", "groups")
_EDITABLE = frozenset((*_TEXTS, *_LISTS, "due_on", "override_due", "style", "sealed", "naming", "options"))
#: what only a 通报 has
_BULLETIN_ONLY = frozenset({"lead", "overall", "requirements", "organ", "style", "naming"})
_NUMBERED = (DocumentStatus.SIGNED, DocumentStatus.ISSUED, DocumentStatus.REVOKED)


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
    corrects: str = "",
) -> None:
    """Draft a 通报 of findings (numbers or ids), in this order; texts left out are generated until they are given.

    style: red_head, issue. naming: unit, person. override_due: the paper's due_on also moves dates already set.
    groups (发送范围) left out: the groups that found or verify. options: photos per finding, reply_sheet, reply_to,
    good_practice, secrecy, urgency, copy_number, signer, joint, table_rows_in_body. corrects: the 通报, signed before,
    that it corrects; what is not given is the old one's.
    """
    named = _found(desk, findings)
    old = _old(desk, corrects)
    base = corrections.carried(desk, old, DocumentKind.BULLETIN, named)
    if old is not None and base["title"] == proposals.title(desk, desk.state(old).get("findings") or []):
        base["title"] = ""  # it was proposed, and follows
    given: dict[str, Any] = {
        "title": title.strip() or base.get("title") or proposals.title(desk, named),
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
    values = _given(base, _values(desk, kind_of(DocumentKind.BULLETIN), given))
    if groups is None:
        scope = proposals.groups_of(desk, named) if old is None else _widened(desk, old, named)
    else:
        scope = [desk.find("group", g) for g in groups]
    values |= {"doc_kind": DocumentKind.BULLETIN, "findings": named, "groups": scope, "corrects": old}
    _check_due(values.get("due_on"), values.get("override_due"))
    desk.create("document", values)
    _warn(desk, named)


@verb("拟文书", editions=_OFFICE, roles=OFFICE_ROLES)
def draft_document(
    desk: Desk,
    *,
    kind: str,
    findings: list[str] | None = None,
    task: str = "",
    instruction: str = "",
    visit: str = "",
    title: str = "",
    due_on: str = "",
    override_due: bool = False,
    groups: list[str] | None = None,
    options: dict[str, Any] | None = None,
    corrects: str = "",
    per_unit: bool = False,
) -> None:
    """Draft a document of `kind` (show paper_kind lists them) about findings, a task, an instruction, or a visit's
    findings.

    options: what the kind lets one choose. groups (发送范围) left out: the task's group, or for a paper to a unit the
    groups that found or verify. corrects: the paper, signed before, that this one corrects; what is not given is the
    old one's. per_unit: of the findings of several units one paper for each unit (整改通知书, 提醒函, 整改建议函).
    D-308 when the records do not fit the kind.
    """
    chosen = kind_of(kind)
    may_make(chosen, desk.office)
    old = _old(desk, corrects)
    named = [desk.find("finding", f) for f in dict.fromkeys(findings or ())]
    if visit:
        seen = desk.find("visit", visit)
        told = queries.all_rows(desk.conn, "finding", visit=seen)
        named += [f["uuid"] for f in told if f["status"] not in choosing.UNTOLD and f["uuid"] not in named]
    given = {"title": title, "due_on": due_on, "override_due": override_due, "options": options}
    if per_unit:
        for refs in _of_each_unit(desk, chosen, named, corrects):
            draft_document(desk, kind=kind, findings=refs, groups=groups, **given)
        return
    values: dict[str, Any] = {
        "doc_kind": chosen.id,
        "findings": named,
        "task": desk.find("task", normal_number(task)) if task else None,
        "instruction": desk.find("instruction", instruction) if instruction else None,
        "corrects": old,
    }
    base = corrections.carried(desk, old, chosen.id, named)
    values = _given(base, values)
    if chosen.id == DocumentKind.BULLETIN:
        refs = [f.hex() for f in values["findings"]]
        draft_bulletin(
            desk, findings=refs, title=title, due_on=due_on, override_due=override_due, groups=groups, options=options,
            corrects=corrects,
        )  # fmt: skip
        return
    values = _given(values, _values(desk, chosen, {name: value for name, value in given.items() if value}))
    _check_due(values.get("due_on"), values.get("override_due"))
    if groups is not None:
        values["groups"] = [desk.find("group", g) for g in groups]
    elif old is not None and chosen.goes is Goes.UNIT:
        values["groups"] = _widened(desk, old, values["findings"])
    else:
        values.setdefault("groups", _scope(desk, chosen, values))
    record = desk.create("document", values)
    proposals.retitle(desk, record)
    handwritten.tell(desk, record)


def _of_each_unit(desk: Desk, kind: PaperKind, named: list[bytes], corrects: str) -> list[list[str]]:
    """The findings of each responsible unit; D-305 for a kind that is not for one unit, and for a correction."""
    if not kind.per_unit or corrects:
        raise DubuError("D-305", detail=f"{'更正' if corrects else kind.label}不能按单位分成几份")
    told = choosing.told(Reader(desk.ws, desk.conn, desk.person), named)
    choosing.must_be_told(queries.rows_of(desk.conn, "finding", named))
    return [[f.id.hex() for f in of] for of in choosing.by_unit(told)] or [[]]


def _given(base: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """`base`, what a correction takes over, with what is given in its place; single options as well."""
    told = {name: value for name, value in given.items() if value or (value is False and name == "sealed")}
    options = {**(base.get("options") or {}), **(told.get("options") or {})}
    return {**given, **base, **told} | ({"options": options} if options else {})


def _widened(desk: Desk, old: bytes, named: list[bytes]) -> list[bytes]:
    """发送范围 of a correction: those who have the old paper, and the groups of findings that it did not name."""
    was = desk.state(old)
    more = proposals.groups_of(desk, [f for f in named if f not in (was.get("findings") or [])])
    return list(dict.fromkeys([*(was.get("groups") or []), *more]))


def _old(desk: Desk, corrects: str) -> bytes | None:
    """The paper a correction cites: it bears a number, so it was signed; D-306, D-307."""
    if not corrects:
        return None
    record = document(desk, corrects)
    state = desk.state(record)
    if state.status not in _NUMBERED or not state.get("frozen"):
        raise DubuError("D-307", status=state.kind.lifecycle.status_label(state.status), event="更正")
    return record


def _scope(desk: Desk, kind: PaperKind, values: Mapping[str, Any]) -> list[bytes]:
    """发送范围: who else than the office is to see the paper once it is issued."""
    if kind.goes is Goes.GROUP and values.get("task"):
        group = desk.state(values["task"]).get("group")
        return [group] if group else []
    return proposals.groups_of(desk, values["findings"]) if kind.goes is Goes.UNIT else []


# --- what a person gives -----------------------------------------------------------------------------------------


def _found(desk: Desk, findings: Iterable[str]) -> list[bytes]:
    """The findings meant, each once, in order; D-308 for none, D-306."""
    named = list(dict.fromkeys(desk.find("finding", f) for f in findings))
    if not named:
        raise DubuError("D-308", missing="列入的问题")
    return named


def _values(desk: Desk, kind: PaperKind, given: Mapping[str, Any]) -> dict[str, Any]:
    """Field values from what a person gives; D-305 for a name or choice that is none."""
    known = _EDITABLE if kind.id == DocumentKind.BULLETIN else _EDITABLE - _BULLETIN_ONLY
    wrong = sorted(set(given) - known)
    if wrong:
        raise DubuError("D-305", detail=f"{kind.label}没有可填的项 {'、'.join(wrong)}")
    values = dict(given)
    if values.get("style"):
        values["style"] = _choice(HeadStyle, values["style"])
    if values.get("naming"):
        values["naming"] = _naming(desk, values["naming"])
    if values.get("groups"):
        values["groups"] = [desk.find("group", g) for g in values["groups"]]
    if kind.id == DocumentKind.BULLETIN:
        if values.get("options"):
            values["options"] = with_copy_number(_options(values["options"]))
        return values
    if "title" in values:  # what is printed is an option of every kind; the record's title is what lists call it
        values["options"] = {**(values.get("options") or {}), "title": values.pop("title")}
    if values.get("options"):
        kind.chosen(values["options"])
        values["options"] = with_copy_number(values["options"])
    return values


def _naming(desk: Desk, given: Any) -> dict[str, Any]:
    """{level, items: {finding id: level}}: whom the paper names, and of which findings otherwise."""
    told = given if isinstance(given, dict) else {"level": given}
    naming: dict[str, Any] = {"level": _choice(NamingLevel, told.get("level", NamingLevel.UNIT))}
    items = {desk.find("finding", f).hex(): _choice(NamingLevel, one) for f, one in (told.get("items") or {}).items()}
    other = {key: one for key, one in items.items() if one != naming["level"]}
    return naming | ({"items": other} if other else {})


def _choice(kind: Any, value: Any) -> str:
    found = next((m.value for m in kind if value in (m.value, m.label)), None)
    if found is None:
        raise DubuError("D-305", detail=f"没有 {value}，可用：{'、'.join(m.value for m in kind)}")
    return str(found)


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Printing options of a 通报, checked by name and type against `OPTIONS`."""
    for name, value in given.items():
        if name not in OPTIONS or type(value) is not type(OPTIONS[name]):
            raise DubuError("D-305", detail=f"排印选项不对：{name}")
    if given.get("group_by", GROUP_BY.default) not in dict(GROUP_BY.choices):
        raise DubuError("D-305", detail=f"{GROUP_BY.label}可选：{'、'.join(dict(GROUP_BY.choices))}")
    return dict(given)


def _check_due(due_on: Any, override: Any) -> None:
    if override and not due_on:
        raise DubuError("D-308", missing="通报时限（按通报期限时必填）")


def _warn(desk: Desk, findings: list[bytes]) -> None:
    """Say early what will stop the paper at 送审 or wants an answer at 印发."""
    for row in queries.rows_of(desk.conn, "finding", findings):
        if row["status"] not in TOLD:
            label = desk.state(row["uuid"]).kind.lifecycle.status_label(row["status"])
            desk.warnings.append(f"{row['number']} 是“{label}”，核定以后才能送审")
        elif row["status"] == FindingStatus.CONFIRMED and not row["finder_group"]:
            desk.warnings.append(f"{row['number']} 由办公室登记，印发时要写明由哪一组核查")


# --- changing a draft --------------------------------------------------------------------------------------------


@verb("修改文书", editions=_OFFICE, roles=OFFICE_ROLES)
def edit_document(desk: Desk, *, document: str, values: dict[str, Any]) -> None:
    """Change what a draft says: title, addressees, cc, report_to, due_on, options …; of a 通报 also lead, overall,
    requirements, style, naming (a level, which leaves single findings as they are, or {"level", "items": {finding:
    level}}).

    A text set to "" is generated again. A submitted paper is changed by the director alone, a signed one by nobody.
    """
    record = _open(desk, document, "修改")
    row = queries.row_of(desk.conn, "document", record)
    assert row is not None
    given = _values(desk, recorded.kind_of_row(row), values)
    if values.get("naming") and not isinstance(values["naming"], dict):  # the level alone: single findings keep theirs
        single = (row["naming"] or {}).get("items")
        given["naming"] |= {"items": single} if single else {}
    if "options" in given:
        given["options"] = {**(row["options"] or {}), **given["options"]}
    desk.set(record, given)
    state = desk.state(record)
    _check_due(state.get("due_on"), state.get("override_due"))
    proposals.retitle(desk, record, before=row)
    handwritten.tell_of_change(desk, row)


@verb("增列问题", editions=_OFFICE, roles=OFFICE_ROLES)
def add_findings(desk: Desk, *, document: str, findings: list[str]) -> None:
    """Put more findings at the end of a draft; their groups join the 发送范围 of a paper to a unit.

    D-308 for one the kind does not tell of, also where the draft makes no paper as it is.
    """
    record = _open(desk, document, "修改")
    state, before = desk.state(record), queries.row_of(desk.conn, "document", record)
    named = _found(desk, findings)
    now = list(state.get("findings") or [])
    unit_facing = kind_of(state.get("doc_kind")).goes is Goes.UNIT
    scope = [*(state.get("groups") or []), *(proposals.groups_of(desk, named) if unit_facing else [])]
    desk.set(record, {"findings": list(dict.fromkeys([*now, *named])), "groups": list(dict.fromkeys(scope))})
    if state.get("doc_kind") == DocumentKind.BULLETIN:
        _warn(desk, named)
    if not proposals.retitle(desk, record, proposals.title(desk, now), before):
        choosing.must_fit(Reader(desk.ws, desk.conn, desk.person), kind_of(state.get("doc_kind")), named)
    handwritten.tell(desk, record)


@verb("移出问题", editions=_OFFICE, roles=OFFICE_ROLES)
def remove_findings(desk: Desk, *, document: str, findings: list[str]) -> None:
    """Take findings out of a draft; at least one stays. Groups that no other finding concerns leave the 发送范围."""
    record = _open(desk, document, "修改")
    state, before = desk.state(record), queries.row_of(desk.conn, "document", record)
    gone = _found(desk, findings)
    now = list(state.get("findings") or [])
    left = [f for f in now if f not in gone]
    if not left:
        raise DubuError("D-308", missing="列入的问题")
    values: dict[str, Any] = {"findings": left}
    if kind_of(state.get("doc_kind")).goes is Goes.UNIT:
        values["groups"] = proposals.scope_without(desk, state, [f for f in gone if f in now], left)
    desk.set(record, values)
    proposals.retitle(desk, record, proposals.title(desk, now), before)
    handwritten.tell(desk, record)


@verb("调整次序", editions=_OFFICE, roles=OFFICE_ROLES)
def reorder_findings(desk: Desk, *, document: str, findings: list[str]) -> None:
    """Put the findings of a draft into this order; those not named follow as they were."""
    record = _open(desk, document, "修改")
    before = queries.row_of(desk.conn, "document", record)
    now = desk.state(record).get("findings") or []
    wanted = _found(desk, findings)
    if set(wanted) - set(now):
        raise DubuError("D-305", detail="有的问题不在这份文书里")
    desk.set(record, {"findings": [*wanted, *[f for f in now if f not in wanted]]})
    proposals.retitle(desk, record, before=before)


def document(desk: Desk, ref: str) -> bytes:
    """A document by id, number (督巡通[2026]3号 as well) or title."""
    return desk.find("document", normal_number(ref))


def _open(desk: Desk, ref: str, what: str) -> bytes:
    """A document that may still be changed; D-307, D-302."""
    record = document(desk, ref)
    state = desk.state(record)
    roles = desk.person.roles if desk.person else frozenset()
    if state.status == DocumentStatus.SUBMITTED and Role.DIRECTOR not in roles:
        name = desk.person.name if desk.person else "未选择人员"
        raise DubuError("D-302", name=name, roles=Role.DIRECTOR.label)
    if state.status not in (DocumentStatus.DRAFT, DocumentStatus.SUBMITTED):
        raise DubuError("D-307", status=state.kind.lifecycle.status_label(state.status), event=what)
    return record
