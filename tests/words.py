"""Words of the test worlds, for processes that need nothing else of them: pytest takes a fifth of their start."""

from __future__ import annotations

PASSWORD = "澄川县-密码-2026"
COMPLETE = {
    "place": "城关街道广源建材市场3号楼东侧",
    "facts": "疏散通道堆放瓷砖约40箱，净宽由2.4 m减至0.7 m，东门上锁",
    "category": "消防通道",
    "industry_unit": "应急管理局",
    "territory_unit": "城关街道",
    "no_evidence_reason": "现场不便拍照",
}
