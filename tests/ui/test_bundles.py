"""数据包 with real bundles between real workspaces: preview, take in, decide, receipts, export; by keyboard alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from dubu_desktop.actions import recovery
from dubu_desktop.actions.exchange import durable, writing
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import bundles, conflicts, inert
from dubu_desktop.actions.setup import init_group
from dubu_desktop.db import journal, links
from dubu_desktop.domain.ops import Dot, Op, OpType
from dubu_desktop.domain.records import FINDING
from dubu_desktop.errors import DubuError
from dubu_desktop.ui.bundles import entries, page, places, words
from dubu_desktop.ui.bundles.clash import companions
from dubu_desktop.ui.bundles.outgoing import FOLDER
from dubu_desktop.ui.kit import Tone
from tests.world import PASSWORD, World, jpeg

from .guard import watching
from .real import CTRL
from .walk import complaints

K = Qt.Key


def cells(seat, row: int) -> list[str]:
    """What a line of the preview says."""
    model = seat.page.incoming.table.model()
    return [str(model.data(model.index(row, column))) for column in range(model.columnCount())]


@pytest.fixture
def six(tmp_path, monkeypatch, world) -> tuple[World, list[str]]:
    """Six groups, each with a finding and a bundle for the office on the stick."""
    for code in ("03", "04", "05", "06"):
        world.enrol(code)
    world.round()
    files = []
    for code, group in world.groups.items():
        world.finding(group)
        files += world.up(code)
    return world, files


def disagreement(world: World) -> str:
    """A bundle of group 01 with a value that the office changed as well; returns the number of the finding."""
    group = world.groups["01"]
    number = world.finding(group)
    world.take(world.office, world.up("01"))
    world.office.do("edit_finding", finding=number, values={"severity": "serious"}, reason="净宽不足1 m")
    group.do("edit_finding", finding=number, values={"severity": "ordinary"})
    return number


def test_six_bundles_are_merged_in_two_interactions(six, opened):
    world, files = six
    seat = opened(world.office, "bundles")
    with watching():
        seat.drop(seat.page, files)
        assert [cells(seat, row)[-1] for row in range(6)] == ["● 可收"] * 6
        assert seat.page.incoming.reports[0]["by_kind"]["finding"] == {"new": 1}
        seat.press(K.Key_Return)
    assert seat.count == 2
    assert len(world.rows(world.office, "finding")) == 6
    assert seat.page.incoming._title.text() == "已收下 6 个数据包"


def test_the_stick_is_looked_through_so_that_two_keys_are_enough(six, opened):
    world, _files = six
    seat = opened(world.office, "bundles", "tasks")
    seat.window.remember(FOLDER, str(world.stick))
    seat.window.go("tasks")
    seat.press(K.Key_I, CTRL)
    seat.press(K.Key_Return)
    assert seat.count == 2
    assert len(world.rows(world.office, "finding")) == 6
    # what was taken is not offered again
    seat.press(K.Key_Return)
    known = world.office.read(entries.known_files)
    assert places.waiting(str(world.stick), "-up-", known) == []


def test_without_bundles_on_the_stick_files_are_asked_for(world, opened, monkeypatch):
    seat = opened(world.office, "bundles")
    world.finding(world.groups["01"])
    files = [Path(one) for one in world.up("01")]
    asked = []
    monkeypatch.setattr(page, "choose_files", lambda *args: (asked.append(args[1]), args[-1](files)))
    seat.press(K.Key_I, CTRL)
    assert asked == ["选择数据包，可选多个"]
    assert cells(seat, 0)[2:5] == ["1", "0", "0"]


def test_every_kind_of_file_is_named_in_the_preview(world, opened, tmp_path):
    group = world.groups["01"]
    number = world.finding(group)
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(jpeg(1, (640, 480)))
    group.do("add_photos", finding=number, files=[str(photo)])
    good = world.up("01")
    again = world.up("02")
    world.take(world.office, again)
    torn = tmp_path / "6组.dubu"
    torn.write_bytes(Path(good[0]).read_bytes()[:-200])
    foreign = tmp_path / "别的.dubu"
    foreign.write_bytes(b"not a bundle at all")
    seat = opened(world.office, "bundles")
    seat.page.preview([*good, *again, str(torn), str(foreign)])
    seat.settle()
    assert cells(seat, 0)[0] == "第一组"
    assert cells(seat, 0)[5:] == ["1 / 1", "—", "● 可收"]
    assert cells(seat, 1)[-1] == "以前收过，无变化"
    assert cells(seat, 2)[0] == "不明"
    assert cells(seat, 2)[-1].startswith("■ D-204 ")
    assert cells(seat, 3)[-1].startswith("■ D-206 ")
    assert "2 个不能收" in seat.page.incoming._line.text()
    seat.press(K.Key_J)
    assert "请核对选中的文件" in seat.page.incoming._told.text(), "the way out stands below the table"
    assert complaints(seat.window, own_texts=["不明"]) == []
    seat.press(K.Key_Return)
    assert [r["status"] for r in seat.page.incoming.reports] == ["new", "same", "refused", "refused"]
    assert len(world.rows(world.office, "finding")) == 1


def test_a_conflict_is_decided_in_the_preview_by_a_key(world, opened):
    number = disagreement(world)
    seat = opened(world.office, "bundles")
    seat.page.preview(world.up("01"))
    seat.settle()
    card = seat.page.incoming.clash
    assert card.isVisible()
    titles = [one.text() for one in card.options.cards()]
    assert sorted(titles) == ["一般", "较重"]
    notes = " ".join(one.accessibleName() for one in card.options.cards())
    for who in ("办公室 · 王主任", "第一组 · 组长01"):
        assert who in notes
    wanted = titles.index("一般")
    seat.press(K.Key_1 if wanted == 0 else K.Key_2)
    assert world.row(world.office, "finding")["severity"] == "serious", "nothing changes before Enter"
    seat.press(K.Key_Return)
    assert world.row(world.office, "finding", number=number)["severity"] == "ordinary"
    assert world.office.read(entries.counts)[entries.CONFLICTS] == 0


def test_a_conflict_left_open_is_decided_later_on_the_page(world, opened):
    number = disagreement(world)
    seat = opened(world.office, "bundles")
    seat.page.preview(world.up("01"))
    seat.settle()
    seat.press(K.Key_Return)
    seat.press(K.Key_Return)  # 完成
    seat.page.show_record(entries.CONFLICTS)
    seat.settle()
    seat.page.take_focus()
    titles = [one.text() for one in seat.page.entry_pane.clash.options.cards()]
    seat.press(K.Key_1 if titles[0] == "一般" else K.Key_2)
    assert world.row(world.office, "finding", number=number)["severity"] == "ordinary"
    assert seat.page.pane.stack.currentIndex() == 1, "the list of conflicts is empty now"


def test_ctrl_z_puts_a_decided_conflict_of_steps_back_on_the_list(world, opened):
    group, office = world.groups["01"], world.office
    number = world.finding(group)
    group.do("finalise_finding", finding=number)
    world.take(office, world.up("01"))
    office.do("confirm_finding", findings=[number])
    group.do("void_finding", finding=number, reason="重复登记")
    world.take(office, world.up("01"))
    seat = opened(office, "bundles")
    seat.page.show_record(entries.CONFLICTS)
    seat.settle()
    seat.page.take_focus()
    card = seat.page.entry_pane.clash

    def told() -> list[str]:
        return [one.accessibleName() for one in card.options.cards()]

    before = told()
    assert [name.split("，")[0] for name in before] == ["1 已核定（核定）", "2 作废（作废：重复登记）"]
    with watching():
        seat.press(K.Key_2)
        assert seat.page.pane.stack.currentIndex() == 1
        seat.press(K.Key_Z, CTRL)
        seat.page.show_record(entries.CONFLICTS)
        seat.settle()
        assert told() == before
        assert complaints(seat.window, own_texts=[number]) == []
    assert office.read(entries.counts)[entries.CONFLICTS] == 1


def both_verified(world: World) -> list[str]:
    """Two groups and the office wrote how one 整改 was verified, none knowing of the others; the groups' bundles."""
    number = world.assigned("01")
    office = world.office
    office.do("record_reply", finding=number, reply="已改")
    world.take(world.groups["01"], world.down("01"))
    office.do("edit_rectification", finding=number, values={"verify_group": "02"}, reason="换组")
    world.take(world.groups["02"], world.down("02"))
    for code in ("01", "02"):
        world.groups[code].do("add_photos", finding=number, images=[jpeg(int(code))], role="after")
        world.groups[code].do("verify_finding", finding=number, result=f"第{code}组核")
    office.do("edit_rectification", finding=number, values={"result": "办公室核"}, reason="电话核")
    return world.up("01") + world.up("02")


