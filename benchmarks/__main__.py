"""`./dubu bench [NAME …]`: figures beside floor and peers in one run. Names: lists, window, sync, papers, workbooks."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable


def main(argv: list[str]) -> int:
    """The benchmark named first, with what follows as its arguments; without a name, all of them."""
    # marks outside the workspace belong to a real machine's workspaces, not to these
    os.environ.setdefault("DUBU_STATE_DIR", tempfile.mkdtemp(prefix="dubu-bench-"))
    name, rest = (argv[0], argv[1:]) if argv and not argv[0].startswith("-") else ("", argv)
    from benchmarks import bench_lists, first_window, merge, papers, workbooks
    from benchmarks.sync import race

    known: dict[str, Callable[[list[str]], object]] = {
        "lists": bench_lists.main,
        "window": lambda rest: first_window.main(int(rest[0]) if rest else 9),
        "sync": race.main,
        "merge": merge.main,
        "papers": papers.main,
        "workbooks": workbooks.main,
    }
    if name and name not in known:
        print(f"没有名叫 {name} 的测量；有 {'、'.join(known)}", file=sys.stderr)
        return 2
    # the merge makes 10 GB of workspaces and takes a quarter of an hour: only by its name
    for run in [known[name]] if name else [run for each, run in known.items() if each != "merge"]:
        run(rest)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
