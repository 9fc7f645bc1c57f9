"""Run as a program: the whole story in a process that lacks what Windows lacks. Arguments: an empty folder.

No fcntl, resource, pwd, grp, termios, syslog and no os.fork: neither the program nor what it imports may need them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

ABSENT = frozenset({"fcntl", "resource", "pwd", "grp", "termios", "syslog", "_posixshmem"})
LACKING = ("fork", "forkpty", "register_at_fork", "geteuid", "getuid", "setsid", "killpg", "mkfifo")


class _Absent(MetaPathFinder):
    """Says of each absent module what Windows says."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def take_away() -> None:
    """From here on this process has none of it."""
    sys.meta_path.insert(0, _Absent())
    for name in ABSENT:
        sys.modules.pop(name, None)
    for name in LACKING:
        if hasattr(os, name):
            delattr(os, name)


def main() -> None:
    """Take it away, prove that it is gone, play."""
    take_away()
    for name in sorted(ABSENT):
        try:
            __import__(name)
        except ModuleNotFoundError:
            continue
        raise SystemExit(f"{name} is still there")
    assert not hasattr(os, "fork")
    from dubu_desktop.db import keys
    from dubu_desktop.sync import enrol
    from tests.stories.cli_story import play
    from tests.stories.cliruns import in_process

    keys.STANDARD_COST = keys.Cost(memory_kib=64, passes=1, lanes=1)
    enrol._KDF_MEMORY_KIB, enrol._KDF_PASSES = 64, 1
    play(in_process, Path(sys.argv[1]))
    assert not ABSENT & set(sys.modules)
    print("played")


if __name__ == "__main__":
    main()
