"""What a paper is made of, before anybody has thought of millimetres and fonts.

The printer (`export/docx`) turns a `Paper` into pages by GB/T 9704-2012; the window's quick preview lays out the same
blocks itself. Text is plain: nothing in it is ever interpreted. A line break inside a text starts a new paragraph
where paragraphs are possible and is a space elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dubu_desktop.domain.fields import LabelledEnum
from dubu_desktop.domain.papers.figures import Figure


class Align(LabelledEnum):
    """Where text stands in its line."""

    #: at the left edge
    LEFT = "left", "左对齐"
    #: in the middle
    CENTRE = "centre", "居中"
    #: both edges straight
    BOTH = "both", "两端对齐"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that has its line to itself. `level` 1–4 (一、（一）1．（1）); `text` carries its own number."""

    level: int
    text: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of body text; `figures` say which records stand behind the numbers in `text`.

    `lead` runs in front of `text` in the face of a heading of `lead_level`: “（一）压实责任。” and its sentence.
    """

    text: str
    lead: str = ""
    lead_level: int = 2
    indent: bool = True
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; widths are relative, in mm of a table as wide as the text (156 mm)."""

    title: str
    width_mm: float
    align: Align = Align.BOTH


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table whose header row is repeated on each page. `rows` hold one text per column.

    `figures`: (row, column, figure) of the cells that are counted.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    figures: tuple[tuple[int, int, Figure], ...] = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """A print copy of a photo: JPEG bytes, at most 1600 px on the long side, and the line below it."""

    jpeg: bytes
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Photos:
    """Photos two by two, each with its caption."""

    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a form, `width_mm` wide; the cells of a row are together as wide as the text (156 mm).

    `label`: what is printed on the form, in the middle; else what is filled in. `foot`: lines at the right below, for
    who signs. `under`: goes on from the cell above it. `red`: framed in red (the 批示 column).
    """

    width_mm: float
    text: str = ""
    label: bool = False
    align: Align = Align.LEFT
    foot: str = ""
    photos: tuple[Photo, ...] = ()
    under: bool = False
    red: bool = False
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a form, at least `height_mm` high: room to write by hand."""

    cells: tuple[Cell, ...]
    height_mm: float = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """A form: ruled rows whose columns need not stand below each other."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A photo and what is to be known about it: `lines` of (label, text)."""

    photo: Photo
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cards:
    """照片卡, 2 or 4 to the page."""

    cards: tuple[Card, ...]
    per_page: int = 2


Block = Heading | Paragraph | Table | Photos | Grid | Cards


@dataclass(frozen=True, slots=True)
class Attachment:
    """附件: begins on a new page; its title is said again in the 附件说明 below the body."""

    title: str
    blocks: tuple[Block, ...]


class HeadStyle(LabelledEnum):
    """How the head of a paper looks (documents.md §4)."""

    #: 红头: the 发文字号 stands in the middle above the red line
    RED_HEAD = "red_head", "红头（发文字号）"
    #: a numbered issue: 第N期 under the mark, the editing body left and the date right above the red line
    ISSUE = "issue", "第N期"


class Format(LabelledEnum):
    """Which of the standard's formats a paper has (GB/T 9704-2012 7, 10; documents.md §4 for forms)."""

    #: 文件格式: red head, red line, 版记
    DOCUMENT = "document", "文件格式"
    #: 信函格式: mark and double line at the top of page 1, a double line at its foot (10.1)
    LETTER = "letter", "信函格式"
    #: a form: title, number on the right, ruled rows; no red line
    FORM = "form", "表格式"
    #: 白头: a title and nothing above it
    PLAIN = "plain", "白头"


class Accent(LabelledEnum):
    """The colour of a 督办单's title; everything else of a paper is black."""

    #: 蓝
    BLUE = "blue", "蓝"
    #: 黄
    AMBER = "amber", "黄"
    #: 红
    RED = "red", "红"


@dataclass(frozen=True, slots=True)
class Head:
    """版头 (GB/T 9704-2012 7.2). `mark` 发文机关标志; `number` 发文字号 or 第N期; the rest is empty where not used.

    `signers`: 签发人 of a paper to a superior (上行文), its number then stands on the left. `organs`: the organs of a
    joint issue, 主办 first; `mark` is then what stands at their right (文件).
    """

    mark: str
    number: str
    style: HeadStyle = HeadStyle.RED_HEAD
    issue_left: str = ""
    issue_right: str = ""
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    signers: tuple[str, ...] = ()
    organs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """署名 and 成文日期. `sealed`: the date stands 4 characters from the right and the organ is centred on it.

    `post`: the paper bears the 签名章 of who holds it (7.3.5.3); the post is printed, the stamp is put on by hand.
    `organs`: further organs of a joint issue, below the first.
    """

    organ: str
    date_text: str
    sealed: bool = True
    post: str = ""
    organs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Colophon:
    """版记. `lines`: (label with colon, names), e.g. (抄送：, …。); then 印发机关 left and 印发日期 right."""

    lines: tuple[tuple[str, str], ...]
    printing_organ: str
    printed_text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. `notice` is printed at the top of every page; `issued_on` only dates the file's properties.

    `byline`: below the title, in brackets and 楷体; `note`: 附注 below the date, without its brackets. `leader_column`:
    the label of an empty column at the right of page 1, for a leader to write on by hand; none where empty.
    """

    head: Head
    title: str
    addressees: str
    body: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    signature: Signature | None = None
    colophon: Colophon | None = None
    notice: str = ""
    issued_on: date | None = None
    format: Format = Format.DOCUMENT
    byline: str = ""
    note: str = ""
    accent: Accent | None = None
    leader_column: str = ""
