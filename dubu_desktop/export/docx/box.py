"""A text box at a fixed place: the only thing that stays where it is put in LibreOffice and Word alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.xml import w

_ANCHOR = re.sub(
    r">\s+<",
    "><",
    """
<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
  xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
  xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
  xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
  xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
 <mc:Choice Requires="wps"><w:drawing>
  <wp:anchor distT="0" distB="0" distL="{gap}" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0"
    layoutInCell="1" allowOverlap="0">
   <wp:simplePos x="0" y="0"/>
   {across}{down}
   <wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>
   <wp:{wrap}/>
   <wp:docPr id="{number}" name="{name}"/><wp:cNvGraphicFramePr/>
   <a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">
    <wps:wsp><wps:cNvSpPr txBox="1"/>
     <wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>
      <a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>{line}</wps:spPr>
     <wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>
     <wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="{foot}" anchor="{side}" wrap="square"><a:noAutofit/></wps:bodyPr>
    </wps:wsp>
   </a:graphicData></a:graphic>
  </wp:anchor>
 </w:drawing></mc:Choice>
</mc:AlternateContent>""",
)
#: ids of drawings must differ within a file; those of pictures count from 1
_FIRST_ID = 900001
_NAMES = ("版记", "信函版头", "领导批示栏")
_NO_LINE = "<a:ln><a:noFill/></a:ln>"
_EMU_PER_EIGHTH = 12700 // 8


def text_box(
    content: Sequence[str],
    name: str,
    width: int,
    height: int,
    across: tuple[str, str | int],
    down: tuple[str, str | int],
    *,
    foot: int = 0,
    wrap: str = "wrapNone",
    at_top: bool = False,
    gap: int = 0,
    frame: tuple[int, str] | None = None,
) -> str:
    """A run that holds a box of `width` × `height` twips with `content` at its foot, or `at_top`.

    `across`, `down`: (measured from, where), where = a word such as bottom, or twips. `foot`: white under the content.
    `gap`: white between the box and text on its left. `frame`: (eighths of a point, colour) of a line around it.
    The height is fixed: one that grows is laid out otherwise by each program.
    """
    box = _ANCHOR.format(
        number=_FIRST_ID + _NAMES.index(name),
        name=name,
        width=width * g.EMU_PER_TWIP,
        height=height * g.EMU_PER_TWIP,
        foot=foot * g.EMU_PER_TWIP,
        wrap=wrap,
        gap=gap * g.EMU_PER_TWIP,
        line=_line(*frame) if frame else _NO_LINE,
        side="t" if at_top else "b",
        across=_place("positionH", across),
        down=_place("positionV", down),
        content="".join(content),
    )
    return w("r", box)


def _line(eighths: int, colour: str) -> str:
    fill = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    return f'<a:ln w="{eighths * _EMU_PER_EIGHTH}">{fill}<a:miter lim="800000"/></a:ln>'


def _place(tag: str, place: tuple[str, str | int]) -> str:
    base, where = place
    inner = f"<wp:align>{where}</wp:align>" if isinstance(where, str) else _offset(where)
    return f'<wp:{tag} relativeFrom="{base}">{inner}</wp:{tag}>'


def _offset(twips: int) -> str:
    return f"<wp:posOffset>{twips * g.EMU_PER_TWIP}</wp:posOffset>"
