"""The 通报 from draft to 印发: numbers, what is frozen, what issuing carries, what a group may not print."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import paper_series, papers
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import drafts
from dubu_desktop.actions.reads import office as reads_office
from dubu_desktop.db import journal, local
from dubu_desktop.domain.papers.blocks import Photos
from dubu_desktop.domain.records import FINDING
from dubu_desktop.domain.rules import default_rules
from dubu_desktop.errors import DubuError
from tests.world import World, jpeg


def refused(code: str) -> Any:
    return pytest.raises(DubuError, match=f"^{code} ")


def confirmed(world: World, code: str = "01", **values: Any) -> str:
    """A group's finding, confirmed by the office; its number."""
    group = world.groups[code]
    number = world.finding(group, **values)
    group.do("finalise_finding", finding=number)
    world.take(world.office, world.up(code))
    world.office.do("confirm_finding", findings=[number])
    return number


def drafted(world: World, *findings: str, **values: Any) -> str:
    """A draft 通报; its id."""
    return str(world.office.do("draft_bulletin", findings=list(findings), **values).ids[0])


def signed(world: World, *findings: str, **values: Any) -> str:
    """A signed 通报; its id."""
    document = drafted(world, *findings, **values)
    world.office.do("submit_document", document=document)
    world.office.do("sign_document", document=document)
    return document


def document(world: World, record: str) -> dict[str, Any]:
    return next(r for r in world.rows(world.office, "document") if r["uuid"].hex() == record)


def rectification(world: World, number: str) -> dict[str, Any]:
    finding = world.row(world.office, "finding", number=number)["uuid"]
    return world.row(world.office, "rectification", finding=finding)


