from __future__ import annotations

from dataclasses import fields

from dubu_desktop.domain.papers.ledger import LEDGER_COLUMNS, LEDGER_HEADINGS, LedgerRow

_ASKED = [
    *(
        "序号",
        "发现时间",
        "发现方式",
        "地点",
        "被督导单位",
        "问题类别",
        "具体情况",
        "行业责任单位",
        "属地责任单位",
        "责任人",
    ),
    *("整改措施", "整改期限", "进展", "是否完成", "核查人", "销号时间", "佐证", "备注"),
]


def test_all_headings_people_expect_in_their_order() -> None:
    assert [heading for heading in LEDGER_HEADINGS if heading in _ASKED] == _ASKED
    assert set(LEDGER_HEADINGS) - set(_ASKED) == {"问题编号", "照片数"}
    assert len(set(LEDGER_HEADINGS)) == len(LEDGER_HEADINGS)


def test_each_field_of_a_row_has_its_column() -> None:
    assert len(LEDGER_COLUMNS) == len(fields(LedgerRow))
    row = LedgerRow(number="WT-2026-01-0001", done=True, photo_count=3)
    values = {column.heading: column.value(row) for column in LEDGER_COLUMNS}
    assert values["问题编号"] == "WT-2026-01-0001"
    assert values["是否完成"] == "是"
    assert values["照片数"] == 3
