"""Lifecycles: the statuses, the steps, and who may take them (contracts.md §2). Transitions live here alone.

The state is the fold of the events (merge.py); this module only says which step leads where and whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from dubu_desktop.domain.fields import LabelledEnum


class Role(LabelledEnum):
    """What a person may do; chosen and recorded, not proven (contracts.md §3)."""

    #: a member of a group
    MEMBER = "member", "组员"
    #: the leader of a group
    LEADER = "leader", "组长"
    #: a clerk of the office
    CLERK = "clerk", "工作人员"
    #: the director of the office
    DIRECTOR = "director", "主任"


OFFICE_ROLES = (Role.CLERK, Role.DIRECTOR)
GROUP_ROLES = (Role.MEMBER, Role.LEADER)


class Standing(LabelledEnum):
    """What ties a group to a record, beyond its role."""

    #: the step is the office's alone
    OFFICE = "office", "办公室"
    #: the side that created the record
    CREATOR = "creator", "提出方"
    #: a group the office ever assigned the record to
    ASSIGNED = "assigned", "承办组"


@dataclass(frozen=True)
class Step:
    """One step: `event` from any of `sources` to `target` (None: the status stays).

    `roles` are enforced at the keyboard; `standing` is enforced when ops are folded. `office_too`: the office may take
    it as well as the group named by `standing`. `closing`: the event carries the context of all fields seen, so that
    an edit it did not know of lists the record (sync.md §3.4). `immediate_only`: only for the kind 立行立改.
    """

    event: str
    tag: int
    label: str
    sources: frozenset[str]
    target: str | None
    roles: tuple[Role, ...]
    standing: Standing = Standing.OFFICE
    office_too: bool = False
    reason: bool = False
    closing: bool = False
    immediate_only: bool = False


RETRACT, DECIDE = "retract", "decide"
RETRACT_TAG, DECIDE_TAG = 98, 99
#: argument of an office step that takes back what a bundle brought: the hash of that bundle (sync.md §3.14)
UNDO_IMPORT = "undo_import"
#: argument of an office create that repeats what lies in quarantine (接管): the workspace copy that made it, 8 bytes
REPEATS = "repeats"
#: argument of a 裁定 that stands for one of the steps that were in conflict before a step that was taken back
REOPENS = "reopens"
EVENT_WORDS = {RETRACT: "撤回", DECIDE: "裁定"}


@dataclass(frozen=True)
class Lifecycle:
    """A lifecycle: `statuses` in order of openness, the most open first; `initial` is the status after creation.

    `final_events` can not be retracted (contracts.md §2).
    """

    statuses: type[LabelledEnum]
    initial: str
    openness: tuple[str, ...]
    steps: tuple[Step, ...]
    final_events: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def by_tag(self) -> dict[int, tuple[Step, ...]]:
        """{event tag: the steps with that tag}, one per set of source statuses."""
        out: dict[int, tuple[Step, ...]] = {}
        for step in self.steps:
            out[step.tag] = (*out.get(step.tag, ()), step)
        return out

    @cached_property
    def closing(self) -> frozenset[int]:
        """The tags of the closing steps."""
        return frozenset(s.tag for s in self.steps if s.closing)

    @cached_property
    def tag_of(self) -> dict[str, int]:
        """{event name: tag}, the two general events included."""
        return {s.event: s.tag for s in self.steps} | {RETRACT: RETRACT_TAG, DECIDE: DECIDE_TAG}

    @cached_property
    def name_of(self) -> dict[int, str]:
        """{tag: event name}."""
        return {tag: name for name, tag in self.tag_of.items()}

    def label_of(self, event: str) -> str:
        """The Chinese word for an event; an unknown event is shown as it is."""
        for step in self.steps:
            if step.event == event:
                return step.label
        return EVENT_WORDS.get(event, event)

    def status_label(self, status: str) -> str:
        """The Chinese word for a status; an unknown status is shown as it is."""
        try:
            return self.statuses(status).label
        except ValueError:
            return status

    def more_open(self, statuses: list[str]) -> str:
        """Of several statuses the most open one; unknown ones count as closed."""
        order = {s: i for i, s in enumerate(self.openness)}
        return min(statuses, key=lambda s: (order.get(s, len(order)), s))

    def steps_from(self, status: str) -> tuple[Step, ...]:
        """The steps that start from `status`."""
        return tuple(s for s in self.steps if status in s.sources)


def _steps(*rows: Step) -> tuple[Step, ...]:
    return rows


def _from(*statuses: str) -> frozenset[str]:
    return frozenset(statuses)


class PlainStatus(LabelledEnum):
    """Status of a record without a lifecycle of its own."""

    #: in force
    VALID = "valid", "有效"
    #: withdrawn with a reason
    VOID = "void", "作废"


class TaskStatus(LabelledEnum):
    """Status of a task, from the office's draft to its completion."""

    #: being written by the office
    DRAFTED = "drafted", "草拟"
    #: numbered and given to the group
    ISSUED = "issued", "已交办"
    #: signed for by the group leader
    ACCEPTED = "accepted", "已签收"
    #: the group is at work
    UNDERWAY = "underway", "办理中"
    #: the group reported its result
    REPORTED = "reported", "已报告"
    #: the office accepted the result
    COMPLETED = "completed", "已办结"
    #: the office ended it early
    CANCELLED = "cancelled", "已终止"


