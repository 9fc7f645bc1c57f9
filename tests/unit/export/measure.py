"""A rendered paper against the rows of documents.md that apply to its format: every fault as a sentence.

`faults(paper, pages)` measures one; an empty list means that each row holds. Positions within 1 mm, 2 mm where ink
depends on the face that stands in for one that is not installed. The rows are those of GB/T 9704-2012.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dubu_desktop.domain.papers.blocks import (
    Block,
    Cards,
    Format,
    Grid,
    Heading,
    HeadStyle,
    Paper,
    Paragraph,
    Photos,
    Signature,
    Table,
)
from dubu_desktop.domain.papers.seals import rows_of
from dubu_desktop.domain.papers.wording import title_lines
from dubu_desktop.domain.text import clean_text
from dubu_desktop.export.docx.geometry import PRACTICE, PageProfile
from tests.unit.export.geometry import Line, Page, Rule

LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
CENTRE = (LEFT + RIGHT) / 2
MM = 25.4 / 72
CHAR, SMALL_CHAR = 16 * MM, 14 * MM
RED, BLACK = (255, 0, 0), (0, 0, 0)
ACCENTS = {(31, 78, 158), (192, 120, 0), RED}
# Where the header of a letter ends at the latest: what stands above belongs to it.
LETTER_HEAD = 52.0
Faults = Iterator[str]


def faults(paper: Paper, pages: Sequence[Page], profile: PageProfile = PRACTICE) -> list[str]:
    """Every row that does not hold, with what was measured."""
    checks: list[Callable[[Paper, Sequence[Page], float], Faults]] = [
        text_area, colours, grid, full_lines, page_numbers, title, nothing_lost, numbers_whole, signature, notice,
    ]  # fmt: skip
    match paper.format:
        case Format.DOCUMENT:
            checks += [document_head, colophon, leader_column]
        case Format.LETTER:
            checks += [letter_head, letter_foot]
        case Format.FORM:
            checks += [form_head, classes_above]
        case Format.PLAIN:
            checks += [classes_above]
    pitch = profile.pitch / 20 * MM
    return [f"{check.__name__}: {found}" for check in checks for found in check(paper, pages, pitch)]


def near(value: float, wanted: float, tolerance: float = 1.0) -> bool:
    """Within the tolerance."""
    return abs(value - wanted) <= tolerance


def off(what: str, value: float, wanted: float, tolerance: float = 1.0) -> Faults:
    """A fault unless near."""
    if not near(value, wanted, tolerance):
        yield f"{what} {value:.1f} mm, wanted {wanted:.1f} ± {tolerance:g}"


def middle(line: Line) -> float:
    """Half way between its ends."""
    return (line.left + line.right) / 2


def body(paper: Paper, page: Page, number: int) -> list[Line]:
    """The lines of the text area: without notice, page number, and the head of a letter."""
    top = LETTER_HEAD if paper.format is Format.LETTER and number == 0 else TOP - 4
    return [line for line in page.lines if line.base < BOTTOM + 1.5 and line.bottom > top]


def said(line: Line) -> str:
    """Its characters, as written in the paper."""
    return line.text


def rules(page: Page) -> list[Rule]:
    """The rules of a page, each once (LibreOffice draws some twice), their ends without the half stroke."""
    found: dict[tuple[int, int, int], Rule] = {}
    for rule in page.rules:
        key = (round(rule.left * 10), round(rule.middle * 10), round(rule.thickness * 100))
        ends = {"left": rule.left + rule.thickness, "right": rule.right - rule.thickness}
        found.setdefault(key, replace(rule, **ends) if rule.colour == RED else rule)
    return list(found.values())


# --- rows 2-12: paper, text area, grid ---------------------------------------------------------------------------


def text_area(paper: Paper, pages: Sequence[Page], _pitch: float) -> Faults:
    """Rows 2-5: A4, and no ink outside 156 × 225 mm but a mark hung behind the line."""
    for number, page in enumerate(pages):
        yield from off(f"page {number + 1} is wide", page.width, 210)
        yield from off(f"page {number + 1} is high", page.height, 297)
        for line in body(paper, page, number):
            if line.left < LEFT - 1 or line.right > RIGHT + 5:
                yield f"page {number + 1}: {said(line)[:20]!r} from {line.left:.1f} to {line.right:.1f} mm"
            if line.top < TOP - 1.5 or line.bottom > BOTTOM + 1.2:
                yield f"page {number + 1}: {said(line)[:20]!r} at {line.top:.1f} to {line.bottom:.1f} mm"


def colours(paper: Paper, pages: Sequence[Page], _pitch: float) -> Faults:
    """Row 8: red are the mark, its lines, the title of a coloured form and the 批示 column; all else is black."""
    for number, page in enumerate(pages):
        for line in page.lines:
            for colour in {char.colour for char in line.chars} - {BLACK}:
                words = "".join(char.text for char in line.chars if char.colour == colour)
                mark = paper.format in (Format.DOCUMENT, Format.LETTER) and number == 0 and colour == RED
                named = paper.head.mark + "".join(paper.head.organs)
                in_mark = mark and set(words) <= set(named)
                accent = paper.accent is not None and colour in ACCENTS and words in paper.title
                if not in_mark and not accent and words not in ("领导批示",):
                    yield f"page {number + 1}: {words[:20]!r} is {colour}"


def grid(paper: Paper, pages: Sequence[Page], pitch: float) -> Faults:
    """Rows 6, 7, 11: lines of 16 pt follow each other on the 22-line grid, and a full page of them has 22."""
    for number, page in enumerate(pages):
        lines = body(paper, page, number)
        plain = [line for line in lines if near(line.size_pt, 16, 0.1) and near(line.chars[-1].size_pt, 16, 0.1)]
        runs = plain == lines and number > 0 and not rules(page)
        if runs and len(lines) > 22:
            yield f"page {number + 1} has {len(lines)} lines"
        if runs and len(lines) > 20:
            for above, below in itertools.pairwise(lines):
                steps = (below.base - above.base) / pitch
                if abs(steps - round(steps)) * pitch > 0.8:
                    yield f"page {number + 1}: {below.base - above.base:.2f} mm before {said(below)[:12]!r}"


_HAN = range(0x4E00, 0xA000)


def full_lines(paper: Paper, pages: Sequence[Page], _pitch: float) -> Faults:
    """Rows 7, 12: a line of body text filled with Han alone holds 28 of them."""
    for number, page in enumerate(pages):
        lines = body(paper, page, number)
        for line, below in itertools.zip_longest(lines, lines[1:]):
            han = all(ord(char.text) in _HAN for char in line.chars)
            if not han or not near(line.size_pt, 16, 0.1) or not near(line.left, LEFT, 0.8):
                continue
            # a mark may not begin a line: the character before it goes down with it (perhaps to the next page)
            drawn = below is None or (len(below.chars) > 1 and ord(below.chars[1].text) not in _HAN)
            if near(line.right, RIGHT, 1.2) and len(line.chars) not in ((27, 28) if drawn else (28,)):
                yield f"page {number + 1}: {len(line.chars)} characters in {said(line)[:12]!r}"


def page_numbers(paper: Paper, pages: Sequence[Page], _pitch: float) -> Faults:
    """Row 35: — 1 — 7 mm below the text, odd right, even left, one character in; letters and forms from page 2 on."""
    from_first = paper.format in (Format.DOCUMENT, Format.PLAIN)
    for number, page in enumerate(pages, start=1):
        found = [line for line in page.lines if line.base > BOTTOM + 2]
        if number == 1 and not from_first:
            if found:
                yield f"page 1 bears {said(found[0])!r}"
            continue
        if [said(line) for line in found] != [f"—{number}—"]:
            yield f"page {number} bears {[said(line) for line in found]}"
            continue
        line = found[0]
        yield from off(f"page {number}: dash below the text", line.chars[0].top - BOTTOM, 7)
        if number % 2:
            yield from off(f"page {number}: number ends", line.right, RIGHT - SMALL_CHAR)
        else:
            yield from off(f"page {number}: number begins", line.left, LEFT + SMALL_CHAR)
        if not near(line.size_pt, 14, 0.1):
            yield f"page {number}: number of {line.size_pt} pt"


# --- rows 14-22: head and title ----------------------------------------------------------------------------------


def document_head(paper: Paper, pages: Sequence[Page], pitch: float) -> Faults:
    """Rows 14-20: the mark 72 mm down, number and 签发人, the red line 4 mm below, 156 mm wide, 0.53 mm thick."""
    page, head = pages[0], paper.head
    marks = [line for line in page.lines if {char.colour for char in line.chars} == {RED}]
    marks = [line for line in marks if said(line) != paper.leader_column]
    if not marks:
        yield "no mark"
        return
    yield from off("mark begins", marks[0].top, 72, 2)
    if not head.organs:
        yield from off("mark in the middle", middle(marks[0]), CENTRE)
    red = [rule for rule in rules(page) if rule.colour == RED and rule.left < CENTRE]
    if len(red) != 1:
        yield f"{len(red)} red lines"
        return
    rule = red[0]
    above = [line for line in page.lines if line.base < rule.middle]
    yield from off("from 发文字号 to the red line", rule.middle - rule.thickness / 2 - above[-1].bottom, 4)
    yield from off("red line begins", rule.left, LEFT)
    yield from off("red line ends", rule.right, RIGHT)
    yield from off("red line thick", rule.thickness, 0.53, 0.1)
    first = next(line for line in above if line.base > marks[-1].base)
    yield from off("two lines under the mark", first.top - marks[-1].bottom, 2 * pitch + 1.1, 2.2)
    if head.signers:
        yield from _signers(paper, above)
    elif head.style is HeadStyle.RED_HEAD:
        yield from off("发文字号 in the middle", middle(above[-1]), CENTRE, 1.5)
    if head.style is HeadStyle.ISSUE and head.issue_right:
        day = head.issue_right.replace(" ", "")
        if not said(above[-1]).endswith(day):
            yield f"{said(above[-1])!r} above the red line does not end in the date"
        yield from off("date above the red line ends", above[-1].end, RIGHT - CHAR, 1.5)
    classes = [text for text in (head.copy_number, head.secrecy, head.urgency) if text]
    for text, line in zip(classes, body(paper, page, 0), strict=False):
        if said(line) != text.replace(" ", "") or not near(line.left, LEFT):
            yield f"{said(line)!r} where {text!r} should stand"


def _signers(paper: Paper, above: Sequence[Line]) -> Faults:
    """Rows 18, 19: number left, 签发人 right, both one character in, names in 楷体 below each other."""
    rows = -(-len(paper.head.signers) // 2)
    lines = above[-rows:]
    yield from off("发文字号 begins", lines[-1].begin, LEFT + CHAR)
    named = [name for name in paper.head.signers if name.strip("　 ")]
    if named:
        yield from off("签发人 ends", max(line.right for line in lines), RIGHT - CHAR, 2)
        label = next(line for line in lines if "签发人：" in said(line))
        faces = {char.font for char in label.chars[-2:]} & {char.font for char in label.chars if char.text == "签"}
        if faces:
            yield f"签发人 and name are both of {faces}"


def title(paper: Paper, pages: Sequence[Page], pitch: float) -> Faults:
    """Row 21: 22 pt in the middle, whole words, 33 pt apart; two lines below what stands above; text on page 1."""
    wanted = [line.replace(" ", "") for line in title_lines(clean_text(paper.title))]
    found = [line for line in pages[0].lines if near(line.size_pt, 22, 0.1)]
    if [said(line) for line in found[: len(wanted)]] != wanted:
        yield f"title reads {[said(line) for line in found]}, wanted {wanted}"
        return
    found = found[: len(wanted)]
    for line in found:
        # the ink of a bracket fills half of its character
        yield from off("title in the middle", middle(line), CENTRE, 3 if said(line)[-1] in "）》”、，" else 1.5)
    for above, below in itertools.pairwise(found):
        yield from off("lines of the title", below.base - above.base, 33 * MM, 0.5)
    after = [line for line in body(paper, pages[0], 0) if line.base > found[-1].base + 1]
    begin = paper.body[0].text if isinstance(paper.body[0], Heading | Paragraph) else ""
    # LibreOffice begins a page with the one paragraph of a paper that is longer than a page, to keep it with the 署名
    begin = begin if len(begin) < 22 * 28 else ""
    if not after or begin[:6].replace(" ", "") not in "".join(said(line) for line in after):
        yield "page 1 shows no text (row 23)"
    if paper.format is Format.DOCUMENT:
        red = [rule for rule in rules(pages[0]) if rule.colour == RED]
        if red:
            yield from off("two lines above the title", found[0].top - red[0].middle, 2 * pitch + 1.1, 2.2)
    if paper.addressees and after:
        to = after[0]
        yield from off("主送 begins", to.left, LEFT)
        yield from off("one line above 主送", to.base - found[-1].base, 2 * pitch)


def leader_column(paper: Paper, pages: Sequence[Page], pitch: float) -> Faults:
    """§4 (专报): the column for 批示, framed red at the right of page 1 from the first line of the text on: a third of
    the text's width, nothing in it but its label; the lines beside it hold 18 characters."""
    if not paper.leader_column:
        return
    page = pages[0]
    found = {(round(one.left), round(one.top)): one for one in page.boxes if one.colour == RED}
    if len(found) != 1:
        yield f"{len(found)} red frames"
        return
    (box,) = found.values()
    head = [line for line in page.lines if near(line.size_pt, 22, 0.1)]
    yield from off("column ends", box.right, RIGHT)
    yield from off("column is wide", box.right - box.left, 9 * 156 / 28)
    yield from off("column begins below the title", box.top - head[-1].base, pitch + 4, 3)
    if len(pages) > 1:
        yield from off("column reaches the foot of the text", box.bottom, BOTTOM, 1.3 * pitch)
    inside = [
        char
        for line in page.lines
        for char in line.chars
        if char.right > box.left and box.top < (char.top + char.bottom) / 2 < box.bottom
    ]
    if "".join(char.text for char in inside) != paper.leader_column:
        yield f"in the column stands {''.join(char.text for char in inside)!r}"
    label = [char for char in inside if char.colour == RED]
    if label:
        yield from off("label in the middle", (label[0].left + label[-1].right) / 2, (box.left + box.right) / 2)
    lines = [line for line in page.lines if box.top < line.base < box.bottom]
    for line, below in itertools.zip_longest(lines, lines[1:]):
        beside = [char for char in line.chars if char.right < box.left]
        if beside and all(ord(char.text) in _HAN for char in beside):
            full = near(beside[-1].right, LEFT + 18 * 156 / 28, 2) and near(beside[0].left, LEFT, 0.8)
            # a mark may not begin a line: the character before it goes down with it
            drawn = below is None or (len(below.chars) > 1 and ord(below.chars[1].text) not in _HAN)
            if full and len(beside) not in ((17, 18) if drawn else (18,)):
                yield f"{len(beside)} characters beside the column in {said(line)[:12]!r}"


