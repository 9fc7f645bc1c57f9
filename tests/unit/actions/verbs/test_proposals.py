"""What a draft is proposed follows its findings until a person writes otherwise: title, 发送范围, who is named."""

from __future__ import annotations

import pytest

from dubu_desktop.actions import proposals
from tests.unit.actions.verbs.test_documents_life import drafted, lived, of, signed
from tests.unit.actions.verbs.test_papers import confirmed, document, refused
from tests.world import World

__all__ = ["lived"]  # a fixture
SAFETY, MIXED = "关于安全生产督导巡查发现问题情况的通报", "关于督导巡查发现问题情况的通报"


def other_field(world: World) -> str:
    """A finding of another field of work than 安全生产; its number."""
    roots = {c["uuid"]: c["name"] for c in world.rows(world.office, "category") if not c["parent"]}
    parent = next(key for key, name in roots.items() if name != "安全生产")
    leaf = next(c["name"] for c in world.rows(world.office, "category") if c["parent"] == parent)
    return confirmed(world, "01", category=leaf)


def test_a_proposed_title_follows_the_findings_and_a_written_one_does_not(lived: World) -> None:
    one, other = of(lived, "rectifying"), other_field(lived)
    record = drafted(lived, "bulletin", findings=[one])
    assert document(lived, record)["title"] == SAFETY
    lived.office.do("add_findings", document=record, findings=[other])
    assert document(lived, record)["title"] == MIXED
    lived.office.do("remove_findings", document=record, findings=[other])
    assert document(lived, record)["title"] == SAFETY
    lived.office.do("edit_document", document=record, values={"title": "关于某事的通报"})
    lived.office.do("add_findings", document=record, findings=[other])
    assert document(lived, record)["title"] == "关于某事的通报"
    lived.office.do("edit_document", document=record, values={"title": " "})
    assert document(lived, record)["title"] == MIXED, "emptied, it is proposed anew"


def test_a_bulletin_without_a_title_is_neither_submitted_nor_signed(
    lived: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = drafted(lived, "bulletin", findings=[of(lived, "rectifying")])
    with monkeypatch.context() as patch:  # as a program before this one left it
        patch.setattr(proposals, "title", lambda _desk, _findings: "")
        lived.office.do("edit_document", document=record, values={"title": ""})
        assert not document(lived, record)["title"]
        with refused("D-308") as error:
            lived.office.do("submit_document", document=record)
        assert "标题" in error.value.sentence
    lived.office.do("edit_document", document=record, values={"title": "关于某事的通报"})
    lived.office.do("submit_document", document=record)
    with monkeypatch.context() as patch:
        patch.setattr(proposals, "title", lambda _desk, _findings: "")
        lived.office.do("edit_document", document=record, values={"title": ""})
        with refused("D-308"):
            lived.office.do("sign_document", document=record)
    assert document(lived, record)["number"] is None


def test_a_group_whose_findings_were_taken_out_leaves_the_scope(lived: World) -> None:
    first, second = of(lived, "rectifying"), of(lived, "confirmed")
    more = confirmed(lived, "02")
    record = drafted(lived, "bulletin", findings=[first, second, more])
    both = document(lived, record)["groups"]
    assert not lived.office.do("remove_findings", document=record, findings=[more]).warnings
    assert document(lived, record)["groups"] == both, "another finding of that group is still in it"
    done = lived.office.do("remove_findings", document=record, findings=[second])
    assert len(document(lived, record)["groups"]) == len(both) - 1
    assert list(done.warnings) == ["发送范围随之移出第二组"]
    old = signed(lived, "bulletin", findings=[first, second, more])
    new = drafted(lived, "bulletin", corrects=old)
    lived.office.do("remove_findings", document=new, findings=[second, more])
    assert document(lived, new)["groups"] == both, "who has the old paper is told of its correction"


def test_the_naming_of_single_findings_outlives_the_level_of_the_paper(lived: World) -> None:
    first, second = of(lived, "rectifying"), of(lived, "confirmed")
    record = drafted(lived, "bulletin", findings=[first, second])
    ids = {f["number"]: f["uuid"].hex() for f in lived.rows(lived.office, "finding")}
    lived.office.do("edit_document", document=record, values={"naming": {"level": "unit", "items": {second: "person"}}})
    for level in ("unit", "person", "unit"):
        lived.office.do("edit_document", document=record, values={"naming": level})
        assert document(lived, record)["naming"] == {"level": level, "items": {ids[second]: "person"}}
    lived.office.do("edit_document", document=record, values={"naming": {"level": "unit", "items": {}}})
    assert document(lived, record)["naming"] == {"level": "unit"}


def test_one_option_given_leaves_the_others(lived: World) -> None:
    record = drafted(lived, "bulletin", findings=[of(lived, "rectifying")], options={"photos": 2})
    lived.office.do("edit_document", document=record, values={"options": {"copy_number": "000001"}})
    assert document(lived, record)["options"] == {"photos": 2, "copy_number": "000001"}
