"""The catalogue of expected failures: code, what happened, what to do next.

Two kinds of failure exist. *Expected* ones (stick full, wrong password, bundle for another group) are a
`DubuError` with a code of `CATALOGUE`; everything else is a bug. They are told apart by class, never by text.
Each sentence says what happened and, where it is not obvious, that nothing was lost; `next_step` says what to do.

Codes: D-1xx workspace, D-2xx bundle, D-3xx rules and input, D-4xx files from outside, D-5xx paper, D-6xx disk
and machine, D-9xx bugs. A code is permanent: it is read over the telephone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One catalogue entry; `what` and `next_step` may hold named `{placeholders}`."""

    code: str
    what: str
    next_step: str


class DubuError(Exception):
    """An expected failure: shown as code + one Chinese sentence + next step, never as a stack trace."""

    def __init__(self, code: str, **params: Any) -> None:
        self.entry = CATALOGUE[code]
        self.code = code
        self.params = params
        super().__init__(self.sentence)

    @property
    def what(self) -> str:
        """What happened, placeholders filled."""
        return self.entry.what.format(**self.params)

    @property
    def next_step(self) -> str:
        """What the person can do next, placeholders filled."""
        return self.entry.next_step.format(**self.params)

    @property
    def sentence(self) -> str:
        """The whole message as it is shown: code, what, next step."""
        return f"{self.code} {self.what}。{self.next_step}。"


class Cancelled(Exception):
    """The person cancelled long work; everything is as it was before it began."""


def _catalogue(*rows: tuple[str, str, str]) -> dict[str, Entry]:
    table: dict[str, Entry] = {}
    for code, what, next_step in rows:
        if code in table:
            raise ValueError(f"error code listed twice: {code}")
        table[code] = Entry(code, what, next_step)
    return table


# Sentences carry no full stop: `sentence` adds it. One section per room; add rows inside your room's section.
CATALOGUE: dict[str, Entry] = _catalogue(
    # --- D-1xx workspace (db/) ---------------------------------------------------------------------------------
    ("D-101", "这里没有督簿工作区：{path}", "请核对文件夹，或新建工作区"),
    ("D-102", "这个文件夹里已经有东西，不能在此新建工作区：{path}", "请另选一个空文件夹"),
    # --- D-2xx bundle (sync/) ----------------------------------------------------------------------------------
    ("D-204", "数据包不完整或已损坏，什么也没有改动", "请对方重新导出"),
    # --- D-3xx rules and input (domain/, actions/) -------------------------------------------------------------
    ("D-301", "没有名叫“{name}”的人员", "请先在设置中登记此人，或核对姓名"),
    ("D-302", "{name}没有做这件事的职责（需要：{roles}）", "请由有此职责的人员办理"),
    ("D-303", "本版不能做这件事：{verb}", "请在{edition}的电脑上办理"),
    ("D-304", "没有这个动作：{verb}", "请用 actions 列出可用的动作"),
    ("D-305", "参数不对：{detail}", "请按 actions 列出的参数填写"),
    ("D-306", "找不到记录：{what}", "请核对编号"),
    ("D-307", "现在的状态是“{status}”，不能“{event}”", "请刷新后再看，或先办上一步"),
    ("D-308", "还缺：{missing}", "补齐后再办；现在的内容已保存为草稿"),
    ("D-309", "“{field}”太长：{length}字，最多{limit}字", "请删减后再存；原来的内容没有改动"),
    ("D-310", "“{field}”的值不对：{detail}", "请改正后再存；原来的内容没有改动"),
    ("D-311", "这一处有冲突，等办公室定", "请先导出数据包，待办公室裁定后再改"),
    ("D-312", "需要写明理由", "请填写理由后再办"),
    ("D-313", "没有可以撤销的操作：{detail}", "可在经过里查看，另行更正"),
    # --- D-4xx files from outside (intake/) --------------------------------------------------------------------
    # --- D-5xx paper (export/) ---------------------------------------------------------------------------------
    # --- D-6xx disk and machine (system/) ----------------------------------------------------------------------
    # --- D-9xx bugs --------------------------------------------------------------------------------------------
    ("D-901", "程序出错，您的内容已保存", "请复制报告交给管理员，并重新打开程序"),
)
