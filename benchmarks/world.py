"""The big world: an office with 100,000 findings, made through the journal in bulk, with full history.

Facts of 120–300 characters, three Evidence records each over 2,000 distinct 20 kB pictures, 5 % of the findings in
conflict. Everything is drawn from one seed, so that two runs measure the same world. Nothing in it is real.
"""

from __future__ import annotations

import io
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.house import House
from dubu_desktop.actions.setup import init_office
from dubu_desktop.db import enrolments, journal, kept, queries
from dubu_desktop.domain.fields import Kind
from dubu_desktop.domain.numbers import group_name
from dubu_desktop.domain.ops import Actor, Dot, Op, OpType, Write
from dubu_desktop.domain.records import EVIDENCE, FINDING, NAMED_PERSON, PERSON, RECTIFICATION, URGE
from dubu_desktop.domain.reference import categories
from dubu_desktop.domain.text import SHANGHAI
from dubu_desktop.sync.identity import new_identity
from dubu_desktop.sync.roster import seal_entry
from dubu_desktop.system.randomness import Randomness
from dubu_desktop.wire.messages import RosterEntry

PASSWORD = "大账本也要锁好12345"
FINDINGS, PICTURES, PICTURE_BYTES, GROUPS = 100_000, 2_000, 20_000, 6
CONFLICT_PERCENT = 5
#: over how long they were found, up to today
DAYS = 525
#: findings per transaction
BATCH = 1_000

_TOWNS = ("青石镇", "柳林镇", "河东镇", "双桥镇", "北洼镇", "大营镇", "城关街道", "新湖街道", "铁西街道")
_OFFICES = (
    "应急管理局", "住房城乡建设局", "生态环境分局", "市场监管局", "综合行政执法局", "教育体育局", "卫生健康局",
    "农业农村局", "交通运输局", "自然资源局", "民政局", "人社局", "水利局", "行政审批局", "信访局", "县委办",
)  # fmt: skip
_SPOTS = (
    "建材市场", "农贸市场", "便民服务中心", "中心小学", "物流园", "停车场", "幸福河大桥", "汽修一条街", "城市广场",
    "热电厂", "工业园",
)  # fmt: skip
_SEEN = (
    "疏散通道堆放杂物约{n}箱，净宽由{m}米减至{k}米",
    "干粉灭火器{n}具压力表指针在红区，检查卡停在{y}年{k}月",
    "裸土未覆盖约{n}平方米，雾炮未开，出口没有冲洗设施",
    "渠坡倾倒建筑垃圾约{m}立方米，夹有石膏板",
    "值班电话{k}次无人接听，值班表与实际不符",
    "公示每小时{k}元，实收{m}元，没有票据",
    "留样柜{k}餐没有标签，燃气报警器断电",
    "占道摊位{n}处，消防车道剩余宽度{m}米",
    "生活污水直排，水体发黑，长约{n}米",
    "抽查台账{n}户，{k}户没有入户核查记录",
    "{k}家废机油桶露天存放，没有防渗措施",
    "企业注销承诺{k}日办结，抽查{n}件中{k}件超期",
)
_LEADERS = "赵钱孙李周吴"


@dataclass
class Writer:
    """One workspace copy that writes: its actor and its last running number."""

    actor: Actor
    side: bytes
    person: bytes
    seq: int = 0

    def dot(self) -> Dot:
        self.seq += 1
        return Dot(self.actor, self.seq)


@dataclass
class World:
    """An office made for measuring, and what it took."""

    path: Path
    findings: int
    seconds: float = 0.0
    ops: int = 0
    phases: dict[str, float] = field(default_factory=dict)


