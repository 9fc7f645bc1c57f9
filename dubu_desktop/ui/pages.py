"""The pages of the program, in the order of the rail. A page's module is imported when it is first opened.

The key of a page is the name of its folder: `window.go("findings", row_id)`.
"""

from __future__ import annotations

from dataclasses import replace

from dubu_desktop.ui.spec import Anywhere, PageSpec, Place

_PLACE = "dubu_desktop.ui"
_OFFICE = ("office",)
_SETTINGS = (
    Place("人员与职责", "people", ("ryyzz", "renyuan")),
    Place("督巡组与开通", "groups", ("dxzykt", "kaitong"), _OFFICE),
    Place("各处电脑：换、丢、第二台", "spokes", ("gcdn", "huandiannao", "tuiyi", "diaoxiao"), _OFFICE),
    Place("规则方案与依据文件", "rules", ("gzfa", "guizefangan", "yiju")),
    Place("问题类别", "categories", ("wtlb", "leibie"), _OFFICE),
    Place("用语", "phrases", ("yy", "yongyu"), _OFFICE),
    Place("文书版式", "papers", ("wsbs", "banshi", "ziti"), _OFFICE),
    Place("文书用语", "wording", ("wsyy", "yongyu", "moban"), _OFFICE),
    Place("从工作簿读入单位、台账", "intake", ("cgzbdr", "daoru", "duru", "taizhang"), _OFFICE),
    Place("备份与恢复", "backup", ("bfyhf", "beifen", "huifu")),
    Place("换密码、恢复码", "security", ("hmm", "mima", "huifuma")),
    Place("外观与锁定", "look", ("wgysd", "waiguan", "suoding")),
    Place("关于督簿、许可", "about", ("gydb", "guanyu", "xuke")),
)

PAGES: tuple[PageSpec, ...] = (
    PageSpec("workbench", "工作台", "home", f"{_PLACE}.workbench.page:WorkbenchPage", "工作台", ("gzt", "gongzuotai")),
    PageSpec("tasks", "任务", "task", f"{_PLACE}.tasks.page:TasksPage", "任务", ("rw", "renwu", "jiaobandan")),
    PageSpec("findings", "问题", "finding", f"{_PLACE}.findings.page:FindingsPage", "问题", ("wt", "wenti")),
    PageSpec("rectify", "整改", "fix", f"{_PLACE}.rectify.page:RectifyPage", "整改", ("zg", "zhenggai")),
    PageSpec(
        "visits", "督导活动", "visit", f"{_PLACE}.visits.page:VisitsPage", "督导活动", ("ddhd", "dudaohuodong"),
        anywhere=(Anywhere("Ctrl+Shift+V", "开始或结束督导", f"{_PLACE}.visits.start:toggle"),),
    ),
    PageSpec(
        "bundles", "数据包", "bundle", f"{_PLACE}.bundles.page:BundlesPage", "数据包", ("sjb", "shujubao"),
        anywhere=(
            Anywhere("Ctrl+I", "收数据包", f"{_PLACE}.bundles.page:take_in"),
            Anywhere("Ctrl+E", "导出数据包", f"{_PLACE}.bundles.page:export"),
        ),
    ),
    PageSpec(
        "documents", "文书", "paper", f"{_PLACE}.documents.page:DocumentsPage", "文书", ("ws", "wenshu", "tongbao")
    ),
    PageSpec("units", "单位", "unit", f"{_PLACE}.units.page:UnitsPage", "单位", ("dw", "danwei")),
    PageSpec(
        "settings", "设置", "settings", f"{_PLACE}.settings.page:SettingsPage", "设置", ("sz", "shezhi"), at_foot=True,
        places=_SETTINGS,
    ),
)  # fmt: skip


def pages_for(edition: str) -> tuple[PageSpec, ...]:
    """The pages of an edition ("office" or "group") with the places it has in them."""
    return tuple(
        replace(spec, places=tuple(place for place in spec.places if edition in place.editions)) for spec in PAGES
    )