# --- row 38: letters; forms --------------------------------------------------------------------------------------


def letter_head(paper: Paper, pages: Sequence[Page], pitch: float) -> Faults:
    """Row 38: mark 30 mm from the edge of the paper, a line of 170 mm 4 mm below it, number right below that."""
    page = pages[0]
    marks = [line for line in page.lines if {char.colour for char in line.chars} == {RED}]
    if len(marks) != 1:
        yield f"{len(marks)} red lines of text"
        return
    mark = marks[0]
    yield from off("mark begins", mark.top, 30, 1.5)
    yield from off("mark in the middle of the paper", middle(mark), 105)
    upper = [rule for rule in rules(page) if rule.colour == RED and rule.middle < 100]
    lower = [rule for rule in rules(page) if rule.colour == RED and rule.middle > 200]
    if len(upper) != 2 or len(lower) != 2:
        yield f"{len(upper)} red rules above and {len(lower)} below, wanted a double line each"
        return
    yield from off("from mark to line", upper[0].middle - upper[0].thickness / 2 - mark.bottom, 4)
    yield from off("lower line from the foot of the paper", 297 - lower[1].middle - lower[1].thickness / 2, 20)
    if upper[0].thickness <= upper[1].thickness:
        yield "the upper line is not thick above and thin below"
    if lower[0].thickness >= lower[1].thickness:
        yield "the lower line is not thin above and thick below"
    for rule in (*upper, *lower):
        yield from off("line begins", rule.left, 20)
        yield from off("line ends", rule.right, 190)
    below = next(line for line in page.lines if line.base > upper[1].middle)
    yield from off("发文字号 ends", below.end, RIGHT, 1.5)
    gap = below.top - upper[1].middle - upper[1].thickness / 2
    yield from off("from the line to 发文字号", gap, 14 * MM, 1.5)
    classes = [text for text in (paper.head.copy_number, paper.head.secrecy, paper.head.urgency) if text]
    first = next(line for line in page.lines if near(line.size_pt, 22, 0.1))
    over = [line for line in page.lines if line.base < first.base][-1]
    if len(classes) <= 1 and not near(over.base, below.base):
        yield f"{said(over)!r} between number and title"
    yield from off("two lines above the title", first.base - over.base, 3 * pitch + 1.5, 2.5)


