"""Invented data for the papers of the tests: a county that does not exist, no persons of this world."""

from __future__ import annotations

from datetime import date, timedelta

from dubu_desktop.domain.papers.bulletin_data import BulletinData
from dubu_desktop.domain.papers.told import FindingTold

_PLACES = (
    (
        "城关街道",
        "广源建材市场3号楼东侧",
        "应急管理局",
        ("安全生产", "消防通道"),
        "疏散通道堆放瓷砖约40箱，净宽由2.4米减至0.7米，东门上锁",
    ),
    (
        "城关街道",
        "广源建材市场4号楼",
        "应急管理局",
        ("安全生产", "灭火设施"),
        "8具干粉灭火器压力表均在红区，检查卡停在2025年11月",
    ),
    (
        "新湖街道",
        "滨湖路与学院街口工地",
        "住房城乡建设局",
        ("生态环保", "扬尘"),
        "裸土未覆盖约600平方米，雾炮未开，出口无冲洗设施",
    ),
    ("柳林镇", "北干渠k3+200", "生态环境分局", ("生态环保", "固废倾倒"), "渠坡倾倒建筑垃圾约15立方米，含石膏板"),
    ("河东镇", "河东镇政府值班室", "县委办", ("作风纪律", "值班值守"), "带班领导不在岗，值班表与实际不符"),
    ("双桥镇", "双桥镇政府值班室", "县委办", ("作风纪律", "值班值守"), "值班电话3次无人接听（20:31、20:33、20:35）"),
    ("", "政务服务大厅B12窗口", "行政审批局", ("营商环境", "审批超时"), "企业注销承诺2日办结，抽查6件中4件用时5至9日"),
    ("大营镇", "后刘村东头", "住房城乡建设局", ("民生保障", "农村危房"), "鉴定为C级的房屋1户仍住人，未张贴警示标志"),
    ("北洼镇", "中心小学食堂", "教育体育局", ("安全生产", "校园安全"), "留样柜2餐无标签，燃气报警器断电"),
)


def item(place: int, /, **changes: object) -> FindingTold:
    """The `place`-th finding, from 0; the nine samples in turn."""
    territory, where, industry, category, facts = _PLACES[place % len(_PLACES)]
    values: dict[str, object] = {
        "number": f"WT-2026-{place % 6 + 1:02d}-{place + 1:04d}",
        "industry_unit": industry,
        "territory_unit": territory,
        "place": where,
        "found_text": f"6月{place % 12 + 2}日",
        "facts": facts,
        "category": category,
        "severity": ("一般", "较重", "严重")[place % 3],
        "term": ("立行立改", "限期")[place % 2],
        "due_on": date(2026, 6, 18) + timedelta(days=place % 9),
        "status": "整改中",
        "photo_count": place % 4,
    }
    return FindingTold(**{**values, **changes})  # type: ignore[arg-type]


def bulletin_data(count: int, **changes: object) -> BulletinData:
    """A 通报 of `count` findings, issued."""
    values: dict[str, object] = {
        "mark": "澄川县督导巡查领导小组办公室文件",
        "organ": "澄川县督导巡查领导小组办公室",
        "title": "关于6月上旬督导巡查发现问题情况的通报",
        "year": 2026,
        "items": tuple(item(place) for place in range(count)),
        "addressees": ("各镇人民政府", "各街道办事处", "县直有关部门、单位"),
        "number": "澄督办〔2026〕5号",
        "serial": 5,
        "issued_on": date(2026, 6, 15),
        "period_from": date(2026, 6, 2),
        "period_to": date(2026, 6, 13),
        "groups": ("第一督导巡查组", "第三督导巡查组"),
        "methods": (("四不两直", 12), ("突击检查", 3)),
        "visited_units": 18,
        "reply_due": date(2026, 6, 30),
        "report_to": ("县委、县政府主要负责同志",),
        "copy_to": ("县纪委监委机关", "县委组织部", "县委巡察办"),
    }
    return BulletinData(**{**values, **changes})  # type: ignore[arg-type]
