"""A race as Markdown tables: the ratios beside their goals, then every piece they were made from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.sync.figures import goal, is_met

_VERDICTS = {True: "met", False: "**missed**", None: ""}
_TITLES = {
    "save": "one save at a group",
    "growth": "100 changes into an office of so many findings",
    "spokes": "100 changes into an office of so many groups",
    "conflicts": "one field of every finding of one group rewritten; `clash`: on both sides",
    "photos": "one bundle of photos; `age`: decrypting as many bytes and nothing else",
    "peers": "peers",
}


def tables(found: dict[str, Any]) -> str:
    """All of it."""
    return "\n".join([*circumstances(found), "", *ratios(found), *pieces(found)])


def circumstances(found: dict[str, Any]) -> Iterator[str]:
    """One line for the parts that were measured together."""
    together: dict[str, list[str]] = {}
    for part, how in found["taken"].items():
        line = (
            f"commit {how['commit']}, {how['day']}, {how['machine']}; {how['groups']} groups × {how['n']:,} new rows "
            f"and a fifth as many edits = {how['changes']:,} changes; medians of {how['runs']} runs"
        )
        together.setdefault(line, []).append(part)
    for line, parts in together.items():
        yield f"- {', '.join(parts)}: {line}"


def ratios(found: dict[str, Any]) -> Iterator[str]:
    """The ratios beside their goals."""
    yield "| figure | found | goal | |"
    yield "|---|---|---|---|"
    for name, value in found.items():
        if isinstance(value, float):
            yield f"| `{name}` | {value:.3g} | {goal(name)} | {_VERDICTS[is_met(name, value)]} |"


def pieces(found: dict[str, Any]) -> Iterator[str]:
    """One table for each text of W and for each other part."""
    raw = found["raw"]
    for text, taken in raw.get("w", {}).items():
        yield from _table(f"W, {text}", taken, "a1")
    for part, title in _TITLES.items():
        if part in raw:
            taken = {k: v for k, v in raw[part].items() if isinstance(v, dict) and "cpu" in v}
            more = f", {raw[part]['n']:,} rows a group" if part == "peers" else ""
            floor = {"peers": "a1", "photos": "age"}.get(part) or next(iter(taken))
            yield from _table(title + more, taken, floor)
            yield from (f"\n{name}: {why}" for name, why in raw[part].get("skipped", {}).items())
    yield from _profile(raw.get("profile", {}))


def _profile(taken: dict[str, dict[str, float]]) -> Iterator[str]:
    for piece, spent in taken.items():
        yield f"\n| where an {piece} spends its time (cProfile, main thread) | share |"
        yield "|---|---|"
        yield from (f"| {place} | {share:.0%} |" for place, share in spent.items())


def _table(title: str, taken: dict[str, dict[str, float]], floor: str) -> Iterator[str]:
    base = taken[floor]
    yield f"\n| {title} | CPU s | wall s (min–max) | × {floor} CPU | × {floor} wall | MB over idle | bytes |"
    yield "|---|---|---|---|---|---|---|"
    for name, one in taken.items():
        cpu, wall = one["cpu"], one["wall"]
        size = one.get("bytes") or one.get("file") or 0
        cells = [
            name,
            f"{cpu:.4f}",
            f"{wall:.4f} ({one['wall_min']:.4f}–{one['wall_max']:.4f})",
            f"{cpu / base['cpu']:.2f}",
            f"{wall / base['wall']:.2f}",
            f"{one['rss_mb']:.0f}" if "rss_mb" in one else "",
            f"{size:,.0f}" if size else "",
        ]
        yield f"| {' | '.join(cells)} |"
