"""Pictures of the window made small: a palette of their own, so that a hundred of them can lie in the repository."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PIL import Image

#: Enough for flat surfaces and text; a picture full of photographs makes do with fewer.
_COLOURS = (128, 64, 32, 16)
#: What one picture may take, bytes.
_MOST = 160_000


def shrink(pictures: Iterable[Path]) -> int:
    """Write each PNG again with a palette, at most about 160 kB large; returns the bytes of all afterwards."""
    return sum(_shrink(path) for path in pictures)


def _shrink(path: Path) -> int:
    with Image.open(path) as opened:
        whole = opened.convert("RGB")
    for colours in _COLOURS:
        small = whole.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        small.save(path, "PNG", optimize=True)
        if path.stat().st_size <= _MOST:
            break
    return path.stat().st_size
