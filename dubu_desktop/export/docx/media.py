"""The pictures of one paper: numbered, each kept once, written as they are."""

from __future__ import annotations

import hashlib

_INLINE = (
    '<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' distT="0" distB="0" distL="0" distR="0">'
    '<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{place}" name="Picture {place}"/>'
    '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
    '<pic:nvPicPr><pic:cNvPr id="0" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="{link}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
)
_LINK = (
    '<Relationship Id="{link}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
    ' Target="media/{name}"/>'
)


class Media:
    """Collects pictures while a paper is put together; `files` and `links` go into the package."""

    def __init__(self) -> None:
        self._place = 0
        self._known: dict[bytes, int] = {}
        self.files: dict[str, bytes] = {}

    def next_place(self) -> int:
        """The place of the next picture of the paper, from 1: an error names it, and drawings are numbered by it."""
        self._place += 1
        return self._place

    def inline(self, jpeg: bytes, place: int, width: int, height: int) -> str:
        """The drawing of a picture, its measures in EMU; the same bytes are kept once."""
        number = self._known.setdefault(hashlib.sha256(jpeg).digest(), len(self._known) + 1)
        name = _name(number)
        self.files[f"word/media/{name}"] = jpeg
        return _INLINE.format(width=width, height=height, place=place, name=name, link=_link(number))

    @property
    def links(self) -> str:
        """The relationships of the document to its pictures."""
        return "".join(_LINK.format(link=_link(n), name=_name(n)) for n in self._known.values())


def _name(number: int) -> str:
    return f"image{number}.jpeg"


def _link(number: int) -> str:
    return f"rIdPicture{number}"
