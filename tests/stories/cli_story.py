"""The whole loop by the command line alone, on fresh workspaces, with a county that is not the demo's.

交办, 督导活动, 问题 with photos, 数据包, merge, a conflict decided, 批示, 通报, 整改, 核查, 销号, and one returned.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from tests.stories.cliruns import PASSWORD, Desk, Runner, photo

DIRECTOR, CLERK = "骆明远", "许静"
LEADERS = {"07": "温国栋", "08": "叶知秋"}
UNITS: list[dict[str, Any]] = [
    {"name": "青石镇", "unit_kind": "town", "side": "territory"},
    {"name": "柳湾街道", "unit_kind": "town", "side": "territory"},
    {"name": "云溪县市场监督管理局", "unit_kind": "department", "side": "industry", "short_name": "市场监管局"},
    {"name": "云溪县住房和城乡建设局", "unit_kind": "department", "side": "industry"},
    {"name": "青石镇中心集贸市场", "unit_kind": "place", "parent": "青石镇"},
]


class Story:
    """The desks of the story and what was found on the way."""

    def __init__(self, run: Runner, root: Path) -> None:
        self.run, self.root = run, root
        (root / "stick").mkdir(parents=True)
        (root / "photos").mkdir()
        (root / "password").write_text(PASSWORD + "\n", encoding="utf-8")
        self.office = Desk(run, root, "office", DIRECTOR)
        self.groups = {code: Desk(run, root, f"group{code}", name) for code, name in LEADERS.items()}
        self.recovery = ""
        self.a = self.b = self.c = ""
        self.paper: dict[str, Any] = {}

    def file(self, seed: int) -> str:
        """A photo of the camera; its path."""
        path = self.root / "photos" / f"IMG_{seed:04d}.jpg"
        path.write_bytes(photo(seed))
        return str(path)

    def up(self, *codes: str) -> list[dict[str, Any]]:
        """Bundles of the groups taken in by the office in one import; its reports."""
        return self.office.take(*(f for code in codes for f in self.groups[code].export()))

    def down(self, *codes: str) -> None:
        """The office's bundles, written in one go, each taken in by its group."""
        for code, file in zip(codes, self.office.export(",".join(codes)), strict=True):
            self.groups[code].take(file)

    # --- the acts ----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Workspaces: the office's from nothing, the groups' from starter and paper code."""
        run, office = self.run, self.office
        said = run("init", office.path, "--edition", "office", "--as", DIRECTOR, *office.key)
        assert said.code == 0, said.stderr
        self.recovery = said.one["recovery_code"]
        office.do("add_person", name=CLERK, roles=["clerk"])
        office.do("edit_person", person=DIRECTOR, roles=["director"])
        for unit in UNITS:
            office.do("add_unit", **unit)
        for code, desk in self.groups.items():
            made = office.do("enrol_group", code=code, name=f"第{code}督巡组", leader=LEADERS[code], out=str(self.root))
            paper = self.root / f"code{code}"
            paper.write_text(made["code"].lower() + "\r\n", encoding="utf-8")
            begun = run(
                "init", desk.path, "--edition", "group", "--starter", made["starter"], "--code-file", str(paper),
                "--as", LEADERS[code], *desk.key,
            )  # fmt: skip
            assert begun.code == 0, begun.stderr
            assert begun.one["recovery_code"] != self.recovery
        self.groups["07"].do("add_person", name="小方", roles=["member"])
        reports = self.up(*self.groups)
        assert [r["from"] for r in reports] == ["第07督巡组", "第08督巡组"]

    def tasks(self) -> None:
        """One task each: drafted once for both, issued, carried, signed for, begun."""
        office = self.office
        drafted = office.do(
            "draft_task", title="集贸市场和在建工地安全督导", groups=list(self.groups), requirement="逐户逐点",
            source="meeting", units=["青石镇", "柳湾街道"], objects="消防通道、临边防护",
        )["ids"]  # fmt: skip
        assert len(drafted) == 2
        office.refused("issue_task", "D-302", by=CLERK, tasks=drafted)
        assert office.do("issue_task", tasks=drafted)["number"]
        self.down(*self.groups)
        for desk in self.groups.values():
            (task,) = desk.show("task")
            assert task["status"] == "issued"
            desk.do("sign_for_task", task=task["number"])
            desk.do("start_task", task=task["number"])

    def visits(self) -> None:
        """Visits with findings and photos; places, units and category fill the rest."""
        seven, eight = self.groups["07"], self.groups["08"]
        task = seven.show("task")[0]["number"]
        seven.do(
            "start_visit", visit_kind="unannounced", units=["青石镇中心集贸市场"], members=[LEADERS["07"], "小方"],
            leader_present=True, task=task, started_at="2026-06-02T08:40",
        )  # fmt: skip
        made = seven.do("register_finding", by="小方", values={
            "found_at": "2026-06-02T09:12", "place": "青石镇中心集贸市场2号棚北侧",
            "facts": "消防通道被固定摊位占用约12 m，灭火器箱上锁，3具灭火器压力不足", "category": "消防通道",
            "industry_unit": "市场监管局", "territory_unit": "青石镇",
        })  # fmt: skip
        self.a = made["number"]
        assert self.a.startswith("WT-2026-07-")
        added = seven.do("add_photos", finding=self.a, files=[self.file(1), self.file(2)])
        assert added["added"] == 2
        seven.refused("finalise_finding", "D-302", by="小方", finding=self.a)
        second = seven.do("register_finding", values={
            "found_at": "2026-06-02T10:05", "place": "青石镇中心集贸市场配电间", "category": "燃气用电",
            "facts": "配电箱无门、线路裸露，旁边堆放纸箱30余个",
            "industry_unit": "市场监管局", "territory_unit": "青石镇",
        })  # fmt: skip
        self.b = second["number"]
        seven.do("add_photos", finding=self.b, files=[self.file(3)])
        seven.do("stop_visit", ended_at="2026-06-02T11:30", note="现场交办")
        eight.do("start_visit", visit_kind="surprise_check", units=["柳湾街道"], started_at="2026-06-02T14:00")
        third = eight.do("register_finding", values={
            "found_at": "2026-06-02T14:20", "place": "柳湾街道滨河小区二期工地5号楼", "category": "建筑工地",
            "facts": "5号楼4层临边未设防护栏杆，约25 m；2名工人未系安全带",
            "industry_unit": "云溪县住房和城乡建设局", "territory_unit": "柳湾街道",
        })  # fmt: skip
        self.c = third["number"]
        eight.do("add_photos", finding=self.c, files=[self.file(4)])
        eight.do("stop_visit", ended_at="2026-06-02T15:10")
        (row,) = seven.show("finding", number=self.a)
        assert (row["photos"], row["status"], row["unit_name"]) == (2, "draft", "青石镇中心集贸市场")
        (seen, _) = seven.show("evidence", finding=self.a)
        assert (seen["taken_at"], seen["time_source"]) == ("2026-06-02T09:10:11", "exif")
        assert seen["coordinates"] == "35.670000,115.025000"

    def merge(self) -> None:
        """Both groups' bundles in one import; one field changed on both sides, decided by the office."""
        seven, office = self.groups["07"], self.office
        reports = self.up(*self.groups)
        assert [r["by_kind"]["finding"]["new"] for r in reports] == [2, 1]
        assert [(r["photos"], r["photos_of"]) for r in reports] == [(3, 3), (1, 1)]
        office.do("edit_finding", by=CLERK, finding=self.a, values={"severity": "serious"}, reason="占用整条通道")
        seven.do("edit_finding", finding=self.a, values={"severity": "ordinary"})
        for code, number in (("07", self.a), ("07", self.b), ("08", self.c)):
            self.groups[code].do("finalise_finding", finding=number)
        reports = self.up(*self.groups)
        assert [r["conflicts"] for r in reports] == [1, 0]
        self.down("07")
        seven.refused("edit_finding", "D-311", finding=self.a, values={"severity": "serious"})
        (conflict,) = office.show("conflict")
        assert conflict["field_label"] == "严重程度"
        record = office.show("finding", number=self.a)[0]["id"]
        office.do("decide_conflict", record=record, field="severity", choice=2, reason="现场核对")
        assert office.show("conflict") == []
        office.refused("confirm_finding", "D-302", findings=[self.a])  # the clerk's, not the director's
        office.do("confirm_finding", by=CLERK, findings=[self.a, self.b, self.c])
        self.down(*self.groups)
        assert seven.show("finding", number=self.a)[0]["severity"] == "ordinary"

    def instruct(self) -> None:
        """A leader's 批示 becomes due date, priority and a task in one step."""
        office, eight = self.office, self.groups["08"]
        made = office.do(
            "record_instruction", leader="县委主要领导", title="关于滨河小区工地的批示",
            text="临边防护问题反复出现，要盯住不放，一周内见底。",
            findings=[self.c], due_on="2026-12-31", groups=["08"],
        )  # fmt: skip
        (task,) = made["tasks"]
        number = office.do("issue_task", tasks=[task])["number"]
        (row,) = office.show("finding", number=self.c)
        assert (row["status"], row["priority"], row["due_on"]) == ("rectifying", True, "2026-12-31")
        self.down(*self.groups)
        mine = {t["number"]: t for t in eight.show("task")}
        assert mine[number]["source"] == "instruction"
        assert [i["title"] for i in eight.show("instruction")] == ["关于滨河小区工地的批示"]
        assert self.groups["07"].show("instruction") == []
        for step in ("sign_for_task", "start_task"):
            eight.do(step, task=number)
        eight.do("report_task", task=number, report="已停工整改，驻点盯办")
        self.up("08")
        office.do("complete_task", task=number)

    def bulletin(self) -> None:
        """通报: drafted, submitted, signed (takes its number), printed, issued; its findings go to rectification."""
        office = self.office
        (document,) = office.do("draft_bulletin", by=CLERK, findings=[self.a, self.b, self.c])["ids"]
        office.do("submit_document", by=CLERK, document=document)
        signed = office.do("sign_document", document=document)
        target = self.root / "papers" / "通报.docx"
        target.parent.mkdir(exist_ok=True)
        office.ok("print", signed["number"], "--out", str(target))
        with zipfile.ZipFile(target) as paper:
            text = paper.read("word/document.xml").decode("utf-8")
        assert "青石镇" in text
        assert target.read_bytes() != b""
        office.do("issue_document", by=CLERK, document=signed["number"])
        self.paper = office.show("document")[0]
        assert (self.paper["status"], self.paper["number"]) == ("issued", signed["number"])
        assert {r["status"] for r in office.show("finding")} == {"rectifying"}
        self.down(*self.groups)
        assert [d["number"] for d in self.groups["07"].show("document")] == [signed["number"]]

    def rectify(self) -> None:
        """Replies, an urge; one verified with after-photo and closed, one returned for redo."""
        office, seven = self.office, self.groups["07"]
        office.do("urge", by=CLERK, findings=[self.b], channel="phone", text="请按期反馈")
        office.do("record_reply", by=CLERK, finding=self.a, reply="摊位已拆除，灭火器已全部更换", measures="拆除")
        office.do("record_reply", by=CLERK, finding=self.b, reply="配电箱已加门")
        self.down("07")
        seven.refused("verify_finding", "D-308", finding=self.a, result="已整改到位")
        seven.do("add_photos", finding=self.a, files=[self.file(5)], role="after")
        seven.do("verify_finding", finding=self.a, result="通道畅通，灭火器有效", verified_on="2026-06-08")
        seven.do("return_finding", finding=self.b, reason="线路仍裸露，纸箱未清")
        seven.refused("close_finding", "D-303", findings=[self.a])
        self.up("07")
        office.refused("close_finding", "D-307", findings=[self.b])
        office.do("close_finding", findings=[self.a])
        self.down(*self.groups)
        states = {r["number"]: r["status"] for r in seven.show("finding")}
        assert states == {self.a: "closed", self.b: "rectifying"}
        (returned,) = office.show("finding", number=self.b)
        assert (returned["urges"], returned["returns"]) == (1, 1)
        sentences = [h["sentence"] for h in seven.show("history", record=self.a)]
        assert any("销号" in s for s in sentences)

    def end(self) -> None:
        """Both sides agree; tables are what the journal says; the ledger is written; nothing is left over."""
        office = self.office
        ledger = self.root / "papers" / "台账.xlsx"
        office.ok("ledger", "--out", str(ledger))
        with zipfile.ZipFile(ledger) as book:
            assert book.testzip() is None
        for code, desk in self.groups.items():
            assert desk.digest() == office.digest("--for", code)
        whole = office.digest()
        assert office.digest("--rebuild") == whole
        assert office.digest("--audit") == whole
        assert office.show("inert") == []
        assert office.show("alarm") == []
        assert list((self.root / "office" / "inbox").iterdir()) == []


def play(run: Runner, root: Path) -> Story:
    """The whole story."""
    story = Story(run, root)
    for act in (
        story.begin, story.tasks, story.visits, story.merge, story.instruct, story.bulletin, story.rectify, story.end,
    ):  # fmt: skip
        act()
    (root / "story.json").write_text(json.dumps(story.paper, ensure_ascii=False), encoding="utf-8")
    return story
