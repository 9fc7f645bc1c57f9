"""附件说明, 署名 and 成文日期: where they stand, and that they never stand on a page without text (rows 25-27, 29)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from dubu_desktop.domain.papers.blocks import Attachment, Signature
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.seals import joint_parts
from dubu_desktop.export.docx.xml import BODY, Form, blank, one_line, paragraph

_LABEL = "附件："
# LibreOffice puts white between Han and digits and cannot be told not to (it reads no autoSpaceDE); Word puts none. The
# organ is centred on the mean of the two, 2 mm from the middle of either: twips for each junction.
_JUNCTION = 50


def attachment_list(attachments: Sequence[Attachment], look: Look) -> list[str]:
    """空一行, 左空二字 “附件：” and the names; further numbers stand under the first, turned lines under the name."""
    if not attachments:
        return []
    parts = [blank(look, keep_next=True)]
    for place, attachment in enumerate(attachments, start=1):
        number = f"{place}．" if len(attachments) > 1 else ""
        label = _LABEL if place == 1 else ""
        hang = g.text_width(label + number) / g.CHAR
        left = 2 + g.text_width(_LABEL + number) / g.CHAR
        form = Form(left=left, first=-hang, keep_next=True)
        parts.append(paragraph(form, look, (label + number + one_line(attachment.title), BODY)))
    return parts


def _junctions(day: str) -> int:
    return _JUNCTION * sum(left.isdigit() != right.isdigit() for left, right in itertools.pairwise(day))


def day_width(day: str) -> float:
    """The width of a date in characters."""
    return (g.text_width(day) + _junctions(day)) / g.CHAR


def forms(organ: str, day: str, sealed: bool) -> tuple[Form, Form]:
    """Where 署名 and 成文日期 stand.

    Sealed: the date 4 characters from the right, the organ centred on it; an organ so long that it would leave the text
    moves the date instead (row 26). Unsealed: the organ 2 characters from the right, the date beginning 2 characters
    right of it, or, where the date would then end farther right, the date 2 in and the organ moved left (row 27).
    """
    organ_width, wide = g.text_width(organ) / g.CHAR, day_width(day)
    right = Form(align="right")
    if sealed:
        organ_right = 4 + (wide - organ_width) / 2
        if organ_right >= 0:
            return right.but(right=organ_right), right.but(right=4)
        return right, right.but(right=4 - organ_right)
    if organ_width - wide >= 2:
        return right.but(right=2), Form(align="left", left=max(0.0, g.TEXT_WIDTH / g.CHAR - organ_width))
    return right.but(right=4 + wide - organ_width), right.but(right=2)


#: 签名章 is about so many characters wide (4 cm); the post stands two characters left of it (row 28)
_STAMP = 7


def signature_parts(signature: Signature, look: Look) -> list[str]:
    """Blank lines (two where the seal needs the room), 署名, date; all held together and to the text before.

    A joint issue: sealed in rows (7.3.5.1), without seals one below the other (7.3.5.2).
    """
    day = one_line(signature.date_text)
    if signature.post:
        return _stamped(one_line(signature.post), day, look)
    organs = [one_line(signature.organ), *(one_line(organ) for organ in signature.organs)]
    if signature.sealed and len(organs) > 1:
        return joint_parts(organs, day, day_width(day), look)
    parts = [blank(look, keep_next=True) for _ in range(2 if signature.sealed else 1)]
    for organ in organs:
        organ_form, day_form = forms(organ, day, signature.sealed)
        parts.append(paragraph(organ_form.but(keep_next=True), look, (organ, BODY)))
    parts.append(paragraph(day_form, look, (day, BODY)))
    return parts


def _stamped(post: str, day: str, look: Look) -> list[str]:
    """签发人签名章: two lines below the text the post, room for the stamp; one line below, the date (row 28)."""
    right = Form(align="right")
    return [
        *(blank(look, keep_next=True) for _ in range(2)),
        paragraph(right.but(right=4 + _STAMP + 2, keep_next=True), look, (post, BODY)),
        blank(look, keep_next=True),
        paragraph(right.but(right=4), look, (day, BODY)),
    ]


def note_parts(note: str, look: Look) -> list[str]:
    """附注: the line under the date, two characters in, in brackets (row 30)."""
    return [paragraph(Form(first=2), look, (f"（{one_line(note)}）", BODY))] if note else []
