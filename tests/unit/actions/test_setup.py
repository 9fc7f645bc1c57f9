"""A workspace that is not begun leaves nothing behind: exit 3 means that nothing has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubu_desktop.actions.setup import init_group, init_office
from dubu_desktop.errors import DubuError
from tests.world import PASSWORD, World


@pytest.mark.parametrize(("name", "code"), [("", "D-308"), (" \u200b", "D-308"), ("长" * 201, "D-309")])
def test_a_name_that_is_none_is_refused_before_anything_is_made(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(DubuError, match=f"^{code} "):
        init_office(tmp_path / "office", PASSWORD, name)
    with pytest.raises(DubuError, match=f"^{code} "):
        init_group(tmp_path / "group", PASSWORD, name, b"", "")
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_kept_as_it_is_cleaned(tmp_path: Path, world: World) -> None:
    begun = init_office(tmp_path / "second", PASSWORD, " 周\u200b主任 ")
    assert begun.house.person is not None
    assert begun.house.person.name == "周主任"
    begun.house.close()


def test_the_second_place_of_a_backup_is_not_the_first(world: World) -> None:
    inside = world.root / "office" / "second"
    for place in (world.root / "office", inside):
        with pytest.raises(DubuError, match=r"^D-117 "):
            world.office.do("make_backup", to=str(place))
    assert not inside.exists()
    world.office.do("make_backup", to=str(world.root / "second"))
