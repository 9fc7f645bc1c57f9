"""What the entry card is told: where one is, defaults with their source, phrases, the category the facts speak of."""

from __future__ import annotations

import pytest

from dubu_desktop.actions.reads import entry, guess
from dubu_desktop.demo.county_findings import FINDINGS
from dubu_desktop.domain import reference

PLACE = "城关街道广源建材市场3号楼东侧"


def category(name: str) -> str:
    return reference.category_named(name).id.hex()


def test_the_context_names_what_is_running(lived):
    found = lived.office.read(entry.context)
    assert (found.line, found.visit, found.office, found.may_finalise) == ("新问题", "", True, True)
    running = lived.group.do("start_visit", visit_kind="unannounced", units=["城关街道"], place="广源建材市场")
    try:
        there = lived.group.read(entry.context)
        assert "四不两直" in there.line
        assert there.line.endswith("广源建材市场")
        assert (there.place, there.unit.name, there.visit) == ("广源建材市场", "城关街道", running.ids[-1])
    finally:
        lived.group.do("stop_visit")


def test_defaults_say_where_they_come_from(lived):
    found = lived.office.read(entry.suggest, category("消防通道"), "", PLACE, "").values
    assert found["territory_unit"][1:] == ("城关街道", "由地点带出")
    assert found["industry_unit"][1:] == ("应急管理局", "由类别带出")
    assert found["severity"][2] == "由类别带出"
    assert "category" not in found, "what the person chose is not proposed again"
    facts = "疏散通道堆放瓷砖约40箱，净宽由2.4 m减至0.7 m"
    by_facts = lived.office.read(entry.suggest, "", "", "", facts).values
    assert by_facts["category"] == (category("消防通道"), "安全生产 / 消防通道", "由情况带出")
    assert lived.office.read(entry.suggest).values == {}


def test_phrases_by_their_letters_those_of_the_category_first(lived):
    found = lived.office.read(entry.phrases, "x")
    assert len(found) == 8
    assert all(p.abbr.startswith("x") for p in found)
    own = lived.office.read(entry.phrases, "x", category("消防通道"))
    assert own[0].category.id == category("消防通道")
    assert own[0].category.name == "安全生产 / 消防通道"
    assert {p.category.id for p in lived.office.read(entry.phrases, "", category("扬尘"))} == {category("扬尘")}
    assert lived.office.read(entry.phrases, "zzzz") == []


def test_the_card_that_was_open_is_found_again(lived):
    house = lived.group
    assert house.read(entry.unfinished) is None
    house.do("save_draft", key="task/a", body={"title": "别的"})
    house.do("save_draft", key="finding/a", body={"values": {"place": "甲"}})
    house.do("save_draft", key="finding/b", body={"values": {"place": "乙"}, "caret": ["place", 1]})
    try:
        assert house.read(entry.unfinished).body["values"]["place"] in ("甲", "乙")
        assert house.read(entry.kept, "finding/b").body["caret"] == ["place", 1]
        assert house.read(entry.kept, "finding/none") is None
    finally:
        for key in ("task/a", "finding/a", "finding/b"):
            house.do("drop_draft", key=key)


def test_ids_and_rows(lived):
    rows = list(lived.world.rows(lived.office, "finding"))[:3]
    ids = [r["uuid"].hex() for r in rows]
    assert lived.office.read(entry.rowids, [*ids, "00" * 16]) == [r["id"] for r in rows]
    assert lived.office.read(entry.hexids, [*(r["id"] for r in rows), 10**9]) == ids


def test_the_category_is_guessed_rightly_or_not_at_all(lived):
    names = {c.id: c.name for c in reference.categories()}
    guesses = [(f.category, names.get(lived.office.read(guess.category_of, f.facts))) for f in FINDINGS]
    right = [wanted for wanted, got in guesses if wanted == got]
    wrong = [(wanted, got) for wanted, got in guesses if got not in (wanted, None)]
    assert len(right) >= len(FINDINGS) * 0.8
    assert len(wrong) <= len(FINDINGS) * 0.1, wrong


@pytest.mark.parametrize(
    "facts", ["", "有问题", "现场管理不到位，存在较多问题，需要进一步加强", "今天天气晴，检查组十点到达，十一点离开"]
)
def test_what_says_nothing_proposes_nothing(lived, facts):
    assert lived.office.read(guess.category_of, facts) is None