@pytest.mark.parametrize("lost", [0, 1])
def test_a_choice_made_in_the_preview_is_the_value_that_was_seen(world, opened, lost):
    """One of the two files is gone when they are taken: the numbers of the values are others by then."""
    files = both_verified(world)
    seat = opened(world.office, "bundles")
    seat.page.preview(files)
    seat.settle()
    incoming = seat.page.incoming
    clashes = [view for one in incoming.reports for view in one.get("clashes", ()) if view.field == "result"]
    view = max(clashes, key=lambda one: len(one.values))
    chosen = next(value for value in view.values if value.text == "第01组核")
    incoming._decided(view, chosen.choice)
    Path(files[lost]).unlink()
    seat.press(K.Key_Return)
    if lost:
        assert world.row(world.office, "rectification")["result"] == "第01组核"
    else:
        assert world.row(world.office, "rectification")["result"] == "办公室核"
        assert any("没有所选的值" in said for said in seat.said)


def test_two_files_of_one_name_keep_their_conflicts_apart(world, opened):
    """Every group's stick may bear a file of the same name."""
    files, numbers = [], []
    for code in ("01", "02"):
        group = world.groups[code]
        numbers.append(world.finding(group))
        world.take(world.office, world.up(code))
        for house, said in ((world.office, "serious"), (group, "ordinary")):
            house.do("edit_finding", finding=numbers[-1], values={"severity": said}, reason="净宽不足1 m")
        (file,) = world.up(code)
        (stick := world.root / f"stick-{code}").mkdir()
        files.append(str(Path(file).rename(stick / "组里的.dubu")))
    seat = opened(world.office, "bundles")
    seat.page.preview(files)
    seat.settle()
    incoming = seat.page.incoming

    def told() -> list[list[str]]:
        return [[view.name for view in report["clashes"]] for report in incoming.reports]

    assert told() == [[numbers[0]], [numbers[1]]]
    seat.press(K.Key_Return)
    assert (incoming.taken, told()) == (True, [[numbers[0]], [numbers[1]]])
    seat.press(K.Key_1)
    seat.press(K.Key_1)
    assert world.office.read(conflicts.count) == 0


