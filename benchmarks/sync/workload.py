"""Workload W: 6 groups × (10,000 new rows + 2,000 single-field updates), 20 columns, 318 Chinese characters a row.

A row is one finding with its fields filled. Two texts: "random" draws every character uniformly from 256 (so that no
format can do better than 1 byte a character), "text" fills the program's own phrases as a group would. All is drawn
from one seed, nothing in it is real.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from dubu_desktop.db.values import to_column
from dubu_desktop.domain import reference
from dubu_desktop.domain.records import FINDING
from dubu_desktop.domain.text import SHANGHAI

#: one row as the floors and the peers see it; the names are the finding's fields
COLUMNS = (
    "id", "status", "number", "found_at", "place", "facts", "category", "severity", "urgent", "industry_unit",
    "territory_unit", "visit", "finder_group", "nature", "patterns", "basis", "no_evidence_reason", "coordinates",
    "unit", "source",
)  # fmt: skip
FIELDS = COLUMNS[2:]
#: characters per row: 318 in all
WIDTHS = {"place": 20, "facts": 200, "basis": 60, "no_evidence_reason": 16, "source": 10, "patterns": 12}
#: the field a single-field update rewrites
EDITED = "place"
GROUPS, ROWS, EDITS_PER_ROW = 6, 10_000, 0.2
TEXTS = ("random", "text")
FIRST_DAY = datetime(2026, 6, 1, 8, 0, tzinfo=SHANGHAI)

# 256 characters of everyday Chinese, scattered over the block: 8 bits each
_ALPHABET = (
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学之都好看起发当没成只"
    "如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进"
    "此话常与活正感见明问力理尔点文几定本公特做外孩相西果走将月十实向声车全信重三机工物气每并别真打太新比才便夫再书部水像眼等体却加电主界"
    "门利海受听表德少克代员许先口由死安写性马光白或住难望教命花结乐色更拉东神记处让母父应直字场平报友关放至张认接告入笑内"
)


@dataclass(frozen=True)
class Group:
    """What one group writes: its rows {field: value} with the moment of writing, and its edits (row, new value)."""

    rows: list[dict[str, Any]]
    walls: list[int]
    edits: list[tuple[int, str]]


@dataclass(frozen=True)
class Known:
    """Records a finding refers to, by id."""

    categories: list[bytes]
    industry: list[bytes]
    territory: list[bytes]
    units: list[bytes]
    visits: list[bytes]
    group: bytes
    code: str


def group_rows(text: str, number: int, count: int, known: Known) -> Group:
    """The rows and edits of group `number` (1 …); the same for the same arguments."""
    chance = random.Random(f"{text}-{number}-{count}")
    say = _Random(chance) if text == "random" else _Written(chance)
    rows, walls = [], []
    for n in range(count):
        moment = FIRST_DAY + timedelta(minutes=n * 7 + chance.randrange(7), seconds=chance.randrange(60))
        rows.append(_row(say, chance, n, moment, known))
        walls.append(int(moment.timestamp() * 1000) + 600_000)
    edited = sorted(chance.sample(range(count), round(count * EDITS_PER_ROW)))
    return Group(rows, walls, [(n, say.said("place")) for n in edited])


def _row(say: Any, chance: random.Random, n: int, moment: datetime, known: Known) -> dict[str, Any]:
    return {
        "number": f"WT-2026-{known.code}-{n + 1:05d}",
        "found_at": moment.replace(tzinfo=None).isoformat(timespec="minutes"),
        "place": say.said("place"),
        "facts": say.said("facts"),
        "category": chance.choice(known.categories),
        "severity": chance.choices(("ordinary", "serious", "grave"), (5, 3, 2))[0],
        "urgent": chance.random() < 0.02,
        "industry_unit": chance.choice(known.industry),
        "territory_unit": chance.choice(known.territory),
        "visit": known.visits[n * len(known.visits) // 10_000 % len(known.visits)],
        "finder_group": known.group,
        "nature": chance.choices(("problem", "difficulty", "indicator"), (8, 1, 1))[0],
        "patterns": [say.said("patterns")],
        "basis": say.said("basis"),
        "no_evidence_reason": say.said("no_evidence_reason"),
        "coordinates": f"{113 + chance.random():.5f},{34 + chance.random():.5f}",
        "unit": chance.choice(known.units),
        "source": say.said("source"),
    }


def as_columns(key: Any, row: dict[str, Any]) -> tuple[Any, ...]:
    """The row as a plain table keeps it."""
    return (key, "draft", *(to_column(FINDING.by_name[name], row[name]) for name in FIELDS))


def raw_bytes(row: tuple[Any, ...]) -> int:
    """What a row says, in bytes: text as UTF-8, ids as they are, numbers as one digit's text."""
    return sum(len(v) if isinstance(v, bytes) else len(str(v).encode()) for v in row if v is not None)


