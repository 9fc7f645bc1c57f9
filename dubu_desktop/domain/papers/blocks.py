"""What a paper is made of, before anybody has thought of millimetres and fonts.

The printer (`export/docx`) turns a `Paper` into pages by GB/T 9704-2012; the window's quick preview lays out the same
blocks itself. Text is plain: nothing in it is ever interpreted. A line break inside a text starts a new paragraph
where paragraphs are possible and is a space elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dubu_desktop.domain.fields import LabelledEnum


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


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of body text.

    `lead` runs in front of `text` in the face of a heading of `lead_level`: “（一）压实责任。” and its sentence.
    """

    text: str
    lead: str = ""
    lead_level: int = 2
    indent: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; widths are relative, in mm of a table as wide as the text (156 mm)."""

    title: str
    width_mm: float
    align: Align = Align.BOTH


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table whose header row is repeated on each page. `rows` hold one text per column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A print copy of a photo: JPEG bytes, at most 1600 px on the long side, and the line below it."""

    jpeg: bytes
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Photos:
    """Photos two by two, each with its caption."""

    photos: tuple[Photo, ...]


Block = Heading | Paragraph | Table | Photos


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


@dataclass(frozen=True, slots=True)
class Head:
    """版头 (GB/T 9704-2012 7.2). `mark` 发文机关标志; `number` 发文字号 or 第N期; the rest is empty where not used."""

    mark: str
    number: str
    style: HeadStyle = HeadStyle.RED_HEAD
    issue_left: str = ""
    issue_right: str = ""
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """署名 and 成文日期. `sealed`: the date stands 4 characters from the right and the organ is centred on it."""

    organ: str
    date_text: str
    sealed: bool = True


@dataclass(frozen=True, slots=True)
class Colophon:
    """版记. `lines`: (label with colon, names), e.g. (抄送：, …。); then 印发机关 left and 印发日期 right."""

    lines: tuple[tuple[str, str], ...]
    printing_organ: str
    printed_text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. `notice` is printed at the top of every page; `issued_on` only dates the file's properties."""

    head: Head
    title: str
    addressees: str
    body: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    signature: Signature | None = None
    colophon: Colophon | None = None
    notice: str = ""
    issued_on: date | None = None
