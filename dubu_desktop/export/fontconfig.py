"""The typefaces of a paper where they are not installed: an alias file for the renderer's own fontconfig.

On Linux LibreOffice asks fontconfig for 仿宋 and, if nobody has said otherwise, gets a sans face for the whole body
(documents.md §2). `accept` appends the stand-in, so an installed 仿宋 still wins.
"""

from __future__ import annotations

from pathlib import Path

_SERIF = "Noto Serif CJK SC"
_SANS = "Noto Sans CJK SC"
# asked for -> stand-ins, best first
_ALIASES: dict[str, tuple[str, ...]] = {
    "仿宋": ("FangSong", "朱雀仿宋", "Zhuque Fangsong", "FandolFang R", "FandolFang", _SERIF),
    "仿宋_GB2312": ("仿宋", "FangSong", "朱雀仿宋", "Zhuque Fangsong", "FandolFang R", "FandolFang", _SERIF),
    "方正仿宋_GBK": ("仿宋", "FangSong", "朱雀仿宋", "Zhuque Fangsong", "FandolFang R", "FandolFang", _SERIF),
    "朱雀仿宋": ("Zhuque Fangsong", "FandolFang R", "FandolFang", _SERIF),
    "楷体": ("KaiTi", "LXGW WenKai", "FandolKai", _SERIF),
    "楷体_GB2312": ("楷体", "KaiTi", "LXGW WenKai", "FandolKai", _SERIF),
    "方正楷体_GBK": ("楷体", "KaiTi", "LXGW WenKai", "FandolKai", _SERIF),
    "黑体": ("SimHei", _SANS, "FandolHei", "WenQuanYi Micro Hei"),
    "方正黑体_GBK": ("黑体", "SimHei", _SANS, "FandolHei", "WenQuanYi Micro Hei"),
    "宋体": ("SimSun", _SERIF, "FandolSong"),
    "方正书宋_GBK": ("宋体", "SimSun", _SERIF, "FandolSong"),
}
# 小标宋 is a heavy face of its own; its stand-ins are the bold of a song face.
_HEAVY: tuple[str, ...] = ("方正小标宋简体", "方正小标宋_GBK")
_HEAVY_STAND_INS: tuple[str, ...] = ("FandolSong", _SERIF)

_SYSTEM = "/etc/fonts/fonts.conf"


def _alias(family: str, stand_ins: tuple[str, ...]) -> str:
    accepted = "".join(f"<family>{name}</family>" for name in stand_ins)
    return f'<alias binding="same"><family>{family}</family><accept>{accepted}</accept></alias>'


def _heavy(family: str) -> str:
    edits = "".join(f"<string>{name}</string>" for name in _HEAVY_STAND_INS)
    return (
        f'<match target="pattern"><test name="family"><string>{family}</string></test>'
        f'<edit name="family" mode="append" binding="same">{edits}</edit>'
        '<edit name="weight" mode="assign" binding="strong"><const>bold</const></edit></match>'
    )


def write_aliases(folder: Path) -> Path:
    """Write `fonts.conf` into `folder`; returns its path, for the child's FONTCONFIG_FILE."""
    rules = "".join(_alias(family, stand_ins) for family, stand_ins in _ALIASES.items())
    rules += "".join(_heavy(family) for family in _HEAVY)
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f'<fontconfig><include ignore_missing="yes">{_SYSTEM}</include>{rules}</fontconfig>',
        encoding="utf-8",
    )
    return path
