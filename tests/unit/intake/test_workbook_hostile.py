"""Workbooks made to hurt: each is refused by its code, or read without harm (reliability.md T13, T20, T21, T23)."""

import random

import pytest

from dubu_desktop.errors import DubuError
from dubu_desktop.intake.columns import Target
from dubu_desktop.intake.reading import preview_workbook
from tests.unit.intake import workbooks
from tests.unit.intake.workbooks import LAUGHS, MAIN, OFFICE, parts, relationships, zipped

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def look(tmp_path):
    def preview(data, **more):
        path = tmp_path / "来表.xlsx"
        path.write_bytes(data)
        return preview_workbook(path, Target.UNITS, **more)

    return preview


@pytest.fixture
def refused(look):
    def code(data):
        with pytest.raises(DubuError) as caught:
            look(data)
        assert "来表.xlsx" in caught.value.sentence
        return caught.value.code

    return code


def changed(**texts):
    """The small workbook with some parts replaced: key `sheet`, `strings`, `book`, `types`, or any other path."""
    names = {
        "sheet": SHEET,
        "strings": "xl/sharedStrings.xml",
        "book": "xl/workbook.xml",
        "types": "[Content_Types].xml",
    }
    return zipped(parts() | {names.get(key, key): text for key, text in texts.items()})


def test_the_small_workbook_itself_is_fine(look):
    assert look(changed()).sample == (("应急管理局",),)


@pytest.mark.parametrize(
    "name", ["sheet", "strings", "book", "types", "xl/_rels/workbook.xml.rels", "docProps/core.xml"]
)
def test_declarations_in_any_part(refused, name):
    assert refused(changed(**{name: f"{LAUGHS}<x>&e;</x>"})) == "D-416"


def test_declarations_in_disguise(refused):
    text = "<?xml version='1.0' encoding='UTF-16'?>" + LAUGHS + "<x>&e;</x>"
    for coding in ("utf-16-le", "utf-16-be", "utf-8"):
        assert refused(changed(sheet=("\ufeff" + text).encode(coding))) == "D-416"
        assert refused(changed(sheet=text.encode(coding))) in ("D-410", "D-416")


@pytest.mark.parametrize("before", [1024 * 1024 - 5, 3 * 1024 * 1024])
def test_a_declaration_far_behind_or_across_two_pieces(refused, before):
    assert refused(changed(sheet="<!--" + "x" * (before - 7) + "-->" + LAUGHS + "<x>&e;</x>")) == "D-416"


def test_encodings_in_which_a_declaration_cannot_be_seen(refused):
    assert refused(changed(sheet=("<?xml version='1.0' encoding='cp037'?>" + LAUGHS).encode("cp037"))) == "D-410"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("xl/vbaProject.bin", "D-412"),
        ("xl/VBAPROJECT.BIN", "D-412"),
        ("xl/macrosheets/sheet1.xml", "D-412"),
        ("xl/externalLinks/externalLink1.xml", "D-413"),
        ("xl/embeddings/oleObject1.bin", "D-413"),
        ("xl\\embeddings\\Document.docx", "D-413"),
        ("xl/activeX/activeX1.xml", "D-413"),
    ],
)
def test_macros_links_and_objects_by_name(refused, name, code):
    assert refused(changed(**{name: "<x/>"})) == code


@pytest.mark.parametrize(
    ("relationship", "code"),
    [
        ('Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="innocent.bin"', "D-412"),
        (f'Type="{OFFICE}/externalLink" Target="a.xml"', "D-413"),
        (f'Type="{OFFICE}/oleObject" Target="a.bin"', "D-413"),
        (f'Type="{OFFICE}/image" TargetMode="External" Target="file://host/share/a.png"', "D-413"),
        (f"TargetMode = 'External' Target='http://host/t.xlsx' Type='{OFFICE}/worksheet'", "D-413"),
    ],
)
def test_macros_links_and_objects_by_relationship(refused, relationship, code):
    rels = relationships(f'<Relationship Id="r9" {relationship}/>')
    assert refused(changed(**{"xl/worksheets/_rels/sheet1.xml.rels": rels})) == code
    assert refused(changed(**{"xl/worksheets/_rels/sheet1.xml.rels": ("\ufeff" + rels).encode("utf-16-le")})) == code


def test_the_address_of_a_hyperlink_is_dropped_not_refused(look):
    rels = relationships(
        f'<Relationship Id="r9" Type="{OFFICE}/hyperlink" Target="http://host/" TargetMode="External"/>'
    )
    assert look(changed(**{"xl/worksheets/_rels/sheet1.xml.rels": rels})).sample == (("应急管理局",),)


def test_a_macro_workbook_without_macros_is_read(look):
    plain, macro = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert look(changed(types=parts()["[Content_Types].xml"].replace(plain, macro))).row_count == 1


