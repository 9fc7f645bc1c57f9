"""Reads: tables -> frozen dataclasses, arrays of ids, bytes. Nothing here changes anything (docs/reads.md)."""

from __future__ import annotations

from dubu_desktop.actions.reads.past import history
from dubu_desktop.actions.reads.reader import Reader

__all__ = ["Reader", "history"]
