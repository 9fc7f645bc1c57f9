"""The process that is killed: it saves, exports, imports, backs up, restores or opens the workspace of an older
version, and says what is done only once it is done.

It opens the workspace when it is told to on stdin (one line of JSON), or is forked off a warm process (forkserver.py).
Every ACK line is one action that returned: from then on its result may never be lost.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dubu_desktop.actions import recovery
from dubu_desktop.actions.house import House
from dubu_desktop.errors import DubuError
from tests.words import COMPLETE, PASSWORD


class Enough(BaseException):
    """The acts it was told to do are done."""


#: acts left before the work ends by itself, where it was told so; where lines go; who else hears of them
left = -1
out = 1
heard: Callable[[str], None] | None = None


def tell(word: str, **what: Any) -> None:
    """One line, out at once and in one piece."""
    global left
    os.write(out, (json.dumps({"word": word, **what}, ensure_ascii=False) + "\n").encode())
    if heard is not None:
        heard(word)
    left -= word == "ACK"
    if left == 0:
        raise Enough


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
    if told.get("torn"):
        _tear()
    for i, file in enumerate(told["files"]):
        (report,) = house.do("import_bundles", files=[file]).extra["reports"]
        if report["status"] == "refused":
            tell("REFUSED", code=report["code"], sentence=report["sentence"])
            os._exit(3)
        tell("ACK", imported=i, status=report["status"], brings=told.get("brings", [[]] * (i + 1))[i])


def _tear() -> None:
    """A mutant: what is to be placed anew is cleared, and that is committed, before it is taken in again."""
    from dubu_desktop.db import quarantine

    honest = quarantine.clear

    def clear(conn: Any, replica: int) -> set[bytes]:
        roots = honest(conn, replica)
        conn.dialect.do_commit(conn.connection)
        time.sleep(0.05)
        conn.exec_driver_sql("BEGIN IMMEDIATE")
        return roots

    quarantine.clear = clear


def back_up(house: Any, told: dict[str, Any]) -> None:
    """A backup, copied to the second place too, without end."""
    while True:
        tell("ACK", file=house.do("make_backup", to=told["second"]).extra["path"])


def bring_back(told: dict[str, Any]) -> None:
    """A workspace made of a backup."""
    tell("OPEN")
    recovery.restore(Path(told["backup"]), Path(told["path"]), password=PASSWORD)
    tell("ACK")


def prepare() -> None:
    """What a process does ahead of its turn."""
    from dubu_desktop.actions import registry
    from dubu_desktop.db import keys

    keys.STANDARD_COST = keys.Cost(memory_kib=64, passes=1, lanes=1)
    registry.all_verbs()


def main() -> None:
    """Wait for the turn, then work until killed; after the last act the process is gone, without any tidying."""
    prepare()
    tell("READY")
    try:
        work(json.loads(sys.stdin.readline()))
        while True:
            time.sleep(60)
    except Enough:
        os._exit(0)


def work(told: dict[str, Any], *, tidy: bool = False) -> None:
    """Open the workspace and do as told; `tidy`: close it at the end."""
    global left
    left = told.get("count", -1)
    house = None
    try:
        if told["what"] == "restore":
            bring_back(told)
            return
        if told["what"] == "migrate":
            tell("OPEN")
        house = House.open_(Path(told["path"]), PASSWORD)
        house.be(told["person"])
        tell("ACK" if told["what"] == "migrate" else "OPEN")
        acts = {"save": save, "export": export, "import": take_in, "forked": take_in, "backup": back_up}
        if told["what"] in acts:
            acts[told["what"]](house, told)
    except DubuError as error:  # a disk that fails is no crash
        tell("REFUSED", code=error.code, sentence=error.sentence)
        os._exit(3)
    finally:
        if tidy and house is not None:
            house.close()


if __name__ == "__main__":
    main()
