"""docs/benchmarks.md: the figures of a race below the words that say what they mean; picture and JSON beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.sync import picture, report

#: what stands above is written by hand and kept
MARK = "<!-- from here on written by `./dubu bench sync --write` -->\n"


def write(path: Path, found: dict[str, Any]) -> None:
    """Put the figures into the page, and write `…-race.png` and `…-race.json` beside it."""
    png, data = (path.with_name(f"{path.stem}-race{ending}") for ending in (".png", ".json"))
    data.write_text(json.dumps(_short(found), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    picture.draw(found, png)
    words = path.read_text(encoding="utf-8").partition(MARK)[0] if path.exists() else ""
    path.write_text(words + MARK + report.tables(found) + "\n", encoding="utf-8")


def _short(value: Any) -> Any:
    """Numbers as far as they mean anything."""
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    return float(f"{value:.5g}") if isinstance(value, float) else value
