"""Makes the exhibit of the present version: `python -m tests.museum.make` (once, when a version is released).

An office and one group that have exchanged, a conflict, a photo, a rectification under way, segments in an archive at
each; beside them a bundle each way that has not been imported yet. The manifest says what must come out.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from dubu_desktop import __version__
from dubu_desktop.actions import check
from tests.world import PASSWORD, World, jpeg

HERE = Path(__file__).parent


def build(world: World) -> dict[str, str]:
    """The story; returns the manifest."""
    office, group = world.office, world.groups["01"]
    photo = world.root / "before.jpg"
    photo.write_bytes(jpeg(7, (320, 240)))
    first = world.assigned("01")
    second = world.finding(group, place="城关街道广源建材市场4号楼")
    group.do("add_photos", finding=second, files=[str(photo)], role="before")
    world.round()
    office.do("edit_finding", finding=second, values={"severity": "serious"}, reason="按标准")
    group.do("edit_finding", finding=second, values={"severity": "ordinary"})
    world.take(office, world.up("01"))
    office.do("urge", findings=[first], text="请抓紧")
    third = world.finding(group, place="城关街道广源建材市场5号楼")
    for house in (office, group):  # what was acknowledged lies in an archive
        house.do("compact", keep_days=0)
    (up,), (down,) = world.up("01"), world.down("01")
    told = {"office": check.digest(office), "group": check.digest(group), "up": Path(up).name, "down": Path(down).name}
    return told | {"first": first, "second": second, "third": third, "password": PASSWORD, "version": __version__}


def main() -> None:
    """Write tests/museum/<version>/ anew."""
    target = HERE / __version__
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["DUBU_STATE_DIR"] = str(Path(scratch) / "state")
        world = World(Path(scratch) / "world", ["01"])
        manifest = build(world)
        world.close()
        target.mkdir()
        for name in ("office", "group01"):
            shutil.copytree(world.root / name, target / name, ignore=shutil.ignore_patterns("lock.*", "backups"))
        for way in ("up", "down"):
            shutil.copy(world.stick / manifest[way], target / manifest[way])
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        (target / "manifest.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
