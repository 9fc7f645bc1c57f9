"""Small workbooks for the tests of reading in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def workbook(path: Path, rows: Sequence[Sequence[Any]], title: str = "单位") -> Path:
    """A workbook of one sheet with these rows."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


HEAD = ("序号", "单位名称", "简称", "单位类型", "行业/属地", "上级单位", "联系人")
UNITS = (
    HEAD,
    (1, "清风街道", "清风", "街道", "属地", "", "张三"),
    (2, "东里社区", "", "社区", "其他", "清风街道", ""),
    (3, "数据局", "数局", "局", "行业", "", "李四"),
    (4, "城关街道", "城关", "街道", "属地", "", "王五"),
    (5, "", "", "街道", "属地", "", ""),
    (6, "某某公司", "", "怪物", "行业", "", ""),
)
