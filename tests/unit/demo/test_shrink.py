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
