"""The child's side of photos: decode, read what the camera wrote, make clean small copies. The parent never imports it.

Which decoders may run is decided here by name (reliability.md T17): Pillow would otherwise offer over forty.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from datetime import datetime
from typing import Any, BinaryIO

from PIL import ExifTags, Image, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError, WebPImagePlugin

from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError
from dubu_desktop.system.childside import Emit

#: contracts.md §8.
MAX_PIXELS = 100_000_000
_KINDS = {
    JpegImagePlugin.JpegImageFile.format: "jpeg",
    "MPO": "jpeg",  # what Pillow calls a JPEG that carries further pictures; phones write it
    PngImagePlugin.PngImageFile.format: "png",
    WebPImagePlugin.WebPImageFile.format: "webp",
    "HEIF": "heic",
}
_MAGICS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"heim", b"heis")
_QUALITY = 85
_ORIENTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LAID_OVER = frozenset(turn for value, turn in _ORIENTATIONS.items() if value >= 5)
_EXIF_TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")


def examine(source: BinaryIO | None, payload: dict[str, Any], emit: Emit) -> dict[str, Any]:
    """Task: facts of the photo in `source`; sends one JPEG blob per side length in payload["sides"] (descending).

    The whole picture is decoded even when no copy is asked for, so that a broken one is refused. Raises DubuError
    D-421 (not one of our kinds), D-422 (too many pixels); any other exception means broken.
    """
    assert source is not None
    sides = [int(side) for side in payload["sides"]]
    image = _open(source)
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_large()
    exif = _exif(image)
    orientation = _orientation(image, exif)
    # The loader of HEIC has turned the picture already; doing it again would lay it on its side.
    turn = None if image.format == "HEIF" else _ORIENTATIONS.get(orientation)
    if turn in _LAID_OVER:
        width, height = height, width
    facts = {"kind": _KINDS[str(image.format)], "orientation": orientation, "width": width, "height": height}
    side = max(sides, default=64)
    image.draft("RGB", (side, side))
    image.load()
    for side in sides:
        image = _small(image, side, turn)
        turn = None
        emit.blob(_encoded(image))
    return {**facts, **_camera_facts(exif)}


def _open(source: BinaryIO) -> Image.Image:
    """The picture, header read, pixels not yet; only the decoders of our four kinds are tried."""
    head = source.read(16)
    source.seek(0)
    formats = ["JPEG", "PNG", "WEBP"]
    if head[4:8] == b"ftyp":
        import pi_heif

        pi_heif.register_heif_opener()
        formats = ["HEIF"]
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(source, formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except UnidentifiedImageError:
        if head.startswith(_MAGICS) or head[8:12] in _HEIC_BRANDS:
            raise  # one of ours, broken
        raise DubuError("D-421", name="") from None
    return image


def _too_large() -> DubuError:
    return DubuError("D-422", name="", what="像素", limit="1亿")


def _exif(image: Image.Image) -> Image.Exif:
    """EXIF, or an empty one: a photo with damaged EXIF is still a photo."""
    try:
        return image.getexif()
    except Exception:  # any parser exception (reliability.md T16)
        return Image.Exif()


def _orientation(image: Image.Image, exif: Image.Exif) -> int:
    """EXIF orientation as the file has it, 1 to 8; 1 when there is none or it is nonsense."""
    value = image.info.get("original_orientation") or exif.get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _ifd(exif: Image.Exif, which: ExifTags.IFD) -> dict[int, Any]:
    try:
        return dict(exif.get_ifd(which))
    except Exception:  # as above
        return {}


def _camera_facts(exif: Image.Exif) -> dict[str, Any]:
    """Shooting time (DateTimeOriginal only, contracts.md §5), position and camera, each None when absent or odd."""
    camera = " ".join(_text(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model)).strip()
    details = _ifd(exif, ExifTags.IFD.Exif)
    return {
        "taken_at": _time(_text(details.get(ExifTags.Base.DateTimeOriginal))),
        "gps": _position(_ifd(exif, ExifTags.IFD.GPSInfo)),
        "camera": camera or None,
    }


def _text(value: Any) -> str:
    """EXIF text without padding and invisible characters, at most 100 characters."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return clean_line(value.split("\0")[0])[:100] if isinstance(value, str) else ""


def _time(text: str) -> str | None:
    found = _EXIF_TIME.match(text)
    if not found:
        return None
    try:
        return datetime.fromisoformat("{}-{}-{}T{}:{}:{}".format(*found.groups())).isoformat()
    except ValueError:
        return None


def _position(gps: dict[int, Any]) -> list[float] | None:
    """[latitude, longitude] in degrees, WGS-84 as the device wrote it; 0, 0 is what devices write without a fix."""
    latitude = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "NS", 90)
    longitude = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "EW", 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    return [latitude, longitude]


def _degrees(gps: dict[int, Any], value_tag: int, ref_tag: int, signs: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in gps[value_tag])
        reference = _text(gps[ref_tag]).upper()
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= most or len(reference) != 1 or reference not in signs:
        return None
    return round(-value if reference == signs[1] else value, 7)


def _small(image: Image.Image, side: int, turn: Image.Transpose | None) -> Image.Image:
    """A copy of at most `side` on its long side, upright, on a new white canvas: no metadata comes along (T19)."""
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode.startswith("I"):
        # 16 bit grey: Pillow would clip instead of scale.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if turn is not None:
        image = image.transpose(turn)
    canvas = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        canvas.paste(image, mask=image.getchannel("A"))
    else:
        canvas.paste(image.convert("RGB"))
    return canvas


def _encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
