"""Findings: recorded, completed, finalised, confirmed; what a group proposes and the office decides."""

from __future__ import annotations

from typing import Any

from dubu_desktop.actions import given, rules
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.gaps import finding_gaps
from dubu_desktop.actions.registry import GROUP_EDITION, OFFICE_EDITION, verb
from dubu_desktop.db import local, queries
from dubu_desktop.domain.authority import by_step
from dubu_desktop.domain.fields import clean, is_plain, whole_text
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, FindingStatus, Role
from dubu_desktop.domain.numbers import OFFICE_CODE, FindingNumber
from dubu_desktop.domain.records import BY_NAME, FINDING
from dubu_desktop.domain.records.finding import NoteState
from dubu_desktop.domain.rules import Findings
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError

_OFFICE = (OFFICE_EDITION,)
_REFS = {f.name: f.ref for f in FINDING.fields if f.ref}
_FINDER = (Role.LEADER, Role.CLERK)
#: who says why there is none is not given one
_WHY_NONE = {"industry_unit": "no_industry_reason", "territory_unit": "no_territory_reason"}


def _values(desk: Desk, given: dict[str, Any]) -> dict[str, Any]:
    """Names, codes and numbers of other records turned into their ids."""
    out = {}
    for name, value in given.items():
        if name not in FINDING.by_name or name in ("number", "finder_group"):
            raise DubuError("D-305", detail=f"问题没有可填的项 {name}")
        if by_step(FINDING, name, ""):
            raise DubuError("D-305", detail=f"“{FINDING.by_name[name].label}”由办理的步骤改，不能直接填")
        out[name] = desk.find_or_none(_REFS[name], value) if name in _REFS else value
    return out


def _defaults(desk: Desk, values: dict[str, Any]) -> dict[str, Any]:
    """属地 from the place's unit, 行业 and severity from the category, as defaults only (domain.md feature 23)."""
    out = dict(values)
    if not out.get("visit"):
        running = rules.running_visit(desk.conn, desk.ws.profile.side or None)
        if running is not None:
            out["visit"] = running["uuid"]
            out.setdefault("task", running["task"])
            out.setdefault("unit", running["units"][0] if running["units"] else None)
            out.setdefault("place", running["place"])
    suggested = rules.suggest(desk.conn, out.get("category"), out.get("unit"), str(out.get("place") or ""))
    for name, value in suggested.items():
        if not out.get(name) and not out.get(_WHY_NONE.get(name, "")):
            out[name] = value
    return out


def next_number(desk: Desk, year: int) -> str:
    """The next human number of a finding: year, group, running; a label, never a key (contracts.md §5)."""
    me, word = desk.ws.profile, rules.current(desk.conn).rules.numbers.finding
    code = me.group_code or OFFICE_CODE
    prefix = str(FindingNumber(year, code, me.device, 0, word))[:-4]
    return str(FindingNumber(year, code, me.device, queries.highest_number(desk.conn, "finding", prefix) + 1, word))


@verb("登记问题")
def register_finding(desk: Desk, *, values: dict[str, Any], draft: str = "") -> None:
    """Record a finding as a draft; gaps may stay open. values: found_at, place, facts, category, severity, units …

    Units, category, visit and task may be given by name, code or number. Fields left out are filled from the running
    visit, the place and the category. `draft`: the typing card that becomes this record.
    """
    filled = _defaults(desk, {"found_at": desk.now, "nature": "problem"} | _values(desk, values))
    filled["found_at"] = clean(FINDING.by_name["found_at"], filled["found_at"]) or desk.now
    year = int(filled["found_at"][:4])
    number = next_number(desk, year)
    desk.create("finding", filled | {"number": number, "finder_group": desk.ws.profile.side or None})
    desk.number = number
    if draft:
        local.drop_draft(desk.conn, clean_line(draft))


@verb("修改问题")
def edit_finding(desk: Desk, *, finding: str, values: dict[str, Any], reason: str = "") -> None:
    """Change fields of a finding. Once the office has confirmed it a group proposes by a note instead.

    The office corrects what a group found with a reason (contracts.md §3): D-312 without.
    """
    record = desk.find("finding", finding)
    if desk.office and desk.state(record).get("finder_group") and not reason.strip():
        raise DubuError("D-312")
    desk.set(record, _values(desk, values), reason)


