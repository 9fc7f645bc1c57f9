"""Coverage-guided fuzzing of what reads decrypted bytes (F9), with atheris, which is installed where it is wanted.

    pip install atheris
    python -m tests.faults.fuzz FOLDER [-max_total_time=600 -rss_limit_mb=1024 …]

FOLDER keeps the corpus, which begins with honest bundles and their parts; the other words are libFuzzer's. What is read
and what may come out: fuzz_targets.py, and docs/decisions/0043.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest


def main() -> int:
    """Hand everything to libFuzzer; 2 where atheris is not installed."""
    try:
        import atheris
    except ImportError:
        print("先安装 / first: pip install atheris", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["dubu_desktop.wire", "dubu_desktop.sync", "dubu_desktop.domain"]):
        from tests.faults import fuzz_targets
    from tests.faults.quarry import dig

    with tempfile.TemporaryDirectory(prefix="dubu-fuzz-") as folder, pytest.MonkeyPatch.context() as patch:
        targets = fuzz_targets.Targets(dig(Path(folder) / "quarry"))
        corpus = Path(sys.argv[1])
        corpus.mkdir(parents=True, exist_ok=True)
        for n, seed in enumerate(targets.seeds()):
            (corpus / f"seed-{n}").write_bytes(seed)
        fuzz_targets.plainly(patch)
        atheris.Setup(sys.argv, targets.one)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
