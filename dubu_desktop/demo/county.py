"""澄川县, a county that does not exist: its units, places and people (domain.md §6.1).

Names are common ones, put together by chance; no real village, firm or person is meant. The coordinates lie in the
open sea, so that no real place is. Units are named as people name them; `name` is unique over all sorts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from dubu_desktop.domain.numbers import group_name
from dubu_desktop.domain.records.people import UnitKind, UnitSide

COUNTY = "澄川县"
OFFICE_NAME = "澄川县督导巡查领导小组办公室"
#: Latitude and longitude (WGS-84) of the county town.
CENTRE = (35.5, 121.8)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit; `parent` is the name of another, for villages and places the 镇街 that is their 属地责任单位."""

    name: str
    short_name: str
    kind: UnitKind
    side: UnitSide
    parent: str = ""
    aliases: tuple[str, ...] = ()
    gps: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person; `side` is "office" or the code of a group, `roles` are values of lifecycle.Role."""

    name: str
    side: str
    roles: tuple[str, ...]
    post: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group and the name of its leader."""

    code: str
    name: str
    leader: str


TOWNS = ("青石镇", "柳林镇", "河东镇", "双桥镇", "北洼镇", "大营镇")
STREETS = ("城关街道", "新湖街道", "铁西街道")

# name, short name
_DEPARTMENTS = (
    "县委办,县委办 县政府办,县府办 县纪委监委,纪委监委 县委组织部,组织部 县委宣传部,宣传部 应急管理局,应急局 "
    "住房城乡建设局,住建局 生态环境分局,环境局 市场监管局,市监局 综合行政执法局,执法局 教育体育局,教体局 "
    "卫生健康局,卫健局 农业农村局,农业局 交通运输局,交通局 自然资源局,资源局 民政局,民政局 人社局,人社局 "
    "水利局,水利局 行政审批局,审批局 信访局,信访局 发展改革局,发改局 工业信息化局,工信局 财政局,财政局 "
    "公安局,公安局 司法局,司法局 文化旅游局,文旅局 审计局,审计局 统计局,统计局"
)
_TASK_FORCES = "产业专班 重点项目专班 城市更新专班 乡村振兴专班"
# Provincial projects first, then those of the city.
_PROJECTS = {
    "南部物流园": "河东镇",
    "北部引水工程": "北洼镇",
    "绿色铸造产业园": "铁西街道",
    "装备制造基地": "新湖街道",
    "滨湖医养中心": "新湖街道",
    "城西污水厂扩建": "铁西街道",
    "县职教中心": "城关街道",
    "智慧农业示范园": "柳林镇",
    "老城供热管网改造": "城关街道",
    "河东光伏基地": "河东镇",
}
PROVINCIAL_PROJECTS = tuple(_PROJECTS)[:4]

_VILLAGES = {
    "青石镇": "上石桥村 下石桥村 石坡村 北柳行村 清水沟村",
    "柳林镇": "东柳林村 西柳林村 渠头村 沙窝村 前杨楼村",
    "河东镇": "河湾村 东渡口村 曹家圩村 大堤口村 新立村",
    "双桥镇": "桥头村 双堰村 后孔村 张油坊村 南塘村",
    "北洼镇": "洼东村 苇子坑村 洼里赵村 高台村 乐善村",
    "大营镇": "后刘村 前刘村 营盘村 长岗村 六里堡村",
    "城关街道": "文昌社区 东门社区 南关社区 长乐社区",
    "新湖街道": "滨湖社区 学院社区 城市之光社区",
    "铁西街道": "兴业社区 铁路社区 纺织社区",
}

