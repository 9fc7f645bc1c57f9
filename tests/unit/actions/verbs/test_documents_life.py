"""Documents of every kind from draft to 印发: their series, what is frozen, what issuing carries, corrections."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import papers, reads
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.reads import drafts, finding_detail
from dubu_desktop.db import kept
from dubu_desktop.domain.papers.blocks import Paragraph
from dubu_desktop.domain.papers.kinds import kind_of
from dubu_desktop.domain.papers.parts import figures_of
from tests.unit.actions.verbs.test_papers import confirmed, document, rectification, refused, texts_of
from tests.world import World, begun, jpeg

DUE = "2026-06-20"


def drafted(world: World, kind: str, **values: Any) -> str:
    """A draft of a kind; its id."""
    return str(world.office.do("draft_document", kind=kind, **values).ids[0])


def signed(world: World, kind: str, **values: Any) -> str:
    """A signed document of a kind; its id."""
    record = drafted(world, kind, **values)
    world.office.do("submit_document", document=record)
    world.office.do("sign_document", document=record)
    return record


def paper(world: World, record: str) -> Any:
    return world.office.read(papers.paper_of, record)


def _live(world: World) -> None:
    number = confirmed(world, urgent=True)
    world.office.do("assign_rectification", findings=[number], due_on="2026-06-05")
    confirmed(world, "02")
    task = world.office.do("draft_task", title="消防安全督导", groups=["01"], source="meeting", requirement="逐栋检查")
    world.office.do("issue_task", tasks=list(task.ids))
    given = {"leader": "县长", "given_on": "2026-06-01", "title": "消防", "text": "限期整改"}
    world.office.do("record_instruction", **given, findings=[number])
    world.clock.put("2026-06-10T09:00")


@pytest.fixture
def lived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A finding that runs and is overdue, one just confirmed, a task handed over, an instruction."""
    with begun(_live, monkeypatch, tmp_path) as (made, _):
        yield made


def of(world: World, status: str) -> str:
    """The number of the one finding in a status."""
    return str(world.row(world.office, "finding", status=status)["number"])


def test_each_kind_has_a_series_of_its_own_and_a_revoked_number_stays_used(lived: World) -> None:
    running = of(lived, "rectifying")
    numbers = []
    for _ in range(2):
        record = signed(lived, "reminder_letter", findings=[running])
        numbers.append(document(lived, record)["number"])
    lived.office.do("revoke_document", document=numbers[1], reason="对象有误")
    numbers.append(document(lived, signed(lived, "reminder_letter", findings=[running]))["number"])
    numbers.append(document(lived, signed(lived, "special_report", findings=[running]))["number"])
    numbers.append(document(lived, signed(lived, "flash_report", findings=[running]))["number"])
    assert numbers == ["督提〔2026〕1号", "督提〔2026〕2号", "督提〔2026〕3号", "专报2026年第1期", "督即报〔2026〕1号"]


def test_what_the_register_used_before_is_not_used_again(lived: World) -> None:
    lived.office.do(
        "set_paper_settings", values={"used_before": {"reminder_letter/2026": 7}, "codes": {"提醒函": "澄督提"}}
    )
    record = signed(lived, "reminder_letter", findings=[of(lived, "rectifying")])
    assert document(lived, record)["number"] == "澄督提〔2026〕8号"
    with refused("D-306"):
        lived.office.do("set_paper_settings", values={"codes": {"nothing": "x"}})


def test_a_task_order_goes_under_the_number_of_its_task_and_to_its_group(lived: World) -> None:
    task = lived.rows(lived.office, "task")[0]
    record = signed(lived, "task_order", task=task["number"])
    row = document(lived, record)
    assert (row["number"], row["serial"]) == (task["number"], None)
    assert row["groups"] == [task["group"]]
    with refused("D-305"):
        signed(lived, "task_order", task=task["number"])
    draft = lived.office.do("draft_task", title="未交办", groups=["01"], source="meeting", requirement="x").ids[0]
    with refused("D-308"):
        signed(lived, "task_order", task=draft)