# --- random characters ------------------------------------------------------------------------------------------------


class _Random:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def said(self, field: str) -> str:
        return "".join(self.chance.choices(_ALPHABET, k=WIDTHS[field]))


# --- real-looking text ------------------------------------------------------------------------------------------------

_TOWNS = ("青石镇", "柳林镇", "河东镇", "双桥镇", "北洼镇", "大营镇", "城关街道", "新湖街道", "铁西街道")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_STEMS = "东西南北前后上下大小新老石柳杨槐井桥河塘岭坡湾庄店营集铺"
_BRANDS = "广源宏达兴隆顺发恒通永安金鼎瑞丰天成华信德润盛世嘉和鑫磊远航"
_THINGS = ("瓷砖", "纸箱", "泡沫板", "电动自行车", "木方", "编织袋", "旧家具", "钢管", "水泥", "饮料")
_STATES = ("断电", "失效", "未接入", "显示故障", "被遮挡", "无人值守", "停在去年", "已过有效期")
_OPENINGS = (
    "",
    "",
    "",
    "现场查看，",
    "经询问在场人员，",
    "检查时",
    "抽查发现，",
    "截至检查时，",
    "当日",
    "另外，",
    "同时，",
)
_CLOSINGS = ("。", "。", "；", "，现场负责人未能说明原因。", "，台账没有记载。", "，与上次检查情况一致。", "，已拍照。")
_BASES = (
    "《中华人民共和国安全生产法》第{a}条：生产经营单位应当{b}，并如实记录{c}情况。",
    "《中华人民共和国消防法》第{a}条：任何单位、个人不得{b}，不得占用、堵塞、封闭疏散通道。",
    "《大气污染防治法》第{a}条：施工单位应当{b}，采取覆盖、洒水抑尘、冲洗等措施。",
    "《河道管理条例》第{a}条：在河道管理范围内禁止{b}，违者由主管机关责令纠正。",
    "县委办〔2026〕{a}号文件要求：各乡镇、街道应当{b}，于当月底前完成{c}。",
    "《食品安全法》第{a}条：学校食堂应当{b}，每餐留样不少于125克并保存48小时。",
)
_DUTIES = (
    "设置明显标志",
    "定期检查维护",
    "配齐器材",
    "落实专人值守",
    "建立台账",
    "组织隐患排查",
    "公开办理时限",
    "入户核实",
)
_REASONS = (
    "群众口述现场未能拍照存证",
    "夜间光线不足照片不能辨认",
    "涉及个人信息不宜拍照留存",
    "台账抽查以复印件存档为据",
)
_SOURCES = (
    "四不两直暗访",
    "群众来信来访",
    "随机抽查检查",
    "领导批示交办",
    "媒体反映核实",
    "回头看复查时",
    "联合检查发现",
)
_PATTERNS = ("易反弹", "反复出现", "多部门交叉", "季节性强", "监管盲区", "责任不清", "历史遗留", "涉及面广")


