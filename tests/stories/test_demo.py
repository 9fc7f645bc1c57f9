"""The demo, played with small photographs: what it leaves is whole, agrees, and holds the special cases promised."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop import demo
from dubu_desktop.actions import choosing, papers
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import bundles, conflicts, figuresin
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.registry import Progress
from dubu_desktop.db import queries, scope
from dubu_desktop.demo.county_findings import DIFFICULTY, DUPLICATE, FINDINGS
from dubu_desktop.demo.county_story import CONFLICT, INSTRUCTION, NOW
from dubu_desktop.demo.county_today import FINDINGS_TODAY, OPEN_CONFLICT
from dubu_desktop.demo.script import shots
from dubu_desktop.domain.lifecycle import Role
from dubu_desktop.domain.papers.kind import PaperKind
from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.errors import DubuError
from dubu_desktop.export.render import render_pdfs
from dubu_desktop.wire.digest import total_digest
from tests import demo_once
from tests.unit.export.geometry import pages
from tests.unit.export.measure import faults
from tests.world import cheap_keys

SIDES = ("office", "01", "02", "03", "04", "05", "06")
GROUPS = SIDES[1:]


@pytest.fixture(scope="module")
def patched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Cheap keys and a state folder of its own while the module runs."""
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="module")
def played(patched: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[Progress]]:
    """The demo played once: its folder, what it returned, and the progress told."""
    folder = tmp_path_factory.mktemp("demo") / "演示"
    steps: list[Progress] = []
    told = demo.play(folder, progress=steps.append, photo_size=(320, 240))
    demo_once.offer(tmp_path_factory, folder, Path(os.environ["DUBU_STATE_DIR"]))
    return folder, told, steps


@pytest.fixture(scope="module")
def houses(played: tuple[Path, dict[str, Any], list[Progress]]) -> Iterator[dict[str, House]]:
    """All seven workspaces opened again, with the password that stands beside them."""
    folder = played[0]
    password = (folder / "password").read_text(encoding="utf-8").strip()
    paths = {side: folder / (side if side == "office" else f"group{side}") for side in SIDES}
    opened = {side: House.open_(path, password) for side, path in paths.items()}
    yield opened
    for house in opened.values():
        house.close()


Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def rows(houses: dict[str, House]) -> Rows:
    """`rows("office", "finding", status="closed")`: folded rows of a side."""

    def find(side: str, kind: str, **equal: Any) -> list[dict[str, Any]]:
        with houses[side].ws.reading() as conn:
            return queries.all_rows(conn, kind, with_gone=True, **equal)

    return find


def finding(rows: Rows, told: dict[str, Any], key: str) -> dict[str, Any]:
    (row,) = rows("office", "finding", number=told["numbers"][key])
    return row


def test_the_report_says_what_was_done(played: tuple[Path, dict[str, Any], list[Progress]]) -> None:
    folder, told, steps = played
    assert json.loads((folder / "report.json").read_text(encoding="utf-8")) == told
    records = {kind: number for kind, number in told["records"].items() if kind not in ("phrase", "category")}
    assert records == {
        "document": 1, "evidence": 36, "finding": 22, "group": 6, "instruction": 1, "named_person": 0, "note": 0,
        "paper_text": 0, "person": 21, "rectification": 20, "rule_profile": 1, "task": 7, "unit": 151, "urge": 4,
        "visit": 17,
    }  # fmt: skip
    assert told["findings"] == {
        "closed": 5, "confirmed": 1, "merged": 1, "rectifying": 13, "replied": 1, "verified": 1,
    }  # fmt: skip
    assert told["photo_files"] == len(list(shots()))
    assert told["bundles"] == len(list((folder / "bundles").glob("*.dubu"))) == told["verbs"]["export_bundle"]
    assert len(told["imports"]) == told["bundles"] - len(told["waiting"])
    assert (len(steps), steps[0].done, steps[-1].done) == (told["acts"], 0, told["acts"] - 1)


