"""Workbooks for the tests: ordinary ones through openpyxl, hostile ones part by part."""

import io
import struct
import zipfile

from openpyxl import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ROWS = '<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c></row><row r="2"><c r="A2" t="s"><v>0</v></c></row>'


def ordinary(rows, *, title="表", merges=(), more=None):
    """Bytes of a workbook with one sheet of `rows`; `more(book, sheet)` may change it."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    if more:
        more(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts(sheet_rows=ROWS, *, dimension="A1:A2", strings="<si><t>应急管理局</t></si>"):
    """The parts of a small workbook; tests replace or add some."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        '<Override PartName="/xl/sharedStrings.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
        "_rels/.rels": relationships(
            f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        '<sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relationships(
            f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/>'
        f"<sheetData>{sheet_rows}</sheetData></worksheet>",
    }


def relationships(inside):
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def zipped(files, *, twice=()):
    """A zip file of `files` (text or bytes); the names in `twice` are written a second time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        for name in twice:
            archive.fp.flush()
            info = zipfile.ZipInfo(name)
            archive.NameToInfo.pop(name)
            archive.writestr(info, files[name])
    return out.getvalue()


def inflating(files, name, megabytes):
    """The zip file of `files` with the part `name` replaced by so many megabytes of spaces."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, text in files.items():
            if other != name:
                archive.writestr(other, text)
        with archive.open(name, "w") as part:
            part.write(b"<x>")
            for _ in range(megabytes):
                part.write(b" " * 1024 * 1024)
    return out.getvalue()


def with_lying_sizes(data, name, size):
    """The zip file `data` with the inflated size of one part given as `size` in both of its headers."""
    raw = bytearray(data)
    encoded = name.encode()
    for magic, at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        position = raw.find(magic)
        while position >= 0:
            if raw[position + name_at : position + name_at + len(encoded)] == encoded:
                raw[position + at : position + at + 4] = struct.pack("<I", size)
            position = raw.find(magic, position + 4)
    return bytes(raw)


def with_flag(data, flag):
    """The zip file with a general purpose flag set on all parts."""
    raw = bytearray(data)
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = raw.find(magic)
        while position >= 0:
            raw[position + at] |= flag
            position = raw.find(magic, position + 4)
    return bytes(raw)


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]>'
)
