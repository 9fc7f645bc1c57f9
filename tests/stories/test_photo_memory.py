"""P14 for the whole way of a photo: out of the group's store, onto the stick, into the office's store."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.peak import measured


@pytest.mark.slow
def test_180_mib_of_photos_need_no_more_memory_than_four(tmp_path: Path) -> None:
    (grown_kib,) = measured("tests.stories.photo_memory", tmp_path, 30)
    assert grown_kib <= 16 * 1024