def test_a_rectification_notice_assigns_on_the_dates_it_tells(lived: World) -> None:
    number = of(lived, "confirmed")
    record = signed(lived, "rectification_notice", findings=[number], due_on=DUE)
    assert "2026年6月20日" in repr(paper(lived, record).body)
    lived.clock.put("2026-06-12T09:00")
    lived.office.do("issue_document", document=record)
    done = rectification(lived, number)
    assert done["due_on"] == DUE
    assert done["document"].hex() == record
    assert lived.row(lived.office, "finding", number=number)["status"] == "rectifying"


@pytest.mark.parametrize(("kind", "channel"), [("supervision_notice", "notice"), ("reminder_letter", "letter")])
def test_a_notice_is_put_on_record_as_an_urging(lived: World, kind: str, channel: str) -> None:
    number = of(lived, "rectifying")
    record = signed(lived, kind, findings=[number])
    assert not lived.rows(lived.office, "urge")
    lived.office.do("issue_document", document=record)
    (urge,) = lived.rows(lived.office, "urge")
    assert urge["channel"] == channel
    assert document(lived, record)["number"] in urge["text"]
    assert rectification(lived, number)["due_on"] == "2026-06-05", "the date is moved only where it was ticked"
    moving = signed(lived, kind, findings=[number], due_on=DUE, override_due=True)
    lived.office.do("issue_document", document=moving)
    assert rectification(lived, number)["due_on"] == DUE
    assert rectification(lived, number)["original_due_on"] == "2026-06-05"


def test_what_tells_only_changes_no_record(lived: World) -> None:
    before = {row["number"]: row["status"] for row in lived.rows(lived.office, "finding")}
    record = signed(lived, "special_report", findings=list(before))
    lived.office.do("issue_document", document=record)
    assert {row["number"]: row["status"] for row in lived.rows(lived.office, "finding")} == before
    assert not lived.rows(lived.office, "urge")


def test_what_is_signed_reads_the_same_with_its_figures_after_the_records_changed(lived: World) -> None:
    running = of(lived, "rectifying")
    record = signed(lived, "special_report", findings=[running, of(lived, "confirmed")])
    before = paper(lived, record)
    told = [(text, figure.text, figure.rows, figure.basis) for text, figure in figures_of(before)]
    assert any(figure.text == "2" and len(figure.rows) == 2 for _, figure in figures_of(before))
    lived.office.do("record_reply", finding=running, reply="已清空通道", measures="东门常开", owner="物业经理")
    lived.office.do("settle_finding", finding=of(lived, "confirmed"), event="not_established", reason="重复")
    lived.clock.put("2027-06-10T09:00")
    after = paper(lived, record)
    assert [(text, figure.text, figure.rows, figure.basis) for text, figure in figures_of(after)] == told
    assert after.body == before.body


def test_a_report_keeps_which_findings_it_told_of(lived: World) -> None:
    """Made of a task alone: what is found later is not in it."""
    task = lived.rows(lived.office, "task")[0]
    lived.office.do("edit_finding", finding=of(lived, "confirmed"), values={"task": task["number"]}, reason="补登")
    group = lived.groups["01"]
    lived.take(group, lived.down("01"))
    for step in ("sign_for_task", "start_task"):
        group.do(step, task=task["number"])
    lived.take(lived.office, lived.up("01"))
    record = signed(lived, "inspection_report", task=task["number"])
    assert [f.hex() for f in document(lived, record)["findings"]] == [
        lived.row(lived.office, "finding", number=of(lived, "confirmed"))["uuid"].hex()
    ]


def test_a_correction_is_a_new_paper_that_cites_the_old(lived: World) -> None:
    running = of(lived, "rectifying")
    old = signed(lived, "reminder_letter", findings=[running], options={"addressee": "城关街道"})
    number = document(lived, old)["number"]
    with refused("D-307"):
        drafted(lived, "reminder_letter", corrects=drafted(lived, "reminder_letter", findings=[running]))
    with refused("D-305"):
        drafted(lived, "special_report", corrects=number)
    new = drafted(lived, "reminder_letter", corrects=number)
    row = document(lived, new)
    assert (row["findings"], row["options"]["addressee"]) == (document(lived, old)["findings"], "城关街道")
    first = paper(lived, new).body[0]
    assert isinstance(first, Paragraph)
    assert number in first.text
    assert "以本件为准" in first.text
    view = lived.office.read(drafts.draft, old)
    assert [one.id for one in view.corrected_by] == [new]
    form = signed(lived, "supervision_notice", findings=[running])
    redone = paper(lived, drafted(lived, "supervision_notice", corrects=form))
    assert document(lived, form)["number"] in redone.body[0].rows[0].cells[1].text


