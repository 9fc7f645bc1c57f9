"""A 反馈表 that came back -> which findings it answers, what is new in it, and which rows go back with what reason.

A row is known by its hidden id, or by its number where that was lost. Two units may answer one finding: each has its
own part of the reply, and 已反馈 is reached when the last of them says 已完成整改 (decisions/0045).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dubu_desktop.actions import rules
from dubu_desktop.actions.lookup import find
from dubu_desktop.db import queries
from dubu_desktop.domain import replysheet
from dubu_desktop.domain.lifecycle import FINDING as LIFE
from dubu_desktop.domain.lifecycle import FindingStatus
from dubu_desktop.domain.replysheet import ReplyState
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError
from dubu_desktop.intake.replies import FilledRow, Picture, SheetHead

_OPEN = (FindingStatus.RECTIFYING, FindingStatus.REPLIED)
_PERCENT = re.compile(r"(\d{1,3})(?:\.0+)?\s*[%％]?")
_SHARE = re.compile(r"0?\.\d{1,4}|1\.0+")


class Refused(Exception):
    """A row that goes back; the text is the reason, Chinese."""


@dataclass
class Answer:
    """What one row answers. `values`: of the rectification, those that differ; `done`: 已反馈 is to be taken."""

    sheet: int
    number: int
    finding: bytes
    unit: bytes
    label: str
    unit_name: str
    state: ReplyState | None
    values: dict[str, Any] = field(default_factory=dict)
    done: bool = False
    note: str = ""
    waits_for: list[str] = field(default_factory=list)
    was_replied: bool = False
    #: pictures in its row: how many, and those made ready (values of evidence)
    pictures: int = 0
    photos: list[dict[str, Any]] = field(default_factory=list)
    #: what of it could not be taken, though the rest was
    faults: list[str] = field(default_factory=list)

    @property
    def sort(self) -> str:
        """new, changed or same."""
        if self.done or self.note or (self.values and not self.was_replied):
            return "new"
        return "changed" if self.values or self.photos else "same"


@dataclass
class Sheet:
    """What one workbook comes to."""

    name: str
    heads: list[SheetHead] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    #: {(sheet, row): reason}
    bad: dict[tuple[int, int], str] = field(default_factory=dict)
    #: 问题编号 as such a row has it
    numbers: dict[tuple[int, int], str] = field(default_factory=dict)
    #: rows that bear a reason from the last time and are fine now, or were left alone
    cleared: list[tuple[int, int]] = field(default_factory=list)
    unfilled: int = 0
    #: pictures that lie in no row of a finding: (row, name)
    stray: list[tuple[int, str]] = field(default_factory=list)
    lost: int = 0

    @property
    def units(self) -> list[str]:
        """Names of the units whose rows these are."""
        return list(dict.fromkeys(a.unit_name for a in self.answers))


class Planner:
    """Plans one workbook; `taken`: {(finding, unit): where} of the workbooks planned before it in the same go."""

    def __init__(
        self, conn: Any, workspace: bytes, today: date, name: str, taken: dict[tuple[bytes, bytes], str]
    ) -> None:
        self.conn, self.workspace, self.today, self.taken = conn, workspace, today, taken
        self.sheet = Sheet(name)
        self._rows: dict[tuple[int, int], Answer | None] = {}
        #: units named by ids so far: whose sheet it is, for rows whose id was lost
        self._units: Counter[bytes] = Counter()

    def row(self, told: FilledRow) -> None:
        """Take a row; its pictures are told later."""
        place = (told.sheet, told.row.number)
        if told.was_returned:
            self.sheet.cleared.append(place)
        try:
            self._rows[place] = answer = self._answer(told)
        except Refused as reason:
            self._rows[place] = None
            self.sheet.bad[place] = str(reason)
            self.sheet.numbers[place] = clean_line(told.row.values.get("number", ""))
            return
        if answer is not None:
            self.sheet.answers.append(answer)

    def picture(self, told: Picture) -> list[Answer]:
        """The answers whose rows a picture lies in; it is noted where that is no row of a finding."""
        found = []
        for row in told.rows or (0,):
            answer = self._rows.get((told.sheet, row))
            if answer is not None:
                answer.pictures += 1
                found.append(answer)
            elif (told.sheet, row) in self.sheet.bad:
                pass  # it goes back with its row, where it lies
            else:
                self.sheet.stray.append((row, told.name))
        return found

    def finish(self) -> Sheet:
        """Rows left empty are counted, those with a picture and no word go back."""
        kept = []
        for answer in self.sheet.answers:
            if answer.state is not None:
                kept.append(answer)
            elif answer.pictures:
                self._back(answer, f"有照片，没有填“{replysheet.STATE}”和“{replysheet.REPLY}”")
            else:
                self.sheet.unfilled += 1
        self.sheet.answers = kept
        return self.sheet

    def _back(self, answer: Answer, reason: str) -> None:
        place = (answer.sheet, answer.number)
        self.sheet.numbers[place] = answer.label
        self.sheet.bad[place] = f"{self.sheet.bad[place]}；{reason}" if place in self.sheet.bad else reason

    # --- one row ----------------------------------------------------------------------------------------------

    def _answer(self, told: FilledRow) -> Answer | None:
        v = told.row.values
        named = self._named(v)
        if named is None:
            if not {"state", "reply", "measures", "number"} & set(v) and not told.row.problems:
                return None  # a note between the rows
            raise Refused("这一行不是发出去的问题：登记号和问题编号都认不出；新的情况请另行报告")
        finding, unit = named
        row = queries.row_of(self.conn, "finding", finding)
        if row is None:
            raise Refused("这条问题已经不在库里")
        if v.get("number") and row["number"] and clean_line(v["number"]) != row["number"]:
            raise Refused(f"登记号是{row['number']}的，编号栏写的是{v['number']}：行被拆开过，请照发出时的样子填")
        rectification = rules.rectification_of(self.conn, finding)
        kept = queries.row_of(self.conn, "rectification", rectification) if rectification else None
        units = self._unit_names(kept)
        if kept is None or unit not in units:
            raise Refused("这条问题现在不由你单位整改")
        answer = Answer(
            told.sheet, told.row.number, finding, unit, row["number"] or "未编号", units[unit],
            ReplyState(v["state"]) if "state" in v else None, was_replied=bool(kept["reply"]),
        )  # fmt: skip
        if self._is_unfilled(v, told, kept, units, unit):
            return answer
        self._check(answer, told, row["status"])
        self._fill(answer, v, kept, units, row["status"])
        self.taken[(finding, unit)] = f"{self.sheet.name}第{told.row.number}行"
        return answer

    def _named(self, v: Mapping[str, str]) -> tuple[bytes, bytes] | None:
        """(finding, unit) that a row is about."""
        if "token" in v:
            named = replysheet.read_token(self.workspace, v["token"])
            if named is not None:
                self._units[named[1]] += 1
                return named
        if "number" not in v:
            return None
        try:
            finding = find(self.conn, "finding", v["number"])
        except DubuError:
            return None
        rectification = rules.rectification_of(self.conn, finding)
        kept = queries.row_of(self.conn, "rectification", rectification) if rectification else None
        units = list(kept["units"] or ()) if kept else []
        mine = [u for u, _ in self._units.most_common(1) if u in units]
        unit = mine[0] if mine else units[0] if len(units) == 1 else None
        return (finding, unit) if unit else None

    def _unit_names(self, kept: Mapping[str, Any] | None) -> dict[bytes, str]:
        units = list(kept["units"] or ()) if kept else []
        names = queries.names_of(self.conn, "unit", units)
        return {u: names.get(u, "") for u in units}

    def _is_unfilled(
        self, v: Mapping[str, str], told: FilledRow, kept: Mapping[str, Any], units: Mapping[bytes, str], unit: bytes
    ) -> bool:
        """Nothing but what we filled in ourselves: measures and owner told before."""
        if told.row.problems or {"state", "reply", "progress", "replied_on"} & set(v):
            return False
        before = part_of(kept["measures"] or "", units, unit), part_of(kept["owner"] or "", units, unit)
        return (v.get("measures", ""), v.get("owner", "")) == before

    def _check(self, answer: Answer, told: FilledRow, status: str) -> None:
        v, reasons = told.row.values, list(told.row.problems)
        if (first := self.taken.get((answer.finding, answer.unit))) is not None:
            raise Refused(f"与{first}是同一条问题，请并成一行")
        if status not in _OPEN:
            raise Refused(f"这条问题{LIFE.status_label(status)}，不再收反馈")
        if answer.state is None and not any(r.startswith(replysheet.STATE) for r in reasons):
            reasons.append(f"缺“{replysheet.STATE}”")
        if answer.state in (ReplyState.DONE, ReplyState.EXTENSION) and "reply" not in v:
            why = "（申请延期的写明理由）" if answer.state is ReplyState.EXTENSION else ""
            reasons.append(f"缺“{replysheet.REPLY}”{why}")
        elif "reply" not in v and "measures" not in v:
            reasons.append(f"缺“{replysheet.REPLY}”或“{replysheet.MEASURES}”")
        if "progress" in v and percent(v["progress"]) is None:
            reasons.append(f"{replysheet.PROGRESS}：“{v['progress'][:20]}”不是0到100的整数")
        if v.get("replied_on", "") > self.today.isoformat():
            reasons.append(f"反馈日期：{v['replied_on']}还没有到")
        if reasons:
            raise Refused("；".join(reasons))

    def _fill(
        self, answer: Answer, v: Mapping[str, str], kept: Mapping[str, Any], units: Mapping[bytes, str], status: str
    ) -> None:
        assert answer.state is not None
        names, name = list(units.values()), answer.unit_name
        text = replysheet.said(answer.state, v.get("reply", ""))
        reply = replysheet.joined(kept["reply"] or "", name, text, names)
        answer.waits_for = replysheet.outstanding(reply, names)
        done = not answer.waits_for
        wanted: dict[str, Any] = {"reply": reply}
        if "measures" in v:
            wanted["measures"] = replysheet.joined(kept["measures"] or "", name, v["measures"], names)
        if "owner" in v:
            wanted["owner"] = clean_line(replysheet.joined(_lines(kept["owner"] or ""), name, v["owner"], names))
        progress = 100 if done else percent(v.get("progress", ""))
        if progress is not None:
            wanted["progress"] = progress
        answer.values = {key: value for key, value in wanted.items() if kept[key] != value}
        answer.done = done and status == FindingStatus.RECTIFYING
        if answer.done or answer.values:
            answer.values["replied_on"] = v.get("replied_on") or self.today.isoformat()
        if len(reply) > 10_000 or len(wanted.get("measures", "")) > 10_000 or len(wanted.get("owner", "")) > 200:
            raise Refused("与另一单位的反馈合在一起太长，请写短些")
        if answer.state is ReplyState.EXTENSION and "reply" in answer.values:
            answer.note = f"{name}申请延期：{v['reply']}"


def part_of(text: str, units: Mapping[bytes, str], unit: bytes) -> str:
    """What of a field is the unit's own: its part where several units answer, else all of it."""
    if len(units) < 2:
        return text
    return replysheet.sections(_lines(text), units.values()).get(units[unit], "").strip()


def _lines(text: str) -> str:
    """Parts of units that a field of one line holds side by side, each on a line of its own."""
    return text.replace(" 【", "\n【")


def percent(text: str) -> int | None:
    """60, 60%, 0.6 (a cell shown in per cent) as 60; None for anything else."""
    text = clean_line(text)
    if _SHARE.fullmatch(text):
        return round(float(text) * 100)
    found = _PERCENT.fullmatch(text)
    return int(found[1]) if found and int(found[1]) <= 100 else None
