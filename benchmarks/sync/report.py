"""The figures of a race: ratios from the medians, with their goals (sync.md §5), as tables and as JSON."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator
from typing import Any

Raw = dict[str, dict[str, dict[str, float]]]

#: goal of each ratio: at most this (`<`) or at least this (`>`)
GOALS: dict[str, tuple[str, float]] = {
    "import_ratio_cpu": ("<", 1.0),
    "import_ratio_cpu_same_schema": ("<", 1.4),
    "export_ratio_cpu": ("<", 0.5),
    "bytes_ratio": ("<", 0.40),
    "bytes_ratio_text": ("<", 0.20),
    "duplicate_ratio": ("<", 0.05),
    "file_ratio": ("<", 1.35),
    "rss_mb": ("<", 64),
}


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


def figures(o: argparse.Namespace, raw: Raw) -> dict[str, Any]:
    """The ratios the goals speak of, and everything they were made from."""
    out: dict[str, Any] = {
        "machine": machine(),
        "n": o.n,
        "groups": o.groups,
        "changes": round(o.n * 1.2) * o.groups,
        "runs": o.runs,
    }
    for text in raw:
        out |= {name + ("" if text == "random" else "_text"): value for name, value in _ratios(raw[text])}
    return out | {"raw": raw}


def _ratios(taken: dict[str, dict[str, float]]) -> Iterator[tuple[str, float]]:
    a1, same, ours = taken["a1"], taken["a1_same_schema"], taken["import"]
    yield "import_ratio_cpu", ours["cpu"] / a1["cpu"]
    yield "import_ratio_wall", ours["wall"] / a1["wall"]
    yield "import_ratio_cpu_same_schema", ours["cpu"] / same["cpu"]
    yield "import_ratio_wall_same_schema", ours["wall"] / same["wall"]
    yield "import_each_ratio_cpu", taken["import_each"]["cpu"] / a1["cpu"]
    yield "export_ratio_cpu", taken["export"]["cpu"] / a1["cpu"]
    yield "export_ratio_wall", taken["export"]["wall"] / a1["wall"]
    yield "bytes_ratio", taken["export"]["bytes"] / a1["raw_bytes"]
    yield "duplicate_ratio", taken["duplicate"]["cpu"] / ours["cpu"]
    yield "duplicate_ratio_wall", taken["duplicate"]["wall"] / ours["wall"]
    yield "file_ratio", ours["file"] / a1["file"]
    yield "file_ratio_same_schema", ours["file"] / same["file"]
    yield "rss_mb", ours["rss_mb"]
    yield "search_index_cpu", taken["search_index"]["cpu"]


def goal(name: str) -> str:
    """ "≤ 1.0", or nothing where none is set."""
    if name not in GOALS:
        return ""
    way, value = GOALS[name]
    return f"{'≤' if way == '<' else '≥'} {value:g}"


def is_met(name: str, value: float) -> bool | None:
    """Whether the goal is met; None without a goal."""
    if name not in GOALS:
        return None
    way, wanted = GOALS[name]
    return value <= wanted if way == "<" else value >= wanted


def tables(found: dict[str, Any]) -> str:
    """Two Markdown tables: the ratios beside their goals, and the pieces."""
    lines = [
        f"{found['machine']}; {found['groups']} groups × {found['n']} new rows + a fifth as many edits = "
        f"{found['changes']} changes; medians of {found['runs']} runs",
        "",
        "| figure | found | goal | |",
        "|---|---|---|---|",
    ]
    for name, value in found.items():
        if isinstance(value, float):
            verdict = {True: "met", False: "**missed**", None: ""}[is_met(name, value)]
            lines.append(f"| {name} | {value:.3g} | {goal(name)} | {verdict} |")
    for text, taken in found["raw"].items():
        lines += ["", *_pieces(text, taken)]
    return "\n".join(lines)


def _pieces(text: str, taken: dict[str, dict[str, float]]) -> Iterator[str]:
    floor = taken["a1"]
    yield f"| {text} | CPU s | wall s (min–max) | × a1 CPU | × a1 wall | MB over idle | bytes |"
    yield "|---|---|---|---|---|---|---|"
    for name, one in taken.items():
        size = one.get("bytes") or one.get("file") or 0
        cpu, wall = one["cpu"], one["wall"]
        spread = f"{wall:.3f} ({one['wall_min']:.2f}–{one['wall_max']:.2f})"
        ratios = f"{cpu / floor['cpu']:.2f} | {wall / floor['wall']:.2f}"
        yield f"| {name} | {cpu:.3f} | {spread} | {ratios} | {one['rss_mb']:.0f} | {size:,.0f} |"