def test_a_date_chosen_in_the_preview_takes_its_reason_with_it():
    def view(field: str, mine: str, theirs: str) -> conflicts.ConflictView:
        values = tuple(
            conflicts.ConflictValue(n, text, text, who, "办公室", "6月2日 08:46")
            for n, (who, text) in enumerate((("王主任", mine), ("叶青禾", theirs)), 1)
        )
        return conflicts.ConflictView(1, "ab", "task", "任务", "查消防", "ab", field, field, values)

    due, reason, title = view("due_on", "1", "2"), view("due_reason", "等材料", "雨天"), view("title", "甲", "乙")
    views = [due, reason, title]
    assert companions(reason, reason.values[1], views) == {
        ("ab", "due_on"): due.values[1], ("ab", "due_reason"): reason.values[1],
    }  # fmt: skip
    assert companions(title, title.values[0], views) == {("ab", "title"): title.values[0]}


def test_escape_leaves_everything_as_it_was(six, opened):
    world, files = six
    seat = opened(world.office, "bundles")
    seat.drop(seat.page, files)
    seat.press(K.Key_Escape)
    assert not world.rows(world.office, "finding")
    assert seat.page.views.currentWidget() is seat.page.splitter


def test_export_counts_for_every_group_writes_and_verifies(world, opened):
    world.office.do("draft_task", title="夜查", groups=["01"])
    world.office.do("issue_task", tasks=["夜查"])
    seat = opened(world.office, "bundles")
    seat.window.remember(FOLDER, str(world.stick))
    with watching():
        seat.press(K.Key_E, CTRL)
        view = seat.page.outgoing
        assert [parcel["to"] for parcel in view.parcels] == ["01", "02"]
        assert view.parcels[0]["kinds"]["task"] == 1
        assert words.parcel_cells(view.parcels[0], "第一组", True)[3].startswith("任务 1、基础资料 ")
        seat.press(K.Key_Return)
    assert len(view.written) == 2
    assert view._done_chip.chip.word == "已写入并校验，可拔出"
    assert all(Path(one).is_file() for one in view.written)
    assert complaints(seat.window, own_texts=[str(world.stick), ".dubu"]) == []
    world.take(world.groups["01"], [one for one in view.written if "01-down" in one])
    assert world.rows(world.groups["01"], "task")