def test_nothing_is_left_but_what_was_promised(played: tuple[Path, dict[str, Any], list[Progress]]) -> None:
    names = {path.name for path in played[0].iterdir()}
    groups = {f"group{code}" for code in GROUPS}
    assert names == {"office", *groups, "bundles", "papers", "password", "report.json"}


def test_all_that_was_taken_in_had_effect(played: tuple[Path, dict[str, Any], list[Progress]]) -> None:
    assert [one["file"] for one in played[1]["imports"] if one["without_effect"]] == []


def test_each_photograph_is_another_and_says_what_its_camera_did(rows: Rows) -> None:
    photos = rows("office", "evidence")
    assert len({row["sha256"] for row in photos}) == len(photos)
    assert {row["role"] for row in photos} == {"before", "after", "other"}
    assert [row["taken_at"][:16] for row in photos if row["time_source"] == "file"] == ["2026-06-06T09:10"]
    assert any(row["coordinates"] is None for row in photos)
    assert all(row["preview"] and row["size"] for row in photos)


def test_special_cases(rows: Rows, played: tuple[Path, dict[str, Any], list[Progress]]) -> None:
    told = played[1]
    duplicate, market = finding(rows, told, DUPLICATE.key), finding(rows, told, FINDINGS[0].key)
    assert (duplicate["status"], duplicate["merged_into"]) == ("merged", market["uuid"])
    difficulty = finding(rows, told, DIFFICULTY.key)
    assert (difficulty["nature"], difficulty["status"]) == ("difficulty", "confirmed")
    assert len(rows("office", "urge", finding=market["uuid"])) == 3
    due = {row["finding"]: row for row in rows("office", "rectification")}
    assert (NOW.date() - _day(due[market["uuid"]]["due_on"])).days == 12
    extended = finding(rows, told, "WT-2026-05-0001")
    assert due[extended["uuid"]]["due_on"] == "2026-06-30" > due[extended["uuid"]]["original_due_on"]
    assert _roles(rows, extended["uuid"]) == {"before"}
    reopened = finding(rows, told, "WT-2026-06-0002")
    assert (reopened["status"], _roles(rows, reopened["uuid"])) == ("rectifying", {"before", "after"})
    for closed in rows("office", "finding", status="closed"):
        assert _roles(rows, closed["uuid"]) == {"before", "after"}
        assert due[closed["uuid"]]["closed_on"]
    county_level = finding(rows, told, "WT-2026-04-0002")
    assert county_level["territory_unit"] is None
    assert county_level["no_territory_reason"]


def _roles(rows: Rows, record: bytes) -> set[str]:
    return {row["role"] for row in rows("office", "evidence", finding=record)}


