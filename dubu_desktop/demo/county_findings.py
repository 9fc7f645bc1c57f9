"""The twenty findings of the demo (domain.md §6.3) and two more the story needs: a difficulty and a duplicate.

All is fiction. `key` is the number of the sample list: the name the story calls a finding by. The number a finding
really gets is given when it is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dubu_desktop.demo.county import BY_NAME, CENTRE
from dubu_desktop.demo.photos import AFTER, make_photo


@dataclass(frozen=True, slots=True)
class Photo:
    """One photograph to be made: `minutes` after the finding's time, or at `taken_at` where that is given.

    `role` is a value of EvidenceRole; without `gps` or `timed` the camera wrote no place or no time.
    """

    scene: str
    seed: int
    minutes: int = 0
    caption: str = ""
    role: str = "before"
    orientation: int = 1
    gps: bool = True
    timed: bool = True
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding as its group records it. Units and category by name; `days` 0 leaves the rule's days."""

    key: str
    found_at: datetime
    place: str
    facts: str
    category: str
    industry: str
    territory: str
    unit: str
    severity: str
    term: str = "limited"
    days: int = 0
    nature: str = "problem"
    urgent: bool = False
    patterns: tuple[str, ...] = ()
    no_territory_reason: str = ""
    photos: tuple[Photo, ...] = ()

    @property
    def group(self) -> str:
        """The code of the group that found it."""
        return self.key.split("-")[2]


def taken_at(finding: Finding, photo: Photo) -> datetime:
    """When a photograph was taken, whether or not its camera wrote it down."""
    return photo.taken_at or finding.found_at + timedelta(minutes=photo.minutes, seconds=photo.seed % 50)


def photo_bytes(finding: Finding, photo: Photo, size: tuple[int, int] = (4000, 3000)) -> bytes:
    """The JPEG of one of a finding's photographs."""
    taken = taken_at(finding, photo)
    place = BY_NAME[finding.unit].gps or CENTRE
    where = round(place[0] + photo.seed % 7 * 2e-5, 6), round(place[1] + photo.seed % 5 * 2e-5, 6)
    return make_photo(
        photo.seed, photo.scene, taken if photo.timed else None, where if photo.gps else None, photo.orientation, size
    )


_COUNTY_LEVEL = "县级单位，不涉及属地"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}")


