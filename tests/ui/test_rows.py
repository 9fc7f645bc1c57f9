"""Lines of 经过 as panes show them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dubu_desktop.ui.rows import happening


@pytest.mark.parametrize(
    ("kind", "event", "note", "shown"),
    [
        (
            "task", "issue",
            "编号：督交〔2026〕1号；交办日期：6月1日；完成时限：6月22日；原定时限：6月22日；时限说明：按规则",
            "6月1日 10:00 · 编号：督交〔2026〕1号；完成时限：6月22日",
        ),
        ("task", "", "任务名称：汛期排查；承办组：第一组；完成时限：6月22日", "6月1日 10:00 · 完成时限：6月22日"),
        ("visit", "", "任务名称：原样", "6月1日 10:00 · 任务名称：原样"),
    ],
)  # fmt: skip
def test_a_line_leaves_out_what_the_pane_says_anyway(kind, event, note, shown):
    line = SimpleNamespace(
        kind=kind, event=event, type="event" if event else "create", when="6月1日 10:00", note=note, what="交办",
        who="主任", side="办公室", hot=False,
    )  # fmt: skip
    assert happening(line).note == shown
