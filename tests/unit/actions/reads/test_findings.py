"""The list of findings: what a row says, what a filter means, how many statements a page costs."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from dubu_desktop.actions.reads import findings, rectifications
from dubu_desktop.actions.reads.findings import FindingFilter

ROOT = Path(__file__).resolve().parents[4]


@contextmanager
def statements(house):
    """Every statement the reading connection runs inside."""
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(house.ws.database.reader, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(house.ws.database.reader, "before_cursor_execute", note)


def numbers(house, **given):
    sort = given.pop("sort", "found")
    rows = house.read(findings.rows, house.read(findings.ids, FindingFilter(**given), sort))
    return [row.number for row in rows]


def row(house, number):
    rows = house.read(findings.rows, house.read(findings.ids))
    return next(r for r in rows if r.number == number)


def test_a_row_says_what_two_lines_need(lived):
    r = row(lived.office, lived.n["overdue"])
    assert r.title == "8具干粉灭火器压力表均在红区，检查卡停在2025年11月"
    assert r.sub == "城关街道 · 城关街道广源建材市场3号楼东侧 · 6月2日 08:30"
    assert r.group == "第一组"
    assert (r.category, r.industry, r.status_label, r.urges) == ("灭火设施", "应急管理局", "整改中", 1)
    assert r.chips[0].tone == "bad"
    assert r.chips[0].shape == "■"
    assert r.chips[0].word.startswith("逾期")
    assert [c.word for c in r.chips[1:]] == ["整改中", "意见1条"]
    assert len(r.id) == 32


def test_what_presses_comes_first(lived):
    chips = {name: [c.word for c in row(lived.office, lived.n[name]).chips] for name in ("final", "clash", "closed")}
    assert chips["final"] == ["紧急重大", "待核定"]
    assert chips["clash"] == ["待核定", "冲突"]
    assert chips["closed"] == ["已销号"]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("overdue", {"overdue", "conflict"}),
        ("to_confirm", {"final", "clash"}),
        ("draft", {"draft"}),
        ("closed", {"closed"}),
        ("urgent", {"final"}),
        ("conflict", {"clash"}),
        ("open", {"overdue", "conflict"}),
        ("all", {"overdue", "conflict", "closed", "draft", "final", "clash"}),
        ("today", {"final", "clash"}),
        ("mine", set()),
    ],
)
def test_filters(lived, key, expected):
    assert set(numbers(lived.office, status=key)) == {lived.n[name] for name in expected}


def test_counts_are_the_lengths_of_the_lists(lived):
    for house in (lived.office, lived.group):
        counts = house.read(findings.counts)
        assert counts == {k: len(house.read(findings.ids, FindingFilter(status=k))) for k in findings.KEYS}


def test_a_group_counts_its_own(lived):
    assert set(numbers(lived.group, status="mine")) == set(lived.n.values())
    assert numbers(lived.group, status="to_verify") == []


def test_filters_of_the_record(lived):
    world, office, n = lived.world, lived.office, lived.n
    unit = world.row(office, "unit", name="应急管理局")["uuid"].hex()
    top = next(c for c in world.rows(office, "category") if c["name"] == "安全生产")["uuid"].hex()
    assert len(numbers(office, unit=unit)) == 6
    assert n["draft"] not in numbers(office, category=top)  # 值班值守 lies elsewhere
    assert n["overdue"] in numbers(office, category=top)
    assert numbers(office, group=world.group_id("02").hex()) == []
    assert numbers(office, statuses=("closed",)) == [n["closed"]]
    assert n["closed"] not in numbers(office, status="open", statuses=("closed",))
    assert set(numbers(office, found_from="2026-06-10")) == {n["draft"], n["final"], n["clash"]}
    assert numbers(office, due_to="2026-05-01") == []
    assert numbers(office, severity="ordinary") == []
    assert numbers(office, ids=(row(office, n["draft"]).id,)) == [n["draft"]]


def test_sorting(lived):
    office, n = lived.office, lived.n
    newest = numbers(office)
    assert newest[:1] == [n["clash"]]
    due = numbers(office, sort="due")
    assert due[0] == n["overdue"]  # the earliest due date first, those without one last
    assert numbers(office, sort="number") == sorted(newest)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("灭火器", {"overdue"}),
        ("器", {"overdue"}),
        ("压力表 红区", {"overdue"}),
        ("压力表 瓷砖", set()),
        ("热电厂", {"final"}),
        ("-01-0001", {"overdue"}),
        ("wt-2026-01-000", {"overdue", "conflict", "closed", "draft", "final", "clash"}),
        ("请抓紧", {"overdue"}),  # said in an urge
        ("已经清理", {"closed"}),  # said in the reply
        ("值班值守", {"draft"}),  # the category's name
        ("yjglj", {"overdue", "conflict", "closed", "draft", "final", "clash"}),  # 应急管理局 by initials
        ("没有这样的话", set()),
        ("100%_", set()),
    ],
)
def test_search_before_and_after_indexing(lived, text, expected):
    from dubu_desktop.actions import upkeep

    wanted = {lived.n[name] for name in expected}
    assert set(numbers(lived.office, text=text)) == wanted
    for _ in upkeep.index(lived.office):
        pass
    assert set(numbers(lived.office, text=text)) == wanted


def test_a_page_costs_a_constant_number_of_statements(lived):
    office = lived.office
    ids = office.read(findings.ids)
    with statements(office) as three:
        office.read(findings.rows, ids[-3:])
    with statements(office) as all_:
        office.read(findings.rows, ids)
    # rows, units, categories, missing photos, groups, rules; whether 3 rows are shown or 200
    assert len([s for s in all_ if s.startswith("SELECT")]) == len([s for s in three if s.startswith("SELECT")]) <= 6
    with statements(office) as listing:
        office.read(findings.ids, FindingFilter(status="overdue"))
    assert len([s for s in listing if not s.startswith("BEGIN")]) <= 2
    with statements(office) as counting:
        office.read(findings.counts)
    assert len([s for s in counting if "finding_line" in s]) == 2


def test_a_list_needs_no_heavy_library():
    heavy = ["docx", "openpyxl", "PIL", "pi_heif", "pypinyin", "pypdfium2", "PySide6"]
    code = (
        "import sys; from dubu_desktop.actions.house import House; "
        "from dubu_desktop.actions.reads import findings, finding_detail, home, past, frame, pick, rowsout; "
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_at_most_200_rows_per_call(lived):
    ids = lived.office.read(findings.ids)
    assert len(lived.office.read(findings.rows, list(ids) * 100)) <= 200 * len(ids)
    assert lived.office.read(findings.rows, []) == []
    assert lived.office.read(findings.rows, [999_999]) == []


def test_rectifications_are_findings_by_due_date(lived):
    office, n = lived.office, lived.n
    rows = office.read(rectifications.rows, office.read(rectifications.ids))
    assert {r.number for r in rows} == {n["overdue"], n["conflict"]}
    counts = office.read(rectifications.counts)
    assert counts["open"] == 2
    assert counts["overdue"] == 2
    assert counts["closed"] == 1


def test_whether_the_office_has_it(lived):
    told = {r.number: r.sent for r in lived.group.read(findings.rows, lived.group.read(findings.ids))}
    assert told[lived.n["closed"]] == "办公室已收"
    fresh = lived.world.finding(lived.group)
    assert row(lived.group, fresh).sent == "未上报"
    lived.group.do("void_finding", finding=fresh, reason="试")
    assert row(lived.office, lived.n["closed"]).sent == ""
