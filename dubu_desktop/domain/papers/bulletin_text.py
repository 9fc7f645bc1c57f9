"""The sentences of a 通报, made from its data: they can be read aloud, and every number can be counted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dubu_desktop.domain.papers.blocks import Paragraph
from dubu_desktop.domain.papers.bulletin_data import SHIPPED_TEXTS, BulletinData
from dubu_desktop.domain.papers.figures import Told, count, figure
from dubu_desktop.domain.papers.sums import Items, fields_of, ids, sums, units_of
from dubu_desktop.domain.papers.template import Value
from dubu_desktop.domain.papers.texts import Texts
from dubu_desktop.domain.papers.told import FindingTold
from dubu_desktop.domain.papers.wording import date_span, level_number, paper_date
from dubu_desktop.domain.text import listed, sentence


def lead(data: BulletinData) -> Told:
    """When, who, how, how many; then the sentence every 通报 opens with."""
    basis = "所列活动的到访单位和所列问题的被督导单位，同一单位只计一次"
    visited = figure(str(data.visited_units), data.unit_rows, basis, "unit") if data.visited_units else ""
    values: dict[str, Value] = {
        "时间": date_span(data.period_from, data.period_to),
        "发文机关": data.organ,
        "各组": listed(data.groups),
        "单位数": visited,
        "问题数": count(ids(data.items), "本通报列入的问题"),
    }
    return data.texts.say("lead", values | ways_of(data.methods, data.method_rows))


def ways_of(methods: Sequence[tuple[str, int]], rows: Sequence[tuple[bytes, ...]]) -> dict[str, Value]:
    """How the visits were made: in all, and 12 times “四不两直”, 3 times 突击检查."""
    behind = rows or [()] * len(methods)
    every = [row for found in behind for row in found]
    return {
        "活动数": figure(str(sum(times for _, times in methods)), every, "发现所列问题的督导活动", "visit"),
        "多种方式": "是" if len(methods) > 1 else "",
        "方式": [
            {"名称": _quoted(label), "次数": figure(str(times), found, f"方式为“{label}”的督导活动", "visit")}
            for (label, times), found in zip(methods, behind, strict=True)
        ],
    }


def _quoted(label: str) -> str:
    # 四不两直 is a saying and stands in quotes; the other kinds of visit are plain words.
    return f"“{label}”" if label == "四不两直" else label


def overall(data: BulletinData) -> Told:
    """The numbers: by category, by severity, by term, by responsible side, and how far rectification has come."""
    items = data.items
    values: dict[str, Value] = {
        "问题数": count(ids(items), "本通报列入的问题"),
        "领域": fields_of(items),
        "分组": units_of(items) if data.by_unit else fields_of(items),
        "程度": sums(items, lambda item: item.severity, "严重程度"),
        "期限类型": sums(items, lambda item: item.term, "期限类型"),
        "责任单位类": _sides(items),
        "状态": sums(items, lambda item: item.status, "通报形成时状态"),
        "典型经验": sentence(data.good_practice) if data.good_practice.strip() else "",
    }
    return data.texts.say("overall", values)


def _sides(items: Sequence[FindingTold]) -> Items:
    """行业责任单位5家、属地责任单位7家; the figure keeps the findings that name a unit of the side."""
    parts: Items = []
    for label, unit in (("行业责任单位", _industry), ("属地责任单位", _territory)):
        named = [item for item in items if unit(item)]
        if named:
            number = str(len({unit(item) for item in named}))
            parts.append({"名称": label, "数": figure(number, ids(named), f"所列问题的{label}，同一单位只计一次")})
    return parts


def _industry(item: FindingTold) -> str:
    return item.industry_unit


def _territory(item: FindingTold) -> str:
    return item.territory_unit


def item_told(item: FindingTold, name_persons: bool, texts: Texts = SHIPPED_TEXTS) -> Told:
    """One finding as a paragraph: unit and place, when, what, who answers for it, by when."""
    duty = (
        ("属地责任单位", item.territory_unit),
        ("行业责任单位", item.industry_unit),
        ("责任人", persons_of(item) if name_persons else ""),
        ("整改期限", paper_date(item.due_on) if item.due_on else ""),
    )
    values: dict[str, Value] = {
        "地点": place_of(item),
        "发现日期": item.found_text,
        "情况": one_line(item.facts),
        "责任": [{"名称": label, "内容": text} for label, text in duty if text],
        "附注": [{"内容": note} for note in (item.number, item.severity, photos_of(item)) if note],
    }
    return texts.say("item", values)


def one_line(text: str) -> str:
    """Facts of several lines as one run of sentences."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return "".join(sentence(line) for line in lines)


def shortened(text: str, limit: int) -> str:
    """The facts as `one_line`, or their beginning up to a mark and a note that the body tells the rest."""
    whole = one_line(text)
    if len(whole) <= limit:
        return whole
    head = whole[:limit]
    cut = max(head.rfind(mark) for mark in "。；，、")
    return (head[: cut + 1] if cut > limit // 2 else head).rstrip("，、；") + "……（详见正文）"


def place_of(item: FindingTold) -> str:
    """The place, with the territory in front unless the place begins with it."""
    if item.territory_unit and not item.place.startswith(item.territory_unit):
        return item.territory_unit + item.place
    return item.place


def persons_of(item: FindingTold) -> str:
    """张三（副局长）、李四."""
    return listed(f"{person.name}（{person.post}）" if person.post else person.name for person in item.persons)


def photos_of(item: FindingTold) -> Told:
    """照片3张, or nothing."""
    if not item.photo_count:
        return Told()
    return "照片" + figure(str(item.photo_count), [item.id], "该问题整改前的照片") + "张"


#: what is demanded of those named, in this order
_DEMANDS = ("duty", "term", "reply", "press")


def requirements(data: BulletinData) -> list[tuple[str, str]]:
    """What is demanded: (heading, text) each — duty, date, reply, and what lateness leads to."""
    days = sorted({item.due_on for item in data.items if item.due_on})
    values: dict[str, Value] = {
        "同一期限": paper_date(days[0]) if len(days) == 1 else "",
        "最迟期限": paper_date(days[-1]) if len(days) > 1 else "",
        "报送日期": paper_date(data.reply_due) if data.reply_due else "",
        "反馈表": "是" if data.reply_sheet else "",
        "报送对象": data.reply_to or data.organ,
    }
    said = [(data.texts.plain(f"{key}_lead", values), data.texts.plain(key, values)) for key in _DEMANDS]
    return [(head, text) for head, text in said if head or text]


def numbered(data: BulletinData) -> list[tuple[str, str]]:
    """The same with （一）（二） before each heading: what is printed, and what a person begins to edit."""
    return [(level_number(2, at) + head, text) for at, (head, text) in enumerate(requirements(data), start=1)]


#: （二）按期完成整改。 at the beginning of a demand that a person wrote
_DEMAND = re.compile(r"（[一二三四五六七八九十]{1,3}）(?:[^。]{1,20}。)?")


def as_demand(paragraph: Paragraph) -> Paragraph:
    """A paragraph a person wrote among the demands, its number and heading set as those of the generated ones."""
    head = _DEMAND.match(paragraph.text)
    rest = paragraph.text[head.end() :] if head else ""
    return Paragraph(rest, head.group(), 2) if head and rest else paragraph
