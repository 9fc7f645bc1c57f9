"""The process that is struck while it moves old segments to archives. It says what is done only once it is done."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from dubu_desktop.errors import DubuError
from tests.words import PASSWORD

#: so that a few small segments make several archives
ARCHIVE_BYTES = 12_000


def tell(word: str, **what: Any) -> None:
    """One line, out at once and in one piece."""
    os.write(1, (json.dumps({"word": word, **what}, ensure_ascii=False) + "\n").encode())


def main() -> None:
    """Open the workspace when told to on stdin (one line of JSON), compact, and be gone without any tidying."""
    from dubu_desktop.actions import registry
    from dubu_desktop.actions.house import House
    from dubu_desktop.db import archiving, keys

    keys.STANDARD_COST = keys.Cost(memory_kib=64, passes=1, lanes=1)
    archiving.LARGEST = ARCHIVE_BYTES
    registry.all_verbs()
    tell("READY")
    told = json.loads(sys.stdin.readline())
    try:
        house = House.open_(Path(told["path"]), PASSWORD)
        house.be(told["person"])
        tell("OPEN")
        done = house.do("compact", keep_days=0).extra
    except DubuError as error:  # a disk that fails is no crash
        tell("REFUSED", code=error.code, sentence=error.sentence)
        os._exit(3)
    tell("ACK", segments=done["segments"], archives=done["archives"])
    os._exit(0)


if __name__ == "__main__":
    main()
