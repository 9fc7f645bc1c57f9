"""Where a line of 工作台 leads: the page, and what it shows there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dubu_desktop.actions.reads.gauges import Figure
from dubu_desktop.actions.reads.home import ToDo
from dubu_desktop.actions.reads.parts import ACCENT, Chip
from dubu_desktop.domain.numbers import group_name
from dubu_desktop.domain.text import listed
from dubu_desktop.ui.bundles import entries
from dubu_desktop.ui.spec import Look

_BUNDLES = {
    "silent": entries.PEERS, "photos": entries.PEERS, "inert": entries.INERT, "conflict": entries.CONFLICTS,
    "alarm": entries.ALARMS, "unsent": "export", "stick": "import",
}  # fmt: skip
#: findings that wait for a step of their rectification stand on the page 整改
_RECTIFY = ("to_close", "no_due", "to_verify")


def of_todo(todo: ToDo) -> tuple[str, Any]:
    """(page, what to show) for one thing that waits."""
    if todo.key in _BUNDLES:
        return "bundles", _BUNDLES[todo.key]
    key = getattr(todo.filter, "key", "") or getattr(todo.filter, "status", "")
    page = "rectify" if todo.key in _RECTIFY else todo.page
    words = todo.title.rstrip("0123456789条件份项张处")
    return page, Look(key, label=words) if key else todo.record or None


def of_figure(figure: Figure) -> tuple[str, Any]:
    """(page, what to show) for a figure: its rows."""
    key = getattr(figure.filter, "key", "") or getattr(figure.filter, "status", "")
    return figure.page, Look(key, label=figure.label) if key else Look("all")


def on_sticks(files: Sequence[str], office: bool) -> ToDo | None:
    """Bundles that lie on a stick, as the first thing to do; None when there are none."""
    if not files:
        return None
    codes = sorted({Path(one).name.split("-")[0] for one in files})
    whose = listed([group_name(code) for code in codes if code.isdigit()], 6) if office else "办公室"
    where = Path(files[0]).parent.name
    return ToDo("stick", f"收 {len(files)} 个数据包", f"{where}：{whose}", Chip("收包", ACCENT), len(files), "bundles")


def with_stick(todo: Sequence[ToDo], stick: ToDo | None) -> tuple[ToDo, ...]:
    """The stick first, then what waits."""
    return (stick, *todo) if stick is not None else tuple(todo)


def headline(words: str, stick: ToDo | None) -> str:
    """今天先办 …: with the stick in front."""
    if stick is None:
        return words
    head, mark, rest = words.partition("：")
    if mark and head.startswith("今天先办"):
        count = int("".join(sign for sign in head if sign.isdigit()) or 0) + 1
        return f"今天先办{count}件：{stick.title}、{rest}"
    return f"今天先{stick.title}" + (f"；{words}" if words else "")
