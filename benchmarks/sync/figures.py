"""The figures of a race: ratios made from the medians, and the goals they are held against (sync.md §5)."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks.sync.meter import ROOT
from benchmarks.sync.workload import EDITS_PER_ROW

Taken = dict[str, dict[str, float]]

#: goal of each ratio: at most this (≤) or at least this (≥)
GOALS: dict[str, tuple[str, float]] = {
    "import_ratio_cpu": ("≤", 1.0),
    "import_ratio_cpu_same_schema": ("≤", 1.4),
    "export_ratio_cpu": ("≤", 0.5),
    "bytes_ratio": ("≤", 0.40),
    "bytes_ratio_text": ("≤", 0.20),
    "duplicate_ratio": ("≤", 0.05),
    "capture_ratio": ("≤", 1.25),
    "file_ratio": ("≤", 1.35),
    "rss_mb": ("≤", 64),
    "rss_photos_mb": ("≤", 16),
    "photo_rate_ratio": ("≥", 0.8),
    "growth_ratio": ("≤", 1.2),
    "conflicts_ratio": ("≤", 1.3),
    "pouchdb_x": ("≥", 15),
    "git_x": ("≥", 6),
    "openpyxl_x": ("≥", 35),
    "apsw_x": ("≤", 1.2),
}


def goal(name: str) -> str:
    """ "≤ 1", or nothing where none is set."""
    way, value = GOALS.get(name, ("", 0.0))
    return f"{way} {value:g}" if way else ""


def is_met(name: str, value: float) -> bool | None:
    """Whether the goal is met; None without a goal."""
    way, wanted = GOALS.get(name, ("", 0.0))
    return {"": None, "≤": value <= wanted, "≥": value >= wanted}[way]


def machine() -> str:
    """The machine in one line."""
    model = ""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as stream:
            model = next((line.split(":")[1].strip() for line in stream if line.startswith("model name")), "")
    except OSError:
        model = platform.processor()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    where = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return f"{model or platform.machine()}, {where}{load}"


def circumstances(o: argparse.Namespace) -> dict[str, Any]:
    """When, where and on what a part was measured."""
    asked = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return {
        "machine": machine(),
        "commit": asked.stdout.strip() or "unknown",
        "day": datetime.now(UTC).date().isoformat(),
        "runs": o.runs,
        "n": o.n,
        "groups": o.groups,
        "changes": (o.n + round(o.n * EDITS_PER_ROW)) * o.groups,
        "photos_megabytes": o.photos,
    }


def figures(raw: dict[str, Any], taken: dict[str, Any]) -> dict[str, Any]:
    """The ratios the goals speak of, and everything they were made from; `taken`: {part: its circumstances}."""
    out: dict[str, Any] = {}
    for text, one in raw.get("w", {}).items():
        out |= {name + ("" if text == "random" else f"_{text}"): value for name, value in _of_w(one)}
    for part, ratios in _PARTS.items():
        if part in raw:
            out |= dict(ratios(raw[part]))
    return out | {"taken": taken, "raw": raw}


def _of_w(taken: Taken) -> Iterator[tuple[str, float]]:
    a1, same, ours, sent = taken["a1"], taken["a1_same_schema"], taken["import"], taken["export"]
    yield "import_ratio_cpu", ours["cpu"] / a1["cpu"]
    yield "import_ratio_wall", ours["wall"] / a1["wall"]
    yield "import_ratio_cpu_same_schema", ours["cpu"] / same["cpu"]
    yield "import_ratio_wall_same_schema", ours["wall"] / same["wall"]
    if "a1_quick_binding" in taken:  # not in results of before
        yield "import_ratio_cpu_quick_binding", ours["cpu"] / taken["a1_quick_binding"]["cpu"]
    yield "import_each_ratio_cpu", taken["import_each"]["cpu"] / a1["cpu"]
    yield "export_ratio_cpu", sent["cpu"] / a1["cpu"]
    yield "export_ratio_wall", sent["wall"] / a1["wall"]
    if "sealing" in taken:  # figures of before it was told apart are not lost
        yield "export_with_sealing_ratio_cpu", (sent["cpu"] + taken["sealing"]["cpu"]) / a1["cpu"]
    yield "bytes_ratio", sent["bytes"] / a1["raw_bytes"]
    yield "duplicate_ratio", taken["duplicate"]["cpu"] / ours["cpu"]
    yield "duplicate_ratio_wall", taken["duplicate"]["wall"] / ours["wall"]
    yield "file_ratio", ours["file"] / a1["file"]
    yield "file_ratio_same_schema", ours["file"] / same["file"]
    yield "rss_mb", ours["rss_mb"]
    yield "search_index_cpu", taken["search_index"]["cpu"]
    yield "search_index_ratio_cpu", taken["search_index"]["cpu"] / a1["cpu"]


def _of_save(taken: Taken) -> Iterator[tuple[str, float]]:
    for name, ours, plain in (
        ("capture_ratio", "journal_update", "plain_update"),
        ("capture_ratio_insert", "journal_insert", "plain_insert"),
        ("verb_ratio", "verb_update", "plain_update"),
        ("verb_ratio_insert", "verb_insert", "plain_insert"),
    ):
        yield name, taken[ours]["cpu"] / taken[plain]["cpu"]
        yield f"{name}_wall", taken[ours]["wall"] / taken[plain]["wall"]


def _grown(name: str) -> Any:
    """The largest beside the smallest; the same of the plain table."""

    def ratios(taken: Taken) -> Iterator[tuple[str, float]]:
        for suffix in ("", " plain"):
            sizes = sorted((k for k in taken if k.endswith(" plain") == bool(suffix)), key=lambda k: int(k.split()[0]))
            for way in ("cpu", "wall"):
                ratio = taken[sizes[-1]][way] / taken[sizes[0]][way]
                yield name + ("_plain" if suffix else "") + ("" if way == "cpu" else "_wall"), ratio

    return ratios


def _of_conflicts(taken: Taken) -> Iterator[tuple[str, float]]:
    yield "conflicts_ratio", taken["clash"]["cpu"] / taken["free"]["cpu"]
    yield "conflicts_ratio_wall", taken["clash"]["wall"] / taken["free"]["wall"]


def _of_photos(taken: Taken) -> Iterator[tuple[str, float]]:
    yield "rss_photos_mb", taken["import"]["rss_mb"]
    yield "rss_photos_export_mb", taken["export"]["rss_mb"]
    yield "photo_rate_ratio", taken["age"]["cpu"] / taken["import"]["cpu"]
    yield "photo_rate_ratio_wall", taken["age"]["wall"] / taken["import"]["wall"]


def _of_peers(taken: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """How many times longer a peer takes; of the bare session apply, how many times longer we do."""
    ours = taken["import"]
    for name in ("pouchdb", "git", "openpyxl", "apsw"):
        if name in taken:
            for way in ("wall", "cpu"):
                ratio = taken[name][way] / ours[way]
                yield f"{name}_x" + ("" if way == "wall" else "_cpu"), 1 / ratio if name == "apsw" else ratio


_PARTS: dict[str, Any] = {
    "save": _of_save,
    "growth": _grown("growth_ratio"),
    "spokes": _grown("spokes_ratio"),
    "conflicts": _of_conflicts,
    "photos": _of_photos,
    "peers": _of_peers,
}
