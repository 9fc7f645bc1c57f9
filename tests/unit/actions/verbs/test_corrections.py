"""更正: it begins as the old paper, for the same readers, also when a finding was settled or withdrawn since."""

from __future__ import annotations

from typing import Any

from dubu_desktop.actions import papers
from tests.unit.actions.verbs.test_documents_life import drafted, lived, of, signed
from tests.unit.actions.verbs.test_papers import document, refused
from tests.world import World

__all__ = ["lived"]  # a fixture

OPTIONS = {"photos": 2, "group_by": "unit", "secrecy": "机密★1年", "copy_number": "000001", "urgency": "特急"}


def same(world: World, old: str, new: str, *names: str) -> None:
    """The two papers agree in these fields."""
    first, second = document(world, old), document(world, new)
    assert {name: first[name] for name in names} == {name: second[name] for name in names}


def test_a_corrected_bulletin_is_the_old_one_again(lived: World) -> None:
    chosen: dict[str, Any] = {
        "title": "关于某某的通报", "addressees": ["甲镇", "乙局"], "cc": ["丙"], "report_to": ["丁"],
        "due_on": "2026-07-10", "override_due": True, "style": "issue", "sealed": False, "naming": "person",
        "lead": "自己写的导语。", "organ": "某某办公室", "options": OPTIONS, "groups": ["01"],
    }  # fmt: skip
    old = signed(lived, "bulletin", findings=[of(lived, "rectifying"), of(lived, "confirmed")])
    record = lived.office.do(
        "draft_bulletin", findings=[of(lived, "rectifying"), of(lived, "confirmed")], **chosen
    ).ids[0]
    lived.office.do("submit_document", document=record)
    lived.office.do("sign_document", document=record)
    new = drafted(lived, "bulletin", corrects=record)
    same(lived, record, new, *chosen, "findings")
    assert document(lived, new)["number"] is None
    other = drafted(lived, "bulletin", corrects=record, due_on="2026-08-01", options={"photos": 1}, title="另题")
    row = document(lived, other)
    assert (row["due_on"], row["title"], row["options"]) == ("2026-08-01", "另题", OPTIONS | {"photos": 1})
    same(lived, record, other, "addressees", "naming", "lead", "groups")
    assert document(lived, old)["groups"] != row["groups"], "two groups found; the scope was narrowed and stays so"


def test_a_corrected_notice_keeps_its_date_its_copies_and_its_seal(lived: World) -> None:
    running = of(lived, "rectifying")
    options = {"source": "批示"}
    old = drafted(
        lived, "rectification_notice", findings=[running], due_on="2026-07-15", override_due=True, options=options
    )
    lived.office.do("edit_document", document=old, values={"cc": ["某某局"], "sealed": False})
    lived.office.do("submit_document", document=old)
    lived.office.do("sign_document", document=old)
    new = drafted(lived, "rectification_notice", corrects=old)
    same(lived, old, new, "due_on", "override_due", "cc", "sealed", "options", "groups", "title", "findings")


def test_what_was_settled_since_can_be_corrected(lived: World) -> None:
    running = of(lived, "rectifying")
    kinds = ("supervision_notice", "reminder_letter", "rectification_notice", "bulletin")
    old = {kind: signed(lived, kind, findings=[running]) for kind in kinds}
    lived.office.do("settle_finding", finding=running, event="exempt", reason="容错免责")
    for kind, record in old.items():
        new = signed(lived, kind, corrects=record)
        assert "以本件为准" in repr(lived.office.read(papers.paper_of, new).body[0])
        same(lived, record, new, "findings")
    with refused("D-308"):  # that a paper was corrected makes nothing else of it
        drafted(lived, "reminder_letter", findings=[running])


def test_a_finding_withdrawn_since_is_left_out_and_said(lived: World) -> None:
    running, other = of(lived, "rectifying"), of(lived, "confirmed")
    old = signed(lived, "bulletin", findings=[running, other])
    alone = signed(lived, "rectification_notice", findings=[other])
    lived.office.do("settle_finding", finding=other, event="not_established", reason="重复")
    done = lived.office.do("draft_document", kind="bulletin", corrects=old)
    assert list(done.warnings) == [f"{other} 已是“不成立”，更正时没有列入"]
    same(lived, old, done.ids[0], "groups", "title")
    assert len(document(lived, done.ids[0])["findings"]) == 1
    with refused("D-308"):
        drafted(lived, "rectification_notice", corrects=alone)
    drafted(lived, "rectification_notice", corrects=alone, findings=[running])
