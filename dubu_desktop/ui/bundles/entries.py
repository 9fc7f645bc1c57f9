"""What the page 数据包 lists: who we exchange with, conflicts, the ledger, what had no effect, warnings.

Five lists in one: an id carries in its high bits which list it belongs to. Of conflicts, of bundles and of what had no
effect there may be thousands; of these a row is made when it is shown.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.reads import alarms, bundles, conflicts, inert
from dubu_desktop.ui.kit import Chip, Filter, Row, Tone
from dubu_desktop.ui.rows import chip_of, short_group

PEERS, CONFLICTS, LEDGER, INERT, ALARMS = "peers", "conflicts", "ledger", "inert", "alarms"
FILTERS = (
    Filter(PEERS, "往来"), Filter(CONFLICTS, "冲突"), Filter(LEDGER, "台账"), Filter(INERT, "未生效"),
    Filter(ALARMS, "提醒"),
)  # fmt: skip
_ORDER = (PEERS, CONFLICTS, LEDGER, INERT, ALARMS)
_LONG = (CONFLICTS, LEDGER, INERT)
_SHIFT = 60
_NUMBER = (1 << _SHIFT) - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of whichever list: `kind` is a key of FILTERS, `item` what the read gave."""

    rowid: int
    kind: str
    item: Any


def _id(kind: str, number: int) -> int:
    return (_ORDER.index(kind) << _SHIFT) | number


def kind_of(row_id: int) -> str:
    """Which list an id belongs to."""
    return _ORDER[row_id >> _SHIFT]


def conflict_row(number: int) -> int:
    """The id here of a conflict of reads.conflicts."""
    return _id(CONFLICTS, number)


def _bundle_number(name: bytes) -> int:
    """The number of a bundle: the beginning of its hash."""
    return int.from_bytes(name[:6], "big")


def _numbers(reader: Any, kind: str) -> Sequence[int]:
    """The ids of a long list without their high bits, in order."""
    if kind == CONFLICTS:
        return conflicts.ids(reader)
    if kind == LEDGER:
        return [_bundle_number(name) for name in bundles.names(reader)]
    return range(1, inert.listed(reader) + 1)


def _all(reader: Any, kind: str) -> list[Entry]:
    """Every entry of a short list."""
    if kind == PEERS:
        return [Entry(_id(kind, at + 1), kind, one) for at, one in enumerate(bundles.peers(reader))]
    return [Entry(_id(kind, one.id), kind, one) for one in alarms.rows(reader)]


def _long(reader: Any, kind: str, numbers: Sequence[int]) -> Iterable[Entry]:
    """The entries of a list of which only those asked for are made. `numbers`: the ids without their high bits."""
    if kind == CONFLICTS:
        return (Entry(conflict_row(view.rowid), kind, view) for view in conflicts.every(reader, numbers))
    if kind == LEDGER:
        known = {_bundle_number(name): name for name in bundles.names(reader)}
        found = bundles.rows(reader, [known[one] for one in numbers if one in known])
        return (Entry(_id(kind, _bundle_number(bytes.fromhex(one.sha256))), kind, one) for one in found)
    wanted, first = set(numbers), min(numbers, default=1)
    without = inert.rows(reader, max(numbers, default=0) - first + 1, first - 1)
    return (Entry(_id(kind, at), kind, one) for at, one in enumerate(without, first) if at in wanted)


def ids(reader: Any, text: str, kind: str) -> array[int]:
    """Ids of a list, in order; `text` filters them by what they show."""
    if kind in _LONG:
        numbers = _numbers(reader, kind)
        if not text:
            return array("q", (_id(kind, one) for one in numbers))
        found = _long(reader, kind, numbers)
    else:
        found = _all(reader, kind)
    return array("q", (one.rowid for one in found if not text or text in present(one).spoken))


def rows(reader: Any, wanted: Sequence[int]) -> Iterable[Entry]:
    """The entries of these ids."""
    if not wanted:
        return []
    kind = kind_of(wanted[0])
    if kind in _LONG:
        return list(_long(reader, kind, [one & _NUMBER for one in wanted]))
    chosen = set(wanted)
    return [one for one in _all(reader, kind) if one.rowid in chosen]


def exchanged(reader: Any, replica: str, limit: int) -> list[int]:
    """Ids of the newest bundles exchanged with one computer; a spoke exchanges with the office alone."""
    return [_id(LEDGER, _bundle_number(name)) for name in bundles.newest_with(reader, replica, limit)]


def counts(reader: Any) -> dict[str, int]:
    """Figures on the chips; peers and the ledger need none."""
    return {CONFLICTS: conflicts.count(reader), INERT: inert.count(reader), ALARMS: alarms.count(reader)}


def known_files(reader: Any) -> set[tuple[str, int]]:
    """(name, size) of the bundles taken so far."""
    return bundles.taken_files(reader)


def present(entry: Entry) -> Row:
    """An entry as a row."""
    return _PRESENT[entry.kind](entry.item)


def _peer(one: Any) -> Row:
    waits = f"待带给它 {one.waiting} 条" if one.waiting else "没有待带的内容"
    if one.name == "办公室":
        waits = f"{one.waiting} 项改动办公室还没有收到" if one.waiting else "办公室都收到了"
    told = one.received or ("还没有回执" if one.serial_out else "")
    sub = short_group(" · ".join(part for part in (told, waits) if part))
    return Row(one.name, sub, one.label, chip_of((one.chip,)))


def _conflict(one: Any) -> Row:
    values = " / ".join(value.text for value in one.values)
    chip = Chip("待裁定", Tone.WARN) if one.decidable else Chip("待新版裁定")
    return Row(f"{one.field_label}：{values}", f"{one.kind_label} · {one.name}", "", chip)


def _bundle(one: Any) -> Row:
    way = "导出" if one.direction == "out" else "收下"
    return Row(short_group(f"{way} {one.title}"), short_group(one.sub), "", chip_of((one.chip,)))


def _inert(one: Any) -> Row:
    return Row(
        f"{short_group(one.side)}：{one.what}",
        f"{one.name} · {one.who} · {one.when}",
        "",
        Chip(one.reason_label, Tone.WARN),
    )


def _alarm(one: Any) -> Row:
    return Row(one.text, one.when, one.code, Chip("请看", Tone.BAD))


_PRESENT: dict[str, Callable[[Any], Row]] = {
    PEERS: _peer, CONFLICTS: _conflict, LEDGER: _bundle, INERT: _inert, ALARMS: _alarm,
}  # fmt: skip
EMPTY = {
    PEERS: ("还没有可以交换的对方", "登记督巡组，收下它的第一个数据包以后，这里就有往来"),
    CONFLICTS: ("没有冲突", "两边互不知情改了同一处，才会到这里来"),
    LEDGER: ("还没有收发过数据包", "按 Ctrl+I 收包，按 Ctrl+E 导出"),
    INERT: ("没有未生效的操作", "越权的、不合步骤的、还缺前序的操作留在这里，不生效也不丢失"),
    ALARMS: ("没有要提醒的", "同一身份在两台电脑上使用之类的情况会写在这里"),
}
