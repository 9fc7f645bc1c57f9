"""Reports of bundles in the words and cells of the tables. Plain functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from dubu_desktop.actions.reads.parts import say_wall
from dubu_desktop.domain.clocks import SUSPECT
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.ui.bundles.places import said_size
from dubu_desktop.ui.kit import Chip, Column, Tone
from dubu_desktop.ui.rows import short_group

Report = Mapping[str, Any]
Cells = Sequence[str | Chip]

#: columns of figures: (heading, kind or "" for all, what is counted)
_AT_OFFICE = (
    ("新问题", ("finding",), ("new",)),
    ("修改", (), ("changed",)),
    ("核查", ("rectification",), ("changed",)),
)
_AT_GROUP = (
    ("任务", ("task",), ("new", "changed")), ("问题", ("finding",), ("new", "changed")),
    ("整改", ("rectification", "urge"), ("new", "changed")),
)  # fmt: skip
#: what people look for first; units, categories and the like are one sum at the end
_ORDER = ("task", "finding", "rectification", "urge", "visit", "evidence", "document", "instruction", "note")
_GROUND = frozenset({"unit", "category", "phrase", "paper_text", "rule_profile", "group", "person"})


def columns(*, office: bool) -> list[Column]:
    """收包预览, as in the picture."""
    figures = [Column(title, 78, number=True) for title, _, _ in (_AT_OFFICE if office else _AT_GROUP)]
    return [
        Column("来自", 104, bold=True), Column("包", elide_middle=True), *figures, Column("照片", 92, number=True),
        Column("冲突", 92), Column("状态", 264),
    ]  # fmt: skip


def cells(report: Report, today: date, *, office: bool, taken: bool) -> Cells:
    """One file as a row; `taken`: after the import, else before it."""
    if report["status"] in ("refused", "left"):
        nothing = ("—",) * 5
        return ("不明", report["file"], *nothing, state_chip(report, taken=taken))
    wanted = _AT_OFFICE if office else _AT_GROUP
    figures = [str(_count(report["by_kind"], kinds, what)) for _, kinds, what in wanted]
    photos = f"补 {report['pictures']}" if report["pictures"] else "0"
    if report["photos_of"]:
        photos = f"{report['photos']} / {report['photos_of']}"
    clash = Chip(f"{report['conflicts']} 处", Tone.WARN) if report["conflicts"] else "—"
    name = short_group(report["from"]) or "新开通的电脑"
    return (name, parcel_words(report, today), *figures, photos, clash, state_chip(report, taken=taken))


def _count(by_kind: Mapping[str, Mapping[str, int]], kinds: Sequence[str], what: Sequence[str]) -> int:
    chosen = [by_kind.get(kind, {}) for kind in kinds] if kinds else list(by_kind.values())
    return sum(counts.get(one, 0) for counts in chosen for one in what)


def parcel_words(report: Report, today: date) -> str:
    """第 12 包 · 6月13日 20:02（含未收到的第 11 包）."""
    made = say_wall(report["made_ms"], today) + (f"（{SUSPECT}）" if report.get("made_odd") else "")
    volume = f" 第 {report['part']}/{report['parts']} 卷" if report["parts"] > 1 else ""
    words = f"第 {report['serial']} 包{volume} · {made}"
    before, serial = report["before"], report["serial"]
    if report["status"] == "new" and before and serial > before + 1:
        first, last = before + 1, serial - 1
        missed = f"第 {first} 包" if first == last else f"第 {first} 至 {last} 包"
        words += f"（含未收到的{missed}）"
    return words


def state_chip(report: Report, *, taken: bool) -> Chip:
    """What is to be known of the file in a few words."""
    if report["status"] == "refused":
        return Chip(short_reason(report["sentence"]), Tone.BAD)
    if report["status"] == "left":
        return Chip("已取消，没有收", Tone.WARN)
    if report.get("untaken"):
        return Chip(short_reason(report["untaken"]), Tone.WARN)
    if report["status"] == "same":
        return Chip("以前收过，无变化")
    lacking = report["photos_of"] - report["photos"]
    if lacking > 0:
        return Chip(f"{'已收，' if taken else ''}照片待补 {lacking} 张", Tone.WARN)
    return Chip("已收下" if taken else "可收", Tone.OK)


def short_reason(sentence: str) -> str:
    """D-204 数据包不完整或已损坏: the code and the first clause, for a cell; the whole stands below the table."""
    return sentence.partition("。")[0].partition("，")[0]


def row_words(report: Report) -> str:
    """Everything about one file, below the table."""
    if report["status"] == "refused":
        return f"{Path(report['file']).name}：{report['sentence']}"
    if report["status"] == "left":
        return f"{report['file']}：收包被取消，这个文件还没有收。"
    if report.get("untaken"):
        return f"{report['file']}：{report['untaken']}"
    if report["status"] == "same":
        return f"{report['file']}：以前已经收下，再收也不会改变什么。"
    who = short_group(report["from"]) or "新开通的电脑"
    parts = [f"{report['file']}：{who} {brought_words(report)}"]
    inside = kinds_words(report["by_kind"])
    if inside:
        parts.append(inside)
    if report["without_effect"]:
        parts.append(f"{report['without_effect']}项操作没有生效，收下后可在“未生效”里看原因和办法")
    if report.get("left"):
        parts.append(f"{report['left']}条记录已移交别处，从本机移除，本组写过的留在历史里")
    if report["photos_of"] > report["photos"]:
        parts.append("缺的照片会记下来，随以后的包补齐")
    return "；".join(parts) + "。"


def brought_words(report: Report) -> str:
    """12 条新问题，4 处修改，1 处冲突，照片 36/36."""
    findings = report["by_kind"].get("finding", {}).get("new", 0)
    others = report["new"] - findings
    parts = [f"{findings} 条新问题"] if findings else []
    parts += [f"{'另有 ' if findings else ''}{others} 条新内容"] if others else []
    parts += [f"{report['changed']} 处修改"] if report["changed"] else []
    parts += [f"{report['conflicts']} 处冲突"] if report["conflicts"] else []
    if report["photos_of"]:
        lacking = report["photos_of"] - report["photos"]
        parts.append(f"照片 {report['photos']}/{report['photos_of']}" + (f"，待补 {lacking} 张" if lacking else ""))
    elif report["pictures"]:
        parts.append(f"补来图片 {report['pictures']} 张")
    later = f"后来的第 {report['before']} 包已经收过" if report["before"] > report["serial"] else "只带回执"
    return "，".join(parts) or f"没有新内容，{later}"


def kinds_words(by_kind: Mapping[str, Mapping[str, int] | int]) -> str:
    """问题 新 9 改 2、佐证 新 34; plain counts as 问题 9. What is only needed to work with comes last, as one sum."""
    out, ground = [], 0
    for kind in sorted(by_kind, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER)):
        counts, label = by_kind[kind], BY_NAME[kind].label if kind in BY_NAME else kind
        if kind in _GROUND:
            ground += counts if isinstance(counts, int) else sum(counts.values())
            continue
        if isinstance(counts, int):
            out.append(f"{label} {counts}")
            continue
        said = [f"{word} {counts[key]}" for key, word in (("new", "新"), ("changed", "改")) if counts.get(key)]
        if said:
            out.append(f"{label} {' '.join(said)}")
    return "、".join([*out, *([f"基础资料 {ground}"] if ground else [])])


def head_words(reports: Sequence[Report]) -> str:
    """The line below 收包预览."""
    bad = sum(report["status"] == "refused" for report in reports)
    n = len(reports)
    if not bad:
        return f"{n} 个文件，均验签、解密、核对完整；确认前什么也没有改动"
    return f"{n} 个文件，{n - bad} 个验签、解密、核对完整，{bad} 个不能收；确认前什么也没有改动"


def taken_words(reports: Sequence[Report]) -> str:
    """The line after an import."""
    new = sum(r.get("new", 0) for r in reports)
    changed = sum(r.get("changed", 0) for r in reports)
    clashes = sum(r.get("conflicts", 0) for r in reports)
    words = f"新增 {new} 条，修改 {changed} 条" + (f"，冲突 {clashes} 处" if clashes else "，没有冲突")
    photos, photos_of = (sum(r.get(key, 0) for r in reports if r["status"] == "new") for key in ("photos", "photos_of"))
    words += f"，照片 {photos}/{photos_of}" if photos_of else ""
    untaken = sum(bool(r.get("untaken")) for r in reports)
    words += f"；{untaken} 个包里的记录没有收，请看它的说明" if untaken else ""
    bad = sum(r["status"] in ("refused", "left") for r in reports)
    return words + (f"；{bad} 个文件没有收，已有的内容没有受影响" if bad else "")


def originals_words(held: Any) -> str:
    """What a group keeps of originals, below the facts of the office."""
    words, kept = [], f"本机存有原图 {held.here} 张"
    if held.here and not held.safe:
        words.append(f"{kept}。办公室还没有告知已另存备份，请都留着。")
    if held.safe:
        room = f"其中 {held.safe} 张办公室已备份到另一处，可腾出 {said_size(held.size)}"
        words.append(f"{kept}，{room}；预览图不动，需要时可再向办公室要原图。")
    if held.left:
        words.append(f"本组加在已移出记录上的照片，本机还留着 {said_size(held.left_size)}，办公室都已收到。")
    return "".join(words)


def leaving_words(parcels: Sequence[Mapping[str, Any]], whom: str, free: int | None) -> str:
    """给 3 个对象，47 条记录，36 张原图，共 103.5 MB，分 1 个文件; what does not fit is said. `free` None: unknown."""
    records, photos, files, size = (sum(p[key] for p in parcels) for key in ("records", "photos", "files", "bytes"))
    words = f"{whom}，{records} 条记录，{photos} 张原图，共 {said_size(size)}，{files} 个文件"
    if free is not None and free < size:
        rest = "放不下，请换一个盘" if files == 1 else "放得下几个就写几个，写好的各自完整"
        return f"{words}。这个位置只剩 {said_size(free)}，{rest}"
    return words


def parcel_cells(parcel: Mapping[str, Any], name: str, chosen: bool) -> Cells:
    """One line of what would leave."""
    left = Chip(f"{parcel['left']} 张", Tone.WARN) if parcel["left"] else "—"
    pictures = f"{parcel['photos']} / {parcel['previews']}" if parcel["photos"] or parcel["previews"] else "0"
    inside = kinds_words(parcel["kinds"]) or "没有新内容，只带回执"
    size = said_size(parcel["bytes"]) if parcel["bytes"] >= 1 << 20 else "不到 1 MB"
    size += f" {parcel['files']}卷" if parcel["files"] > 1 else ""
    return ("✓" if chosen else "", name, str(parcel["records"]), inside, pictures, left, size)
