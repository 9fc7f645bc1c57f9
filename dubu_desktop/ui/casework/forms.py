"""What each step asks of the person, in the pane: reasons, dates, replies. One table, used by 问题 and 整改.

A form is a title, its fields, and how the answers become parameters of the verb.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.actions.reads.parts import Available
from dubu_desktop.domain.records.people import Term
from dubu_desktop.ui.casework.urging import urging
from dubu_desktop.ui.casework.values import plain
from dubu_desktop.ui.kit import Choice, Field, Kind, Supply

_TERMS = tuple(Choice(str(m.value), m.label) for m in Term)


@dataclass(frozen=True)
class Asking:
    """What a form may need: the finding, today, who is at the keyboard, the pickers."""

    detail: FindingDetail
    today: date
    person: str
    supplies: Mapping[str, Supply]


@dataclass(frozen=True)
class Form:
    """A form as it is opened. `said` is what the person is told when it is done, or tells it from the answers."""

    title: str
    fields: tuple[Field, ...]
    ok: str
    said: str | Callable[[Mapping[str, Any]], str]
    note: str = ""


Maker = Callable[[Asking], Form]


def _reason(title: str, ok: str, said: str, note: str = "") -> Maker:
    fields = (Field("reason", "理由", Kind.MULTILINE, missing="写明理由"),)
    return lambda _a: Form(title, fields, ok, said, note)


def _assign(a: Asking) -> Form:
    group = Field("verify_group", "核查组", Kind.PICKER, supply=a.supplies["group"],
                  missing="" if a.detail.group != "办公室" else "选核查组", note="不选就由发现组核查")  # fmt: skip
    return Form(
        "交整改",
        (
            Field("due_on", "整改期限", Kind.DATE, hint="不填就按规则推算，也可写 6-20"),
            Field("term", "期限类型", Kind.ENUM, choices=_TERMS, note="不选就按类别"),
            group,
            Field("requirement", "整改内容", Kind.MULTILINE),
        ),
        "交整改",
        "已交整改。",
        "责任单位、期限和核查组都可以不填，按类别和规则方案带出。",
    )


def _reply(a: Asking) -> Form:
    return Form(
        "记单位反馈",
        (
            Field("reply", "反馈内容", Kind.MULTILINE, missing="写明单位反馈了什么"),
            Field("replied_on", "反馈日期", Kind.DATE, a.today),
            Field("measures", "整改措施", Kind.MULTILINE, _rect(a, "measures")),
            Field("owner", "责任人", Kind.TEXT, _rect(a, "owner")),
        ),
        "记下反馈",
        "已记下反馈，等核查组现场核查。",
    )


def _rect(a: Asking, key: str) -> str:
    held = {f.key: f for f in a.detail.rectification.fields} if a.detail.rectification else {}
    return str(held[key].value or "") if key in held else ""


def _verify(a: Asking) -> Form:
    return Form(
        "核查通过",
        (
            Field("result", "核查情况", Kind.MULTILINE, missing="写一句现场看到的整改情况"),
            Field("verified_by", "核查人", Kind.TEXT, a.person),
            Field("verified_on", "核查日期", Kind.DATE, a.today),
        ),
        "核查通过",
        "已核查通过，报办公室销号。",
    )


def _extend(a: Asking) -> Form:
    now = a.detail.rectification.due if a.detail.rectification else ""
    return Form(
        "改期限",
        (
            Field("due_on", "新的期限", Kind.DATE, missing="写明新的期限"),
            Field("reason", "理由", Kind.MULTILINE, missing="写明理由"),
        ),
        "改期限",
        "期限已改，原定期限仍保留。",
        f"现定 {now}；原定期限一直保留。" if now else "",
    )


def _urge(a: Asking) -> Form:
    count = a.detail.urge_count
    return Form(
        "督促",
        urging([a.detail.rectification.due_on] if a.detail.rectification else [], a.today),
        "记下",
        "已记下这次督促。",
        f"已督促 {count} 次（含退回重办）。" if count else "这是第一次督促。",
    )


def _answer(a: Asking) -> Form:
    asked = next((u for u in a.detail.urges if u.id and not u.response), None)
    return Form(
        "记督促答复",
        (Field("response", "对方答复", Kind.MULTILINE, missing="写明对方怎样答复"),),
        "记下",
        "已记下对方的答复。",
        f"{asked.when} {asked.channel}：{asked.text}" if asked is not None else "",
    )


def _merge(a: Asking) -> Form:
    return Form(
        "并入另一条问题",
        (
            Field("into", "并入", Kind.PICKER, supply=a.supplies["finding"], missing="选并入哪一条"),
            Field("reason", "理由", Kind.MULTILINE, "同一地点同一事项", missing="写明理由"),
        ),
        "并案",
        "已并案，两条都查得到。",
    )


def _instruction(a: Asking) -> Form:
    return Form(
        "记批示",
        (
            Field("leader", "批示领导", Kind.TEXT, missing="写明哪位领导"),
            Field("text", "批示内容", Kind.MULTILINE, missing="照录批示原文"),
            Field("given_on", "批示日期", Kind.DATE, a.today),
            Field("due_on", "办结期限", Kind.DATE, hint="如 7-7；不填只记录"),
            Field("groups", "交哪些组", Kind.PICKERS, supply=a.supplies["group"]),
        ),
        "记下批示",
        _instructed,
        "填了期限就改这条问题的期限并列为优先；选了组就给每组拟一件任务。",
    )


def _instructed(answers: Mapping[str, Any]) -> str:
    follows = (("due_on", "期限已按批示改"), ("groups", "任务已给各组拟好"))
    made = [said for key, said in follows if plain(answers.get(key))]
    return "，".join(["批示已记下", *made]) + "。"


def _person(a: Asking) -> Form:
    return Form(
        "点名人员",
        (
            Field("name", "姓名", Kind.TEXT, missing="写明姓名"),
            Field("post", "职务", Kind.TEXT),
            Field("unit", "单位", Kind.PICKER, supply=a.supplies["unit"]),
        ),
        "记下",
        "已记下，列表里只显示姓。",
        "只在通报定为“点人点事”时印出。",
    )


FORMS: dict[str, Maker] = {
    "send_back_finding": _reason(
        "退回补充", "退回补充", "已退回发现组补充。", "退回后恢复为草稿，由发现组补充后重新定稿。"
    ),
    "assign_rectification": _assign,
    "record_reply": _reply,
    "verify_finding": _verify,
    "return_finding": _reason("退回重办", "退回重办", "已退回重办，计一次督促。"),
    "reopen_finding": _reason("恢复办理", "恢复办理", "已恢复办理。"),
    "extend_rectification": _extend,
    "urge": _urge,
    "answer_urge": _answer,
    "merge_finding": _merge,
    "void_finding": _reason("作废这条问题", "作废", "已作废，编号不再使用。"),
    "purge": _reason(
        "清除这条问题和它的照片",
        "清除",
        "已清除。组里收到下一个包，那边也随着清除。",
        "清除以后不能撤销：列表、搜索、照片和各组电脑上都不再有它。文字仍留在封存的日志里，直到日志的归档被销毁。"
        "别的组加在它上面的照片留在那个组的电脑上，要通知该组在“数据包”页销毁。",
    ),
    "record_instruction": _instruction,
    "name_person": _person,
}
#: verbs that need no answer: what is said when they are done
AT_ONCE = {
    "finalise_finding": "已定稿。",
    "confirm_finding": "已核定。",
    "close_finding": "已销号。",
    "want_photos": "原图已列入下一个数据包要的清单。",
    "retract": "已撤回上一步。",
}


def params_of(available: Available, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters for the verb: what is known of them, and the answers that were given."""
    given = {key: plain(value) for key, value in answers.items()}
    return {**available.params, **{key: value for key, value in given.items() if value not in ("", None, [])}}
