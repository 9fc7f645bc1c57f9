"""Who must have acknowledged a segment before it is moved; what is signed, and what signature holds."""

from __future__ import annotations

import pytest

from dubu_desktop.actions import archiving
from dubu_desktop.actions.house import House
from dubu_desktop.db.archiving import kept
from dubu_desktop.errors import DubuError
from dubu_desktop.system import files
from tests.stories.exchange import ended
from tests.world import World


def plan(house: House, days: int = 0) -> archiving.Plan:
    with house.ws.reading() as conn:
        return archiving.plan(house.ws, conn, days)


def test_a_group_keeps_what_the_office_has_not_acknowledged(world: World) -> None:
    one = world.groups["01"]
    settled = len(plan(one).segments)
    world.finding(one)
    (up,) = world.up("01")
    assert (len(plan(one).segments), plan(one).waiting) == (settled, 1)
    world.take(world.office, [up])
    world.take(one, world.down("01"))
    assert (len(plan(one).segments), plan(one).waiting) == (settled + 1, 0)


def test_the_office_keeps_what_is_owed_to_a_group_and_what_came_beyond_a_gap(world: World) -> None:
    for _ in range(2):
        world.round()
    settled = plan(world.office)
    assert settled.waiting == 0
    world.finding(world.groups["01"])
    world.up("01")  # lost
    world.finding(world.groups["01"])
    world.take(world.office, world.up("01"))
    owed = plan(world.office)
    assert owed.waiting >= 1
    assert {e.group_code for e in owed.owed} == {"01"}


def test_nothing_young_goes(world: World) -> None:
    for _ in range(2):
        world.round()
    assert plan(world.office, 1).segments == ()
    assert plan(world.office, 0).segments != ()
    world.clock.put("2026-06-04T08:30")
    assert plan(world.office, 1).segments == plan(world.office, 0).segments


def test_an_archive_is_signed_and_a_signature_of_another_does_not_hold(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = world.office.ws
    with ws.reading() as conn:
        some = kept(conn)
    ended(archiving.move(ws, some[:1]))
    (row,) = archiving.listed(ws)
    assert archiving.sound(ws, row.sha256)
    monkeypatch.setattr(archiving, "sign", lambda _key, message: bytes(32) + message)
    ended(archiving.move(ws, some[1:]))
    monkeypatch.undo()
    assert [archiving.sound(ws, row.sha256) for row in archiving.listed(ws)] == [True, False]


def test_opened_by_the_recovery_code_nothing_is_moved(world: World) -> None:
    world.clock.put("2026-06-02T08:31")
    ws = world.office.ws
    with ws.reading() as conn:
        some = kept(conn)
    ws.secrets = type(ws.secrets)(ws.secrets.data_key, None)
    with pytest.raises(DubuError, match="D-116"):
        ended(archiving.move(ws, some))
    with ws.reading() as conn:
        assert kept(conn) == some


def test_with_too_little_room_nothing_is_moved(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = world.office.ws
    with ws.reading() as conn:
        some = kept(conn)
    monkeypatch.setattr(files, "free_bytes", lambda _path: 1_000)
    with pytest.raises(DubuError, match="D-608"):
        ended(archiving.move(ws, some))
    with ws.reading() as conn:
        assert kept(conn) == some
    assert not ws.folder.archives.exists()
