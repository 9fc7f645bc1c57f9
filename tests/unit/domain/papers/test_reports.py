"""What reports pick and add up: cases, what came again, where nobody went; all of it in words one can change."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubu_desktop.domain.papers import blocks as b
from dubu_desktop.domain.papers.cases import grouped, repeated, typical
from dubu_desktop.domain.papers.kind import make
from dubu_desktop.domain.papers.kinds import all_kinds, kind_of
from dubu_desktop.domain.papers.parts import figures_of
from dubu_desktop.domain.papers.texts import COMMON, Own, Texts, shipped
from dubu_desktop.domain.papers.told import Dossier, FindingTold, Unseen
from tests.unit.export.dossiers import dossier, paper, task, told

KINDS = [kind.id for kind in all_kinds().values()]


def one(
    place: int, unit: str = "城关街道", field: str = "安全生产", leaf: str = "消防通道", **values: Any
) -> FindingTold:
    plain = {"urgent": False, "repeats": False, "overdue": 0, "urges": (), "severity": "一般", "photo_count": 0}
    given_ = {**plain, "territory_unit": unit, "category": (field, leaf), "number": f"WT-{place:04}", **values}
    return told(place, **given_)


def numbers(findings: Any) -> list[str]:
    return [f.number for f in findings]


def test_cases_are_the_weightiest_and_no_field_twice_while_another_waits() -> None:
    fires = [one(n, severity="严重", overdue=9) for n in range(5)]
    duty = one(7, unit="河东镇", field="作风纪律", leaf="值班值守")
    dust = one(8, unit="新湖街道", field="生态环保", leaf="扬尘", severity="较重")
    assert numbers(typical([*fires, duty, dust], 3)) == ["WT-0000", "WT-0008", "WT-0007"]
    # of one field: another unit before the same one again
    other = one(9, unit="柳林镇", severity="一般")
    assert numbers(typical([*fires, other], 2)) == ["WT-0000", "WT-0009"]


def test_the_order_of_weight() -> None:
    same = {"unit": "河东镇"}
    named = [
        one(1, **same, urgent=True),
        one(2, **same, severity="严重"),
        one(3, **same, repeats=True),
        one(4, **same, overdue=12),
        one(5, **same, urges=told(0).urges),
        one(6, **same, photo_count=1),
        one(7, **same),
    ]
    assert numbers(typical(reversed(named), 7)) == numbers(named)
    assert typical([one(1, state="not_established"), one(2, state="exempt")], 3) == []


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.booleans()), max_size=14), st.integers(0, 6))
def test_cases_do_not_depend_on_the_order_they_come_in(made: list[tuple[int, int, bool]], most: int) -> None:
    findings = [one(n, unit=f"镇{u}", field=f"类{c}", urgent=urgent) for n, (u, c, urgent) in enumerate(made)]
    chosen = typical(findings, most)
    assert chosen == typical(list(reversed(findings)), most)
    assert len(chosen) == min(most, len(findings))
    fields = {f.category[0] for f in findings}
    assert len({f.category[0] for f in chosen}) == min(len(chosen), len(fields))


def test_what_met_the_same_unit_again() -> None:
    findings = [
        one(1),
        one(2),
        one(3, unit="河东镇"),
        one(4, leaf="灭火设施"),
        one(5, unit="河东镇"),
        one(6, unit="河东镇"),
    ]
    assert [(r.unit, r.category, len(r.findings)) for r in repeated(findings)] == [
        ("河东镇", "消防通道", 3),
        ("城关街道", "消防通道", 2),
    ]
    assert grouped(findings, by_unit=True)[0][0] == "城关街道"


def texts_of(made: b.Paper) -> list[str]:
    return [block.text for block in made.body if isinstance(block, b.Heading | b.Paragraph)]


def test_a_special_report_names_its_cases_what_came_again_and_where_nobody_went() -> None:
    areas = (Unseen(b"\x07" * 16, "北洼镇"), Unseen(b"\x08" * 16, "大营镇"))
    tasks = (Unseen(b"\x09" * 16, "农贸市场消防督导"),)
    made = paper("special_report", 9, unseen_areas=areas, unseen_tasks=tasks)
    text = "\n".join(texts_of(made))
    assert "本期尚未到访镇街2个：北洼镇、大营镇。尚未开展督导的任务1件：农贸市场消防督导。" in text
    assert [t for t in texts_of(made) if t[1:2] == "、"] == [
        "一、总体情况",
        "二、典型问题",
        "三、反复问题和原因",
        "四、工作建议",
    ]
    cases = [block for block in made.body if isinstance(block, b.Paragraph) and block.lead]
    # one fewer where it is said where nobody went, one beside the leader's column: two pages
    assert len(cases) == 1
    bare = paper("special_report", 9, unseen_areas=areas, options={"leader_column": False})
    cases = [block for block in bare.body if isinstance(block, b.Paragraph) and block.lead]
    assert all(
        f.number in block.text
        for f, block in zip(typical(dossier("special_report", 9).findings, 2), cases, strict=True)
    )
    behind = {f.kind: f.rows for _, f in figures_of(made) if f.kind in ("unit", "task")}
    assert behind == {"unit": tuple(u.id for u in areas), "task": (tasks[0].id,)}


def test_a_special_report_leaves_room_for_the_leaders_hand_under_the_offices_label() -> None:
    own = {("special_report", "*领导批示"): Own("领导批示意见")}
    assert paper("special_report", 3).leader_column == "领导批示"
    assert paper("special_report", 3, texts=Texts(own=own)).leader_column == "领导批示意见"
    assert paper("special_report", 3, options={"leader_column": False}).leader_column == ""


def test_an_inspection_report_says_what_was_not_visited_or_that_all_was() -> None:
    assert any("尚有1个未到访：河东镇。" in t for t in texts_of(paper("inspection_report", 3)))
    assert any("均已到访" in t for t in texts_of(paper("inspection_report", 3, unvisited=())))
    assert "未发现问题。" in texts_of(paper("inspection_report", 0))


@pytest.mark.parametrize("kind", ["special_report", "inspection_report", "bulletin"])
def test_grouping_by_unit_is_a_choice(kind: str) -> None:
    by = {"group_by": "unit"}
    own = {("special_report", "state"): Own("分组：{逐项 分组}{名称}{数}个{隔以}、{完}。")}
    made = paper(kind, 9, options=by, texts=Texts(own=own))
    assert made != paper(kind, 9, texts=Texts(own=own))
    assert {f.basis for _, f in figures_of(made) if f.basis.startswith("由")}


# --- every printed word ----------------------------------------------------------------------------------------------


def labels_of(made: b.Paper) -> set[str]:
    """What is printed on the form itself: labels of cells, heads of columns, labels of cards."""
    found: set[str] = set()
    blocks = [*made.body, *(block for a in made.attachments for block in a.blocks)]
    for block in blocks:
        match block:
            case b.Grid():
                found |= {c.text for row in block.rows for c in row.cells if c.label and c.text}
            case b.Table():
                found |= {column.title for column in block.columns}
            case b.Cards():
                found |= {label for card in block.cards for label, _ in card.lines}
            case _:
                pass
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_of_a_form_or_table_can_be_changed(kind: str) -> None:
    for count, photos in ((1, 0), (1, 2), (3, 6)):
        words = labels_of(paper(kind, count, photos))
        own = {
            (name, t.key): Own(f"【{t.key[1:]}】")
            for name in (kind, COMMON)
            for t in shipped(name).values()
            if t.printed
        }
        changed = labels_of(paper(kind, count, photos, texts=Texts(own=own)))
        assert len(changed) == len(words)
        assert {word for word in changed if not word.startswith("【")} == set()


class Watching(Texts):
    """Notes which texts were asked for."""

    asked: ClassVar[set[str]] = set()

    def template(self, key: str) -> str:
        self.asked.add(f"{self.kind}/{key}")
        return super().template(key)

    def of(self, kind: str) -> Texts:
        return Watching(kind, self.own)


def dossiers_of(kind: str) -> list[Dossier]:
    """Papers of a kind with as much and as little in them as there can be."""
    terms = ("限期", "长期", "立行立改")
    nothing: dict[str, Any] = {
        "overdue": 0,
        "urges": (),
        "measures": "",
        "result": "",
        "due_on": None,
        "requirement": "",
    }
    full = dossier(kind, 3, 3)
    found = [full, dossier(kind, 1, 1), replace(full, letterhead=replace(full.letterhead, report_to=()))]
    bare = tuple(replace(f, term=t, **nothing) for f, t in zip(full.findings, terms, strict=False))
    if kind != "reminder_letter":  # it tells of dates
        found.append(replace(full, findings=bare))
    if kind == "inspection_report":
        found += [replace(full, findings=()), replace(full, office=False)]
    if kind == "bulletin":
        found += [dossier(kind, 40), replace(full, options={"group_by": "unit"})]
    if kind == "supervision_notice":
        found += [replace(full, options={"level": level}) for level in ("blue", "amber", "red")]
    if kind == "task_order":
        found.append(replace(full, task=task(feedback="")))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_that_ships_is_said_by_its_kind(kind: str) -> None:
    """No text can be changed without a change on paper: each is used by some paper of the kind."""
    Watching.asked.clear()
    for told_of in dossiers_of(kind):
        make(kind_of(kind), replace(told_of, texts=Watching()))
    sentences = {f"{kind}/{t.key}" for t in shipped(kind).values() if not t.printed}
    assert sentences - Watching.asked == set()


# --- what stands in records ------------------------------------------------------------------------------------------


_COUNTED = re.compile(r"[0-9]+(?=[个张天次起])(?!个工作日)")


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_that_is_counted_opens(kind: str) -> None:
    """Of papers whose records say no number themselves: N个, N张, N天, N次 are all figures with rows behind them."""
    for told_of in dossiers_of(kind):
        dumb = [replace(f, facts="消防通道堆放杂物", place="建材市场", measures="") for f in told_of.findings]
        nobody = tuple(bytes([n]) * 16 for n in range(len(told_of.unvisited)))
        made = make(kind_of(kind), replace(told_of, findings=tuple(dumb), unvisited_ids=nobody))
        figures = Counter((text, found.at) for text, found in figures_of(made) if found.rows or found.text == "0")
        cells = [cell for block in made.body if isinstance(block, b.Table) for row in block.rows for cell in row]
        for text in (*texts_of(made), *cells):
            for counted in _COUNTED.finditer(text):
                assert figures[text, counted.start()], (kind, text, counted.group())


def said(made: b.Paper) -> str:
    """All that a paper says."""
    out = [made.title, made.addressees, made.head.number]
    for block in [*made.body, *(block for a in made.attachments for block in a.blocks)]:
        match block:
            case b.Heading() | b.Paragraph():
                out.append(block.text)
            case b.Grid():
                out += [c.text for row in block.rows for c in row.cells]
            case b.Table():
                out += [text for row in block.rows for text in row]
            case b.Cards():
                out += [text for card in block.cards for _, text in card.lines]
            case _:
                pass
    return "\n".join(out)


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), max_size=8))
def test_text_of_records_is_told_as_it_is(kind: str, text: str) -> None:
    evil = f"{{问题数}}{text}{{完}}"
    whole = dossier(kind, 1, 1)
    findings = (replace(whole.findings[0], place=evil),)
    made = make(kind_of(kind), replace(whole, findings=findings, task=whole.task and task(title=evil)))
    assert evil in said(made)