def test_a_correction_of_what_bears_no_number_of_its_own_cites_title_and_day(lived: World) -> None:
    running, task = of(lived, "rectifying"), lived.rows(lived.office, "task")[0]
    lived.office.do("add_photos", finding=running, images=[jpeg(1)])
    cards = signed(lived, "photo_card", findings=[running])
    order = signed(lived, "task_order", task=task["number"])
    lived.clock.put("2026-06-11T09:00")
    redone = paper(lived, drafted(lived, "photo_card", corrects=cards))
    assert redone.body[0].text == "本件更正2026年6月10日签发的《督导巡查问题照片卡》，以本件为准。"
    row = paper(lived, drafted(lived, "task_order", corrects=order)).body[0].rows[0]
    assert row.cells[1].text == "本件更正2026年6月10日签发的《督导巡查工作任务交办单》，以本件为准。"


@pytest.mark.parametrize(
    ("words", "printed"), [("{日期}付印", "2026年6月12日付印"), ("本月付印", "本月付印"), ("", "")]
)
def test_the_words_of_the_office_around_the_day_of_issue_stay(lived: World, words: str, printed: str) -> None:
    lived.office.do("edit_paper_text", kind="common", text="printed", words=words)
    record = signed(lived, "bulletin", findings=[of(lived, "confirmed")])
    lived.clock.put("2026-06-12T09:00")
    lived.office.do("issue_document", document=record)
    assert paper(lived, record).colophon.printed_text == printed


def test_signer_classification_and_joint_issue_are_options_of_the_paper(lived: World, tmp_path: Path) -> None:
    options = {"signer": "李主任", "secrecy": "秘密★1年", "copy_number": "000001", "urgency": "加急"}
    record = signed(lived, "bulletin", findings=[of(lived, "confirmed")], options={**options, "joint": "应急管理局"})
    assert document(lived, record)["signer"] == "李主任"
    lived.office.do("print_document", document=record, out=str(tmp_path / "a.docx"))
    text = texts_of(tmp_path / "a.docx")
    assert all(word in text for word in ("秘密★1年", "000001", "加急", "应急管理局"))
    head = paper(lived, record).head
    assert (head.organs[1:], head.mark) == (("应急管理局",), "文件")


def test_an_option_no_longer_offered_is_told_of_an_older_draft_and_a_secret_form_is_marked(lived: World) -> None:
    record = drafted(lived, "rectification_notice", findings=[of(lived, "confirmed")], options={"secrecy": "机密★1年"})
    with refused("D-305"):
        lived.office.do("edit_document", document=record, values={"options": {"joint": "应急管理局"}})
    # as a version before this one wrote it
    old = {"secrecy": "机密★1年", "joint": "应急管理局", "basis_notes": True}
    office = lived.office
    desk = Desk(office.ws, office.person, "edit_document", "修改文书", office.tools)
    with desk.writing():
        desk.set(bytes.fromhex(record), {"options": old})
    view = lived.office.read(drafts.draft, record)
    assert not view.refused
    assert view.paper.head.secrecy == "机密★1年"
    assert any("联合发文机关" in said for said in view.warnings)
    assert not any("口径" in said for said in view.warnings)
    lived.office.do("submit_document", document=record)
    lived.office.do("sign_document", document=record)
    assert paper(lived, record).head.secrecy == "机密★1年"
    issue = drafted(lived, "bulletin", findings=[of(lived, "confirmed")], options={"joint": "应急管理局"})
    assert not lived.office.read(drafts.draft, issue).warnings
    lived.office.do("edit_document", document=issue, values={"style": "issue"})
    assert "只有红头" in "".join(lived.office.read(drafts.draft, issue).warnings)
    made = lived.office.read(papers.printable, issue)
    assert "只有红头" in "".join(made.warnings)


