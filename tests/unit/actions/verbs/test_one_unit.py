"""A letter or notice is for one unit: what tells units of each other is warned of, and each may have its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubu_desktop.actions import papers
from dubu_desktop.actions.reads import drafts
from tests.unit.actions.verbs.test_documents_life import drafted, lived, of
from tests.unit.actions.verbs.test_papers import confirmed, document, refused
from tests.world import World

__all__ = ["lived"]  # a fixture
BOTH = {"industry_unit": "住建局", "territory_unit": "河西街道"}


def other_unit(world: World) -> str:
    """A finding of another unit than those of `lived`; its number."""
    for name in BOTH.values():
        world.office.do("add_unit", name=name)
    world.take(world.groups["02"], world.down("02"))
    return confirmed(world, "02", **BOTH)


def test_units_told_of_each_other_are_warned_of_until_each_has_its_own(lived: World, tmp_path: Path) -> None:
    one, same = of(lived, "rectifying"), of(lived, "confirmed")
    other = other_unit(lived)
    quiet = lived.office.do("draft_document", kind="rectification_notice", findings=[one, same])
    assert not [w for w in quiet.warnings if "分属" in w], "one unit answers for both"
    added = lived.office.do("add_findings", document=quiet.ids[0], findings=[other])
    assert [w for w in added.warnings if "分属城关街道、河西街道2个单位" in w]
    done = lived.office.do("draft_document", kind="rectification_notice", findings=[one, same, other])
    said = next(w for w in done.warnings if "分属" in w)
    assert said in lived.office.read(drafts.draft, done.ids[0]).doubts
    assert said in lived.office.do("submit_document", document=done.ids[0]).warnings
    made = lived.office.do(
        "make_paper", kind="rectification_notice", findings=[one, other], out=str(tmp_path / "a.docx")
    )
    assert said in made.warnings
    each = lived.office.do(
        "draft_document", kind="rectification_notice", findings=[one, other, same], per_unit=True, due_on="2026-07-01"
    )
    assert not [w for w in each.warnings if "分属" in w]
    rows = [document(lived, record) for record in each.ids]
    assert [(len(row["findings"]), row["due_on"]) for row in rows] == [(2, "2026-07-01"), (1, "2026-07-01")]
    assert "河西街道" in str(lived.office.read(papers.paper_of, each.ids[1]).body[0])
    assert "河西街道" not in str(lived.office.read(papers.paper_of, each.ids[0]).body)


@pytest.mark.parametrize("kind", ["special_report", "bulletin"])
def test_what_is_for_many_readers_is_neither_warned_of_nor_split(lived: World, kind: str) -> None:
    numbers = [of(lived, "rectifying"), other_unit(lived)]
    record = drafted(lived, kind, findings=numbers)
    assert lived.office.read(drafts.draft, record).doubts == ()
    with refused("D-305"):
        lived.office.do("draft_document", kind=kind, findings=numbers, per_unit=True)
