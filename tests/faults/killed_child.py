"""The process that is killed: it saves, exports, imports or backs up, and says what is done only once it is done.

Started ahead of its turn; it opens the workspace when it is told to on stdin (one line of JSON). Every ACK line is one
action that returned: from then on its result may never be lost.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from dubu_desktop.errors import DubuError
from tests.world import COMPLETE, PASSWORD

#: acts left before this process ends by itself, where it was told so
left = -1


def tell(word: str, **what: Any) -> None:
    """One line, out at once and in one piece; after the last act the process is gone, without any tidying."""
    global left
    os.write(1, (json.dumps({"word": word, **what}, ensure_ascii=False) + "\n").encode())
    left -= word == "ACK"
    if left == 0:
        os._exit(0)


def picture(token: int) -> bytes:
    """A JPEG of its own, some 20 kB."""
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((200, 150), 60).convert("RGB").save(out, "JPEG", quality=90, comment=str(token).encode())
    return out.getvalue()


def save(house: Any, told: dict[str, Any]) -> None:
    """Findings, edits and photos, one after the other, without end."""
    token, last = told["token"], ""
    while True:
        token += 1
        place = f"城关街道{token}号"
        if token % 4 == 3 and last:
            house.do("add_photos", finding=last, images=[picture(token)])
            tell("ACK", finding=last, photo=True)
        elif token % 2 or not last:
            last = house.do("register_finding", values=COMPLETE | {"place": place}).ids[0]
            tell("ACK", finding=last, place=place)
        else:
            if told.get("early"):  # a mutant: it acknowledges what is not done yet
                tell("ACK", finding=last, place=place)
            house.do("edit_finding", finding=last, values={"place": place})
            tell("ACK", finding=last, place=place)


def export(house: Any, told: dict[str, Any]) -> None:
    """A finding and a bundle, without end."""
    token = told["token"]
    while True:
        token += 1
        place = f"城关街道{token}号"
        made = house.do("register_finding", values=COMPLETE | {"place": place}).ids[0]
        tell("ACK", finding=made, place=place)
        done = house.do("export_bundle", to="office", out=told["stick"]).extra
        tell("ACK", file=done["files"][0])


def take_in(house: Any, told: dict[str, Any]) -> None:
    """The bundles handed over, one call each; then nothing more."""
    for i, file in enumerate(told["files"]):
        (report,) = house.do("import_bundles", files=[file]).extra["reports"]
        if report["status"] == "refused":
            tell("REFUSED", code=report["code"], sentence=report["sentence"])
            os._exit(3)
        tell("ACK", imported=i, status=report["status"], brings=told.get("brings", [[]] * (i + 1))[i])


def back_up(house: Any, told: dict[str, Any]) -> None:
    """A backup, copied to the second place too, without end."""
    while True:
        tell("ACK", file=house.do("make_backup", to=told["second"]).extra["path"])


def main() -> None:
    """Wait for the turn, then work until killed."""
    from dubu_desktop.actions import registry
    from dubu_desktop.db import keys

    keys.STANDARD_COST = keys.Cost(memory_kib=64, passes=1, lanes=1)
    registry.all_verbs()
    tell("READY")
    global left
    told = json.loads(sys.stdin.readline())
    left = told.get("count", -1)
    try:
        work(told)
    except DubuError as error:  # a disk that fails is no crash
        tell("REFUSED", code=error.code, sentence=error.sentence)
        os._exit(3)


def work(told: dict[str, Any]) -> None:
    """Open the workspace and do as told."""
    from dubu_desktop.actions.house import House

    house = House.open_(Path(told["path"]), PASSWORD)
    house.be(told["person"])
    tell("OPEN")
    {"save": save, "export": export, "import": take_in, "backup": back_up}[told["what"]](house, told)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
