"""The .docx as a file: fonts by name, the numbers of the page, schema order, and text that stays text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from PIL import Image

from dubu_desktop.domain.papers.blocks import Column, Photo, Table
from dubu_desktop.domain.papers.bulletin import bulletin
from dubu_desktop.domain.papers.bulletin_data import BulletinData
from dubu_desktop.errors import DubuError
from dubu_desktop.export.docx import paper_bytes, write_paper
from dubu_desktop.export.docx.fonts import FREE, PROFILES, WINDOWS, WINDOWS_GB2312, FontProfile, glyph_warnings
from dubu_desktop.export.docx.head import mark_size
from dubu_desktop.export.docx.tokens import fitted
from dubu_desktop.export.docx.xml import Ink
from tests.unit.export import dossiers
from tests.unit.export.samples import bulletin_data, item

GOLDEN = Path(__file__).with_name("golden_bulletin.txt")

# Order of the children of pPr and rPr we write (ECMA-376 part 1, 17.3.1.26 and 17.3.2.28).
PPR = [
    *("keepNext", "pageBreakBefore", "widowControl", "pBdr", "tabs", "overflowPunct", "autoSpaceDE", "autoSpaceDN"),
    *("snapToGrid", "spacing", "ind", "jc", "rPr"),
]
RPR = ["rFonts", "b", "bCs", "color", "spacing", "w", "sz", "szCs", "lang"]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def made(data: BulletinData, profile: FontProfile = WINDOWS) -> dict[str, bytes]:
    return parts(paper_bytes(bulletin(data), profile=profile))


def document_text(data: bytes) -> str:
    root = etree.fromstring(parts(data)["word/document.xml"])
    return "".join(root.itertext(qn("w:t")))


def jpeg(width: int = 400, height: int = 300) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), (90, 120, 140)).save(stream, "JPEG")
    return stream.getvalue()


def outline(xml: bytes) -> str:
    """Every paragraph as one line: its properties, its faces and sizes, the beginning of its text."""
    lines = []
    for element in etree.fromstring(xml).iter(qn("w:p"), qn("w:gridCol"), qn("w:sectPr")):
        tag = etree.QName(element).localname
        if tag == "gridCol":
            lines.append(f"gridCol {element.get(qn('w:w'))}")
            continue
        if tag == "sectPr":
            for child in element:
                values = " ".join(f"{etree.QName(key).localname}={value}" for key, value in sorted(child.items()))
                lines.append(f"sectPr {etree.QName(child).localname} {re.sub('id=rId[0-9]+', 'id', values)}")
            continue
        form = [
            etree.QName(child).localname
            + "".join(f"[{etree.QName(key).localname}={value}]" for key, value in sorted(child.items()))
            for child in element.find(qn("w:pPr"))
            if child.tag != qn("w:rPr")
        ]
        runs = []
        for run in element.findall(qn("w:r")):
            properties = run.find(qn("w:rPr"))
            text = "".join(run.itertext(qn("w:t")))
            if properties is not None and text:
                face = properties.find(qn("w:rFonts")).get(qn("w:eastAsia"))
                runs.append(f"{face}/{properties.find(qn('w:sz')).get(qn('w:val'))} {text[:12]}")
        lines.append(" ".join(form) + " | " + " | ".join(runs))
    return "\n".join(lines) + "\n"


def test_golden_structure() -> None:
    """A change of the layout is a change of this file: read it in the diff, then write it anew (delete it and run)."""
    found = outline(made(bulletin_data(1))["word/document.xml"])
    if not GOLDEN.exists():
        GOLDEN.write_text(found, encoding="utf-8")
        pytest.fail(f"{GOLDEN.name} was missing and has been written; read it and run again")
    assert found == GOLDEN.read_text(encoding="utf-8")


def test_page_and_grid_in_twips_rows_2_to_11() -> None:
    section = docx.Document(io.BytesIO(paper_bytes(bulletin(bulletin_data(1))))).sections[0]
    properties = section._sectPr
    size, margins = properties.find(qn("w:pgSz")), properties.find(qn("w:pgMar"))
    assert (size.get(qn("w:w")), size.get(qn("w:h"))) == ("11906", "16838")
    assert [margins.get(qn(f"w:{side}")) for side in ("top", "bottom", "left", "right")] == [
        "2098",
        "1984",
        "1587",
        "1474",
    ]
    grid = properties.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_fonts_are_named_in_every_run(profile: FontProfile) -> None:
    xml = made(bulletin_data(3), profile)
    wanted = {
        "澄川县督导巡查领导小组办公室文件": profile.title,
        "关于6月上旬督导巡查发现问题情况的通报": profile.title,
        "一、总体情况": profile.hei,
        "（一）安全生产方面（2个）": profile.kai,
        "澄督办〔2026〕5号": profile.body,
        "附件": profile.hei,
    }
    root = etree.fromstring(xml["word/document.xml"])
    seen = {}
    for run in root.iter(qn("w:r")):
        text = "".join(piece.text or "" for piece in run.findall(qn("w:t")))
        if text:
            fonts = run.find(qn("w:rPr")).find(qn("w:rFonts"))
            names = {fonts.get(qn(f"w:{part}")) for part in ("ascii", "hAnsi", "eastAsia", "cs")}
            assert len(names) == 1
            assert fonts.get(qn("w:hint")) == "eastAsia"
            seen[text] = names.pop()
    assert {text: seen[text] for text in wanted} == wanted
    assert set(seen.values()) <= {profile.body, profile.title, profile.kai, profile.hei}
    for footer in ("word/footer1.xml", "word/footer2.xml"):
        assert f'w:eastAsia="{profile.song}"'.encode() in xml[footer]


def test_the_free_title_face_is_bold_and_no_other() -> None:
    assert b"<w:b/>" in made(bulletin_data(1), FREE)["word/document.xml"]
    assert b"<w:b/>" not in made(bulletin_data(1))["word/document.xml"]


def test_children_stand_in_schema_order() -> None:
    for name, xml in made(bulletin_data(2)).items():
        if not re.fullmatch(r"word/(document|footer\d|header\d)\.xml", name):
            continue
        for tag, order in (("pPr", PPR), ("rPr", RPR)):
            for element in etree.fromstring(xml).iter(qn(f"w:{tag}")):
                places = [order.index(etree.QName(child).localname) for child in element]
                assert places == sorted(places)


def test_off_the_grid_what_is_not_of_the_pitch() -> None:
    root = etree.fromstring(made(bulletin_data(2))["word/document.xml"])
    for properties in root.iter(qn("w:pPr")):
        if properties.find(qn("w:spacing")).get(qn("w:line")) != "579":
            assert properties.find(qn("w:snapToGrid")).get(qn("w:val")) == "0"


def test_odd_and_even_pages_settings_and_language() -> None:
    xml = made(bulletin_data(1))
    settings = xml["word/settings.xml"].decode()
    assert "<w:evenAndOddHeaders/>" in settings
    assert 'characterSpacingControl w:val="compressPunctuation"' in settings
    assert "ja-JP" not in settings
    assert b'w:eastAsia="zh-CN"' in xml["word/styles.xml"]


def test_signature_is_held_to_the_text_before() -> None:
    document = docx.Document(io.BytesIO(paper_bytes(bulletin(bulletin_data(1)))))
    texts = [paragraph.text for paragraph in document.paragraphs]
    organ = texts.index("澄川县督导巡查领导小组办公室")
    assert texts[organ + 1] == "2026年6月15日"
    listed = texts.index("附件：整改情况反馈表")
    for paragraph in document.paragraphs[listed - 2 : organ + 1]:
        assert paragraph.paragraph_format.keep_with_next


def test_tables_have_fixed_widths_and_a_repeated_head() -> None:
    root = etree.fromstring(made(bulletin_data(2))["word/document.xml"])
    tables = [table for table in root.iter(qn("w:tbl")) if table.find(".//" + qn("w:tblHeader")) is not None]
    assert len(tables) == 2
    for table in tables:
        widths = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
        assert sum(widths) == 8845
        assert table.find(qn("w:tblPr")).find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"
        for row in table.iter(qn("w:tr")):
            assert [int(cell.get(qn("w:w"))) for cell in row.iter(qn("w:tcW"))] == widths
            assert row.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None


def test_a_row_longer_than_half_a_page_may_break() -> None:
    blocks = (Table((Column("甲", 78), Column("乙", 78)), (("裸土未覆盖。" * 100, ""),)),)
    data = paper_bytes(replace(bulletin(bulletin_data(1)), body=blocks))
    table = next(etree.fromstring(parts(data)["word/document.xml"]).iter(qn("w:tbl")))
    rows = list(table.iter(qn("w:tr")))
    assert rows[1].find(qn("w:trPr")) is None


HOSTILE = (
    "{{7*7}}",
    "{% for x in y %}",
    "</w:t></w:r><w:p/>",
    "&lt;&amp;<>&\"'",
    "<!DOCTYPE x [<!ENTITY y 'z'>]>",
    "]]>",
    "=cmd|' /C calc'!A1",
    "PAGE \\* MERGEFORMAT",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_as_it_is(text: str) -> None:
    data = paper_bytes(bulletin(bulletin_data(1, items=(item(0, place=text),), addressees=(text,), lead=text)))
    assert document_text(data).count(text) >= 3
    docx.Document(io.BytesIO(data))


def test_control_characters_and_deceivers_are_gone() -> None:
    bad = "".join(map(chr, [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0x202E, 0x200B, 0xFEFF, 0xFFFE]))
    found = document_text(paper_bytes(bulletin(bulletin_data(1, items=(item(0, place=f"甲{bad}乙\ud800丙"),)))))
    assert not any(char in found for char in bad)
    assert "乙\ufffd丙" in found


def test_rare_characters_stay_and_are_warned_of() -> None:
    rare = bulletin(bulletin_data(1, items=(item(0, place="堃喆玥𬘭龘商店"),), copy_to=("县委办翀祎处",)))
    text = document_text(paper_bytes(rare))
    assert "堃喆玥𬘭龘商店" in text
    assert "翀祎" in text
    assert [re.findall("“(.)”", warning) for warning in glyph_warnings(rare)] == [["𬘭"]]
    old = "".join(glyph_warnings(rare, WINDOWS_GB2312))
    assert all(char in old for char in "堃喆玥𬘭龘翀祎")
    assert "U+2C62D" in old


def test_a_title_is_judged_by_the_face_of_titles() -> None:
    titled = bulletin(bulletin_data(1, title="关于堃喆社区督导巡查情况的通报", lead="张堃报告了情况。"))
    assert [said[1:8] for said in glyph_warnings(titled)] == ["方正小标宋简体"] * 2
    assert glyph_warnings(titled, PROFILES["xinchuang"]) == ()
    smiling = bulletin(bulletin_data(1, lead="表情😀。"))
    assert [re.findall("“(.)”", said) for said in glyph_warnings(smiling, PROFILES["xinchuang"])] == [["😀"]]


def test_warnings_look_into_every_part_of_a_paper() -> None:
    data = bulletin_data(
        40,
        mark="堃",
        organ="喆",
        title="玥",
        lead="昇",
        items=(item(0, photos=(Photo(jpeg(), "犇"),)), *(item(place, place="珺") for place in range(1, 40))),
    )
    text = "".join(glyph_warnings(bulletin(data), WINDOWS_GB2312))
    assert all(char in text for char in "堃喆玥昇犇珺")


def test_photos_two_by_two_unchanged() -> None:
    photos = (jpeg(400, 300), jpeg(300, 1600), jpeg(500, 300))
    data = bulletin_data(1, items=(item(0, photos=tuple(Photo(photo, f"照片{n}") for n, photo in enumerate(photos))),))
    xml = made(data)
    assert sorted(body for name, body in xml.items() if name.startswith("word/media/")) == sorted(photos)
    root = etree.fromstring(xml["word/document.xml"])
    sizes = [
        (int(extent.get("cx")) / 36000, int(extent.get("cy")) / 36000)
        for extent in root.iter(qn("wp:extent"))
        if extent.getparent().tag == qn("wp:inline")
    ]
    assert sizes[0] == pytest.approx((70, 52.5), abs=0.1)
    assert sizes[1] == pytest.approx((16.875, 90), abs=0.1)
    assert sizes[2] == pytest.approx((70, 42), abs=0.1)
    assert "照片2" in document_text(paper_bytes(bulletin(data)))


@pytest.mark.parametrize("body", [b"", b"no picture", b"GIF89a", jpeg()[:20]])
def test_a_print_copy_that_is_no_picture_is_named(body: bytes) -> None:
    data = bulletin_data(1, items=(item(0, photos=(Photo(jpeg()), Photo(body))),))
    with pytest.raises(DubuError) as caught:
        paper_bytes(bulletin(data))
    assert caught.value.code == "D-504"
    assert "第2张" in caught.value.sentence


def test_facts_of_ten_thousand_characters_are_whole() -> None:
    facts = "查" * 10000
    assert document_text(paper_bytes(bulletin(bulletin_data(1, items=(item(0, facts=facts),))))).count(facts) == 1


def test_a_table_cell_of_many_lines_is_whole() -> None:
    table = Table((Column("甲", 78), Column("乙", 78)), (("查" * 3000, ""),))
    paper = replace(bulletin(bulletin_data(1)), body=(table,))
    assert "查" * 3000 in document_text(paper_bytes(paper))


def test_the_file_says_nothing_of_who_typed_it() -> None:
    core = made(bulletin_data(1))["docProps/core.xml"].decode()
    assert "关于6月上旬督导巡查发现问题情况的通报" in core
    assert "python-docx" not in core
    assert "2026-06-15" in core


def test_write_to_a_path_or_a_stream(tmp_path: Path) -> None:
    paper = bulletin(bulletin_data(1))
    path = tmp_path / "通报.docx"
    path.write_bytes(b"old")
    write_paper(paper, path)
    assert "澄督办" in document_text(path.read_bytes())
    stream = io.BytesIO()
    write_paper(paper, stream)
    assert document_text(stream.getvalue()) == document_text(path.read_bytes())
    assert [file.name for file in tmp_path.iterdir()] == ["通报.docx"]


def test_a_failed_paper_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "通报.docx"
    path.write_bytes(b"old")
    with pytest.raises(DubuError):
        write_paper(bulletin(bulletin_data(1, items=(item(0, photos=(Photo(b"x"),)),))), path)
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("length", "size", "scale"), [(4, 62, 100), (7, 62, 100), (9, 49, 100), (16, 42, 65), (30, 29, 50)]
)
def test_the_mark_fits_the_text(length: int, size: float, scale: int) -> None:
    assert mark_size("县" * length) == (size, scale)
    assert size * scale / 100 * length <= 442.25


def test_a_number_in_a_cell_is_plain_characters_and_is_narrowed_only_where_it_does_not_fit() -> None:
    number, long, ink = "WT-2026-03-0001", "WTABCD-2026-03B-0001", Ink()
    assert fitted(number, Ink(size_pt=12), 2155) == Ink(size_pt=12)
    assert 60 < fitted(long, Ink(size_pt=12), 2155).scale < 100
    assert fitted(f"见{long}", ink, 600) == ink, "running text keeps its width"
    assert fitted("A-1" * 30, ink, 600) == ink, "never so narrow that nobody could read it"
    letter = paper_bytes(dossiers.paper("reminder_letter", findings=(dossiers.told(0, number=long),)))
    table = docx.Document(io.BytesIO(letter)).tables[0]
    assert table.rows[1].cells[1].text == long
