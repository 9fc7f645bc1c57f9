"""What daily work costs in interactions, counted at the window of the whole program (contracts.md §10)."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from dubu_desktop.actions.reads import findings
from dubu_desktop.system.clock import Clock
from dubu_desktop.ui.bundles import places
from tests.stories.cliruns import photo
from tests.stories.windows import CTRL, Count, Hands, K, all_leave
from tests.world import PASSWORD, SetClock, World, cheap_keys

FINDINGS, BUNDLES = 3, 6  # places in the rail
SIX = ("01", "02", "03", "04", "05", "06")
PLACE = "城关街道广源建材市场3号楼东侧"
FACTS = "疏散通道堆放瓷砖约40箱，净宽由2.4 m减至0.7 m，东门上锁"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True),  # Qt's file dialog
]
Sit = Callable[[Path], Hands]


@pytest.fixture
def sit(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sit]:
    """`sit(workspace)`: somebody who has unlocked it; what they do from then on is counted."""
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    clock = SetClock()
    monkeypatch.setattr(Clock, "now_ms", lambda _self: clock.ms)
    seated: list[Hands] = []

    def begin(workspace: Path) -> Hands:
        state = tmp_path / f"of-{workspace.name}"
        state.mkdir()
        hands = Hands(qapp, workspace, state)
        seated.append(hands)
        hands.unlock(PASSWORD)
        hands.count = Count()
        return hands

    yield begin
    all_leave(seated)


def camera(folder: Path, seed: int) -> Path:
    """A photo taken at 08:46 on 2 June."""
    path = folder / f"IMG_{seed:04d}.jpg"
    path.write_bytes(photo(seed, "2026:06:02 08:46:00"))
    return path


@pytest.fixture
def group(tmp_path: Path, sit: Sit) -> Hands:
    """A group leader at work."""
    World.ready(tmp_path / "world", ("01",)).close()
    return sit(tmp_path / "world" / "group01")


@pytest.mark.parametrize("way", ["drag", "paste"])
def test_a_new_finding_with_photo_takes_six(group: Hands, tmp_path: Path, way: str) -> None:
    """Ctrl+N, the photo, the place, Tab, the facts, Ctrl+Enter; time, category, severity and units fill themselves."""
    picture = camera(tmp_path, 1)
    group.copied(picture)
    group.press(K.Key_N, CTRL)
    if way == "drag":
        group.drag(group.page.entry, picture)
    else:
        group.press(K.Key_V, CTRL)
    group.write(PLACE)
    group.press(K.Key_Tab)
    group.write(FACTS)
    group.wait(0.3)
    group.press(K.Key_Return, CTRL)
    assert group.count.total == 6
    group.told("已定稿")
    assert (group.count.drags, group.count.files) == (1 if way == "drag" else 0, 0)


def test_the_same_problem_at_the_next_place_takes_three(group: Hands, tmp_path: Path) -> None:
    """Ctrl+D, the place, Ctrl+Enter: a draft that says that its own photo is missing."""
    group.press(K.Key_N, CTRL)
    group.drag(group.page.entry, camera(tmp_path, 1))
    group.write(PLACE)
    group.press(K.Key_Tab)
    group.write(FACTS)
    group.wait(0.3)
    group.press(K.Key_Return, CTRL)
    before = group.count.total
    group.press(K.Key_D, CTRL)
    group.write("城关街道广源建材市场5号楼西侧")
    group.press(K.Key_Return, CTRL)
    assert group.count.total - before == 3
    group.told("还缺：佐证")


def test_six_bundles_are_merged_in_two(tmp_path: Path, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stick is plugged in: Ctrl+I finds what was not taken yet, Enter takes it; or all six dragged in, Enter."""
    world = World.ready(tmp_path / "world", SIX)
    for code, group in world.groups.items():
        number = world.finding(group, place=f"城关街道广源建材市场{int(code)}号楼")
        group.do("finalise_finding", finding=number)
        world.up(code)
    world.close()
    last = [sorted(world.stick.glob(f"{code}-up-*.dubu"))[-1] for code in SIX]
    monkeypatch.setattr(places, "removable_places", lambda: [world.stick])
    office = sit(tmp_path / "world" / "office")
    office.go(BUNDLES)
    office.count = Count()
    office.drag(office.page, *last)
    view = office.page.incoming
    assert [report["status"] for report in view.reports] == ["new"] * 6
    assert (office.count.total, office.focus()) == (1, view.table), "Enter would take them"
    office.press(K.Key_Escape)
    assert not view.taken
    office.count = Count()
    office.press(K.Key_I, CTRL)
    assert sorted(view.files) == sorted(map(str, last))
    office.press(K.Key_Return)
    assert view.taken
    assert office.count.total == 2
    assert len(office.house.read(findings.ids)) == 6


def test_a_bulletin_from_22_findings_takes_eight_at_most(tmp_path: Path, sit: Sit) -> None:
    """F, 待交整改, Enter, Ctrl+A, F8, Ctrl+P, the file: seven to the .docx."""
    world = World.ready(tmp_path / "world", ("01",))
    numbers = [world.finding(world.groups["01"], place=f"城关街道广源建材市场{n}号楼") for n in range(1, 25)]
    for number in numbers:
        world.groups["01"].do("finalise_finding", finding=number)
    world.take(world.office, world.up("01"))
    world.office.do("confirm_finding", findings=numbers[:22])
    world.close()
    office = sit(tmp_path / "world" / "office")
    office.go(FINDINGS)
    office.count = Count()
    office.filter("待交整改")
    office.press(K.Key_A, CTRL)
    office.press(K.Key_F8)
    office.press(K.Key_P, CTRL)
    office.choose(tmp_path / "bulletin.docx")
    assert office.count.total == 7 <= 8
    with zipfile.ZipFile(tmp_path / "bulletin.docx") as archive:
        text = archive.read("word/document.xml").decode()
    assert all(f"广源建材市场{n}号楼" in text for n in range(1, 23))
    assert "广源建材市场23号楼" not in text
