"""One road to the bytes of sealed segments: who went to the table itself would miss those that were moved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dubu_desktop
from dubu_desktop.actions import archiving as moving
from dubu_desktop.db import archives, archiving, segments
from dubu_desktop.errors import DubuError
from tests.stories.exchange import ended
from tests.world import World

#: SQLAlchemy's name of the column, and plain SQL that reads it
_READS = re.compile(r"segment\.c\.sealed|SELECT[^\"']*\bsealed\b[^\"']*FROM segment")


def test_nobody_reads_the_column_but_the_one_road() -> None:
    """`archiving` asks how long it is, and no more."""
    root = Path(dubu_desktop.__file__).parent
    found = {p.name for p in root.rglob("*.py") if _READS.search(p.read_text("utf-8"))}
    assert found == {"archiving.py", "segments.py"}
    road = (root / "db" / "segments.py").read_text("utf-8")
    assert len(_READS.findall(road)) == 1


def test_the_same_bytes_before_and_after(world: World) -> None:
    ws = world.office.ws
    with ws.reading() as conn:
        chosen = archiving.kept(conn)
        before = {each.key: segments.sealed(conn, *each.key) for each in chosen}
    ended(moving.move(ws, chosen))
    with ws.reading() as conn:
        assert archiving.kept(conn) == []
        assert {key: segments.sealed(conn, *key) for key in before} == before


def test_another_segment_in_its_place_is_noticed(world: World) -> None:
    ws = world.office.ws
    with ws.reading() as conn:
        chosen = archiving.kept(conn)
    ended(moving.move(ws, chosen))
    with ws.writing() as conn:
        conn.execute(archives.archived.update().values(at=1))
    with ws.reading() as conn:
        for each in chosen:
            with pytest.raises(DubuError, match="D-118"):
                segments.sealed(conn, *each.key)
