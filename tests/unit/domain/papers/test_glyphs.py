from __future__ import annotations

import pytest

from dubu_desktop.domain.papers.glyphs import Repertoire, rare_characters, repertoire_of


def test_ordinary_text_has_no_rare_character() -> None:
    assert rare_characters("城关街道广源建材市场3号楼东侧，东门上锁。ABC—…", Repertoire.GB2312) == ()


@pytest.mark.parametrize("name", ["堃", "喆", "玥", "昇", "犇", "珺", "翀", "祎"])
def test_names_gb2312_cannot_draw(name: str) -> None:
    assert rare_characters(f"张{name}", Repertoire.GB2312) == (name,)
    assert rare_characters(f"张{name}", Repertoire.GBK) == ()


def test_characters_outside_the_basic_plane_are_named_once() -> None:
    assert rare_characters("李𬘭、王𬘭、赵龘", Repertoire.GBK) == ("𬘭",)


def test_pictures_and_foreign_letters_are_told_of_and_ordinary_signs_are_not() -> None:
    assert rare_characters("表情😀、שלום、✅", Repertoire.GBK) == ("😀", "ש", "ל", "ו", "ם", "✅")
    assert rare_characters("5 m²、20℃、±3％、①★〔〕—…“”·é№㎡～，Ⅲ", Repertoire.GB2312) == ()


def test_a_typeface_says_by_its_name_what_it_draws() -> None:
    few = ("方正小标宋简体", "仿宋_GB2312", "楷体_gb2312")
    assert {repertoire_of(face) for face in few} == {Repertoire.GB2312}
    assert {repertoire_of(face) for face in ("方正小标宋_GBK", "仿宋", "Noto Serif CJK SC")} == {Repertoire.GBK}
