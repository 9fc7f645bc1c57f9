"""The child's side of workbooks, first step: is this zip file one we are willing to parse at all?

Every part is inflated once, piece by piece, before openpyxl sees the file: what a part really holds is counted (the
sizes written in a zip file can lie), and what has no business in a list of units or findings is refused by name.
Rules: contracts.md §8 (sizes), reliability.md T13 (bombs), T20 (entities), T23 (macros, links, objects).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from dubu_desktop.errors import DubuError
from dubu_desktop.system.childside import Emit

#: contracts.md §8; for the file and for all of it inflated.
MAX_WORKBOOK_BYTES = 512 * 1024 * 1024
MAX_PARTS = 10_000
_CHUNK = 1024 * 1024
#: A pattern may lie across two pieces; none is longer than this.
_OVERLAP = 64

_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

#: "<!" as the three encodings write it that expat reads by itself; nearly no part holds one.
_MARKS = (b"<!", b"<\0!\0", b"\0<\0!")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_MACRO_NAME = re.compile(r"vbaproject|vbadata|macrosheets/", re.IGNORECASE)
_OBJECT_NAME = re.compile(r"externallinks/|oleobject|embeddings/|activex/|attachedtemplate", re.IGNORECASE)
#: Said in relationships, whatever the part itself is called.
_MACRO_TYPE = re.compile(rb"relationships/(?:vbaProject|xlMacrosheet|xlIntlMacrosheet)", re.IGNORECASE)
_OBJECT_TYPE = re.compile(
    rb"relationships/(?:externalLink|oleObject|package|attachedTemplate|activeXControl|control)", re.IGNORECASE
)
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
_HYPERLINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".bin", ".wdp")


def check_package(source: BinaryIO, emit: Emit) -> None:
    """Refuse `source` unless it is a zip file of harmless parts; reads it whole, leaves it at its start.

    Raises DubuError D-410 (no workbook), D-411 (too large), D-412 (macros), D-413 (links, objects), D-414 (password),
    D-415 (old format), D-416 (declarations); any other exception means broken.
    """
    size = source.seek(0, 2)
    source.seek(0)
    if size > MAX_WORKBOOK_BYTES:
        raise _too_large()
    head = source.read(8)
    if head == _OLE_MAGIC:
        raise _old_or_encrypted(source)
    if not head.startswith(b"PK"):
        raise DubuError("D-410", name="")
    with zipfile.ZipFile(source) as archive:
        parts = archive.infolist()
        _check_names(parts)
        inflated = 0
        for part in parts:
            for piece in _pieces(archive, part):
                inflated += len(piece)
                if inflated > MAX_WORKBOOK_BYTES:
                    raise _too_large()
                emit.progress(0, 1)
    source.seek(0)


def _too_large() -> DubuError:
    return DubuError("D-411", name="", what="文件", limit="512 MB")


def _old_or_encrypted(source: BinaryIO) -> DubuError:
    """An OLE file is either an .xls of before 2007 or a package encrypted with a password."""
    source.seek(0)
    tail = b""
    while piece := source.read(_CHUNK):
        if _ENCRYPTED in tail + piece:
            return DubuError("D-414", name="")
        tail = piece[-_OVERLAP:]
    return DubuError("D-415", name="")


def _check_names(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.replace("\\", "/").lower() for part in parts]
    if len(names) > MAX_PARTS:
        raise DubuError("D-411", name="", what="内部文件数", limit=f"{MAX_PARTS}")
    # Of two parts with one name zipfile takes the last; another reader may have shown the first.
    if len(set(names)) != len(names) or "[content_types].xml" not in names:
        raise DubuError("D-410", name="")
    if any(part.flag_bits & 0x1 for part in parts):
        raise DubuError("D-414", name="")
    if any(_MACRO_NAME.search(name) for name in names):
        raise DubuError("D-412", name="")
    if any(_OBJECT_NAME.search(name) for name in names):
        raise DubuError("D-413", name="")


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part inflated, in pieces, each looked through on the way. Pictures are measured only."""
    name = part.filename.lower()
    is_picture = name.endswith(_PICTURES)
    is_xml = name.endswith((".xml", ".rels", ".vml"))
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            yield piece
            if is_picture:
                continue
            if is_xml and not tail and not _looks_like_xml(piece):
                raise DubuError("D-410", name="")
            window = tail + piece
            if any(mark in window for mark in _MARKS) and _DECLARATION.search(window.replace(b"\0", b"")):
                raise DubuError("D-416", name="")
            if name.endswith(".rels"):
                # These are small; a relationship must not be cut in two by a piece's end.
                tail = window
                _check_relationships(window)
            else:
                tail = window[-_OVERLAP:]


def _looks_like_xml(start: bytes) -> bool:
    """Starts with `<` in UTF-8 or UTF-16. Other encodings (EBCDIC) would slip past the search for declarations."""
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    return bare.startswith(b"<") or start.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<"))


def _check_relationships(text: bytes) -> None:
    if len(text) > 16 * _CHUNK:
        raise DubuError("D-411", name="", what="内部目录", limit="16 MB")
    # A part in UTF-16 is compared as if it were not, so that it cannot hide its types.
    text = text.replace(b"\0", b"")
    if _MACRO_TYPE.search(text):
        raise DubuError("D-412", name="")
    if _OBJECT_TYPE.search(text):
        raise DubuError("D-413", name="")
    for relationship in _RELATIONSHIP.findall(text):
        # The address of a hyperlink is never followed and never taken over; anything else outside is refused.
        if _OUTSIDE.search(relationship) and not _HYPERLINK.search(relationship):
            raise DubuError("D-413", name="")
