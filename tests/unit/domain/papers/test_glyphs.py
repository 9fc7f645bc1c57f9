from __future__ import annotations

import pytest

from dubu_desktop.domain.papers.glyphs import Repertoire, rare_characters


def test_ordinary_text_has_no_rare_character() -> None:
    assert rare_characters("城关街道广源建材市场3号楼东侧，东门上锁。ABC—…", Repertoire.GB2312) == ()


@pytest.mark.parametrize("name", ["堃", "喆", "玥", "昇", "犇", "珺", "翀", "祎"])
def test_names_gb2312_cannot_draw(name: str) -> None:
    assert rare_characters(f"张{name}", Repertoire.GB2312) == (name,)
    assert rare_characters(f"张{name}", Repertoire.GBK) == ()


def test_characters_outside_the_basic_plane_are_named_once() -> None:
    assert rare_characters("李𬘭、王𬘭、赵龘", Repertoire.GBK) == ("𬘭",)
