"""Which characters of a paper its typeface may lack: personal names with rare characters must not break."""

from __future__ import annotations

import unicodedata

from dubu_desktop.domain.fields import LabelledEnum
from dubu_desktop.domain.text import HAN


class Repertoire(LabelledEnum):
    """What a family of typefaces can draw (documents.md §2)."""

    #: the 6,763 characters of GB 2312 (仿宋_GB2312, 方正小标宋简体): lacks 堃 喆 玥 昇 犇 珺 翀 祎
    GB2312 = "gb2312", "GB 2312（6763字）"
    #: the 20,902 characters of GBK (仿宋, 楷体, 黑体 of Windows, 方正 *_GBK)
    GBK = "gbk", "GBK（20902字）"


#: kinds of characters other than Han that a face of this country may lack: pictures, letters of other scripts
_FOREIGN = ("So", "Lo", "Lm", "Co", "Cn")


def rare_characters(text: str, repertoire: Repertoire) -> tuple[str, ...]:
    """The Han characters of `text` outside `repertoire`, and pictures (emoji) and letters of scripts outside GBK; each
    once, in order of appearance.

    They stay in the paper: the word processor takes them from another typeface. The caller warns.
    """
    found = dict.fromkeys(text)
    return tuple(char for char in found if not (_has(char, repertoire) if HAN.match(char) else _usual(char)))


def _usual(char: str) -> bool:
    """Whether every face draws it: signs of GBK, and letters, figures and marks of the west."""
    return char < "\u0590" or unicodedata.category(char) not in _FOREIGN or _has(char, Repertoire.GBK)


def repertoire_of(face: str) -> Repertoire:
    """What a typeface can draw, by its name: 方正小标宋简体, 仿宋_GB2312 and their like hold GB 2312 alone."""
    few = "GB2312" in face.upper() or (face.startswith("方正") and face.endswith("简体"))
    return Repertoire.GB2312 if few else Repertoire.GBK


def _has(char: str, repertoire: Repertoire) -> bool:
    try:
        char.encode(repertoire.value)
    except UnicodeEncodeError:
        return False
    return True
