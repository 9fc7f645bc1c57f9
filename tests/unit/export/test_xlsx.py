"""The ledger and the marked rows, read back by openpyxl, and once by LibreOffice."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dubu_desktop.domain.papers.ledger import LEDGER_HEADINGS, LedgerRow
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.export.soffice import find_soffice
from dubu_desktop.export.xlsx.ledger import write_ledger
from dubu_desktop.export.xlsx.marked import write_marked
from dubu_desktop.export.xlsx.sheet import CELL_LIMIT, column_letters

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=cmd|' /C calc'!A1", "#N/A", "'=1", "TRUE", "1e5"]


def row(place: int = 1, **changes: Any) -> LedgerRow:
    values: dict[str, Any] = {
        "number": f"WT-2026-03-{place:04d}",
        "found_at": datetime(2026, 6, 2, 8, 46),
        "found_how": "四不两直",
        "place": "广源建材市场3号楼东侧",
        "facts": "疏散通道堆放瓷砖约40箱，东门上锁",
        "industry_unit": "应急管理局",
        "territory_unit": "城关街道",
        "due_on": date(2026, 6, 5),
        "progress": "整改中",
        "photo_count": 3,
    }
    return LedgerRow(**{**values, **changes})


def ledger(*rows: LedgerRow, **options: Any) -> Any:
    stream = io.BytesIO()
    write_ledger(rows, stream, **options)
    return openpyxl.load_workbook(stream)


def column(sheet: Any, heading: str, place: int = 2) -> Any:
    return sheet.cell(place, LEDGER_HEADINGS.index(heading) + 1)


def test_headings_frozen_filtered_repeated_across() -> None:
    book = ledger(row(1), row(2), notice="仅报领导小组办公室 & 其他")
    sheet = book.active
    assert book.sheetnames == ["问题台账"]
    assert tuple(cell.value for cell in sheet[1]) == LEDGER_HEADINGS
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{column_letters(len(LEDGER_HEADINGS) - 1)}3"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.oddHeader.right.text == "仅报领导小组办公室 && 其他"
    for place in range(1, len(LEDGER_HEADINGS) + 1):
        assert 5 < sheet.column_dimensions[column_letters(place - 1)].width < 40


def test_values_keep_their_kind() -> None:
    sheet = ledger(row(), row(2, found_at=None, due_on=None, photo_count=0, done=True)).active
    assert [sheet.cell(place, 1).value for place in (2, 3)] == [1, 2]
    assert column(sheet, "发现时间").value == datetime(2026, 6, 2, 8, 46)
    assert column(sheet, "发现时间").number_format == "yyyy\\-mm\\-dd\\ hh:mm"
    assert column(sheet, "整改期限").value == datetime(2026, 6, 5)
    assert column(sheet, "整改期限").is_date
    assert column(sheet, "照片数").value == 3
    assert column(sheet, "是否完成").value == "否"
    assert column(sheet, "是否完成", 3).value == "是"
    assert column(sheet, "发现时间", 3).value is None
    assert column(sheet, "照片数", 3).value == 0


def test_moments_are_shanghai_and_days_before_the_calendar_are_text() -> None:
    aware = datetime(2026, 6, 2, 0, 46, tzinfo=UTC)
    sheet = ledger(row(found_at=aware), row(2, found_at=date(1899, 5, 1), due_on=date(1900, 3, 1))).active
    assert column(sheet, "发现时间").value == datetime(2026, 6, 2, 8, 46)
    assert column(sheet, "发现时间", 3).value == "1899-05-01"
    assert column(sheet, "整改期限", 3).value == datetime(1900, 3, 1)


def test_a_moment_is_not_a_hair_too_early() -> None:
    stream = io.BytesIO()
    write_ledger([row(found_at=datetime(2026, 6, 3, 14, 20))], stream)
    with zipfile.ZipFile(stream) as archive:
        (number,) = re.findall(rb'<c r="C2"[^>]*><v>([^<]*)</v>', archive.read("xl/worksheets/sheet1.xml"))
    assert abs(float(number) * 86400 - round(float(number) * 1440) * 60) < 1e-6  # less by 2e-5 s is shown as 14:19


@pytest.mark.parametrize("text", FORMULAS)
def test_text_is_never_a_formula(text: str) -> None:
    sheet = ledger(row(number=text, facts=text, note=text)).active
    for cell in (column(sheet, "问题编号"), column(sheet, "具体情况"), column(sheet, "备注")):
        assert cell.data_type == "s"
        assert cell.quotePrefix
        # openpyxl's own sign for a formula, whatever the file says
        assert cell.value.strip() == text.replace("\r", "\n").strip()


@pytest.mark.parametrize("text", ["<b>&\"'</b>", "]]>", "{{7*7}}", "甲\n乙", " 两头空格的 ", "堃喆𬘭龘", "a  b"])
def test_text_comes_back_as_it_was(text: str) -> None:
    assert column(ledger(row(facts=text)).active, "具体情况").value == text.rstrip()


def test_what_excel_would_read_as_a_character_is_escaped() -> None:
    stream = io.BytesIO()
    write_ledger([row(facts="_x0041_")], stream)
    with zipfile.ZipFile(stream) as archive:
        assert b"_x005F_x0041_" in archive.read("xl/worksheets/sheet1.xml")


def test_control_characters_are_dropped() -> None:
    bad = "".join(map(chr, [*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xFFFE]))
    assert column(ledger(row(facts=f"甲{bad}乙\ud800")).active, "具体情况").value.replace("\n", "") == "甲乙\ufffd"


def test_text_longer_than_a_cell_goes_on_in_a_second_sheet() -> None:
    text = "查" * 40000 + "𬘭" * 30000 + "完"
    book = ledger(row(facts="短"), row(2, facts=text))
    assert book.sheetnames == ["问题台账", "超长文字"]
    cell, rest = column(book["问题台账"], "具体情况", 3).value, book["超长文字"]
    head, _, notice = cell.partition("……（未完")
    assert notice == "，续见工作表“超长文字”第2行）"
    pieces = list(rest.iter_rows(min_row=2, values_only=True))
    assert {line[:2] for line in pieces} == {("具体情况", 3)}
    assert head + "".join(line[2] for line in pieces) == text
    for value in (cell, *(line[2] for line in pieces)):
        assert len(value.encode("utf-16-le")) // 2 <= CELL_LIMIT


def test_an_empty_ledger_is_a_head() -> None:
    sheet = ledger().active
    assert sheet.max_row == 1
    assert sheet.auto_filter.ref == "A1:T1"


def test_rows_are_streamed_without_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Record text must not lie in the system's temporary folder (contracts.md §7); memory does not grow with rows."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def rows(count: int) -> Iterator[LedgerRow]:
        for place in range(count):
            yield row(place, facts=f"{place}" * 40)
        assert list(temporary.iterdir()) == []

    def peak(count: int) -> int:
        tracemalloc.start()
        write_ledger(rows(count), tmp_path / f"{count}.xlsx")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small, large = peak(200), peak(2000)
    assert large < small + 400_000
    assert openpyxl.load_workbook(tmp_path / "2000.xlsx").active.max_row == 2001


def test_the_same_rows_give_the_same_bytes() -> None:
    streams = io.BytesIO(), io.BytesIO()
    for stream in streams:
        write_ledger([row(1), row(2)], stream)
    assert streams[0].getvalue() == streams[1].getvalue()


def test_cancel_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(b"old")

    def rows() -> Iterator[LedgerRow]:
        yield row()
        raise Cancelled

    with pytest.raises(Cancelled):
        write_ledger(rows(), path)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["台账.xlsx"]


def test_a_missing_folder_is_a_disk_error(tmp_path: Path) -> None:
    with pytest.raises(DubuError) as caught:
        write_ledger([row()], tmp_path / "nowhere" / "台账.xlsx")
    assert caught.value.code == "D-602"


@pytest.mark.needs_libreoffice
def test_libreoffice_reads_the_ledger_and_finds_no_formula(tmp_path: Path) -> None:
    write_ledger([row(place, facts=text) for place, text in enumerate(FORMULAS)], tmp_path / "ledger.xlsx")
    command = [str(find_soffice()), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "fods", "--outdir", str(tmp_path), str(tmp_path / "ledger.xlsx")]
    subprocess.run(
        command, check=True, capture_output=True, timeout=60, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    )
    flat = (tmp_path / "ledger.fods").read_text(encoding="utf-8")
    assert "table:formula" not in flat
    assert "=cmd|" in flat


def marked(*arguments: Any, **options: Any) -> Any:
    stream = io.BytesIO()
    write_marked(*arguments, stream, **options)
    return openpyxl.load_workbook(stream).active


def red(cell: Any) -> bool:
    return bool(cell.fill.fgColor.rgb == "FFF8CBC6")


def test_bad_rows_come_back_red_with_their_reason() -> None:
    rows = [["青石镇", "qsz", 3], ["", "=x", None], ["柳林镇", date(2026, 6, 2), 2.5]]
    sheet = marked(
        ["名称", "简称", "数"], rows, ["", "名称是空的", "简称不是文字"], bad_columns=[frozenset(), frozenset(), {1}]
    )
    assert [cell.value for cell in sheet[1]] == ["名称", "简称", "数", "退回原因"]
    assert [[red(cell) for cell in sheet[place]] for place in (2, 3, 4)] == [
        [False, False, False, False],
        [True, True, True, True],
        [False, True, False, True],
    ]
    assert [cell.value for cell in sheet[3]] == [None, "=x", None, "名称是空的"]
    assert sheet["B3"].data_type == "s"
    assert [cell.value for cell in sheet[4]] == ["柳林镇", datetime(2026, 6, 2), 2.5, "简称不是文字"]
    assert sheet.freeze_panes == "A2"


def test_ragged_rows_keep_every_value() -> None:
    sheet = marked(["甲"], [["一", "二", True], [float("nan")]], ["多了", "不是数"])
    assert [cell.value for cell in sheet[1]] == ["甲", "第2列", "第3列", "退回原因"]
    assert [cell.value for cell in sheet[2]] == ["一", "二", "True", "多了"]
    assert [cell.value for cell in sheet[3]] == ["nan", None, None, "不是数"]


def test_one_reason_for_each_row() -> None:
    with pytest.raises(ValueError):
        marked(["甲"], [["一"], ["二"]], ["只有一个"])
