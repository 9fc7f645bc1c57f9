"""Runs in a child: which picture decoders are loaded after a file was refused or taken."""

import sys

from dubu_desktop.errors import DubuError
from dubu_desktop.intake import pixels


def decoders(source, payload, emit):
    try:
        pixels.examine(source, {"sides": []}, emit)
    except DubuError as error:
        taken = error.code
    else:
        taken = "taken"
    return {"taken": taken, "loaded": sorted(m for m in sys.modules if m.endswith("ImagePlugin"))}
