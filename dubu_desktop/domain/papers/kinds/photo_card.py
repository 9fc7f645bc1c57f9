"""问题照片卡: each photo with what it shows, 2 or 4 to the page."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Card, Cards, Format, Head, Paper, Photo
from dubu_desktop.domain.papers.bulletin_text import shortened
from dubu_desktop.domain.papers.kind import Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import day_or
from dubu_desktop.domain.papers.told import Dossier, FindingTold
from dubu_desktop.domain.text import listed

#: characters of place and facts that fit below the photo
_PLACE = {2: 40, 4: 24}
_FACTS = {2: 64, 4: 44}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _card(f: FindingTold, photo: Photo, per_page: int) -> Card:
    units = _cut(listed(f.units), 30 if per_page == 2 else 24)
    place = _cut(f"{f.place}（{f.found_text}）" if f.found_text else f.place, _PLACE[per_page])
    facts = shortened(f.facts, _FACTS[per_page]).replace("（详见正文）", "")
    status = f"{f.status}，期限{day_or(f.due_on)}" if f.due_on else f.status
    lines = (("编号", f"{f.number}　{status}"), ("责任单位", units), ("地点", place), ("情况", facts))
    return Card(photo, lines)


def build(d: Dossier) -> Paper:
    """The cards in the order of the findings; `photos` of each."""
    per_page = int(d.options["per_page"])
    most = d.options["photos"]
    cards = tuple(_card(f, photo, per_page) for f in d.findings for photo in f.photos[:most])
    return Paper(Head("", ""), d.texts.plain("title"), "", (Cards(cards, per_page),))


KIND = PaperKind(
    "photo_card",
    "问题照片卡",
    Goes.UP,
    Format.PLAIN,
    Rests.FINDINGS,
    build,
    options=(
        Option("per_page", "每页张数", "2", (("2", "2张"), ("4", "4张"))),
        Option("photos", "每个问题至多几张", 1),
    ),
    fits=lambda f: bool(f.photos),
    unfit="有照片的问题",
    figures=False,
)
