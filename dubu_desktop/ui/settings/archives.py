"""归档旧账: what would leave the database for an archive, who holds it back, doing it, and looking at what is there."""

from __future__ import annotations

from typing import Any

from dubu_desktop.actions.reads import archives
from dubu_desktop.system.files import size_text
from dubu_desktop.ui.kit import Action, Field, KeyValueCard, PlainLabel, SectionHead, Tone
from dubu_desktop.ui.settings.backup import SECOND
from dubu_desktop.ui.settings.section import Section

_WHAT = (
    "旧账是封存起来的操作记录：谁在什么时候写了什么，带签名。归档把够旧、各方都已确认收到的旧账从数据库挪到旁边的归档文件里，"
    "数据库就小了，打开、备份都快些。列表、问题、历史、数据包和校验值都不变。"
)
_KEEP = (
    "归档文件同样加密、带签名，从不改动，备份时一起拷走。请不要删除或改名：缺了它，其中的历史就查不到，自检也不能由日志重建。"
    "缺失或损坏时按“核对归档文件”，程序会从备份里取回。"
)


class ArchivesSection(Section):
    """Facts, two actions, and what it is about in words."""

    key = "archive"
    title = "归档旧账"
    sub = "数据库太大时，把旧账挪到归档文件"
    words = "gdjz guidang jiuzhang"
    note = "看得到的内容一样不少，只是旧账换个地方存放。中途取消或断电，都不会丢失任何内容。"
    icon = "backup"
    kinds = frozenset({"setting", "rule_profile"})

    def build(self) -> Any:
        made = super().build()
        self.facts = KeyValueCard(columns=1)
        for widget in (
            self.facts,
            SectionHead("归档是什么"),
            PlainLabel(_WHAT, "sub", wrap=True),
            SectionHead("归档文件要留着"),
            PlainLabel(_KEEP, "sub", wrap=True),
        ):
            self.body.addWidget(widget)
        return made

    def refresh(self) -> None:
        self.desk.read(self, archives.overview, then=self.show_view, newest="archives")

    def show_view(self, view: archives.ArchivesView) -> None:
        """Show how it stands."""
        lies = f"{view.archives} 个文件，共 {size_text(view.archived)}" if view.archives else "还没有归档过"
        fields = [
            Field("database", "数据库", value=size_text(view.database), editable=False),
            Field("archives", "已归档", value=lies, editable=False),
            Field(
                "ready", "现在可以归档", value=_ready(view), editable=False, note=f"满{view.days}天、各方都已确认收到的"
            ),
        ]
        if view.waiting:
            waits = f"{view.waiting} 段，等{'、'.join(view.owed)}确认收到" if view.owed else f"{view.waiting} 段"
            fields.append(
                Field(
                    "waiting", "还要等", value=waits, editable=False, note="各交换一次数据包就会确认；停用的电脑不用等"
                )
            )
        if view.missing:
            lost = f"缺失 {len(view.missing)} 个：{'、'.join(view.missing)}"
            fields.append(Field("missing", "归档文件", value=lost, editable=False, tone=Tone.BAD))
        self.facts.set_fields(fields)
        self.show_actions(self._offers(view))

    def _offers(self, view: archives.ArchivesView) -> list[Action]:
        why = "" if view.signs else "用恢复码打开的工作区不能归档"
        made = [
            Action(
                "归档", self.compact, keys="Ctrl+Return", primary=True, enabled=view.ready > 0,
                why=why or "现在没有可以归档的旧账",
            )
        ]  # fmt: skip
        if view.archives:
            made.append(Action("核对归档文件", self.check))
        return made

    def compact(self) -> None:
        """Move what may go; progress over the window, it may be cancelled."""

        def done(outcome: Any) -> None:
            told = outcome.extra
            before, after = size_text(told["database_before"]), size_text(told["database_after"])
            self.desk.tell(
                f"已归档 {told['segments']} 段旧账，数据库由 {before} 缩小到 {after}。归档文件会随下一次备份拷走。"
            )
            self.refresh()

        self.desk.long(self, "compact", label="正在归档旧账", then=done)

    def check(self) -> None:
        """Read every archive through; what is spoiled comes back from a backup."""

        def done(outcome: Any) -> None:
            told = outcome.extra
            if told["lost"]:
                self.desk.warn(
                    f"有 {len(told['lost'])} 个归档文件缺失或已损坏，备份里也没有：{'、'.join(told['lost'])}。"
                    "请从别处的备份把同名文件拷回工作区的 archives 文件夹。"
                )
            else:
                back = f"，其中 {told['healed']} 个已从备份取回" if told["healed"] else ""
                self.desk.tell(f"{told['read']} 个归档文件都完好{back}。")
            self.refresh()

        second = str(self.page.window_.remembered(SECOND, ""))
        self.desk.long(self, "check_archives", label="正在核对归档文件", second=second, then=done)


def _ready(view: archives.ArchivesView) -> str:
    if not view.signs:
        return "用恢复码打开的工作区不能归档"
    return f"{view.ready} 段，数据库可缩小约 {size_text(view.ready_bytes)}" if view.ready else "没有"
