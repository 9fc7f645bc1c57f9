"""What a paper has too much of for its page, said before printing."""

from __future__ import annotations

from dubu_desktop.domain.papers.addressees import LABEL
from dubu_desktop.domain.papers.blocks import Paper
from dubu_desktop.export.docx.colophon import overfull


def crowding_warnings(paper: Paper) -> tuple[str, ...]:
    """A Chinese sentence each for 主送 that were moved and for a 版记 that no page holds."""
    if paper.colophon is None:
        return ()
    said = []
    if any(label == LABEL for label, _ in paper.colophon.lines):
        said.append("主送机关太多，首页排不下正文，已移到版记")
    if overfull(paper.colophon):
        said.append("版记里的机关太多，一页排不下，从新的一页起排；打印前请看一眼，或者写成统称")
    return tuple(said)
