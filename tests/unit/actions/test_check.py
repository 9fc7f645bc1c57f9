"""`check`: equal digests on both sides, tables rebuilt, an op changed by hand named."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from dubu_desktop.actions import check
from dubu_desktop.actions.house import House
from dubu_desktop.actions.setup import init_group, init_office
from dubu_desktop.db import tables as t
from dubu_desktop.errors import DubuError
from tests.world import PASSWORD, cheap_keys


def drain(work):
    steps = 0
    while True:
        try:
            next(work)
            steps += 1
        except StopIteration as end:
            return end.value, steps


def test_after_an_exchange_both_sides_show_the_same(world):
    office, group = world.office, world.groups["01"]
    number = world.assigned("01")
    world.round()
    assert check.digest(office, "01") == check.digest(group) == check.digest(group, "01")
    assert check.digest(office, "01") != check.digest(office, "02") != check.digest(office)
    office.do("urge", findings=[number], text="请抓紧")
    assert check.digest(office, "01") != check.digest(group)
    with pytest.raises(DubuError) as caught:
        check.digest(office, "09")
    assert caught.value.code == "D-306"
    with pytest.raises(DubuError) as caught:
        check.digest(group, "02")
    assert caught.value.code == "D-303"
    _rebuilt(world, number)
    _audited(world, number)


def test_after_opening_with_the_recovery_code(tmp_path, monkeypatch):
    """Signatures cannot be checked without the identity; that is said, and is no fault."""
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    begun = init_office(tmp_path / "office", PASSWORD, "王主任")
    house = begun.house
    told = house.do("enrol_group", code="01", out=str(tmp_path / "starters")).extra
    group = init_group(tmp_path / "g", PASSWORD, "组长", Path(told["starter"]).read_bytes(), told["code"]).house
    (tmp_path / "stick").mkdir()
    files = group.do("export_bundle", to="office", out=str(tmp_path / "stick")).extra["files"]
    house.do("import_bundles", files=files)
    house.do("export_bundle", to="01", out=str(tmp_path / "stick"))
    group.close()
    house.close()
    with House.open_with_recovery(tmp_path / "office", begun.recovery_code) as opened:
        result, _ = drain(check.audit(opened))
    assert result.faults == ()
    assert result.unsigned == result.segments > 0


def _rebuilt(world, number):
    office = world.office
    with office.ws.reading() as conn:
        before = conn.execute(text("SELECT uuid, id, change_no FROM record ORDER BY id")).all()
    result, steps = drain(check.rebuild(office))
    assert result.same
    assert steps
    assert result.records == len(before)
    with office.ws.reading() as conn:
        assert conn.execute(text("SELECT uuid, id, change_no FROM record ORDER BY id")).all() == before
    assert drain(check.rebuild(world.groups["01"]))[0].same
    with office.ws.writing() as conn:
        conn.execute(text("UPDATE r_finding SET facts = '一切正常' WHERE number = :n"), {"n": number})
        conn.execute(t.conflict.insert().values(record=before[0].id, tag=1, heads=2))
    result, _ = drain(check.rebuild(office))
    assert not result.same
    assert result.differing == (f"问题 {number}",)
    assert world.row(office, "finding", number=number)["facts"] != "一切正常"
    with office.ws.reading() as conn:
        assert conn.execute(text("SELECT count(*) FROM conflict")).scalar() == 0


def _audited(world, number):
    office, group = world.office, world.groups["01"]
    world.down("01")  # seals what is not yet sealed
    world.up("01")
    for house in (office, group):
        result, _ = drain(check.audit(house))
        assert result.faults == ()
        assert result.segments > 0
        assert result.ops > 0
    _own_ops_are_compared(group, number)
    with office.ws.writing() as conn:
        record = bytes(conn.execute(text("SELECT uuid FROM r_finding WHERE number = :n"), {"n": number}).scalar())
        gone = conn.execute(text("DELETE FROM held WHERE root = :r RETURNING actor, number"), {"r": record}).all()
    faults = drain(check.audit(office))[0].faults
    assert {f.where for f in faults} == {f"第一组第{row.number}段" for row in gone}
    assert {f.what for f in faults} == {"它所说的记录与所记的不符"}
    with office.ws.writing() as conn:
        values = {"r": record, "a": gone[0].actor}
        conn.execute(t.held.insert(), [{"root": record, "actor": row.actor, "number": row.number} for row in gone])
        sealed = bytes(
            conn.execute(text("SELECT sealed FROM segment WHERE actor = :a AND number = 1"), values).scalar()
        )
        values["b"] = sealed[:-1] + bytes([sealed[-1] ^ 1])
        conn.execute(text("UPDATE segment SET sealed = :b WHERE actor = :a AND number = 1"), values)
    faults = drain(check.audit(office))[0].faults
    assert faults[0].where == "第一组第1段"
    assert faults[0].what.startswith("签名不符")


def _own_ops_are_compared(group, number):
    """Own ops have rows beside their segments: one that says another thing, or is missing, is named."""
    with group.ws.writing() as conn:
        record = bytes(conn.execute(text("SELECT uuid FROM r_finding WHERE number = :n"), {"n": number}).scalar())
        row = conn.execute(text("SELECT actor, seq, body FROM op WHERE record = :r AND type = 1"), {"r": record}).one()
        forged = bytes(row.body).replace("瓷砖".encode(), "棉花".encode())
        assert forged != row.body
        values = {"b": forged, "a": row.actor, "s": row.seq}
        conn.execute(text("UPDATE op SET body = :b WHERE actor = :a AND seq = :s"), values)
    (fault,) = drain(check.audit(group))[0].faults
    assert fault.where.startswith(f"问题 {number} 登记问题（第一组第")
    assert fault.what == "被人改动过，与签名的内容不符"
    with group.ws.writing() as conn:
        conn.execute(text("DELETE FROM op WHERE actor = :a AND seq = :s"), {"a": row.actor, "s": row.seq})
    (fault,) = drain(check.audit(group))[0].faults
    assert fault.what == "日志里缺了这一项"


def test_a_rebuild_given_up_leaves_everything_as_it_was(world):
    number = world.finding(world.office)
    before = check.digest(world.office)
    work = check.rebuild(world.office)
    next(work)
    work.close()
    assert check.digest(world.office) == before
    assert world.row(world.office, "finding", number=number)["facts"]
