"""Photographs for the demo: 12 megapixel JPEGs of about 2–3 MB, each different, as a camera would have left them.

Pictures are painted (scenes.py), softened like a lens, enlarged and given sensor noise; then they bear what a camera
writes: shooting time, coordinates, make, model, orientation. Everything follows from the seed, so the same call gives
the same bytes. Make and model are invented; no real place or person is shown.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from io import BytesIO
from math import exp
from random import Random

from PIL import ExifTags, Image, ImageChops, ImageEnhance, ImageFilter, TiffImagePlugin

from dubu_desktop.demo.canvas import WIDTH, Canvas
from dubu_desktop.demo.scenes import SCENES

MAKE, MODEL = "CHENGCHUAN", "CC-12 Demo"
#: Added to the name of a scene to show its place after the problem was put right.
AFTER = ":after"
_QUALITY = 84
_NOISE = 7.0
# How pixels must be turned to be stored under an orientation, so that a viewer turns them back (Exif 2.3, 4.6.4).
_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def make_photo(
    seed: int,
    scene: str,
    taken_at: datetime | None,
    gps: tuple[float, float] | None = None,
    orientation: int = 1,
    size: tuple[int, int] = (4000, 3000),
) -> bytes:
    """One JPEG. `scene` is a key of SCENES, with `:after` for the same place put right (same seed, same place).

    `taken_at` is local time and becomes DateTimeOriginal; None leaves the time out. `gps` is latitude and longitude in
    degrees, WGS-84. `size` is that of the stored pixels; with `orientation` 5–8 the picture is upright when turned.
    """
    width, height = size if orientation <= 4 else size[::-1]
    picture = _painted(seed, scene, width, height, Random(f"light {scene} {seed} {taken_at}"))
    if orientation in _STORED:
        picture = picture.transpose(_STORED[orientation])
    out = BytesIO()
    exif = _exif(seed, taken_at, gps, orientation, size)
    _developed(picture, size, Random(f"noise {scene} {seed} {taken_at}")).save(out, "JPEG", quality=_QUALITY, exif=exif)
    return out.getvalue()


def _painted(seed: int, scene: str, width: int, height: int, light: Random) -> Image.Image:
    name, _, after = scene.partition(":")
    factor = min(1, WIDTH / max(width, height))
    rng = Random(f"{name} {seed}")
    canvas = Canvas(round(width * factor), round(height * factor), rng, horizon=rng.uniform(0.42, 0.5))
    SCENES[name](canvas, rng, bool(after))
    picture = canvas.image.filter(ImageFilter.GaussianBlur(0.9))
    picture = ImageEnhance.Brightness(picture).enhance(light.uniform(0.86, 1.06))
    picture = ImageEnhance.Color(picture).enhance(light.uniform(0.72, 0.95))
    return ImageChops.multiply(picture, _vignette(picture.size))


@cache
def _vignette(size: tuple[int, int]) -> Image.Image:
    """Corners darker, as lenses draw them."""
    fall = Image.radial_gradient("L").point([255 - int(70 * (value / 255) ** 2) for value in range(256)])
    return Image.merge("RGB", [fall.resize(size, Image.Resampling.BICUBIC)] * 3)


@cache
def _bell() -> bytes:
    """Uniform bytes to Gaussian noise around 128: the inverse of the normal distribution as a table."""
    table, step, total = bytearray(), -4.0, 0.0
    for value in range(256):
        while step < 4 and total < (value + 0.5) / 256:
            total += exp(-step * step / 2) * 0.001 / 2.5066
            step += 0.001
        table.append(max(0, min(255, round(128 + _NOISE * step))))
    return bytes(table)


def _developed(picture: Image.Image, size: tuple[int, int], rng: Random) -> Image.Image:
    """Enlarged to full size, with noise on its brightness; in YCbCr, which JPEG stores as it is."""
    luma, blue, red = picture.convert("YCbCr").split()
    luma = luma.resize(size, Image.Resampling.BICUBIC)
    noise = Image.frombytes("L", size, rng.randbytes(size[0] * size[1]).translate(_bell()))
    luma = ImageChops.add(luma, noise, 1, -128)
    colours = [band.resize(size, Image.Resampling.BILINEAR) for band in (blue, red)]
    return Image.merge("YCbCr", (luma, *colours))


def _exif(
    seed: int, taken_at: datetime | None, gps: tuple[float, float] | None, orientation: int, size: tuple[int, int]
) -> Image.Exif:
    rng = Random(f"camera {seed}")
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = MAKE, MODEL
    exif[ExifTags.Base.Orientation] = orientation
    shot = exif.get_ifd(ExifTags.IFD.Exif)
    if taken_at is not None:
        stamp = f"{taken_at:%Y:%m:%d %H:%M:%S}"
        exif[ExifTags.Base.DateTime] = stamp
        shot[ExifTags.Base.DateTimeOriginal] = shot[ExifTags.Base.DateTimeDigitized] = stamp
        shot[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    shot[ExifTags.Base.ExposureTime] = _ratio(1, rng.choice((30, 60, 120, 250, 500)))
    shot[ExifTags.Base.FNumber] = _ratio(18, 10)
    shot[ExifTags.Base.ISOSpeedRatings] = rng.choice((50, 64, 100, 200, 400))
    shot[ExifTags.Base.FocalLength] = _ratio(540, 100)
    shot[ExifTags.Base.ExifImageWidth], shot[ExifTags.Base.ExifImageHeight] = size
    if gps is not None:
        _write_position(exif.get_ifd(ExifTags.IFD.GPSInfo), *gps)
    return exif


def _write_position(place: dict[int, object], latitude: float, longitude: float) -> None:
    tags = ExifTags.GPS
    place[tags.GPSVersionID] = b"\x02\x03\x00\x00"
    place[tags.GPSLatitudeRef], place[tags.GPSLatitude] = "N" if latitude >= 0 else "S", _sexagesimal(latitude)
    place[tags.GPSLongitudeRef], place[tags.GPSLongitude] = "E" if longitude >= 0 else "W", _sexagesimal(longitude)
    place[tags.GPSMapDatum] = "WGS-84"


def _sexagesimal(degrees: float) -> tuple[TiffImagePlugin.IFDRational, ...]:
    """Degrees, minutes, seconds to a hundredth (about 0.3 m)."""
    hundredths = round(abs(degrees) * 360_000)
    return _ratio(hundredths // 360_000, 1), _ratio(hundredths // 6000 % 60, 1), _ratio(hundredths % 6000, 100)


def _ratio(numerator: int, denominator: int) -> TiffImagePlugin.IFDRational:
    return TiffImagePlugin.IFDRational(numerator, denominator)
