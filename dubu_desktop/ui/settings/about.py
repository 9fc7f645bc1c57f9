"""关于督簿: version, what it may be used for, whose work is inside (the licences ask to be named)."""

from __future__ import annotations

import platform
from typing import Any

from PySide6.QtCore import qVersion

from dubu_desktop import __version__
from dubu_desktop.ui.kit import Card, Column, DataTable, Field, KeyValueCard, PlainLabel, SectionHead, Tone
from dubu_desktop.ui.settings.section import Section

_SECRET = (
    "本程序只用于非涉密工作。不得存储、处理国家秘密和涉密载体上的内容；工作秘密按本单位规定管理。"
    "数据都在本机加密保存，程序不联网，与别处交换只通过您自己拷贝的数据包。"
)
#: part, what it does here, licence; as in docs/dependencies.md
_PARTS = (
    ("Qt 6 / PySide6", "窗口", "LGPL-3.0，可自行替换动态库"),
    ("SQLCipher", "加密数据库", "BSD-3-Clause，© Zetetic LLC"),
    ("SQLite", "数据库", "公有领域"),
    ("SQLAlchemy", "数据库查询", "MIT"),
    ("cryptography（OpenSSL）", "签名与加密", "Apache-2.0 / BSD-3-Clause"),
    ("pyrage（age）", "数据包加密", "MIT"),
    ("python-docx、openpyxl", "文书与工作簿", "MIT"),
    ("Pillow、pi-heif（libheif、libde265）", "照片", "MIT-CMU、BSD-3-Clause、LGPL-3.0"),
    ("pypdfium2（PDFium）", "页面图", "Apache-2.0 / BSD-3-Clause"),
    ("pypinyin", "拼音检索", "MIT"),
    ("msgspec、zstd、uuid-utils、platformdirs、defusedxml", "其他", "BSD-3-Clause、PSF-2.0、MIT"),
)


class AboutSection(Section):
    """Read only."""

    key = "about"
    title = "关于督簿"
    sub = "版本、许可、只用于非涉密工作"
    words = "gydb guanyu banben xuke"
    note = "督导巡查工作台账"
    icon = "help"

    def build(self) -> Any:
        made = super().build()
        warning = PlainLabel(f"{Tone.WARN.shape} {_SECRET}", wrap=True)
        warning.set_tone(Tone.WARN)
        card = Card()
        card.body.addWidget(warning)
        self.facts = KeyValueCard(columns=1)
        parts = DataTable([Column("组成部分", 300, bold=True), Column("用处", 110), Column("许可")], name="组成部分")
        parts.set_rows(_PARTS)
        parts.fit_height()
        holder = Card()
        holder.body.setContentsMargins(6, 4, 6, 6)
        holder.body.addWidget(parts)
        for widget in (card, self.facts, SectionHead("许可", "全文随程序附带在各软件包里"), holder):
            self.body.addWidget(widget)
        return made

    def refresh(self) -> None:
        profile = self.house.ws.profile
        edition = "办公室版" if self.house.edition == "office" else f"督巡组版（{profile.group_name}）"
        system = f"{platform.system()} {platform.release()}，Python {platform.python_version()}，Qt {qVersion()}"
        self.facts.set_fields(
            [
                Field("version", "版本", value=__version__, editable=False),
                Field("edition", "本机是", value=edition, editable=False),
                Field("folder", "工作区", value=str(self.house.ws.folder.path), editable=False),
                Field("system", "系统", value=system, editable=False),
            ]
        )
