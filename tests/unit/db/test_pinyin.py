"""Pinyin: every name is found by Chinese, full pinyin and initials, whichever reading a person types."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubu_desktop.db.pinyin import MAX_READINGS, keys, keys_of, matches, query_form, rank


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("青石镇", "qingshizhen", "qsz"),
        ("城关街道", "chengguanjiedao", "cgjd"),
        ("广源建材市场3号楼", "guangyuanjiancaishichang3haolou", "gyjcsc3hl"),
        ("吕梁", "lvliang", "ll"),
        ("六安", "luan", "la"),
        ("重庆路", "chongqinglu", "cql"),
        ("A座-B12", "azuob12", "azb12"),
        ("（虚构）ＫＴＶ", "xugouktv", "xgktv"),
        ("葛\U000e0100某", "gemou", "gm"),
        ("", "", ""),
    ],
)
def test_likeliest_reading(name: str, full: str, initials: str) -> None:
    made = keys(name)
    assert (made.full, made.initials) == (full, initials)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单雄信", "shanxiongxin"), ("单雄信", "sxx"), ("单雄信", "dxx"), ("仇和", "qiuhe"), ("仇和", "qh"),
        ("解缙", "xiejin"), ("解缙", "xj"), ("曾国藩", "zengguofan"), ("曾国藩", "zgf"), ("区万里", "ouwanli"),
        ("区万里", "owl"), ("查良镛", "zhaliang"), ("尉迟恭", "yuchigong"), ("尉迟恭", "ycg"), ("万俟卨", "moqixie"),
        ("任某", "renmou"), ("华某", "huamou"), ("盖某", "gemou"), ("翟某", "zhaimou"), ("朴某", "piaomou"),
        ("缪某", "miaomou"), ("乐某", "yuemou"), ("冼某", "xianmou"), ("种某", "chongmou"), ("员某", "yunmou"),
        ("黑某", "hemou"), ("覃某", "qinmou"), ("覃某", "tanmou"), ("卜某", "bumou"), ("万某", "wanmou"),
        ("重庆", "cq"), ("长安", "ca"), ("乐清", "yq"), ("乐亭", "laoting"), ("长子", "zz"), ("朝阳", "cy"),
        ("朝阳", "zy"), ("惠安堡", "huianbu"), ("惠安堡", "huianpu"), ("十里铺", "shilipu"), ("厦门", "xm"),
        ("大厦", "daxia"), ("大厦", "dasha"), ("蔚县", "yx"), ("莘县", "shenxian"), ("涡阳", "guoyang"),
        ("铅山", "yanshan"), ("番禺", "panyu"), ("中牟", "zhongmu"), ("会稽", "kuaiji"), ("洪洞", "hongtong"),
        ("繁峙", "fanshi"), ("枞阳", "zongyang"), ("歙县", "shexian"), ("东阿", "donge"), ("百色", "baise"),
        ("望都", "wangdu"), ("解州", "haizhou"), ("荥阳", "xingyang"), ("渑池", "mianchi"), ("郓城", "yuncheng"),
    ],
)  # fmt: skip
def test_both_readings_are_kept(name: str, typed: str) -> None:
    assert matches(typed, keys(name))
    assert f"|{typed}" in keys(name).column


@pytest.mark.parametrize(
    ("query", "name", "found"),
    [
        ("青石", "青石镇", True),
        ("石镇", "青石镇", True),
        ("青镇", "青石镇", False),
        ("qingshi", "青石镇", True),
        ("shizhen", "青石镇", True),
        ("QSZ", "青石镇", True),
        ("ｑｓｚ", "青石镇", True),
        ("qing shi", "青石镇", True),
        ("xi'an", "西安", True),
        ("lüliang", "吕梁", True),
        ("lv", "吕梁", True),
        ("sc", "广源建材市场3号楼", True),
        ("3号楼", "广源建材市场3号楼", True),
        ("3hl", "广源建材市场3号楼", True),
        ("青石z", "青石镇", True),
        ("qs镇", "青石镇", True),
        ("青石x", "青石镇", False),
        ("", "青石镇", True),
        ("  ", "青石镇", True),
        ("qsx", "青石镇", False),
        ("|", "青石镇", True),
        ("%", "青石镇", True),
    ],
)
def test_what_is_found(query: str, name: str, found: bool) -> None:
    assert matches(query, keys(name)) is found


def test_marks_that_mean_something_to_like_never_reach_it() -> None:
    assert query_form("q%s_z|'") == "qsz"


def test_best_matches_come_first() -> None:
    names = ["铁西青石桥", "青石镇", "青石镇政府", "全盛庄", "求实中学"]
    ranked = sorted((rank("qsz", made), made.name) for made in keys_of(names) if rank("qsz", made) is not None)
    assert ranked == [(2, "全盛庄"), (2, "青石镇"), (3, "求实中学"), (3, "青石镇政府")]
    assert rank("青石镇", keys("青石镇")) == 0
    assert rank("青石", keys("青石镇")) == 1
    assert rank("shi", keys("青石镇")) == 4
    assert rank("柳林", keys("青石镇")) is None


def test_the_surname_readings_stay_at_the_head() -> None:
    assert "diou" not in keys("上庄地区").column
    assert len(keys("解长乐重行厦堡铺").alternates) < MAX_READINGS


def test_a_batch_keeps_order_and_length() -> None:
    names = ["柳林镇", "青石镇", "柳林镇", ""]
    assert [made.name for made in keys_of(names)] == names


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=12))
def test_any_name_has_keys_and_is_found_by_itself(name: str) -> None:
    made = keys(name)
    assert matches(made.name, made)
    assert matches(made.full, made)
    assert matches(made.initials, made)


def test_pypinyin_is_not_imported_before_a_name_is_read() -> None:
    code = (
        "import sys; import dubu_desktop.db.pinyin as p; assert 'pypinyin' not in sys.modules; "
        "p.matches('a', p.PinyinKeys('甲', 'jia', 'j')); assert 'pypinyin' not in sys.modules; "
        "p.keys('甲'); assert 'pypinyin' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
