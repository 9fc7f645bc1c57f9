"""What a kind of paper is: who may make it, what it rests on, what a person may choose, and how it is put together.

The kinds themselves are in `kinds/`, a short file each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dubu_desktop.domain.fields import LabelledEnum
from dubu_desktop.domain.papers.addressees import settled
from dubu_desktop.domain.papers.blocks import Format, HeadStyle, Paper
from dubu_desktop.domain.papers.printed import reworded
from dubu_desktop.domain.papers.told import Dossier, FindingTold
from dubu_desktop.domain.papers.wording import copy_number, names_in
from dubu_desktop.errors import DubuError

#: what stands on every page a group makes (contracts.md §3: 各督巡组只对上负责)
UPWARD_NOTICE = "仅报领导小组办公室"


class Goes(LabelledEnum):
    """To whom a kind of paper goes."""

    #: upward: the leading group, its office, leaders
    UP = "up", "报领导小组"
    #: from the office to a group
    GROUP = "group", "交督巡组"
    #: within the office
    INSIDE = "inside", "办公室内部"
    #: to a unit: the office alone
    UNIT = "unit", "发单位"


class Rests(LabelledEnum):
    """Which records a paper is made of."""

    #: one task
    TASK = "task", "一项任务"
    #: one finding
    FINDING = "finding", "一个问题"
    #: findings, in the order given
    FINDINGS = "findings", "若干问题"
    #: one instruction
    INSTRUCTION = "instruction", "一件批示"


class Carries(LabelledEnum):
    """What 印发 does to the findings a paper names, by the director's signature (contracts.md §2)."""

    #: nothing: the paper tells, it does not order
    NOTHING = "nothing", "不带办理"
    #: those still confirmed are assigned, on the date the paper tells
    ASSIGN = "assign", "随文交整改"
    #: an urging by this paper is put on record
    URGE = "urge", "记一次督促"


@dataclass(frozen=True, slots=True)
class Option:
    """What a person may choose or write: its type is that of `default`; `choices` {value: label} where not free.

    `text`: the key of the text that is printed while nothing is written (`texts.py`). `prose`: one of several texts is.
    `empty`: where it is no text, what is printed then.
    """

    name: str
    label: str
    default: str | int | bool = ""
    choices: tuple[tuple[str, str], ...] = ()
    text: str = ""
    prose: bool = False
    empty: str = ""


#: the options every kind has: what stands at the top left of its first page, and who signs it
COMMON = (
    Option("title", "标题"),
    Option("secrecy", "密级和保密期限"),
    Option("urgency", "紧急程度", "", (("", "无"), ("特急", "特急"), ("加急", "加急"))),
    Option("copy_number", "份号"),
    Option("signer", "签发人", empty="签发的主任"),
)
#: of kinds with a red head alone: no other head has a place for several organs (GB/T 9704-2012 7.2.4)
JOINT = Option("joint", "联合发文机关")
#: of kinds that tell figures
BASIS_NOTES = Option("basis_notes", "附数字口径", False)


#: by what a paper sets out its findings
GROUP_BY = Option("group_by", "分组", "category", (("category", "按类别"), ("unit", "按责任单位")))


def pressing(finding: FindingTold) -> tuple[Any, ...]:
    """What calls for a paper first: most urgings, longest overdue, most photos, then by number."""
    return (-len(finding.urges), -finding.overdue, -len(finding.photos), finding.number)