_PLACES = {
    "城关街道": "广源建材市场 中心医院 政务服务大厅 东门农贸市场 实验小学 长乐商场 老城汽车站 文昌幼儿园 "
    "县体育馆 南关粮油市场 和平家属院 南大街",
    "新湖街道": "滨湖路学院街口工地 城市之光小区 新湖公园 学院中学 湖畔花园小区 新湖大酒店 滨湖夜市 科创园",
    "铁西街道": "兴业路停车场 铁西热力站 纺织厂家属院 铁西中学 货运站 城西污水处理厂 铁西卫生院",
    "青石镇": "青石镇农贸市场 青石中学 青石卫生院 青石加油站 清水沟水库 青石镇政府",
    "柳林镇": "柳林镇便民服务中心 北干渠 柳林粮库 柳林小学 沙窝砖厂 柳林镇政府",
    "河东镇": "河东镇政府 汽修一条街 东渡口码头 河东中学 曹家圩养殖场 河东卫生院",
    "双桥镇": "双桥镇政府 幸福河大桥 双桥第二幼儿园 双堰闸 老运输公司家属院",
    "北洼镇": "北洼镇中心小学 北洼镇政府 苇子坑坑塘 北洼卫生院 高台养老院",
    "大营镇": "大营镇政府 大营卫生院 大营集市 六里堡桥 营盘水厂",
}

# leader, then members, of the groups 01 to 06; surnames with more than one reading are not there by chance
_TEAMS = {
    "01": "陆振邦 贺明川 柳依然",
    "02": "乔守义 单文博 姚敏知",
    "03": "石建功 区立群 阮小舟",
    "04": "曾维刚 解思远 杜若水",
    "05": "龚长林 葛秋生 尹佳宁",
    "06": "查令仪 仇一鸣 郝安平",
}

OFFICE_PEOPLE = (
    PersonRow("沈怀志", "office", ("director",), "办公室主任"),
    PersonRow("叶青禾", "office", ("clerk",), "综合科科长"),
    PersonRow("方绍平", "office", ("clerk",), "督查专员"),
)
GROUPS = tuple(
    GroupRow(code, group_name(code).replace("组", "督导巡查组"), team.split()[0]) for code, team in _TEAMS.items()
)
PEOPLE = OFFICE_PEOPLE + tuple(
    PersonRow(name, code, ("leader",) if number == 0 else ("member",), "组长" if number == 0 else "组员")
    for code, team in _TEAMS.items()
    for number, name in enumerate(team.split())
)


def members(code: str) -> tuple[str, ...]:
    """The names of a group's people, its leader first."""
    return tuple(_TEAMS[code].split())


def _units() -> Iterator[UnitRow]:
    rng = Random("澄川县")

    def near(centre: tuple[float, float], spread: float) -> tuple[float, float]:
        return tuple(round(part + rng.uniform(-spread, spread), 6) for part in centre)  # type: ignore[return-value]

    for name in TOWNS + STREETS:
        at = near(CENTRE, 0.012 if name in STREETS else 0.16)
        yield UnitRow(name, name.removesuffix("镇").removesuffix("街道"), UnitKind.TOWN, UnitSide.TERRITORY, gps=at)
        for village in _VILLAGES[name].split():
            short = village.removesuffix("社区") if village.endswith("社区") else village.removesuffix("村")
            yield UnitRow(village, short, UnitKind.VILLAGE, UnitSide.NEITHER, name, gps=near(at, 0.02))
        for place in _PLACES[name].split():
            yield UnitRow(place, "", UnitKind.PLACE, UnitSide.NEITHER, name, gps=near(at, 0.008))
    for pair in _DEPARTMENTS.split():
        name, short = pair.split(",")
        yield UnitRow(name, short, UnitKind.DEPARTMENT, UnitSide.INDUSTRY, aliases=(f"{COUNTY}{name}",))
    for name in _TASK_FORCES.split():
        yield UnitRow(name, "", UnitKind.TASK_FORCE, UnitSide.INDUSTRY)
    for name, town in _PROJECTS.items():
        yield UnitRow(name, "", UnitKind.PROJECT, UnitSide.NEITHER, town, gps=near(CENTRE, 0.1))


#: All units, a parent before its children.
UNITS = tuple(_units())
BY_NAME = {unit.name: unit for unit in UNITS}


def territory(name: str) -> str:
    """The 镇街 a unit lies in, itself if it is one, "" for a unit of the county."""
    unit = BY_NAME[name]
    return unit.name if unit.side is UnitSide.TERRITORY else unit.parent