def _day(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


def test_the_instruction_became_a_task_and_a_date(
    rows: Rows, played: tuple[Path, dict[str, Any], list[Progress]]
) -> None:
    (instruction,) = rows("office", "instruction")
    river = finding(rows, played[1], INSTRUCTION.findings[0])
    (task,) = rows("office", "task", instruction=instruction["uuid"])
    assert instruction["tasks"] == [task["uuid"]]
    (rectification,) = rows("office", "rectification", finding=river["uuid"])
    assert rectification["due_on"] == INSTRUCTION.due_on.isoformat()
    assert river["priority"]
    assert task["status"] == "underway"
    assert len(rows("02", "instruction")) == 1  # its group may see it, no other
    assert rows("03", "instruction") == []


def test_the_bulletin_is_issued_and_assigned_what_it_names(rows: Rows) -> None:
    (paper,) = rows("office", "document")
    assert (paper["status"], paper["number"]) == ("issued", "督巡通〔2026〕1号")
    assert len(paper["findings"]) == 19
    carried = [row for row in rows("office", "rectification") if row["document"] == paper["uuid"]]
    assert len(carried) == 11


def test_one_conflict_is_decided_and_one_waits(
    rows: Rows, houses: dict[str, House], played: tuple[Path, dict[str, Any], list[Progress]]
) -> None:
    told = played[1]
    assert finding(rows, told, CONFLICT.finding)[CONFLICT.field] == CONFLICT.decided
    waits = finding(rows, told, OPEN_CONFLICT.finding)
    left = houses["office"].read(lambda r: conflicts.rows(r, conflicts.ids(r)))
    assert [(one.record, one.field) for one in left] == [(waits["uuid"].hex(), OPEN_CONFLICT.field)]


def test_a_lost_photograph_was_asked_for_and_came(
    houses: dict[str, House], played: tuple[Path, dict[str, Any], list[Progress]]
) -> None:
    short = [one for one in played[1]["imports"] if one["photos"] != one["photos_of"]]
    assert [(one["at"][:10], one["photos"], one["photos_of"]) for one in short] == [("2026-06-10", 2, 3)]
    office = houses["office"].ws
    with office.reading() as conn:
        assert scope.wanted(conn) == set()


def test_papers_open_again(played: tuple[Path, dict[str, Any], list[Progress]]) -> None:
    from docx import Document
    from openpyxl import load_workbook

    bulletin, ledger = sorted((played[0] / "papers").iterdir())
    assert bulletin.suffix == ".docx"
    text = "\n".join(p.text for p in Document(str(bulletin)).paragraphs)
    assert "关于6月上旬督导巡查情况的通报" in text
    assert "疏散通道堆放瓷砖约40箱" in text
    sheet = load_workbook(ledger).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert sum(cell.value is not None and str(cell.value).startswith("WT-2026-") for cell in cells) == 22
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []


def test_the_demo_keeps_its_own_day(houses: dict[str, House]) -> None:
    for house in houses.values():
        assert house.ws.clock.today() == NOW.date()


@pytest.mark.slow
def test_every_page_and_scene_is_drawn(played: tuple[Path, dict[str, Any], list[Progress]], tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    from dubu_desktop.ui import pictures, scenes
    from dubu_desktop.ui.pages import PAGES

    taken = pictures.take(played[0], tmp_path, themes=("light",))
    names = [name for name, _ in scenes.chosen("light", 100)]
    assert [path.name for path in taken] == [f"{name}-light.png" for name in names]
    assert {f"{side}-{spec.key}" for side in ("office", "group", "empty") for spec in PAGES} < set(names)
    seen = {}
    for path in taken:
        image = QImage(str(path))
        assert (image.width(), image.height()) == pictures.SCREEN
        seen.setdefault(bytes(image.constBits()), []).append(path.name)
    assert [names for names in seen.values() if len(names) > 1] == []


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "brief.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DubuError, match=r"^D-102 "):
        demo.play(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["brief.txt"]


def test_stopped_halfway_it_leaves_nothing(patched: None, tmp_path: Path) -> None:
    work = demo.performance(tmp_path / "new", (32, 24))
    for _ in range(3):
        next(work)
    assert (tmp_path / "new" / "office").is_dir()
    work.close()
    assert list((tmp_path / "new").iterdir()) == []


def test_six_bundles_wait_and_then_everybody_agrees(
    houses: dict[str, House], rows: Rows, played: tuple[Path, dict[str, Any], list[Progress]], tmp_path: Path
) -> None:
    """The last test: it changes the workspaces. What waits is taken in, goes round, and all digests are equal."""
    folder, told, _ = played
    office = houses["office"]
    office.be("叶青禾")
    files = [str(folder / "bundles" / name) for name in told["waiting"]]
    reports = office.do("import_bundles", files=files).extra["reports"]
    assert [report["status"] for report in reports] == ["new"] * 6
    assert sum(report["photos_of"] - report["photos"] for report in reports) == 1
    assert any(row.chip.word.startswith("照片待补") for row in office.read(bundles.ledger))
    new = [row for row in rows("office", "finding") if row["facts"] in {f.facts for f in FINDINGS_TODAY}]
    assert sorted(row["status"] for row in new) == ["draft", "final", "final"]
    for code in GROUPS:
        made = office.do("export_bundle", to=code, out=str(tmp_path))
        houses[code].be(houses[code].people()[0]["uuid"])
        houses[code].do("import_bundles", files=made.extra["files"])
        assert _digest(houses[code]) == _digest(office, rows("office", "group", code=code)[0]["uuid"])


def _digest(house: House, group: bytes | None = None) -> Any:
    with house.ws.reading() as conn:
        return total_digest(scope.digests(conn, group) if group else scope.digests(conn))


@pytest.mark.needs_libreoffice
@pytest.mark.slow
def test_every_kind_made_from_the_demo_holds_the_rows_that_apply(houses: dict[str, House]) -> None:
    """As `./dubu papers` makes them: not yet signed, number and date still in brackets."""
    office, made = houses["office"], []
    with office.ws.reading() as conn:
        reader = Reader(office.ws, conn, office.person)
        for kind in all_kinds().values():
            made += [papers.made(reader, kind, records, {}) for records in choosing.fitting(reader, kind, 1)]
    assert len(made) >= len(all_kinds())
    found = {}
    for one, pdf in zip(made, render_pdfs([one.docx() for one in made]), strict=True):
        if wrong := faults(one.paper, pages(pdf), one.page):
            found[one.paper.title] = wrong
    assert found == {}


def test_every_figure_of_every_kind_opens_to_its_rows_after_they_have_changed(houses: dict[str, House]) -> None:
    """The last test here: it changes the office's records. Each kind is signed, then what it told of is changed."""
    office = houses["office"]
    signed = {kind.id: _signed(office, kind) for kind in all_kinds().values()}
    before = {kind: _opened(office, record) for kind, record in signed.items()}
    counted = {row for found in before.values() for _, _, rows in found for row in rows}
    with office.ws.reading() as conn:
        told = queries.rows_of(conn, "finding", [bytes.fromhex(row) for row in counted if _is_finding(conn, row)])
    for row in told:
        number = row["number"]
        if row["status"] in ("confirmed", "rectifying", "replied"):
            office.do("settle_finding", finding=number, event="not_established", reason="演示")
        else:
            office.do("edit_finding", finding=number, values={"place": "改过的地点"}, reason="演示")
    after = {kind: _opened(office, record) for kind, record in signed.items()}
    assert after == before, "the figure, its 口径 and the rows behind it are those of the day it was signed"
    assert sum(map(len, before.values())) > 40
    for kind in ("bulletin", "special_report", "inspection_report", "reminder_letter", "recommendation_letter"):
        assert before[kind], kind
    for kind, record in signed.items():
        for place in range(len(before[kind])):
            rows = office.read(figuresin.behind, record, place)
            assert all(row.here and row.title for row in rows), kind


def _signed(office: House, kind: PaperKind) -> str:
    with office.ws.reading() as conn:
        (records, *_) = choosing.fitting(Reader(office.ws, conn, office.person), kind, 1)
    given = {
        "findings": [f.hex() for f in records.findings],
        "task": records.task.hex() if records.task else "",
        "instruction": records.instruction.hex() if records.instruction else "",
    }
    clerk, director = (_with_role(office, role) for role in (Role.CLERK, Role.DIRECTOR))
    office.be(clerk)
    record = str(office.do("draft_document", kind=kind.id, **given).ids[0])
    office.do("submit_document", document=record)
    office.be(director)
    office.do("sign_document", document=record)
    return record


def _with_role(office: House, role: Role) -> str:
    with office.ws.reading() as conn:
        people = queries.all_rows(conn, "person")
    return str(next(p["name"] for p in people if role.value in p["roles"] and not p["group"]))


def _opened(office: House, record: str) -> list[tuple[str, str, tuple[str, ...]]]:
    found = office.read(figuresin.figures, record)
    return [
        (one.sentence, one.basis, tuple(row.id for row in office.read(figuresin.behind, record, one.place)))
        for one in found
    ]


def _is_finding(conn: Any, row: str) -> bool:
    return queries.is_kind(conn, bytes.fromhex(row), "finding")
