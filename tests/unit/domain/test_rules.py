"""The rule profile: whole, typed, and refused by name where a value does not fit."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.domain import rules
from dubu_desktop.domain.lifecycle import Role
from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.domain.records.people import Severity, Term
from dubu_desktop.domain.records.work import DocumentKind
from dubu_desktop.domain.reference import read_reference
from dubu_desktop.errors import DubuError


def test_the_default_covers_every_term_severity_and_document() -> None:
    default = rules.default_rules()
    assert set(default.deadlines.term_days) == set(Term)
    assert set(default.deadlines.severity_days) == set(Severity)
    # the word of a number is the profile's, else the usual one of the kind itself; 照片卡 take no number
    assert set(default.numbers.documents) <= set(DocumentKind)
    words = [default.numbers.documents.get(kind.id) or kind.word for kind in all_kinds().values() if kind.numbered]
    assert all(words)
    assert len(set(words)) == len(words), "two series under one word would bear one number twice"
    assert {kind.id: kind.label for kind in all_kinds().values()} == {kind.value: kind.label for kind in DocumentKind}
    assert default.deadlines.soon_days == 3
    assert default.rectification.urges_many == 3
    assert rules.shipped_profile().basis


def test_the_file_holds_nothing_the_program_does_not_read() -> None:
    tree = json.loads(read_reference("rules.json"))["rules"]

    def same(sort: Any, part: Any) -> None:
        if isinstance(part, dict) and hasattr(sort, "__dataclass_fields__"):
            assert set(part) == set(rules.labelled(sort))
            for name, (inner, _) in rules.labelled(sort).items():
                same(inner, part[name])

    same(rules.Rules, tree)


def test_every_rule_acts_or_is_named_as_one_that_does_not_yet() -> None:
    """No switch in 设置 that does nothing: each rule is read somewhere outside this module and its settings page."""
    package = Path(rules.__file__).parents[1]
    code = [path for path in package.rglob("*.py") if path.name != "rules.py" or path.parent.name == "actions"]
    code.append(Path(rules.__file__))  # days_for, which is the rule for two of them
    reads = re.compile(r"\.(\w+)")
    read = {name for path in code for name in reads.findall(path.read_text("utf-8"))}
    for part, (sort, _) in rules.labelled(rules.Rules).items():
        for name in rules.labelled(sort):
            acts = name in read
            assert acts or f"{part}.{name}" in rules.LATER or part in rules.LATER, f"{part}.{name} does nothing"
    known = {f"{p}.{n}" for p, (sort, _) in rules.labelled(rules.Rules).items() for n in rules.labelled(sort)}
    assert {one for one in rules.LATER if "." in one} <= known


def test_ladder_and_points_ship_as_an_example_switched_off() -> None:
    default = rules.default_rules()
    assert (default.ladder.enabled, default.points.enabled) == (False, False)
    assert default.ladder.note.startswith("示例")
    assert [rung.rung for rung in default.ladder.rungs] == list(range(8))
    assert {rung.decided_by for rung in default.ladder.rungs} <= {"auto", *Role}


def test_every_rule_has_its_own_chinese_label() -> None:
    labels: list[str] = []
    for _, (part, label) in rules.labelled(rules.Rules).items():
        labels += [label, *(own for _, own in rules.labelled(part).values())]
    assert len(labels) == len(set(labels))
    assert not any(character.isascii() and character.isalpha() for label in labels for character in label)


def test_what_a_profile_lacks_is_the_shipped_and_what_is_unknown_is_ignored() -> None:
    changed = rules.rules_from_tree({"deadlines": {"soon_days": 5}, "of_a_later_version": {"x": 1}})
    assert changed.deadlines.soon_days == 5
    assert changed.deadlines.term_days == rules.default_rules().deadlines.term_days
    assert changed.backup == rules.default_rules().backup


@pytest.mark.parametrize(
    ("tree", "named"),
    [
        ({"deadlines": {"soon_days": "三"}}, "期限：临期提醒天数"),
        ({"deadlines": {"soon_days": True}}, "期限：临期提醒天数"),
        ({"deadlines": {"soon_days": -1}}, "期限：临期提醒天数"),
        ({"deadlines": {"working_days": 1}}, "期限：按工作日计算"),
        ({"deadlines": {"term_days": {"limited": "10"}}}, "期限：各期限类型的天数"),
        ({"deadlines": 3}, "期限：按工作日计算"),
        ({"visits": {"unannounced_share": [2, 3, 4]}}, "督导活动：四不两直时间占比"),
        ({"visits": {"unannounced_share": [4, 3]}}, "督导活动：四不两直时间占比"),
        ({"visits": {"half_year_reports": "06-30"}}, "督导活动：半年报告日期"),
        ({"findings": {"clarity_required": 4}}, "问题：定稿所需三明确项数"),
        ({"bulletin": {"style": "letter"}}, "通报：通报版头"),
        ({"ladder": {"rungs": [{"rung": 1}]}}, "阶梯督办：各级督办：名称"),
        ({"numbers": {"documents": []}}, "编号：发文机关代字"),
    ],
)
def test_a_value_that_does_not_fit_is_named(tree: dict[str, Any], named: str) -> None:
    with pytest.raises(DubuError) as caught:
        rules.rules_from_tree(tree)
    assert caught.value.code == "D-332"
    assert caught.value.params["rule"] == named


@pytest.mark.parametrize(
    ("term", "severity", "category_days", "days"),
    [
        ("limited", "grave", 5, 5),
        ("limited", "grave", None, 3),
        ("limited", "", None, 10),
        ("immediate", "grave", None, 1),
        ("long", "ordinary", None, 60),
        ("long", "ordinary", 30, 30),
    ],
)
def test_days_a_finding_is_given(term: str, severity: str, category_days: int | None, days: int) -> None:
    assert rules.default_rules().days_for(term, severity, category_days) == days
