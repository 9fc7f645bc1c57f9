"""Which typefaces a paper names. Fonts are not shipped: the file carries the name, the reading machine has the face."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dubu_desktop.domain.papers.blocks import Block, Cards, Grid, Heading, Paper, Paragraph, Photos, Table
from dubu_desktop.domain.papers.glyphs import Repertoire, rare_characters, repertoire_of


class Face(StrEnum):
    """The part a typeface plays; its value is the field of `FontProfile` that names it."""

    #: 仿宋: everything unless said otherwise
    BODY = "body"
    #: 小标宋: title and 发文机关标志
    TITLE = "title"
    #: 楷体: second level
    KAI = "kai"
    #: 黑体: first level, 附件 mark, table heads
    HEI = "hei"
    #: 宋体: page numbers
    SONG = "song"


@dataclass(frozen=True, slots=True)
class FontProfile:
    """Names of the five faces as they are written into the file, and what the body face can draw."""

    key: str
    label: str
    body: str
    title: str
    kai: str
    hei: str
    song: str
    repertoire: Repertoire
    title_bold: bool = False

    def name(self, face: Face) -> str:
        """The name written for `face`."""
        return str(getattr(self, face.value))


#: 仿宋 of Windows Vista and later draws GBK: the safer choice where persons are named (documents.md §2)
WINDOWS = FontProfile("windows", "Windows（仿宋）", "仿宋", "方正小标宋简体", "楷体", "黑体", "宋体", Repertoire.GBK)
#: for offices that insist on the old pair of fonts
WINDOWS_GB2312 = FontProfile(
    "windows_gb2312",
    "Windows（仿宋_GB2312）",
    "仿宋_GB2312",
    "方正小标宋简体",
    "楷体_GB2312",
    "黑体",
    "宋体",
    Repertoire.GB2312,
)
#: the 方正 *_GBK faces that come with WPS on 统信 and 麒麟
XINCHUANG = FontProfile(
    "xinchuang",
    "信创（方正GBK）",
    "方正仿宋_GBK",
    "方正小标宋_GBK",
    "方正楷体_GBK",
    "方正黑体_GBK",
    "方正书宋_GBK",
    Repertoire.GBK,
)
#: faces under open licences; no open 小标宋 exists, the heavy song face stands in
FREE = FontProfile(
    "free",
    "开源字体",
    "朱雀仿宋",
    "Noto Serif CJK SC",
    "LXGW WenKai",
    "Noto Sans CJK SC",
    "Noto Serif CJK SC",
    Repertoire.GB2312,
    title_bold=True,
)
PROFILES: dict[str, FontProfile] = {p.key: p for p in (WINDOWS, WINDOWS_GB2312, XINCHUANG, FREE)}


def glyph_warnings(paper: Paper, profile: FontProfile = WINDOWS) -> tuple[str, ...]:
    """One Chinese sentence per rare character of `paper` and face that may lack it, said before printing; the
    characters stay in the file.
    """
    rare: dict[tuple[str, str], None] = {}
    for face, repertoire, texts in (
        (profile.title, repertoire_of(profile.title), _title_texts(paper)),
        (profile.body, profile.repertoire, _texts(paper)),
    ):
        rare.update(dict.fromkeys((face, char) for text in texts for char in rare_characters(text, repertoire)))
    return tuple(f"“{face}”里可能没有“{char}”（U+{ord(char):04X}）这个字，打印前请看一眼" for face, char in rare)


def _title_texts(paper: Paper) -> list[str]:
    """What is set in 小标宋: 发文机关标志 and titles."""
    titles = [attachment.title for attachment in paper.attachments]
    return [paper.head.mark, *paper.head.organs, paper.title, *titles]


def _texts(paper: Paper) -> list[str]:
    head = paper.head
    texts = [paper.addressees, *_block_texts(paper.body)]
    for attachment in paper.attachments:
        texts.extend(_block_texts(attachment.blocks))
    texts += [paper.byline, paper.note, head.secrecy, head.number, head.issue_left, *head.signers]
    if paper.signature is not None:
        texts += [paper.signature.organ, paper.signature.post, *paper.signature.organs]
    if paper.colophon is not None:
        texts.extend(text for line in paper.colophon.lines for text in line)
        texts.append(paper.colophon.printing_organ)
    return texts


def _block_texts(blocks: tuple[Block, ...]) -> list[str]:
    texts: list[str] = []
    for block in blocks:
        match block:
            case Heading():
                texts.append(block.text)
            case Paragraph():
                texts.append(block.lead + block.text)
            case Table():
                texts.extend(cell for row in block.rows for cell in row)
            case Photos():
                texts.extend(photo.caption for photo in block.photos)
            case Grid():
                for cell in (cell for row in block.rows for cell in row.cells):
                    texts += [cell.text, cell.foot, *(photo.caption for photo in cell.photos)]
            case Cards():
                texts.extend(text for card in block.cards for _, text in card.lines)
    return texts
