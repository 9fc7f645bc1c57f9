"""Preview and import told in full: conflicts with their values, when a bundle was made, cancel between two bundles."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubu_desktop.domain.numbers import group_name
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.system import paths
from tests.world import World

GROUP = group_name("01")


def preview(world: World, files: list[str]) -> list[dict]:
    return list(world.office.do("preview_bundles", files=files).extra["reports"])


def confirmed_conflict(world: World) -> list[str]:
    """The file in which group 01 brings a value that the office has changed as well."""
    group = world.groups["01"]
    number = world.finding(group)
    world.take(world.office, world.up("01"))
    world.office.do("edit_finding", finding=number, values={"severity": "serious"}, reason="净宽不足1 m")
    group.do("edit_finding", finding=number, values={"severity": "ordinary"})
    return world.up("01")


def test_preview_tells_conflicts_with_both_values_and_changes_nothing(world: World) -> None:
    files = confirmed_conflict(world)
    before = world.rows(world.office, "finding")
    outcome = world.office.do("preview_bundles", files=files)
    (report,) = outcome.extra["reports"]
    assert (report["conflicts"], report["from"], report["made_ms"]) == (1, GROUP, world.clock.ms)
    (clash,) = report["clashes"]
    assert clash.field == "severity"
    assert clash.field_label == "严重程度"
    assert {(v.side, v.who, v.value) for v in clash.values} == {
        ("办公室", "王主任", "serious"), (GROUP, "组长01", "ordinary"),
    }  # fmt: skip
    assert not outcome.kinds, "a preview announces nothing"
    assert world.rows(world.office, "finding") == before
    # what is decided after the import counts the values in the same order
    taken = world.office.do("import_bundles", files=files)
    assert "finding" in taken.kinds, "open views must hear of what an import brought"
    world.office.do("decide_conflict", record=clash.record, field=clash.field, value=clash.values[1].value)
    assert world.row(world.office, "finding")["severity"] == clash.values[1].value
    assert preview(world, files)[0]["clashes"] == ()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_each_conflict_is_told_with_the_file_that_brought_it(world: World, order: tuple[int, ...]) -> None:
    group, files = world.groups["01"], []
    numbers = [world.finding(group) for _ in range(3)]
    world.take(world.office, world.up("01"))
    for number in numbers:  # each file holds what the one before held, too
        world.office.do("edit_finding", finding=number, values={"severity": "serious"}, reason="净宽不足1 m")
        group.do("edit_finding", finding=number, values={"severity": "ordinary"})
        files += world.up("01")
    told = preview(world, [files[at] for at in order])
    assert [[clash.name for clash in report["clashes"]] for report in told] == [[numbers[at]] for at in order]
    assert [report["conflicts"] for report in told] == [1, 1, 1]


def test_a_bundle_says_which_one_was_taken_before_it(world: World) -> None:
    first = world.up("01")
    world.take(world.office, first)
    lost, kept = world.up("01"), world.up("01")
    (report,) = preview(world, kept)
    assert lost != kept
    assert report["serial"] == report["before"] + 2


def test_cancel_between_two_bundles_keeps_what_is_whole_and_says_so(world: World) -> None:
    for code in ("01", "02"):
        world.finding(world.groups[code])
    files = [*world.up("01"), *world.up("02")]
    work = world.office.run("import_bundles", files=files)
    step = next(work)
    while not ("正在收" in step.label and world.rows(world.office, "finding")):
        step = next(work)
    with pytest.raises(StopIteration) as end:
        work.throw(Cancelled())
    outcome = end.value.value
    assert sorted(r["status"] for r in outcome.extra["reports"]) == ["left", "new"]
    assert len(world.rows(world.office, "finding")) == 1
    assert "finding" in outcome.kinds


def test_cancel_before_the_first_bundle_changes_nothing(world: World) -> None:
    world.finding(world.groups["01"])
    work = world.office.run("import_bundles", files=world.up("01"))
    next(work)
    with pytest.raises(Cancelled):
        work.throw(Cancelled())
    assert not world.rows(world.office, "finding")


def test_one_export_may_be_for_several_groups(world: World) -> None:
    out = world.office.do("export_bundle", to="01,02", out=str(world.stick)).extra
    assert [Path(f).name[:7] for f in out["files"]] == ["01-down", "02-down"]
    with pytest.raises(DubuError) as caught:
        world.office.do("export_bundle", to="01,07", out=str(world.stick))
    assert caught.value.code == "D-254"
    assert "07" in caught.value.what


def test_sticks_are_listed_by_their_mount_points(tmp_path: Path) -> None:
    block = tmp_path / "block"
    for name, removable in (("sda", "0"), ("sdb", "1")):
        (block / name).mkdir(parents=True)
        (block / name / "removable").write_text(removable, encoding="ascii")
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"/dev/sda / ext4 rw 0 0\nproc /proc proc rw 0 0\n/dev/sdb {tmp_path}/U\\040盘 vfat rw 0 0\n", encoding="utf-8"
    )
    assert paths.removable_places(mounts=mounts, block=block) == [tmp_path / "U 盘"]
    assert paths.removable_places(mounts=tmp_path / "none", block=block) == []
