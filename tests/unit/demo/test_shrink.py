"""Pictures of the window made small."""

from __future__ import annotations

from pathlib import Path
from random import Random

from PIL import Image

from dubu_desktop.demo.shrink import shrink


def test_a_picture_keeps_its_size_and_looks_and_loses_bytes(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    picture = Image.new("RGB", (400, 300), (246, 247, 249))
    picture.paste((31, 95, 170), (20, 20, 200, 60))
    picture.save(path, "PNG", compress_level=0)
    before = path.stat().st_size
    assert shrink([path]) == path.stat().st_size < before
    with Image.open(path) as small:
        assert small.mode == "P"
        assert small.size == (400, 300)
        assert small.convert("RGB").getpixel((100, 40)) == (31, 95, 170)


def test_a_picture_full_of_photographs_gets_fewer_colours(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.frombytes("RGB", (600, 500), Random(1).randbytes(900_000)).save(path)
    assert shrink([path]) <= 160_000
    with Image.open(path) as small:
        assert len(small.getcolors()) <= 32


def test_a_small_mark_keeps_its_colour_among_many_greys(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    picture = Image.frombytes("L", (800, 600), Random(2).randbytes(480_000)).convert("RGB")
    picture.paste((178, 28, 28), (10, 10, 16, 16))
    picture.paste((30, 90, 170), (40, 10, 46, 16))
    picture.save(path)
    shrink([path])
    with Image.open(path) as small:
        told = small.convert("RGB")
    assert told.getpixel((12, 12)) == (178, 28, 28)
    assert told.getpixel((42, 12)) == (30, 90, 170)
