"""Fixtures of the bundle tests."""

from __future__ import annotations

import pytest

from tests.unit.sync.parties import World


@pytest.fixture(scope="session")
def world() -> World:
    """An office, two groups and a stranger; nothing in it changes."""
    return World()
