"""Which characters of a paper its typeface may lack: personal names with rare characters must not break."""

from __future__ import annotations

from dubu_desktop.domain.fields import LabelledEnum
from dubu_desktop.domain.text import HAN


class Repertoire(LabelledEnum):
    """What a family of typefaces can draw (documents.md §2)."""

    #: the 6,763 characters of GB 2312 (仿宋_GB2312, 方正小标宋简体): lacks 堃 喆 玥 昇 犇 珺 翀 祎
    GB2312 = "gb2312", "GB 2312（6763字）"
    #: the 20,902 characters of GBK (仿宋, 楷体, 黑体 of Windows, 方正 *_GBK)
    GBK = "gbk", "GBK（20902字）"


def rare_characters(text: str, repertoire: Repertoire) -> tuple[str, ...]:
    """The Han characters of `text` outside `repertoire`, each once, in order of appearance.

    They stay in the paper: the word processor takes them from another typeface. The caller warns.
    """
    found = dict.fromkeys(HAN.findall(text))
    return tuple(char for char in found if not _has(char, repertoire))


def _has(char: str, repertoire: Repertoire) -> bool:
    try:
        char.encode(repertoire.value)
    except UnicodeEncodeError:
        return False
    return True
