"""The world of workload W on real workspaces: an office and its groups, acquainted; each group's work not yet sent.

Ops, keys, signatures and encryption are the program's own; the groups' findings are written through the journal in
bulk, because typing 72,000 of them is not what is measured. Keys are derived cheaply, which no measured piece does.
"""

from __future__ import annotations

import pickle
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.sync import workload
from benchmarks.sync.workload import Group, Known
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import sealing
from dubu_desktop.actions.house import House
from dubu_desktop.actions.setup import init_group, init_office
from dubu_desktop.db import journal, keys, queries
from dubu_desktop.domain.fields import Kind
from dubu_desktop.domain.numbers import group_name
from dubu_desktop.domain.ops import Dot, Op, OpType, Write
from dubu_desktop.domain.records import BY_NAME, FINDING
from dubu_desktop.domain.reference import categories
from dubu_desktop.sync import enrol

PASSWORD = "比一比谁更快2026"
CLERK = "王主任"
BATCH = 1_000
VISITS = 40
_UNITS = (
    *((f"{name}", "department", "industry") for name in (
        "应急管理局", "住房城乡建设局", "生态环境分局", "市场监管局", "综合行政执法局", "教育体育局", "卫生健康局",
        "农业农村局", "交通运输局", "自然资源局", "民政局", "人社局", "水利局", "行政审批局", "信访局", "县委办",
    )),
    *((f"{name}", "town", "territory") for name in (
        "青石镇", "柳林镇", "河东镇", "双桥镇", "北洼镇", "大营镇", "城关街道", "新湖街道", "铁西街道",
    )),
)  # fmt: skip


@contextmanager
def cheap_keys() -> Iterator[None]:
    """Argon2id at its cheapest while workspaces are made: opening them later reads its cost from their key files."""
    held = keys.STANDARD_COST, enrol._KDF_MEMORY_KIB, enrol._KDF_PASSES
    keys.STANDARD_COST = keys.Cost(memory_kib=64, passes=1, lanes=1)
    enrol._KDF_MEMORY_KIB, enrol._KDF_PASSES = 64, 1
    try:
        yield
    finally:
        keys.STANDARD_COST, enrol._KDF_MEMORY_KIB, enrol._KDF_PASSES = held


@dataclass(frozen=True)
class Seed:
    """Where a made world lies: `office`, `group01` …, and `rows.pickle` with what the groups wrote as plain rows."""

    path: Path

    @property
    def office(self) -> Path:
        return self.path / "office"

    def group(self, code: str) -> Path:
        return self.path / f"group{code}"

    @property
    def codes(self) -> list[str]:
        return sorted(p.name.removeprefix("group") for p in self.path.glob("group*"))

    def rows(self) -> dict[str, Any]:
        """{"inserts": [[row …] per group], "updates": [[row …] per group]}; each row begins with the finding's id."""
        found: dict[str, Any] = pickle.loads((self.path / "rows.pickle").read_bytes())
        return found


def build(path: Path, text: str, count: int, groups: int = workload.GROUPS) -> Seed:
    """Make the world at `path`, whole or not at all; one that is there is left as it is."""
    seed = Seed(path)
    if (path / "rows.pickle").exists():
        return seed
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    codes = [f"{n:02d}" for n in range(1, groups + 1)]
    with cheap_keys():
        acquaint(path, codes)
    inserts, updates = [], []
    for number, code in enumerate(codes, 1):
        with open_house(seed.group(code)) as house:
            work = workload.group_rows(text, number, count, known(house, code))
            made, edited = Writer(house).write(work)
        inserts.append(made)
        updates.append(edited)
    (path / "rows.pickle").write_bytes(pickle.dumps({"inserts": inserts, "updates": updates}))
    return seed


def acquaint(path: Path, codes: list[str]) -> None:
    """An office with its units and `codes` as groups, each with its laptop and some visits; everybody has exchanged."""
    stick = path / "stick"
    stick.mkdir()
    with init_office(path / "office", PASSWORD, CLERK).house as office:
        for name, kind, side in _UNITS:
            office.do("add_unit", name=name, unit_kind=kind, side=side)
        for code in codes:
            told = office.do("enrol_group", code=code, out=str(path / "starters")).extra
            starter = Path(told["starter"]).read_bytes()
            with init_group(path / f"group{code}", PASSWORD, _leader(code), starter, told["code"]).house as group:
                Writer(group).visits()
                up = group.do("export_bundle", to="office", out=str(stick)).extra["files"]
            take(office, up)
        for code in codes:
            with open_house(path / f"group{code}") as group:
                take(group, office.do("export_bundle", to=code, out=str(stick)).extra["files"])
    shutil.rmtree(stick)
    shutil.rmtree(path / "starters")


