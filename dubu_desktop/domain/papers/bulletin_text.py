"""The sentences of a 通报, made from its data: they can be read aloud, and every number can be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dubu_desktop.domain.papers.bulletin_data import BulletinData, BulletinItem
from dubu_desktop.domain.papers.wording import date_span, paper_date
from dubu_desktop.domain.text import listed, sentence

OTHER = "其他"


def by_category(items: Iterable[BulletinItem]) -> list[tuple[str, list[BulletinItem]]]:
    """Items under the first step of their category path; categories and items keep the order they came in."""
    found: dict[str, list[BulletinItem]] = {}
    for item in items:
        found.setdefault(item.category[0] if item.category else OTHER, []).append(item)
    return list(found.items())


def _counts(labels: Iterable[str], before: str = "", counter: str = "个") -> str:
    """严重2个、较重11个: what was counted, most first where equal as it came; empty labels are left out."""
    counted = Counter(label for label in labels if label)
    return listed(f"{before}{label}{count}{counter}" for label, count in counted.most_common())


def lead(data: BulletinData) -> str:
    """When, who, how, how many; then the sentence every 通报 opens with."""
    when = date_span(data.period_from, data.period_to)
    who = f"{data.organ}组织{listed(data.groups)}" if data.groups else data.organ
    parts = [f"{when}，{who}" if when else who]
    if data.methods:
        total = sum(count for _, count in data.methods)
        ways = listed(f"{_quoted(label)}{count}次" for label, count in data.methods)
        parts.append(f"开展督导巡查{total}次（其中{ways}）" if len(data.methods) > 1 else f"开展{ways}")
    else:
        parts.append("开展督导巡查")
    text = "".join(parts)
    if data.visited_units:
        text += f"，实地检查单位{data.visited_units}家"
    return f"{text}，发现问题{len(data.items)}个。现将有关情况通报如下。"


def _quoted(label: str) -> str:
    # 四不两直 is a saying and stands in quotes; the other kinds of visit are plain words.
    return f"“{label}”" if label == "四不两直" else label


def overall(data: BulletinData) -> str:
    """The numbers: by category, by severity, by term, by responsible side, and how far rectification has come."""
    items = data.items
    text = f"此次通报问题{len(items)}个，涉及{listed(f'{name}{len(found)}个' for name, found in by_category(items))}。"
    severity = _counts(item.severity for item in items)
    if severity:
        text += f"按严重程度分，{severity}。"
    terms = _counts(item.term for item in items)
    if terms:
        text += f"按整改期限分，{terms}。"
    industry = len({item.industry_unit for item in items if item.industry_unit})
    territory = len({item.territory_unit for item in items if item.territory_unit})
    sides = [f"行业责任单位{industry}家"] * bool(industry) + [f"属地责任单位{territory}家"] * bool(territory)
    if sides:
        text += f"共涉及{listed(sides)}。"
    states = _counts(item.status for item in items)
    if states:
        text += f"截至通报形成时，{states}。"
    return f"{text}\n{sentence(data.good_practice)}" if data.good_practice.strip() else text


def told(item: BulletinItem, name_persons: bool) -> str:
    """One finding as a paragraph: unit and place, when, what, who answers for it, by when."""
    text = f"{place_of(item)}。" if place_of(item) else ""
    text += f"{item.found_text}检查发现：" if item.found_text else ""
    text += one_line(item.facts)
    duty = [f"属地责任单位：{item.territory_unit}"] * bool(item.territory_unit)
    duty += [f"行业责任单位：{item.industry_unit}"] * bool(item.industry_unit)
    if name_persons and item.persons:
        duty.append(f"责任人：{persons_of(item)}")
    if item.due_on:
        duty.append(f"整改期限：{paper_date(item.due_on)}")
    if duty:
        text += "；".join(duty) + "。"
    notes = [note for note in (item.number, item.severity, photos_of(item)) if note]
    return text + (f"（{'，'.join(notes)}）" if notes else "")


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


def place_of(item: BulletinItem) -> str:
    """The place, with the territory in front unless the place begins with it."""
    if item.territory_unit and not item.place.startswith(item.territory_unit):
        return item.territory_unit + item.place
    return item.place


def persons_of(item: BulletinItem) -> str:
    """张三（副局长）、李四."""
    return listed(f"{person.name}（{person.post}）" if person.post else person.name for person in item.persons)


def photos_of(item: BulletinItem) -> str:
    """照片3张, or nothing."""
    return f"照片{item.photo_count}张" if item.photo_count else ""


def _due(data: BulletinData) -> str:
    days = sorted({item.due_on for item in data.items if item.due_on})
    if not days:
        return "按照立行立改要求，迅速完成整改"
    if len(days) == 1:
        return f"于{paper_date(days[0])}前完成整改"
    return f"严格按照本通报列明的期限完成整改，最迟于{paper_date(days[-1])}前全部整改到位"


def requirements(data: BulletinData) -> list[tuple[str, str]]:
    """What is demanded: (heading, text) each — duty, date, reply, and what lateness leads to."""
    where = data.reply_to or data.organ
    when = f"于{paper_date(data.reply_due)}前" if data.reply_due else "在整改期限届满前"
    proof = "整改前后对比照片等佐证材料"
    sheet = f"连同《整改情况反馈表》和{proof}" if data.reply_sheet else f"连同{proof}"
    return [
        (
            "压实整改责任。",
            "各责任单位主要负责同志要亲自抓整改，行业责任单位和属地责任单位要各负其责、协同配合，对照问题逐条制定措施、明确责任人，举一反三开展自查。",
        ),
        ("按期完成整改。", f"各责任单位要{_due(data)}。确需延期的，应当在期限届满前书面说明理由。"),
        ("及时报送结果。", f"各责任单位要{when}将整改情况{sheet}，报送{where}。"),
        (
            "严肃跟踪问效。",
            "对逾期未整改、整改不到位或者弄虚作假的，将视情予以督办、再次通报，并按程序提出约谈建议或者移交有关问题线索。",
        ),
    ]
