"""Small generated pictures for the tests, good and hostile."""

import io
import struct
import zlib

from PIL import ExifTags, Image, PngImagePlugin

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (250, 250, 250)


def quarters(width=120, height=80, mode="RGB"):
    """Red upper left, green upper right, blue lower left, white lower right."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image.convert(mode)


def exif(orientation=1, taken_at=None, gps=None, other_time=None):
    """EXIF with what is asked for; `gps` is ((d, m, s), "N", (d, m, s), "E")."""
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.Make] = "Maker\0"
    data[ExifTags.Base.Model] = "K\x01-1"
    if other_time:
        data[ExifTags.Base.DateTime] = other_time
    details = data.get_ifd(ExifTags.IFD.Exif)
    if taken_at:
        details[ExifTags.Base.DateTimeOriginal] = taken_at
    if other_time:
        details[ExifTags.Base.DateTimeDigitized] = other_time
    if gps:
        latitude, north, longitude, east = gps
        place = data.get_ifd(ExifTags.IFD.GPSInfo)
        place[ExifTags.GPS.GPSLatitudeRef] = north
        place[ExifTags.GPS.GPSLatitude] = latitude
        place[ExifTags.GPS.GPSLongitudeRef] = east
        place[ExifTags.GPS.GPSLongitude] = longitude
    return data


def encoded(image, kind="JPEG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def laid(orientation, **more):
    """A JPEG that shows `quarters()` upright once its EXIF orientation is applied."""
    back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = quarters() if back is None else quarters().transpose(back)
    return encoded(image, quality=95, exif=exif(orientation, **more))


def png_bomb(width, height):
    """A PNG of a few hundred bytes that announces `width` times `height` pixels."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def text_bomb():
    """A PNG whose compressed comment inflates to 64 MB."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 64_000_000, zip=True)
    return encoded(quarters(), "PNG", pnginfo=info)


def damaged_heic():
    return struct.pack(">I", 24) + b"ftypheic" + b"\0\0\0\0mif1heic" + b"\0\0\0\x10meta" + b"\xff" * 200
