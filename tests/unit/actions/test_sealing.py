"""A segment is sealed when 1,000 ops have gathered, not only when somebody exports (sync.md §3.6)."""

from __future__ import annotations

from dubu_desktop.actions import check
from dubu_desktop.actions.desk import Desk
from dubu_desktop.db import journal
from dubu_desktop.wire import bodies
from tests.stories.exchange import ended


def test_a_full_segment_is_sealed_with_the_action_that_filled_it(world):
    office = world.office
    actor = office.ws.profile.actor
    with office.ws.reading() as conn:
        before = journal.chain_end(conn, actor)
        waiting = len(journal.unsealed(conn, actor))
    desk = Desk(office.ws, office.person, "add_unit", "新增单位")
    with desk.writing():
        desk.create_many(
            "unit", [{"name": f"第{n}网格", "unit_kind": "village", "side": "neither"} for n in range(2300)]
        )
    with office.ws.reading() as conn:
        end = journal.chain_end(conn, actor)
        rest = len(journal.unsealed(conn, actor))
    assert end.number == (before.number if before else 0) + 2
    assert end.last_seq == (before.last_seq if before else 0) + 2000
    assert rest == waiting + 300
    result = ended(check.audit(office))
    assert result.faults == ()
    assert result.unsealed == rest
    world.take(world.groups["01"], world.down("01"))
    assert world.agree("01")


def test_small_actions_seal_nothing(world):
    office = world.office
    with office.ws.reading() as conn:
        before = journal.chain_end(conn, office.ws.profile.actor)
    world.finding(office)
    with office.ws.reading() as conn:
        assert journal.chain_end(conn, office.ws.profile.actor) == before


def test_long_texts_fill_a_segment_by_their_bytes(world, monkeypatch):
    """What a reader would refuse as too large is never sealed as one."""
    monkeypatch.setattr(bodies, "MAX_BODY", 400_000)
    group = world.groups["01"]
    for n in range(8):
        world.finding(group, facts=f"{n}" + "超长的情况说明" * 1400)
    (file,) = world.up("01")
    with group.ws.reading() as conn:
        numbers = journal.chain_end(conn, group.ws.profile.actor).number
    assert numbers > 2
    (report,) = world.take(world.office, [file])
    assert (report["status"], report["new"]) == ("new", 8)


def test_portions_are_bounded_both_ways(monkeypatch):
    monkeypatch.setattr(bodies, "MAX_BODY", 40)
    weights = [1, 1, 1, 9, 9, 30, 1, 1, 1, 1]
    found = [list(part) for part in bodies.portions(weights, lambda w: w, 3)]
    assert [w for part in found for w in part] == weights
    assert all(len(part) <= 3 and (sum(part) <= 10 or len(part) == 1) for part in found)
    assert list(bodies.portions([], len, 3)) == []
