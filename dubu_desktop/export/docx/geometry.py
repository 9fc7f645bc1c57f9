"""GB/T 9704-2012 as numbers (documents.md §1). Twips (1/20 pt) unless a name says otherwise; 1 mm = 56.69 twips."""

from __future__ import annotations

from dataclasses import dataclass

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  # A4, row 2
TOP, BOTTOM, LEFT, RIGHT = 2098, 1984, 1587, 1474  # 37, 35, 28, 26 mm: rows 3-5, 10
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT  # 8845 = 156 mm
LINES, CHARACTERS = 22, 28  # row 7
PITCH = 579  # 22 lines of 28.95 pt fill 225 mm; 580 gives 21: row 11
TIGHTEN = -5  # 1/20 pt between characters of 16 pt: 28 in a line; -4 gives 27: row 12

BODY_PT, TITLE_PT, SMALL_PT, CELL_PT = 16.0, 22.0, 14.0, 12.0  # 三号 二号 四号 小四
CHAR = 320  # 一字: the width of a 三号 character
SMALL_CHAR = 280  # and of a 四号 one
TITLE_PITCH = 660  # 33 pt: row 21
CELL_PITCH = 400  # 20 pt in tables
COLOPHON_PITCH = 480  # 24 pt of 四号
RED = "FF0000"  # row 8
RED_RULE_EIGHTHS = 12  # 1.5 pt = 0.53 mm: row 20
RED_RULE_SPACE_PT = 5  # from line box to rule: 4 mm from the ink of the 发文字号
THICK_EIGHTHS, THIN_EIGHTHS = 8, 6  # 0.35 mm and 0.25 mm: row 33
HEADER_DISTANCE = 1134  # 20 mm
FOOTER_DISTANCE = 1440  # the dash then stands 7 mm below the text: row 35, documents.md §5.8

EMU_PER_TWIP = 635
EMU_PER_MM = 36000
TWIPS_PER_MM = 56.693
GRID = -1  # a pitch: that of the page's grid


@dataclass(frozen=True, slots=True)
class PageProfile:
    """Margins above and below and the pitch of 22 lines. The text they hold is 37 to 262 mm in each."""

    key: str
    label: str
    top: int
    bottom: int
    pitch: int


#: what offices look for in the page dialog
PRACTICE = PageProfile("practice", "上37毫米、下35毫米，行距28.95磅（通行）", TOP, BOTTOM, PITCH)
#: 34.58 and 32.58 mm, 29.45 pt: the ink of the first line then begins nearer to 37 mm (row 13)
GB33476 = PageProfile("gb33476", "上34.58毫米、下32.58毫米，行距29.45磅（GB/T 33476.2）", 1960, 1847, 589)
PAGES: dict[str, PageProfile] = {page.key: page for page in (PRACTICE, GB33476)}


def text_width(text: str, size_pt: float = BODY_PT) -> int:
    """The width of a line of text in twips: half a character for what is half-width, tightened as the body is."""
    tight = TIGHTEN if size_pt == BODY_PT else 0
    narrow = sum(ord(char) < 0x2E80 and char not in "—…“”‘’" for char in text)
    return round(size_pt * 20 * (len(text) - narrow / 2)) + tight * len(text)