def letter_foot(paper: Paper, pages: Sequence[Page], _pitch: float) -> Faults:
    """Row 38: no page number on page 1 (see `page_numbers`); 抄送 at the foot of the text of the last page."""
    names = [label for label, _ in paper.colophon.lines] if paper.colophon else []
    if names:
        lines = [line for line in body(paper, pages[-1], len(pages) - 1) if near(line.size_pt, 14, 0.1)]
        if not lines or not any(label.rstrip("：") in said(line) for line in lines for label in names):
            yield "no 抄送 on the last page"
        else:
            yield from off("抄送 ends", lines[-1].bottom, BOTTOM - 1.5, 2.5)
    for number, page in enumerate(pages[1:], start=2):
        if any(rule.colour == RED for rule in rules(page)):
            yield f"red line on page {number}"


def form_head(paper: Paper, pages: Sequence[Page], _pitch: float) -> Faults:
    """§4: title, the number flush right below it, then ruled rows as wide as the text."""
    page = pages[0]
    number = next((line for line in page.lines if "编号：" in said(line)), None)
    if number is None:
        yield "no 编号"
        return
    yield from off("编号 ends", number.end, RIGHT, 1.5)
    first = next(line for line in page.lines if near(line.size_pt, 22, 0.1))
    above = [line for line in page.lines if line.bottom > TOP - 4 and line.base < first.base - 1]
    yield from off("title begins", first.top, TOP + 2 + len(above) * 20 * MM, 1.4)
    if not rules(page):
        yield "no ruled rows"
        return
    yield from off("rows begin", min(rule.left for rule in rules(page)), LEFT)
    yield from off("rows end", max(rule.right for rule in rules(page)), RIGHT)


