"""Every kind of paper as a file: schema order in all parts, readable again, text that stays text."""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from lxml import etree

from dubu_desktop.domain.papers import kinds
from dubu_desktop.domain.papers.blocks import Cell, Grid, HeadStyle, Photo, Row
from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.domain.papers.parts import figures_of
from dubu_desktop.errors import DubuError
from dubu_desktop.export.docx import paper_bytes
from dubu_desktop.export.docx.crowding import crowding_warnings
from dubu_desktop.export.docx.fonts import WINDOWS_GB2312, glyph_warnings
from tests.unit.export import dossiers
from tests.unit.export.trials import RARE, chosen

# Children of the elements we write, in the order of ECMA-376 part 1 (5th ed.), which Word insists on.
ORDER: dict[str, str] = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tcBorders": "top left start bottom right end insideH insideV tl2br tr2bl",
    "tblCellMar": "top left start bottom right end",
    "pBdr": "top left bottom right between bar",
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "r": "rPr t tab drawing fldChar instrText AlternateContent",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "anchor": "simplePos positionH positionV extent effectExtent wrapNone wrapSquare wrapTopAndBottom docPr "
    "cNvGraphicFramePr graphic",
    "inline": "extent effectExtent docPr cNvGraphicFramePr graphic",
    "wsp": "cNvPr cNvSpPr cNvCnPr spPr style extLst txbx linkedTxbx bodyPr",
    "settings": "writeProtection view zoom removePersonalInformation embedTrueTypeFonts embedSystemFonts "
    "saveSubsetFonts mirrorMargins bordersDoNotSurroundHeader bordersDoNotSurroundFooter proofState formsDesign "
    "attachedTemplate trackRevisions documentProtection defaultTabStop autoHyphenation drawingGridHorizontalSpacing "
    "evenAndOddHeaders bookFoldPrinting drawingGridVerticalSpacing displayHorizontalDrawingGridEvery "
    "displayVerticalDrawingGridEvery noPunctuationKerning characterSpacingControl savePreviewPicture "
    "doNotValidateAgainstSchema ignoreMixedContent updateFields hdrShapeDefaults footnotePr endnotePr compat docVars "
    "rsids mathPr attachedSchema themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats "
    "doNotAutoCompressPictures shapeDefaults doNotEmbedSmartTags decimalSymbol listSeparator docId defaultImageDpi",
}
_MIXED = {"sectPr": ("headerReference", "footerReference"), "r": ()}


@functools.cache
def files() -> dict[str, bytes]:
    """Every paper of the short selection as a file."""
    return {one.name: paper_bytes(one.paper, page=one.page) for one in chosen()}


