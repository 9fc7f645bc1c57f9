"""Photos: what they say about themselves, upright clean copies, and what is refused (reliability.md T17-T19)."""

import hashlib
import io
import os
import random
import subprocess
import sys
import threading

import pytest
from PIL import Image

from dubu_desktop.domain.records.finding import TimeSource
from dubu_desktop.errors import DubuError
from dubu_desktop.intake import photo
from dubu_desktop.intake.photo import PhotoWorker, inspect_photo, make_preview, make_thumbnail
from dubu_desktop.system.child import Limits, run_task
from tests.unit.intake import pictures
from tests.unit.intake.pictures import BLUE, GREEN, RED, WHITE

BEIJING = ((39.0, 54.0, 30.0), "N", (116.0, 23.0, 30.0), "E")


@pytest.fixture(scope="module")
def worker():
    with PhotoWorker() as made:
        yield made


def refused(worker, data, name="现场.jpg"):
    with pytest.raises(DubuError) as caught:
        worker.examine(data, name=name)
    assert name in caught.value.sentence
    return caught.value.code


def shown(jpeg):
    return Image.open(io.BytesIO(jpeg), formats=["JPEG"])


def corners(jpeg):
    """The colour names in the four corners, row by row."""
    image = shown(jpeg).convert("RGB")
    width, height = image.size
    names = {RED: "red", GREEN: "green", BLUE: "blue", WHITE: "white"}
    found = []
    for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)):
        pixel = image.getpixel((int(width * x), int(height * y)))
        found.append(min(names, key=lambda c: sum(abs(a - b) for a, b in zip(c, pixel, strict=True))))
    return [names[colour] for colour in found]


def test_time_place_and_camera(worker, tmp_path):
    path = tmp_path / "现场 1.jpg"
    path.write_bytes(pictures.laid(1, taken_at="2026:06:02 08:46:10", gps=BEIJING, other_time="2001:01:01 00:00:00"))
    os.utime(path, (1_780_000_000, 1_780_000_000))
    facts = worker.inspect(path)
    assert (facts.kind, facts.mime, facts.width, facts.height) == ("jpeg", "image/jpeg", 120, 80)
    assert (facts.taken_at, facts.time_source, facts.best_time) == (
        "2026-06-02T08:46:10",
        TimeSource.EXIF,
        facts.taken_at,
    )
    assert facts.file_time == "2026-05-29T04:26:40"  # Asia/Shanghai
    assert facts.gps == pytest.approx((39.9083333, 116.3916667))
    assert facts.camera == "Maker K-1"
    assert facts.size == path.stat().st_size
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_photo_without_shooting_time_says_so(worker, tmp_path):
    data = pictures.laid(1, other_time="2026:06:02 08:46:10")  # times of editing or scanning do not count
    path = tmp_path / "x.jpg"
    path.write_bytes(data)
    facts = worker.inspect(path)
    assert (facts.taken_at, facts.time_source, facts.best_time) == (None, TimeSource.FILE, facts.file_time)
    bare = worker.inspect(data)
    assert (bare.taken_at, bare.file_time, bare.time_source, bare.best_time) == (None, None, None, None)


@pytest.mark.parametrize("text", ["0000:00:00 00:00:00", "2026:13:02 08:46:10", "    :  :     :  :  ", "soon"])
def test_nonsense_times_are_no_times(worker, text):
    assert worker.inspect(pictures.laid(1, taken_at=text)).taken_at is None


@pytest.mark.parametrize(
    ("gps", "expected"),
    [
        (((12.0, 30.0, 0.0), "S", (70.0, 15.0, 0.0), "W"), (-12.5, -70.25)),
        (((0.0, 0.0, 0.0), "N", (0.0, 0.0, 0.0), "E"), None),
        (((91.0, 0.0, 0.0), "N", (10.0, 0.0, 0.0), "E"), None),
        (((10.0, 0.0, 0.0), "Q", (10.0, 0.0, 0.0), "E"), None),
    ],
)
def test_positions(worker, gps, expected):
    assert worker.inspect(pictures.laid(1, gps=gps)).gps == expected


