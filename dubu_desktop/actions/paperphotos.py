"""Photos of a paper: their bytes put in where it is printed, and which of them are not here yet (待补)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import gather
from dubu_desktop.domain.papers.blocks import Attachment, Block, Cards, Cell, Grid, Paper, Photo, Photos
from dubu_desktop.domain.text import listed
from dubu_desktop.errors import DubuError

#: findings a sentence names before it says 等N个
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Lacking:
    """Photos of a paper whose print copies are not on this machine. `findings`: their numbers, in order."""

    count: int = 0
    findings: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """As a sentence without its full stop; nothing where nothing lacks."""
        if not self.count:
            return ""
        of = f"（{listed(self.findings, _NAMED, '个问题')}）" if self.findings else ""
        return f"{self.count}张照片待补{of}，现在印出来没有这几张；收到后再打印就有"


def lacking(r: Reader, paper: Paper) -> Lacking:
    """Which photos of a paper, left as hashes, are awaited; one look at each file, none is read."""
    wanted = [photo.jpeg for photo in photos_of(paper)]
    awaited = [name for name in dict.fromkeys(wanted) if r.ws.blobs.size_of(name) is None]
    if not awaited:
        return Lacking()
    numbers = gather.findings_by_preview(r.conn, awaited)
    return Lacking(len(awaited), tuple(dict.fromkeys(numbers[name] for name in awaited if name in numbers)))


def photos_of(paper: Paper) -> Iterator[Photo]:
    """Every photo of a paper in its order."""
    yield from _photos(paper.body)
    for attachment in paper.attachments:
        yield from _photos(attachment.blocks)


def _photos(blocks: Iterable[Block]) -> Iterator[Photo]:
    for block in blocks:
        match block:
            case Photos():
                yield from block.photos
            case Cards():
                yield from (card.photo for card in block.cards)
            case Grid():
                yield from (photo for row in block.rows for cell in row.cells for photo in cell.photos)


def filled(r: Reader, paper: Paper) -> tuple[Paper, list[str]]:
    """The paper with the bytes of its print copies in place of their hashes, and what could not be had."""
    warnings: list[str] = []

    def picture(photo: Photo) -> Iterable[Photo]:
        try:
            yield replace(photo, jpeg=r.ws.blobs.read(photo.jpeg))
        except DubuError as error:
            warnings.append(f"{photo.caption}：{error.what}，没有印上")

    def shown(block: Block) -> Iterable[Block]:
        match block:
            case Photos():
                found = tuple(p for photo in block.photos for p in picture(photo))
                if found:
                    yield Photos(found)
            case Cards():
                cards = tuple(replace(card, photo=p) for card in block.cards for p in picture(card.photo))
                if cards:
                    yield replace(block, cards=cards)
            case Grid():
                yield Grid(tuple(replace(row, cells=tuple(with_photos(c) for c in row.cells)) for row in block.rows))
            case _:
                yield block

    def with_photos(cell: Cell) -> Cell:
        return replace(cell, photos=tuple(p for photo in cell.photos for p in picture(photo))) if cell.photos else cell

    def blocks(of: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(b for block in of for b in shown(block))

    parts = tuple(Attachment(a.title, blocks(a.blocks)) for a in paper.attachments)
    # An attachment of photos of which none is here would be an empty page; it goes, and the warnings say why.
    return replace(paper, body=blocks(paper.body), attachments=tuple(a for a in parts if a.blocks)), warnings