def classes_above(paper: Paper, pages: Sequence[Page], pitch: float) -> Faults:
    """Rows 14-16 for forms and 白头: 份号, 密级, 紧急程度 flush left from the first line of page 1, above the title;
    above cards side by side."""
    head, page = paper.head, pages[0]
    wanted = [text for text in (head.copy_number, head.secrecy, head.urgency) if text]
    if isinstance(paper.body[0], Cards):
        wanted = ["".join(wanted)] if wanted else []
    title_top = next(line.top for line in page.lines if near(line.size_pt, 22, 0.1))
    found = [line for line in body(paper, page, 0) if line.bottom < title_top + 1]
    if [said(line) for line in found] != wanted:
        yield f"above the title {[said(line) for line in found]}, wanted {wanted}"
        return
    top = TOP + 2 - (2.4 if pitch > 29.2 * MM else 0)  # the text of GB/T 33476.2 begins so much higher (row 13)
    for place, line in enumerate(found):
        yield from off("class begins", line.left, LEFT)
        yield from off("class stands", line.top, top + place * 20 * MM, 1.4)


# --- rows 25-34: foot --------------------------------------------------------------------------------------------


def signature(paper: Paper, pages: Sequence[Page], pitch: float) -> Faults:
    """Rows 26, 27, 29: organ and date on one page with text above them, the date where the seal wants it."""
    sign = paper.signature
    if sign is None:
        return
    if sign.organs and sign.sealed and not sign.post:
        yield from _seals(sign, [body(paper, page, number) for number, page in enumerate(pages)], pitch)
        return
    day = sign.date_text.replace(" ", "")
    for number, page in enumerate(pages):
        lines = body(paper, page, number)
        place = next((at for at, line in enumerate(lines) if said(line) == day), None)
        if place is None:
            continue
        organ = (sign.organs[-1] if sign.organs else sign.organ).replace(" ", "")
        # one longer than a line turns; both lines belong to it
        tall = 1 if sign.post or len(organ) <= 27 else 2
        above = "".join(said(line) for line in lines[max(0, place - tall) : place])
        # 28 characters may fill one line; the line above is then of the text
        if not sign.post and above != organ and not (len(organ) == 28 and above.endswith(organ)):
            yield f"above the date stands {above or 'nothing'!r}"
        before = place - tall - len(sign.organs)
        if before < 1:
            yield f"page {number + 1}: 署名 and date alone"
        longest = max(len(organ) for organ in (sign.organ, *sign.organs))
        if sign.sealed and longest <= 15 and not sign.post:  # a longer 署名 moves the date (row 26)
            yield from off("date ends", lines[place].end, RIGHT - 4 * CHAR, 2)
        if sign.organ and lines[place - 1].left < LEFT - 1:
            yield "署名 begins left of the text"
        return
    yield f"no date {day!r}"


