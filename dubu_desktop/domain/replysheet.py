"""反馈表: the sheet a unit fills in for its rectifications: its columns, the ids that come back, replies of two units.

The office alone makes and takes one (contracts.md §3). A row is known by its token, which stands in a hidden, locked
column: it names the finding and the unit, so a row may be moved, sorted or copied into another workbook.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dubu_desktop.domain.fields import LabelledEnum

SHEET_NAME = "反馈表"


class ReplyState(LabelledEnum):
    """What a unit says of a rectification; the words of the drop-down."""

    #: put right: the reply is complete
    DONE = "done", "已完成整改"
    #: being put right
    UNDERWAY = "underway", "正在整改"
    #: more time is asked for; the director decides
    EXTENSION = "extension", "申请延期"


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One finding as the sheet of `unit` shows it; what the unit told before is filled in."""

    finding: bytes
    unit: bytes
    number: str
    place: str = ""
    facts: str = ""
    requirement: str = ""
    due_on: date | None = None
    measures: str = ""
    owner: str = ""


#: headings of what is locked, in order; the first is hidden
TOKEN, NUMBER = "登记号（请勿改动）", "问题编号"
LOCKED = (TOKEN, "序号", NUMBER, "地点", "存在问题", "整改要求", "整改期限")
#: headings of what the unit fills in
STATE, PROGRESS, MEASURES, REPLY = "整改情况", "进度（%）", "整改措施", "整改结果"
OPEN = (STATE, PROGRESS, MEASURES, REPLY, "责任人", "反馈日期")
PHOTOS = ("整改后照片1", "整改后照片2", "整改后照片3")
#: the office's, for the copy that goes back
RETURNED = "退回原因（办公室填）"
HEADINGS = (*LOCKED, *OPEN, *PHOTOS, RETURNED)

_TOKEN = re.compile(r"DB1-([0-9a-f]{32})-([0-9a-f]{32})-([0-9a-f]{8})")


def token(workspace: bytes, finding: bytes, unit: bytes) -> str:
    """What a row is known by when it comes back; the last part tells typing errors and other offices' sheets."""
    return f"DB1-{finding.hex()}-{unit.hex()}-{_check(workspace, finding, unit)}"


def read_token(workspace: bytes, text: str) -> tuple[bytes, bytes] | None:
    """(finding, unit) of a token made here; None for anything else."""
    found = _TOKEN.fullmatch(text.strip())
    if found is None:
        return None
    finding, unit = bytes.fromhex(found[1]), bytes.fromhex(found[2])
    return (finding, unit) if found[3] == _check(workspace, finding, unit) else None


def _check(workspace: bytes, finding: bytes, unit: bytes) -> str:
    return hashlib.sha256(b"reply-sheet" + workspace + finding + unit).hexdigest()[:8]


def said(state: ReplyState, text: str) -> str:
    """What a unit answered, as it is kept: short of 已完成整改 its state stands before it."""
    return text if state is ReplyState.DONE else f"{state.label}：{text}".rstrip("：")


def outstanding(reply: str, units: Iterable[str]) -> list[str]:
    """Units among `units` that have not answered 已完成整改 in `reply`; where one unit alone answers, by the whole."""
    names = list(units)
    parts = sections(reply, names) if len(names) > 1 else dict.fromkeys(names, reply)
    return [name for name in names if not parts.get(name) or parts[name].startswith(_NOT_DONE)]


_NOT_DONE = tuple(state.label for state in ReplyState if state is not ReplyState.DONE)

# --- one field, several units -----------------------------------------------------------------------------------------

_SECTION = re.compile(r"^【([^【】\n]{1,200})】", re.MULTILINE)


def sections(reply: str, units: Iterable[str]) -> dict[str, str]:
    """{unit: what it answered} of a reply written by `joined`; {} where no unit's part can be told."""
    known = set(units)
    marks = [m for m in _SECTION.finditer(reply) if m[1] in known]
    if not marks or marks[0].start() > 0:
        return {}
    ends = [m.start() for m in marks[1:]] + [len(reply)]
    return {m[1]: reply[m.end() : end].strip("\n") for m, end in zip(marks, ends, strict=True)}


def joined(reply: str, unit: str, text: str, units: Iterable[str]) -> str:
    """`reply` with the part of `unit` put in or put anew; where one unit alone is responsible its text is the reply."""
    names = list(units)
    if len(names) < 2:
        return text
    told = sections(reply, names)
    if reply and not told:  # somebody's own words came before: they stay at the top of this unit's part
        text = text if reply in text else f"{text}\n（此前记录：{reply}）"
    told[unit] = text
    order = [*(n for n in names if n in told), *(n for n in told if n not in names)]
    return "\n".join(f"【{name}】{told[name]}" for name in order)