class FindingStatus(LabelledEnum):
    """Status of a finding, from the first word to 销号."""

    #: not yet complete
    DRAFT = "draft", "草稿"
    #: complete, signed by the group leader
    FINAL = "final", "已定稿"
    #: accepted by the office
    CONFIRMED = "confirmed", "已核定"
    #: assigned to the responsible units
    RECTIFYING = "rectifying", "整改中"
    #: the units reported back
    REPLIED = "replied", "已反馈"
    #: seen on site by the verifying group
    VERIFIED = "verified", "核查通过"
    #: struck off the list by the office
    CLOSED = "closed", "已销号"
    #: the same as another finding
    MERGED = "merged", "已并案"
    #: found not to be a problem
    NOT_ESTABLISHED = "not_established", "不成立"
    #: excused under 容错纠错
    EXEMPT = "exempt", "容错免责"
    #: handed to another body
    REFERRED = "referred", "已移交"
    #: withdrawn by the finder's side
    VOIDED = "voided", "作废"


class DocumentStatus(LabelledEnum):
    """Status of a document, from draft to 印发."""

    #: being written
    DRAFT = "draft", "草稿"
    #: waiting for the director
    SUBMITTED = "submitted", "送审"
    #: signed and numbered
    SIGNED = "signed", "已签发"
    #: printed and sent
    ISSUED = "issued", "已印发"
    #: withdrawn; the number stays used
    REVOKED = "revoked", "已撤销"


_ANY = (Role.MEMBER, Role.LEADER, Role.CLERK, Role.DIRECTOR)
_CLERK, _DIRECTOR, _LEADER = (Role.CLERK,), (Role.DIRECTOR,), (Role.LEADER,)
_EITHER = (Role.CLERK, Role.DIRECTOR)
S = FindingStatus
T = TaskStatus
D = DocumentStatus
_SETTLED = _from(S.MERGED, S.NOT_ESTABLISHED, S.EXEMPT, S.REFERRED)
_WORKING = _from(S.CONFIRMED, S.RECTIFYING, S.REPLIED)

PLAIN = Lifecycle(
    PlainStatus,
    PlainStatus.VALID,
    (PlainStatus.VALID, PlainStatus.VOID),
    _steps(
        Step("void", 90, "作废", _from(PlainStatus.VALID), PlainStatus.VOID, _ANY, Standing.CREATOR, True, reason=True)
    ),
)

TASK = Lifecycle(
    TaskStatus,
    T.DRAFTED,
    (T.UNDERWAY, T.ACCEPTED, T.ISSUED, T.REPORTED, T.DRAFTED, T.COMPLETED, T.CANCELLED),
    _steps(
        Step("issue", 1, "交办", _from(T.DRAFTED), T.ISSUED, _DIRECTOR),
        Step("sign_for", 2, "签收", _from(T.ISSUED), T.ACCEPTED, _LEADER, Standing.ASSIGNED),
        Step("start", 3, "开始办理", _from(T.ACCEPTED), T.UNDERWAY, GROUP_ROLES, Standing.ASSIGNED),
        Step("report", 4, "报告", _from(T.UNDERWAY), T.REPORTED, _LEADER, Standing.ASSIGNED),
        Step("complete", 5, "办结", _from(T.REPORTED), T.COMPLETED, _DIRECTOR),
        Step("send_back", 6, "退回", _from(T.REPORTED), T.UNDERWAY, _DIRECTOR, reason=True),
        Step("extend", 7, "延期", _from(T.ISSUED, T.ACCEPTED, T.UNDERWAY, T.REPORTED), None, _DIRECTOR, reason=True),
        Step(
            "cancel",
            8,
            "终止",
            _from(T.DRAFTED, T.ISSUED, T.ACCEPTED, T.UNDERWAY, T.REPORTED),
            T.CANCELLED,
            _DIRECTOR,
            reason=True,
        ),
        Step("reopen", 9, "重新办理", _from(T.COMPLETED, T.CANCELLED), T.UNDERWAY, _DIRECTOR, reason=True),
    ),
    frozenset({"issue"}),
)