def _any(_finding: FindingTold) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind. `id` is its permanent name, `word` the usual 机关代字 of its number; `build` is pure.

    `fits`: whether a finding may be told by it, else `unfit` says what is missing. `most`: how many findings one paper
    may hold, 0 for any number. `per_unit`: all its findings are of one responsible unit. `tasks`: the statuses of a
    task it may tell of, none for any. `order`: which findings call for it first. `carries`: what 印发 does to them.
    `issue`: it is counted as 第N期 and bears no 发文字号. `joint`: several organs may issue it together; `figures`: it
    tells figures whose 口径 may be attached.
    """

    id: str
    label: str
    goes: Goes
    format: Format
    rests: Rests
    build: Callable[[Dossier], Paper]
    word: str = ""
    options: tuple[Option, ...] = ()
    fits: Callable[[FindingTold], bool] = _any
    unfit: str = ""
    most: int = 0
    per_unit: bool = False
    tasks: tuple[str, ...] = ()
    order: Callable[[FindingTold], Any] = pressing
    carries: Carries = Carries.NOTHING
    issue: bool = False
    joint: bool = False
    figures: bool = True
    #: how many pages it should have at most, 0 for any number
    pages: int = 0

    @property
    def by_task(self) -> bool:
        """Whether it goes under the number of its task: the 交办单 (contracts.md §5)."""
        return self.goes is Goes.GROUP and self.rests is Rests.TASK

    @property
    def numbered(self) -> bool:
        """Whether signing takes a number of the kind's own series."""
        return bool(self.word) and not self.by_task

    def ready(self, task_status: str) -> bool:
        """Whether a task of this status can be told by it."""
        return not self.tasks or task_status in self.tasks

    def may_make(self, office: bool) -> bool:
        """The one rule of contracts.md §3: a group makes upward papers alone."""
        return office or self.goes is Goes.UP

    def all_options(self) -> tuple[Option, ...]:
        """Its own options and those of every kind; what it cannot print is none of them."""
        more = ((JOINT, self.joint), (BASIS_NOTES, self.figures))
        own = {option.name for option in self.options}
        common = (option for option in COMMON if option.name not in own)
        return (*self.options, *common, *(option for option, offered in more if offered))

    def kept(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`given` of a draft without what every kind was offered once and this one cannot print."""
        offered = {option.name for option in self.all_options()}
        return {n: value for n, value in given.items() if n in offered or n not in (JOINT.name, BASIS_NOTES.name)}

    def unprinted(self, given: Mapping[str, Any], paper: Paper) -> tuple[str, ...]:
        """A sentence for each option that a draft bears and `paper` does not: nothing falls away without a word."""
        offered = {option.name for option in self.all_options()}
        told = [option for option in (JOINT, BASIS_NOTES) if given.get(option.name)]
        said = [
            f"“{option.label}”填了，印不出来：{self.label}没有放它的位置"
            for option in told
            if option.name not in offered
        ]
        if self.joint and given.get(JOINT.name) and paper.signature is not None and not paper.signature.organs:
            said.append(f"“{JOINT.label}”填了，印不出来：只有红头（发文字号）的版式能联合行文")
        return tuple(said)

    def chosen(self, given: dict[str, Any]) -> dict[str, Any]:
        """`given` checked by name, type and choice, the defaults filled in; D-305 naming the option."""
        known = {option.name: option for option in self.all_options()}
        for name, value in given.items():
            option = known.get(name)
            if option is None or type(value) is not type(option.default):
                raise DubuError("D-305", detail=f"{self.label}没有这样的选项：{name}")
            if option.choices and value not in dict(option.choices):
                listed = "、".join(key or "空" for key, _ in option.choices)
                raise DubuError("D-305", detail=f"{option.label}可选：{listed}")
        return {name: given.get(name, option.default) for name, option in known.items()}


def with_copy_number(options: Mapping[str, Any]) -> dict[str, Any]:
    """`options` as a person gives them with 份号 in six digits; D-305 for one that is no number."""
    written = options.get("copy_number")
    if not isinstance(written, str) or not written.strip():
        return dict(options)
    try:
        return {**options, "copy_number": copy_number(written)}
    except ValueError:
        raise DubuError("D-305", detail=f"份号写六位以内的数字，如 000001；“{written}”不是") from None


def mixed(kind: PaperKind, findings: Sequence[FindingTold]) -> tuple[str, ...]:
    """The units that a paper of a kind for one unit would show each other's problems; none where one has them all."""
    if not kind.per_unit or any(all(unit in f.units for f in findings) for f in findings[:1] for unit in f.units):
        return ()
    named = tuple(dict.fromkeys(f.units[0] for f in findings if f.units))
    return named if len(named) > 1 else ()


def mixed_said(units: Sequence[str]) -> str:
    """The same as a warning; "" for none."""
    if not units:
        return ""
    named = "、".join(units[:3]) + ("等" if len(units) > 3 else "")
    return f"列入的问题分属{named}{len(units)}个单位，一份发出去各单位都看到别家的问题；可以每个单位一份"


def may_make(kind: PaperKind, office: bool) -> None:
    """Refuse what this side may not make: D-334."""
    if not kind.may_make(office):
        raise DubuError("D-334", kind=kind.label, whom=kind.goes.label)


def make(kind: PaperKind, dossier: Dossier) -> Paper:
    """The paper; D-334 for a side that may not make it, D-308 when the records do not fit. Pure.

    What a group makes is marked on every page, whatever the file of the kind says.
    """
    may_make(kind, dossier.office)
    _must_rest(kind, dossier)
    texts = dossier.texts.of(kind.id)
    chosen = kind.chosen(dossier.options)
    signer = "、".join(names_in(chosen["signer"] or dossier.signer))
    built = kind.build(replace(dossier, options=chosen, texts=texts, signer=signer))
    paper = reworded(built, texts)
    notice = dossier.notice if dossier.office else UPWARD_NOTICE
    head = paper.head
    for name in ("secrecy", "urgency", "copy_number"):
        if dossier.options.get(name):
            head = replace(head, **{name: dossier.options[name]})
    title = dossier.options.get("title") or paper.title
    # 文件格式 is what a paper has unless its file says otherwise; a group's report is 白头
    format_ = kind.format if paper.format is Format.DOCUMENT else paper.format
    made = replace(paper, head=head, title=title, notice=notice, issued_on=dossier.issued_on, format=format_)
    return settled(jointly(made, dossier.letterhead.organ, str(dossier.options.get("joint", ""))))


def jointly(paper: Paper, organ: str, others: str) -> Paper:
    """A joint issue (联合行文) of `organ` and `others` (、 or lines between them); only a red head can be one."""
    named = names_in(others)
    red = paper.format is Format.DOCUMENT and paper.head.style is HeadStyle.RED_HEAD and paper.head.mark
    if not named or not red or paper.signature is None:
        return paper
    head = replace(paper.head, organs=(organ, *named), mark="文件")
    return replace(paper, head=head, signature=replace(paper.signature, organs=named))


def _must_rest(kind: PaperKind, dossier: Dossier) -> None:
    """The records the kind rests on are there and are such as it may tell; D-308."""
    there = {
        Rests.TASK: dossier.task is not None,
        Rests.INSTRUCTION: dossier.instruction is not None,
        Rests.FINDING: len(dossier.findings) == 1,
        Rests.FINDINGS: bool(dossier.findings),
    }
    if not there[kind.rests]:
        raise DubuError("D-308", missing=kind.rests.label)
    # A correction tells of what the old paper told of, whatever became of it since: that is why there is one.
    wrong = [f.number for f in dossier.findings if f.id not in dossier.told_before and not kind.fits(f)]
    if wrong:
        raise DubuError("D-308", missing=f"{kind.unfit}（{'、'.join(wrong)}）")
    if kind.most and len(dossier.findings) > kind.most:
        raise DubuError("D-305", detail=f"{kind.label}一份最多写{kind.most}个问题")
