"""The demo's photographs: real JPEGs with a camera's EXIF, each different, the same from the same seed."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from itertools import combinations

import pytest
from PIL import ExifTags, Image, ImageChops, ImageOps, ImageStat

from dubu_desktop.demo.photos import AFTER, MAKE, make_photo
from dubu_desktop.demo.scenes import SCENES

WHEN = datetime(2026, 6, 2, 8, 46, 10)
WHERE = (35.512345, 121.801234)
SMALL = (400, 300)


def _open(raw: bytes) -> Image.Image:
    picture = Image.open(BytesIO(raw))
    picture.load()
    return picture


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference per pixel after the noise is averaged away."""
    first, second = (picture.convert("L").resize((40, 30), Image.Resampling.BOX) for picture in (one, other))
    return float(ImageStat.Stat(ImageChops.difference(first, second)).mean[0])


def test_a_full_photo_has_twelve_megapixels_and_the_size_of_one() -> None:
    raw = make_photo(1, "corridor", WHEN, WHERE)
    picture = Image.open(BytesIO(raw))
    assert (picture.format, picture.size) == ("JPEG", (4000, 3000))
    assert 2_000_000 <= len(raw) <= 3_200_000


def test_exif_is_what_a_camera_writes() -> None:
    exif = _open(make_photo(1, "canal", WHEN, WHERE, size=SMALL)).getexif()
    shot, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert exif[ExifTags.Base.Make] == MAKE
    assert shot[ExifTags.Base.DateTimeOriginal] == "2026:06:02 08:46:10"
    assert shot[ExifTags.Base.OffsetTimeOriginal] == "+08:00"
    degrees = [sum(float(part) / 60**n for n, part in enumerate(place[tag])) for tag in (2, 4)]
    assert degrees == pytest.approx(WHERE, abs=3e-6)
    assert (place[1], place[3], place[18]) == ("N", "E", "WGS-84")


def test_south_and_west() -> None:
    place = _open(make_photo(1, "canal", WHEN, (-1.5, -2.25), size=SMALL)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert (place[1], place[3]) == ("S", "W")
    assert [float(part) for part in place[4]] == [2, 15, 0]


def test_without_time_and_place_none_is_written() -> None:
    exif = _open(make_photo(1, "canal", None, size=SMALL)).getexif()
    assert ExifTags.Base.DateTime not in exif
    assert ExifTags.Base.DateTimeOriginal not in exif.get_ifd(ExifTags.IFD.Exif)
    assert not exif.get_ifd(ExifTags.IFD.GPSInfo)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_turned_photos_are_upright_when_turned_back(orientation: int) -> None:
    picture = _open(make_photo(5, "corridor", WHEN, orientation=orientation, size=SMALL))
    assert picture.size == SMALL
    assert picture.getexif()[ExifTags.Base.Orientation] == orientation
    upright = ImageOps.exif_transpose(picture)
    straight_size = SMALL if orientation <= 4 else SMALL[::-1]
    straight = _open(make_photo(5, "corridor", WHEN, size=straight_size))
    assert upright.size == straight.size
    # a wrong turn of this picture differs by 8 and more
    assert _difference(upright, straight) < 2


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_shows_its_problem_and_its_place_without_it(scene: str) -> None:
    before, after = (_open(make_photo(3, scene + end, WHEN, size=SMALL)) for end in ("", AFTER))
    assert ImageStat.Stat(before.convert("L")).stddev[0] > 12, "not a blank picture"
    assert 0.5 < _difference(before, after) < 60


def test_no_two_photos_are_the_same_and_each_can_be_made_again() -> None:
    calls = [(seed, scene) for scene in ("market", "rubble", "room") for seed in (1, 2, 3)]
    pictures = {call: make_photo(call[0], call[1], WHEN, size=SMALL) for call in calls}
    assert len(set(pictures.values())) == len(calls)
    assert all(_difference(_open(pictures[a]), _open(pictures[b])) > 1 for a, b in combinations(calls, 2))
    assert make_photo(2, "market", WHEN, size=SMALL) == pictures[2, "market"]