FINDINGS: tuple[Finding, ...] = (
    Finding(
        "WT-2026-03-0001", _at("06-02T08:46"), "城关街道广源建材市场3号楼东侧",
        "疏散通道堆放瓷砖约40箱，净宽由2.4 m减至0.7 m，东门上锁。",
        "消防通道", "应急管理局", "城关街道", "广源建材市场", "grave", days=3,
        photos=(
            Photo("corridor", 101, caption="3号楼东侧疏散通道"),
            Photo("corridor", 102, 1, "东门上锁", orientation=6),
        ),
    ),
    Finding(
        "WT-2026-03-0002", _at("06-02T08:58"), "城关街道广源建材市场4号楼",
        "8具干粉灭火器压力表均在红区，检查卡停在2025年11月。",
        "灭火设施", "应急管理局", "城关街道", "广源建材市场", "serious", "immediate", 1,
        photos=(
            Photo("extinguishers", 103, caption="4号楼一层灭火器"),
            Photo("extinguishers" + AFTER, 103, 11592, "整改后：已更换并挂检查卡", "after"),
        ),
    ),
    Finding(
        "WT-2026-01-0007", _at("06-03T14:20"), "新湖街道滨湖路与学院街口工地",
        "裸土未覆盖约600 m²，雾炮未开，出口无冲洗。",
        "扬尘", "住房城乡建设局", "新湖街道", "滨湖路学院街口工地", "serious", days=2,
        photos=(
            Photo("site", 104, caption="工地西侧裸土"),
            Photo("site" + AFTER, 104, 21700, "整改后：裸土已覆盖", "after"),
        ),
    ),
    Finding(
        "WT-2026-01-0008", _at("06-03T15:05"), "柳林镇北干渠k3+200",
        "渠坡倾倒建筑垃圾约15 m³，含石膏板。",
        "固废倾倒", "生态环境分局", "柳林镇", "北干渠", "grave", days=5,
        photos=(
            Photo("canal", 105, caption="北干渠k3+200渠坡"),
            Photo("canal", 106, 2, "垃圾中有石膏板", orientation=3),
        ),
    ),
    Finding(
        "WT-2026-02-0003", _at("06-04T20:10"), "河东镇政府值班室",
        "带班领导不在岗，值班表与实际不符。",
        "值班值守", "县委办", "河东镇", "河东镇政府", "serious", "immediate", 1,
        photos=(
            Photo("room", 107, caption="值班室"),
            Photo("room" + AFTER, 107, 7300, "整改后：值班室夜查", "after"),
        ),
    ),
    Finding(
        "WT-2026-02-0004", _at("06-04T20:35"), "双桥镇政府值班室",
        "值班电话3次无人接听（20:31、20:33、20:35）。",
        "值班值守", "县委办", "双桥镇", "双桥镇政府", "ordinary", "immediate", 1,
        photos=(
            Photo("room", 108, caption="值班室电话", gps=False),
            Photo("room" + AFTER, 108, 7350, "整改后：值班室夜查", "after"),
        ),
    ),
    Finding(
        "WT-2026-04-0002", _at("06-05T09:30"), "政务服务大厅B12窗口",
        "企业注销承诺2日，抽查6件中4件用时5–9日。",
        "审批超时", "行政审批局", "", "政务服务大厅", "serious", days=10, no_territory_reason=_COUNTY_LEVEL,
        photos=(Photo("room", 109, caption="B12窗口"),),
    ),
    Finding(
        "WT-2026-04-0003", _at("06-05T10:40"), "铁西街道兴业路停车场",
        "公示每小时2元，实收3元，无票据。",
        "停车乱收费", "综合行政执法局", "铁西街道", "兴业路停车场", "ordinary", days=3,
        photos=(Photo("parking", 110, caption="停车场入口"),),
    ),
    Finding(
        "WT-2026-05-0001", _at("06-05T15:20"), "大营镇后刘村东头",
        "鉴定C级房屋1户仍住人，未张贴警示。",
        "农村危房", "住房城乡建设局", "大营镇", "后刘村", "grave", days=7,
        photos=(Photo("house", 111, caption="正屋裂缝"), Photo("house", 112, 1, "东山墙", orientation=6)),
    ),
    Finding(
        "WT-2026-05-0002", _at("06-06T09:10"), "大营镇",
        "城乡公益性岗位完成率41.2%，全县平均78.6%。",
        "公益性岗位", "人社局", "大营镇", "大营镇", "serious", days=20, nature="indicator",
        photos=(Photo("room", 113, caption="岗位台账", gps=False, timed=False),),
    ),
    Finding(
        "WT-2026-06-0001", _at("06-06T19:00"), "北洼镇中心小学食堂",
        "留样柜2餐无标签，燃气报警器断电。",
        "校园安全", "教育体育局", "北洼镇", "北洼镇中心小学", "grave", "immediate", 1, urgent=True,
        photos=(
            Photo("canteen", 114, caption="留样柜和报警器"),
            Photo("canteen" + AFTER, 114, 3900, "整改后：标签齐全，报警器通电", "after"),
        ),
    ),
    Finding(
        "WT-2026-06-0002", _at("06-09T08:15"), "青石镇农贸市场",
        "占道摊位23处，消防车道剩余宽度2.1 m。",
        "占道经营", "综合行政执法局", "青石镇", "青石镇农贸市场", "serious", days=5, patterns=("易反弹",),
        photos=(
            Photo("market", 115, caption="市场南门"),
            Photo("market", 116, 4, "消防车道中段", orientation=8),
            Photo("market" + AFTER, 115, 10150, "整改后：摊位退回线内", "after"),
        ),
    ),
    Finding(
        "WT-2026-01-0011", _at("06-09T11:00"), "新湖街道城市之光小区2号口",
        "建筑垃圾临时点无公示无围挡，约30 m³。",
        "建筑垃圾乱倒", "综合行政执法局", "新湖街道", "城市之光小区", "ordinary", days=5,
        photos=(Photo("rubble", 117, caption="2号口临时堆放点"),),
    ),
    Finding(
        "WT-2026-03-0006", _at("06-10T10:20"), "城关街道中心医院北侧",
        "消防登高面停放社会车辆11辆。",
        "消防通道占停", "应急管理局", "城关街道", "中心医院", "serious", "immediate", 1,
        photos=(
            Photo("parking", 118, caption="北侧消防登高面"),
            Photo("parking" + AFTER, 118, 10120, "整改后：登高面已清空", "after"),
        ),
    ),
    Finding(
        "WT-2026-04-0005", _at("06-10T16:00"), "产业专班例会",
        "5月议定的4项事项中2项无责任人、无时限。",
        "会议议定未落实", "产业专班", "", "产业专班", "ordinary", days=3, no_territory_reason=_COUNTY_LEVEL,
        photos=(Photo("room", 119, caption="例会台账", gps=False),),
    ),
    Finding(
        "WT-2026-02-0009", _at("06-11T07:50"), "双桥镇幸福河大桥下",
        "生活污水直排，水体发黑，长约60 m。",
        "污水直排", "生态环境分局", "双桥镇", "幸福河大桥", "grave", days=15, patterns=("易反弹", "群众关注"),
        photos=(Photo("river", 120, caption="桥下排口"), Photo("river", 121, 3, "下游60米处")),
    ),
    Finding(
        "WT-2026-05-0004", _at("06-11T14:30"), "省级重点项目南部物流园",
        "计划5月底完成管网，现场完成约55%，缺2项手续。",
        "进度滞后", "自然资源局", "河东镇", "南部物流园", "serious", "long",
        photos=(Photo("works", 122, caption="管网施工现场"),),
    ),
    Finding(
        "WT-2026-06-0005", _at("06-12T09:00"), "柳林镇便民服务中心",
        "抽查低保台账20户，5户无入户核查记录。",
        "低保救助", "民政局", "柳林镇", "柳林镇便民服务中心", "serious", days=10,
        photos=(Photo("room", 123, caption="低保台账"),),
    ),
    Finding(
        "WT-2026-01-0014", _at("06-12T15:40"), "河东镇汽修一条街",
        "6家废机油桶露天存放，无防渗。",
        "危化品", "生态环境分局", "河东镇", "汽修一条街", "serious", days=7, patterns=("共性",),
        photos=(Photo("yard", 124, caption="东段第二家"), Photo("yard", 125, 9, "西段第五家")),
    ),
    Finding(
        "WT-2026-03-0009", _at("06-13T10:00"), "城关街道广源建材市场",
        "对0001号反馈“已整改”，现场仍堆放，反馈照片摄于2025-12。",
        "材料失实", "应急管理局", "城关街道", "广源建材市场", "grave", days=3, patterns=("痛难点",),
        photos=(Photo("corridor", 101, caption="3号楼东侧现场复查"),),
    ),
    Finding(
        "WT-2026-02-0010", _at("06-11T09:30"), "双桥镇老运输公司家属院",
        "院内排水管破损约80 m，3个单位均称非产权单位，42户居民自行抽水。",
        "推诿扯皮", "住房城乡建设局", "双桥镇", "老运输公司家属院", "serious", nature="difficulty",
        patterns=("跨部门", "群众关注"),
        photos=(Photo("rubble", 126, caption="家属院排水沟"),),
    ),
    Finding(
        "WT-2026-01-0009", _at("06-03T16:30"), "城关街道广源建材市场3号楼东门",
        "东门内侧堆放瓷砖30余箱，东门上锁，通道剩余宽度约0.7 m。",
        "消防通道", "应急管理局", "城关街道", "广源建材市场", "serious", days=3,
        photos=(Photo("corridor", 127, caption="东门内侧"),),
    ),
)  # fmt: skip
BY_KEY = {finding.key: finding for finding in FINDINGS}
#: The twenty of the sample list, without the two the story adds.
SAMPLES = FINDINGS[:20]
DIFFICULTY, DUPLICATE = FINDINGS[20], FINDINGS[21]
#: What the unit of the first finding sent as proof: its own old photograph (材料失实).
STALE_PHOTO = Photo(
    "corridor" + AFTER,
    128,
    caption="单位反馈照片",
    role="other",
    gps=False,
    taken_at=datetime.fromisoformat("2025-12-11T09:20:33"),
)