def build(path: Path, findings: int = FINDINGS, pictures: int = PICTURES, say: Any = lambda _text: None) -> World:
    """Make the world in the empty folder `path`; an existing one is left as it is and only described."""
    world = World(path, findings)
    begun = time.perf_counter()
    house = init_office(path, PASSWORD, "王主任").house
    try:
        maker = _Maker(house, random.Random(20260614))
        hashes = maker.pictures(pictures)
        world.phases["pictures"] = time.perf_counter() - begun
        done = 0
        while done < findings:
            count = min(BATCH, findings - done)
            ops = [op for n in range(done, done + count) for op in maker.finding(n, hashes)]
            with house.ws.writing() as conn:
                journal.apply(conn, house.ws.fold, journal.written(ops))
            done += count
            world.ops += len(ops)
            say(f"{done}/{findings} findings, {world.ops} ops, {time.perf_counter() - begun:.0f} s")
    finally:
        house.close()
    world.seconds = time.perf_counter() - begun
    return world


class _Maker:
    """Draws the findings and writes their ops as the office and six groups would."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self.house, self.chance = house, chance
        self.rand = Randomness()
        self.begin = datetime.combine(house.ws.clock.today() - timedelta(days=DAYS), datetime.min.time(), SHANGHAI)
        self.day = house.ws.clock.today()
        self.kinds = [c for c in categories() if c.is_leaf]
        self.groups = [self._group(n) for n in range(1, GROUPS + 1)]
        self.towns = self._units(_TOWNS, "town", "territory")
        self.offices = self._units(_OFFICES, "department", "industry")
        with house.ws.reading() as conn:
            person = queries.all_rows(conn, "person", group=None)[0]["uuid"]
            self.office = Writer(house.ws.profile.actor, b"", person, journal.last_seq(conn, house.ws.profile.actor))
        self.txn = b""
        self.wall = 0

    def _units(self, names: Sequence[str], kind: str, side: str) -> list[tuple[bytes, str]]:
        made = self._made("unit", [{"name": n, "unit_kind": kind, "side": side} for n in names])
        return list(zip(made, names, strict=True))

    def _made(self, kind: str, rows: list[dict[str, str]]) -> list[bytes]:
        desk = Desk(self.house.ws, self.house.person, "init", "新建工作区")
        with desk.writing():
            return desk.create_many(kind, rows)

    def _group(self, number: int) -> Writer:
        """A group that has answered its starter: its record, its roster entry and one person."""
        ws, code = self.house.ws, f"{number:02d}"
        group = self._made("group", [{"code": code, "name": group_name(code)}])[0]
        identity = new_identity(self.rand)
        actor = Actor(identity.replica, 1, number)
        with ws.writing() as conn:
            entry = RosterEntry(
                hub=ws.profile.actor.to_bytes(),
                version=enrolments.next_version(conn),
                replica_id=actor.replica.to_bytes(8, "big"),
                side="group",
                group=group,
                group_code=code,
                role="group",
                sign_public=identity.public.sign_public,
                age_recipient=identity.public.age_recipient,
                label=f"第{number}组笔记本",
            )
            signed = seal_entry(entry, workspace=ws.profile.workspace, sign_private=ids.load(ws).sign_private)
            enrolments.keep_entry(conn, actor.replica, group, bytes(12), signed.sealed)
            ws.roster_changed(conn)
            writer = Writer(actor, group, self.rand.uuid7())
            person = {1: f"{_LEADERS[number - 1]}组长", 2: ["leader"], 3: group}
            self.txn, self.wall = self.rand.uuid7(), self.house.ws.clock.now_ms()
            op = self._create(writer, PERSON, person, writer.person)
            journal.apply(conn, ws.fold, journal.written([op]))
        return writer

    def pictures(self, count: int) -> list[bytes]:
        """Distinct pictures of 20 kB that decode: their hashes."""
        from PIL import Image

        out = []
        with self.house.ws.blobs.together():
            for n in range(count):
                stream = io.BytesIO()
                tint = tuple(self.chance.randrange(60, 220) for _ in range(3))
                Image.new("RGB", (320, 240), tint).save(stream, "JPEG", quality=70)
                body = stream.getvalue()
                filling = self.chance.randbytes(PICTURE_BYTES - len(body) - 4) + n.to_bytes(4, "big")
                out.append(self.house.ws.blobs.put(body + filling).sha256)  # decoders stop at the end mark
        return out

    # --- ops ---------------------------------------------------------------------------------------------------

    def _op(self, w: Writer, kind: Kind, record: bytes, root: bytes, type_: OpType, lam: int, **parts: Any) -> Op:
        return Op(w.dot(), lam, self.wall, w.person, kind.tag, record, root, type_, self.txn, **parts)

    def _create(self, w: Writer, kind: Kind, values: dict[int, Any], record: bytes | None = None, **parts: Any) -> Op:
        record = record or self.rand.uuid7()
        return self._op(w, kind, record, parts.pop("root", record), OpType.CREATE, 1, values=values, **parts)

    def _next(self, minutes: int) -> None:
        """Another action, some minutes later."""
        self.txn, self.wall = self.rand.uuid7(), self.wall + minutes * 60_000

    def finding(self, n: int, hashes: list[bytes]) -> Iterator[Op]:
        """All ops of the n-th finding: recorded, photographed, finalised, confirmed, assigned … as far as it came."""
        one = _Story(self, n, hashes)
        yield from one.found()
        if one.reach >= 1:
            yield from one.finalised()
        if one.reach >= 2:
            yield from one.assigned()
        if one.reach >= 3:
            yield from one.answered()
        if one.reach >= 4:
            yield from one.verified()
        if one.reach >= 5:
            yield one.struck_off()


class _Story:
    """One finding from the first word to as far as it came; `reach` 0 draft … 5 closed."""

    def __init__(self, maker: _Maker, n: int, hashes: list[bytes]) -> None:
        self.m, self.n, self.hashes = maker, n, hashes
        c = maker.chance
        self.group = c.choice(maker.groups)
        self.reach = c.choices((0, 1, 2, 3, 4, 5), (2, 5, 15, 8, 5, 65))[0]
        self.found_at = maker.begin + timedelta(minutes=c.randrange(DAYS * 24 * 60))
        maker.wall = int(self.found_at.timestamp() * 1000)
        self.heads: tuple[Dot, ...] = ()
        self.lam = 1
        #: what closing steps say they have seen: both values of a field in conflict
        self.seen: dict[int, dict[Actor, int]] = {}

    def found(self) -> Iterator[Op]:
        m, c, g = self.m, self.m.chance, self.group
        m._next(5)
        town, office, kind = c.choice(m.towns), c.choice(m.offices), c.choice(m.kinds)
        self.values = {
            "number": f"WT-{self.found_at.year}-{m.groups.index(g) + 1:02d}-{self.n + 1:04d}",
            "found_at": _moment(self.found_at),
            "place": f"{town[1]}{c.choice(_SPOTS)}{c.randrange(1, 40)}号{c.choice(('东侧', '西侧', '门口', '二层'))}",
            "facts": facts(c),
            "category": kind.id,
            "severity": c.choices(("ordinary", "serious", "grave"), (5, 3, 2))[0],
            "urgent": c.random() < 0.02,
            "industry_unit": office[0],
            "territory_unit": town[0],
            "finder_group": g.side,
            "nature": "problem",
        }
        by = FINDING.by_name
        made = m._create(g, FINDING, {by[k].tag: v for k, v in self.values.items()})
        self.record, self.heads = made.record, (made.dot,)
        self.create = made.dot
        yield made
        for _ in range(3):
            photo = c.choice(self.hashes)
            values = {1: self.record, 2: "before", 3: photo, 4: photo, 5: PICTURE_BYTES, 6: "image/jpeg",
                      7: self.values["found_at"], 8: "exif", 10: 320, 11: 240, 14: self.values["found_at"]}  # fmt: skip
            yield m._create(g, EVIDENCE, values, root=self.record, at=self.heads)

    def _event(self, w: Writer, name: str, **args: Any) -> Op:
        self.lam += 1
        parts = {"at": self.heads, "event": FINDING.lifecycle.tag_of[name], "args": args, "seen": self.seen}
        op = self.m._op(w, FINDING, self.record, self.record, OpType.EVENT, self.lam, **parts)
        self.heads = (op.dot,)
        return op

    def _set(self, w: Writer, kind: Kind, record: bytes, lam: int, over: Dot, values: dict[str, Any]) -> Op:
        writes = {kind.by_name[k].tag: Write(v, (over,), {over.actor: over.seq}) for k, v in values.items()}
        return self.m._op(w, kind, record, self.record, OpType.SET, lam, at=self.heads, writes=writes)

    def finalised(self) -> Iterator[Op]:
        m = self.m
        m._next(30)
        yield self._event(self.group, "finalise")
        if m.chance.randrange(100) < CONFLICT_PERCENT:  # both correct the severity without knowing of each other
            wrong = [s for s in ("ordinary", "serious", "grave") if s != self.values["severity"]]
            seen = {self.create.actor: self.create.seq}
            for w, value in zip((self.group, m.office), wrong, strict=True):
                yield self._set(w, FINDING, self.record, self.lam + 1, self.create, {"severity": value})
                seen[w.actor] = w.seq
            self.seen = {FINDING.by_name["severity"].tag: seen}
        m._next(600)
        if self.reach >= 2 or m.chance.random() < 0.5:
            yield self._event(m.office, "confirm")

    def assigned(self) -> Iterator[Op]:
        m, c = self.m, self.m.chance
        m._next(120)
        due = (self.found_at + timedelta(days=c.randrange(5, 40))).date()
        if self.reach < 4 and c.random() < 0.9:  # long rectifications, extended ones: most are not overdue
            due = m.day + timedelta(days=c.randrange(-3, 60))
        self.due = due
        yield self._event(m.office, "assign", term="limited", due_on=due.isoformat())
        units = [self.values["industry_unit"], self.values["territory_unit"]]
        values = {1: self.record, 2: "limited", 3: due.isoformat(), 4: "按规则推算", 5: due.isoformat(), 6: units,
                  7: self.group.side}  # fmt: skip
        made = m._create(m.office, RECTIFICATION, values, root=self.record, at=self.heads)
        self.rectification, self.last = made.record, made.dot
        yield made
        for _ in range(c.choices((0, 1, 2, 3), (6, 2, 1, 1))[0]):
            m._next(2000)
            values = {1: self.record, 2: _moment(datetime.fromtimestamp(m.wall / 1000, SHANGHAI)),
                      3: "phone", 4: "请抓紧整改并反馈"}  # fmt: skip
            yield m._create(m.office, URGE, values, root=self.record, at=self.heads)
        if c.random() < 0.02:
            values = {1: self.record, 2: "张某", 3: "经理"}
            yield m._create(m.office, NAMED_PERSON, values, root=self.record, at=self.heads)

    def answered(self) -> Iterator[Op]:
        m = self.m
        m._next(3000)
        values = {"reply": "已按要求整改到位，并举一反三自查。", "replied_on": self.due.isoformat(), "progress": 100}
        yield self._set(m.office, RECTIFICATION, self.rectification, 2, self.last, values)
        yield self._event(m.office, "reply")

    def verified(self) -> Iterator[Op]:
        m = self.m
        m._next(1500)
        photo = m.chance.choice(self.hashes)
        values = {1: self.record, 2: "after", 3: photo, 4: photo, 5: PICTURE_BYTES, 6: "image/jpeg"}
        yield m._create(self.group, EVIDENCE, values, root=self.record, at=self.heads)
        done = {"result": "现场已清理", "verified_by": "组长", "verified_on": self.due.isoformat()}
        yield self._set(self.group, RECTIFICATION, self.rectification, 3, self.last, done)
        yield self._event(self.group, "verify")

    def struck_off(self) -> Op:
        self.m._next(600)
        return self._event(self.m.office, "close_out")


def _moment(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def facts(chance: random.Random) -> str:
    """What was seen, in 120 to 300 characters."""
    wanted, out = chance.randrange(120, 300), ""
    while len(out) < wanted:
        n, m, k = chance.randrange(3, 60), chance.randrange(2, 9), chance.randrange(1, 7)
        out += chance.choice(_SEEN).format(n=n, m=m, k=k, y=chance.randrange(2023, 2027)) + "；"
    return out[: max(120, min(300, wanted))].rstrip("；，") + "。"


def blob_count(house: House) -> int:
    """How many distinct pictures the records name."""
    with house.ws.reading() as conn:
        return len(kept.blob_hashes(conn))
