"""Segments on their way into journal and tables: what an import holds of them in memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from dubu_desktop.actions.exchange import arriving
from dubu_desktop.db import journal
from dubu_desktop.domain.ops import Dot, Op, OpType
from dubu_desktop.domain.records import FINDING
from dubu_desktop.system.randomness import Randomness
from tests.world import World, cheap_keys

_PLACE, _FACTS, _GROUP = (FINDING.by_name[n].tag for n in ("place", "facts", "finder_group"))
_FINDINGS, _LENGTH = 600, 3000


def _write_long_findings(world: World) -> None:
    """Findings with long texts that pack well: what is held of them is the texts, hardly the bundle."""
    house, rand = world.groups["01"], Randomness()
    actor, group = house.ws.profile.actor, world.group_id("01")
    with house.ws.writing() as conn:
        seq = journal.last_seq(conn, actor)
        ops = []
        for n in range(1, _FINDINGS + 1):
            record = rand.uuid7()
            values = {_PLACE: f"第{n}处", _FACTS: f"占道{n:04}" * (_LENGTH // 6), _GROUP: group}
            person = house.person.id if house.person else b""
            wall = 1780300000000 + n
            make = (Dot(actor, seq + n), 1, wall, person, FINDING.tag, record, record, OpType.CREATE, rand.uuid7())
            ops.append(Op(*make, values=dict(sorted(values.items()))))
        journal.append(conn, journal.written(ops))


def _peak(world: World, file: str) -> int:
    """Bytes that Python held at most while the office took the bundle in."""
    tracemalloc.start()
    try:
        (report,) = world.take(world.office, [file])
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert report["new"] == _FINDINGS


@pytest.mark.parametrize(("at_once", "holds_all"), [(16384, False), (1 << 30, True)])
def test_texts_are_held_a_few_segments_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, holds_all: bool
) -> None:
    """The second case is the mutant: everything opened at once."""
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(journal, "SEGMENT_OPS", 20)
    monkeypatch.setattr(arriving, "_AT_ONCE", at_once)
    world = World.ready(tmp_path / "world")
    world.round()
    _write_long_findings(world)
    (file,) = world.up("01")
    texts = _FINDINGS * _LENGTH * 2
    assert (_peak(world, file) > texts) == holds_all
    world.close()
