"""How many aggregates are folded at a time: what is held in memory is one portion."""

from __future__ import annotations

from typing import Any

from dubu_desktop.db.fold import _OPS, _portions
from dubu_desktop.db.foldrows import CHUNK


def portions(news: dict[bytes, int]) -> list[list[bytes]]:
    ops: Any = {root: [None] * count for root, count in news.items()}
    return list(_portions(list(news), ops))


def roots(count: int) -> list[bytes]:
    return [n.to_bytes(16, "big") for n in range(count)]


def test_few_findings_with_many_photos_are_folded_at_a_time():
    made = portions(dict.fromkeys(roots(100), 30))
    assert [root for part in made for root in part] == roots(100)
    assert max(map(len, made)) * 30 <= _OPS


def test_roots_of_which_nothing_is_new_go_by_number():
    assert [len(part) for part in portions(dict.fromkeys(roots(CHUNK + 1), 0))] == [CHUNK, 1]


def test_one_with_more_than_all_that_may_be_goes_alone():
    first, second, third = roots(3)
    assert portions({first: 1, second: 10 * _OPS, third: 1}) == [[first], [second], [third]]
    assert portions({}) == []