FINDING = Lifecycle(
    FindingStatus,
    S.DRAFT,
    (
        S.RECTIFYING,
        S.REPLIED,
        S.DRAFT,
        S.FINAL,
        S.CONFIRMED,
        S.VERIFIED,
        S.CLOSED,
        S.MERGED,
        S.NOT_ESTABLISHED,
        S.EXEMPT,
        S.REFERRED,
        S.VOIDED,
    ),
    _steps(
        # contracts.md §2: a finding the office records has finder = office and is finalised by the clerk
        Step("finalise", 1, "定稿", _from(S.DRAFT), S.FINAL, (Role.LEADER, Role.CLERK), Standing.CREATOR),
        Step("confirm", 2, "核定", _from(S.FINAL), S.CONFIRMED, _CLERK, closing=True),
        Step("assign", 3, "交整改", _from(S.CONFIRMED), S.RECTIFYING, _DIRECTOR),
        Step("reply", 4, "单位反馈", _from(S.RECTIFYING), S.REPLIED, _CLERK),
        Step("verify", 5, "核查通过", _from(S.REPLIED), S.VERIFIED, _LEADER, Standing.ASSIGNED),
        Step("verify", 5, "核查通过", _from(S.RECTIFYING), S.VERIFIED, _LEADER, Standing.ASSIGNED, immediate_only=True),
        Step("close_out", 6, "销号", _from(S.VERIFIED), S.CLOSED, _DIRECTOR, closing=True),
        Step("send_back", 7, "退回补充", _from(S.FINAL), S.DRAFT, _CLERK, reason=True),
        Step("return_for_redo", 8, "退回重办", _from(S.REPLIED), S.RECTIFYING, _LEADER, Standing.ASSIGNED, reason=True),
        Step("return_for_redo", 8, "退回重办", _from(S.VERIFIED), S.RECTIFYING, _EITHER, reason=True),
        Step(
            "reopen",
            9,
            "反弹重办",
            _from(S.CLOSED),
            S.RECTIFYING,
            (Role.LEADER, Role.CLERK),
            Standing.ASSIGNED,
            True,
            reason=True,
        ),
        Step("reopen", 9, "恢复办理", _SETTLED, S.CONFIRMED, _DIRECTOR, reason=True),
        Step("extend", 10, "延期", _from(S.RECTIFYING, S.REPLIED), None, _DIRECTOR, reason=True),
        Step("merge_into", 11, "并案", _WORKING, S.MERGED, _DIRECTOR, reason=True, closing=True),
        Step("not_established", 12, "不成立", _WORKING, S.NOT_ESTABLISHED, _DIRECTOR, reason=True),
        Step("exempt", 13, "容错免责", _WORKING, S.EXEMPT, _DIRECTOR, reason=True),
        Step("refer", 14, "移交", _WORKING, S.REFERRED, _DIRECTOR, reason=True),
        Step("void", 90, "作废", _from(S.DRAFT, S.FINAL), S.VOIDED, _ANY, Standing.CREATOR, reason=True, closing=True),
    ),
)

DOCUMENT = Lifecycle(
    DocumentStatus,
    D.DRAFT,
    (D.DRAFT, D.SUBMITTED, D.SIGNED, D.ISSUED, D.REVOKED),
    _steps(
        Step("submit", 1, "送审", _from(D.DRAFT), D.SUBMITTED, _CLERK),
        Step("sign", 2, "签发", _from(D.SUBMITTED), D.SIGNED, _DIRECTOR, closing=True),
        Step("issue", 3, "印发", _from(D.SIGNED), D.ISSUED, _CLERK),
        Step("send_back", 4, "退回", _from(D.SUBMITTED), D.DRAFT, _DIRECTOR),
        Step("revoke", 5, "撤销", _from(D.DRAFT), D.REVOKED, _CLERK),
        Step("revoke", 5, "撤销", _from(D.SIGNED, D.ISSUED), D.REVOKED, _DIRECTOR, reason=True),
    ),
    frozenset({"sign", "issue", "revoke"}),
)