def missing(desk: Desk, record: bytes, wanted: Findings) -> list[str]:
    """What a finding lacks to be finalised by the rules `wanted`, in words (see `finding_gaps`)."""
    state = desk.state(record)
    values = {f.name: state.get(f.name) for f in FINDING.fields}
    photos = queries.all_rows(desk.conn, "evidence", finding=record)
    return [gap.label for gap in finding_gaps(values, len(photos), wanted)]


@verb("定稿", roles=_FINDER)
def finalise_finding(desk: Desk, *, finding: str) -> None:
    """Finalise a finding: nothing may be missing (D-308)."""
    record = desk.find("finding", finding)
    lacking = missing(desk, record, rules.current(desk.conn).rules.findings)
    if lacking:
        raise DubuError("D-308", missing="、".join(lacking))
    desk.step(record, "finalise")


@verb("批量定稿", roles=_FINDER)
def finalise_all(desk: Desk, *, findings: list[str] | None = None) -> None:
    """Finalise every complete draft of this side; the rest are listed with what they lack."""
    wanted = [desk.find("finding", f) for f in findings or []] or [
        r["uuid"]
        for r in queries.all_rows(desk.conn, "finding", status=str(FindingStatus.DRAFT))
        if r["finder_group"] == (desk.ws.profile.side or None)
    ]
    in_force = rules.current(desk.conn).rules.findings
    for record in wanted:
        lacking = missing(desk, record, in_force)
        if lacking:
            desk.warnings.append(f"{desk.state(record).get('number')} 还缺：{'、'.join(lacking)}")
        else:
            desk.step(record, "finalise")


@verb("核定", editions=_OFFICE, roles=(Role.CLERK,))
def confirm_finding(desk: Desk, *, findings: list[str]) -> None:
    """Confirm findings that groups reported as final."""
    for finding in findings:
        desk.step(desk.find("finding", finding), "confirm")


@verb("退回补充", editions=_OFFICE, roles=(Role.CLERK,))
def send_back_finding(desk: Desk, *, finding: str, reason: str) -> None:
    """Send a final finding back to its group to be completed."""
    desk.step(desk.find("finding", finding), "send_back", reason)


@verb("作废问题")
def void_finding(desk: Desk, *, finding: str, reason: str) -> None:
    """Withdraw a finding of one's own side before it is confirmed."""
    desk.step(desk.find("finding", finding), "void", reason)


@verb("并案", editions=_OFFICE, roles=(Role.DIRECTOR,))
def merge_finding(desk: Desk, *, finding: str, into: str, reason: str) -> None:
    """Merge a finding into another one; both stay readable."""
    record, target = desk.find("finding", finding), desk.find("finding", into)
    if record == target:
        raise DubuError("D-310", field="并入问题", detail="不能并入自身")
    other = desk.state(target)
    if other.status in (FindingStatus.MERGED, FindingStatus.VOIDED):  # two merged into each other would be nobody's
        label = other.kind.lifecycle.status_label(other.status)
        raise DubuError("D-310", field="并入问题", detail=f"{other.get('number')} {label}")
    desk.set(record, {"merged_into": target}, reason)
    desk.step(record, "merge_into", reason)


@verb("办结其他结论", editions=_OFFICE, roles=(Role.DIRECTOR,))
def settle_finding(desk: Desk, *, finding: str, event: str, reason: str) -> None:
    """Settle a finding without 销号. event: not_established 不成立, exempt 容错免责, refer 移交."""
    if event not in ("not_established", "exempt", "refer"):
        raise DubuError("D-305", detail=event)
    desk.step(desk.find("finding", finding), event, reason)


