"""A workspace whose folded tables were declared otherwise is folded anew when it is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubu_desktop.actions import check
from dubu_desktop.actions.house import House
from dubu_desktop.db.workspace import put
from dubu_desktop.errors import Cancelled
from tests.world import PASSWORD, World, cheap_keys


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    made = World.ready(tmp_path / "world", ["01"])
    yield made
    made.close()


def numbers(world: World) -> dict[bytes, int]:
    with world.office.ws.reading() as conn:
        return {r.uuid: r.change_no for r in conn.exec_driver_sql("SELECT uuid, change_no FROM record")}


def test_a_missing_column_and_a_strange_table_are_put_right(world: World) -> None:
    number = world.finding(world.office)
    before, sent = check.digest(world.office), numbers(world)
    with world.office.ws.writing() as conn:
        conn.exec_driver_sql("ALTER TABLE r_finding DROP COLUMN basis")
        conn.exec_driver_sql("CREATE TABLE r_forgotten (id INTEGER PRIMARY KEY)")
        put(conn, "declared", b"another declaration")
    world.office.close()
    world.office = House.open_(world.root / "office", PASSWORD, world.clock)
    assert check.digest(world.office) == before
    assert numbers(world) == sent, "nothing is sent again that is the same"
    assert world.row(world.office, "finding", number=number)["basis"] is None
    with world.office.ws.reading() as conn:
        names = {r.name for r in conn.exec_driver_sql("SELECT name FROM sqlite_master")}
    assert "r_forgotten" not in names
    world.office.be("王主任")
    world.round()
    assert world.agree("01")


def test_it_says_how_far_it_is_and_can_be_given_up(world: World) -> None:
    world.finding(world.office)
    before = check.digest(world.office)
    with world.office.ws.writing() as conn:
        put(conn, "declared", b"another declaration")
    world.office.close()

    def gives_up(done: int, total: int) -> None:
        assert (done, total > 0) == (0, True)
        raise Cancelled

    with pytest.raises(Cancelled):
        House.open_(world.root / "office", PASSWORD, world.clock, told=gives_up)
    told: list[int] = []
    world.office = House.open_(
        world.root / "office", PASSWORD, world.clock, told=lambda _done, total: told.append(total)
    )
    assert told
    assert check.digest(world.office) == before