def test_a_group_can_be_left_out_by_space(world, opened):
    seat = opened(world.office, "bundles")
    seat.window.remember(FOLDER, str(world.stick))
    seat.press(K.Key_E, CTRL)
    seat.press(K.Key_Space)
    seat.press(K.Key_Return)
    assert [Path(one).name[:7] for one in seat.page.outgoing.written] == ["02-down"]


def test_without_a_stick_a_folder_is_asked_for_and_remembered(world, opened, monkeypatch):
    from dubu_desktop.ui.bundles import outgoing

    seat = opened(world.groups["01"], "bundles")
    monkeypatch.setattr(outgoing, "choose_folder", lambda _parent, _title, then: then(world.stick))
    world.finding(world.groups["01"])
    seat.press(K.Key_E, CTRL)
    assert not seat.page.outgoing.folder
    assert seat.page.outgoing.go.text() == "选文件夹，导出"
    seat.press(K.Key_Return)
    assert seat.page.outgoing.folder == str(world.stick), "it does what it says: both"
    assert seat.window.remembered(FOLDER, "") == str(world.stick)
    assert Path(seat.page.outgoing.written[0]).name.startswith("01-up-")


def test_another_folder_is_only_chosen_not_written_to(world, opened, monkeypatch):
    from dubu_desktop.ui.bundles import outgoing

    seat = opened(world.groups["01"], "bundles")
    monkeypatch.setattr(outgoing, "choose_folder", lambda _parent, _title, then: then(world.stick))
    seat.press(K.Key_E, CTRL)
    seat.press(K.Key_O, CTRL)
    assert seat.page.outgoing.folder == str(world.stick)
    assert not seat.page.outgoing.written


def test_receipts_say_what_arrived_on_both_sides(world, opened):
    group = world.groups["01"]
    world.finding(group)
    world.clock.put("2026-06-02T19:30")
    world.take(world.office, world.up("01"))
    world.clock.put("2026-06-03T08:30")
    world.take(group, world.down("01"))
    seat = opened(group, "bundles")
    (office,) = world.groups["01"].read(lambda r: entries.rows(r, entries.ids(r, "", entries.PEERS)))
    assert office.item.received.startswith("第2包：办公室已收")
    assert seat.page.entry_pane.facts.cell("回执").field.text == office.item.received
    assert seat.page.entry_pane.rows.ids(), "the bundles exchanged are listed"
    assert complaints(seat.window, own_texts=[".dubu"]) == []
    world.take(world.office, world.up("01"))
    desk = opened(world.office, "bundles")
    row = desk.page.rows.model().data(desk.page.rows.model().index(0))
    assert row.startswith("第一组，第2包：第一组已收")


def test_the_receipt_of_a_bundle_read_after_a_later_one_says_so(world, opened):
    """Its records came with the later one: 已收 0/0 条 read as if nothing had arrived."""
    group, office = world.groups["01"], world.office
    office.do("draft_task", title="夜查", groups=["01"])
    office.do("issue_task", tasks=["夜查"])
    earlier = world.down("01")
    world.take(group, world.down("01"))
    assert world.rows(group, "task")
    (seen,) = group.do("preview_bundles", files=earlier).extra["reports"]
    assert words.brought_words(seen) == f"没有新内容，后来的第 {seen['serial'] + 1} 包已经收过"
    world.take(group, earlier)
    world.take(office, world.up("01"))
    (told,) = [one for one in office.read(bundles.ledger) if one.file == Path(earlier[0]).name]
    assert told.records > 0
    assert told.received == "第一组已收到，记录已由别的包带到"
    seat = opened(office, "bundles")
    seat.page.show_record(entries.LEDGER)
    seat.settle()
    rows = [str(entries.present(one).spoken) for one in office.read(entries.rows, seat.page.rows.ids())]
    assert not any("0/0" in row for row in rows)
    assert any("记录已由别的包带到" in row for row in rows)