SEAL = 42.0


def _seals(sign: Signature, pages: Sequence[list[Line]], pitch: float) -> Faults:
    """7.3.5.1: each organ in the middle of its seal, in rows and in order, no seal touching another or leaving the
    text, those of the first row less than a line below it; the last organ over the date, the date 4 characters in."""
    day = sign.date_text.replace(" ", "")
    lines = next((page for page in pages if any(said(line) == day for line in page)), [])
    at = next((place for place, line in enumerate(lines) if said(line) == day), 0)
    date = lines[at] if lines else None
    rows = rows_of((sign.organ, *sign.organs), (middle(date) if date else CENTRE) - LEFT)
    found = [[_spot(place.lines, lines[:at]) for place in row] for row in rows]
    if date is None or not all(spot for row in found for spot in row):
        yield "organs and date are not all on one page"
        return
    boxes = [[spot for spot in row if spot] for row in found]
    yield from off("the last organ over the date", (boxes[-1][-1][0] + boxes[-1][-1][1]) / 2, middle(date), 2.5)
    if day[-1] == "日":
        yield from off("date ends", date.right, RIGHT - 4 * CHAR, 2)
    left, right, top, _ = boxes[-1][-1]
    boxes[-1][-1] = (left, right, top, date.bottom)
    seals = [[((box[0] + box[1]) / 2, (box[2] + box[3]) / 2) for box in row] for row in boxes]
    flat = [seal for row in seals for seal in row]
    for (x, y), (other_x, other_y) in itertools.combinations(flat, 2):
        apart = math.hypot(x - other_x, y - other_y)
        if apart < SEAL + 0.5:
            yield f"seals {apart:.1f} mm apart"
    for x, _y in flat:
        if x - SEAL / 2 < LEFT - 1 or x + SEAL / 2 > RIGHT + 1:
            yield f"a seal around {x:.1f} mm leaves the text"
    if any(here[0] >= following[0] for row in seals for here, following in itertools.pairwise(row)):
        yield "organs not in their order"
    above = [line for line in lines[:at] if line.bottom < min(box[2] for box in boxes[0])]
    if not above:
        yield "署名 and date alone"
        return
    for _x, y in seals[0]:
        gap = y - SEAL / 2 - above[-1].bottom
        if not -1 <= gap <= pitch + 2.5:
            yield f"a seal of the first row {gap:.1f} mm below the text"


