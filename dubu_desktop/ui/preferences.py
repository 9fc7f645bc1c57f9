"""What this machine remembers of the window before any workspace is open: look, scale, input method, last workspaces.

Kept beside the workspaces, never inside: it is read before the password. It holds paths and choices, no record text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dubu_desktop.system.paths import state_dir

_FILE, _MOST = "window.json", 5
#: what belongs to this machine, whichever workspace is open
CHOICES = frozenset({"theme", "scale", "im", "idle_minutes"})
#: among what the open window is told: after how long the rules want it locked, where this machine chose nothing itself
RULE_MINUTES = "rule_minutes"


class Preferences:
    """A small dictionary on disk. A damaged file counts as empty: it must never keep the program from opening."""

    def __init__(self, values: Mapping[str, Any], path: Path) -> None:
        self._values, self._path = dict(values), path

    @classmethod
    def load(cls, folder: Path | None = None) -> Preferences:
        """Read them; `folder` other than this user's state folder is for tests."""
        path = (folder or state_dir()) / _FILE
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            values = {}
        return cls(values if isinstance(values, dict) else {}, path)

    def text(self, key: str, default: str = "") -> str:
        """A word, e.g. the theme."""
        value = self._values.get(key, default)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: int, among: tuple[int, ...] = ()) -> int:
        """A whole number, e.g. the scale in per cent; one that is not `among` counts as unset."""
        value = self._values.get(key, default)
        return value if isinstance(value, int) and (not among or value in among) else default

    def workspaces(self) -> list[Path]:
        """Workspaces opened before, the last first."""
        known = self._values.get("workspaces", [])
        return [Path(one) for one in known if isinstance(one, str)] if isinstance(known, list) else []

    def choices(self) -> dict[str, Any]:
        """The choices of this machine, as far as any were made."""
        return {key: value for key, value in self._values.items() if key in CHOICES}

    def with_workspace(self, path: Path) -> Preferences:
        """The same with `path` as the last workspace."""
        known = [str(path), *(str(one) for one in self.workspaces() if one != path)]
        return self.having("workspaces", known[:_MOST])

    def having(self, key: str, value: Any) -> Preferences:
        """The same with one value changed."""
        return Preferences({**self._values, key: value}, self._path)

    def save(self) -> None:
        """Write them, whole or not at all. Touches the disk: not on the GUI thread."""
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(self._values, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(self._path)
