"""Prints the Debian packages this machine lacks to show the window, one line, empty when nothing is missing.

Each library is tried with the loader itself, as Qt will: a machine may have it without the package of that name
(another distribution, an own build), and a package may be half removed. Older Pythons than the program's run this too.
"""

from __future__ import annotations

import ctypes
import sys

# Package, library. The first six are needed even without a screen (importing QtWidgets loads them), the rest by a
# desktop. ./dubu reads the names off these lines when there is no Python yet: keep one pair a line.
LIBRARIES = [
    ("libgl1", "libGL.so.1"),
    ("libegl1", "libEGL.so.1"),
    ("libxkbcommon0", "libxkbcommon.so.0"),
    ("libfontconfig1", "libfontconfig.so.1"),
    ("libglib2.0-0", "libglib-2.0.so.0"),
    ("libdbus-1-3", "libdbus-1.so.3"),
    ("libxcb-cursor0", "libxcb-cursor.so.0"),
    ("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    ("libxcb-icccm4", "libxcb-icccm.so.4"),
    ("libxcb-keysyms1", "libxcb-keysyms.so.1"),
    ("libxcb-shape0", "libxcb-shape.so.0"),
]
FONTS = [
    ("fonts-wqy-microhei", ":lang=zh-cn"),
]


def loads(library: str) -> bool:
    """Whether the loader finds the library and all it needs."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_font(pattern: str) -> bool:
    """Whether fontconfig knows a font for the pattern; without fontconfig, no."""
    try:
        fc = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return False
    for name in ("FcNameParse", "FcObjectSetCreate", "FcFontList"):
        getattr(fc, name).restype = ctypes.c_void_p
    wanted = ctypes.c_void_p(fc.FcNameParse(pattern.encode()))
    found = fc.FcFontList(None, wanted, ctypes.c_void_p(fc.FcObjectSetCreate()))
    # struct FcFontSet begins with `int nfont`.
    return bool(found) and ctypes.cast(found, ctypes.POINTER(ctypes.c_int))[0] > 0


def missing() -> list[str]:
    """The names of the packages to install, in a fixed order."""
    lacking = [package for package, library in LIBRARIES if not loads(library)]
    return lacking + [package for package, pattern in FONTS if not has_font(pattern)]


if __name__ == "__main__":
    if sys.platform.startswith("linux"):
        print(" ".join(missing()))
