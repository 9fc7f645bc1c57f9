"""P14: memory does not grow with the size of a photo."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.peak import measured


@pytest.mark.slow
def test_a_photo_of_256_mib_needs_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    came_out, grown_kib = measured("tests.unit.sync.memory_probe", tmp_path, 256, seconds=100)
    (tmp_path / "large.dubu").unlink()
    assert came_out == 256 * 1024 * 1024
    assert grown_kib <= 16 * 1024
