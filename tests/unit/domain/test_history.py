"""Ops told in Chinese: causes before effects, old and new values, nothing left out."""

from __future__ import annotations

from dubu_desktop.domain.facts import Created, Facts, Happened, Head
from dubu_desktop.domain.history import contrasted, entries, same_action, short
from dubu_desktop.domain.lifecycle import DECIDE_TAG, RETRACT_TAG
from dubu_desktop.domain.ops import Actor, Dot, Op, OpType, Write
from dubu_desktop.domain.records import EVIDENCE, FINDING, RECTIFICATION

A, B = Actor(1, 1, 1), Actor(2, 1, 1)
R, TXN = b"r" * 16, b"t" * 16
LIFE = FINDING.lifecycle


def say(_field, value):
    return str(value)


def op(dot, type_, *, wall=0, kind=FINDING, record=R, txn=TXN, **parts):
    return Op(dot, 1, wall, b"", kind.tag, record, R, type_, txn, **parts)


def create(dot, wall=0, **values):
    return op(dot, OpType.CREATE, wall=wall, values={FINDING.by_name[k].tag: v for k, v in values.items()})


def write(dot, over, wall=0, at=(), args=None, **values):
    writes = {FINDING.by_name[k].tag: Write(v, over, {d.actor: d.seq for d in over}) for k, v in values.items()}
    return op(dot, OpType.SET, wall=wall, at=at, writes=writes, args=args or {})


def step(dot, name, at, wall=0, tag=None, **args):
    return op(dot, OpType.EVENT, wall=wall, at=at, event=tag or LIFE.tag_of[name], args=args)


def told(ops, facts=(), inert=None):
    return [(e.what, e.note) for e in entries(ops, facts, inert or {}, say)]


def test_old_and_new():
    ops = [
        create(Dot(A, 1), place="东门", facts="堆放瓷砖40箱"),
        write(Dot(A, 2), (Dot(A, 1),), place="西门", basis="某条"),
        write(Dot(A, 3), (Dot(A, 2),), args={"reason": "记错了"}, place=None),
    ]
    assert told(ops) == [
        ("修改地点", "清空地点，原为“西门”；理由：记错了"),
        ("修改地点、问题依据", "地点由“东门”改为“西门”；问题依据：某条"),
        ("登记问题", "地点：东门；具体情况：堆放瓷砖40箱"),
    ]


def test_what_was_empty_is_filled_in_not_changed():
    ops = [create(Dot(A, 1), place="东门"), write(Dot(A, 2), (), basis="某条")]
    assert told(ops)[0] == ("填写问题依据", "问题依据：某条")


def test_of_long_values_the_place_where_they_differ_is_told():
    long = "，".join(f"{at}号铺位门前堆放瓷砖约{at}箱" for at in range(1, 41))
    other = long.replace("30号铺位门前堆放瓷砖约30箱", "30号铺位门前堆放瓷砖约35箱")
    ops = [create(Dot(A, 1), facts=long), write(Dot(A, 2), (Dot(A, 1),), facts=other)]
    assert told(ops)[0] == (
        "修改具体情况",
        "具体情况由“…门前堆放瓷砖约30箱，31号铺位门…”改为“…门前堆放瓷砖约35箱，31号铺位门…”",
    )
    assert contrasted("东门上锁", "东门上锁，楼梯间堆物") == ("东门上锁", "东门上锁，楼梯间堆物")
    assert contrasted(long, f"{long}。") == ("…堆放瓷砖约40箱", "…堆放瓷砖约40箱。")
    assert contrasted("甲" * 40, "甲" * 30) == ("…" + "甲" * 18, "…" + "甲" * 8)


def test_causes_stand_before_effects_whatever_the_clocks_say():
    made = create(Dot(A, 1), wall=9_000_000, place="东门")
    seen = write(Dot(B, 1), (Dot(A, 1),), wall=5, place="西门")
    later = write(Dot(A, 2), (Dot(B, 1),), wall=1, place="南门")
    notes = [n for _, n in told([later, seen, made])]
    assert notes == ["地点由“西门”改为“南门”", "地点由“东门”改为“西门”", "地点：东门"]


def test_what_is_concurrent_is_arranged_by_clock():
    made = create(Dot(A, 1), place="东门")
    one = write(Dot(A, 2), (Dot(A, 1),), wall=20, place="西门")
    two = write(Dot(B, 1), (Dot(A, 1),), wall=10, place="南门")
    assert [n for _, n in told([made, one, two])][:2] == ["地点由“东门”改为“西门”", "地点由“东门”改为“南门”"]


def test_a_decision_names_both():
    made = create(Dot(A, 1), place="东门")
    one, two = write(Dot(A, 2), (Dot(A, 1),), place="西门"), write(Dot(B, 1), (Dot(A, 1),), place="南门")
    decided = write(Dot(A, 3), (Dot(A, 2), Dot(B, 1)), args={"reason": "裁定冲突"}, place="南门")
    assert told([made, one, two, decided])[0] == ("裁定冲突：地点", "地点有“西门”“南门”两种写法，定为“南门”")


