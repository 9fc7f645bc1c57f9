"""Numbers in a text written by hand against the figures of the generated one."""

from __future__ import annotations

import pytest

from dubu_desktop.domain.papers.figures import Told, count
from dubu_desktop.domain.papers.stale import Stale, stale

_IDS = [bytes([n]) * 16 for n in range(9)]


def _n(many: int) -> Told:
    return count(_IDS[:many], "问题")


LEAD = "2026年6月2日至13日，督导巡查" + _n(4) + "次，实地检查单位" + _n(5) + "家，发现问题" + _n(2) + "个。"
OVERALL = "共发现问题" + _n(2) + "个，其中：安全生产" + _n(1) + "个、决策落实" + _n(1) + "个。"
DEMAND = Told("（一）按期完成整改。各责任单位2026年7月1日前完成整改。")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026年6月2日至13日，督导巡查4次，发现问题2个。", []),
        ("我办发现问题3个。", [Stale("我办发现问题3个", "2")]),
        ("到了6家，其中实地检查单位6家", [Stale("到了6家", ""), Stale("其中实地检查单位6家", "5")]),
        ("安全生产2个、决策落实1个、生态环保7个", [Stale("安全生产2个", "1"), Stale("生态环保7个", "")]),
        ("在3号楼和15个工作日内，占20%，依据〔2026〕7号，3个月，9项措施", []),
        ("2026年6月20日前报送，2026年7月1日前完成", [Stale("2026年6月20日前", "2026年7月1日")]),
        ("2026年5月3日印发的文件", []),
    ],
)
def test_what_differs_is_named_with_what_the_records_say(written: str, said: list[Stale]) -> None:
    assert stale(written, [LEAD, OVERALL, DEMAND]) == said


def test_the_generated_texts_bear_themselves_out() -> None:
    for text in (LEAD, OVERALL, DEMAND):
        assert stale(text.text, [LEAD, OVERALL, DEMAND]) == []


def test_a_sentence_says_which_number_and_which_now() -> None:
    assert Stale("发现问题3个", "2").sentence == "写的是“发现问题3个”，按现在的记录是2"
    assert "请核对" in Stale("到了6家", "").sentence
