"""The start of all schedules, made once per test process; fleets of it for tests that tell their own story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.property import prove_schedules
from tests.property.machines import Machines


@pytest.fixture(scope="session")
def prepared() -> Iterator[Path]:
    """The folder in which `start` lies: findings of every group in every part of their life, everybody acquainted."""
    with prove_schedules.prepared() as root:
        yield root


@pytest.fixture
def start(prepared: Path) -> Iterator[Path]:
    """The start itself; keys are cheap and imports make no backup as long as the test runs."""
    with prove_schedules.cheap(prepared):
        yield prepared / "start"


@pytest.fixture
def fleet(start: Path, tmp_path: Path) -> Iterator[Machines]:
    """A fleet of its own."""
    made = Machines(start, tmp_path)
    yield made
    made.close()
