"""The picture of a race, drawn with Pillow: what peers take for the same rows, and every goal beside what was found."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from benchmarks.sync.figures import GOALS

_WIDTH, _ROW, _LABEL, _RIGHT = 900, 22, 250, 120
_INK, _FAINT, _OURS, _THEIRS, _GOOD, _BAD = "#1d2733", "#c9d1d9", "#c23b22", "#8896a5", "#2f7d4f", "#c98a1b"
#: drawn larger and shrunk, so that edges are smooth
_SCALE = 2
Bar = tuple[str, float, str, str]


def draw(found: dict[str, Any], path: Path) -> None:
    """Write the picture as PNG."""
    from PIL import Image

    panels = [
        (title, bars)
        for title, bars in (
            ("Bringing the same rows together: wall time, bare insert a1 = 1 (log)", _peers(found)),
            ("Found / goal (log): left of the line the goal is met", _goals(found)),
        )
        if bars
    ]
    height = sum(60 + _ROW * len(bars) for _, bars in panels) + 10
    image = Image.new("RGB", (_WIDTH * _SCALE, height * _SCALE), "white")
    top = 10
    for title, bars in panels:
        top = _panel(image, top, title, bars)
    small = image.resize((_WIDTH, height), Image.Resampling.LANCZOS)
    small.quantize(32).save(path, optimize=True)


def _peers(found: dict[str, Any]) -> list[Bar]:
    taken = {k: v for k, v in found["raw"].get("peers", {}).items() if isinstance(v, dict) and "wall" in v}
    if not taken:
        return []
    names = {
        "a1": "bare insert (a1)",
        "apsw": "SQLite session (apsw)",
        "import": "dubu: all guarantees",
        "git": "git bundle",
    }
    floor = taken["a1"]["wall"]
    bars = [
        (
            names.get(name, name),
            one["wall"] / floor,
            f"{one['wall'] / floor:.1f} x",
            _OURS if name == "import" else _THEIRS,
        )
        for name, one in taken.items()
    ]
    return sorted(bars, key=lambda bar: bar[1])


def _goals(found: dict[str, Any]) -> list[Bar]:
    bars = []
    for name, (way, wanted) in GOALS.items():
        value = found.get(name)
        if value:
            share = value / wanted if way == "≤" else wanted / value
            words = f"{value:.3g} ({'max' if way == '≤' else 'min'} {wanted:g})"
            bars.append((name, share, words, _GOOD if share <= 1 else _BAD))
    return bars


def _panel(image: Any, top: int, title: str, bars: list[Bar]) -> int:
    from PIL import ImageDraw, ImageFont

    pen, s = ImageDraw.Draw(image), _SCALE
    font, heading = ImageFont.load_default(12 * s), ImageFont.load_default(14 * s)
    low = min(math.log10(min(b[1] for b in bars)) - 0.15, -0.1)
    high = max(math.log10(max(b[1] for b in bars)), 0.1)

    def across(value: float) -> int:
        return round((_LABEL + (math.log10(value) - low) / (high - low) * (_WIDTH - _LABEL - _RIGHT)) * s)

    pen.text((10 * s, top * s), title, _INK, heading)
    top += 28
    foot = top + _ROW * len(bars)
    for power in range(math.ceil(low), math.floor(high) + 1):
        pen.line([across(10**power), top * s, across(10**power), foot * s], _FAINT, s)
    pen.line([across(1), top * s, across(1), foot * s], _INK, 2 * s)
    for n, (label, value, words, colour) in enumerate(bars):
        y = top + _ROW * n
        pen.text(((_LABEL - 10) * s, (y + 10) * s), label, _INK, font, anchor="rm")
        pen.rectangle([_LABEL * s, (y + 3) * s, across(value), (y + _ROW - 5) * s], colour)
        pen.text(
            (across(value) + 6 * s, (y + 10) * s),
            words,
            _INK,
            font,
            anchor="lm",
            stroke_width=3 * s,
            stroke_fill="white",
        )
    return foot + 22