def test_a_copy_number_is_six_digits(lived: World) -> None:
    for kind in ("bulletin", "reminder_letter"):
        record = drafted(lived, kind, findings=[of(lived, "rectifying")], options={"copy_number": "42"})
        assert paper(lived, record).head.copy_number == "000042"
        for wrong in ("abc", "1234567", "12-3"):
            with refused("D-305"):
                lived.office.do("edit_document", document=record, values={"options": {"copy_number": wrong}})
        lived.office.do("edit_document", document=record, values={"options": {"copy_number": "０７"}})
        assert paper(lived, record).head.copy_number == "000007"
        lived.office.do("edit_document", document=record, values={"options": {"copy_number": ""}})
        assert not paper(lived, record).head.copy_number


def test_several_signers_stand_below_each_other_and_are_recorded_in_one_line(lived: World) -> None:
    group = lived.groups["01"]
    lived.take(group, lived.down("01"))
    task = lived.row(lived.office, "task", title="消防安全督导")["number"]
    for step in ("sign_for_task", "start_task"):
        group.do(step, task=task)
    lived.take(lived.office, lived.up("01"))
    record = signed(lived, "inspection_report", task=task, options={"signer": "刘一、王二\n张三，欧阳四"})
    assert paper(lived, record).head.signers == ("刘一", "王二", "张三", "欧阳四")
    assert document(lived, record)["signer"] == "刘一、王二、张三、欧阳四"


def test_a_draft_says_which_option_or_record_is_wrong(lived: World) -> None:
    with refused("D-308"):
        drafted(lived, "supervision_notice", findings=[of(lived, "confirmed")])
    with refused("D-305"):
        drafted(lived, "reminder_letter", findings=[of(lived, "rectifying")], options={"nothing": "x"})
    record = drafted(lived, "reminder_letter", findings=[of(lived, "rectifying")])
    with refused("D-305"):
        lived.office.do("edit_document", document=record, values={"lead": "只有通报才有导语"})
    lived.office.do("edit_document", document=record, values={"title": "关于尽快整改的函"})
    assert document(lived, record)["title"] == "关于尽快整改的函" == paper(lived, record).title
    lived.office.do("edit_document", document=record, values={"title": ""})
    assert document(lived, record)["title"] == "关于督导巡查问题整改期限的提醒函"


def test_a_draft_whose_records_were_withdrawn_still_opens_and_says_so(lived: World) -> None:
    number = of(lived, "rectifying")
    record = drafted(lived, "supervision_notice", findings=[number])
    lived.office.do("settle_finding", finding=number, event="not_established", reason="重复")
    view = lived.office.read(drafts.draft, record)
    assert view.refused
    with refused("D-308"):
        lived.office.do("submit_document", document=record)


def test_a_draft_whose_only_finding_was_withdrawn_is_changed_into_one_that_can_be_made(lived: World) -> None:
    gone, other = of(lived, "confirmed"), confirmed(lived)
    record = drafted(lived, "rectification_notice", findings=[gone])
    draft = confirmed(lived, "02")
    lived.office.do("settle_finding", finding=draft, event="not_established", reason="重复")
    lived.office.do("settle_finding", finding=gone, event="exempt", reason="容错")
    lived.office.do("edit_document", document=record, values={"due_on": DUE})
    with refused("D-305"):
        lived.office.do("edit_document", document=record, values={"options": {"nothing": "x"}})
    with refused("D-308"):
        lived.office.do("add_findings", document=record, findings=[draft])
    with refused("D-308"):
        lived.office.do("submit_document", document=record)
    lived.office.do("add_findings", document=record, findings=[other])
    lived.office.do("remove_findings", document=record, findings=[gone])
    assert not lived.office.read(drafts.draft, record).refused
    lived.office.do("submit_document", document=record)
    lived.office.do("sign_document", document=record)
    assert document(lived, record)["due_on"] == DUE
    with refused("D-308"):
        whole = drafted(lived, "rectification_notice", findings=[other])
        lived.office.do("add_findings", document=whole, findings=[gone])


