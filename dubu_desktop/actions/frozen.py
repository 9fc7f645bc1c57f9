"""A paper as a plain tree and back: what is signed is kept as it reads, so that it prints unchanged a year later.

Kept are the blocks, not the records they were made of nor the sentences' recipe: a later version of the program may
word a generated sentence otherwise, and a signed paper must not follow it. A photo is kept by its print copy's hash.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, cast

from dubu_desktop.domain.papers import blocks as b
from dubu_desktop.domain.papers.figures import Figure

_PARTS = (b.Heading, b.Paragraph, b.Column, b.Table, b.Photo, b.Photos, b.Cell, b.Row, b.Grid, b.Card, b.Cards, Figure)
_WHOLES = (b.Attachment, b.Head, b.Signature, b.Colophon, b.Paper)
_KINDS: dict[str, type] = {kind.__name__: kind for kind in (*_PARTS, *_WHOLES)}
_ENUMS: dict[str, type[Enum]] = {kind.__name__: kind for kind in (b.Align, b.HeadStyle, b.Format, b.Accent)}
_KIND, _ENUM, _DAY, _BYTES = "_", "_e", "_d", "_b"


def freeze(value: Any) -> Any:
    """A paper, or a part of it, as dicts, lists, text, numbers: what JSON and MessagePack carry."""
    if is_dataclass(value) and not isinstance(value, type):
        told = {f.name: freeze(getattr(value, f.name)) for f in fields(value)}
        return {_KIND: type(value).__name__, **told}
    if isinstance(value, Enum):
        return {_ENUM: type(value).__name__, "v": value.value}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, bytes):
        return {_BYTES: value.hex()}
    if isinstance(value, tuple | list):
        return [freeze(v) for v in value]
    return value


def thaw(tree: Any) -> Any:
    """What `freeze` was given; parts this version does not know are left out. KeyError for an unknown kind of part."""
    if isinstance(tree, list):
        return tuple(thaw(v) for v in tree)
    if not isinstance(tree, dict):
        return tree
    if _KIND in tree:
        kind = _KINDS[tree[_KIND]]
        known = {f.name for f in fields(cast(Any, kind))}
        return kind(**{name: thaw(v) for name, v in tree.items() if name in known})
    if _ENUM in tree:
        return _ENUMS[tree[_ENUM]](tree["v"])
    if _DAY in tree:
        return date.fromisoformat(tree[_DAY])
    return bytes.fromhex(tree[_BYTES])