def test_who_has_not_been_heard_of_is_said_with_the_days(world, opened):
    world.clock.put("2026-06-12T09:00")
    seat = opened(world.office, "bundles")
    chips = [entries.present(one).chip for one in world.office.read(lambda r: entries.rows(r, seat.page.rows.ids()))]
    assert [(chip.word, chip.tone) for chip in chips] == [("10天未来包", Tone.WARN)] * 2


def test_the_detail_of_one_computer_lists_its_own_bundles_alone(world, opened):
    """第一组 has a second laptop, B机: the bundles of A机 are not among those it exchanged."""
    folder = world.root / "more"
    folder.mkdir()
    told = world.office.do("issue_starter", side="01", out=str(folder)).extra
    second = init_group(
        world.root / "g01b", PASSWORD, "组员乙", Path(told["starter"]).read_bytes(), told["code"], world.clock
    )
    try:
        files = second.house.do("export_bundle", to="office", out=str(world.stick)).extra["files"]
    finally:
        second.house.close()
    world.take(world.office, [str(file) for file in files])
    seat = opened(world.office, "bundles")
    shown = {}
    for row_id in seat.page.rows.ids():
        (one,) = world.office.read(entries.rows, [row_id])
        seat.page.show_record(row_id)
        seat.settle()
        rows = world.office.read(entries.rows, seat.page.entry_pane.rows.ids())
        shown[one.item.name, one.item.label] = [row.item for row in rows]
        assert {row.item.replica for row in rows} == {one.item.replica}
    assert [(one.direction, one.file) for one in shown["第一组", "B机"]] == [("in", Path(files[0]).name)]
    assert len(shown["第一组", ""]) == len(shown["第二组", ""]) == 2, shown.keys()


def test_what_had_no_effect_is_shown_to_the_office_with_the_reason(world, opened):
    """A group that edits its finding after the office has confirmed it: the op is kept, without effect."""
    group = world.groups["01"]
    number = world.finding(group)
    group.do("finalise_finding", finding=number)
    world.take(world.office, world.up("01"))
    world.office.do("confirm_finding", findings=[number])
    world.take(group, world.down("01"))
    _forge(world, number)
    seat = opened(world.office, "bundles")
    seat.page.preview(world.up("01"))
    seat.settle()
    assert "1项操作没有生效，收下后可在“未生效”里看原因和办法" in seat.page.incoming._told.text()
    seat.press(K.Key_W)
    assert seat.page.views.currentWidget() is seat.page.incoming, "there is nothing to see before it is taken"
    seat.press(K.Key_Return)
    assert seat.page.incoming._inert.text() == "看未生效的 1 项"
    seat.press(K.Key_W)
    assert seat.page.rows.ids()
    pane = seat.page.entry_pane
    assert pane.facts.cell("为什么没有生效").field.text == "无此职权"
    assert "请由有职权的一方另外办理" in pane._told.text()
    assert complaints(seat.window, own_texts=[number]) == []


def _forge(world: World, number: str) -> None:
    """The group's program is made to believe that it may still write the facts."""
    from dubu_desktop.actions.desk import Desk
    from dubu_desktop.db import journal

    def unchecked(self: Desk, op: object) -> None:
        self.changes.merge(journal.apply(self.conn, self.ws.fold, journal.written([op])))
        self._wrote = True

    honest, Desk._put = Desk._put, unchecked
    try:
        world.groups["01"].do("edit_finding", finding=number, values={"facts": "改成别的情况"})
    finally:
        Desk._put = honest


def test_more_conflicts_than_a_page_are_all_shown_and_found(world, opened):
    """The card of the preview and the search of the list stopped at 200."""
    group, office = world.groups["01"], world.office
    numbers = [world.finding(group) for _ in range(70)]
    world.take(office, world.up("01"))
    for number in numbers:
        for house, who in ((office, "办公室"), (group, "组里")):
            values = {"place": f"{who}的地点", "facts": f"{who}写的情况", "basis": f"{who}写的依据"}
            house.do("edit_finding", finding=number, values=values, reason="更正")
    seat = opened(office, "bundles")
    seat.page.preview(world.up("01"))
    seat.settle()
    assert len(seat.page.incoming.reports[0]["clashes"]) == seat.page.incoming.reports[0]["conflicts"] == 210
    seat.press(K.Key_Return)
    assert office.read(conflicts.count) == 210
    for number in (numbers[0], numbers[-1]):
        found = office.read(entries.rows, office.read(entries.ids, number, entries.CONFLICTS))
        assert {one.item.name for one in found} == {number}
        assert len(found) == 3