@pytest.mark.parametrize("orientation", range(1, 9))
def test_copies_stand_upright(worker, orientation):
    result = worker.examine(pictures.laid(orientation))
    assert result.facts.orientation == orientation
    assert (result.facts.width, result.facts.height) == (120, 80)
    for copy in (result.preview, result.thumbnail):
        assert shown(copy).size == (120, 80)
        assert corners(copy) == ["red", "green", "blue", "white"]


def test_copies_have_their_size(worker):
    data = pictures.encoded(pictures.quarters(3000, 2000))
    result = worker.examine(data)
    assert (result.facts.width, result.facts.height) == (3000, 2000)
    assert shown(result.preview).size == (1600, 1067)
    assert shown(result.thumbnail).size == (320, 213)
    assert shown(worker.preview(data, side=500)).size == (500, 333)
    assert shown(worker.thumbnail(pictures.encoded(pictures.quarters(50, 900)))).size == (18, 320)


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [
        ("RGBA", "PNG", "png"),
        ("P", "PNG", "png"),
        ("L", "PNG", "png"),
        ("1", "PNG", "png"),
        ("CMYK", "JPEG", "jpeg"),
        ("L", "JPEG", "jpeg"),
        ("RGB", "WEBP", "webp"),
        ("RGBA", "WEBP", "webp"),
    ],
)
def test_kinds_and_modes(worker, mode, kind, expected):
    result = worker.examine(pictures.encoded(pictures.quarters(mode=mode), kind))
    assert result.facts.kind == expected
    if mode in ("RGBA", "P", "CMYK", "RGB"):
        assert corners(result.preview) == ["red", "green", "blue", "white"]


def test_what_is_transparent_becomes_white(worker):
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    assert shown(worker.preview(pictures.encoded(clear, "PNG"))).getpixel((20, 20)) == (255, 255, 255)


def test_sixteen_bit_grey_is_scaled_not_clipped(worker):
    grey = Image.new("I;16", (40, 40), 0x8000)
    value = shown(worker.preview(pictures.encoded(grey, "PNG"))).getpixel((20, 20))[0]
    assert 120 <= value <= 136


def test_of_a_moving_picture_the_first_frame_counts(worker):
    frames = [Image.new("RGB", (60, 40), RED), Image.new("RGB", (60, 40), BLUE)]
    for kind in ("WEBP", "PNG"):
        data = pictures.encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        red, _, blue = shown(worker.preview(data)).getpixel((30, 20))
        assert red > 150 > blue


def test_a_phones_jpeg_with_a_second_picture_inside(worker):
    data = pictures.encoded(pictures.quarters(), "MPO", save_all=True, append_images=[pictures.quarters(40, 40)])
    assert worker.inspect(data).kind == "jpeg"


def test_copies_carry_nothing_of_the_camera(worker):
    canary = b"CANARY-4711"
    data = pictures.encoded(
        pictures.quarters(),
        exif=pictures.exif(taken_at="2026:06:02 08:46:10", gps=BEIJING),
        comment=canary,
        icc_profile=b"\0" * 36 + b"acsp" + canary,
        xmp=b"<x>" + canary + b"</x>",
    )
    assert canary in data
    result = worker.examine(data)
    for copy in (result.preview, result.thumbnail):
        assert canary not in copy
        assert b"Exif" not in copy
        assert not shown(copy).getexif()
        assert set(shown(copy).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_damaged_exif_does_not_cost_the_photo(worker):
    data = pictures.encoded(pictures.quarters(), exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\xff" * 60)
    facts = worker.inspect(data)
    assert (facts.taken_at, facts.gps, facts.orientation) == (None, None, 1)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PCX", "EPS", "JPEG2000"])
def test_other_kinds_are_refused_whatever_their_name(worker, kind):
    assert refused(worker, pictures.encoded(pictures.quarters(64, 64), kind)) == "D-421"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\0" + b"\0" * 400,
        b"%PDF-1.7\n",
        b"PK\x03\x04" + b"\0" * 100,
        b"8BPS\0\x01" + b"\0" * 100,
        b"\0\0\0\x20ftypisom" + b"\0" * 100,
        b"\0\0\0\x20ftypavif" + b"\0" * 100,
    ],
)
def test_files_that_are_no_photos_are_refused(worker, data):
    assert refused(worker, data) == "D-421"


