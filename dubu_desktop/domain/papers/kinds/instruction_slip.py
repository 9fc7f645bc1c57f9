"""批示件: what a leader wrote and what became of it; the right third is his (documents.md §4)."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Cell, Format, Grid, Paper, Row
from dubu_desktop.domain.papers.figures import Told, count, told
from dubu_desktop.domain.papers.kind import Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import day_or, form_head, ids, to_be_signed, whole
from dubu_desktop.domain.papers.template import Value
from dubu_desktop.domain.papers.told import Dossier, InstructionTold
from dubu_desktop.domain.text import listed

_LABEL, _VALUE, _RIGHT = 24.0, 80.0, 52.0


def _left(label: str, value: str | Told, height_mm: float = 0, foot: str = "", right: Cell | None = None) -> Row:
    text = told(value)
    return Row(
        (
            Cell(_LABEL, label, label=True),
            Cell(_VALUE, text.text, foot=foot, figures=text.figures),
            right or Cell(_RIGHT, under=True, red=True),
        ),
        height_mm,
    )


#: so many findings are named by their numbers, each on a line of its own
_NUMBERS = 3


def _handled(d: Dossier, given: InstructionTold) -> Told:
    """To whom it was passed on: the tasks made of it, the groups, the findings it speaks of."""
    numbers = [f.number for f in d.findings]
    values: dict[str, Value] = {
        "已转办": listed(f"{t.group}（{t.number}）" for t in given.tasks),
        "问题数": count(ids(d.findings), "批示所涉问题") if d.findings else "",
        "所涉问题": "\n".join(numbers[:_NUMBERS]) + ("\n等" if len(numbers) > _NUMBERS else ""),
    }
    return d.texts.say("handled", values)


def build(d: Dossier) -> Paper:
    """The slip: on the left what came and what is proposed, on the right the leader's words in a red frame."""
    given = d.instruction
    assert given is not None
    said = whole(given.text) if d.options["print_text"] else ""
    first = Row(
        (
            Cell(_LABEL, "批示领导", label=True),
            Cell(_VALUE, given.leader),
            Cell(_RIGHT, "领导批示", label=True, red=True),
        )
    )
    rows = (
        first,
        _left("批示日期", day_or(given.given_on), right=Cell(_RIGHT, said, red=True)),
        _left("批示事项", given.title, 16),
        _left("内容摘要", _summary(d), 42),
        _left("拟办意见", d.options["proposal"] or _proposal(d, given), 30, to_be_signed(d, "clerk_sign")),
        _left("转办情况", _handled(d, given), 24),
        _left("办结时限", day_or(given.due_on, "未定")),
        _left("办理结果", "", 36, to_be_signed(d, "result_sign")),
    )
    return Paper(form_head(d), d.texts.plain("title"), "", (Grid(rows),))


def _summary(d: Dossier) -> str:
    return "\n".join(f"{f.place}：{whole(f.facts)}" for f in d.findings[:2])


def _proposal(d: Dossier, given: InstructionTold) -> str:
    values = {"办理组": listed(given.groups), "反馈期限": day_or(given.due_on)}
    return d.texts.plain("proposal", values)


KIND = PaperKind(
    "instruction_slip",
    "批示件",
    Goes.INSIDE,
    Format.FORM,
    Rests.INSTRUCTION,
    build,
    word="督批",
    options=(
        Option("proposal", "拟办意见", text="proposal"),
        # the column is for the leader's hand; what he wrote before may be copied into it
        Option("print_text", "印出批示内容", True),
    ),
)