def test_steps():
    ops = [
        create(Dot(A, 1)),
        step(Dot(A, 2), "finalise", (Dot(A, 1),)),
        step(Dot(A, 3), "send_back", (Dot(A, 2),), reason="地点不清"),
        step(Dot(A, 4), "", (Dot(A, 3),), tag=RETRACT_TAG),
        step(Dot(A, 5), "extend", (Dot(A, 4),), reason="雨季", due_on="2026-07-01"),
        step(Dot(A, 6), "", (Dot(A, 5),), tag=DECIDE_TAG, status="rectifying"),
        step(Dot(A, 7), "", (Dot(A, 6),), tag=77),
    ]
    found = entries(ops, (), {}, say)
    assert [(e.what, e.note) for e in found] == [
        ("本版不认识的步骤", ""),
        ("裁定：以“整改中”为准", ""),
        ("延期", "雨季；期限2026-07-01"),
        ("撤回“退回补充”", ""),
        ("退回补充", "地点不清"),
        ("定稿", ""),
        ("登记问题", ""),
    ]
    assert [e.hot for e in found] == [False, False, False, False, True, False, False]
    assert found[4].reason == "地点不清"


def test_the_word_for_reopening_depends_on_what_was_left():
    closed = [create(Dot(A, 1)), step(Dot(A, 2), "close_out", (Dot(A, 1),)), step(Dot(A, 3), "reopen", (Dot(A, 2),))]
    settled = [create(Dot(A, 1)), step(Dot(A, 2), "exempt", (Dot(A, 1),)), step(Dot(A, 3), "reopen", (Dot(A, 2),))]
    assert told(closed)[0][0] == "反弹重办"
    assert told(settled)[0][0] == "恢复办理"


def test_without_effect():
    ops = [create(Dot(A, 1)), step(Dot(B, 1), "close_out", (Dot(A, 1),))]
    (first, *_) = entries(ops, (), {Dot(B, 1): "no_authority"}, say)
    assert (first.what, first.note) == ("销号（没有生效）", "原因：无此职权")
    assert (first.hot, first.inert) == (True, "no_authority")


def test_bases_tell_what_still_counts_and_ops_are_not_told_twice():
    base = Facts(
        FINDING.tag,
        R,
        (Created(Dot(A, 1), 1, 10, b"", {FINDING.by_name["facts"].tag: "堆放瓷砖"}),),
        {FINDING.by_name["place"].tag: (Head(Dot(B, 4), 3, 30, b"", "西门", {A: 1}),)},
        (Happened(Dot(A, 2), 2, 20, b"", LIFE.tag_of["finalise"], (Dot(A, 1),), {}, {}),),
    )
    own = create(Dot(A, 1), wall=10, facts="堆放瓷砖")
    assert told([own], [base]) == [("修改地点", "地点：西门"), ("定稿", ""), ("登记问题", "具体情况：堆放瓷砖")]
    unknown = Facts(999, R)
    assert told([], [unknown]) == []


def test_a_forged_ring_is_told_at_the_end():
    ops = [create(Dot(A, 1)), step(Dot(A, 2), "finalise", (Dot(B, 1),)), step(Dot(B, 1), "confirm", (Dot(A, 2),))]
    assert len(told(ops)) == 3


def test_what_hangs_on_it():
    photo = op(Dot(A, 1), OpType.CREATE, kind=EVIDENCE, record=b"e" * 16, values={2: "before", 7: "2026-06-02T08:46"})
    fix = op(Dot(A, 2), OpType.CREATE, kind=RECTIFICATION, record=b"f" * 16, values={3: "2026-06-05"})
    why = {"reason": "拍错"}
    gone = op(Dot(A, 3), OpType.EVENT, kind=EVIDENCE, record=b"e" * 16, at=(Dot(A, 1),), event=90, args=why)
    assert told([photo, fix, gone]) == [
        ("作废佐证", "拍错"),
        ("建立整改", "整改期限：2026-06-05"),
        ("添加佐证", "佐证用途：before；拍摄时间：2026-06-02T08:46"),
    ]


def test_one_action_together():
    ops = [create(Dot(A, 1)), write(Dot(A, 2), (Dot(A, 1),), place="西门"), op(Dot(A, 3), OpType.PURGE, txn=b"u" * 16)]
    assert [len(group) for group in same_action(entries(ops, (), {}, say))] == [1, 2]
    inert = same_action(entries(ops, (), {Dot(A, 2): "unknown"}, say))
    assert [len(group) for group in inert] == [1, 1, 1]


def test_long_values_are_cut_to_a_sentence():
    assert short("一" * 100) == "一" * 59 + "…"
    assert short("第一行\n第二行") == "第一行 第二行"
