"""外观与锁定: theme, scale, when the window locks itself. This machine's own matter, nobody else's."""

from __future__ import annotations

from typing import Any

from dubu_desktop.ui import desktop, theme
from dubu_desktop.ui.kit import Choice, Field, KeyValueCard, Kind, PlainLabel, SectionHead
from dubu_desktop.ui.settings.section import Section

_LOCKS = tuple(Choice(minutes, f"{minutes}分钟没人动") for minutes in (1, 3, 5, 10, 20, 30))


class LookSection(Section):
    """The theme changes at once; scale and input method at the next start."""

    key = "look"
    title = "外观与锁定"
    sub = "浅色、深色、日光，大小，自动锁定"
    words = "wgysd waiguan suoding riguang"
    note = "只管这台电脑。日光是高对比配色，在户外看得清。"
    icon = "settings"

    def build(self) -> Any:
        made = super().build()
        self.card, self.lock = KeyValueCard(columns=1), KeyValueCard(columns=1)
        for card in (self.card, self.lock):
            card.edited.connect(self._edited)
        self.body.addWidget(SectionHead("外观"))
        self.body.addWidget(self.card)
        self.body.addWidget(SectionHead("锁定"))
        self.body.addWidget(self.lock)
        self.body.addWidget(PlainLabel("F12 随时把窗口变成空的文件列表，输入密码才回来。", "hint"))
        return made

    def refresh(self) -> None:
        window = self.page.window_
        chosen, im = window.remembered("theme", theme.Choice.SYSTEM.value), window.remembered("im", "")
        themes = tuple(Choice(one.value, one.label) for one in theme.Choice)
        scales = tuple(Choice(one, f"{one}%") for one in desktop.SCALES)
        later = "下次打开时生效"
        hint = "一般空着；不能打汉字时写 ibus 或 fcitx"
        self.card.set_fields(
            [
                Field("theme", "配色", Kind.ENUM, chosen, choices=themes),
                Field("scale", "大小", Kind.ENUM, window.remembered("scale", 100), choices=scales, note=later),
                Field("im", "输入法模块", value=im, hint=hint, text=im or "随系统", note=later),
            ]
        )
        minutes = window.remembered("idle_minutes", window.hooks.idle_minutes)
        self.lock.set_fields([Field("idle_minutes", "自动锁定", Kind.ENUM, minutes, choices=_LOCKS)])

    def _edited(self, key: str, value: Any) -> None:
        window = self.page.window_
        if key == "theme":
            window.set_theme(value or theme.Choice.SYSTEM.value)
        else:
            window.remember(key, value)
        if key == "idle_minutes":
            window.idle.set_minutes(value)
        self.refresh()
