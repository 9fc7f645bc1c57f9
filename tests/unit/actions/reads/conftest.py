"""One world in which something has happened, made once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.world import COMPLETE, World, cheap_keys, jpeg


@dataclass
class Lived:
    """A world with one finding in each situation; `n` names them by number."""

    world: World
    n: dict[str, str] = field(default_factory=dict)

    @property
    def office(self):
        return self.world.office

    @property
    def group(self):
        return self.world.groups["01"]


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Made once; cheap keys and the state folder are this fixture's alone, not those of tests that come after."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("lived")
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        made = Lived(World.ready(root / "world"))
        _live(made)
    yield made
    made.world.close()


def _live(made: Lived) -> None:
    w, office, group, n = made.world, made.world.office, made.world.groups["01"], made.n
    n["overdue"] = w.assigned("01", facts="8具干粉灭火器压力表均在红区，检查卡停在2025年11月", category="灭火设施")
    w.clock.put("2026-06-02T15:00")
    office.do("urge", findings=[n["overdue"]], text="请抓紧整改", channel="phone")
    n["conflict"] = w.assigned("01", place="城关街道广源建材市场4号楼东门")
    photo = w.root / "after.jpg"
    photo.write_bytes(jpeg(7))
    n["closed"] = w.assigned("01", place="城关街道广源建材市场5号楼西门")
    office.do("record_reply", finding=n["closed"], reply="已经清理")
    w.take(group, w.down("01"))
    group.do("add_photos", finding=n["closed"], files=[str(photo)], role="after")
    group.do("verify_finding", finding=n["closed"], result="现场已清理")
    w.round()
    office.do("close_finding", findings=[n["closed"]])
    w.clock.put("2026-06-14T09:00")
    n["draft"] = w.finding(group, facts="值班电话3次无人接听", category="值班值守", no_evidence_reason="")
    n["final"] = w.finding(group, place="城关街道热电厂煤场", urgent=True)
    group.do("finalise_finding", finding=n["final"])
    w.take(office, w.up("01"))
    _disagree(made)
    group.do("add_note", kind="finding", record=n["overdue"], text="期限偏紧", proposed_field="place",
             proposed_value="城关街道广源建材市场6号楼")  # fmt: skip
    w.take(office, w.up("01"))
    office.do("draft_task", title="汛期地下空间排查", groups=["01", "02"], requirement="逐处排查", due_on="2026-06-10")
    tasks = w.rows(office, "task")
    office.do("issue_task", tasks=[t["uuid"].hex() for t in tasks])
    w.take(group, w.down("01"))
    group.do("start_visit", visit_kind="unannounced", units=["城关街道"], leader_present=True)
    w.clock.put("2026-06-14T10:00")
    group.do("stop_visit", note="查了三处")


def _disagree(made: Lived) -> None:
    """Both sides correct a finding that the group has not yet seen confirmed."""
    w, n = made.world, made.n
    number = w.finding(made.group, place="城关街道便民服务中心")
    made.group.do("finalise_finding", finding=number)
    w.take(w.office, w.up("01"))
    w.take(made.group, w.down("01"))
    w.office.do("edit_finding", finding=number, values={"severity": "serious"}, reason="按标准应为较重")
    made.group.do("edit_finding", finding=number, values={"severity": "ordinary"})
    w.take(w.office, w.up("01"))
    n["clash"] = number


__all__ = ["COMPLETE", "Lived"]