def parts(data: bytes) -> Iterator[tuple[str, etree._Element]]:
    """Every part that is XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml") and name.startswith("word/"):
                yield name, etree.fromstring(archive.read(name))


def disorder(root: etree._Element) -> list[str]:
    """Where a child stands before one that must come first, or is none that may be there."""
    found = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        tag = etree.QName(element).localname
        if tag not in ORDER or "drawingml/2006/main" in element.tag:
            continue
        order = ORDER[tag].split()
        children = [etree.QName(child).localname for child in element if isinstance(child.tag, str)]
        mixed = _MIXED.get(tag, ())
        places = [0 if child in mixed else order.index(child) if child in order else -9 for child in children]
        if places != sorted(places) or -9 in places:
            found.append(f"{tag}: {children}")
    return found


@pytest.mark.parametrize("name", [one.name for one in chosen()])
def test_children_stand_in_schema_order_in_all_parts(name: str) -> None:
    assert [fault for _, root in parts(files()[name]) for fault in disorder(root)] == []


def test_disorder_is_seen() -> None:
    root = dict(parts(files()["bulletin"]))["word/document.xml"]
    properties = next(element for element in root.iter() if str(element.tag).endswith("}pPr") and len(element) > 3)
    properties.insert(0, properties[-1])
    assert len(disorder(root)) == 1


@pytest.mark.parametrize("name", [one.name for one in chosen()])
def test_rows_of_a_table_fill_its_columns_and_each_cell_ends_in_a_paragraph(name: str) -> None:
    """Word calls a file damaged whose last child of a cell is no paragraph, or whose rows are longer than the grid."""
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    for _, root in parts(files()[name]):
        for table in root.iter(f"{w}tbl"):
            columns = len(table.find(f"{w}tblGrid"))
            for row in table.findall(f"{w}tr"):
                spans = [cell.find(f"{w}tcPr/{w}gridSpan") for cell in row.findall(f"{w}tc")]
                assert sum(1 if span is None else int(span.get(f"{w}val")) for span in spans) == columns
                assert all(cell[-1].tag == f"{w}p" for cell in row.findall(f"{w}tc"))
        ids = [int(one.get("id")) for one in root.iter() if str(one.tag).endswith("}docPr")]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", [one.name for one in chosen()])
def test_python_docx_reads_it_again_and_finds_its_text(name: str) -> None:
    document = docx.Document(io.BytesIO(files()[name]))
    title = next(one.paper.title for one in chosen() if one.name == name)
    assert title.replace("\n", "") in "".join(paragraph.text for paragraph in document.paragraphs)


@pytest.mark.parametrize("kind", list(all_kinds()))
def test_the_same_records_give_the_same_file(kind: str) -> None:
    """But for the moment in the archive's own directory."""
    first, second = (
        [(name, etree.tostring(root)) for name, root in parts(paper_bytes(dossiers.paper(kind, 3, 2)))]
        for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("kind", [one.id for one in all_kinds().values() if one.id != "bulletin"])
def test_a_kind_is_numbered_as_its_head_is_made(kind: str) -> None:
    assert all_kinds()[kind].issue == (dossiers.paper(kind, 1, 1).head.style is HeadStyle.ISSUE)


HOSTILE = "{{7*7}}{% x %}</w:t><w:p/>&lt;]]>=cmd|' /C'!A1"


@pytest.mark.parametrize("kind", list(all_kinds()))
def test_record_text_is_characters(kind: str) -> None:
    found = tuple(dossiers.told(n, 1, facts=HOSTILE, state="closed") for n in range(1))
    if kind in ("supervision_notice", "rectification_notice", "reminder_letter", "recommendation_letter"):
        found = (dossiers.told(0, 1, facts=HOSTILE),)
    made = dossiers.paper(kind, 1, 1, findings=found, task=dossiers.task(requirement=HOSTILE, title=HOSTILE))
    text = "".join(text for _, root in parts(paper_bytes(made)) for text in root.itertext())
    assert HOSTILE.split("</w:t>")[0] in text
    assert "49" not in text.replace("2149", "")


@pytest.mark.parametrize("kind", list(all_kinds()))
def test_rare_characters_are_warned_of_in_every_kind(kind: str) -> None:
    d = dossiers.dossier(kind, 1, 1)
    findings = tuple(dossiers.told(0, 1, place=f"{RARE}店", state=f.state) for f in d.findings)
    made = dossiers.paper(kind, 1, 1, findings=findings, task=dossiers.task(objects=f"{RARE}店"))
    said = "".join(glyph_warnings(made, WINDOWS_GB2312))
    assert all(char in said for char in RARE)


@pytest.mark.parametrize("kind", list(all_kinds()))
def test_a_kind_offers_what_it_prints(kind: str) -> None:
    given = {
        "title": "另拟标题",
        "secrecy": "机密★1年",
        "urgency": "加急",
        "copy_number": "000042",
        "joint": "县公安局",
    }
    names = {option.name for option in all_kinds()[kind].all_options()}
    chosen = {**dossiers.dossier(kind, 2, 1).options, **{name: value for name, value in given.items() if name in names}}
    made = dossiers.paper(kind, 2, 1, options=chosen)
    text = "".join(text for name, root in parts(paper_bytes(made)) for text in root.itertext())
    assert {name: given[name] in text for name in given} == {name: name in names for name in given}
    assert all_kinds()[kind].unprinted(chosen, made) == ()
    assert ("basis_notes" in names) == bool(list(figures_of(made)))


@pytest.mark.parametrize("kind", ["task_order", "rectification_notice", "supervision_notice"])
def test_a_form_prints_the_signer_that_was_written(kind: str) -> None:
    made = dossiers.paper(kind, 1, 1, signer="", options={"signer": "刘一"})
    assert "刘一" in "".join(text for _, root in parts(paper_bytes(made)) for text in root.itertext())


def test_a_colophon_that_no_page_holds_goes_on_in_the_text_and_is_told_of() -> None:
    bulletin = dossiers.paper("bulletin", 1)
    assert bulletin.colophon is not None
    for count, fits in ((10, True), (90, True), (150, False)):
        copies = "、".join(f"澄川县{chr(0x4E00 + place)}镇人民政府" for place in range(count))
        crowded = replace(bulletin, colophon=replace(bulletin.colophon, lines=(("抄送：", f"{copies}。"),)))
        assert bool(crowding_warnings(crowded)) != fits
        xml = zipfile.ZipFile(io.BytesIO(paper_bytes(crowded))).read("word/document.xml").decode()
        assert ('name="版记"' in xml) == fits
        assert copies in xml


def test_addressees_too_many_for_page_1_stand_first_in_the_colophon_and_are_told_of() -> None:
    letterhead = dossiers.dossier("bulletin").letterhead
    names = tuple(f"澄川县{chr(0x4E00 + place)}镇人民政府" for place in range(40))
    made = dossiers.paper("bulletin", letterhead=replace(letterhead, addressees=names))
    assert made.colophon is not None
    assert (made.addressees, made.colophon.lines[0]) == ("", ("主送：", "、".join(names) + "。"))
    assert len(crowding_warnings(made)) == 1
    few = dossiers.paper("bulletin", letterhead=replace(letterhead, addressees=names[:20]))
    assert (few.addressees.count("、"), crowding_warnings(few)) == (19, ())


def test_a_form_names_the_photo_that_is_none() -> None:
    cell = Cell(156, photos=(Photo(dossiers.picture()), Photo(b"none")))
    made = dossiers.paper("task_order")
    with pytest.raises(DubuError, match="D-504") as caught:
        paper_bytes(replace(made, body=(Grid((Row((cell,)),)),)))
    assert "第2张" in caught.value.sentence


def test_every_file_of_the_folder_is_a_kind_and_every_kind_a_short_file() -> None:
    folder = Path(str(kinds.__file__)).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(all_kinds())
    for path in folder.glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 160, path.name
