"""今日要办: what is due, what waits for this person, and the figures the work is judged by; each opens its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dubu_desktop.actions.exchange import nowhere
from dubu_desktop.actions.reads import bundles, findings, gauges, tasks
from dubu_desktop.actions.reads.findings import FindingFilter, FindingRow
from dubu_desktop.actions.reads.gauges import Figure
from dubu_desktop.actions.reads.lists import ListFilter
from dubu_desktop.actions.reads.parts import ACCENT, BAD, NEUTRAL, WARN, Chip
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import counts as figures
from dubu_desktop.db import history, listing, local
from dubu_desktop.domain.lifecycle import DocumentStatus, Role, TaskStatus
from dubu_desktop.domain.text import spoken_date

_DAYS = "一二三四五六日"
#: rows of 到期与逾期 shown on the page; the rest is one click away
SHOWN = 12


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing that waits. `page` and `filter` open its rows; `record` opens one record."""

    key: str
    title: str
    sub: str
    chip: Chip
    count: int
    page: str
    filter: FindingFilter | ListFilter | None = None
    record: str = ""


@dataclass(frozen=True, slots=True)
class Workbench:
    """The page. `due`: the most pressing rows, `due_count` how many there are in all, `due_filters` what opens them."""

    day: str
    headline: str
    figures: tuple[Figure, ...]
    due: tuple[FindingRow, ...]
    due_count: int
    due_filters: tuple[tuple[str, int, FindingFilter], ...]
    todo: tuple[ToDo, ...]
    empty: str


def workbench(r: Reader) -> Workbench:
    """What is to be done today, by this side."""
    counts = dict(zip(_WANTED, findings.figures_of(r, _WANTED), strict=True))
    todo = tuple(_office(r, counts) if r.office else _group(r, counts))
    labels = {"overdue": "逾期", "due_today": "今日到期", "soon": "临期"}
    due_filters = tuple((label, counts[key], FindingFilter(status=key)) for key, label in labels.items())
    due_count = sum(counts[key] for key in labels)
    return Workbench(
        day=f"{spoken_date(r.today, r.today)} 星期{_DAYS[r.today.weekday()]}",
        headline=_headline(counts, todo),
        figures=tuple(gauges.office(r, counts) if r.office else gauges.group(r, counts)),
        due=tuple(findings.rows(r, _pressing(r))),
        due_count=due_count,
        due_filters=due_filters,
        todo=todo,
        empty="" if due_count or todo else _nothing(r),
    )


_WANTED = (
    "overdue", "due_today", "soon", "no_due", "draft", "to_confirm", "to_assign", "to_verify", "to_close", "unseen",
    "conflict", "rectifying", "closed", "open",
)  # fmt: skip


def _pressing(r: Reader) -> list[int]:
    """Row ids of what is overdue, due today or soon, the longest overdue first."""
    until = findings.named_where(r, "soon").due_to or r.today.isoformat()
    where = listing.LineWhere(statuses=findings.IN_HAND, due_to=max(until, r.today.isoformat()))
    return list(listing.line_ids(r.conn, where, "due", limit=SHOWN))


def _headline(counts: dict[str, int], todo: tuple[ToDo, ...]) -> str:
    """今天先办3件：待核定7条、待销号9条，逾期4条."""
    first = [t.title for t in todo if t.chip.tone in (ACCENT, WARN, BAD)][:3]
    late = [f"逾期{counts['overdue']}条"] if counts["overdue"] else []
    late += [f"今日到期{counts['due_today']}条"] if counts["due_today"] else []
    if not first and not late:
        return ""
    start = f"今天先办{len(first)}件：{'、'.join(first)}" if first else ""
    return "；".join(part for part in (start, "、".join(late)) if part)


def _nothing(r: Reader) -> str:
    """What comes next where nothing waits."""
    where = listing.LineWhere(statuses=findings.IN_HAND, due_from=r.today.isoformat())
    following = listing.line_rows(r.conn, list(listing.line_ids(r.conn, where, "due", limit=1)))
    if not following:
        return "今天没有要办的事。"
    from dubu_desktop.actions.reads.parts import say_day

    return f"今天没有要办的事。最近到期的是{say_day(following[0]['due_on'], r.today)}：{following[0]['number']}。"


def _finding_todo(
    counts: dict[str, int], key: str, title: str, sub: str, word: str, tone: str = ACCENT
) -> Iterator[ToDo]:
    """One line for findings that wait; nothing where none does."""
    n = counts[key]
    if n:
        filter = FindingFilter(status=key)
        yield ToDo(key, f"{title}{n}条", sub, Chip(word, tone), n, "findings", filter)


