"""P14: a photo of 200 MB goes through a bundle and into the store in constant memory (16 MiB at most)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.peak import measured

MOST_KIB = 16 * 1024
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no getrusage on Windows")


def grown(folder: Path, mebibytes: int, *more: str) -> int:
    """KiB by which the peak memory of a process grew."""
    return measured("tests.faults.large", folder, mebibytes, *more)[0]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_large_photo_goes_through_in_constant_memory(tmp_path: Path) -> None:
    assert grown(tmp_path, 200) <= MOST_KIB


def test_a_program_that_holds_the_photo_in_memory_is_caught(tmp_path: Path) -> None:
    assert grown(tmp_path, 40, "whole") > MOST_KIB