def test_more_than_a_thousand_without_effect_are_all_listed(world):
    group, office = world.groups["01"], world.office
    number = world.finding(group)
    record, actor = world.row(group, "finding", number=number)["uuid"], group.ws.profile.actor
    confirm = FINDING.lifecycle.tag_of["confirm"]
    with group.ws.writing() as conn:
        last = journal.last_seq(conn, actor)
        born, txn = group.ws.fold.state(conn, record).heads, group.ws.randomness.uuid7()
        ops = [
            Op(Dot(actor, last + n), 2, world.clock.ms + n, group.person.id, FINDING.tag, record, record,
               OpType.EVENT, txn, at=born, event=confirm, args={})
            for n in range(1, 1006)
        ]  # fmt: skip
        journal.append(conn, journal.written(ops))
    world.take(office, world.up("01"))
    found = list(office.read(entries.ids, "", entries.INERT))
    assert len(found) == office.read(inert.count) == 1005
    (last_one,) = office.read(entries.rows, found[-1:])
    (first_one,) = office.read(entries.rows, found[:1])
    assert (first_one.rowid, last_one.rowid) == (found[0], found[-1])
    assert list(office.read(entries.ids, number, entries.INERT)) == found
    assert list(office.read(entries.ids, "没有这样的", entries.INERT)) == []


def test_more_than_five_hundred_bundles_are_all_in_the_ledger(world, opened):
    """The ledger stopped at 500 without a word, and a bundle taken before them was offered again on its stick."""
    office, peer = world.office, world.groups["01"].ws.profile.actor.replica
    with office.ws.writing() as conn:
        for n in range(1, 621):
            name, body = bytes([7]) * 24 + n.to_bytes(8, "big"), {"file": f"01-up-{n:04d}.dubu", "new": 1}
            links.note_bundle(conn, links.BundleRow(name[::-1], "in", peer, n, 1000 + n, 4096, body))
    whole = list(office.read(entries.ids, "", entries.LEDGER))
    assert len(set(whole)) == len(whole) == 620 + len(world.groups) * 2
    seat = opened(office, "bundles")
    seat.page.show_record(entries.LEDGER)
    seat.settle()
    assert list(seat.page.rows.ids()) == whole
    (oldest,) = office.read(entries.rows, whole[-1:])
    assert (oldest.rowid, oldest.item.file) == (whole[-1], "01-up-0001.dubu")
    seat.page.show_bundle(whole[-1])
    seat.settle()
    assert seat.page.entry_pane.facts.cell("文件").field.text == "01-up-0001.dubu"
    (found,) = office.read(entries.rows, office.read(entries.ids, "第77包 ", entries.LEDGER))
    assert found.item.file == "01-up-0077.dubu"
    assert ("01-up-0001.dubu", 4096) in office.read(entries.known_files)
    replica = oldest.item.replica
    assert {one.item.replica for one in office.read(entries.rows, office.read(entries.exchanged, replica, 3))} == {
        replica
    }


def test_a_warning_is_read_and_put_away(world, opened):
    from dubu_desktop.db import local

    with world.office.ws.writing() as conn:
        local.raise_alarm(conn, "D-256", "第三组的身份在两台电脑上使用", world.clock.ms)
    seat = opened(world.office, "bundles")
    seat.page.show_record(entries.ALARMS)
    seat.settle()
    seat.page.take_focus()
    assert "停止使用" in seat.page.entry_pane.facts.cell("怎么办").field.text
    seat.press(K.Key_Return, CTRL)
    assert world.office.read(entries.counts)[entries.ALARMS] == 0


def test_the_page_is_in_order_when_nothing_was_ever_exchanged(world, opened, tmp_path):
    from dubu_desktop.actions.setup import init_office

    fresh = init_office(tmp_path / "fresh", "澄川县-密码-2026", "李主任", world.clock).house
    try:
        seat = opened(fresh, "bundles", size=(1000, 640))
        for key in entries.EMPTY:
            seat.page.show_record(key)
            seat.settle()
            assert complaints(seat.window) == []
        seat.press(K.Key_E, CTRL)
        assert "还没有一个组报到" in seat.page.outgoing._line.text()
        seat.desk.close()
    finally:
        fresh.close()


