"""印发 when the records moved since 签发: said before, left undone, and counted afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from dubu_desktop.actions.reads import drafts
from tests.unit.actions.verbs.test_documents_life import drafted, lived, of, signed
from tests.unit.actions.verbs.test_papers import rectification
from tests.world import World

__all__ = ["lived"]


def moved(world: World, record: str) -> str:
    """What the page of a document says of it."""
    return str(world.office.read(drafts.draft, record).moved)


def counts(outcome: Any) -> tuple[int, int, int]:
    return tuple(outcome.extra[name] for name in ("assigned", "urged", "extended"))


@pytest.mark.parametrize(("event", "label"), [("not_established", "不成立"), ("exempt", "容错免责")])
def test_a_finding_settled_since_signing_is_told_and_not_assigned(lived: World, event: str, label: str) -> None:
    number = of(lived, "confirmed")
    record = signed(lived, "rectification_notice", findings=[number], due_on="2026-06-20")
    assert not moved(lived, record)
    lived.office.do("settle_finding", finding=number, event=event, reason="查无此事")
    before = moved(lived, record)
    assert before.startswith(number)
    assert f"“{label}”" in before
    assert before.endswith("印发时不交整改")
    done = lived.office.do("issue_document", document=record)
    assert counts(done) == (0, 0, 0)
    assert before in done.warnings
    assert not moved(lived, record), "what is issued waits for nothing"
    assert lived.row(lived.office, "finding", number=number)["status"] == event


def test_an_urging_that_cannot_be_put_on_record_is_told(lived: World) -> None:
    number = of(lived, "rectifying")
    record = signed(lived, "supervision_notice", findings=[number])
    lived.office.do("settle_finding", finding=number, event="exempt", reason="容错")
    done = lived.office.do("issue_document", document=record)
    assert counts(done) == (0, 0, 0)
    assert any(number in said and "不记督促" in said for said in done.warnings)
    assert not lived.rows(lived.office, "urge")


def test_two_papers_that_promise_two_dates_say_so_at_signing_and_at_issuing(lived: World) -> None:
    number = of(lived, "confirmed")
    first = signed(lived, "bulletin", findings=[number], due_on="2026-07-10")
    second = drafted(lived, "rectification_notice", findings=[number], due_on="2026-06-28")
    lived.office.do("submit_document", document=second)
    before = moved(lived, second)
    assert all(words in before for words in (number, "督巡通〔2026〕1号（已签发、未印发）", "7月10日", "6月28日"))
    assert before in lived.office.do("sign_document", document=second).warnings
    assert "督改〔2026〕1号" in moved(lived, first)
    assert counts(lived.office.do("issue_document", document=first)) == (1, 0, 0)
    after = moved(lived, second)
    assert after == f"{number} 现在的期限是7月10日（督巡通〔2026〕1号），本件写的是6月28日，印发时不改期"
    done = lived.office.do("issue_document", document=second)
    assert (counts(done), done.warnings) == ((0, 0, 0), (after,))
    assert rectification(lived, number)["due_on"] == "2026-07-10"


def test_a_date_extended_since_signing_is_told_unless_the_paper_moves_it(lived: World) -> None:
    number = of(lived, "rectifying")
    plain = signed(lived, "reminder_letter", findings=[number])
    moving = signed(lived, "reminder_letter", findings=[number], due_on="2026-06-30", override_due=True)
    lived.office.do("extend_rectification", findings=[number], due_on="2026-06-25", reason="雨天停工")
    assert "6月25日（延期：雨天停工），本件写的是6月5日" in moved(lived, plain)
    assert not moved(lived, moving)
    assert counts(lived.office.do("issue_document", document=plain)) == (0, 1, 0)
    assert counts(lived.office.do("issue_document", document=moving)) == (0, 1, 1)
    assert rectification(lived, number)["due_on"] == "2026-06-30"


def test_what_tells_only_speaks_of_findings_withdrawn_alone(lived: World) -> None:
    gone, closed = of(lived, "confirmed"), of(lived, "rectifying")
    record = signed(lived, "special_report", findings=[gone, closed])
    lived.office.do("settle_finding", finding=closed, event="exempt", reason="容错")
    assert not moved(lived, record)
    lived.office.do("settle_finding", finding=gone, event="not_established", reason="重复")
    assert moved(lived, record) == f"{gone} 现为“不成立”，本件还列着它"