def _beginning(r: Reader) -> Iterator[ToDo]:
    """A new office: without groups nothing comes in, without units nothing has an owner."""
    if not figures.count_where(r.conn, "group"):
        sub = "开通各组的电脑，才能交办任务、收发数据包"
        yield ToDo("begin", "登记督巡组", sub, Chip("登记", ACCENT), 1, "settings", record="groups")
        if not figures.count_where(r.conn, "unit"):
            sub = "有了名单，责任单位打首字母就能选到"
            yield ToDo("begin", "读入单位名单", sub, Chip("读入", ACCENT), 1, "settings", record="intake")


def _office(r: Reader, counts: dict[str, int]) -> Iterator[ToDo]:
    yield from _beginning(r)
    yield from _everywhere(r, counts)
    yield from _finding_todo(counts, "to_confirm", "待核定", "各组已定稿上报", "核定")
    yield from _finding_todo(counts, "to_assign", "待交整改", "已核定，还没有交给责任单位", "交整改")
    yield from _finding_todo(counts, "no_due", "期限待定", "反弹重办后还没有定期限", "定期限", WARN)
    yield from _finding_todo(counts, "to_close", "待销号", "核查已通过", "逐条核")
    yield from _finding_todo(counts, "unseen", "改动晚于结论", "销号或并案之后又收到改动", "看一看", WARN)
    (drafts,) = listing.count_lines(r.conn, [listing.LineWhere(statuses=("draft",), groups_none=True)])
    if drafts:
        own = FindingFilter(status="draft", mine=True)
        yield ToDo("draft", f"待补全草稿{drafts}条", "办公室登记、还没有定稿", Chip("补全", ACCENT), drafts, "findings",
                   own)  # fmt: skip
    reported = figures.by_status(r.conn, "task").get(TaskStatus.REPORTED, 0)
    if reported:
        yield ToDo("reported", f"待办结任务{reported}件", "各组已报告", Chip("办结", ACCENT), reported, "tasks",
                   ListFilter(key="reported"))  # fmt: skip
    yield from _papers(r)
    yield from _exchange(r)
    yield from _finding_todo(counts, "to_verify", "等核查", "单位已反馈，等各组现场核查", "等待", NEUTRAL)


def _papers(r: Reader) -> Iterator[ToDo]:
    by = figures.by_status(r.conn, "document")
    waiting, signed = by.get(DocumentStatus.SUBMITTED, 0), by.get(DocumentStatus.SIGNED, 0)
    roles = r.person.roles if r.person else frozenset()
    if waiting:
        tone = ACCENT if Role.DIRECTOR in roles else NEUTRAL
        yield ToDo("submitted", f"待签发文书{waiting}份", "已送审", Chip("签发", tone), waiting, "documents",
                   ListFilter(key="submitted"))  # fmt: skip
    if signed:
        yield ToDo("signed", f"待印发文书{signed}份", "已签发", Chip("印发", ACCENT), signed, "documents",
                   ListFilter(key="signed"))  # fmt: skip


def _exchange(r: Reader) -> Iterator[ToDo]:
    """Groups not heard from, photos that did not come, ops without effect."""
    limit = r.rules.desk.silent_bundle_days
    for peer in bundles.peers(r, waiting=False):
        if peer.silent_days is not None and peer.silent_days >= limit:
            yield ToDo("silent", f"{peer.name}{peer.silent_days}天未来包", f"最近来包 {peer.heard}", Chip("催包", WARN),
                       peer.silent_days, "bundles", record=peer.group)  # fmt: skip
    lost = nowhere.photos(r.ws, r.conn)
    if lost:
        findings = tuple(sorted(set(lost.values())))
        way = "先接上第二处备份一次；那里也没有的，从原件重新加上，或写明理由移除"
        yield ToDo("photos_lost", f"照片{len(lost)}张各台电脑都没有", way,
                   Chip("处理", WARN), len(lost), "findings", FindingFilter(ids=findings))  # fmt: skip
    photos = bundles.photos_awaited(r) - len(lost)
    if photos:
        yield ToDo("photos", f"照片待补{photos}张", "下次来包自动带上", Chip("等待", NEUTRAL), photos, "bundles")
    inert = history.inert_count(r.conn)
    if inert:
        yield ToDo("inert", f"没有生效的操作{inert}项", "超出职权或步骤不合，留有记录", Chip("查看", WARN), inert,
                   "bundles")  # fmt: skip