def test_no_other_decoder_is_even_loaded(tmp_path):
    """Pillow offers over forty decoders (T17); each is attack surface."""
    limits = Limits(30, 30, 1024)
    for data, expected in (
        (pictures.encoded(pictures.quarters(), "GIF"), "D-421"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "D-421"),
        (pictures.laid(1), "taken"),
    ):
        path = tmp_path / "x.jpg"
        path.write_bytes(data)
        told = run_task("tests.unit.intake.photo_probe:decoders", {}, path, limits=limits, broken="D-423")
        assert told["taken"] == expected
        kinds = {name.removeprefix("PIL.").removesuffix("ImagePlugin") for name in told["loaded"]}
        # Pillow itself loads these few on any `open`; they are not asked, because `formats` does not name them.
        assert kinds <= {"Jpeg", "Png", "WebP", "Bmp", "Gif", "Ppm", "Mpo", "Tiff"}


@pytest.mark.parametrize("size", [(60_000, 60_000), (10_001, 10_000), (100_000_001, 1), (2**31 - 1, 2**31 - 1)])
def test_bombs_are_refused_before_they_are_decoded(worker, size):
    before = worker.starts
    assert refused(worker, pictures.png_bomb(*size)) in ("D-422", "D-423")
    assert worker.starts == before


def test_a_bomb_in_a_comment_is_refused(worker):
    assert refused(worker, pictures.text_bomb()) == "D-423"


def test_the_largest_picture_allowed_is_read(worker):
    data = pictures.encoded(Image.new("1", (10_000, 10_000)), "PNG")
    assert worker.inspect(data).width == 10_000


def test_more_than_100_mb_is_refused_unread(worker, tmp_path):
    path = tmp_path / "大.jpg"
    with path.open("wb") as out:
        out.truncate(photo.MAX_PHOTO_BYTES + 1)
    assert refused(worker, path, "大.jpg") == "D-422"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
def test_truncated_photos_are_refused(worker, kind, part):
    noise = Image.frombytes("RGB", (200, 200), random.Random(1).randbytes(120_000))
    data = pictures.encoded(noise, kind)
    assert refused(worker, data[: int(len(data) * part)]) == "D-423"


def test_a_damaged_heic_is_refused(worker):
    assert refused(worker, pictures.damaged_heic(), "IMG.HEIC") == "D-423"


def test_what_is_glued_behind_a_photo_stays_out_of_the_copies(worker):
    data = pictures.laid(1) + b"PK\x03\x04<script>CANARY-4712</script>"
    result = worker.examine(data)
    assert result.facts.sha256 == hashlib.sha256(data).hexdigest()
    assert b"CANARY" not in result.preview + result.thumbnail


def test_a_missing_photo_is_said_so(worker, tmp_path):
    assert refused(worker, tmp_path / "没有.jpg", "没有.jpg") == "D-401"


