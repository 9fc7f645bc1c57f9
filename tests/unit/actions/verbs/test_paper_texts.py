"""The office words its papers: changed, checked, set back, taken back; at the groups and in what was signed."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import choosing, papers, texts
from dubu_desktop.actions.reads import rowsout, wording
from dubu_desktop.domain.papers.kinds import kind_of
from dubu_desktop.domain.papers.parts import figures_of
from dubu_desktop.domain.papers.texts import Shipped
from dubu_desktop.errors import DubuError
from tests.unit.actions.verbs.test_papers import confirmed, drafted, texts_of
from tests.world import World

OPENING = {"kind": "专报", "text": "导语"}


def made(house: Any, kind: str, **options: Any) -> papers.Printable:
    chosen = kind_of(kind)

    def read(r: Any) -> papers.Printable:
        return papers.made(r, chosen, choosing.fitting(r, chosen, 1)[0], options)

    return house.read(read)


def body_of(house: Any, kind: str = "special_report", **options: Any) -> list[str]:
    return [getattr(b, "text", "") for b in made(house, kind, **options).paper.body]


def test_a_text_is_changed_and_its_figure_still_opens(world: World) -> None:
    confirmed(world, "01")
    world.office.do("edit_paper_text", **OPENING, words="本期通报问题{问题数}个，{{原文}}。")
    paper = made(world.office, "special_report").paper
    assert getattr(paper.body[0], "text", "") == "本期通报问题1个，{原文}。"
    text, figure = next(iter(figures_of(paper)))
    assert (text[figure.at], figure.text, len(figure.rows)) == ("1", "1", 1)


def test_a_wrong_tag_is_refused_by_its_place_and_nothing_is_changed(world: World) -> None:
    with pytest.raises(DubuError, match=r"^D-335 .*第1行第3列：没有“\{问题个数\}”这个标签，是不是“\{问题数\}”"):
        world.office.do("edit_paper_text", **OPENING, words="发现{问题个数}个")
    assert world.rows(world.office, "paper_text") == []


def test_a_number_written_by_hand_is_warned_of(world: World) -> None:
    done = world.office.do("edit_paper_text", **OPENING, words="发现问题37个。")
    assert done.warnings == ("没有用到“{问题数}”：印出来就没有这个数，写死的数点不开",)


def test_checking_says_what_it_would_come_to_and_changes_nothing(world: World) -> None:
    told = world.office.do("check_paper_text", **OPENING, words="共{问题数}个，{时问}").extra
    (wrong,) = told["wrong"]
    assert (wrong["line"], wrong["column"], wrong["meant"]) == (1, 9, "{时间}")
    assert world.office.do("check_paper_text", **OPENING, words="共{问题数}个").extra["shown"] == "共37个"
    assert world.rows(world.office, "paper_text") == []


def test_set_back_and_taken_back(world: World) -> None:
    office = world.office
    for words in ("甲{问题数}", "乙{问题数}"):
        office.do("edit_paper_text", **OPENING, words=words)

    def now() -> str:
        return str(office.read(lambda r: texts.in_force(r.conn).of("special_report").template("opening")))

    assert now() == "乙{问题数}"
    office.do("undo")
    assert now() == "甲{问题数}"
    office.do("reset_paper_text", **OPENING)
    assert now().startswith("{如有 时间}")
    (row,) = world.rows(office, "paper_text")
    assert (row["own"], row["text"], row["version"]) == (False, None, 2)
    office.do("undo")
    assert now() == "甲{问题数}"


def test_begun_taken_back_and_begun_again(world: World) -> None:
    office = world.office
    office.do("edit_paper_text", **OPENING, words="甲{问题数}")
    office.do("undo")
    office.do("edit_paper_text", **OPENING, words="乙{问题数}")
    assert office.read(lambda r: texts.in_force(r.conn).of("special_report").template("opening")) == "乙{问题数}"


def test_the_shipped_words_again_are_no_own_text(world: World) -> None:
    row = world.office.read(wording.wording, "专报")[2]
    world.office.do("edit_paper_text", kind="专报", text=row.place.key, words=row.text)
    assert world.rows(world.office, "paper_text") == []


def test_a_text_left_empty_is_not_printed(world: World) -> None:
    confirmed(world, "01")
    before = body_of(world.office)
    world.office.do("edit_paper_text", kind="专报", text="causes", words="")
    after = body_of(world.office)
    assert len(after) == len(before) - 2  # the sentence, and the heading with nothing left below it
    assert "三、工作建议" in after
    assert not any("日常排查" in text for text in after)


def test_the_groups_word_their_papers_as_the_office_does(world: World) -> None:
    world.office.do("edit_paper_text", **OPENING, words="上报问题{问题数}个。")
    world.take(world.groups["01"], world.down("01"))
    confirmed(world, "01")
    assert body_of(world.groups["01"])[0] == "上报问题1个。"
    with pytest.raises(DubuError, match=r"^D-303 "):
        world.groups["01"].do("edit_paper_text", **OPENING, words="{问题数}")


def test_what_was_signed_notes_its_texts_and_does_not_change(world: World) -> None:
    number = confirmed(world, "01")
    world.office.do("edit_paper_text", kind="督导巡查通报", text="要求四", words="逾期的，一律约谈。")
    paper = drafted(world, number)
    world.office.do("submit_document", document=paper)
    world.office.do("sign_document", document=paper)
    world.office.do("reset_paper_text", kind="bulletin", text="press")
    row = world.row(world.office, "document", uuid=bytes.fromhex(paper))
    assert row["frozen"]["texts"]["own"] == {"bulletin/press": 1}
    printed = world.office.read(lambda r: papers.paper_of(r, paper))
    assert any("一律约谈" in getattr(b, "text", "") for b in printed.body)


def test_an_own_text_that_suits_no_more_is_said_before_printing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    confirmed(world, "01")
    with monkeypatch.context() as older:  # written under a version that knew the tag
        older.setattr(Shipped, "wrong", lambda _self, _text: ())
        world.office.do("edit_paper_text", **OPENING, words="{旧标签}发现{问题数}个")
    printed = made(world.office, "special_report")
    assert printed.warnings[0].startswith("文书用语“导语”第1行第1列：没有“{旧标签}”这个标签")
    assert "专报如下" in body_of(world.office)[0]
    assert world.office.read(wording.wording, "special_report")[2].state == "不能用"


EVIL = "{问题数}{如有 时间}{完}｛x｝<w:t>&lt;=HYPERLINK(1)%s{{7*7}}"


def test_what_stands_in_records_is_never_read_as_a_template(world: World, tmp_path: Path) -> None:
    number = confirmed(world, "01", place=f"市场{EVIL}", facts=f"通道堆放瓷砖{EVIL}，约40箱")
    for kind in ("special_report", "bulletin", "recommendation_letter", "rectification_notice"):
        out = tmp_path / f"{kind}.docx"
        world.office.do("make_paper", kind=kind, findings=[number], out=str(out))
        assert escape(EVIL, quote=False) in texts_of(out), kind


def test_grouped_by_unit_where_a_person_chooses_so(world: World) -> None:
    confirmed(world, "01")
    bulletin = made(world.office, "bulletin", group_by="unit").paper
    heads = [getattr(b, "text", "") for b in bulletin.body if type(b).__name__ == "Heading"]
    assert not any("方面" in head for head in heads)


def test_every_wording_is_listed_with_its_state(world: World) -> None:
    world.office.do("edit_paper_text", **OPENING, words="{问题数}")
    rows = world.office.read(wording.wording, "special_report")
    assert {row.state for row in rows} == {"默认", "已改（第1版）"}
    shown = world.office.read(lambda r: list(rowsout.show(r, "wording", {"kind": "special_report", "text": "opening"})))
    assert [one["words"] for one in shown] == ["{问题数}"]