def _everywhere(r: Reader, counts: dict[str, int]) -> Iterator[ToDo]:
    """What waits at either side: conflicts, alarms, notes."""
    clashes = figures.conflicts(r.conn)
    if clashes:
        word, sub = ("裁定", "两边互不知情改了同一处") if r.office else ("等办公室定", "办公室裁定后自动更新")
        yield ToDo("conflict", f"冲突{clashes}处", sub, Chip(word, WARN if r.office else NEUTRAL), clashes, "bundles")
    for alarm in local.alarms(r.conn):
        yield ToDo("alarm", alarm.text, "请看清后再处理", Chip("警报", BAD), 1, "bundles", record=str(alarm.id))
    if r.office and not r.hub and (waiting := bundles.unacknowledged(r)):
        sub = f"{waiting}项改动，导出给办公室主机"
        yield ToDo("unsent", "有内容主机还没有收到", sub, Chip("导出", ACCENT), waiting, "bundles")
    if r.hub:
        from dubu_desktop.actions.reads import spokes

        late = spokes.awaited(r)
        if late:
            sub = f"{'、'.join(late[:3])}{'等' if len(late) > 3 else ''}：先给它导出，再收它的包，缺的自动补齐"
            title = f"恢复以后还没对齐的电脑{len(late)}台"
            yield ToDo("awaited", title, sub, Chip("来往", WARN), len(late), "settings", record="spokes")
    if r.office:
        from dubu_desktop.actions.reads import notes

        waiting = notes.counts(r)["open"]
        if waiting:
            yield ToDo("notes", f"待处理意见{waiting}条", "采纳或不采纳各按一键", Chip("处理", ACCENT), waiting,
                       "findings", ListFilter(key="open"))  # fmt: skip


def _group(r: Reader, counts: dict[str, int]) -> Iterator[ToDo]:
    by = figures.by_status(r.conn, "task")
    if by.get(TaskStatus.ISSUED):
        n = by[TaskStatus.ISSUED]
        yield ToDo("to_sign", f"待签收任务{n}件", "办公室已交办", Chip("签收", ACCENT), n, "tasks",
                   ListFilter(key="to_sign"))  # fmt: skip
    late = len(figures.overdue_tasks(r.conn, r.today.isoformat(), tasks.DUE))
    if late:
        yield ToDo("task_overdue", f"逾期任务{late}件", "还没有报告", Chip("逾期", BAD), late, "tasks",
                   ListFilter(key="overdue"))  # fmt: skip
    yield from _finding_todo(counts, "draft", "待补全草稿", "补全后定稿上报", "补全")
    yield from _finding_todo(counts, "to_verify", "待核查", "单位已反馈，等本组现场核查", "核查")
    waiting = bundles.unacknowledged(r)
    if waiting:
        yield ToDo("unsent", "有内容办公室还没有收到", f"{waiting}项改动", Chip("导出", ACCENT), waiting, "bundles")
    yield from _everywhere(r, counts)
    photos = bundles.photos_awaited(r)
    if photos:
        yield ToDo("photos", f"照片待补{photos}张", "下次收包自动带上", Chip("等待", NEUTRAL), photos, "bundles")


@dataclass(frozen=True, slots=True)
class Count:
    """How much waits on a page; `tone` bad where something is overdue."""

    count: int
    tone: str = ACCENT


def rail_counts(r: Reader) -> dict[str, Count]:
    """{page key: how much waits}; pages with nothing are left out."""
    keys = ("overdue", "to_confirm", "to_assign", "no_due", "to_close", "to_verify", "draft")
    c = dict(zip(keys, findings.figures_of(r, keys), strict=True))
    by = figures.by_status(r.conn, "task")
    late_tasks = len(figures.overdue_tasks(r.conn, r.today.isoformat(), tasks.DUE))
    clashes = figures.conflicts(r.conn)
    alarms = len(local.alarms(r.conn))
    out: dict[str, Count] = {}
    if r.office:
        papers = figures.by_status(r.conn, "document")
        out["tasks"] = Count(late_tasks, BAD) if late_tasks else Count(by.get(TaskStatus.REPORTED, 0))
        out["findings"] = Count(c["to_confirm"] + c["to_assign"])
        out["rectify"] = Count(c["overdue"], BAD) if c["overdue"] else Count(c["to_close"] + c["no_due"])
        out["documents"] = Count(papers.get(DocumentStatus.SUBMITTED, 0) + papers.get(DocumentStatus.SIGNED, 0))
        out["units"] = Count(figures.count_where(r.conn, "unit", pending=1))
    else:
        out["tasks"] = Count(late_tasks, BAD) if late_tasks else Count(by.get(TaskStatus.ISSUED, 0))
        out["findings"] = Count(c["draft"])
        out["rectify"] = Count(c["overdue"], BAD) if c["overdue"] else Count(c["to_verify"])
    out["bundles"] = Count(clashes + alarms, BAD if alarms else ACCENT)
    return {page: count for page, count in out.items() if count.count}