@verb("恢复办理")
def reopen_finding(desk: Desk, *, finding: str, reason: str) -> None:
    """Reopen a closed or settled finding; a closed one waits for a new due date (contracts.md §2)."""
    record = desk.find("finding", finding)
    before = desk.state(record).status
    was_closed = before == FindingStatus.CLOSED
    desk.step(record, "reopen", reason)
    if before == FindingStatus.MERGED:
        desk.set(record, {"merged_into": None}, reason)
    rectification = rules.rectification_of(desk.conn, record)
    if was_closed and rectification is not None and desk.office:
        desk.set(rectification, {"due_on": None, "due_reason": "反弹重办，期限待定"})


@verb("撤回上一步")
def retract(desk: Desk, *, kind: str, record: str) -> None:
    """Take back the last step of a record while nothing follows it. kind: finding, task …

    A 交整改 taken back takes its Rectification out of use; assigning again brings it back.
    """
    target = desk.find(kind, record)
    own = rules.rectification_of(desk.conn, target)
    if desk.retract(target) == "assign" and own is not None:
        desk.step(own, "void", "撤回交整改")


@verb("点名人员")
def name_person(desk: Desk, *, finding: str, name: str, post: str = "", unit: str = "") -> None:
    """Name a person with a finding, where the rules allow it (D-333); printed only at 点人点事, masked in lists."""
    record = desk.find("finding", finding)
    if not rules.current(desk.conn).rules.findings.named_persons:
        raise DubuError("D-333")
    desk.create(
        "named_person", {"finding": record, "name": name, "post": post, "unit": desk.find_or_none("unit", unit)}
    )


@verb("提意见", editions=(GROUP_EDITION, OFFICE_EDITION))
def add_note(
    desk: Desk, *, kind: str, record: str, text: str, proposed_field: str = "", proposed_value: Any = None
) -> None:
    """Write a note on a record, with a field and value proposed if wanted; the office takes or declines it."""
    target = desk.find(kind, record)
    if BY_NAME[kind].root:
        raise DubuError("D-305", detail=f"意见写在所属的问题上，不写在{BY_NAME[kind].label}上")
    if not text.strip() and not proposed_field:
        raise DubuError("D-308", missing="意见内容")
    value = {"value": _proposed(desk, kind, target, proposed_field, proposed_value)} if proposed_field else None
    values = {"record": target, "text": text, "proposed_field": proposed_field, "proposed_value": value}
    desk.create("note", values)


def _proposed(desk: Desk, kind: str, target: bytes, field: str, value: Any) -> Any:
    """A proposed value as the office may take it, references as hexadecimal digits; D-305, D-306, D-309, D-310."""
    found = given.values(desk, kind, {field: value}, desk.state(target).status)[field]
    kept = clean(BY_NAME[kind].by_name[field], found)
    if isinstance(kept, list):
        return [one.hex() if isinstance(one, bytes) else one for one in kept]
    return kept.hex() if isinstance(kept, bytes) else kept


@verb("处理意见", editions=_OFFICE, roles=OFFICE_ROLES)
def answer_note(desk: Desk, *, note: str, take: bool) -> None:
    """Take or decline a note; taking one with a proposal writes the proposed value."""
    record = desk.find("note", note)
    s = desk.state(record)
    state = s.get("state", NoteState.OPEN)
    if state != NoteState.OPEN:
        raise DubuError("D-307", status=NoteState(state).label, event="处理意见")
    if take and s.get("proposed_field"):
        about = desk.state(s.get("record"))
        proposed = {s.get("proposed_field"): s.get("proposed_value", {}).get("value")}
        desk.set(about.record, given.values(desk, about.kind.name, proposed, about.status), "采纳意见")
    desk.set(record, {"state": "taken" if take else "declined"})


@verb("保存正在输入的内容", undoable=False)
def save_draft(desk: Desk, *, key: str, body: dict[str, Any]) -> None:
    """Keep what is being typed; local to this machine until it becomes ops."""
    key, body = clean_line(key), whole_text(body)
    if not is_plain(body):
        raise DubuError("D-305", detail="草稿里有存不下的内容")
    local.save_draft(desk.conn, key, desk.person.id if desk.person else b"", body, desk.ws.clock.now_ms())


@verb("放弃正在输入的内容", undoable=False)
def drop_draft(desk: Desk, *, key: str) -> None:
    """Forget what was being typed in a card."""
    local.drop_draft(desk.conn, key)
