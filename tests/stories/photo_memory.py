"""Run as a program: a group's photos out and into the office, and by how much the memory of this process grew (P14)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dubu_desktop.actions.desk import Desk
from tests.peak import peak_kib
from tests.world import World, cheap_keys, jpeg

MIB = 1 << 20


def photographed(world: World, seed: int, count: int, mib: int) -> None:
    """A finding of group 01 with photos of `mib` MiB each; put into the store as bytes that pass by, as a camera's."""
    house = world.groups["01"]
    desk = Desk(house.ws, house.person, "test", "试验")

    def content(n: int) -> Iterator[bytes]:
        yield (seed * 1000 + n).to_bytes(8, "big")
        for at in range(mib * 4 - 1):
            yield at.to_bytes(4, "big") * (MIB // 16)

    stored = [(house.ws.blobs.put(content(n)), house.ws.blobs.put(jpeg(seed * 100 + n))) for n in range(count)]
    number = world.finding(house)
    with desk.writing():
        record = desk.find("finding", number)
        for original, preview in stored:
            values = {"finding": record, "sha256": original.sha256, "preview": preview.sha256, "size": original.size}
            desk.create("evidence", values)


def exchanged(world: World) -> None:
    """One bundle up."""
    (report,) = world.take(world.office, world.up("01"))
    assert report["photos"] == report["photos_of"] > 0, report


def main() -> None:
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        os.environ["DUBU_STATE_DIR"] = str(Path(sys.argv[1]) / "state")
        world = World(Path(sys.argv[1]) / "world", ("01",))
        photographed(world, 1, 2, 2)
        exchanged(world)
        before = peak_kib()
        photographed(world, 2, 6, int(sys.argv[2]))
        exchanged(world)
        print(peak_kib() - before)
        world.close()


main()
