"""The morning on which the demo is looked at: what the groups bring and the office has not taken in yet.

So that whoever opens the demo finds something to do: one conflict to decide, six bundles to take in, one of them with
a photograph whose file was lost on the way.
"""

from __future__ import annotations

from dubu_desktop.demo.county_findings import Finding, Photo
from dubu_desktop.demo.county_story import Conflict, Visit, at

#: One field that group and office changed without knowing of each other, and that nobody has decided yet.
OPEN_CONFLICT = Conflict(
    "WT-2026-06-0005",
    "facts",
    "抽查低保台账20户，5户无入户核查记录，其中2户为今年新增。",
    at("06-15T08:42"),
    "抽查低保台账20户，6户无入户核查记录（复核时又发现1户）。",
    at("06-15T08:48"),
    "",
    at("06-23T10:40"),
)

VISITS_TODAY: tuple[Visit, ...] = (
    Visit(
        "01", "surprise_check", at("06-23T07:50"), at("06-23T09:10"), "滨湖夜市", ("滨湖夜市",),
        findings=("WT-2026-01-0021",),
    ),
    Visit(
        "04", "unannounced", at("06-23T08:00"), at("06-23T09:20"), "货运站", ("货运站",), findings=("WT-2026-04-0021",),
    ),
    Visit(
        "05", "unannounced", at("06-23T08:20"), at("06-23T09:40"), "六里堡桥", ("六里堡桥",),
        findings=("WT-2026-05-0021",),
    ),
)  # fmt: skip

#: What was found on them. The last one stays a draft: its photographs are still in the telephone.
FINDINGS_TODAY: tuple[Finding, ...] = (
    Finding(
        "WT-2026-01-0021", at("06-23T08:05"), "新湖街道滨湖夜市南口",
        "11家烧烤摊油烟净化器未通电，油水直接倒入雨水井3处。",
        "餐饮油烟", "综合行政执法局", "新湖街道", "滨湖夜市", "serious", days=5, patterns=("共性", "群众关注"),
        photos=(Photo("market", 131, caption="南口烧烤摊"), Photo("river", 132, 6, "雨水井口油污", orientation=6)),
    ),
    Finding(
        "WT-2026-04-0021", at("06-23T08:25"), "铁西街道货运站3号库",
        "消防车道停放货车7辆，最窄处剩余1.8 m，值班员不能说明清障办法。",
        "消防通道占停", "应急管理局", "铁西街道", "货运站", "serious", "immediate", 1,
        photos=(Photo("parking", 133, caption="3号库消防车道"),),
    ),
    Finding(
        "WT-2026-05-0021", at("06-23T08:40"), "大营镇六里堡桥",
        "桥面东侧护栏缺失12 m，仅拉警示带。",
        "农村道路", "交通运输局", "大营镇", "六里堡桥", "grave", days=3,
    ),
)  # fmt: skip
#: The photograph lost before its bundle was written, as (finding, number of its photo from 0): 待补.
LOST_TODAY = ("WT-2026-01-0021", 1)
