"""Password and recovery code of an open workspace; what its window remembers."""

from __future__ import annotations

import pytest

from dubu_desktop.actions import locks, window
from dubu_desktop.actions.house import House
from dubu_desktop.errors import DubuError
from tests.world import PASSWORD, World


def test_a_password_is_proved_without_opening_anything(world: World) -> None:
    assert locks.password_fits(world.office, PASSWORD)
    assert not locks.password_fits(world.office, PASSWORD + "x")


def test_a_new_password_opens_and_the_old_one_does_not(world: World) -> None:
    locks.change_password(world.office, PASSWORD, "另一个-密码-2027")
    path = world.office.ws.folder.path
    world.office.close()
    with pytest.raises(DubuError, match=r"^D-103 "):
        House.open_(path, PASSWORD, world.clock)
    world.office = House.open_(path, "另一个-密码-2027", world.clock)
    assert world.office.ws.can_sign


@pytest.mark.parametrize(("old", "new", "code"), [("wrong", "12345678", "D-103"), (PASSWORD, "短", "D-105")])
def test_a_refused_change_changes_nothing(world: World, old: str, new: str, code: str) -> None:
    with pytest.raises(DubuError, match=rf"^{code} "):
        locks.change_password(world.office, old, new)
    assert locks.password_fits(world.office, PASSWORD)


def test_a_new_recovery_code_opens_to_read(world: World) -> None:
    code = locks.new_recovery_code(world.office, PASSWORD)
    path = world.office.ws.folder.path
    world.office.close()
    with House.open_with_recovery(path, code, world.clock) as opened:
        assert not opened.ws.can_sign
    world.office = House.open_(path, PASSWORD, world.clock)
    with pytest.raises(DubuError, match=r"^D-103 "):
        locks.new_recovery_code(world.office, "wrong")


def test_the_window_remembers_and_forgets(world: World) -> None:
    window.remember(world.office, "split.问题", 452)
    window.remember(world.office, "person", "王主任")
    window.remember(world.office, "split.问题", None)
    assert window.remembered(world.office) == {"person": "王主任"}