def texts_of(path: Path) -> str:
    """All parts of a .docx that hold text."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        names = [n for n in archive.namelist() if n.startswith("word/") and n.endswith("xml")]
        return "\n".join(archive.read(n).decode() for n in names)


# --- numbers -----------------------------------------------------------------------------------------------------


def test_numbers_run_per_year_without_gaps_and_a_revoked_one_stays_used(world: World) -> None:
    number = confirmed(world)
    office = world.office
    thrown = drafted(world, number)
    office.do("revoke_document", document=thrown)
    first, second = signed(world, number), signed(world, number)
    with refused("D-312"):
        office.do("revoke_document", document=second)
    office.do("revoke_document", document=second, reason="文字有误")
    third = signed(world, number)
    world.clock.put("2027-01-05T09:00")
    fourth = signed(world, number)
    rows = [document(world, d) for d in (thrown, first, second, third, fourth)]
    assert [(r["year"], r["serial"]) for r in rows] == [(None, None), (2026, 1), (2026, 2), (2026, 3), (2027, 1)]
    assert [r["number"] for r in rows[1:]] == [
        "督巡通〔2026〕1号", "督巡通〔2026〕2号", "督巡通〔2026〕3号", "督巡通〔2027〕1号",
    ]  # fmt: skip
    assert rows[2]["status"] == "revoked"


def test_the_series_goes_on_where_the_paper_register_stood(world: World) -> None:
    number = confirmed(world)
    values = {"code": "澄督办", "style": "issue", "used_before": {"2025": 20, "2026": 4}}
    world.office.do("set_paper_settings", values=values)
    office = world.office
    office.do("edit_rules", rules={"bulletin": {"running_total": True}})
    found = signed(world, number)
    assert document(world, found)["number"] == "2026年第5期"
    assert office.read(papers.paper_of, found).head.number == "第5期（总第25期）"


def test_signing_needs_the_director_and_a_submitted_paper(world: World) -> None:
    office = world.office
    found = drafted(world, confirmed(world))
    with refused("D-307"):
        office.do("sign_document", document=found)
    assert document(world, found)["serial"] is None
    office.do("add_person", name="李科员", roles=["clerk"])
    office.be("李科员")
    office.do("submit_document", document=found)
    with refused("D-302"):
        office.do("sign_document", document=found)
    with refused("D-302"):  # what lies before the director is not changed under his hands
        office.do("edit_document", document=found, values={"title": "改"})
    office.be("王主任")
    office.do("send_back_document", document=found)
    assert document(world, found)["status"] == "draft"


# --- drafting ----------------------------------------------------------------------------------------------------


def test_a_draft_is_told_from_the_records_until_texts_are_given(world: World) -> None:
    one, two, three = confirmed(world), confirmed(world, "02", facts="灭火器8具压力表均在红区"), confirmed(world)
    office = world.office
    found = drafted(world, one, two)
    office.do("add_findings", document=found, findings=[three, one])
    office.do("reorder_findings", document=found, findings=[three])
    paper = office.read(papers.paper_of, found)
    assert paper.title == "关于安全生产督导巡查发现问题情况的通报"
    assert "组织第一组、第二组开展督导巡查，发现问题3个" in paper.body[0].text  # type: ignore[union-attr]
    told = [b.text for b in paper.body if getattr(b, "lead_level", 0) == 3]
    assert [n for t in told for n in (one, two, three) if n in t] == [three, one, two]
    office.do("remove_findings", document=found, findings=[three])
    office.do("edit_document", document=found, values={"lead": "近日，办公室开展检查。", "naming": "person"})
    changed = office.read(papers.paper_of, found)
    assert changed.body[0].text == "近日，办公室开展检查。"  # type: ignore[union-attr]
    office.do("edit_document", document=found, values={"lead": ""})
    assert "发现问题2个" in office.read(papers.paper_of, found).body[0].text  # type: ignore[union-attr]
    with refused("D-308"):
        office.do("remove_findings", document=found, findings=[one, two])
    with refused("D-305"):
        office.do("reorder_findings", document=found, findings=[three])


def test_a_draft_refuses_what_it_cannot_hold(world: World) -> None:
    number = world.finding(world.office)
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("D-305", {"naming": "whoever"}),
        ("D-305", {"style": "poster"}),
        ("D-305", {"options": {"photos": "many"}}),
        ("D-305", {"options": {"colour": 1}}),
        ("D-308", {"override_due": True}),
        ("D-310", {"due_on": "六月底"}),
    ]
    for code, values in wrong:
        with refused(code):
            drafted(world, number, **values)
    assert world.rows(world.office, "document") == []


def test_a_paper_tells_of_confirmed_findings_alone(world: World) -> None:
    good, raw = confirmed(world), world.finding(world.office)
    told = world.office.do("draft_bulletin", findings=[good, raw])
    assert [w for w in told.warnings if raw in w]
    with refused("D-308") as error:
        world.office.do("submit_document", document=told.ids[0])
    assert raw in error.value.sentence
    assert good not in error.value.sentence
    with refused("D-308"):
        drafted(world)


def test_persons_are_named_at_that_level_alone(world: World) -> None:
    number = confirmed(world)
    with refused("D-333"):
        world.office.do("name_person", finding=number, name="钱某某", post="副局长")
    world.office.do("edit_rules", rules={"findings": {"named_persons": True}})
    world.office.do("name_person", finding=number, name="钱某某", post="副局长")
    quiet, loud = drafted(world, number), drafted(world, number, naming="点人点事")
    assert "钱某某" not in str(world.office.read(papers.paper_of, quiet))
    assert "钱某某（副局长）" in str(world.office.read(papers.paper_of, loud))


def test_a_draft_can_be_undone_and_a_signature_cannot(world: World) -> None:
    found = drafted(world, confirmed(world))
    world.office.do("undo")
    assert document(world, found)["status"] == "revoked"
    signed(world, world.row(world.office, "finding")["number"])
    with refused("D-313"):
        world.office.do("undo")


# --- what is signed stays -----------------------------------------------------------------------------------------


def test_a_signed_paper_reads_the_same_a_year_later(world: World) -> None:
    office, number = world.office, confirmed(world)
    office.do("add_photos", finding=number, images=[jpeg()])
    found = signed(world, number, options={"photos": 2})
    before = office.read(papers.printable, found)
    assert any(isinstance(b, Photos) for a in before.paper.attachments for b in a.blocks)
    office.do("edit_finding", finding=number, values={"facts": "完全不同的事实", "place": "另一处"}, reason="更正")
    office.do("edit_unit", unit="应急管理局", values={"name": "应急局"})
    office.do("set_paper_settings", values={"organ": "别的办公室", "fonts": "free", "addressees": ["别人"]})
    office.do("remove_evidence", evidence=world.row(office, "evidence")["uuid"].hex(), reason="重复")
    world.clock.put("2027-06-30T09:00")
    with refused("D-307"):
        office.do("edit_document", document=found, values={"title": "改"})
    assert office.read(papers.printable, found) == before
    with office.ws.reading() as conn:
        state = office.ws.fold.state(conn, bytes.fromhex(found))
    assert state is not None
    assert not state.unseen_edit


def test_the_day_of_printing_is_the_day_of_issue(world: World) -> None:
    found = signed(world, confirmed(world))
    world.clock.put("2026-06-04T09:00")
    world.office.do("issue_document", document=found)
    paper = world.office.read(papers.paper_of, found)
    assert paper.signature is not None
    assert paper.colophon is not None
    assert (paper.signature.date_text, paper.colophon.printed_text) == ("2026年6月2日", "2026年6月4日印发")


# --- what issuing carries ----------------------------------------------------------------------------------------


def test_issuing_assigns_what_is_still_confirmed_by_the_signature(world: World) -> None:
    office = world.office
    new, old = confirmed(world), world.assigned("02")
    kept = rectification(world, old)
    office.do("add_person", name="李科员", roles=["clerk"])
    found = signed(world, new, old)
    promised = next(b for b in office.read(papers.paper_of, found).body if hasattr(b, "rows")).rows
    world.clock.put("2026-06-04T09:00")
    office.be("李科员")
    with refused("D-302"):
        office.do("assign_rectification", findings=[new])
    office.do("issue_document", document="督巡通[2026]1号")
    made = rectification(world, new)
    assert world.row(office, "finding", number=new)["status"] == "rectifying"
    assert (made["due_on"], made["document"].hex()) == ("2026-06-05", found)
    assert promised[0][-2] == "6月5日"  # the record keeps what the paper told
    assert rectification(world, old) == kept
    with office.ws.reading() as conn:
        ops = journal.ops_of(conn, [world.row(office, "finding", number=new)["uuid"]])
    (step,) = [op for op in ops if op.event == FINDING.lifecycle.tag_of["assign"]]
    assert step.args["by_document"] == found
    assert step.person == world.row(office, "person", name="李科员")["uuid"]
    with refused("D-302"):  # the signature carries this paper's steps and no others
        office.do("assign_rectification", findings=[confirmed(world)])


def test_the_papers_date_moves_dates_only_where_ticked(world: World) -> None:
    office = world.office
    new, old = confirmed(world), world.assigned("02")
    kept = rectification(world, old)["due_on"]
    office.do("issue_document", document=signed(world, new, old, due_on="2026-06-25"))
    assert (rectification(world, new)["due_on"], rectification(world, old)["due_on"]) == ("2026-06-25", kept)
    office.do("issue_document", document=signed(world, new, old, due_on="2026-06-30", override_due=True))
    for number, first in ((new, "2026-06-25"), (old, kept)):
        row = rectification(world, number)
        assert (row["due_on"], row["original_due_on"]) == ("2026-06-30", first)
        assert "督巡通〔2026〕2号" in row["due_reason"]


def test_a_finding_of_the_office_wants_a_verifying_group_and_else_nothing_happens(world: World) -> None:
    office = world.office
    number = world.finding(office)
    office.do("finalise_finding", finding=number)
    office.do("confirm_finding", findings=[number])
    found = signed(world, number)
    with refused("D-308"):
        office.do("issue_document", document=found)
    assert document(world, found)["status"] == "signed"
    office.do("issue_document", document=found, verify_group="02")
    assert rectification(world, number)["verify_group"] == world.group_id("02")


def test_only_a_signed_paper_carries(world: World) -> None:
    found = drafted(world, confirmed(world))
    with refused("D-307"):
        world.office.do("issue_document", document=found)


# --- printing ----------------------------------------------------------------------------------------------------


def test_what_is_not_in_force_is_marked_on_every_page(world: World, tmp_path: Path) -> None:
    office = world.office
    hostile = "=cmd|' /C calc'!A0 通道堆放瓷砖<b>3箱</b> & 净宽0.7米\n东门上锁"
    found = drafted(world, confirmed(world, facts=hostile), title="通报：甲/乙")
    done = office.do("print_document", document=found, out=str(tmp_path))
    made = Path(done.extra["file"])
    assert made.name == "通报：甲 乙.docx"
    text = texts_of(made)
    assert "草稿，未签发" in text
    assert "（草稿，未编号）" in text
    assert "&lt;b&gt;3箱&lt;/b&gt;" in text
    office.do("submit_document", document=found)
    office.do("sign_document", document=found)
    target = tmp_path / "a.docx"
    assert office.do("print_document", document=found, out=str(target)).number == "督巡通〔2026〕1号"
    assert "未签发" not in texts_of(target)
    office.do("revoke_document", document=found, reason="有误")
    office.do("print_document", document=found, out=str(target))
    assert "已撤销" in texts_of(target)


def test_rare_characters_and_missing_photos_are_said(world: World, tmp_path: Path) -> None:
    office, number = world.office, confirmed(world, facts="值班员李㛃脱岗2小时")
    office.do("add_photos", finding=number, images=[jpeg(1), jpeg(2)])
    found = drafted(world, number, options={"photos": 2})
    office.ws.blobs.remove(world.rows(office, "evidence")[0]["preview"])
    done = office.do("print_document", document=found, out=str(tmp_path / "a.docx"))
    assert [w for w in done.warnings if "照片缺失" in w]
    assert [w for w in done.warnings if "㛃" in w]
    attached = office.read(papers.printable, found).paper.attachments
    assert [len(b.photos) for a in attached for b in a.blocks if isinstance(b, Photos)] == [1]


def test_a_group_sees_the_paper_marked_and_prints_none(world: World, tmp_path: Path) -> None:
    group, number = world.groups["01"], confirmed(world)
    found = signed(world, number)
    world.round()
    assert world.rows(group, "document") == []
    world.office.do("issue_document", document=found)
    world.round()
    assert group.read(papers.paper_of, found).notice == papers.GROUP_NOTICE
    assert world.row(group, "rectification")["due_on"] == "2026-06-05"
    with refused("D-303"):
        group.do("print_document", document=found, out=str(tmp_path / "a.docx"))
    assert world.rows(world.groups["02"], "document") == []  # not in its 发送范围


def test_an_unknown_paper_is_named(world: World, tmp_path: Path) -> None:
    with refused("D-306"):
        world.office.do("print_document", document="督巡通〔2026〕9号", out=str(tmp_path))
    with refused("D-306"):
        world.office.read(papers.paper_of, "00" * 16)


def test_awaited_photos_are_counted_with_their_findings_before_each_step(world: World) -> None:
    office, numbers = world.office, [confirmed(world), confirmed(world)]
    for at, number in enumerate(numbers):
        office.do("add_photos", finding=number, images=[jpeg(3 * at + n) for n in (1, 2)])
    found = drafted(world, *numbers, options={"photos": 2})
    assert office.read(drafts.draft, found).lacking == ""
    gone = {row["preview"] for row in world.rows(office, "evidence")[1:]}
    for name in gone:
        office.ws.blobs.remove(name)
    said = f"3张照片待补（{numbers[0]}、{numbers[1]}），现在印出来没有这几张；收到后再打印就有"
    assert office.read(drafts.draft, found).lacking == said
    for verb in ("submit_document", "sign_document", "issue_document"):
        assert said in office.do(verb, document=found).warnings
    assert office.read(drafts.draft, found).lacking == said, "of a signed paper too"


@pytest.mark.needs_libreoffice
def test_pages_are_pictures(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found = drafted(world, confirmed(world))
    pages = world.office.read(papers.render_pages, found, 40)
    assert pages is not None
    assert all(page.startswith(b"\x89PNG") for page in pages)
    monkeypatch.setenv("DUBU_SOFFICE", "")
    assert world.office.read(papers.render_pages, found) is None


# --- settings ----------------------------------------------------------------------------------------------------


def settings(house: House, **values: Any) -> dict[str, Any]:
    return dict(house.do("set_paper_settings", values=values).extra["settings"])


def test_settings_shape_the_next_paper(world: World) -> None:
    office = world.office
    for wrong, code in (({"organ": "长" * 201}, "D-309"), ({"cc": ["长" * 201]}, "D-309"), ({"sealed": "是"}, "D-310")):
        with refused(code):
            settings(office, **wrong)
    settings(office, organ="澄川县督导巡查领导小组办公室", cc="县纪委监委机关", sealed=False, body_font="仿宋_GB2312")
    found = drafted(world, confirmed(world))
    made = office.read(papers.printable, found)
    assert made.paper.head.mark == "澄川县督导巡查领导小组办公室文件"
    assert made.paper.signature is not None
    assert made.paper.signature.sealed is False
    assert made.paper.colophon is not None
    assert made.paper.colophon.lines == (("抄送：", "县纪委监委机关。"),)
    assert made.fonts.body == "仿宋_GB2312"
    assert settings(office, fonts="xinchuang")["cc"] == ("县纪委监委机关",)  # what is not named stays


def test_settings_refuse_what_they_cannot_hold(world: World) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("D-305", {"colour": "red"}),
        ("D-310", {"fonts": "comic"}),
        ("D-310", {"style": "poster"}),
        ("D-310", {"used_before": {"今年": 3}}),
        ("D-310", {"used_before": {"2026": "七"}}),
        ("D-310", {"used_before": {"2026": -1}}),
        ("D-310", {"used_before": {"2026": 10000}}),
        ("D-310", {"used_before": {"2026": True}}),
        ("D-310", {"used_before": {"206": 3}}),
        ("D-306", {"used_before": {"没有/2026": 3}}),
        ("D-310", {"page": "a5"}),
        ("D-310", {"code": "督〔通"}),
        ("D-310", {"codes": {"reminder_letter": "督提2"}}),
        ("D-310", {"codes": {"reminder_letter": "长" * 13}}),
        ("D-310", {"codes": {"reminder_letter": "督改"}}),  # the 整改通知书's
        ("D-310", {"code": "督交"}),  # the 交办单's, by the RuleProfile
        ("D-310", {"organ": 3}),
    ]
    for code, values in wrong:
        with refused(code):
            settings(world.office, **values)


def test_settings_are_taken_back_one_by_one(world: World) -> None:
    settings(world.office, page="gb33476", organ="甲办公室")
    settings(world.office, codes={"提醒函": "澄督提"}, used_before={"reminder_letter/2026": 7})
    world.office.do("undo")
    now = settings(world.office)
    assert (now["page"], now["organ"], now["codes"], now["used_before"]) == ("gb33476", "甲办公室", {}, {})
    world.office.do("undo")  # the empty change just made
    assert world.office.do("undo").extra["sentence"] == "已撤销“文书设置”"
    now = settings(world.office)
    assert (now["page"], now["organ"]) == ("practice", "督导巡查领导小组办公室")


def test_a_setting_is_not_taken_back_under_a_number_or_a_later_change(world: World) -> None:
    office = world.office
    settings(office, used_before={"2026": 16})
    done = local_done(office)
    found = drafted(world, confirmed(world))
    office.do("submit_document", document=found)
    assert office.do("sign_document", document=found).number == "督巡通〔2026〕17号"
    with refused("D-310"):
        settings(office, used_before={"2026": 3})
    assert settings(office, used_before={"2026": 20})["used_before"] == {"2026": 20}
    assert settings(office, used_before={"2026": 16})["used_before"] == {"2026": 16}
    with office.ws.writing() as conn, refused("D-313"):
        paper_series.take_back(conn, default_rules(), done)
    settings(office, organ="甲办公室")
    done = local_done(office)
    settings(office, organ="乙办公室")
    with office.ws.writing() as conn, refused("D-313"):
        paper_series.take_back(conn, default_rules(), done)
    with office.ws.writing() as conn, refused("D-313"):
        paper_series.take_back(conn, default_rules(), b"long ago")


def local_done(house: House) -> bytes:
    with house.ws.reading() as conn:
        assert house.person is not None
        done = local.last_done(conn, house.person.id)
    assert done is not None
    return done.txn


def test_task_orders_go_on_after_those_on_paper(world: World) -> None:
    office = world.office
    settings(office, used_before={"task_order/2026": 30})
    task = office.do("draft_task", title="查燃气", groups=["01"], source="meeting", requirement="逐户").ids[0]
    assert office.do("issue_task", tasks=[task]).number == "督交〔2026〕31号"
    (mine,) = [one for one in office.read(reads_office.papers).series if one.kind == "task_order"]
    assert (mine.before, mine.first, mine.last, mine.next_number) == (30, 31, 31, "督交〔2026〕32号")
    with refused("D-310"):
        settings(office, used_before={})
