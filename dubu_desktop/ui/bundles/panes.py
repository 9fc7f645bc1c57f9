"""The detail of one entry of the page 数据包: an exchange partner, a bundle, an op without effect, a warning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout

from dubu_desktop.actions.reads import bundles
from dubu_desktop.actions.reads.ways import way_out
from dubu_desktop.errors import CATALOGUE
from dubu_desktop.ui.bundles import entries, words
from dubu_desktop.ui.bundles.clash import ClashCard
from dubu_desktop.ui.bundles.entries import Entry
from dubu_desktop.ui.bundles.places import said_size
from dubu_desktop.ui.bundles.undo import UndoCard
from dubu_desktop.ui.kit import (
    Action,
    ActionBar,
    AskPanel,
    DetailHead,
    Field,
    KeyValueCard,
    LinkedRows,
    PlainLabel,
    Scroll,
    SectionHead,
)
from dubu_desktop.ui.rows import chips_of, short_group

_SHOWN = 6


class EntryPane(QFrame):
    """`show_entry(entry)`; conflicts are decided here by 1 and 2."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self._page, self.desk = page, page.desk
        self.entry: Entry | None = None
        self.head, self.facts = DetailHead(), KeyValueCard()
        self._told = PlainLabel("", "", wrap=True, select=True)
        self.clash = ClashCard(page)
        self.clash.decided.connect(self._decide)
        self.clash.opened.connect(lambda record: page.window_.go("findings", record))
        self.undoing = UndoCard(page)
        self.undoing.done.connect(page.refresh)
        self._list_head = SectionHead("收发过的包")
        self.rows = LinkedRows(self.desk, entries.rows, entries.present, name="收发过的包")
        self.rows.opened.connect(page.show_bundle)
        self.bar, self.ask = ActionBar(page), AskPanel()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        scroll = Scroll()
        for widget in (self.facts, self.clash, self.undoing, self._told, self._list_head, self.rows.in_card()):
            scroll.canvas.addWidget(widget)
        column.addWidget(self.head)
        column.addWidget(scroll, 1)
        column.addWidget(self.ask)
        column.addWidget(self.bar)

    def show_entry(self, entry: Entry) -> None:
        """Show one; what does not belong to its kind is hidden."""
        self.entry = entry
        for widget in (self.facts, self.clash, self.undoing, self._told, self._list_head):
            widget.hide()
        self.rows.set_ids([])
        self.bar.set_actions(())
        if not self.ask.isHidden():
            self.ask.close_panel()
        show: dict[str, Callable[[Any], None]] = {
            entries.PEERS: self._peer, entries.CONFLICTS: self._conflict, entries.LEDGER: self._bundle,
            entries.INERT: self._inert, entries.ALARMS: self._alarm,
        }  # fmt: skip
        show[entry.kind](entry.item)
        self.bar.setVisible(bool(self.bar.buttons()))

    def _facts(self, *pairs: tuple[str, str]) -> None:
        fields = [Field(label, label, text=text, editable=False) for label, text in pairs if text]
        self.facts.set_fields(fields)
        self.facts.setVisible(bool(fields))

    # --- kinds ------------------------------------------------------------------------------------------------

    def _peer(self, one: Any) -> None:
        office = one.name == "办公室"
        self.head.set_head("数据包往来", one.name, chips_of((one.chip,)))
        waits = "都收到了" if office else "没有"
        self._facts(
            ("最近来包", one.heard or "还没有来过"),
            ("收到第几包", f"第 {one.serial_in} 包" if one.serial_in else ""),
            ("最近导出", one.sent or "还没有导出过"),
            ("导出到第几包", f"第 {one.serial_out} 包" if one.serial_out else ""),
            ("回执", short_group(one.received) or "还没有回执"),
            ("还缺", one.gap),
            (
                "办公室未收到" if office else "待带给它",
                f"{one.waiting} {'项' if office else '条'}" if one.waiting else waits,
            ),
        )
        self.desk.read(self, entries.exchanged, one.replica, _SHOWN, then=self._list, newest="peer")
        self._of_peer_actions(one)
        if not self._page.office:
            self.desk.read(self, bundles.originals, then=lambda held: self._originals(one, held), newest="originals")

    def _of_peer_actions(self, one: Any, *more: Action) -> None:
        self.bar.set_actions([Action("导出给它", self._page.export, "Ctrl+E", primary=bool(one.waiting)), *more])

    def _originals(self, one: Any, held: bundles.OriginalsHere) -> None:
        """What this machine keeps of originals, and the offer to make room where the office holds them twice over."""
        if self.entry is None or self.entry.item is not one or not (held.here or held.left):
            return
        self._told.setText(words.originals_words(held))
        self._told.show()
        more = [Action("腾出空间", self._make_room, "O")] if held.safe else []
        more += [Action("销毁移出的照片", self._destroy_left, "X")] if held.left else []
        self._of_peer_actions(one, *more)

    def _make_room(self) -> None:
        self.desk.do(self, "free_originals", then=self._made_room)

    def _made_room(self, outcome: Any) -> None:
        count, size = outcome.extra["photos"], said_size(outcome.extra["bytes"])
        self.desk.tell(f"已腾出 {size}：{count} 张原图办公室另有备份，预览图仍在本机，要用时可再要原图。")
        self._page.refresh()

    def _destroy_left(self) -> None:
        def told(outcome: Any) -> None:
            self.desk.tell(f"已从本机销毁 {said_size(outcome.extra['bytes'])}。")
            self._page.refresh()

        self.ask.ask(
            "销毁本组加在已移出记录上的照片",
            (),
            lambda _answers: self.desk.do(self, "destroy_left_photos", then=told),
            note="这些记录已移交或者已清除，照片办公室都已收到；销毁以后本机不再有，不能撤销。",
            ok="销毁",
        )

    def _list(self, ids: list[int]) -> None:
        if self.entry is not None and self.entry.kind == entries.PEERS:
            self._list_head.set_note(f"最近 {len(ids)} 个" if ids else "还没有")
            self._list_head.show()
            self.rows.set_ids(ids)

    def _conflict(self, view: Any) -> None:
        self.head.set_head(f"{view.kind_label} · {view.name}", view.field_label, [])
        foot = (
            "按 1 或 2 裁定；两个值都会保留在经过里。"
            if self._page.office
            else "由办公室裁定，收下它的下一个包就会更新；在这之前按第一个显示。"
        )
        self.clash.set_clashes([view], {}, foot=foot, may=self._page.office)

    def _bundle(self, one: bundles.BundleRow) -> None:
        out = one.direction == "out"
        self.head.set_head("导出" if out else "收下", one.title, chips_of((one.chip,)))
        held = one.body.get("kinds" if out else "by_kind")
        lacking = _number(one.body, "photos_of") - one.photos
        self._facts(
            ("时间", one.when),
            ("文件", one.file),
            ("大小", said_size(one.size)),
            ("记录", f"{one.records} 条" if out else f"新增 {one.new}，修改 {one.changed}，已有 {one.same}"),
            ("照片", f"{one.photos} 张" + ("" if out or lacking <= 0 else f"，待补 {lacking} 张")),
            ("冲突", "" if out else f"{one.conflicts} 处" if one.conflicts else "没有"),
            ("里面有", words.kinds_words(held) if isinstance(held, dict) else ""),
            ("回执", (short_group(one.received) or "对方还没有回执") if out else ""),
            ("撤销导入", one.undone and f"{one.undone} 已撤销"),
        )
        if self._page.hub and not out:
            self.bar.set_actions([Action("撤销导入", lambda: self.undoing.begin(one.sha256), "Z")])

    def _inert(self, one: Any) -> None:
        self.head.set_head(f"未生效 · {one.when}", short_group(f"{one.side}：{one.what}"), [])
        self._facts(
            ("对象", one.name), ("谁", " ".join(part for part in (one.side, one.who) if part)),
            ("要做什么", one.what), ("内容", one.note), ("为什么没有生效", one.reason_label),
        )  # fmt: skip
        self._told.setText(f"{way_out(one.reason)}。它留在历史里，不改变任何内容。")
        self._told.show()
        see = Action("看这条记录", lambda: self._page.window_.go(_page_of(one.kind), one.record))
        held = one.reason == "quarantined" and not one.taken
        take = Action("核实属实，接管", lambda: self._take_over(one), "T", primary=True)
        self.bar.set_actions([take] if held and self._page.hub else [see] if one.kind and not held else [])

    def _take_over(self, one: Any) -> None:
        """T: the record becomes the office's own, under the name of the person at the keyboard."""

        def told(outcome: Any) -> None:
            count = len(outcome.extra["taken"])
            self.desk.tell("已接管，记在您的名下。" if count else "它所属的记录不在这里，请先接管那一条。")
            self._page.refresh()

        self.desk.do(self, "take_over_quarantined", records=[one.record], then=told)

    def _alarm(self, one: Any) -> None:
        self.head.set_head(f"提醒 · {one.when}", one.text, [])
        known = CATALOGUE.get(one.code)
        self._facts(("编号", one.code), ("怎么办", known.next_step if known else ""))
        seen = Action("知道了", lambda: self._dismiss(one.id), "Ctrl+Return", primary=True)
        self.bar.set_actions([seen])

    # --- acting -----------------------------------------------------------------------------------------------

    def _decide(self, view: Any, choice: int) -> None:
        self.desk.do(
            self,
            "decide_conflict",
            record=view.record,
            field=view.field,
            choice=choice,
            then=lambda _o: self.desk.tell("冲突已裁定，另一个值仍在经过里。", act="撤销", on_act=self._undo),
        )

    def _undo(self) -> None:
        self._page.window_.hooks.undo()

    def _dismiss(self, alarm: int) -> None:
        self.desk.do(self, "dismiss_alarm", alarm=alarm, then=lambda _o: self._page.refresh())


def _number(body: dict[str, Any], key: str) -> int:
    value = body.get(key)
    return value if isinstance(value, int) else 0


def _page_of(kind: str) -> str:
    return {"task": "tasks", "visit": "visits", "unit": "units", "document": "documents"}.get(kind, "findings")
