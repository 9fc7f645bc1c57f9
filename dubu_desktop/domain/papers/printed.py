"""What is printed on forms and above columns, as the office wants it: the words change, the form stays."""

from __future__ import annotations

from dataclasses import replace

from dubu_desktop.domain.papers.blocks import Attachment, Block, Card, Cards, Cell, Grid, Paper, Row, Table
from dubu_desktop.domain.papers.texts import Texts


def reworded(paper: Paper, texts: Texts) -> Paper:
    """The paper with the office's own words for the labels of its forms and columns and the heads of its tables.

    What was filled in is never touched, whatever it says.
    """
    body = tuple(_block(block, texts) for block in paper.body)
    column = texts.printed(paper.leader_column) if paper.leader_column else ""
    attachments = tuple(_attachment(a, texts) for a in paper.attachments)
    return replace(paper, body=body, attachments=attachments, leader_column=column)


def _attachment(attachment: Attachment, texts: Texts) -> Attachment:
    return replace(attachment, blocks=tuple(_block(block, texts) for block in attachment.blocks))


def _block(block: Block, texts: Texts) -> Block:
    match block:
        case Grid():
            return Grid(tuple(Row(tuple(_cell(c, texts) for c in row.cells), row.height_mm) for row in block.rows))
        case Table():
            columns = tuple(replace(column, title=texts.printed(column.title)) for column in block.columns)
            return replace(block, columns=columns)
        case Cards():
            return replace(block, cards=tuple(_card(card, texts) for card in block.cards))
        case _:
            return block


def _cell(cell: Cell, texts: Texts) -> Cell:
    return replace(cell, text=texts.printed(cell.text)) if cell.label and cell.text else cell


def _card(card: Card, texts: Texts) -> Card:
    return replace(card, lines=tuple((texts.printed(label), text) for label, text in card.lines))