def test_mutated_photos_never_surprise(worker):
    """Every outcome is a photo or an error of the catalogue, and the process goes on serving."""
    source = bytearray(pictures.laid(6, taken_at="2026:06:02 08:46:10", gps=BEIJING))
    chance = random.Random(7)
    outcomes = set()
    for _ in range(150):
        data = bytearray(source)
        for _ in range(chance.randrange(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            worker.examine(bytes(data))
            outcomes.add("read")
        except DubuError as error:
            outcomes.add(error.code)
    assert "read" in outcomes
    assert outcomes <= {"read", "D-421", "D-422", "D-423"}


def test_a_hundred_photos_cost_one_process():
    data = pictures.laid(1)
    with PhotoWorker() as worker:
        for _ in range(100):
            worker.inspect(data)
        assert worker.starts == 1


def test_threads_share_a_worker(worker):
    widths = []
    photos = [pictures.encoded(pictures.quarters(20 + n, 20)) for n in range(6)]
    threads = [threading.Thread(target=lambda d=data: widths.append(worker.inspect(d).width)) for data in photos]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(widths) == [20 + n for n in range(6)]


def test_single_photos_without_a_worker():
    data = pictures.laid(8)
    assert inspect_photo(data).orientation == 8
    assert corners(make_preview(data)) == corners(make_thumbnail(data)) == ["red", "green", "blue", "white"]


def test_the_parent_loads_no_decoder():
    probe = "import sys, dubu_desktop.intake.photo; print([m for m in sys.modules if m[:3] in ('PIL', 'pi_')])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_answer_that_cannot_be_true_is_not_believed(monkeypatch, worker):
    from dubu_desktop.system.childworker import Reply

    good = {"kind": "jpeg", "width": 1, "height": 1, "taken_at": None, "gps": None, "orientation": 1, "camera": None}
    for lie in ({"width": -1}, {"kind": "exe"}, {"taken_at": "yesterday"}, {"gps": [1]}, {"orientation": 9}):
        monkeypatch.setattr(worker._worker, "request", lambda *_, lie=lie, **__: Reply({**good, **lie}, []))
        with pytest.raises(DubuError) as caught:
            worker.inspect(b"x")
        assert caught.value.code == "D-404"


# name: taken_at, (latitude, longitude), orientation, (width, height upright), kind
REAL = {
    "DSCN0010.jpg": ("2008-10-22T16:28:39", (43.4674483, 11.8851267), 1, (640, 480), "jpeg"),
    "DSCN0012.jpg": ("2008-10-22T16:29:49", (43.4671567, 11.885395), 1, (640, 480), "jpeg"),
    "DSCN0021.jpg": ("2008-10-22T16:38:20", (43.4670817, 11.8845383), 1, (640, 480), "jpeg"),
    "DSCN0025.jpg": ("2008-10-22T16:43:21", (43.468365, 11.881635), 1, (640, 480), "jpeg"),
    "IMG_5195.HEIC": ("2021-04-11T15:47:53", (39.0513444, -94.2887722), 1, (2566, 3313), "heic"),
    "Samsung_Digimax_i50_MP3.jpg": ("2006-08-15T17:50:57", None, 1, (100, 75), "jpeg"),
    "jolla.jpg": ("2014-09-21T16:00:56", None, 1, (3264, 2448), "jpeg"),
    "landscape_3.jpg": (None, None, 3, (600, 450), "jpeg"),
    "landscape_6.jpg": (None, None, 6, (600, 450), "jpeg"),
    "no_exif.jpg": (None, None, 1, (322, 466), "jpeg"),
    "portrait_5.jpg": (None, None, 5, (450, 600), "jpeg"),
    "portrait_8.jpg": (None, None, 8, (450, 600), "jpeg"),
}


@pytest.mark.needs_data
@pytest.mark.parametrize("name", REAL)
def test_real_camera_files(worker, data_dir, name):
    taken_at, gps, orientation, size, kind = REAL[name]
    path = data_dir / "photos" / name
    before = path.read_bytes()
    result = worker.examine(path)
    facts = result.facts
    assert (facts.taken_at, facts.orientation, (facts.width, facts.height), facts.kind) == (
        taken_at,
        orientation,
        size,
        kind,
    )
    assert facts.time_source == (TimeSource.EXIF if taken_at else TimeSource.FILE)
    assert facts.gps == (pytest.approx(gps, abs=1e-6) if gps else None)
    assert facts.sha256 == hashlib.sha256(before).hexdigest()
    assert path.read_bytes() == before
    preview = shown(result.preview)
    assert preview.size == size if max(size) <= 1600 else max(preview.size) == 1600
    assert (preview.width < preview.height) == (size[0] < size[1])


@pytest.mark.needs_data
def test_real_rotated_files_show_the_same_scene(worker, data_dir):
    """The rotated files of one scene look alike once upright (sky above, red flowers lower left)."""
    folder = data_dir / "photos"
    for first, second in (("landscape_3.jpg", "landscape_6.jpg"), ("portrait_5.jpg", "portrait_8.jpg")):
        a, b = (shown(worker.preview(folder / name, side=16)).convert("L").tobytes() for name in (first, second))
        assert sum(abs(x - y) for x, y in zip(a, b, strict=True)) / len(a) < 12
        rows = shown(worker.preview(folder / first, side=16)).convert("L")
        width, height = rows.size
        brightness = [sum(rows.getpixel((x, y)) for x in range(width)) for y in range(height)]
        assert sum(brightness[: height // 4]) > sum(brightness[-(height // 4) :])
