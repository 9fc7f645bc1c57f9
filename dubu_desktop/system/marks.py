"""The mark of the last segment exported, kept outside the workspace in this user's state folder (sync.md §3.1).

A workspace folder copied back by hand brings its own files along and so cannot know that it was rewound; the mark can.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from dubu_desktop.system import files, paths


@dataclass(frozen=True, slots=True)
class Mark:
    """The last segment an actor (16 bytes: replica 8, counter 4, random 4) exported: its number and hash."""

    actor: bytes
    number: int
    hash: bytes

    @property
    def replica(self) -> int:
        """The replica of the actor."""
        return int.from_bytes(self.actor[:8], "big")

    @property
    def counter(self) -> int:
        """The incarnation counter of the actor."""
        return int.from_bytes(self.actor[8:12], "big")


def _path(workspace: bytes, replica: int) -> Path:
    return paths.state_dir() / "marks" / f"{workspace.hex()}-{replica:016x}.json"


def read(workspace: bytes, replica: int) -> Mark | None:
    """The mark of a replica, None when there is none or it cannot be read."""
    try:
        body = json.loads(_path(workspace, replica).read_text("ascii"))
        return Mark(bytes.fromhex(body["actor"]), int(body["number"]), bytes.fromhex(body["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(workspace: bytes, mark: Mark) -> None:
    """Keep the mark; durable before the bundle gets its final name."""
    path = _path(workspace, mark.replica)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = {"actor": mark.actor.hex(), "number": mark.number, "hash": mark.hash.hex()}
    files.write_atomic(path, json.dumps(body).encode("ascii"))
