"""反馈表 as .xlsx: what the unit may fill in is open, the rest locked; drop-downs; room for photos in each row.

The protection bears no password: it is there against slips. Pictures may be put in (objects are not locked), rows
sorted, columns widened. What comes back is read by `intake/replies.py`, whatever program saved it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from dubu_desktop.domain import replysheet as columns
from dubu_desktop.domain.replysheet import ReplyRow, ReplyState
from dubu_desktop.domain.text import clean_text
from dubu_desktop.export.xlsx.package import Page, pages_chunks
from dubu_desktop.export.xlsx.sheet import column_letters, half_widths, serial, text_xml
from dubu_desktop.system.files import write_atomic

#: rows above the first finding: title, whose, how to fill in, headings
HEADING_ROW = 4
_PHOTO_PT, _LINE_PT, _MOST_PT = 96.0, 14.0, 409.0
_WIDTHS = {
    columns.TOKEN: 10, "序号": 5, columns.NUMBER: 17, "地点": 16, "存在问题": 34, "整改要求": 20, "整改期限": 11,
    columns.STATE: 12, columns.PROGRESS: 8, columns.MEASURES: 28, columns.REPLY: 34, "责任人": 10, "反馈日期": 12,
    columns.RETURNED: 24, **dict.fromkeys(columns.PHOTOS, 18),
}  # fmt: skip
_HOW = (
    "请只填黄色表头下的各栏：“整改情况”“进度”从下拉里选或直接填；照片贴在本行右边的照片栏里，可以贴多张。"
    "要调整行的顺序，请在贴照片以前；灰色各栏请不要改动。填好后请原样交回，不用另写材料。"
)
_TITLE, _NOTE, _HEAD_LOCKED, _HEAD_OPEN, _LOCKED, _LOCKED_DAY, _TEXT, _DAY, _NUMBER, _BACK = range(1, 11)
_LOOKS = {columns.PROGRESS: _NUMBER, "反馈日期": _DAY, columns.RETURNED: _BACK}
_FIRST_DAY = 36526  # 2000-01-01


@dataclass(frozen=True, slots=True)
class ReplySheet:
    """What one unit is asked: `rows` are its findings; `office` sends it on `day`; `workspace` goes into the ids."""

    workspace: bytes
    unit: str
    office: str
    day: date
    rows: Sequence[ReplyRow]


def write_reply_sheet(sheet: ReplySheet, target: Path) -> None:
    """Write the workbook of one unit, whole or not at all. Raises D-6xx (disk)."""
    page = Page(columns.SHEET_NAME, _parts(sheet), f"${HEADING_ROW}:${HEADING_ROW}")
    write_atomic(target, pages_chunks([page], _STYLES))


def _letter(heading: str) -> str:
    return column_letters(columns.HEADINGS.index(heading))


def _parts(sheet: ReplySheet) -> Iterator[str]:
    last = HEADING_ROW + len(sheet.rows)
    yield _top()
    told = f"{sheet.office}　{sheet.day.isoformat()}发出　共{len(sheet.rows)}条"
    yield _row(1, 30, [_text("B1", f"{sheet.unit}整改情况反馈表", _TITLE)])
    yield _row(2, 18, [_text("B2", told, _NOTE)])
    yield _row(3, 32, [_text("B3", _HOW, _NOTE)])
    heads = ((h, _HEAD_OPEN if h in columns.OPEN or h in columns.PHOTOS else _HEAD_LOCKED) for h in columns.HEADINGS)
    yield _row(HEADING_ROW, 32, [_text(f"{_letter(h)}{HEADING_ROW}", h, look) for h, look in heads])
    for serial_number, row in enumerate(sheet.rows, start=1):
        yield _finding(sheet.workspace, serial_number, row)
    yield _bottom(last)


def _top() -> str:
    hidden = {columns.TOKEN: ' hidden="1"'}
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{_WIDTHS[h]}" customWidth="1"{hidden.get(h, "")}/>'
        for n, h in enumerate(columns.HEADINGS, start=1)
    )
    corner = f"{_letter(columns.STATE)}{HEADING_ROW + 1}"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{HEADING_ROW}" topLeftCell="A{HEADING_ROW + 1}" '
        f'activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="{corner}" '
        f'sqref="{corner}"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols>'
        "<sheetData>"
    )


def _row(number: int, height: float, cells: Iterable[str]) -> str:
    return f'<row r="{number}" ht="{height}" customHeight="1">{"".join(cells)}</row>'


def _text(place: str, text: str, look: int) -> str:
    if not text:
        return f'<c r="{place}" s="{look}"/>'
    inside = text_xml(clean_text(text))
    return f'<c r="{place}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{inside}</t></is></c>'


def _finding(workspace: bytes, number: int, row: ReplyRow) -> str:
    place = HEADING_ROW + number
    values: dict[str, str | int | date | None] = {
        columns.TOKEN: columns.token(workspace, row.finding, row.unit),
        "序号": number,
        columns.NUMBER: row.number,
        "地点": row.place,
        "存在问题": row.facts,
        "整改要求": row.requirement,
        "整改期限": row.due_on,
        columns.MEASURES: row.measures,
        "责任人": row.owner,
    }
    cells = []
    for heading in columns.HEADINGS:
        value, at = values.get(heading), f"{_letter(heading)}{place}"
        look = _LOOKS.get(heading, _LOCKED if heading in columns.LOCKED else _TEXT)
        if isinstance(value, date):
            cells.append(f'<c r="{at}" s="{_LOCKED_DAY}"><v>{serial(value)}</v></c>')
        elif isinstance(value, int):
            cells.append(f'<c r="{at}" s="{look}"><v>{value}</v></c>')
        else:
            cells.append(_text(at, value or "", look))
    return _row(place, _height(values), cells)


def _height(values: dict[str, str | int | date | None]) -> float:
    """Room for a photo, and for the longest text."""
    most = 0.0
    for heading, value in values.items():
        if isinstance(value, str) and heading != columns.TOKEN:
            room = _WIDTHS[heading] - 1
            most = max(most, sum(-(-half_widths(line) // room) or 1 for line in value.split("\n")))
    return min(_MOST_PT, max(_PHOTO_PT, most * _LINE_PT + 4))


def _bottom(last: int) -> str:
    first, end = HEADING_ROW + 1, _letter(columns.RETURNED)
    merged = "".join(f'<mergeCell ref="B{row}:{end}{row}"/>' for row in (1, 2, 3))
    return (
        # objects="0": pictures may be pasted; what a "1" stands at is locked, its absence too
        '</sheetData><sheetProtection sheet="1" objects="0" scenarios="0" formatCells="0" formatColumns="0" '
        'formatRows="0" insertHyperlinks="0" sort="0" autoFilter="0"/>'
        f'<mergeCells count="3">{merged}</mergeCells>'
        f'<conditionalFormatting sqref="B{first}:{end}{last}"><cfRule type="expression" dxfId="0" priority="1">'
        f"<formula>LEN(${end}{first})&gt;0</formula></cfRule></conditionalFormatting>"
        f"{_validations(first, last)}"
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C第&amp;P页，共&amp;N页</oddFooter></headerFooter></worksheet>"
    )


def _validations(first: int, last: int) -> str:
    def rule(heading: str, kind: str, formulas: str, title: str, text: str, more: str = "") -> str:
        at = _letter(heading)
        return (
            f'<dataValidation type="{kind}" {more}allowBlank="1" showInputMessage="1" showErrorMessage="1" '
            f'errorTitle="{title}" error="{text}" sqref="{at}{first}:{at}{last}">{formulas}</dataValidation>'
        )

    words = escape(",".join(state.label for state in ReplyState))
    rules = [
        rule(columns.STATE, "list", f'<formula1>"{words}"</formula1>', "整改情况", "请从下拉里选一项"),
        rule(
            columns.PROGRESS, "whole", "<formula1>0</formula1><formula2>100</formula2>", "进度", "请填0到100的整数"
        ),
        rule(
            "反馈日期", "date", f"<formula1>{_FIRST_DAY}</formula1>", "反馈日期", "请填日期，如2026-06-20",
            'operator="greaterThanOrEqual" ',
        ),
        *(
            rule(
                heading, "textLength", "<formula1>10000</formula1>", heading, "请不超过1万字",
                'operator="lessThanOrEqual" ',
            )
            for heading in (columns.MEASURES, columns.REPLY)
        ),
    ]  # fmt: skip
    return f'<dataValidations count="{len(rules)}">{"".join(rules)}</dataValidations>'


def _fill(colour: str) -> str:
    inner = f'<fgColor rgb="FF{colour}"/><bgColor indexed="64"/>'
    return f'<fill><patternFill patternType="solid">{inner}</patternFill></fill>'


def _format(
    align: str, *, number: int = 0, font: int = 0, fill: int = 0, border: int = 1, unlocked: bool = False
) -> str:
    protection = '<protection locked="0"/>' if unlocked else ""
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1" '
        'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" applyProtection="1">'
        f'<alignment horizontal="{align}" vertical="center" wrapText="1"/>{protection}</xf>'
    )


def _font(size: float, *, bold: bool = False, colour: str = "") -> str:
    inside = ("<b/>" if bold else "") + f'<sz val="{size}"/>' + (f'<color rgb="FF{colour}"/>' if colour else "")
    return f'<font>{inside}<name val="宋体"/><charset val="134"/></font>'


#: text typed into an open cell stays text, whatever it begins with: number format @
_AS_TEXT = 49
_LINE = '<left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/><diagonal/>'
_FORMATS = (
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    _format("center", font=1, border=0),
    _format("left", font=2, border=0),
    _format("center", font=3, fill=2),
    _format("center", font=3, fill=3),
    _format("left", fill=4),
    _format("center", number=164, fill=4),
    _format("left", number=_AS_TEXT, unlocked=True),
    _format("center", number=164, unlocked=True),
    _format("center", unlocked=True),
    _format("left", font=4, fill=4),
)
_STYLES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    f'<fonts count="5">{_font(10.5)}{_font(16, bold=True)}{_font(10)}{_font(10.5, bold=True)}'
    f"{_font(10.5, colour='C00000')}"
    '</fonts><fills count="5"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
    f"</fill>{_fill('D9DEE5')}{_fill('FFF2B3')}{_fill('F3F5F8')}</fills>"
    f'<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>{_LINE}</border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{len(_FORMATS)}">{"".join(_FORMATS)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    '<dxfs count="1"><dxf><fill><patternFill patternType="solid"><fgColor rgb="FFF8CBC6"/><bgColor rgb="FFF8CBC6"/>'
    "</patternFill></fill></dxf></dxfs></styleSheet>"
)
