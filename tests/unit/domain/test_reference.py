"""Reference data: complete, unambiguous, and under ids that never change."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from dubu_desktop.domain import reference
from dubu_desktop.domain.records.people import CATEGORY, PHRASE, Severity, Term
from dubu_desktop.domain.rules import shipped_profile
from dubu_desktop.domain.text import clean_line, full_width

ROWS = reference.categories()
LEAVES = [row for row in ROWS if row.is_leaf]
PHRASES = reference.phrases()
# The tree of the sixteen subjects; a category may be added, none may disappear.
SUBJECTS = (
    "安全生产 生态环保 建筑垃圾与市容 停车管理 作风纪律 营商环境 民生保障 公共卫生 重点项目 "
    "乡村振兴与人居环境 基层治理 决策落实 食品药品 文明创建 巡察审计反馈整改 其他"
)


def test_the_tree_has_two_levels_and_all_subjects() -> None:
    tops = {row.id: row for row in ROWS if not row.is_leaf}
    assert [row.name for row in tops.values()] == SUBJECTS.split()
    assert {leaf.parent for leaf in LEAVES} == set(tops)
    for leaf in LEAVES:
        assert leaf.code.startswith(tops[leaf.parent].code)


def test_codes_names_and_ids_are_unique() -> None:
    for values in ([r.id for r in ROWS], [r.code for r in ROWS], [r.name for r in ROWS]):
        assert len(values) == len(set(values))
    for values in ([p.id for p in PHRASES], [p.abbr for p in PHRASES], [p.text for p in PHRASES]):
        assert len(values) == len(set(values))
    ids = {*(r.id for r in ROWS), *(p.id for p in PHRASES), shipped_profile().id}
    assert len(ids) == len(ROWS) + len(PHRASES) + 1
    assert {len(one) for one in ids} == {16}


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: str(leaf.code))
def test_every_leaf_is_complete(leaf: reference.CategoryRow) -> None:
    Severity(leaf.severity)
    assert 1 <= leaf.days <= 60
    assert (leaf.days == 1) == (Term(leaf.term) is Term.IMMEDIATE)
    assert leaf.industry_name
    assert leaf.basis
    assert len(leaf.hints) >= 3
    assert 3 <= sum(phrase.category == leaf.id for phrase in PHRASES) <= 5
    for text in (leaf.name, leaf.industry_name, leaf.basis, *leaf.hints):
        assert clean_line(text) == full_width(text) == text
        assert len(text) <= CATEGORY.by_name["hints"].limit


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: str(phrase.abbr))
def test_every_phrase_has_an_abbreviation_and_labelled_blanks(phrase: reference.PhraseRow) -> None:
    assert re.fullmatch(r"[a-z]{2,5}", phrase.abbr)
    assert re.search(r"【[^【】]+】", phrase.text)
    assert phrase.text.count("【") == phrase.text.count("】")
    assert clean_line(phrase.text) == full_width(phrase.text) == phrase.text
    assert len(phrase.text) <= PHRASE.by_name["text"].limit
    assert not phrase.text.endswith("。")


def test_there_are_enough_phrases() -> None:
    assert len(PHRASES) >= 60


@pytest.mark.parametrize(
    ("name", "fixed"),
    [
        ("category/01", "4bbf56c7-bccd-5edc-ad0c-3aa0f14f69e4"),
        ("category/0101", "0ae68c6a-bc4a-57ce-b4cd-f5368545bf06"),
        ("phrase/0101-1", "3f40fba5-02b7-5b0f-ad1c-ffa1df56d637"),
        ("rule_profile/default", "3db4402a-57d5-5282-aa05-58ce142426dd"),
    ],
)
def test_fixed_ids_never_change(name: str, fixed: str) -> None:
    assert reference.fixed_id(name) == UUID(fixed).bytes


def test_a_category_is_found_by_name_and_code() -> None:
    assert reference.category_named("消防通道") is reference.category_named("0101")
    with pytest.raises(KeyError):
        reference.category_named("没有这一类")
