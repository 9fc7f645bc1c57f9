"""三明确: is a finding clear as to time, place and facts, and which words are not (domain.md B14, §3.2 no. 2).

Heuristics for Chinese, tuned to let through what an inspector who was there would write and to stop what sends the
office asking again. Time: a day and an hour. Place: to the door or a landmark; a town alone is none, unless the
finding is an indicator of the whole town. Facts: what was seen or counted, at least two of number-with-measure and
observed state, and a number where words like 部分 stand. A blank 【 】 left from a phrase is missing, always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from dubu_desktop.domain.text import HAN


@dataclass(frozen=True, slots=True)
class Hint:
    """What is unclear: in which field (found_at, place, facts), from where to where (code points), and what to do.

    An empty range (start == end == 0) speaks of the whole field.
    """

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Clarity:
    """The three, and the hints. A hint may stand though its part is clear: a vague word beside hard numbers."""

    time: bool
    place: bool
    facts: bool
    hints: tuple[Hint, ...]

    @property
    def score(self) -> int:
        """0 to 3."""
        return self.time + self.place + self.facts

    @property
    def missing(self) -> tuple[str, ...]:
        """The Chinese names of the parts that are not clear."""
        named = ((self.time, "时间"), (self.place, "地点"), (self.facts, "具体情况"))
        return tuple(name for clear, name in named if not clear)


def clarity(
    found_at: datetime | date | str | None, place: str | None, facts: str | None, *, indicator: bool = False
) -> Clarity:
    """The gauge for one finding, as it stands now.

    `found_at` is a moment or the ISO text of one; a bare day is not clear. `indicator`: the finding is a lagging figure
    of a whole area, for which the town is place enough.
    """
    place, facts = place or "", facts or ""
    time_hints = list(_time_hints(found_at))
    place_hints = [*_blanks("place", place), *_vague("place", place, _VAGUE_PLACE)]
    facts_hints = [*_blanks("facts", facts), *_vague("facts", facts, _VAGUE_FACTS)]
    place_clear = not place_hints and _is_pinned(place, indicator)
    facts_clear = not _BLANK.search(facts) and _is_concrete(facts)
    if not place_clear and not place_hints:
        place_hints.append(Hint("place", 0, 0, "请写到门牌、楼栋、路口、桩号等能直接找到的位置"))
    if not facts_clear and not facts_hints:
        facts_hints.append(Hint("facts", 0, 0, "请写明是什么、有多少、处于什么状态"))
    return Clarity(not time_hints, place_clear, facts_clear, (*time_hints, *place_hints, *facts_hints))


def _time_hints(found_at: datetime | date | str | None) -> Iterator[Hint]:
    if isinstance(found_at, str):
        try:
            parse = datetime.fromisoformat if re.search(r"\d[T ]\d", found_at) else date.fromisoformat
            found_at = parse(found_at)
        except ValueError:
            found_at = None
    if found_at is None:
        yield Hint("found_at", 0, 0, "请填写发现时间")
    elif not isinstance(found_at, datetime):
        yield Hint("found_at", 0, 0, "请写明几点几分")


# A blank of a phrase, filled or not the bracket goes when it is filled; also one whose end was deleted.
_BLANK = re.compile(r"【[^【】]{0,20}】?|】")


def _blanks(field: str, text: str) -> Iterator[Hint]:
    for match in _BLANK.finditer(text):
        label = match[0].strip("【】 \u3000")
        yield Hint(field, match.start(), match.end(), f"请填写{label}" if label else "请填写空白处")


def _vague(field: str, text: str, words: re.Pattern[str]) -> Iterator[Hint]:
    for match in words.finditer(text):
        yield Hint(field, match.start(), match.end(), _ADVICE.get(match.lastgroup or "", "").format(match[0]))


_ADVICE = {
    "some": "“{}”是多少，请写明数量或名称",
    "poor": "“{}”怎么看出来的，请写看到的状态",
    "often": "“{}”是几次，请写明次数或时间",
    "near": "“{}”是哪里，请写明位置",
}

_SOME = (
    "部分|个别|少数|少量|大量|多数|大多数|若干|一些|有些|有的|某些|某个|某家(?=[企单商店])|多处|多家|多个|多人|"
    "多名|多次|数处|数家|不少|许多|很多|较多|大批|诸多|各类|种种|好几[个处家]|几[个处家名]"
)
_POOR = (
    "不到位|不够到位|有待加强|有待提高|有待完善|有待改进|需进一步|进一步加强|亟待|较差|很差|较为混乱|混乱|不规范|"
    "不完善|不健全|不扎实|不严格|不严|不力|不够|不足(?!\\s*[\\d一二三四五六七八九十])|不实(?!行)|不高|不强|"
    "不重视|不及时|不彻底|不细致|不深入|薄弱|滞后(?!\\d)|流于形式|走过场|存在隐患|存在安全隐患|存在问题|隐患较多|"
    "重视程度|意识淡薄|落实不(?:到位|力|好|够)|脏乱差|较脏|较乱"
)
_OFTEN = "经常|时常|有时|偶尔|长期以来|近期|近来|前段时间|平时|日常"
_VAGUE_FACTS = re.compile(f"(?P<some>{_SOME})|(?P<poor>{_POOR})|(?P<often>{_OFTEN})")
_VAGUE_PLACE = re.compile(
    "(?P<near>"
    "附近|周边|周围|一带|等地|等处|沿线|沿街|沿路|辖区|境内|全镇|全县|全街道|镇区|城区|各[村镇街乡]|"
    "某[处地村镇个条街路市厂店单企]|某家(?=[企单商店])|多[处个家地]|部分|个别|有关|相关|主要道路|若干|一些|背街小巷|主干道|片区|地区|沿河|[村镇县]内|村中|街面|田间地头)"
)

# --- place ---------------------------------------------------------------------------------------------------
#: Han characters of a name of its own, beyond the areas it lies in, that is taken for a landmark (热电厂煤场).
_NAMED = 4
_NUMBERED = re.compile(
    r"[\dA-Za-z一二三四五六七八九十]+\s*(号楼|号院|号店|号口|号门|号|栋|幢|座|单元|室|层|楼|窗口|米|公里|km|m|标段|车间|组|队|弄|巷)"
    r"|[kK]\d+\s*\+\s*\d+|\d+°"
)
_LANDMARK = re.compile(
    "市场|商场|超市|商城|门店|饭店|酒店|宾馆|餐馆|食堂|厨房|后厨|公司|车间|仓库|库房|工地|项目部|项目|物流园|"
    "产业园|园区|公园|广场|车站|停车场|加油站|加气站|医院|卫生院|卫生室|诊所|药店|药房|学校|小学|中学|幼儿园|"
    "大学|学院|养老院|敬老院|小区|花园|家园|公寓|大厦|大楼|大厅|窗口|中心|服务站|值班室|办公室|会议室|传达室|"
    "警务室|科室|政府|村委会|居委会|路口|街口|交叉口|桥下|大桥|涵洞|隧道|坑塘|水库|码头|泵站|变电站|一条街|"
    "步行街|出口|入口|通道|楼梯|电梯|例会|会议|现场会|例会现场|家中|大棚|养殖场|屠宰场|填埋场|中转站|垃圾点|公厕|"
    "祠堂|墓地|河湾|排口|排污口|[东西南北]大?街|[东西南北中]路|"
    # one character is a landmark only at the end of a word: 广源店, not 店集
    "[店厂楼站所口桥闸渠坝堤塘门户庙寺](?:$|[^\u4e00-\u9fff]|[内外前后旁侧上下里中边角处对面东南西北正左右一二三四五六七八九十])"
)
_BEARING = re.compile(
    "[东南西北]{1,2}(?:侧|头|边|面|端|角|门|首)|(?:村|路|桥|河|渠)[口头尾]|路[东西南北]|[东西南北中]段|对面|旁|桥下|河段|[\u4e00-\u9fff]{2}点$"
)
_AREA = re.compile(
    "[\u4e00-\u9fff]{1,7}?(?:街道办事处|街道|社区|[县镇乡村]|(?<![小园校厂景库矿])区)(?![\u4e00-\u9fff]*[委政])"
)


def _is_pinned(place: str, indicator: bool) -> bool:
    """True if one can go there: beyond the names of areas stands a number, a landmark, a bearing or a longer name."""
    rest = _AREA.sub("", place)
    if indicator and rest != place:
        return True
    known = _NUMBERED.search(rest) or _LANDMARK.search(rest) or _BEARING.search(place)
    return bool(known) or len(HAN.findall(rest)) >= _NAMED


# --- facts ---------------------------------------------------------------------------------------------------
_MEASURES = (
    "个|处|箱|具|台|辆|户|家|人|名|位|次|件|份|项|条|张|块|根|只|桶|袋|盒|瓶|包|吨|公斤|千克|克|kg|g|t|米|公里|"
    "厘米|毫米|km|cm|mm|m²|m³|m2|m3|㎡|m|平方米|平米|立方米|方|亩|公顷|升|元|万元|亿元|天|日|小时|分钟|秒|分|月|"
    "年|周|时|点|楼|层|栋|号|级|倍|成|餐|樘|盘|支|批|类|种|株|棵|头|期|组|套|间|座|眼|口|笔|例|枚|部|艘|架|把|扇|"
    "度|℃|°|%|％|‰|W|kW|V|A|Ω|dB|mg/L|mg|ppm|页|版|段|群|届|宗|起|声|响|摊|桩|本|幅|平方|门|场|面|车"
)
_MEASURED = re.compile(
    rf"\d[\d,.]*\s*(?:[–~～至\-—]\s*\d[\d,.]*\s*)?(?:余|多|左右|来)?\s*(?:{_MEASURES})"
    rf"|(?!十分[^钟]|千方|五位一体|一[方面般种类场时成度点些部把架定])[一二两三四五六七八九十百千]+(?:余|多)?(?:{_MEASURES})"
    r"|\d{1,2}[:：]\d{2}|\d{4}-\d{1,2}|\d+/\d+"
)
_OBSERVED = re.compile(
    "不在岗|不在位|脱岗|空岗|离岗|睡觉|无人(?!机)|未(?!来|必|知|落实|明确|完善|重视|引起|形成|建立|能|充分|严格|有效|及时|按)[\u4e00-\u9fff]|没有|无(?!论|法|非|数|序|力|明显)[\u4e00-\u9fff]|"
    "缺(?!乏)[\u4e00-\u9fff\\d]|上锁|锁闭|堵塞|封堵|堵死|占用|占道|堆放|存放|堆积|堆存|停放|倾倒|散落|裸露|露天|直排|"
    "外排|外溢|满溢|溢流|渗漏|泄漏|漏水|漏油|漏气|发黑|发臭|断电|断裂|断开|停用|停运|停工|停电|停水|停摆|关闭|"
    "破损|破裂|损坏|脱落|塌陷|坍塌|开裂|裂缝|变形|锈蚀|腐蚀|松动|倾斜|歪斜|坑洼|积水|积尘|过期|超期|到期|超时|"
    "超载|超限|超标|失效|失灵|不亮|不符|不一致|涂改|雷同|代签|空白|停在|红区|在红区|实收|多收|拒绝|拒收|焚烧|"
    "冒烟|冒黑烟|扬尘|带泥|拖欠|欠发|欠薪|仍[\u4e00-\u9fff]|擅自|私自|私拉|乱拉|飞线|充电|吸烟|明火|混放|混存|"
    "腐烂|变质|发霉|住人|摄于|迟到|早退|打牌|饮酒|玩游戏|减至|降至|低于|高于|超出|"
    "超过|逾期|剩余|漂浮|淤积|淤堵|遮挡|拆除|损毁|丢失|缺失|短缺|掉落|悬空|敞开|顶开"
)
#: Han characters: fewer say nothing; so many with a hard point and no vague word are taken as concrete.
_SHORTEST, _LONG = 8, 20


def _is_concrete(facts: str) -> bool:
    """True if there is something to check: enough words, two hard points, and a number beside any vague word."""
    if len(HAN.findall(facts)) < _SHORTEST:
        return False
    hard = _VAGUE_FACTS.sub("，", facts)
    numbers = len(_MEASURED.findall(hard))
    states = len({hard[match.start() : match.end() + 2] for match in _OBSERVED.finditer(hard)})
    vague = hard != facts
    if numbers + states > 1:
        return numbers > 0 or not vague
    return numbers + states == 1 and not vague and len(HAN.findall(facts)) >= _LONG
