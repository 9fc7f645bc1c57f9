"""Which segments may go, in what portions, and the transaction in which they do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from dubu_desktop.db import archives, archiving, scope
from tests.world import World


def test_by_age_as_this_machine_saw_them_come(world: World) -> None:
    with world.office.ws.reading() as conn:
        every = archiving.kept(conn)
        assert len(every) >= 2
        assert archiving.kept(conn, world.clock.ms) == every
        assert archiving.kept(conn, world.clock.ms - 1) == []


def changed(conn: Connection, above: int) -> list[bytes]:
    return [root for _, _, root in scope.in_scope(conn, b"", above)]


def test_what_tells_of_a_changed_record_is_known_of_own_segments_and_of_others(world: World) -> None:
    ws = world.office.ws
    with ws.reading() as conn:
        last = scope.change_no(conn)
        assert archiving.telling(conn, []) == set()
        everything = {each.key for each in archiving.kept(conn)}
        assert archiving.telling(conn, changed(conn, 0)) == everything
    world.finding(world.groups["01"])
    world.take(world.office, world.up("01"))
    with ws.reading() as conn:
        (told,) = archiving.telling(conn, changed(conn, last))
    assert told not in everything


def test_portions_of_one_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.office.ws.reading() as conn:
        some = archiving.kept(conn)
    assert list(archiving.batches(some)) == [some]
    monkeypatch.setattr(archiving, "LARGEST", some[0].size)
    assert len(next(archiving.batches(some))) == 1
    assert [each for part in archiving.batches(some) for each in part] == some
    assert list(archiving.batches([])) == []


def test_what_changed_meanwhile_is_not_moved(world: World) -> None:
    ws = world.office.ws
    with ws.reading() as conn:
        some = archiving.kept(conn)
    other = [replace(some[0], hash=bytes(32)), *some[1:]]
    with pytest.raises(RuntimeError, match="no longer"), ws.writing() as conn:
        archiving.move(conn, b"x" * 32, other, [0] * len(other), 0)
    with ws.reading() as conn:
        assert archiving.kept(conn) == some
        assert archives.rows(conn) == []
