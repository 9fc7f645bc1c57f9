"""What a link knows of volumes: an export answered once all of them came."""

from __future__ import annotations

import pytest

from dubu_desktop.db.links import Link
from dubu_desktop.domain.ops import Actor


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
def test_an_export_is_whole_with_its_last_volume(order: tuple[int, ...]) -> None:
    link = Link()
    for part in order:
        assert not link.answered
        link.took(5, part, 3)
    assert (link.answered, link.serial_in, link.parts) == (True, 5, [1, 2, 3])


def test_volumes_of_two_exports_make_none_whole() -> None:
    link = Link()
    for serial, part in ((5, 1), (6, 2), (6, 2)):
        link.took(serial, part, 2)
    assert not link.answered
    assert link.parts == [2]


def test_a_new_pair_has_not_answered() -> None:
    link = Link()
    link.begin(Actor(1, 1, 1), Actor(2, 1, 1))
    link.took(1, 1, 1)
    assert not link.begin(Actor(1, 1, 1), Actor(2, 1, 1))
    assert link.answered
    assert link.begin(Actor(1, 1, 1), Actor(2, 2, 1))
    assert (link.answered, link.parts) == (False, [])
