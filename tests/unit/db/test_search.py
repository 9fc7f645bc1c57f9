"""Search: exact substrings of Chinese at every length, the same answers indexed and not; names by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dubu_desktop.actions.setup import init_office
from dubu_desktop.db import search
from dubu_desktop.domain.records import UNIT

FACTS = (
    "疏散通道堆放瓷砖约40箱，净宽由2.4 m减至0.7 m",
    "8具干粉灭火器压力表均在红区",
    "裸土未覆盖约600 m²，雾炮未开",
    "渠坡k3+200处倾倒建筑垃圾约15 m³",
    "䶮公祠堂㐀字碑旁堆放𠀀字样杂物ABC-12",
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    with pytest.MonkeyPatch.context() as patch:
        root: Path = tmp_path_factory.mktemp("search")
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        from tests.world import PASSWORD, cheap_keys

        cheap_keys(patch)
        house = init_office(root / "office", PASSWORD, "王主任").house
        for facts in FACTS:
            house.do("register_finding", values={"place": "某处", "facts": facts})
        yield house
        house.close()


def found(office, query: str) -> set[str] | None:
    with office.ws.reading() as conn:
        ids = search.matching(conn, query)
        if ids is None:
            return None
        rows = conn.execute(text("SELECT id, facts FROM r_finding")).all()
    return {row.facts for row in rows if row.id in ids}


def fill(office) -> None:
    with office.ws.writing() as conn:
        while search.index_some(conn, 100):
            pass


@given(st.sampled_from(FACTS), st.integers(0, 30), st.integers(1, 12))
@settings(max_examples=60)
def test_any_chinese_part_is_found_and_nothing_else(office, facts, start, length):
    import re

    part = facts[start : start + length]
    if not re.fullmatch("[\u3400-\u9fff\U00020000-\U0003ffff]+", part):
        return
    wanted = {f for f in FACTS if part in f}
    assert found(office, part) == wanted


def test_the_same_answers_before_and_after_indexing(office):
    queries = ("通", "灭火器", "堆放 瓷砖", "㐀", "𠀀", "abc-12", "AbC", "k3", "不在", "2.4", "堆放", "", "  ", "％")
    with office.ws.writing() as conn:
        conn.execute(text("DELETE FROM search_todo"))
        conn.execute(text("DELETE FROM search"))
        conn.execute(text("INSERT INTO search_todo SELECT id FROM record"))
    before = {q: found(office, q) for q in queries}
    fill(office)
    with office.ws.reading() as conn:
        assert search.waiting(conn) == 0
    assert {q: found(office, q) for q in queries} == before
    assert before["通"] == {FACTS[0]}
    assert before["堆放"] == {FACTS[0], FACTS[4]}
    assert before[""] is None
    assert before["AbC"] == {FACTS[4]}


def test_what_changed_since_it_was_indexed_answers_by_its_new_words(office):
    fill(office)
    number = office.do("register_finding", values={"place": "某处", "facts": "路面坑洼3处"}).number
    fill(office)
    office.do("edit_finding", finding=number, values={"facts": "路面已经修补"})
    assert found(office, "坑洼") == set()
    assert found(office, "修补") == {"路面已经修补"}
    fill(office)
    assert found(office, "坑洼") == set()
    assert found(office, "修补") == {"路面已经修补"}


def test_what_hangs_on_a_finding_is_found_with_it(office):
    out = office.do("register_finding", values={"place": "某处", "facts": "有佐证的问题"})
    for indexed in (False, True):
        if indexed:
            fill(office)
        with office.ws.reading() as conn:
            row = conn.execute(text("SELECT id FROM r_finding WHERE number = :n"), {"n": out.number}).scalar()
            assert row in (search.matching(conn, out.number or "") or set())


def test_patterns_are_not_special(office):
    for query in ("%", "_", "\\", '"', "'", "*", "a* OR b", "NEAR(a b)", ") OR (", "-", "^"):
        assert found(office, query) == set(), query


def test_phrases():
    assert search.phrase("灭火器") == '"灭 火 器"'
    assert search.phrase("WT-2026-03-00") == '"wt 2026 03 00"*'
    assert search.phrase("k3处") == '"k3 处"'
    assert search.phrase("，。") is None
    assert search.words("  甲　乙 丙 ，") == ["甲", "乙", "丙"]
    assert search.like("5%_\\") == "%5\\%\\_\\\\%"


def test_names_in_order_of_fit(office):
    office.do("add_unit", name="青石")
    office.do("add_unit", name="大青石山")
    office.do("add_unit", name="青石镇")
    fill(office)
    with office.ws.reading() as conn:
        best = search.best_named(conn, UNIT, "青石", 10)
        names = {bytes(r.uuid): r.name for r in conn.execute(text("SELECT uuid, name FROM r_unit"))}
        assert [names[u] for u in best] == ["青石", "青石镇", "大青石山"]
        assert [names[u] for u in search.best_named(conn, UNIT, "qsz", 10)] == ["青石镇"]
        assert search.best_named(conn, UNIT, "  ", 10) == []
        assert search.named_rows(conn, UNIT, "") is None
        assert len(search.named_rows(conn, UNIT, "青石") or ()) == 3
        assert len(search.some_of(conn, UNIT, 2)) == 2