def test_forms_are_listed_by_what_they_are_about(lived: World) -> None:
    record = drafted(lived, "rectification_notice", findings=[of(lived, "confirmed")])
    assert document(lived, record)["title"] == "整改通知书：城关街道广源建材市场3号楼东侧"
    assert kind_of("整改通知书").id == "rectification_notice"


def test_persons_are_named_of_single_findings(lived: World) -> None:
    first, second = of(lived, "rectifying"), of(lived, "confirmed")
    lived.office.do("edit_rules", rules={"findings": {"named_persons": True}})
    lived.office.do("name_person", finding=first, name="钱某某", post="副局长")
    lived.office.do("name_person", finding=second, name="孙某某", post="主任")
    record = drafted(lived, "bulletin", findings=[first, second])
    lived.office.do("edit_document", document=record, values={"naming": {"level": "unit", "items": {second: "person"}}})
    printed = str(paper(lived, record))
    assert "孙某某（主任）" in printed
    assert "钱某某" not in printed
    ids = {f["number"]: f["uuid"].hex() for f in lived.rows(lived.office, "finding")}
    assert document(lived, record)["naming"] == {"level": "unit", "items": {ids[second]: "person"}}
    assert lived.office.read(drafts.draft, record).named == {ids[second]: "person"}


def test_the_basis_of_its_figures_is_printed_where_asked(lived: World) -> None:
    numbers = [of(lived, "rectifying"), of(lived, "confirmed")]
    plain = drafted(lived, "special_report", findings=numbers)
    noted = drafted(lived, "special_report", findings=numbers, options={"basis_notes": True})
    assert not paper(lived, plain).attachments
    (attachment,) = paper(lived, noted).attachments
    rows = attachment.blocks[0].rows
    assert attachment.title == "数字口径说明"
    assert [row[1] for row in rows] == [figure.text for _, figure in figures_of(paper(lived, plain))]
    assert any(row[3] == "本专报列入的问题" and row[4] == "2" for row in rows)
    bulletin = drafted(lived, "bulletin", findings=numbers, options={"basis_notes": True})
    assert paper(lived, bulletin).attachments[-1].title == "数字口径说明"


def test_the_task_orders_of_a_day_come_out_in_one_go(lived: World, tmp_path: Path) -> None:
    given = {"source": "meeting", "requirement": "逐栋检查"}
    made = lived.office.do("draft_task", title="扬尘治理督导", groups=["01", "02"], **given)
    lived.office.do("issue_task", tasks=list(made.ids)[-2:])
    numbers = sorted(t["number"] for t in lived.rows(lived.office, "task", issued_on="2026-06-10"))
    done = lived.office.do("print_task_orders", out=str(tmp_path / "交办单"))
    assert len(numbers) == done.extra["papers"] == len(done.extra["files"]) == 2
    texts = [texts_of(Path(file)) for file in done.extra["files"]]
    assert all(number in text for number, text in zip(numbers, texts, strict=True))
    earlier = lived.office.do("print_task_orders", out=str(tmp_path / "前日"), day="2026-06-02")
    assert earlier.extra["papers"] == 1
    with refused("D-308"):
        lived.office.do("print_task_orders", out=str(tmp_path / "x"), day="2026-01-01")


