"""三明确: the twenty samples pass, what sends the office asking again does not, and the words are pointed at."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dubu_desktop.domain.clarity import Clarity, Hint, clarity
from dubu_desktop.domain.reference import phrases

WHEN = "2026-06-02T08:46"
PLACE = "城关街道 广源建材市场3号楼东侧"
FACTS = "疏散通道堆放瓷砖约40箱，净宽由2.4 m减至0.7 m，东门上锁"

# place and facts of the twenty sample findings; * marks an indicator
SAMPLES = [
    ("城关街道 广源建材市场3号楼东侧", "疏散通道堆放瓷砖约40箱，净宽由2.4 m减至0.7 m，东门上锁"),
    ("城关街道 广源建材市场4号楼", "8具干粉灭火器压力表均在红区，检查卡停在2025年11月"),
    ("新湖街道 滨湖路与学院街口工地", "裸土未覆盖约600 m²，雾炮未开，出口无冲洗"),
    ("柳林镇 北干渠k3+200", "渠坡倾倒建筑垃圾约15 m³，含石膏板"),
    ("河东镇政府值班室", "带班领导不在岗，值班表与实际不符"),
    ("双桥镇政府值班室", "值班电话3次无人接听（20:31、20:33、20:35）"),
    ("政务服务大厅B12窗口", "企业注销承诺2日，抽查6件中4件用时5–9日"),
    ("铁西街道 兴业路停车场", "公示每小时2元，实收3元，无票据"),
    ("大营镇 后刘村东头", "鉴定C级房屋1户仍住人，未张贴警示"),
    ("*大营镇", "城乡公益性岗位完成率41.2%，全县平均78.6%"),
    ("北洼镇 中心小学食堂", "留样柜2餐无标签，燃气报警器断电"),
    ("青石镇 农贸市场", "占道摊位23处，消防车道剩余宽度2.1 m"),
    ("新湖街道 城市之光小区2号口", "建筑垃圾临时点无公示无围挡，约30 m³"),
    ("城关街道 中心医院北侧", "消防登高面停放社会车辆11辆"),
    ("产业专班例会", "5月议定的4项事项中2项无责任人、无时限"),
    ("双桥镇 幸福河大桥下", "生活污水直排，水体发黑，长约60 m"),
    ("省级重点项目 南部物流园", "计划5月底完成管网，现场完成约55%，缺2项手续"),
    ("柳林镇 便民服务中心", "抽查低保台账20户，5户无入户核查记录"),
    ("河东镇 汽修一条街", "6家废机油桶露天存放，无防渗"),
    ("城关街道 广源建材市场", "对0001号反馈“已整改”，现场仍堆放，反馈照片摄于2025-12"),
]
CONCRETE = [
    "值班室无人值守，电话响铃6声无人接听",
    "二楼西侧安全出口被铁链锁闭，钥匙在保安处未能当场打开",
    "3家饭店后厨燃气软管超过2米且未固定",
    "路面坑洼12处，最深8厘米",
    "带班领导未到岗，20分钟后赶到",
    "抽查低保户两户，均未见入户记录",
    "雨水井盖缺失1个，无警示标志",
    "个别商户占道经营3处，堆放货物约6立方米",
    "门卫室保安在睡觉，访客登记本空白",
    "塔吊检测报告2026年5月到期，现场仍在吊装",
    "窗口公示2日办结，张三申请已过9日未办",
    "垃圾桶8只满溢，污水流到路面约10 m",
    "门卫室保安不在岗，登记本空白",
    "消防通道被杂物堵塞，影响居民出行和消防车辆通行秩序",
]
VAGUE = [
    "部分商户消防设施不到位",
    "个别窗口工作人员不在岗",
    "消防安全意识淡薄，有待加强",
    "存在安全隐患",
    "环境卫生较差，垃圾较多",
    "多处占道经营，影响通行",
    "值班值守不严不实，存在走过场现象",
    "工作推进不力，进度滞后",
    "台账不规范，资料不完善",
    "企业主体责任落实不到位，隐患排查不深入",
    "该市场消防问题较多，整改不彻底",
    "道路破损严重，群众反映强烈",
    "一些住户乱停车，堵塞消防通道",
    "干部作风漂浮，责任心不强",
    "3家商户消防设施不到位",
    "有待进一步加强管理",
    "灭火器过期",
    "问题突出",
    "工地扬尘治理不够到位",
    "少数人员上班时间玩游戏",
    "河道垃圾较多，清理不及时",
    "食堂卫生脏乱差，管理混乱",
    "人员到岗情况不好，纪律不严",
    "某些单位对政策不了解",
    "经常停水，居民意见大",
    "生活污水直排",
    "进度缓慢，手续办理滞后",
    "制度未落实，责任未明确，台账未建立",
    "一方面认识不足，一方面措施不力",
    "问题十分严重，影响十分恶劣",
    "千方百计拖延整改工作，态度不端正",
]
PINNED = [
    "柳林镇 便民服务中心二楼",
    "河东镇 汽修一条街12号",
    "滨湖路128号",
    "G308国道K52+300",
    "幸福河大桥下游200米",
    "后刘村村委会",
    "实验中学东门",
    "青石镇人民政府306室",
    "张庄村西头张某家（门牌36号）",
    "铁西街道 和谐家园5号楼2单元",
    "县医院急诊楼一层",
    "老城大街与北环路交叉口",
    "城南加油站",
    "明德中学学生食堂",
    "广源公司2号车间",
    "幸福里小区垃圾投放点",
    "大营卫生院药房",
    "北环路中段路南",
    "开发区热电厂煤场",
    "前进路与文化街交叉口西北角",
    "双桥镇第二幼儿园",
    "孔庄村坑塘",
    "南湖公园北门停车场",
    "新华书店门前",
    "李庄村卫生室",
    "城市之光小区",
    "张庄村西头张某家",
]
ADRIFT = [
    "",
    " ",
    "城关街道",
    "大营镇",
    "镇区主要道路",
    "部分商铺",
    "沿街",
    "多个小区",
    "建材市场附近",
    "某村",
    "后刘村",
    "大营镇 后刘村",
    "河东镇辖区",
    "城区",
    "各村",
    "全镇",
    "新湖街道 幸福社区",
    "工地周边",
    "有关单位",
    "澄川县",
    "柳林镇一带",
    "相关企业",
    "河道沿线",
]


@pytest.mark.parametrize(("place", "facts"), SAMPLES)
def test_the_twenty_samples_are_clear_and_bear_no_hint(place: str, facts: str) -> None:
    assert clarity(WHEN, place.lstrip("*"), facts, indicator=place.startswith("*")) == Clarity(True, True, True, ())


def test_there_are_twenty_samples_and_more_vague_ones() -> None:
    assert len(SAMPLES) == 20
    assert len(VAGUE) >= 20


@pytest.mark.parametrize("facts", CONCRETE)
def test_concrete_facts(facts: str) -> None:
    assert clarity(WHEN, PLACE, facts).score == 3


@pytest.mark.parametrize("facts", VAGUE)
def test_vague_facts(facts: str) -> None:
    gauge = clarity(WHEN, PLACE, facts)
    assert (gauge.facts, gauge.score, gauge.missing) == (False, 2, ("具体情况",))
    assert gauge.hints
    assert {hint.field for hint in gauge.hints} == {"facts"}


@pytest.mark.parametrize("place", PINNED)
def test_places_one_can_go_to(place: str) -> None:
    assert clarity(WHEN, place, FACTS) == Clarity(True, True, True, ())


@pytest.mark.parametrize("place", ADRIFT)
def test_places_nobody_finds(place: str) -> None:
    gauge = clarity(WHEN, place, FACTS)
    assert (gauge.place, gauge.score, gauge.missing) == (False, 2, ("地点",))
    assert {hint.field for hint in gauge.hints} == {"place"}


def test_a_town_is_place_enough_for_its_own_figure_only() -> None:
    assert clarity(WHEN, "大营镇", "完成率41.2%，全县平均78.6%", indicator=True).place
    assert not clarity(WHEN, "大营镇", "完成率41.2%，全县平均78.6%").place
    assert not clarity(WHEN, "", FACTS, indicator=True).place


@pytest.mark.parametrize(
    ("found_at", "clear", "advice"),
    [
        (WHEN, True, None),
        ("2026-06-02T08:46:31", True, None),
        ("2026-06-02 08:46", True, None),
        (datetime(2026, 6, 2, 8, 46), True, None),
        (None, False, "请填写发现时间"),
        ("", False, "请填写发现时间"),
        ("昨天", False, "请填写发现时间"),
        ("2026-06-02", False, "请写明几点几分"),
        (date(2026, 6, 2), False, "请写明几点几分"),
    ],
)
def test_time_is_a_day_and_an_hour(found_at: datetime | date | str | None, clear: bool, advice: str | None) -> None:
    gauge = clarity(found_at, PLACE, FACTS)
    assert gauge.time is clear
    assert [hint.text for hint in gauge.hints] == ([advice] if advice else [])


def test_vague_words_are_underlined_where_they_stand() -> None:
    facts = "部分商户占道经营3处，堆放货物约6立方米，管理不到位"
    gauge = clarity(WHEN, PLACE, facts)
    assert gauge.facts, "hard numbers stand beside the vague words"
    assert [(facts[hint.start : hint.end], hint.text[:5]) for hint in gauge.hints] == [
        ("部分", "“部分”是"),
        ("不到位", "“不到位”"),
    ]
    place = "建材市场附近"
    (hint,) = clarity(WHEN, place, FACTS).hints
    assert (hint.field, place[hint.start : hint.end]) == ("place", "附近")


@pytest.mark.parametrize(
    ("facts", "blanks"),
    [
        ("疏散通道堆放【物品】约【数量】箱，东门上锁，净宽0.7 m", ["请填写物品", "请填写数量"]),
        ("疏散通道堆放瓷砖40箱，净宽由2.4 m减至【 】m", ["请填写空白处"]),
        ("疏散通道堆放瓷砖40箱，净宽由2.4 m减至【】m", ["请填写空白处"]),
        ("疏散通道堆放瓷砖40箱，净宽由2.4 m减至【现宽", ["请填写现宽"]),
        ("疏散通道堆放瓷砖40箱，净宽由2.4 m减至】m", ["请填写空白处"]),
    ],
)
def test_a_blank_left_from_a_phrase_is_missing(facts: str, blanks: list[str]) -> None:
    gauge = clarity(WHEN, PLACE, facts)
    assert not gauge.facts
    assert [hint.text for hint in gauge.hints] == blanks


def test_a_blank_in_the_place_is_missing() -> None:
    assert clarity(WHEN, "广源建材市场【楼栋】", FACTS).hints == (Hint("place", 6, 10, "请填写楼栋"),)


@pytest.mark.parametrize("phrase", phrases(), ids=lambda phrase: str(phrase.abbr))
def test_no_shipped_phrase_is_clear_as_it_is_and_none_holds_a_vague_word(phrase: object) -> None:
    text = getattr(phrase, "text", "")
    gauge = clarity(WHEN, PLACE, text)
    assert not gauge.facts
    assert len(gauge.hints) == text.count("【"), [text[hint.start : hint.end] for hint in gauge.hints]


def test_nothing_filled_names_all_three() -> None:
    gauge = clarity(None, None, None)
    assert (gauge.score, gauge.missing) == (0, ("时间", "地点", "具体情况"))
    assert [hint.field for hint in gauge.hints] == ["found_at", "place", "facts"]
