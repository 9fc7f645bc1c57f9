"""新文书: which kind, what it rests on, and the draft is there with its pages. From every page by `begin`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.reads import paperchoices
from dubu_desktop.actions.reads.paperchoices import KindChoice
from dubu_desktop.domain.papers.kind import mixed_said
from dubu_desktop.ui.casework.values import plain
from dubu_desktop.ui.kit import Choice, Field, Kind, Tone, supply_list, supply_read

if TYPE_CHECKING:
    from dubu_desktop.ui.documents.page import DocumentsPage
    from dubu_desktop.ui.window import MainWindow

_WORDS = {"task": "任务", "finding": "问题", "findings": "问题", "instruction": "批示"}
#: initials of the kinds, so that they are found while the input method is off
_KEYS = {
    "bulletin": ("tb", "ddxctb"), "task_order": ("jbd", "rwjbd"), "flash_report": ("jb",), "special_report": ("zb",),
    "inspection_report": ("dcqkbg", "bg"), "instruction_slip": ("psj",), "photo_card": ("zpk", "wtzpk"),
    "rectification_notice": ("zgtzs", "tzs"), "reminder_letter": ("txh",), "recommendation_letter": ("zgjyh", "jyh"),
    "supervision_notice": ("dbd",), "close_out_form": ("xhd", "zgxhd"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Basis:
    """What was chosen before the kind: findings (ids, in order), a task, an instruction, or a visit (its findings)."""

    findings: tuple[str, ...] = ()
    task: str = ""
    instruction: str = ""
    visit: str = ""

    def __bool__(self) -> bool:
        return bool(self.findings or self.task or self.instruction or self.visit)

    @property
    def said(self) -> str:
        """In a few words."""
        if self.findings:
            return f"依据：选中的{len(self.findings)}个问题"
        return "依据：这项任务" if self.task else "依据：这件批示" if self.instruction else "依据：这次督导发现的问题"

    @property
    def params(self) -> dict[str, Any]:
        """As the verbs take it."""
        given = {"findings": list(self.findings), "task": self.task, "instruction": self.instruction}
        return {name: value for name, value in given.items() if value}


def begin(window: MainWindow, basis: Basis = Basis()) -> None:
    """出文书 from any page: open 文书 and ask which kind, of those that fit what was chosen."""
    page: Any = window.go("documents")
    page.new_paper(basis)


def from_rows(window: MainWindow, rows: Sequence[int], visit: str = "") -> None:
    """The same for findings by their row ids, or for a visit's."""

    def found(ids: list[str]) -> None:
        if ids:
            begin(window, Basis(findings=tuple(ids)))
        else:
            window.desk.warn("没有可写进文书的问题。")

    window.desk.read(window, paperchoices.ids_of, tuple(rows), visit, then=found, newest="paper-basis")


def ask_kind(page: DocumentsPage, basis: Basis) -> None:
    """Which kind; then what it rests on, unless that was chosen before."""
    given = (basis.findings, basis.task, basis.instruction, basis.visit)
    page.desk.read(page, paperchoices.kinds, *given, then=partial(_ask, page, basis), newest="kinds")


def _ask(page: DocumentsPage, basis: Basis, kinds: list[KindChoice]) -> None:
    ready = [one for one in kinds if not one.unfit]
    if not ready:
        why = "；".join(f"{one.label}：{one.unfit}" for one in kinds[:3])
        page.desk.warn(f"选中的记录出不了文书。{why}")
        return
    if len(ready) == 1 and basis:
        _rest_on(page, basis, ready[0])
        return
    choices = [Choice(one.id, one.label, one.unfit or one.goes, _KEYS.get(one.id, ())) for one in ready]
    by_id = {one.id: one for one in kinds}
    page.ask.ask(
        "新文书",
        [Field("kind", "哪一种", Kind.PICKER, missing="选一种文书", supply=supply_list(choices))],
        lambda answer: _rest_on(page, basis, by_id[answer["kind"].id]),
        note=basis.said if basis else "选好以后再选它写哪项任务、哪些问题",
        ok="下一步",
    )


def _rest_on(page: DocumentsPage, basis: Basis, kind: KindChoice) -> None:
    if basis:
        _make(page, kind, basis)
        return
    word, many = _WORDS[kind.rests], kind.rests == "findings"
    supply = supply_read(page.desk, page, choices_of, kind=kind.id)
    missing = f"选{word}"

    def answered(answer: dict[str, Any]) -> None:
        chosen = answer["on"] if many else [answer["on"]]
        ids = tuple(one.id for one in chosen)
        task, instruction = (ids[0] if kind.rests == name else "" for name in ("task", "instruction"))
        _make(page, kind, Basis(() if task or instruction else ids, task, instruction))

    page.ask.ask(
        f"新{kind.label}",
        [Field("on", word, Kind.PICKERS if many else Kind.PICKER, missing=missing, supply=supply)],
        answered,
        ok="起草" if page.office else "看页面",
    )


def _make(page: DocumentsPage, kind: KindChoice, basis: Basis) -> None:
    """Draft it; where a paper for one unit would tell of several, ask first whether each unit is to have its own."""
    if not (page.office and kind.per_unit):
        page.make(kind.id, basis)
        return

    def asked(units: tuple[str, ...]) -> None:
        if not units:
            page.make(kind.id, basis)
            return
        each = Choice("each", f"每个单位一份，共{len(units)}份")
        whole = Choice("whole", "合成一份")
        page.ask.ask(
            f"新{kind.label}",
            [Field("each", "分成", Kind.ENUM, each.id, choices=(each, whole), missing="选一种")],
            lambda answer: page.make(kind.id, basis, per_unit=plain(answer["each"]) == each.id),
            note=f"{Tone.WARN.shape} {mixed_said(units)}。",
            ok="起草",
        )

    given = (basis.findings, basis.visit)
    page.desk.read(page, paperchoices.mixed_units, kind.id, *given, then=asked, newest="units")


def choices_of(reader: Any, text: str, kind: str) -> list[Choice]:
    """Records a kind may rest on (reader thread)."""
    return [Choice(one.id, one.label, one.hint) for one in paperchoices.fitting(reader, text, kind)]
