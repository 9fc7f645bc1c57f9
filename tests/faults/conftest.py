"""What provers need that are made once for all tests of a file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warm import quick_folder, warm
from tests.world import cheap_keys


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where there is some; keys are cheap and users' marks lie there as long as it is there."""
    folder = tmp_path_factory.mktemp("prover")
    root = Path(quick_folder() or folder.parent) / f"{folder.parent.name}-{folder.name}"
    root.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch, warm():
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(root))
        yield root
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def state_put_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Trials say by the environment where users' marks lie: afterwards it is as before."""
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path))
