"""Workbooks, documents and pictures made to hurt: built by code, each with what may become of it (T13-T23).

`ways`: which door it is tried at. `codes`: the codes it may be refused by; where `FINE` is among them it may also be
read, which then must have done no harm.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from tests.unit.intake import pictures
from tests.unit.intake.workbooks import LAUGHS, MAIN, OFFICE, PACKAGE, parts, relationships, with_flag, with_lying_sizes

FINE = "fine"
SHEET, RELS = "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_HEAD = "".join(
    (
        '<row r="1">',
        *(f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>' for c, t in (("A", "具体情况"), ("B", "地点"))),
        "</row>",
    )
)
_ROW = '<row r="2"><c r="A2" t="inlineStr"><is><t>通道堆放瓷砖40箱</t></is></c></row>'


@dataclass(frozen=True)
class Hostile:
    """One file. `way`: workbook, reply (a 反馈表) or picture."""

    name: str
    way: str
    make: Callable[[], bytes]
    codes: frozenset[str]


def zipped(files: dict[str, str | bytes], level: int = 6) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def book(rows: str = _HEAD + _ROW, **changed: str | bytes) -> bytes:
    """A small ledger with parts replaced or added: `sheet` for the sheet, `strings`, `book`, `types`, or any path."""
    names = {
        "sheet": SHEET,
        "strings": "xl/sharedStrings.xml",
        "book": "xl/workbook.xml",
        "types": "[Content_Types].xml",
    }
    return zipped({**parts(rows), **{names.get(k, k): v for k, v in changed.items()}})


def sheet(inside: str) -> str:
    return f'<worksheet xmlns="{MAIN}">{inside}</worksheet>'


def rel(kind: str, target: str, more: str = "", base: str = OFFICE) -> str:
    return relationships(f'<Relationship Id="r9" Type="{base}/{kind}" Target="{target}" {more}/>')


def text(row: int, words: str, column: str = "A") -> str:
    return f'<row r="{row}"><c r="{column}{row}" t="inlineStr"><is><t>{words}</t></is></c></row>'


def drawing(anchors: str) -> dict[str, str | bytes]:
    space = "http://schemas.openxmlformats.org/drawingml/2006"
    return {
        RELS: rel("drawing", "../drawings/drawing1.xml"),
        "xl/drawings/drawing1.xml": f'<xdr:wsDr xmlns:xdr="{space}/spreadsheetDrawing" xmlns:a="{space}/main" '
        f'xmlns:r="{OFFICE}">{anchors}</xdr:wsDr>',
        "xl/drawings/_rels/drawing1.xml.rels": relationships(
            f'<Relationship Id="p" Type="{OFFICE}/image" Target="../media/a.png"/>'
            f'<Relationship Id="me" Type="{OFFICE}/image" Target="drawing1.xml"/>'
            f'<Relationship Id="up" Type="{OFFICE}/image" Target="../../../../../../etc/passwd"/>'
        ),
    }


def anchor(row: int, embed: str = "p") -> str:
    return (
        f"<xdr:oneCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row>"
        "<xdr:rowOff>0</xdr:rowOff></xdr:from>"
        f'<xdr:ext cx="9" cy="9"/><xdr:pic><xdr:blipFill><a:blip r:embed="{embed}"/>'
        "</xdr:blipFill></xdr:pic></xdr:oneCellAnchor>"
    )


def spaces(count: int) -> bytes:
    """The small ledger with `count` parts of 1 MB of blanks: a few kB each in the file."""
    blank = " " * 1_000_000
    return zipped({**parts(_HEAD + _ROW), **{f"xl/x{n}.xml": f"<x>{blank}</x>" for n in range(count)}}, level=1)


def linked() -> bytes:
    """Two entries of the directory over one body."""
    data = book()
    raw = bytearray(data)
    first, second = raw.find(b"PK\x01\x02"), raw.find(b"PK\x01\x02", raw.find(b"PK\x01\x02") + 4)
    raw[second + 42 : second + 46] = raw[first + 42 : first + 46]
    return bytes(raw)


def symlink() -> bytes:
    out = io.BytesIO(book())
    with zipfile.ZipFile(out, "a") as archive:
        entry = zipfile.ZipInfo("xl/link.xml")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "<x>/etc/passwd</x>")
    return out.getvalue()


def docx(more: dict[str, str | bytes]) -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": rel("officeDocument", "word/document.xml"),
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>x</w:t></w:r></w:p></w:body>'
        "</w:document>",
        **more,
    })  # fmt: skip


def many_rows(count: int) -> bytes:
    return book(_HEAD + "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, count + 2)))


def styles(inside: str) -> dict[str, str | bytes]:
    return {
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{inside}</styleSheet>',
        "xl/_rels/workbook.xml.rels": relationships(
            f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r3" Type="{OFFICE}/styles" Target="styles.xml"/>'
        ),
    }


def _xml(codes: str = "D-416") -> Iterator[tuple[str, Callable[[], bytes], str]]:
    passwd = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    blowup = f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>'
    inside = f"<sheetData>{_HEAD}{text(2, '&a;')}</sheetData>"
    yield "实体层层展开", lambda: book(sheet=LAUGHS + sheet(f"<sheetData>{text(2, '&e;')}</sheetData>")), codes
    yield (
        "实体展开在共享字符串里",
        lambda: book(strings=LAUGHS + f'<sst xmlns="{MAIN}"><si><t>&e;</t></si></sst>'),
        codes,
    )
    yield "平方级展开", lambda: book(sheet=blowup + sheet(f"<sheetData>{text(2, '&a;' * 10_000)}</sheetData>")), codes
    yield "外部实体读本机文件", lambda: book(sheet=passwd + sheet(inside)), codes
    yield "外部DTD", lambda: book(sheet='<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">' + sheet(inside)), codes
    yield (
        "参数实体",
        lambda: book(sheet='<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hosts">%p;]>' + sheet("")),
        codes,
    )
    yield "UTF-16里的声明", lambda: book(sheet=("\ufeff" + passwd + sheet(inside)).encode("utf-16-le")), codes
    ebcdic = "<?xml version='1.0' encoding='cp037'?>" + passwd + sheet("")
    yield "别的编码里的声明", lambda: book(sheet=ebcdic.encode("cp037")), "D-410"
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    yield "XInclude", lambda: book(sheet=sheet(f"{include}<sheetData>{_HEAD}{_ROW}</sheetData>")), FINE
    yield (
        "嵌套两万层",
        lambda: book(sheet=sheet("<a>" * 20_000 + "</a>" * 20_000 + f"<sheetData>{_HEAD}{_ROW}</sheetData>")),
        FINE,
    )


def _packages() -> Iterator[tuple[str, Callable[[], bytes], str]]:
    yield "解压后超过512MB", lambda: spaces(540), "D-411"
    yield "一万个内部文件", lambda: book(**{f"xl/x{n}.xml": "<x/>" for n in range(10_001)}), "D-411"
    yield "压缩包套压缩包", lambda: book(**{"xl/media/inner.zip": spaces(3)}), FINE
    yield "工作表本身是压缩包", lambda: book(sheet=book()), "D-410"
    yield "两个条目共用一段数据", linked, "D-410"
    yield "写小的解压大小", lambda: with_lying_sizes(book(sheet=sheet(" " * 40_000_000)), SHEET, 100), "D-410"
    yield "写大的解压大小", lambda: with_lying_sizes(book(), SHEET, 2**31), f"{FINE} D-410"
    names = [
        "../../../../tmp/dubu-evil.xml",
        "/etc/cron.d/evil",
        "C:\\Windows\\evil.xml",
        "con",
        "aux.xml",
        "a\x01b.xml",
    ]
    yield "伸到外面的文件名", lambda: book(**dict.fromkeys(names, "<x/>")), f"{FINE} D-410"
    yield "符号链接", symlink, FINE
    yield "加密标志", lambda: with_flag(book(), 0x1), "D-414"
    yield "打开密码", lambda: OLE + b"\0" * 2_000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500, "D-414"
    yield "旧格式xls", lambda: OLE + b"\0" * 2_000 + "Workbook".encode("utf-16-le"), "D-415"
    yield "截去一半", lambda: book()[: len(book()) // 2], "D-410"
    yield "截去目录", lambda: book()[:-40], "D-410"
    yield "空文件", lambda: b"", "D-410"
    yield "乱码", lambda: bytes(n * 7 % 256 for n in range(50_000)), "D-410"
    yield "PDF", lambda: b"%PDF-1.7\n" + b"0" * 500, "D-410"
    yield "程序文件", lambda: b"MZ" + b"\0" * 5_000, "D-410"
    yield "网页", lambda: b"<html><table><tr><td>x</td></tr></table></html>", "D-410"
    yield (
        "二进制工作簿xlsb",
        lambda: zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\0" * 99}),
        "D-410",
    )
    yield (
        "ODS",
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        "D-410",
    )


def _active() -> Iterator[tuple[str, Callable[[], bytes], str]]:
    ms = "http://schemas.microsoft.com/office/2006/relationships"
    yield "VBA宏", lambda: book(**{"xl/vbaProject.bin": b"\0" * 99}), "D-412"
    yield (
        "VBA宏改了名",
        lambda: book(**{RELS: rel("vbaProject", "innocent.bin", base=ms), "xl/innocent.bin": b"\0"}),
        "D-412",
    )
    yield "XLM宏表", lambda: book(**{"xl/macrosheets/sheet1.xml": "<x/>"}), "D-412"
    yield "XLM宏表改了名", lambda: book(**{RELS: rel("xlMacrosheet", "s.xml", base=ms)}), "D-412"
    yield (
        "DDE外部链接",
        lambda: book(**{"xl/externalLinks/externalLink1.xml": "<ddeLink ddeService='cmd' ddeTopic='/C calc'/>"}),
        "D-413",
    )
    yield "嵌入的OLE对象", lambda: book(**{"xl/embeddings/oleObject1.bin": OLE}), "D-413"
    yield "ActiveX控件", lambda: book(**{"xl/activeX/activeX1.xml": "<x/>"}), "D-413"
    yield "嵌入的文档", lambda: book(**{RELS: rel("package", "../embeddings/a.docx")}), "D-413"
    yield "外部图片", lambda: book(**{RELS: rel("image", "file://host/share/a.png", 'TargetMode="External"')}), "D-413"
    yield (
        "外部工作表",
        lambda: book(**{"xl/_rels/workbook.xml.rels": rel("worksheet", "http://h/a.xml", 'TargetMode="External"')}),
        "D-413",
    )
    yield (
        "数据连接",
        lambda: book(
            **{"xl/connections.xml": '<connections><connection><webPr url="http://h/"/></connection></connections>'}
        ),
        FINE,
    )
    formulas = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><f>{f}</f><v>{v}</v></c></row>'
        for n, (f, v) in enumerate(
            (("cmd|'/C calc'!A0", "杂物"), ('HYPERLINK("http://h/")', "点我"), ('WEBSERVICE("http://h/")', "")), 2
        )
    )  # fmt: skip
    yield "公式和DDE", lambda: book(_HEAD + formulas), FINE
    yield (
        "等号开头的文字",
        lambda: book(_HEAD + text(2, "=cmd|'/C calc'!A0") + text(3, "@SUM(A1)") + text(4, "＝1+1")),
        FINE,
    )
    yield "看不见和反向的字符", lambda: book(_HEAD + text(2, "通道\u202e堵\u200b塞\u2066瓷砖40箱")), FINE


def _sizes() -> Iterator[tuple[str, Callable[[], bytes], str]]:
    wide = '<row r="1">' + "<c><v>1</v></c>" * 501 + "</row>"
    yield "五百零一列的表头", lambda: book(wide + wide.replace('r="1"', 'r="2"')), "D-411"
    yield "声明了整张表", lambda: zipped(dict(parts(_HEAD + _ROW, dimension="A1:XFD1048576"))), FINE
    yield "最后一格有字", lambda: book(_HEAD + _ROW + text(1_048_576, "x", "XFD")), FINE
    yield (
        "第十亿行",
        lambda: book(_HEAD + '<row r="1000000000"><c r="A1000000000"><v>1</v></c></row>'),
        f"{FINE} D-410 D-411",
    )
    yield "负的行号", lambda: book(_HEAD + '<row r="-5"><c r="A-5"><v>1</v></c></row>'), f"{FINE} D-410"
    yield "行号不是数", lambda: book(_HEAD + '<row r="x"><c r="A1"><v>1</v></c></row>'), "D-410"
    yield "太宽的行", lambda: book(_HEAD + "".join(text(n, "x", "XFD") for n in range(3, 203))), "D-411"
    yield "超过16384列", lambda: book(_HEAD + '<row r="3">' + "<c><v>1</v></c>" * 16_385 + "</row>"), "D-411"
    yield "二十万零一行", lambda: many_rows(200_002), "D-411"
    yield "太长的一格", lambda: book(_HEAD + text(2, "字" * 40_000)), "D-411"
    long = "".join(f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * 1_000 + "</row>" for n in range(2, 10))
    yield (
        "每一格都是同一段长文字",
        lambda: book(_HEAD + long, strings=f'<sst xmlns="{MAIN}"><si><t>{"字" * 32_767}</t></si></sst>'),
        "D-411",
    )
    yield (
        "二十万处合并",
        lambda: book(
            sheet=sheet(
                f"<sheetData>{_HEAD}{_ROW}</sheetData><mergeCells>"
                + '<mergeCell ref="A1:B2"/>' * 200_001
                + "</mergeCells>"
            )
        ),
        "D-411",
    )
    yield (
        "十万条共享字符串",
        lambda: book(strings=f'<sst xmlns="{MAIN}">' + "<si><t>x</t></si>" * 100_000 + "</sst>"),
        f"{FINE} D-402 D-403",
    )
    yield (
        "六万种样式",
        lambda: book(
            **styles("<cellXfs>" + '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>' * 60_000 + "</cellXfs>")
        ),
        f"{FINE} D-402 D-403 D-410",
    )
    name = "".join(f'<definedName name="n{n}">1</definedName>' for n in range(30_000))
    yield (
        "三万个名称",
        lambda: book(
            book=parts()["xl/workbook.xml"].replace("</sheets>", f"</sheets><definedNames>{name}</definedNames>")
        ),
        f"{FINE} D-402 D-403",
    )
    numbers = "".join(
        f'<row r="{n}"><c r="A{n}"{t}><v>{v}</v></c></row>'
        for n, (t, v) in enumerate(
            (
                ("", "1e999"),
                ("", "nan"),
                (' t="d"', "9999-99-99"),
                (' t="e"', "#REF!"),
                (' t="s"', "99999"),
                (' t="b"', "7"),
            ),
            2,
        )
    )
    yield "不成数的数", lambda: book(_HEAD + numbers), f"{FINE} D-410"
    yield "没有工作表", lambda: book(book=f'<workbook xmlns="{MAIN}"><sheets/></workbook>'), "D-410 D-417"
    yield (
        "工作表指到外面",
        lambda: book(
            **{
                "xl/_rels/workbook.xml.rels": relationships(
                    f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="../../../../etc/passwd"/>'
                )
            }
        ),
        "D-410 D-417",
    )


def _replies() -> Iterator[tuple[str, Callable[[], bytes], str]]:
    head = "".join(
        f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>'
        for c, t in (("A", "登记号"), ("B", "问题编号"), ("C", "整改情况"), ("D", "整改结果"))
    )
    rows = f'<row r="1">{head}</row>' + "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>DB1-{"0" * 32}-{"1" * 32}-{"2" * 8}</t></is></c>'
        f'<c r="C{n}" t="inlineStr"><is><t>已完成整改</t></is></c></row>'
        for n in range(2, 5)
    )
    png = pictures.encoded(Image.new("RGB", (8, 8)), "PNG")
    yield "图片指回图表自己", lambda: book(rows, **drawing(anchor(1, "me") + anchor(2, "me"))), FINE
    yield "图片指到外面", lambda: book(rows, **drawing(anchor(1, "up") + anchor(1, "none"))), FINE
    yield (
        "五千零一处图片",
        lambda: book(rows, **drawing("".join(anchor(n) for n in range(5_001))), **{"xl/media/a.png": png}),
        "D-411",
    )
    yield "图片目录太大", lambda: book(rows, **drawing("<x>" + " " * 34_000_000 + "</x>")), "D-411"
    yield "伪造的登记号", lambda: book(rows), FINE
    yield (
        "图片是像素炸弹",
        lambda: book(rows, **drawing(anchor(1)), **{"xl/media/a.png": pictures.png_bomb(60_000, 60_000)}),
        FINE,
    )
    yield "图片是程序", lambda: book(rows, **drawing(anchor(1)), **{"xl/media/a.png": b"MZ" + b"\0" * 999}), FINE
    yield (
        "WPS单元格图片缺条目",
        lambda: book(rows.replace("</row>", '<c r="E9"><f>DISPIMG(&quot;ID_0&quot;,1)</f></c></row>', 2)),
        FINE,
    )
    yield (
        "WPS图片指回自己",
        lambda: book(
            rows, **{"xl/cellimages.xml": "<x/>", "xl/_rels/cellimages.xml.rels": rel("image", "cellimages.xml")}
        ),
        FINE,
    )
    yield (
        "图表有声明",
        lambda: book(rows, **{**drawing(""), "xl/drawings/drawing1.xml": LAUGHS + "<x>&e;</x>"}),
        "D-416",
    )


def _documents() -> Iterator[tuple[str, Callable[[], bytes], str]]:
    yield "文档当工作簿", lambda: docx({}), "D-410"
    yield "带宏的文档", lambda: docx({"word/vbaProject.bin": b"\0"}), "D-412"
    yield (
        "远程模板",
        lambda: docx(
            {"word/_rels/settings.xml.rels": rel("attachedTemplate", "http://h/t.dotm", 'TargetMode="External"')}
        ),
        "D-413",
    )
    yield (
        "文档外部图片",
        lambda: docx({"word/_rels/document.xml.rels": rel("image", "http://h/a.png", 'TargetMode="External"')}),
        "D-413",
    )
    yield (
        "文档外部实体",
        lambda: docx({"word/document.xml": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'}),
        "D-416",
    )
    yield "文档嵌OLE", lambda: docx({"word/embeddings/oleObject1.bin": OLE}), "D-413"
    yield (
        "文档altChunk",
        lambda: docx({"word/_rels/document.xml.rels": rel("aFChunk", "file:///etc/passwd", 'TargetMode="External"')}),
        "D-413",
    )


def _lying_jpeg() -> bytes:
    """A JPEG that says it is 65,000 pixels high."""
    raw = bytearray(pictures.encoded(pictures.quarters()))
    at = raw.find(b"\xff\xc0")
    raw[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(raw)


def _bomb_webp() -> bytes:
    head = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (16_383).to_bytes(3, "little") * 2
    return b"RIFF" + struct.pack("<I", len(head) + 4) + b"WEBP" + head


def _apng() -> bytes:
    """A PNG of 4,000 frames by its own word."""
    png = pictures.encoded(pictures.quarters(), "PNG")
    body = struct.pack(">II", 4_000, 0)
    chunk = struct.pack(">I", 8) + b"acTL" + body + struct.pack(">I", zlib.crc32(b"acTL" + body))
    return png[:33] + chunk + png[33:]


def _pictures() -> Iterator[tuple[str, Callable[[], bytes], str]]:
    tiff = pictures.encoded(pictures.quarters(), "TIFF")
    yield "像素炸弹PNG", lambda: pictures.png_bomb(50_000, 50_000), "D-422"
    yield "注释炸弹PNG", pictures.text_bomb, f"{FINE} D-423"
    yield "说大话的JPEG", _lying_jpeg, "D-422 D-423"
    yield "说大话的WebP", _bomb_webp, "D-422 D-423"
    yield "自称四千帧的PNG", _apng, f"{FINE} D-423"
    yield "坏的HEIC", pictures.damaged_heic, "D-423"
    yield "截断的JPEG", lambda: pictures.encoded(pictures.quarters(900, 900))[:900], "D-423"
    yield "GIF冒充JPEG", lambda: pictures.encoded(pictures.quarters(), "GIF"), "D-421"
    yield "TIFF冒充JPEG", lambda: tiff, "D-421"
    yield "BMP冒充JPEG", lambda: pictures.encoded(pictures.quarters(), "BMP"), "D-421"
    yield "SVG带脚本", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "D-421"
    yield "EPS", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run\n", "D-421"
    yield "网页冒充照片", lambda: b"<html><img src='http://h/'></html>", "D-421"
    yield "工作簿冒充照片", book, "D-421"
    yield "JPEG后面跟着压缩包", lambda: pictures.encoded(pictures.quarters()) + book(), FINE
    yield "空照片", lambda: b"", "D-421 D-423"


def corpus() -> list[Hostile]:
    """All of them; names are different."""
    groups = (
        ("workbook", _xml()), ("workbook", _packages()), ("workbook", _active()), ("workbook", _sizes()),
        ("reply", _replies()), ("workbook", _documents()), ("picture", _pictures()),
    )  # fmt: skip
    return [Hostile(name, way, make, frozenset(codes.split())) for way, group in groups for name, make, codes in group]
