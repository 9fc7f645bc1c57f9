"""The sentences of a 通报, made from its data: they can be read aloud, and every number can be counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dubu_desktop.domain.papers.bulletin_data import BulletinData
from dubu_desktop.domain.papers.figures import Told, count, figure, joined, told
from dubu_desktop.domain.papers.told import FindingTold
from dubu_desktop.domain.papers.wording import date_span, paper_date
from dubu_desktop.domain.text import listed, sentence

OTHER = "其他"


def by_category(items: Iterable[FindingTold]) -> list[tuple[str, list[FindingTold]]]:
    """Items under the first step of their category path; categories and items keep the order they came in."""
    found: dict[str, list[FindingTold]] = {}
    for item in items:
        found.setdefault(item.category[0] if item.category else OTHER, []).append(item)
    return list(found.items())


def counted(items: Iterable[FindingTold], label: Callable[[FindingTold], str], what: str) -> Told:
    """严重2个、较重11个: how many of each label, most first, where equal as they came; empty labels are left out."""
    found: dict[str, list[bytes]] = {}
    for item in items:
        if label(item):
            found.setdefault(label(item), []).append(item.id)
    most = sorted(found.items(), key=lambda pair: -len(pair[1]))
    return joined(name + count(rows, f"{what}为“{name}”的问题") + "个" for name, rows in most)


def lead(data: BulletinData) -> Told:
    """When, who, how, how many; then the sentence every 通报 opens with."""
    when = date_span(data.period_from, data.period_to)
    who = f"{data.organ}组织{listed(data.groups)}" if data.groups else data.organ
    parts = [f"{when}，{who}" if when else who]
    text = told("".join(parts)) + visits_told(data.methods, data.method_rows)
    if data.visited_units:
        basis = "所列活动的到访单位和所列问题的被督导单位，同一单位只计一次"
        text = text + "，实地检查单位" + figure(str(data.visited_units), data.unit_rows, basis, "unit") + "家"
    return text + "，发现问题" + count(ids(data.items), "本通报列入的问题") + "个。现将有关情况通报如下。"


def ids(items: Iterable[FindingTold]) -> list[bytes]:
    """The records told."""
    return [item.id for item in items]


def visits_told(methods: Sequence[tuple[str, int]], rows: Sequence[tuple[bytes, ...]]) -> Told:
    """开展督导巡查15次（其中“四不两直”12次、突击检查3次）."""
    if not methods:
        return told("开展督导巡查")
    behind = rows or [()] * len(methods)
    ways = joined(
        _quoted(label) + figure(str(times), found, f"方式为“{label}”的督导活动", "visit") + "次"
        for (label, times), found in zip(methods, behind, strict=True)
    )
    if len(methods) == 1:
        return "开展" + ways
    total = str(sum(times for _, times in methods))
    every = [row for found in behind for row in found]
    return "开展督导巡查" + figure(total, every, "发现所列问题的督导活动", "visit") + "次（其中" + ways + "）"


def _quoted(label: str) -> str:
    # 四不两直 is a saying and stands in quotes; the other kinds of visit are plain words.
    return f"“{label}”" if label == "四不两直" else label


def overall(data: BulletinData) -> Told:
    """The numbers: by category, by severity, by term, by responsible side, and how far rectification has come."""
    items = data.items
    fields = joined(f"{name}" + count(ids(found), f"类别属于{name}的问题") + "个" for name, found in by_category(items))
    text = "此次通报问题" + count(ids(items), "本通报列入的问题") + "个，涉及" + fields + "。"
    severity = counted(items, lambda item: item.severity, "严重程度")
    if severity:
        text = text + "按严重程度分，" + severity + "。"
    terms = counted(items, lambda item: item.term, "期限类型")
    if terms:
        text = text + "按整改期限分，" + terms + "。"
    text = text + _sides(items)
    states = counted(items, lambda item: item.status, "通报形成时状态")
    if states:
        text = text + "截至通报形成时，" + states + "。"
    return text + "\n" + sentence(data.good_practice) if data.good_practice.strip() else text


def _sides(items: Sequence[FindingTold]) -> Told:
    """共涉及行业责任单位5家、属地责任单位7家; the figure keeps the findings that name a unit of the side."""
    parts = []
    for label, unit in (("行业责任单位", _industry), ("属地责任单位", _territory)):
        named = [item for item in items if unit(item)]
        if named:
            number = str(len({unit(item) for item in named}))
            parts.append(label + figure(number, ids(named), f"所列问题的{label}，同一单位只计一次") + "家")
    return "共涉及" + joined(parts) + "。" if parts else Told()


def _industry(item: FindingTold) -> str:
    return item.industry_unit


def _territory(item: FindingTold) -> str:
    return item.territory_unit


def item_told(item: FindingTold, name_persons: bool) -> str:
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


def place_of(item: FindingTold) -> str:
    """The place, with the territory in front unless the place begins with it."""
    if item.territory_unit and not item.place.startswith(item.territory_unit):
        return item.territory_unit + item.place
    return item.place


def persons_of(item: FindingTold) -> str:
    """张三（副局长）、李四."""
    return listed(f"{person.name}（{person.post}）" if person.post else person.name for person in item.persons)


def photos_of(item: FindingTold) -> str:
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
