"""The shorter kinds: people, groups, categories, phrases, notes, bundles, alarms; conflicts, photos on their way."""

from __future__ import annotations

import pytest

from dubu_desktop.actions.reads import (
    alarms,
    bundles,
    categories,
    conflicts,
    documents,
    evidence,
    findings,
    groups,
    notes,
    people,
    phrases,
)
from dubu_desktop.actions.reads.lists import ListFilter
from dubu_desktop.db import local
from dubu_desktop.errors import DubuError
from tests.world import jpeg


def rows(house, module, **given):
    return house.read(module.rows, house.read(module.ids, ListFilter(**given)))


def test_people(lived):
    assert [(p.name, p.group, p.own) for p in rows(lived.office, people)] == [
        ("王主任", "办公室", True),
        ("组长01", "第一组", False),
        ("组长02", "第二组", False),
    ]
    (own,) = rows(lived.group, people, key="own")
    assert own.sub == "第一组 · 组员、组长"
    group = lived.world.group_id("02").hex()
    assert [p.name for p in rows(lived.office, people, group=group)] == ["组长02"]
    assert lived.office.read(people.counts) == {"all": 3, "own": 1}


def test_groups(lived):
    first, second = rows(lived.office, groups)
    assert (first.code, first.findings, second.findings) == ("01", 5, 0), "the draft counts nowhere"
    assert len(first.laptops) == 1
    assert first.sub.startswith("组号 01")
    assert lived.office.read(groups.counts) == {"all": 2}


def test_categories_are_a_tree(lived):
    tree = lived.office.read(categories.tree)
    top = next(node for node in tree if node.row.name == "安全生产")
    below = next(node.row for node in top.children if node.row.name == "消防通道")
    assert (below.path, below.severity, below.term) == ("安全生产 / 消防通道", "严重", "限期")
    assert below.findings == 4
    assert below.industry == "应急管理局"
    assert sum(1 + len(node.children) for node in tree) == lived.office.read(categories.counts)["all"]
    assert [c.name for c in rows(lived.office, categories, text="消防 占停")] == ["消防通道占停"]


def test_phrases_for_papers_are_those_of_no_category_first_then_by_letters_or_words(lived):
    lived.office.do("add_phrase", abbr="xxwz", text="自行撰写的结尾")
    assert lived.office.read(phrases.offered) == [("xxwz", "自行撰写的结尾")]
    found = lived.office.read(phrases.offered, "x")
    assert found[0] == ("xxwz", "自行撰写的结尾")
    assert len(found) > 8
    assert lived.office.read(phrases.offered, "xxw") == [("xxwz", "自行撰写的结尾")]
    assert lived.office.read(phrases.offered, "撰写") == [("xxwz", "自行撰写的结尾")]
    assert lived.office.read(phrases.offered, "没有这样的") == []
    assert lived.office.read(phrases.proposed, "请于7日内报送") == "qyrn"
    lived.office.do("add_phrase", abbr="qyrn", text="请于7日内来人")
    assert lived.office.read(phrases.proposed, "请于7日内报送") == "qyrnb"
    assert lived.office.read(phrases.proposed, "7.5%") == "yy"


def test_phrases(lived):
    (one,) = rows(lived.office, phrases, text="xfzl")
    assert "【" in one.text
    assert one.category == "消防通道"
    assert lived.office.read(phrases.counts)["all"] > 60


def test_notes(lived):
    (note,) = rows(lived.office, notes, key="open")
    assert (note.record_name, note.who, note.side) == (lived.n["overdue"], "组长01", "第一组")
    assert note.value == "城关街道广源建材市场6号楼"
    assert rows(lived.office, notes, text="没有") == []
    assert lived.office.read(notes.counts) == {"open": 1, "all": 1}


def test_bundles(lived):
    ledger = lived.group.read(bundles.ledger)
    assert {b.direction for b in ledger} == {"in", "out"}
    sent = [b for b in ledger if b.direction == "out"]
    assert sent[-1].chip.word == "已收"
    assert "第" in sent[-1].title
    assert "照片" in sent[-1].sub
    (office,) = lived.group.read(bundles.peers)
    assert office.name == "办公室"
    assert office.waiting > 0
    first, second = lived.office.read(bundles.peers)
    assert (first.name, second.name) == ("第一组", "第二组")
    assert second.waiting > 0
    assert lived.office.read(bundles.peers, waiting=False)[1].waiting == 0


