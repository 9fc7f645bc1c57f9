"""Another connection holds the database (F6): what cannot be written is refused by its code, and nothing has changed.

Fifty cases: ten things done, while an antivirus or a second program holds the write lock too long, lets go in time (two
manners of holding each), or dies holding it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions.house import House
from dubu_desktop.db import driver
from dubu_desktop.errors import DubuError
from tests.faults.mutations import everything, in_catalogue
from tests.world import COMPLETE, World, cheap_keys, jpeg

#: holds the write lock with something written and not committed; says so, and waits to be killed
HOLDER = """
import sys
from sqlcipher3 import dbapi2
conn = dbapi2.connect(sys.argv[1], isolation_level=None)
conn.execute(f"PRAGMA key = \\"x'{sys.argv[2]}'\\"")
conn.execute(f"PRAGMA cipher_page_size = {sys.argv[3]}")
conn.execute("BEGIN IMMEDIATE")
conn.execute("CREATE TABLE left_behind (x)")
print("held", flush=True)
sys.stdin.read()
"""
BEGIN = ("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE")
TOO_LONG_MS = 30
Deed = Callable[[House], object]


class Group:
    """A group at work, and ten things it may do next."""

    def __init__(self, world: World) -> None:
        self.house, self.database = world.groups["01"], world.groups["01"].ws.folder.database
        self.key = self.house.ws.secrets.database_key
        self.number = world.finding(self.house)
        self.bundles = [world.down("01")[0] for _ in range(6)]
        (self.record,) = (row["uuid"].hex() for row in world.rows(self.house, "finding"))
        self.stick, self.said = world.stick, Counter[str]()

    def deeds(self) -> dict[str, Deed]:
        """By name: done as often as one likes, each time it writes."""
        n, number, record = sum(self.said.values()), self.number, self.record
        return {
            "register": lambda h: h.do("register_finding", values=COMPLETE | {"place": f"城关街道{n}号楼"}),
            "edit": lambda h: h.do("edit_finding", finding=number, values={"place": f"城关街道{n}号楼东门"}),
            "note": lambda h: h.do("add_note", kind="finding", record=record, text=f"第{n}次看"),
            "photo": lambda h: h.do("add_photos", finding=number, images=[jpeg(n)]),
            "undo": lambda h: h.do("undo"),
            "person": lambda h: h.do("add_person", name=f"组员{n}", roles=["member"]),
            "visit": lambda h: h.do("start_visit", visit_kind="unannounced", units=["城关街道"]),
            "export": lambda h: h.do("export_bundle", to="office", out=str(self.stick)),
            "import": lambda h: h.do("import_bundles", files=[self.bundles.pop(0)]),
            "backup": lambda h: h.do("make_backup"),
        }

    def waits(self, milliseconds: int) -> None:
        """How long a write of the program waits for the lock."""
        with self.house.ws.writing() as conn:
            conn.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")

    def refused(self, name: str, begin: str) -> None:
        """Held as long as the program is willing to wait."""
        holder = driver.connect(self.database, self.key)
        holder.execute(begin)
        before = everything(self.house)
        said = None
        try:
            self.deeds()[name](self.house)
        except DubuError as error:
            said = error
        finally:
            holder.close()
        assert everything(self.house) == before, (name, "changed while another held the lock", said)
        if said is not None:
            assert said.code == "D-605", said
            in_catalogue(said.code, str(said))
        # what only reads the database goes on: a reader is never kept waiting
        self.said["refused" if said else "read on"] += 1

    def done(self, name: str, release: Callable[[], object]) -> None:
        """Let go while the program waits."""
        timer = threading.Timer(0.05, release)
        timer.start()
        try:
            self.deeds()[name](self.house)
        finally:
            timer.join()
        self.said["done"] += 1


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    world = World.ready(tmp_path / "world", ("01",))
    yield Group(world)
    world.close()


def test_fifty_times_another_holds_the_database(group: Group) -> None:
    for name in group.deeds():
        group.waits(TOO_LONG_MS)
        for begin in BEGIN:
            group.refused(name, begin)
        group.waits(driver.BUSY_MS)
        for begin in BEGIN:
            _held_a_moment(group, name, begin)
        _held_by_one_that_dies(group, name)
    assert sum(group.said.values()) == 50
    # an export and a backup begin by reading; the eight others can say nothing but no
    assert group.said["refused"] >= 16, group.said
    assert group.said["done"] == 30
    with group.house.ws.reading() as conn:
        assert conn.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'left_behind'").first() is None
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def _held_a_moment(group: Group, name: str, begin: str) -> None:
    holder: Any = driver.connect(group.database, group.key)
    holder.execute(begin)
    try:
        group.done(name, lambda: holder.execute("ROLLBACK"))
    finally:
        holder.close()


def _held_by_one_that_dies(group: Group, name: str) -> None:
    words = (str(group.database), group.key.hex(), str(driver.PAGE_BYTES))
    command = [sys.executable, "-I", "-c", HOLDER, *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        group.done(name, holder.kill)


def test_a_program_that_does_not_wait_is_caught(group: Group) -> None:
    """A mutant."""
    group.waits(0)
    with pytest.raises(DubuError, match="D-605"):
        _held_a_moment(group, "edit", BEGIN[0])
