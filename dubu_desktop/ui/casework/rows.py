"""How a finding is said in one row."""

from __future__ import annotations

from dubu_desktop.actions.reads.findings import FindingRow


def short(title: str) -> str:
    """A title without the full stop of its sentence."""
    return title.rstrip("。")


def place_line(row: FindingRow) -> str:
    """城关街道 · 广源建材市场3号楼东侧, the town said once."""
    if row.territory and row.place.startswith(f"{row.territory}政府"):
        return row.place
    place = row.place.removeprefix(row.territory).strip() if row.territory else row.place
    return " · ".join(part for part in (row.territory or row.industry, place) if part)
