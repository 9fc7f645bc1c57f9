"""Texts a person wrote: what the records no longer bear out is said in the editor, at 送审 and at 签发."""

from __future__ import annotations

from dubu_desktop.actions import papers
from dubu_desktop.actions.reads import drafts
from dubu_desktop.domain.papers.blocks import Paragraph
from dubu_desktop.domain.papers.parts import figures_of
from tests.unit.actions.verbs.test_documents_life import drafted, lived, of
from tests.unit.actions.verbs.test_papers import confirmed
from tests.world import World

__all__ = ["lived"]  # a fixture
STALE = "导语写的是“发现问题3个”，按现在的记录是2"


def test_a_number_that_went_stale_is_said_at_every_step(lived: World) -> None:
    two = [of(lived, "rectifying"), of(lived, "confirmed")]
    more = confirmed(lived, "02")
    record = drafted(lived, "bulletin", findings=[*two, more])
    view = lived.office.read(drafts.draft, record)
    before = len(list(figures_of(view.paper)))
    assert (view.doubts, view.lead.figures > 0) == ((), True)
    done = lived.office.do(
        "edit_document", document=record, values={"lead": view.lead.generated.replace("现将", "现就")}
    )
    left = before - view.lead.figures
    assert [w for w in done.warnings if f"由{before}个减到{left}个" in w]
    assert not lived.office.do("edit_document", document=record, values={"cc": ["某某局"]}).warnings
    assert lived.office.read(drafts.draft, record).doubts == ()
    lived.office.do("remove_findings", document=record, findings=[more])
    assert STALE in lived.office.read(drafts.draft, record).doubts
    assert STALE in lived.office.do("submit_document", document=record).warnings
    assert STALE in lived.office.do("sign_document", document=record).warnings
    assert lived.office.read(drafts.draft, record).doubts == (), "what is signed is no longer doubted"


def test_a_written_option_of_another_kind_is_held_against_the_records(lived: World) -> None:
    numbers = [of(lived, "rectifying"), of(lived, "confirmed")]
    record = drafted(lived, "special_report", findings=numbers)
    generated = next(text for text, f in figures_of(lived.office.read(papers.paper_of, record)) if f.text == "2")
    lived.office.do("edit_document", document=record, values={"options": {"lead": generated}})
    assert lived.office.read(drafts.draft, record).doubts == ()
    lived.office.do("remove_findings", document=record, findings=numbers[1:])
    assert any("按现在的记录是1" in one for one in lived.office.read(drafts.draft, record).doubts)
    assert any("按现在的记录是1" in one for one in lived.office.do("submit_document", document=record).warnings)


def test_edited_demands_keep_their_numbers_and_headings(lived: World) -> None:
    record = drafted(lived, "bulletin", findings=[of(lived, "rectifying")])
    view = lived.office.read(drafts.draft, record)
    generated = [(b.lead, b.lead_level, b.text) for b in view.paper.body if isinstance(b, Paragraph) and b.lead]
    demands = generated[-len(view.requirements.generated.split("\n")) :]
    assert demands[0][0].startswith("（一）")
    lived.office.do(
        "edit_document", document=record, values={"requirements": view.requirements.shown + "特此通报。\n另起一段。"}
    )
    body = [b for b in lived.office.read(papers.paper_of, record).body if isinstance(b, Paragraph)]
    edited = [(b.lead, b.lead_level, b.text) for b in body][-len(demands) - 1 :]
    assert edited[: len(demands) - 1] == demands[:-1]
    assert edited[len(demands) - 1] == (*demands[-1][:2], demands[-1][2] + "特此通报。")
    assert edited[-1] == ("", 2, "另起一段。")
