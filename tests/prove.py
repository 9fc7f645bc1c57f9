"""The long proofs: `./dubu prove NAME …` (called by tools/dev.py)."""

from __future__ import annotations

import sys
from collections.abc import Sequence

PROOFS = ("kills",)


def main(argv: Sequence[str]) -> int:
    """Run one proof; 2 when it is not named."""
    if not argv or argv[0] not in PROOFS:
        print(f"用法：./dubu prove {'|'.join(PROOFS)} [选项]", file=sys.stderr)
        return 2
    from tests.faults import kills

    return kills.main(argv[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
