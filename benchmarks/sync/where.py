"""Where an import or an export spends its time, by place: cProfile's own times added up by file and by library.

What a builtin takes counts for the file that called it, except for libraries that do real work. Threads beside the
main one are not seen by cProfile. The profiler makes small calls dearer than they are: shares, no figures.
"""

from __future__ import annotations

import pstats
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.sync.meter import ROOT

_LIBRARIES = {
    "executemany": "SQLite: rows written",
    "commit": "SQLite: commit",
    "sqlcipher3": "SQLite: statements, rows read",
    "zstd": "zstd",
    "msgspec": "msgpack",
    "pyrage": "age",
    "hashlib": "hashes",
    "sha256": "hashes",
    "blake": "hashes",
    "exceptions_rust": "signatures",
    "_rust": "signatures",
    "posix.fsync": "flushing files",
}
#: smaller places stand together
SHOWN = 14

Func = tuple[str, int, str]


def shares(kept: Path) -> dict[str, float]:
    """{place: share of all time, 0 … 1}, the dearest first; the rest of them as one."""
    spent: dict[str, float] = defaultdict(float)
    entries: dict[Func, Any] = pstats.Stats(str(kept)).stats  # type: ignore[attr-defined]
    for func, (_, _, own, _, callers) in entries.items():
        library = _library(func)
        if func[0] != "~" or library:
            spent[library or _place(func[0])] += own
            continue
        for caller, (_, _, share, _) in callers.items():
            spent[_library(caller) or _place(caller[0])] += share
    total = sum(spent.values()) or 1.0
    ranked = sorted(spent.items(), key=lambda one: -one[1])
    out = {place: seconds / total for place, seconds in ranked[:SHOWN]}
    rest = sum(seconds for _, seconds in ranked[SHOWN:]) / total
    return out | ({"everything else": rest} if rest else {})


def _library(func: Func) -> str:
    if func[0] != "~":
        return ""
    return next((name for word, name in _LIBRARIES.items() if word in func[2]), "")


def _place(file: str) -> str:
    if file == "~":
        return "Python itself"
    for root, name in ((f"{ROOT}/", ""), ("/sqlalchemy/", "SQLAlchemy"), ("/site-packages/", "other libraries")):
        if root in file and not (root == f"{ROOT}/" and "site-packages" in file):
            return name or file.split(root, 1)[1]
    return "Python's library"
