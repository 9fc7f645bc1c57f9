"""Whose turn it is: nobody stands before a record without a way on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from dubu_desktop.domain.lifecycle import Role
from dubu_desktop.domain.records import DOCUMENT, FINDING, TASK
from dubu_desktop.ui.turns import whose_turn

from .real import CTRL

K = Qt.Key
_C, _D, _L, _M = (frozenset({role}) for role in (Role.CLERK, Role.DIRECTOR, Role.LEADER, Role.MEMBER))


@pytest.mark.parametrize(
    ("kind", "status", "roles", "office", "said"),
    [
        (FINDING, "final", _D, True, "等工作人员核定 · Ctrl+K 换人"),
        (FINDING, "final", _C, True, ""),
        (FINDING, "final", _L, False, "等办公室核定"),
        (FINDING, "confirmed", _C, True, "等主任交整改 · Ctrl+K 换人"),
        (FINDING, "rectifying", _D, True, "等工作人员记反馈 · Ctrl+K 换人"),
        (FINDING, "replied", _C, True, "等督巡组核查"),
        (FINDING, "replied", _M, False, "等组长核查 · Ctrl+K 换人"),
        (FINDING, "verified", _C, True, "等主任销号 · Ctrl+K 换人"),
        (FINDING, "closed", _C, True, ""),
        (DOCUMENT, "submitted", _C, True, "等主任签发 · Ctrl+K 换人"),
        (DOCUMENT, "signed", _D, True, "等工作人员印发 · Ctrl+K 换人"),
        (DOCUMENT, "issued", _D, True, ""),
        (TASK, "issued", _C, True, "等督巡组签收"),
        (TASK, "reported", _L, False, "等办公室办结"),
    ],
)
def test_the_next_step_is_said_where_it_is_somebody_elses(kind, status, roles, office, said):
    assert whose_turn(kind.lifecycle, status, roles, office=office) == said


def test_a_director_before_a_finding_to_confirm_is_told_who_does_it(world, opened):
    number = world.finding(world.groups["01"])
    world.groups["01"].do("finalise_finding", finding=number)
    world.take(world.office, world.up("01"))
    world.office.do("add_person", name="沈主任", roles=["director"])
    world.office.be("沈主任")
    seat = opened(world.office, "findings", "documents")
    seat.page.choose_filter("to_confirm")
    seat.settle()
    assert seat.page.bar._hint.text() == "等工作人员核定 · Ctrl+K 换人"
    seat.page.rows.setFocus()
    seat.press(K.Key_K, CTRL)
    seat.write("hr")
    assert seat.window.command_box.isVisible()