def test_what_leaves_is_said_with_its_weight_and_what_the_stick_cannot_hold(world, opened, tmp_path, monkeypatch):
    group = world.groups["01"]
    number = world.finding(group)
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(jpeg(1, (640, 480)))
    group.do("add_photos", finding=number, files=[str(photo)])
    seat = opened(group, "bundles")
    seat.window.remember(FOLDER, str(world.stick))
    seat.press(K.Key_E, CTRL)
    line = seat.page.outgoing._line.text()
    assert line.startswith("给办公室，2 条记录，1 张原图，共 ")
    assert line.endswith("1 个文件")
    monkeypatch.setattr(places.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 1000}))
    seat.page.outgoing.use_folder(world.stick)
    seat.settle()
    assert "这个位置只剩 1000 字节，放不下，请换一个盘" in seat.page.outgoing._line.text()


def test_a_volume_that_has_not_come_is_named_with_its_sender(world, opened, tmp_path):
    group = world.groups["01"]
    number = world.finding(group)
    for seed in (1, 2, 3):
        photo = tmp_path / f"{seed}.jpg"
        photo.write_bytes(jpeg(seed, (640, 480)))
        group.do("add_photos", finding=number, files=[str(photo)])
    told = group.do("export_bundle", to="office", out=str(world.stick), volume_mb=0.012).extra["files"]
    assert len(told) > 2
    seat = opened(world.office, "bundles")
    seat.page.preview([one for at, one in enumerate(told) if at != 1])
    seat.settle()
    assert "卷" in cells(seat, 0)[1]
    assert cells(seat, 0)[-1].startswith("▲ 照片待补 ")
    seat.press(K.Key_Return)
    (row,) = [one for one in world.office.read(bundles.peers) if one.gap]
    assert row.gap == f"第2包缺第2卷（共{len(told)}卷）"
    seat.press(K.Key_Return)
    seat.page.show_record(entries.PEERS)
    seat.settle()
    assert complaints(seat.window) == []
    world.take(world.office, [told[1]])
    assert not any(one.gap for one in world.office.read(bundles.peers))
    (first, *_) = [one for one in world.office.read(bundles.ledger) if one.body.get("part") == 1 and one.photos == 3]
    assert first.chip.word == "已收下"
    assert f"第1卷（共{len(told)}卷）" in first.title


def test_a_group_makes_room_for_what_the_office_holds_twice_over(world, opened, tmp_path, monkeypatch):
    monkeypatch.setattr(durable, "other_medium", lambda _one, _other: True)
    group = world.groups["01"]
    number = world.finding(group)
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(jpeg(1, (3000, 2000)))
    group.do("add_photos", finding=number, files=[str(photo)])
    world.take(world.office, world.up("01"))
    seat = opened(group, "bundles")
    seat.page.take_focus()
    seat.press(K.Key_J)
    assert "请都留着" in seat.page.entry_pane._told.text()
    (tmp_path / "second").mkdir()
    world.office.do("make_backup", to=str(tmp_path / "second"))
    world.take(group, world.down("01"))
    seat.page.refresh()
    seat.settle()
    assert "其中 1 张办公室已备份到另一处" in seat.page.entry_pane._told.text()
    assert complaints(seat.window) == []
    with watching():
        seat.press(K.Key_O)
    assert any("已腾出" in said for said in seat.said)
    row = world.row(group, "evidence")
    assert not group.ws.blobs.has(row["sha256"])
    assert group.ws.blobs.has(row["preview"])


def test_an_export_put_aside_tells_when_the_stick_may_be_pulled(world, opened, monkeypatch):
    group = world.groups["01"]
    world.finding(group)
    held, go = threading.Event(), threading.Event()
    real = writing.volumes

    def waits(*args):
        held.set()
        assert go.wait(30)
        return real(*args)

    seat = opened(group, "bundles", "tasks")
    seat.window.remember(FOLDER, str(world.stick))
    seat.press(K.Key_E, CTRL)
    monkeypatch.setattr(writing, "volumes", waits)
    seat.page.outgoing.act()
    while not held.is_set():
        QApplication.processEvents()
    seat.window.progress.open()
    seat.window.progress.put_aside()
    seat.page.outgoing.act()
    seat.page.outgoing.begin()
    assert any("还没有写完" in said for said in seat.said)
    seat.window.go("tasks")
    go.set()
    seat.settle()
    assert any("可拔出：01-up-0002" in said for said in seat.said)
    assert len(list(world.stick.glob("01-up-0002*"))) == 1