def _spot(parts: Sequence[str], lines: Sequence[Line]) -> tuple[float, float, float, float] | None:
    """(left, right, top, bottom) of a name in so many lines; its last place on the page."""
    found = []
    for part in parts:
        hits = [(line, said(line).rfind(part)) for line in lines if part in said(line)]
        if not hits:
            return None
        line, begin = hits[-1]
        found.append(line.chars[begin : begin + len(part)])
    chars = [char for part in found for char in part]
    ends = (min(c.left for c in chars), max(c.right for c in chars), min(c.top for c in chars))
    return (*ends, max(c.bottom for c in chars))


def colophon(paper: Paper, pages: Sequence[Page], _pitch: float) -> Faults:
    """Rows 31-33: at the foot of the last page, its last rule on the edge of the text, over no text."""
    if paper.colophon is None:
        return
    page = pages[-1]
    black = [rule for rule in rules(page) if rule.colour == BLACK]
    if not black:
        yield "no 版记 on the last page"
        return
    last = black[-1]
    yield from off("last rule", last.middle, BOTTOM)
    yield from off("last rule begins", last.left, LEFT)
    yield from off("last rule ends", last.right, RIGHT)
    if not near(last.thickness, 0.35, 0.1):
        yield f"last rule {last.thickness:.2f} mm thick"
    printed = [line for line in page.lines if last.middle - 9 < line.base < last.middle]
    if not printed or not near(printed[-1].size_pt, 14, 0.1):
        yield "印发 is not of 14 pt"
    elif paper.colophon.printed_text:
        organ = paper.colophon.printing_organ[:6]  # a long one has a line to itself
        own = [line for line in page.lines if last.middle - 27 < line.base < last.middle and organ in said(line)]
        yield from off("印发机关 begins", own[-1].left if own else 0, LEFT + SMALL_CHAR)
        yield from off("印发日期 ends", printed[-1].right, RIGHT - SMALL_CHAR, 1.5)


