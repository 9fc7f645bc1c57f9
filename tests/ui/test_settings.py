"""设置 on real workspaces: persons, groups, rules, categories, phrases, papers, backups, the password, the look."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPdfWriter

from dubu_desktop.actions import locks
from dubu_desktop.actions.setup import init_group
from dubu_desktop.ui import files, theme
from dubu_desktop.ui.settings.code_sheet import CodeSheet, print_lines
from dubu_desktop.ui.settings.page import ENTRIES
from dubu_desktop.ui.widgets.overlay import Overlay
from tests.world import PASSWORD, World

from .guard import watching
from .real import CTRL
from .walk import complaints
from .workbooks import workbook

K = Qt.Key


def go(seat, key: str):
    """Open a section; returns it."""
    seat.page.show_record(key)
    seat.settle()
    return seat.page.section(key)


def sheet(seat) -> CodeSheet:
    (found,) = [one for one in seat.window.findChildren(Overlay) if isinstance(one, CodeSheet) and one.isVisible()]
    return found


def test_a_person_is_added_and_given_another_role_by_keyboard(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "people")
    with watching():
        seat.press(K.Key_Return)  # into the section
        assert section.table.hasFocus()
        seat.press(K.Key_A)
        seat.write("叶青禾")
        seat.tab()
        seat.write("工作人员")
        seat.press(K.Key_Return)
        seat.press(K.Key_Return, CTRL)
    row = world.row(world.office, "person", name="叶青禾")
    assert row["roles"] == ["clerk"]
    assert "叶青禾" in [record.name for record in section.records]


def test_a_group_sees_the_sections_it_has(world, opened):
    seat = opened(world.groups["01"], "settings")
    shown = [ENTRIES[row - 1].key for row in seat.page.rows.ids()]
    assert shown == ["people", "rules", "backup", "archive", "security", "look", "about"]
    assert not go(seat, "rules").cards["deadlines"].cell("soon_days").field.editable


def test_a_section_is_found_by_initials(world, opened):
    seat = opened(world.office, "settings")
    seat.press(K.Key_Slash)
    seat.write("gzfa")
    seat.press(K.Key_Return)
    assert [ENTRIES[row - 1].key for row in seat.page.rows.ids()] == ["rules"]


def test_a_group_is_enrolled_and_the_code_on_the_sheet_opens_its_starter(world, opened, tmp_path, monkeypatch):
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(files, "choose_folder", lambda _parent, _title, then: then(stick))
    seat = opened(world.office, "settings")
    go(seat, "groups")
    seat.press(K.Key_Return)
    with watching():
        seat.press(K.Key_A)
        form = seat.page.section("groups").ask._form
        assert form.values()["code"] == "03", "the next free number is proposed"
        form.open("leader")
        seat.write("石建功")
        seat.press(K.Key_Return, CTRL)
    shown = sheet(seat)
    (starter,) = stick.glob("*.dubu-starter")
    made = init_group(tmp_path / "g3", PASSWORD, "石建功", starter.read_bytes(), shown.code, world.clock)
    made.house.close()
    seat.press(K.Key_Return)
    assert not [one for one in seat.window.findChildren(CodeSheet) if one.isVisible()]


def test_codes_are_put_on_paper(qapp, tmp_path):
    paper = tmp_path / "code.pdf"
    assert print_lines(QPdfWriter(str(paper)), ((1.0, True, "督簿 开通码"), (1.4, True, "ABCDE-23456")))
    assert paper.stat().st_size > 1000


def rule(world: World) -> dict:
    newest = max(world.rows(world.office, "rule_profile"), key=lambda row: row["version"])
    return newest


def test_a_rule_is_changed_and_says_what_it_rests_on(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "rules")
    section.cards["deadlines"].open("soon_days")
    seat.write("5")
    seat.press(K.Key_Return)
    assert rule(world)["rules"]["deadlines"]["soon_days"] == 5
    section.cards["deadlines"].open("sources")
    seat.write("《督导巡查工作方案》第八条")
    seat.press(K.Key_Return)
    assert rule(world)["rules"]["sources"]["deadlines"] == "《督导巡查工作方案》第八条"
    assert rule(world)["rules"]["deadlines"]["soon_days"] == 5
    assert rule(world)["version"] == 3
    section.cards["deadlines"].open("term_days/limited")
    seat.write("12")
    seat.press(K.Key_Return)
    assert rule(world)["rules"]["deadlines"]["term_days"] == {"immediate": 1, "limited": 12, "long": 60}


def test_a_rule_that_makes_no_sense_is_refused_and_stays(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "rules")
    section.cards["deadlines"].open("soon_days")
    seat.write("三")
    seat.press(K.Key_Return)
    assert "没有看懂" in seat.said[-1]
    section.cards["visits"].open("unannounced_share")
    seat.write("5/3")
    seat.press(K.Key_Return)
    assert seat.said[-1].startswith("D-332")
    assert rule(world)["version"] == 1


def test_a_categorys_industry_unit_is_chosen(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "categories")
    seat.press(K.Key_Return)
    path = section.records[0].path
    seat.press(K.Key_Return)
    seat.write("yjglj")
    seat.press(K.Key_Return)
    seat.press(K.Key_Return, CTRL)
    name = path.split(" / ")[1]
    unit = world.row(world.office, "unit", name="应急管理局")["uuid"]
    assert world.row(world.office, "category", name=name)["industry_unit"] == unit


def test_a_phrase_is_added_changed_and_taken_out(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "phrases")
    seat.press(K.Key_Return)
    seat.press(K.Key_A)
    seat.write("zzzz")
    seat.tab()
    seat.write("围挡缺失【长度】m")
    seat.press(K.Key_Return, CTRL)
    assert world.row(world.office, "phrase", abbr="zzzz")["text"] == "围挡缺失【长度】m"
    section.table.selectRow([one.abbr for one in section.records].index("zzzz"))
    section.edit()
    seat.settle()
    section.ask._form.open("text")
    seat.press(K.Key_A, CTRL)
    seat.write("围挡缺失【长度】米")
    seat.press(K.Key_Return, CTRL)
    assert world.row(world.office, "phrase", abbr="zzzz")["text"] == "围挡缺失【长度】米"
    section.table.selectRow([one.abbr for one in section.records].index("zzzz"))
    section.remove()
    seat.settle()
    assert world.row(world.office, "phrase", abbr="zzzz")["status"] == "void"


def test_paper_settings_hold_for_the_next_draft(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "papers")
    section.organ.open("organ")
    seat.press(K.Key_A, CTRL)
    seat.write("澄川县督导巡查领导小组办公室")
    seat.press(K.Key_Return)
    section.series.open("used/bulletin")
    seat.write("16")
    seat.press(K.Key_Return)
    number = world.assigned("01")
    made = world.office.do("draft_bulletin", findings=[number]).ids[-1]
    world.office.do("submit_document", document=made)
    assert world.office.do("sign_document", document=made).number == "督巡通〔2026〕17号"
    assert section.view.given.organ == "澄川县督导巡查领导小组办公室"


def said(section, key: str) -> str:
    code, used = (section.series.cell(f"{name}/{key}").field.text for name in ("code", "used"))
    return f"{used} {code}"


def test_words_series_and_margins_by_keyboard_alone_and_taken_back(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "papers")
    seat.press(K.Key_Return)  # into the section
    with watching():
        for _ in range(40):
            if seat.focus() is section.look.cell("page"):
                break
            seat.tab()
        seat.press(K.Key_Return)
        seat.press(K.Key_Down)
        seat.press(K.Key_Return)
        assert section.view.given.page == "gb33476"
        for _ in range(40):
            if seat.focus() is section.series.cell("code/reminder_letter"):
                break
            seat.tab()
        seat.press(K.Key_Return)
        seat.write("澄督提")
        seat.press(K.Key_Return)
        seat.tab()
        seat.press(K.Key_Return)
        seat.write("7")
        seat.press(K.Key_Return)
    assert said(section, "reminder_letter") == "用到第7号 澄督提〔2026〕8号"
    assert said(section, "special_report") == "没有用过 专报2026年第1期"
    assert not section.series.cell("code/special_report").field.editable
    for left in ("没有用过 澄督提〔2026〕1号", "没有用过 督提〔2026〕1号"):
        seat.press(K.Key_Z, CTRL)
        assert said(section, "reminder_letter") == left
    seat.press(K.Key_Z, CTRL)
    assert section.view.given.page == "practice"


def test_a_series_refuses_with_a_code_and_keeps_what_held(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "papers")
    for key, typed in (("used/reminder_letter", "七"), ("code/reminder_letter", "督改")):
        section.series.open(key)
        seat.press(K.Key_A, CTRL)
        seat.write(typed)
        seat.press(K.Key_Return)
        assert seat.said[-1].startswith("D-310")
    assert said(section, "reminder_letter") == "没有用过 督提〔2026〕1号"


def test_papers_are_only_shown_to_who_may_not_set_them(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "papers")
    world.office.person = None
    section.refresh()
    seat.settle()
    cards = (section.organ, section.sending, section.look, section.series)
    assert not [key for card in cards for key in card.field_keys() if card.cell(key).field.editable]
    assert "由办公室工作人员和主任改" in section.foot.text()


def test_the_people_fit_beside_the_list_on_a_small_screen_at_150_per_cent(world, opened):
    seat = opened(world.office, "settings")
    seat.window.resize(911, 491)
    section = go(seat, "people")
    assert section.table.horizontalScrollBar().maximum() == 0


def test_a_ledger_is_read_in_from_settings(world, opened, tmp_path, monkeypatch):
    rows = [("问题编号", "发现时间", "地点", "具体情况"), ("旧1", "2026-05-06", "城关街道东门", "消防栓无水2处")]
    book = workbook(tmp_path / "台账.xlsx", rows, "台账")
    monkeypatch.setattr(files, "choose_file", lambda _parent, _title, _filters, then: then(book))
    seat = opened(world.office, "settings")
    section = go(seat, "intake")
    section.begin("findings")
    seat.settle()
    seat.press(K.Key_Return, CTRL)
    seat.press(K.Key_Return, CTRL)
    (row,) = world.rows(world.office, "finding")
    assert (row["facts"], row["status"]) == ("消防栓无水2处", "draft")
    assert section.stack.currentIndex() == 0


def test_a_backup_is_made_and_copied_to_the_second_place(world, opened, tmp_path, monkeypatch):
    place = tmp_path / "second"
    place.mkdir()
    monkeypatch.setattr(files, "choose_folder", lambda _parent, _title, then: then(place))
    seat = opened(world.office, "settings")
    section = go(seat, "backup")
    assert "还没有指定" in section.places.cell("second")._text.text()
    with watching():
        section.choose_second()
        seat.settle()
        seat.press(K.Key_B, CTRL)
    assert len(list(place.glob("dubu-*/backups/*/dubu.db"))) == 2
    assert "备份已做好并验证" in seat.said[-1]
    section.set_second(None)
    seat.settle()
    assert section.second() == ""


def test_the_password_is_changed_and_wrong_ones_are_refused(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "security")
    section.change_password()
    for text in ("falsch-12345", "new-word-2027", "new-word-2027"):
        seat.write(text)
        seat.tab()
    with watching():
        seat.press(K.Key_Return, CTRL)
    assert seat.said[-1].startswith("D-103")
    section._change({"old": PASSWORD, "new": "new-word-2027", "again": "other-2027"})
    assert "不一样" in seat.said[-1]
    section._change({"old": PASSWORD, "new": "new-word-2027", "again": "new-word-2027"})
    seat.settle()
    assert locks.password_fits(world.office, "new-word-2027")


def test_a_new_recovery_code_is_shown_once(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "security")
    section.new_code()
    seat.write(PASSWORD)
    seat.press(K.Key_Return, CTRL)
    code = sheet(seat).code
    assert len(code.split("-")) == 7
    world.office.close()
    from dubu_desktop.actions.house import House

    with House.open_with_recovery(Path(world.root / "office"), code, world.clock) as house:
        assert not house.ws.can_sign


def test_the_look_changes_at_once_and_is_remembered(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat, "look")
    try:
        section._edited("theme", "sun")
        assert theme.tokens().name == "sun"
        assert seat.window.remembered("theme", "") == "sun"
        section._edited("idle_minutes", 3)
        assert seat.window.idle._timer.interval() == 3 * 60_000
    finally:
        seat.window.set_theme("light")


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
def test_every_text_of_every_section_fits_and_is_chinese(world, opened, size):
    seat = opened(world.office, "settings", size=size)
    names = ["SQL", "PySide6", "cryptography", "OpenSSL", "pyrage", "python", "Pillow", "pypdf", "pinyin", "msgspec"]
    own = [str(world.root), "Linux", "LGPL", "BSD", "MIT", "Apache", "PSF", *names]
    own += [row["abbr"] for row in world.rows(world.office, "phrase")]  # an abbreviation is a record's own text
    own += ["20260602"]  # the name of a backup ends in a tag of random letters
    for entry in ENTRIES:
        go(seat, entry.key)
        assert complaints(seat.window, own_texts=own) == [], entry.key