def take(house: House, files: list[str]) -> None:
    """Import what must be new."""
    for report in house.do("import_bundles", files=files).extra["reports"]:
        if report["status"] != "new":
            raise RuntimeError(f"the world could not be made: {report}")


def seal_full(house: House) -> None:
    """Seal every whole segment of what was written here, as the save that fills one does (`Desk`)."""
    desk = Desk(house.ws, house.person, "seal", "封存", house.tools)
    with desk.writing():
        sealing.seal_own(desk, full=True)


def _leader(code: str) -> str:
    return f"{group_name(code)}组长"


def open_house(path: Path) -> House:
    """An open house with its first person at the keyboard."""
    house = House.open_(path, PASSWORD)
    house.be(house.people()[0]["name"])
    return house


def known(house: House, code: str) -> Known:
    """What findings written at `house` can refer to."""
    with house.ws.reading() as conn:
        units = queries.all_rows(conn, "unit")
        visits = [r["uuid"] for r in queries.all_rows(conn, "visit")]
    return Known(
        categories=[c.id for c in categories() if c.is_leaf],
        industry=[u["uuid"] for u in units if u["side"] == "industry"],
        territory=[u["uuid"] for u in units if u["side"] == "territory"],
        units=[u["uuid"] for u in units],
        visits=visits,
        group=house.ws.profile.side,
        code=code,
    )


class Writer:
    """Writes findings into one workspace as its person would, many at a time: real ops, through the journal."""

    def __init__(self, house: House) -> None:
        if house.person is None:
            raise ValueError("nobody sits at the keyboard")
        self.house, self.person = house, house.person.id
        self.actor = house.ws.profile.actor
        with house.ws.reading() as conn:
            self.seq = journal.last_seq(conn, self.actor)
        self.chance = random.Random(f"{self.actor}-{self.seq}")  # another writer draws other ids

    def uuid7(self, ms: int) -> bytes:
        """A time-ordered id of the moment `ms`, as the program would have drawn it then."""
        word = ms << 80 | 7 << 76 | self.chance.getrandbits(12) << 64 | 2 << 62 | self.chance.getrandbits(62)
        return word.to_bytes(16, "big")

    def op(self, kind: Kind, record: bytes, type_: OpType, lam: int, wall: int, **parts: Any) -> Op:
        """The next op of this workspace, an action of its own."""
        self.seq += 1
        dot, root = Dot(self.actor, self.seq), parts.pop("root", record)
        return Op(dot, lam, wall, self.person, kind.tag, record, root, type_, self.uuid7(wall), **parts)

    def create(self, kind: Kind, values: dict[str, Any], wall: int, **parts: Any) -> Op:
        """A record begins."""
        tags = {kind.by_name[name].tag: value for name, value in values.items() if value is not None}
        return self.op(kind, self.uuid7(wall), OpType.CREATE, 1, wall, values=tags, **parts)

    def edit(self, made: Op, field: str, value: Any, wall: int) -> Op:
        """One field of a finding that nobody has touched since `made` is rewritten."""
        writes = {FINDING.by_name[field].tag: Write(value, (made.dot,), {made.dot.actor: made.dot.seq})}
        return self.op(FINDING, made.record, OpType.SET, made.lam + 1, wall, at=(made.dot,), writes=writes)

    def put(self, ops: list[Op]) -> None:
        """Append and fold, in transactions of `BATCH`."""
        ws = self.house.ws
        for start in range(0, len(ops), BATCH):
            with ws.writing() as conn:
                journal.apply(conn, ws.fold, journal.written(ops[start : start + BATCH]))

    def visits(self) -> None:
        """Some visits, to which findings belong."""
        side, now = self.house.ws.profile.side, self.house.ws.clock.now_ms()
        given = {"visit_kind": "covert", "started_at": "2026-06-01T08:00", "place": "青石镇", "group": side}
        self.put([self.create(BY_NAME["visit"], given, now + n) for n in range(VISITS)])

    def findings(self, work: Group) -> list[Op]:
        """The ops by which its findings begin, not yet put anywhere."""
        return [self.create(FINDING, row, wall) for row, wall in zip(work.rows, work.walls, strict=True)]

    def write(self, work: Group) -> tuple[list[Any], list[Any]]:
        """All rows, then the edits; returns them as plain rows that begin with the finding's id."""
        made = self.findings(work)
        last = work.walls[-1]
        edits = [
            self.edit(made[n], workload.EDITED, value, last + 60_000 * i) for i, (n, value) in enumerate(work.edits, 1)
        ]
        self.put([*made, *edits])
        rows = [workload.as_columns(op.record, row) for op, row in zip(made, work.rows, strict=True)]
        changed = [
            workload.as_columns(made[n].record, work.rows[n] | {workload.EDITED: value}) for n, value in work.edits
        ]
        return rows, changed