def notice(paper: Paper, pages: Sequence[Page], _pitch: float) -> Faults:
    """contracts.md §3: what a group makes is marked on every page, above the text."""
    for number, page in enumerate(pages, start=1):
        if paper.notice and not any(said(line) == paper.notice and line.bottom < TOP for line in page.lines):
            yield f"page {number} is not marked {paper.notice!r}"


# --- nothing is lost ---------------------------------------------------------------------------------------------


def nothing_lost(paper: Paper, pages: Sequence[Page], _pitch: float) -> Faults:
    """Every character of the paper is in the PDF at least as often: nothing is cut off by a row or a box.

    But hyphens, which the reader of the PDF takes for division at the end of a line, and characters of the
    supplementary planes, for which a machine may have no glyph at all (the warning says so).
    """
    printed = Counter(char.text for page in pages for line in page.lines for char in line.chars)
    wanted = Counter(
        char
        for text in texts(paper)
        for char in clean_text(text)
        if not char.isspace() and char != "-" and ord(char) < 0x10000
    )
    missing = {char: count - printed[char] for char, count in wanted.items() if printed[char] < count}
    if missing:
        yield f"not printed: {missing}"


_NUMBER = re.compile(r"[A-Z]{2,6}-\d{4}-\d{2}[A-Z]?-\d{4}")


def numbers_whole(paper: Paper, pages: Sequence[Page], _pitch: float) -> Faults:
    """A finding's number in a cell is not broken at its hyphens: it is read in one line as often as it stands there."""
    wanted = Counter(number for text in cell_texts(paper) for number in _NUMBER.findall(text))
    printed: Counter[str] = Counter()
    for page in pages:
        for line in page.lines:
            printed.update(_NUMBER.findall(line.text.replace("\u2011", "-").replace("\u2010", "-")))
    broken = [number for number, count in wanted.items() if printed[number] < count]
    if broken:
        yield f"broken: {broken}"


def cell_texts(paper: Paper) -> Iterator[str]:
    """The texts of cells: tables, forms, cards."""
    for blocks in (paper.body, *(attachment.blocks for attachment in paper.attachments)):
        for block in blocks:
            if isinstance(block, Table | Grid | Cards):
                yield from _of(block)


def texts(paper: Paper) -> Iterator[str]:
    """Every text of a paper that is to be printed."""
    head = paper.head
    yield from (paper.title, paper.addressees, paper.note, paper.byline, head.number, *head.organs, *head.signers)
    yield from (head.copy_number, head.secrecy, head.urgency)
    yield paper.head.mark if paper.format in (Format.DOCUMENT, Format.LETTER) else ""
    for blocks in (paper.body, *(attachment.blocks for attachment in paper.attachments)):
        for block in blocks:
            yield from _of(block)
    if paper.signature:
        yield from (paper.signature.organ if not paper.signature.post else "", paper.signature.date_text)
    if paper.colophon:
        yield from (text for line in paper.colophon.lines for text in line)


def _of(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield block.text
        case Paragraph():
            yield block.lead + block.text
        case Table():
            yield from (column.title for column in block.columns)
            yield from (cell for row in block.rows for cell in row)
        case Photos():
            yield from (photo.caption for photo in block.photos)
        case Grid():
            for cell in (cell for row in block.rows for cell in row.cells):
                yield from (cell.text, cell.foot, *(photo.caption for photo in cell.photos))
        case Cards():
            yield from (text for card in block.cards for line in card.lines for text in line)
