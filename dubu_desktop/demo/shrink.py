"""Pictures of the window made small: a palette of their own, so that a hundred of them can lie in the repository."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

#: Enough for flat surfaces and text; a picture full of photographs makes do with fewer.
_COLOURS = (128, 64, 32, 16)
#: What one picture may take, bytes.
_MOST = 160_000
#: A mark: pixels of one colour, how vivid (between its strongest and weakest part), how far from other marks.
_EXTENT, _VIVID, _APART = 12, 60, 60


def shrink(pictures: Iterable[Path]) -> int:
    """Write each PNG again with a palette, at most about 160 kB large; returns the bytes of all afterwards."""
    return sum(_shrink(path) for path in pictures)


def _shrink(path: Path) -> int:
    with Image.open(path) as opened:
        whole = opened.convert("RGB")
    for colours in _COLOURS:
        _few(whole, colours).save(path, "PNG", optimize=True)
        if path.stat().st_size <= _MOST:
            break
    return path.stat().st_size


def _few(whole: Image.Image, colours: int) -> Image.Image:
    """The picture with so many colours; its grounds exactly, and those of small marks (a red badge).

    A median cut spends its colours where the pixels are, and has none left for what is small and means most.
    """
    frequent = sorted(whole.getcolors(whole.width * whole.height) or (), reverse=True)
    grounds = [colour for _, colour in frequent[: colours // 8] if isinstance(colour, tuple)]
    exact = grounds + _marks(frequent, colours // 8)
    rest = whole.quantize(colours - len(exact), Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    kept = rest.getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(kept[: 3 * (colours - len(exact))] + [part for one in exact for part in one])
    return whole.quantize(palette=palette, dither=Image.Dither.NONE)


def _marks(frequent: Sequence[tuple[int, Any]], most: int) -> list[tuple[int, ...]]:
    """Vivid colours of some extent, the most frequent first, none close to another."""
    found: list[tuple[int, ...]] = []
    for count, colour in frequent:
        if count < _EXTENT or len(found) == most:
            break
        vivid = max(colour) - min(colour) >= _VIVID
        if vivid and all(sum(abs(a - b) for a, b in zip(colour, one, strict=True)) > _APART for one in found):
            found.append(colour)
    return found