def test_a_stick_that_fills_up_leaves_the_names_of_what_is_whole(world, opened, tmp_path, monkeypatch):
    group = world.groups["01"]
    number = world.finding(group)
    for seed in (1, 2, 3):
        photo = tmp_path / f"{seed}.jpg"
        photo.write_bytes(jpeg(seed, (640, 480)))
        group.do("add_photos", finding=number, files=[str(photo)])
    real, room = writing.volumes, [2]
    monkeypatch.setattr(writing, "volumes", lambda parcel, _limit=0: real(parcel, 12_000))

    def full(path, needed):
        room[0] -= 1
        if room[0] < 0:
            raise DubuError("D-608", needed=str(needed), free="0", path=str(path))

    monkeypatch.setattr(writing.files, "require_free", full)
    seat = opened(group, "bundles")
    seat.window.remember(FOLDER, str(world.stick))
    seat.press(K.Key_E, CTRL)
    seat.press(K.Key_Return)
    view = seat.page.outgoing
    assert view._done_chip.chip.word == "没有全部写完"
    names = sorted(one.name for one in world.stick.glob("01-up-0002*"))
    assert len(names) == 2
    assert all(name in view._done.text() for name in names)
    assert "D-608" in view._done.text()
    # with room again the same key writes it all
    room[0] = 100
    seat.press(K.Key_Return)
    assert "可拔出" in view._done_chip.chip.word


def test_a_bundle_for_the_life_before_a_restore_says_what_to_do(world, opened, tmp_path):
    """It is no bundle without news: what is in it is not taken, and there is a way to get it."""
    backup = Path(world.groups["01"].do("make_backup", to=str(tmp_path / "second")).extra["path"])
    world.office.do("edit_unit", unit="城关街道", values={"short_name": "城关"})
    former = world.down("01")
    restored_at = tmp_path / "restored"
    recovery.restore(backup, restored_at, password=PASSWORD, clock=world.clock)
    group = House.open_(restored_at, PASSWORD, world.clock)
    group.be("组长01")
    try:
        seat = opened(group, "bundles")
        seat.page.preview(former)
        seat.settle()
        pane = seat.page.incoming
        assert cells(seat, 0)[-1] == "▲ D-264 这是给本机恢复以前的包"
        assert "请先导出一个包交给办公室" in pane._told.text()
        assert "没有新内容" not in pane._told.text()
        seat.press(K.Key_Return)
        assert pane._title.text() == "没有收下任何数据包"
        assert "1 个包里的记录没有收" in pane._line.text()
        assert pane._more.isVisible(), "导出 is the way out"
        assert complaints(seat.window, own_texts=[Path(former[0]).name]) == []
        pane.leave()
        seat.page.preview(former)
        seat.settle()
        assert cells(seat, 0)[-1] == "▲ D-264 这是给本机恢复以前的包", "it is still not taken when it is read again"
    finally:
        group.close()


def test_a_group_destroys_what_it_added_to_a_record_that_left(world, opened):
    group, office = world.groups["01"], world.office
    number = world.finding(office)
    office.do("finalise_finding", finding=number)
    office.do("confirm_finding", findings=[number])
    office.do("assign_rectification", findings=[number], verify_group="01")
    world.take(group, world.down("01"))
    group.do("add_photos", finding=number, images=[jpeg(1)], role="after")
    row = world.row(group, "evidence")
    world.take(office, world.up("01"))
    office.do("purge", kind="finding", record=number, reason="误录")
    world.take(group, world.down("01"))
    seat = opened(group, "bundles")
    seat.page.take_focus()
    seat.press(K.Key_J)
    assert "本组加在已移出记录上的照片" in seat.page.entry_pane._told.text()
    assert complaints(seat.window) == []
    seat.press(K.Key_X)
    assert "不能撤销" in seat.page.entry_pane.ask._note.text()
    assert complaints(seat.window) == []
    with watching():
        seat.press(K.Key_Return, CTRL)
    assert any("已从本机销毁" in said for said in seat.said)
    assert not group.ws.blobs.has(row["sha256"])