def test_without_libreoffice_a_pdf_is_refused_and_nothing_is_written(
    lived: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBU_SOFFICE", "")
    record = drafted(lived, "reminder_letter", findings=[of(lived, "rectifying")])
    with refused("D-501"):
        lived.office.do("print_document", document=record, out=str(tmp_path / "a.pdf"))
    assert not list(tmp_path.glob("*.pdf"))


@pytest.mark.needs_libreoffice
def test_papers_come_out_as_one_pdf(lived: World, tmp_path: Path) -> None:
    import pypdfium2

    target = tmp_path / "当天.pdf"
    lived.office.do("print_task_orders", out=str(target), day="2026-06-02")
    record = drafted(lived, "reminder_letter", findings=[of(lived, "rectifying")])
    lived.office.do("print_document", document=record, out=str(tmp_path / "a.pdf"))
    for made in (target, tmp_path / "a.pdf"):
        assert len(pypdfium2.PdfDocument(made.read_bytes())) >= 1


def test_the_final_text_comes_back_and_goes_out_as_it_is(lived: World, tmp_path: Path) -> None:
    office = lived.office
    record = signed(lived, "special_report", findings=[of(lived, "rectifying")])
    office.do("print_document", document=record, out=str(tmp_path / "出.docx"))
    body = paper(lived, record)
    assert office.do("attach_final", document=record, file=str(tmp_path / "出.docx")).warnings == ()
    row = document(lived, record)
    raw = (tmp_path / "出.docx").read_bytes()
    assert (row["final_name"], row["final_size"]) == ("出.docx", len(raw))
    assert paper(lived, record) == body, "what was signed stays beside it"
    with office.ws.writing() as conn:
        assert row["final"] in kept.blob_hashes(conn), "the store keeps it, and so do backups"
    office.do("export_final", document=record, out=str(tmp_path / "回.docx"))
    assert (tmp_path / "回.docx").read_bytes() == raw
    other = signed(lived, "reminder_letter", findings=[of(lived, "rectifying")])
    office.do("print_document", document=other, out=str(tmp_path / "函.docx"))
    (warned,) = office.do("attach_final", document=record, file=str(tmp_path / "函.docx")).warnings
    assert "函.docx" in warned, "kept, but it bears another number and title"
    draft = drafted(lived, "special_report", findings=[of(lived, "rectifying")])
    with refused("D-307"):
        office.do("attach_final", document=draft, file=str(tmp_path / "出.docx"))
    with refused("D-306"):
        office.do("export_final", document=draft, out=str(tmp_path / "无.docx"))


@pytest.mark.parametrize("wrong", ["text", "macro", "old", "link", "workbook", "missing"])
def test_what_is_no_sane_docx_is_not_kept(lived: World, tmp_path: Path, wrong: str) -> None:
    record = signed(lived, "special_report", findings=[of(lived, "rectifying")])
    path = tmp_path / "来.docx"
    lived.office.do("print_document", document=record, out=str(path))
    if wrong == "text":
        path.write_bytes(b"not a package")
    elif wrong == "old":
        path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000))
    elif wrong == "missing":
        path.unlink()
    else:
        with zipfile.ZipFile(path, "a") as package:
            link = '<Relationships><Relationship Type="x/oleObject" Target="x" TargetMode="External"/></Relationships>'
            if wrong == "macro":
                package.writestr("word/vbaProject.bin", b"x")
            if wrong == "link":
                package.writestr("word/_rels/more.xml.rels", link)
        if wrong == "workbook":
            with zipfile.ZipFile(path, "w") as package:
                package.writestr("[Content_Types].xml", "<Types/>")
                package.writestr("xl/workbook.xml", "<workbook/>")
    with refused("D-401" if wrong == "missing" else "D-425"):
        lived.office.do("attach_final", document=record, file=str(path))
    assert not document(lived, record)["final"]


def test_a_finding_says_which_papers_name_it(lived: World) -> None:
    number = of(lived, "rectifying")
    issued, draft = (
        signed(lived, "supervision_notice", findings=[number]),
        drafted(lived, "bulletin", findings=[number]),
    )
    revoked = signed(lived, "reminder_letter", findings=[number])
    lived.office.do("revoke_document", document=revoked, reason="对象有误")
    named = lived.office.read(finding_detail.detail, lived.row(lived.office, "finding", number=number)["uuid"]).papers
    assert [one.id for one in named] == [issued, draft]
    assert named[0].name == "督办〔2026〕1号"
    assert named[1].name.endswith("（未签发）")


def test_the_command_line_opens_figures_too(lived: World) -> None:
    record = signed(lived, "special_report", findings=[of(lived, "rectifying"), of(lived, "confirmed")])
    number = document(lived, record)["number"]
    shown = lived.office.read(lambda r: list(reads.show(r, "figure", {"document": number})))
    first = next(row for row in shown if row["basis"] == "本专报列入的问题")
    assert (first["text"], len(first["rows"])) == ("2", 2)
    assert all(row["title"] and row["sub"].startswith("WT-2026-") for row in first["rows"])
    with refused("D-305"):
        lived.office.read(lambda r: list(reads.show(r, "figure", {})))
