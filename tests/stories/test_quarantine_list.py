"""The list of what lies in quarantine: a page of it makes the ops of that page, and tells what all of it would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.exchange import quarantine, takeover
from dubu_desktop.actions.reads import inert
from dubu_desktop.domain.ops import Actor, Dot, Op, OpType, Write
from dubu_desktop.domain.records import FINDING
from dubu_desktop.sync.segments import NO_HASH, seal_segment
from dubu_desktop.wire.blocks import CODEC_COLUMNS
from dubu_desktop.wire.blockwriting import encode_blocks
from dubu_desktop.wire.codec import CODEC_ROWS, encode_op, encode_rows
from tests.stories.exchange import Place
from tests.stories.test_exchange_hostile import _written
from tests.stories.test_spokes import stolen

PLACE, CATEGORY = FINDING.by_name["place"].tag, FINDING.by_name["category"].tag
NOW = 1_780_000_000_000


def edits(actor: Actor, first: int, count: int, step: int, bad: Sequence[int] = ()) -> list[Op]:
    """So many edits, `step` milliseconds apart; those at `bad` give a value that no program writes."""
    out = []
    for i in range(count):
        writes = {CATEGORY: Write("x", (), {})} if i in bad else {PLACE: Write(f"{first + i}号", (), {})}
        record = (first + i).to_bytes(16, "big")
        named = (Dot(actor, first + i), 9, NOW + i * step, b"", FINDING.tag, record, record)
        out.append(Op(*named, OpType.SET, b"t" * 16, writes=writes))
    return out


def columns(ops: list[Op]) -> tuple[bytes, int]:
    return encode_blocks(ops, [0] * len(ops)), CODEC_COLUMNS


def rows(ops: list[Op]) -> tuple[bytes, int]:
    return encode_rows([encode_op(op) for op in ops]), CODEC_ROWS


def held(place: Place) -> None:
    """Quarantine of every shape: both codecs, what nobody may write, what nobody can read, two lines, clocks askew."""
    stolen(place)
    ws, mine = place.groups["01"].ws, ids.load(place.groups["01"].ws)
    life = [ws.profile.actor._replace(counter=n) for n in range(50, 58)]
    whole, cut = columns(edits(life[4], 1, 300, 3)), columns(edits(life[5], 1, 9, 1))
    bodies = [
        (life[0], columns(edits(life[0], 1, 600, 7))),  # three blocks
        (life[0], columns(edits(life[0], 1, 600, -7))),  # the same numbers by another machine
        (life[1], columns(edits(life[1], 1, 300, 0, bad=[0, 5, 299]))),  # all at one moment
        (life[2], rows(edits(life[2], 1, 40, 7, bad=[3]))),
        (life[3], (rows(edits(life[3], 1, 20, 7))[0], 7)),  # a codec of the future
        (life[4], whole),
        (life[5], (cut[0][:-3], cut[1])),  # damaged
        (life[6], rows([*edits(life[6], 1, 5, 2), *edits(life[6], 1, 5, 2)])),  # one number twice
        (life[7], (encode_rows([encode_op(op) for op in edits(life[7], 1, 3, 5)] + [b"x"]), CODEC_ROWS)),
    ]
    for n, (actor, (body, codec)) in enumerate(bodies):
        sealed = seal_segment(
            body, workspace=ws.profile.workspace, actor=actor, number=1, prev_hash=NO_HASH, first_seq=1, last_seq=600,
            codec=codec, sign_private=mine.sign_private,
        )  # fmt: skip
        (report,) = place.bring("office", str(_written(place, place.root / f"{n}.dubu", mine, segments=(sealed,))))
        assert report["status"] == "new", report


def test_a_page_is_what_all_of_it_would_tell(place: Place) -> None:
    held(place)
    with place.office.ws.reading() as conn:
        every = takeover.held_ops(place.office.ws, conn)
        every.sort(key=lambda op: (-op.wall, op.dot))
        assert len(every) == 600 + 600 + 297 + 39 + 300 + 10 + 3
        for limit, offset in [(2000, 0), (200, 0), (200, 100), (1, 777), (64, 1800), (50, 1849), (50, 3000), (0, 0)]:
            page, total = quarantine.newest(place.office.ws, conn, limit, offset)
            assert total == len(every)
            assert page == every[offset : offset + limit]
    assert place.office.read(inert.listed) == len(every)
    assert len(place.office.read(inert.rows, 2000)) == len(every)


def test_a_page_makes_no_more_ops_than_it_shows(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 20,000 in quarantine every page of the list took a second, and a table of all of it two minutes."""
    one = stolen(place)
    number = place.finding(one)
    for n in range(40):
        one.do("edit_finding", finding=number, values={"place": f"{n}号"})
    place.bring("office", place.export("01"))
    made = []
    plain = quarantine.decode_op

    def counted(*args: Any) -> Op:
        made.append(args)
        return plain(*args)

    monkeypatch.setattr(quarantine, "decode_op", counted)
    shown = place.office.read(inert.rows, 5, 3)
    assert [row.note for row in shown] == [f"地点：{n}号" for n in range(2, 7)]  # of one moment: in their order
    assert len(made) == 5
    made.clear()
    assert place.office.read(inert.listed) == 41
    assert made == []
