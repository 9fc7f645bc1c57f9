"""Evidence as tiles: captions that say when and from where, and what is still to come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dubu_desktop.actions.reads import evidence
from dubu_desktop.actions.reads.evidence import AWAITED, NOWHERE, EvidenceView
from dubu_desktop.ui.kit import Photo, Tone

BEFORE, AFTER = "before", "after"
_ORDER = {BEFORE: 0, AFTER: 1}


def thumb(reader: Any, photo_id: str, width: int) -> bytes:
    """The bytes a tile is decoded from (reader thread)."""
    return evidence.thumbnail(reader, photo_id, width)


def tile(e: EvidenceView) -> Photo:
    """One tile: use and time at the left, size or 待补 at the right; what should be looked at in colour and shape."""
    return replace(_tile(e), words=e.caption)


def _tile(e: EvidenceView) -> Photo:
    if e.state == AWAITED:
        return Photo(e.id, f"{e.role_label} · {e.taken_at}".rstrip(" ·"), "照片待补", Tone.WARN)
    if e.state == NOWHERE:
        return Photo(e.id, f"{e.role_label} · {e.taken_at}".rstrip(" ·"), "各台电脑都没有", Tone.BAD)
    if "早于" in e.warning:
        return Photo(e.id, f"摄于{e.taken_at}，早于发现", size_text(e.size), Tone.BAD)
    if e.time_source == "file":
        return Photo(e.id, f"{e.role_label} · 文件时间 {e.taken_at}", size_text(e.size), Tone.WARN)
    if not e.taken_at:
        return Photo(e.id, f"{e.role_label} · 没有拍摄时间", size_text(e.size), Tone.WARN)
    return Photo(e.id, f"{e.role_label} · {e.taken_at}", size_text(e.size))


def size_text(size: int) -> str:
    """原图 3.1 MB."""
    if not size:
        return ""
    return f"原图 {size / 1_000_000:.1f} MB" if size >= 100_000 else f"原图 {max(1, size // 1000)} kB"


def in_order(photos: tuple[EvidenceView, ...]) -> list[EvidenceView]:
    """Before, after, the rest; each in order of shooting."""
    return sorted(photos, key=lambda e: _ORDER.get(e.role, 2))


def count_text(photos: tuple[EvidenceView, ...], missing: int = 0, asked: int = 0) -> str:
    """整改前 1 张 · 整改后 1 张; what this side lacks, and what another one lacks and has asked for."""
    parts = []
    for role in dict.fromkeys(e.role for e in in_order(photos)):
        mine = [e for e in photos if e.role == role]
        parts.append(f"{mine[0].role_label} {len(mine)} 张")
    parts += [f"待补 {missing} 张"] if missing else []
    parts += [f"对方缺 {asked} 张，下次导出带上"] if asked else []
    return " · ".join(parts) or "还没有"


def pair_of(photos: tuple[EvidenceView, ...]) -> tuple[EvidenceView, EvidenceView] | None:
    """The first photo before and the last one after, to be compared; None unless both are here."""
    before = [e for e in photos if e.role == BEFORE and e.state not in (AWAITED, NOWHERE)]
    after = [e for e in photos if e.role == AFTER and e.state not in (AWAITED, NOWHERE)]
    return (before[0], after[-1]) if before and after else None
