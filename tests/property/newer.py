"""A program of next year: it writes fields, arguments, kinds and trailing parts unknown to this one, all optional."""

from __future__ import annotations

import random
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.db import journal
from dubu_desktop.domain.ops import Op, OpType, Write, join
from dubu_desktop.wire.codec import MANDATORY
from tests.property import observe
from tests.property.fleet import UNKNOWN_KIND, Fleet
from tests.property.model import OFFICE

#: a field of a finding that only it knows
UNKNOWN_FIELD = 901


class NewerDesk(Desk):
    """Its desk: what it writes is signed and sealed like everything else."""

    def put_unknown(self, record: bytes, dice: random.Random) -> None:
        """An unknown field of a finding, over what is here, with an argument nobody asked for."""
        state = self.state(record)
        reg = state.register(UNKNOWN_FIELD)
        n = dice.randint(1, 3)
        value: Any = dice.choice([{"新": [1, 2, n]}, b"\x00\xff" * n, f"甲{n}"])
        write = Write(value, reg.over, join([h.ctx for h in reg.heads], [h.dot for h in reg.heads]))
        self._append(
            self._op(
                OpType.SET, state.kind, record, record, state.lam + 1, at=state.heads,
                writes={UNKNOWN_FIELD: write}, args={"later": "以后的版本"},
            )
        )  # fmt: skip

    def put_unknown_kind(self, *, mandatory: bool = False) -> None:
        """A record of a kind that only it knows; optional: an older program keeps it; mandatory: it must refuse."""
        record = self.ws.randomness.uuid7()
        op = self._op(OpType.CREATE, _Later, record, record, 1, values={1: "以后的记录"})  # type: ignore[arg-type]
        self._append(op, MANDATORY if mandatory else 0)

    def _append(self, op: Op, flags: int = 0) -> None:
        raw = journal.written([op])[0].raw
        raw = raw[:3] + bytes([raw[3] | flags]) + raw[4:]  # the first element: a small number
        journal.apply(self.conn, self.ws.fold, [journal.Written(op, _with_more(raw))])
        self._wrote = True


class _Later:
    tag = UNKNOWN_KIND


def _with_more(raw: bytes) -> bytes:
    """The bytes of an op with one element more at the end of its array (MessagePack array 16)."""
    assert raw[0] == 0xDC, "an op is an array of more than fifteen"
    n = int.from_bytes(raw[1:3], "big")
    return b"\xdc" + (n + 1).to_bytes(2, "big") + raw[3:] + b"\xa5later"


def write(fleet: Fleet, who: str, record: bytes, dice: random.Random) -> bool:
    """Let the newer program write at `who`; False where a person may not write there just now."""
    with fleet.at(who) as house:
        before = observe.last_own(house)
        desk = NewerDesk(house.ws, house.person, "newer", "新版", house.tools)
        with desk.writing():
            state = desk.state(record)
            mine = state.creator == house.ws.profile.side and state.status in ("draft", "final")
            if who != OFFICE and (not mine or len(state.register(UNKNOWN_FIELD).heads) > 1):
                return False
            desk.put_unknown(record, dice)
            desk.put_unknown_kind()
        fleet.heard(who, before)
    fleet.count["P11 written by a newer version"] += 1
    return True
