"""规则方案: every threshold with the document it rests on; changed by the director, for everybody (contracts.md §5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import partial
from typing import Any, get_args, get_origin

from dubu_desktop.actions.reads import office
from dubu_desktop.domain.records.people import Severity, Term
from dubu_desktop.domain.records.work import DocumentKind
from dubu_desktop.domain.rules import LATER, SOURCES, Rules, labelled
from dubu_desktop.ui.kit import Card, Choice, Column, DataTable, Field, KeyValueCard, Kind, PlainLabel, SectionHead
from dubu_desktop.ui.settings.section import Section

_YES_NO = (Choice(True, "是"), Choice(False, "否"))
_STYLES = (Choice("document", "红头（发文字号）"), Choice("issue", "第N期"))
#: words for the keys of rules that are tables
_KEYS = {one.value: one.label for kind in (Severity, Term, DocumentKind) for one in kind}
#: whole parts that nothing in this version acts on yet are shown as examples, not edited; single rules are left out
_SHOWN_ONLY = frozenset(name for name in LATER if "." not in name)
_BASIS = "basis"


class RulesSection(Section):
    """One card for each part of the rules; Enter on a value changes it."""

    key = "rules"
    title = "规则方案"
    sub = "期限、提醒、定稿要求，各项的依据文件"
    words = "gzfa guizefangan yiju"
    note = "期限、提醒和定稿要求都按这里办。主任可以改，改后随下一个数据包发到各组；每改一次版次加一。"
    kinds = frozenset({"rule_profile"})

    def build(self) -> Any:
        made = super().build()
        self.view: office.RulesView | None = None
        self.profile = KeyValueCard(columns=1)
        self.profile.edited.connect(lambda _key, value: self._save({}, basis=value))
        self.body.addWidget(SectionHead("依据文件"))
        self.body.addWidget(self.profile)
        self.cards: dict[str, KeyValueCard] = {}
        for part, (sort, label) in labelled(Rules).items():
            self.body.addWidget(SectionHead(label, "示例，未启用" if part in _SHOWN_ONLY else ""))
            card = KeyValueCard(columns=2)
            card.edited.connect(partial(self._edited, part, sort))
            self.cards[part] = card
            self.body.addWidget(card)
        self.rungs = DataTable(
            [Column("级", 44, number=True), Column("名称", 110, bold=True), Column("触发条件"), Column("文书", 130)],
            name="各级督办",
        )
        holder = Card()
        holder.body.setContentsMargins(6, 4, 6, 6)
        holder.body.addWidget(self.rungs)
        self.body.addWidget(holder)
        self.foot = PlainLabel("", "hint", wrap=True)
        self.body.addWidget(self.foot)
        return made

    def refresh(self) -> None:
        self.desk.read(self, office.rules, then=self.show_rules, newest="rules")

    def show_rules(self, view: office.RulesView) -> None:
        """Show the rules in force."""
        self.view = view
        words = "写明本单位的依据文件"
        basis = Field(_BASIS, f"第{view.version}版", Kind.MULTILINE, view.basis, missing=words, editable=view.editable)
        self.profile.set_fields([basis])
        for part, (sort, _) in labelled(Rules).items():
            values = getattr(view.rules, part)
            may = view.editable and part not in _SHOWN_ONLY
            source = Field(
                SOURCES, "依据", value=view.sources.get(part, ""), wide=True, editable=may,
                text=view.sources.get(part) or "同上面的依据文件", hint="如：《督导巡查工作方案》第八条",
            )  # fmt: skip
            self.cards[part].set_fields([*_fields(part, sort, values, may), source])
        self.rungs.set_rows([(str(r.rung), r.name, r.trigger, r.paper) for r in view.rules.ladder.rungs])
        self.rungs.fit_height()
        self.foot.setText("" if view.editable else "只有办公室主任能改规则方案。")

    def _edited(self, part: str, sort: type, key: str, value: Any) -> None:
        if self.view is None:
            return
        if key == SOURCES:
            self._save({SOURCES: {part: value}})
            return
        name, _, below = key.partition("/")
        kind = labelled(sort)[name][0]
        wanted = _parsed(kind, value)
        if wanted is None:
            self.desk.warn(f"“{labelled(sort)[name][1]}”没有看懂，没有保存。")
            self.show_rules(self.view)
            return
        now = getattr(getattr(self.view.rules, part), name)
        self._save({part: {name: {**now, below: wanted} if below else wanted}})

    def _save(self, rules: dict[str, Any], basis: str = "") -> None:
        self.desk.do(
            self,
            "edit_rules",
            rules=rules,
            basis=basis,
            then=lambda _outcome: self.desk.tell("已按新规则办。", act="撤销", on_act=self.page.window_.hooks.undo),
        )


def _fields(part: str, sort: type, values: Any, editable: bool) -> Iterator[Field]:
    """The fields of one part of the rules; a table of numbers is one field for each of its keys."""
    for name, (kind, label) in labelled(sort).items():
        if f"{part}.{name}" in LATER:
            continue
        value = getattr(values, name)
        if isinstance(value, dict):
            for key, one in value.items():
                yield _one(f"{name}/{key}", f"{label}：{_KEYS.get(key, key)}", type(one), one, editable)
        elif not (isinstance(value, tuple) and value and is_dataclass(value[0])):  # the rungs have a table of their own
            yield _one(name, label, kind, value, editable)


def _one(key: str, label: str, kind: Any, value: Any, editable: bool) -> Field:
    if key == "style":
        return Field(key, label, Kind.ENUM, value, choices=_STYLES, editable=editable)
    if kind is bool:
        return Field(key, label, Kind.ENUM, value, choices=_YES_NO, editable=editable)
    if isinstance(value, tuple):
        between = "/" if get_args(kind) == (int, int) and "占比" in label else "、"
        return Field(key, label, value=between.join(str(one) for one in value), editable=editable)
    return Field(key, label, value=str(value), editable=editable, wide=len(str(value)) > 20)


def _parsed(kind: Any, value: Any) -> Any:
    """What was typed as a value of the rule's type; None if it is none. The verb judges the rest (D-332)."""
    if isinstance(value, bool):
        return value
    text = str(value or "").strip()
    origin, args = get_origin(kind) or kind, get_args(kind)
    if origin is tuple:
        parts = [part for part in re.split(r"[/、，,\s]+", text) if part]
        if args[0] is not int:
            return parts
        return [int(part) for part in parts] if parts and all(_is_number(part) for part in parts) else None
    if origin is int or (origin is dict and args[1] is int):
        return int(text) if _is_number(text) else None
    return text


def _is_number(text: str) -> bool:
    return text.lstrip("-").isdigit()
