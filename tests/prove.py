"""The long proofs: `./dubu prove NAME|all [--n N] [--seed S] [--minutes M] [--out FILE] [--fresh]` (tools/dev.py).

Each goes on where its record in docs/proof stopped, until N trials are on it (tests/proofbook.py).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

#: module of each proof, with `main(argv) -> exit code`; imported only when it is called
PROOFS = {
    "archives": "tests.faults.archived",
    "disk": "tests.faults.disk_fails",
    "kills": "tests.faults.kills",
    "mutations": "tests.faults.mutations",
    "syscalls": "tests.faults.syscalls",
    "power": "tests.faults.power",
    "schedules": "tests.property.prove_schedules",
    "papers": "tests.unit.export.trials",
}


def main(argv: Sequence[str]) -> int:
    """Run one proof, or all of them one after the other; 2 when it is not named."""
    if not argv or (argv[0] not in PROOFS and argv[0] != "all"):
        print(f"用法：./dubu prove {'|'.join(PROOFS)}|all [选项]", file=sys.stderr)
        return 2
    names = list(PROOFS) if argv[0] == "all" else [argv[0]]
    codes = [_prove(name, argv[1:]) for name in names]
    return max(codes)


def _prove(name: str, argv: Sequence[str]) -> int:
    print(f"=== {name}", file=sys.stderr, flush=True)
    code: int = import_module(PROOFS[name]).main(argv)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
