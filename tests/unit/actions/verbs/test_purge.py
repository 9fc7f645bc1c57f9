"""清除 and the number series: what took a number stays on record; drafts go."""

from __future__ import annotations

import pytest

from tests.unit.actions.verbs.test_documents_life import drafted, lived, of, signed
from tests.unit.actions.verbs.test_papers import document, refused
from tests.world import World

__all__ = ["lived"]


@pytest.mark.parametrize("revoked", [False, True])
def test_a_numbered_document_is_not_purged_and_its_number_not_given_again(lived: World, revoked: bool) -> None:
    running = of(lived, "rectifying")
    first = signed(lived, "special_report", findings=[running])
    if revoked:
        lived.office.do("revoke_document", document=first, reason="对象有误")
    with refused("D-263"):
        lived.office.do("purge", kind="document", record=first, reason="误录")
    assert document(lived, first)["number"] == "专报2026年第1期"
    assert document(lived, signed(lived, "special_report", findings=[running]))["number"] == "专报2026年第2期"


def test_a_draft_document_is_purged(lived: World) -> None:
    record = drafted(lived, "special_report", findings=[of(lived, "rectifying")])
    lived.office.do("purge", kind="document", record=record, reason="误录")
    assert not lived.rows(lived.office, "document")


def test_an_issued_task_is_not_purged_and_its_number_not_given_again(lived: World) -> None:
    given = {"groups": ["01"], "source": "meeting", "requirement": "逐栋检查"}
    office = lived.office
    made = [office.do("draft_task", title=f"任务{n}", **given).ids[0] for n in range(3)]
    office.do("issue_task", tasks=made[:1])
    with refused("D-263"):
        office.do("purge", kind="task", record=made[0], reason="误录")
    office.do("turn_task", task=made[0], event="cancel", reason="不再需要")
    with refused("D-263"):
        office.do("purge", kind="task", record=made[0], reason="误录")
    office.do("purge", kind="task", record=made[1], reason="误录")
    office.do("issue_task", tasks=made[2:])
    numbers = sorted(str(t["number"]) for t in lived.rows(office, "task"))
    assert numbers == ["督交〔2026〕1号", "督交〔2026〕2号", "督交〔2026〕3号"]