def test_password_and_old_format(refused):
    assert refused(OLE + b"\0" * 2_000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500) == "D-414"
    assert refused(OLE + b"\0" * 2_000 + "Workbook".encode("utf-16-le")) == "D-415"
    assert refused(workbooks.with_flag(changed(), 0x1)) == "D-414"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        "名称,类型\n应急管理局,部门\n".encode("gb18030"),
        b"<html><table><tr><td>x</td></tr></table></html>",
        b"PK\x03\x04" + b"\0" * 50,
        zipped({"word/document.xml": "<x/>"}),
        zipped({**parts(), SHEET: "<worksheet"}),
        zipped({**parts(), SHEET: f'<worksheet xmlns="{MAIN}"><sheetData><row r="x"/></sheetData></worksheet>'}),
        zipped(parts(), twice=[SHEET]),
        changed()[:-60],
    ],
    ids=range(9),
)
def test_what_is_no_workbook(refused, data):
    assert refused(data) == "D-410"


def test_more_than_512_mb_inflated(refused):
    data = workbooks.inflating(parts(), SHEET, 513)
    assert len(data) < 5_000_000
    assert refused(data) == "D-411"


def test_more_than_512_mb_in_the_file_itself(tmp_path):
    path = tmp_path / "大.xlsx"
    with path.open("wb") as out:
        out.truncate(513 * 1024 * 1024)
    with pytest.raises(DubuError) as caught:
        preview_workbook(path, Target.UNITS)
    assert caught.value.code == "D-411"


def test_sizes_that_lie(refused):
    data = changed(sheet=f'<worksheet xmlns="{MAIN}"><sheetData>' + " " * 50_000_000)
    assert refused(workbooks.with_lying_sizes(data, SHEET, 100)) == "D-410"


def test_too_many_parts(refused):
    assert refused(changed(**{f"xl/x{n}.xml": "<x/>" for n in range(10_001)})) == "D-411"


def test_a_dimension_that_lies_costs_nothing(look):
    shown = look(zipped(parts(dimension="A1:XFD1048576")))
    assert (shown.row_count, shown.sample) == (1, (("应急管理局",),))


def test_a_cell_in_the_last_corner_costs_one_row(look):
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    shown = look(zipped(parts(workbooks.ROWS + far)))
    assert shown.row_count == 2
    assert len(shown.sample[1]) == 16_384


def test_rows_that_are_blank_do_not_count(look):
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 2_000))
    assert look(zipped(parts(workbooks.ROWS + blank))).row_count == 1


def test_wide_rows_are_counted_as_laid_out(refused):
    wide = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(3, 200))
    assert refused(zipped(parts(workbooks.ROWS + wide))) == "D-411"


def test_more_columns_than_a_sheet_has(refused):
    assert refused(zipped(parts(workbooks.ROWS + '<row r="3">' + "<c><v>1</v></c>" * 16_385 + "</row>"))) == "D-411"


def test_a_cell_longer_than_a_cell_can_be(refused):
    assert refused(zipped(parts(strings=f"<si><t>{'字' * 32_768}</t></si>"))) == "D-411"


def test_one_long_text_in_every_cell(refused):
    row = "".join('<c t="s"><v>0</v></c>' for _ in range(1_000))
    rows = "".join(f'<row r="{n}">{row}</row>' for n in range(3, 10))
    assert refused(zipped(parts(workbooks.ROWS + rows, strings=f"<si><t>{'字' * 32_767}</t></si>"))) == "D-411"


def test_limits_of_rows_and_cells():
    from dubu_desktop.intake import sheets

    def until_refused(cells):
        budget = sheets.Budget()
        for n in range(4_000_000):
            try:
                budget.admit(cells)
            except DubuError as error:
                return n, error.code
        return None

    assert until_refused([{"column": 1, "value": "x"}]) == (sheets.MAX_ROWS, "D-411")
    assert until_refused([{"column": n, "value": ""} for n in range(1, 1_001)]) == (3_000, "D-411")


def test_numbers_no_number_is(look):
    odd = '<row r="3"><c r="A3"><v>1e999</v></c><c r="B3"><v>-1e-400</v></c><c r="C3" t="e"><v>#REF!</v></c></row>'
    assert look(zipped(parts(workbooks.ROWS + odd))).sample[1][0] == "inf"


def test_elements_within_elements(look):
    deep = "<a>" * 20_000 + "</a>" * 20_000
    sheet = f'<worksheet xmlns="{MAIN}">{deep}<sheetData>{workbooks.ROWS}</sheetData></worksheet>'
    assert look(changed(sheet=sheet)).row_count == 1


def test_an_empty_workbook_and_a_wrong_sheet(refused, look):
    assert refused(zipped(parts(""))) == "D-417"
    assert refused(zipped(parts(workbooks.ROWS.split("</row>")[0] + "</row>"))) == "D-417"
    with pytest.raises(DubuError) as caught:
        look(changed(), sheet=3)
    assert caught.value.code == "D-417"


def test_mutated_workbooks_never_surprise(look):
    """Every outcome is a preview or an error of the catalogue."""
    source = workbooks.ordinary([["名称", "类型"], ["应急管理局", "部门"], ["青石镇", "镇街"]])
    chance = random.Random(11)
    outcomes = set()
    for _ in range(15):
        data = bytearray(source)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            look(bytes(data))
            outcomes.add("read")
        except DubuError as error:
            outcomes.add(error.code)
    assert outcomes <= {"read", "D-410", "D-411", "D-414", "D-416", "D-417"}
    assert "D-410" in outcomes
