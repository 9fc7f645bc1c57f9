"""Golden documents: each kind as it was read and approved. A change of the layout is a change of these files."""

from __future__ import annotations

import pytest

from dubu_desktop.domain.papers.kinds import all_kinds
from tests.golden.unzipped import FOLDER, golden


@pytest.mark.parametrize("kind", list(all_kinds()))
def test_a_paper_is_as_it_was_approved(kind: str) -> None:
    """`python -m tests.golden.unzipped` writes them anew; read the diff."""
    assert golden(kind) == (FOLDER / f"{kind}.txt").read_text(encoding="utf-8")


def test_no_golden_document_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(all_kinds())
