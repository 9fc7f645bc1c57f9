"""Pickers: Chinese, full pinyin, initials, alias; used ones first; complete before anything is indexed."""

from __future__ import annotations

import pytest

from dubu_desktop.actions import upkeep
from dubu_desktop.actions.reads import pick
from dubu_desktop.actions.setup import init_office
from tests.world import PASSWORD, cheap_keys


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """An office with a few units; what it does not change it may share."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("pick")
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        made = init_office(root / "office", PASSWORD, "王主任").house
        for name, kind, side in (
            ("城关街道", "town", "territory"),
            ("应急管理局", "department", "industry"),
            ("青石镇", "town", "territory"),
            ("青石镇农贸市场", "place", "neither"),
            ("生态环境分局", "department", "industry"),
            ("重庆路小学", "place", "neither"),
        ):
            aliases = ["环保局"] if name == "生态环境分局" else None
            made.do("add_unit", name=name, unit_kind=kind, side=side, aliases=aliases)
        yield made
        made.close()


def labels(house, fn, query, **given):
    return [p.label for p in house.read(fn, query, **given)]


QUERIES = (
    ("青石", ["青石镇", "青石镇农贸市场"]),
    ("qingshi", ["青石镇", "青石镇农贸市场"]),
    ("qsz", ["青石镇", "青石镇农贸市场"]),
    ("市场", ["青石镇农贸市场"]),
    ("sthjfj", ["生态环境分局"]),
    ("cqlxx", ["重庆路小学"]),
    ("xiaoxue", ["重庆路小学"]),
    ("没有", []),
    ("%", []),
    ("。", []),
)


def test_units_before_and_after_indexing(house):
    for query, found in QUERIES:
        assert set(labels(house, pick.units, query)) == set(found), query
    assert upkeep.is_due(house)
    for _ in upkeep.index(house):
        pass
    assert not upkeep.is_due(house)
    for query, found in QUERIES:
        assert labels(house, pick.units, query) == found, query  # now in order: the name itself first
    assert labels(house, pick.units, "环保局") == labels(house, pick.units, "hbj") == ["生态环境分局"]
    assert labels(house, pick.units, "青石z") == ["青石镇", "青石镇农贸市场"]


def test_what_is_used_comes_first_while_nothing_is_typed(house):
    house.do("register_finding", values={"place": "某处", "territory_unit": "青石镇", "industry_unit": "生态环境分局"})
    assert labels(house, pick.units, "")[0] == "青石镇"
    assert len(labels(house, pick.units, "")) >= 6
    assert labels(house, pick.units, "", limit=2) == ["青石镇", "生态环境分局"]
    assert labels(house, pick.units, "", side="industry")[:2] == ["生态环境分局", "应急管理局"]


def test_the_hint_tells_namesakes_apart(house):
    house.do("add_unit", name="中心小学", unit_kind="place", parent="青石镇")
    (found,) = house.read(pick.units, "中心小学")
    assert found.hint == "青石镇"
    house.do("remove_unit", unit="中心小学", reason="撤并")
    assert labels(house, pick.units, "中心小学") == []


@pytest.mark.parametrize("typed", ["dqz", "第七组", "7", "07", "diqizu", "第七督导", "dqdd"])
def test_a_group_is_found_as_people_call_it(world, typed):
    world.office.do("enrol_group", code="07", out=str(world.stick), name="第七督导巡查组")
    assert labels(world.office, pick.groups, typed) == ["第七督导巡查组"]


def test_the_other_pickers(lived):
    office, group = lived.office, lived.group
    assert labels(office, pick.categories, "xftd")[0] == "消防通道"
    assert office.read(pick.categories, "消防通道")[0].hint == "安全生产"
    assert labels(office, pick.phrases, "xfzl") == ["xfzl"]
    assert labels(office, pick.people, "wzr") == ["王主任"]
    assert labels(office, pick.groups, "") == ["第一组", "第二组"]
    assert labels(office, pick.groups, "dez") == ["第二组"]
    assert labels(office, pick.findings, "热电厂") == [lived.n["final"]]
    assert labels(group, pick.tasks, "地下空间") == ["汛期地下空间排查"]
    assert labels(office, pick.tasks, "") == ["汛期地下空间排查", "汛期地下空间排查"]
