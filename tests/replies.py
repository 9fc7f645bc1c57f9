"""Filling in a 反馈表 as a unit does, through openpyxl or part by part: for the tests of reading it back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.drawing.image import Image

from dubu_desktop.domain.replysheet import HEADINGS
from tests.unit.intake.workbooks import MAIN, OFFICE, relationships

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
FIRST_ROW = 5


def column(heading: str) -> int:
    """Of a heading, from 1."""
    return HEADINGS.index(heading) + 1


def fill(
    path: Path, answers: Mapping[str, Mapping[str, Any]], more: Callable[[Any], object] = lambda _sheet: None
) -> Path:
    """Write {number: {heading: value; 照片: bytes of pictures}} into the sheet, as a person would; `more(sheet)`."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    for row in range(FIRST_ROW, sheet.max_row + 1):
        for heading, value in answers.get(str(sheet.cell(row, column("问题编号")).value), {}).items():
            if heading == "照片":
                for at, data in enumerate(value):
                    sheet.add_image(Image(io.BytesIO(data)), sheet.cell(row, column("整改后照片1") + at).coordinate)
            else:
                sheet.cell(row, column(heading)).value = value
    more(sheet)
    book.save(path)
    return path


def rezip(path: Path, changed: Mapping[str, bytes | str | Callable[[str], str]]) -> Path:
    """The workbook with parts added or replaced; a function gets the text that was there."""
    with zipfile.ZipFile(path) as archive:
        parts: dict[str, Any] = {name: archive.read(name) for name in archive.namelist()}
    for name, new in changed.items():
        parts[name] = new(parts[name].decode()) if callable(new) else new
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def wps_cell_picture(path: Path, place: str, data: bytes) -> Path:
    """Put a picture into a cell the way WPS does: a DISPIMG formula and an entry of xl/cellimages.xml."""
    entry = "ID_0A1B2C3D4E5F60718293A4B5C6D7E8F9"
    value = f'<v>=DISPIMG("{entry}",1)</v>'.replace('"', "&quot;")
    formula = f"<f>_xlfn.DISPIMG(&quot;{entry}&quot;,1)</f>"

    def cell(text: str) -> str:
        start = text.index(f'<c r="{place}"')
        end = text.index(">", start)
        if text[end - 1] == "/":
            return f'{text[: end - 1]} t="str">{formula}{value}</c>{text[end + 1 :]}'
        return f'{text[:start]}<c r="{place}" t="str">{formula}{value}</c>{text[text.index("</c>", start) + 4 :]}'

    image = (
        f'<etc:cellImages xmlns:xdr="{DRAWING}/spreadsheetDrawing" xmlns:r="{OFFICE}" xmlns:a="{DRAWING}/main" '
        'xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"><etc:cellImage><xdr:pic><xdr:nvPicPr>'
        f'<xdr:cNvPr id="2" name="{entry}" descr="照片"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        '<a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill></xdr:pic></etc:cellImage>'
        "</etc:cellImages>"
    )
    return rezip(
        path,
        {
            "xl/worksheets/sheet1.xml": cell,
            "xl/cellimages.xml": image,
            "xl/_rels/cellimages.xml.rels": relationships(
                f'<Relationship Id="rId1" Type="{OFFICE}/image" Target="media/wps1.jpeg"/>'
            ),
            "xl/media/wps1.jpeg": data,
        },
    )


def excel_cell_picture(path: Path, place: str, data: bytes) -> Path:
    """Put a picture into a cell the way Excel 365 does: an error value with metadata that leads to a rich value."""
    rich = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"

    def cell(text: str) -> str:
        start = text.index(f'<c r="{place}"')
        end = text.index(">", start)
        if text[end - 1] != "/":
            end = text.index("</c>", start) + 3
        return f'{text[:start]}<c r="{place}" t="e" vm="1"><v>#VALUE!</v></c>{text[end + 1 :]}'

    return rezip(
        path,
        {
            "xl/worksheets/sheet1.xml": cell,
            "xl/metadata.xml": f'<metadata xmlns="{MAIN}" xmlns:xlrd="{rich}"><futureMetadata name="XLRICHVALUE" '
            'count="1"><bk><extLst><ext uri="{3e2802c4-a4d2-4d8b-9148-e3be6c30e623}"><xlrd:rvb i="0"/></ext></extLst>'
            '</bk></futureMetadata><valueMetadata count="1"><bk><rc t="1" v="0"/></bk></valueMetadata></metadata>',
            "xl/richData/rdrichvalue.xml": f'<rvData xmlns="{rich}" count="1"><rv s="0"><v>0</v><v>5</v></rv></rvData>',
            "xl/richData/richValueRel.xml": '<richValueRels xmlns="http://schemas.microsoft.com/office/spreadsheetml/'
            f'2022/richvaluerel" xmlns:r="{OFFICE}"><rel r:id="rId1"/></richValueRels>',
            "xl/richData/_rels/richValueRel.xml.rels": relationships(
                f'<Relationship Id="rId1" Type="{OFFICE}/image" Target="../media/rich1.jpeg"/>'
            ),
            "xl/media/rich1.jpeg": data,
        },
    )