class _Written:
    """Sentences as a group writes them: the shipped phrases, their blanks filled, cut to the same widths."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.phrases = [re.split(r"【(.*?)】", p.text) for p in reference.phrases()]

    def said(self, field: str) -> str:
        wanted, out = WIDTHS[field], ""
        while len(out) < wanted:
            out += next(getattr(self, f"_{field}")())
        return out[:wanted]

    def _facts(self) -> Iterator[str]:
        parts = self.chance.choice(self.phrases)
        filled = (_fill(self.chance, part) if i % 2 else part for i, part in enumerate(parts))
        yield self.chance.choice(_OPENINGS) + "".join(filled) + self.chance.choice(_CLOSINGS)

    def _place(self) -> Iterator[str]:
        c = self.chance
        yield (
            f"{c.choice(_TOWNS)}{_village(c)}村{c.choice(_BRANDS)}{c.choice(_BRANDS)}路与{c.choice(_STEMS)}街交叉口"
            f"{c.randrange(1, 300)}号{c.choice(('东侧', '西侧', '门口', '二层', '院内'))}"
        )

    def _basis(self) -> Iterator[str]:
        c = self.chance
        yield c.choice(_BASES).format(a=c.randrange(3, 90), b=c.choice(_DUTIES), c=c.choice(_DUTIES))

    def _no_evidence_reason(self) -> Iterator[str]:
        yield f"{self.chance.choice(_REASONS)}，"

    def _source(self) -> Iterator[str]:
        yield self.chance.choice(_SOURCES)

    def _patterns(self) -> Iterator[str]:
        yield f"{self.chance.choice(_PATTERNS)}、"


def _village(c: random.Random) -> str:
    return f"{c.choice(_STEMS)}{c.choice(_SURNAMES)}"


def _fill(c: random.Random, blank: str) -> str:
    """A blank of a phrase as somebody would fill it."""
    for ending, fill in _fillers().items():
        if blank.endswith(ending):
            return fill(c)
    return c.choice(_THINGS) if c.random() < 0.4 else c.choice(_STATES)


@cache
def _fillers() -> dict[str, Any]:
    """{how a blank's name ends: what fills it}."""
    number = lambda c: str(c.choice((c.randrange(1, 10), c.randrange(1, 10), c.randrange(10, 400))))  # noqa: E731
    measure = lambda c: f"{c.uniform(0.4, 60):.1f}"  # noqa: E731
    village = lambda c: f"{_village(c)}村"  # noqa: E731
    firm = lambda c: f"{c.choice(_BRANDS)}{c.choice(_BRANDS)}{c.choice(('公司', '商店', '合作社', '加工厂'))}"  # noqa: E731
    road = lambda c: f"{c.choice(_BRANDS)}{c.choice(_STEMS)}路"  # noqa: E731
    day = lambda c: f"{c.randrange(1, 13)}月{c.randrange(1, 29)}日"  # noqa: E731
    hour = lambda c: f"{c.randrange(6, 22)}时{c.randrange(60):02d}分"  # noqa: E731
    spot = lambda c: f"{c.randrange(1, 30)}号楼{c.choice(('东侧', '西侧', '北门', '地下一层', '楼梯间'))}"  # noqa: E731
    money = lambda c: f"{c.randrange(2, 900) * 10}"  # noqa: E731
    return {
        "数量": number, "日期": day, "金额": money, "位置": spot, "时间": hour, "村庄": village, "长度": measure,
        "数值": measure, "年月": lambda c: f"{c.randrange(2023, 2027)}年{c.randrange(1, 13)}月", "面积": number,
        "路名": road, "路段": road, "路口": road, "小区": lambda c: f"{c.choice(_BRANDS)}{c.choice(_BRANDS)}小区",
        "单位": firm, "企业": firm, "店名": firm, "项目": firm, "学校": lambda c: f"{_village(c)}小学",
        "楼栋": lambda c: f"{c.randrange(1, 40)}号楼", "地点": spot, "场所": firm, "宽": measure, "宽度": measure,
        "高度": measure, "号牌": lambda c: f"澄A{c.randrange(10000, 99999)}", "河段": lambda c: f"{_village(c)}段",
        "桩号": lambda c: f"k{c.randrange(30)}+{c.randrange(0, 1000, 50):03d}", "编号": number, "年份": number,
        "月份": lambda c: f"{c.randrange(1, 13)}月", "序号": number, "楼层": lambda c: f"{c.randrange(1, 19)}层",
    }  # fmt: skip