def test_receipt_words():
    told = {"records": 37, "records_of": 37, "photos": 110, "photos_of": 112}
    assert bundles.received_words(told, "办公室") == "办公室已收 37/37 条，照片 110/112"
    assert bundles.received_words({"records": 3, "records_of": 3}, "第一组") == "第一组已收 3/3 条"
    none = {"records": 0, "records_of": 0}
    assert bundles.received_words(none, "第一组") == "第一组已收到"
    assert bundles.received_words(none | {"photos": 2, "photos_of": 3}, "第一组") == "第一组已收到，照片 2/3"
    assert bundles.received_words(none, "第一组", sent=7) == "第一组已收到，记录已由别的包带到"
    assert bundles.received_words(None, "办公室") == ""


def test_conflicts_in_the_list(lived):
    ids = lived.office.read(conflicts.ids)
    (view,) = lived.office.read(conflicts.rows, ids)
    assert (view.name, view.field, view.kind_label) == (lived.n["clash"], "severity", "问题")
    assert view.values[0].when == "6月14日 09:00"
    assert lived.office.read(conflicts.count) == 1
    assert lived.office.read(conflicts.counts) == {"all": 1}


def test_documents_are_empty_where_there_are_none(lived):
    assert rows(lived.office, documents) == []
    assert lived.office.read(documents.counts)["all"] == 0


def test_alarms_and_two_steps_in_conflict_and_a_photo_on_its_way(world):
    office, group = world.office, world.groups["01"]
    with office.ws.writing() as conn:
        local.raise_alarm(conn, "D-252", "同一台电脑的工作区在两处使用", 0)
    (alarm,) = office.read(alarms.rows)
    assert alarm.text == "同一台电脑的工作区在两处使用"
    office.do("dismiss_alarm", alarm=alarm.id)
    assert office.read(alarms.count) == 0
    number = world.finding(group)
    photo = world.root / "a.jpg"
    photo.write_bytes(jpeg(3))
    group.do("add_photos", finding=number, files=[str(photo)])
    group.do("finalise_finding", finding=number)
    world.take(office, world.up("01"))
    record = world.row(office, "finding", number=number)["uuid"]
    row = world.row(office, "evidence", finding=record)
    for wanted in (row["sha256"], row["preview"]):
        office.ws.blobs.remove(wanted)
        with office.ws.writing() as conn:
            from dubu_desktop.db import scope

            scope.want(conn, [(row["uuid"], row["sha256"]), (row["uuid"], row["preview"])])
    (found,) = [f for f in office.read(findings.rows, office.read(findings.ids)) if f.number == number]
    assert (found.photos, found.photos_missing) == (1, 1)
    assert [c.word for c in found.chips] == ["待核定", "照片待补1张"]
    (view,) = office.read(findings.detail, record.hex()).evidence
    assert (view.state, view.chip.word) == (evidence.AWAITED, "照片待补")
    with pytest.raises(DubuError) as caught:
        office.read(evidence.preview_bytes, view.id)
    assert caught.value.code == "D-114"
    _two_steps(world, number)


def _two_steps(world, number):
    """The office confirms while the group withdraws: two steps that do not know of each other."""
    office, group = world.office, world.groups["01"]
    office.do("confirm_finding", findings=[number])
    group.do("void_finding", finding=number, reason="重复登记")
    world.take(office, world.up("01"))
    (view,) = office.read(conflicts.rows, office.read(conflicts.ids))
    assert (view.field, view.field_label) == ("status", "办理步骤")
    assert [(v.value, v.side) for v in view.values] == [("confirmed", "办公室"), ("voided", "第一组")]
    assert view.values[1].text == "作废（作废：重复登记）"
    office.do("decide_conflict", record=view.record, field="status", choice=2)
    assert world.row(office, "finding", number=number)["status"] == "voided"
    assert office.read(conflicts.count) == 0
