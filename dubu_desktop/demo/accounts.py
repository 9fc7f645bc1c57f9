"""What the demo did, counted for report.json out of the office's workspace and the folder."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from dubu_desktop.actions import reads
from dubu_desktop.demo.county import COUNTY
from dubu_desktop.demo.county_story import NOW
from dubu_desktop.demo.stage import OFFICE, Stage
from dubu_desktop.domain.records import BY_NAME


def told(stage: Stage) -> dict[str, Any]:
    """Records per kind, findings per status, photographs, bundles, papers, and what each exchange reported."""
    tally = stage.tally
    bundles = sorted(stage.bundles.glob("*.dubu"))
    return {
        "county": f"{COUNTY}（虚构）",
        "now": NOW.isoformat(timespec="minutes"),
        "records": {kind: _count(stage, kind) for kind in sorted(BY_NAME)},
        "findings": _statuses(stage),
        "numbers": stage.numbers,
        "verbs": dict(sorted(tally.verbs.items())),
        "bundles": len(bundles),
        "bundle_bytes": sum(path.stat().st_size for path in bundles),
        "waiting": [Path(file).name for file in stage.waiting],
        "papers": sorted(path.name for path in (stage.root / "papers").iterdir()),
        "exports": tally.exports,
        "imports": tally.imports,
        "recovery_codes": stage.recovery,
    }


def _rows(stage: Stage, kind: str) -> list[dict[str, Any]]:
    return stage.houses[OFFICE].read(lambda r: list(reads.show(r, kind, {})))


def _count(stage: Stage, kind: str) -> int:
    return len(_rows(stage, kind))


def _statuses(stage: Stage) -> dict[str, int]:
    return dict(sorted(Counter(str(row["status"]) for row in _rows(stage, "finding")).items()))
