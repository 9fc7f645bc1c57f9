"""The status strip: the things people worry about, each of which opens its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dubu_desktop.actions.reads import bundles, gauges, visits
from dubu_desktop.actions.reads.parts import NEUTRAL, OK, WARN, say_wall
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import backup
from dubu_desktop.db import counts as figures


@dataclass(frozen=True, slots=True)
class StripFact:
    """One fact: a label, its value, the page it opens; `tone`: ok, warn, neutral."""

    key: str
    label: str
    value: str
    page: str
    tone: str = NEUTRAL
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """All of the strip. `saved_ms`: when this machine last wrote an action, 0 for never."""

    saved_ms: int
    saved: str
    facts: tuple[StripFact, ...]


def strip(r: Reader) -> Strip:
    """Saved, the visit that is running, backup, exchange, conflicts; for a group its gauges besides."""
    saved = figures.last_wall(r.conn)
    clock = r.ws.clock.local(saved).strftime("%H:%M:%S") if saved else ""
    return Strip(saved, clock, tuple(_facts(r)))


def _facts(r: Reader) -> Iterator[StripFact]:
    running = visits.running(r)
    if running is not None:
        begun = running.started_at[11:16]
        tip = f"{running.kind_label}，之后记下的问题都归到这次督导；Ctrl+Shift+V 结束"
        yield StripFact("visit", "正在督导", f"{running.title} {begun}起", "visits", OK, tip)
    yield _backup(r)
    yield _exchange(r)
    clashes = figures.conflicts(r.conn)
    yield StripFact("conflicts", "冲突", str(clashes), "bundles", WARN if clashes else NEUTRAL)
    if not r.office:
        share = gauges.week_share(r)
        tone = NEUTRAL if gauges.meets(r, share) else WARN
        yield StripFact("unannounced", "本周四不两直", share.text, "visits", tone)
        wanted = r.rules.visits.leader_days_per_week
        yield StripFact("leader_days", "组长下沉", f"{gauges.leader_days(r)}/{wanted} 天", "visits")


def _backup(r: Reader) -> StripFact:
    """The newest verified backup: the time of today, or the day."""
    made = backup.list_backups(r.ws.folder.backups)
    if not made:
        return StripFact("backup", "备份", "还没有", "settings", WARN, "还没有做过备份")
    moment = r.ws.clock.local(made[-1].made_ms)
    today = moment.date() == r.today
    value = f"{moment:%H:%M}" if today else say_wall(made[-1].made_ms, r.today)
    return StripFact("backup", "备份已验证", value, "settings", OK if today else WARN)


def _exchange(r: Reader) -> StripFact:
    """With whom something was exchanged last; who has not been heard of for long is named first."""
    peers = bundles.peers(r, waiting=not r.hub)
    if not r.hub:
        told = peers[0].received if peers else ""
        waits = peers[0].waiting if peers else 0
        value = told or ("还没有回执" if waits else "没有待报的内容")
        return StripFact("exchange", "与办公室", value, "bundles", WARN if waits and not told else NEUTRAL)
    limit = r.rules.desk.silent_bundle_days
    silent = [p for p in peers if p.silent_days is not None and p.silent_days >= limit]
    if silent:
        longest = max(silent, key=lambda p: p.silent_days or 0)
        return StripFact("exchange", longest.name, longest.word, "bundles", WARN)
    heard = max((p for p in peers if p.heard_ms), key=lambda p: p.heard_ms, default=None)
    if heard is None:
        return StripFact("exchange", "数据包", "还没有收过", "bundles")
    return StripFact("exchange", f"{heard.name}最近来包", heard.heard, "bundles")
