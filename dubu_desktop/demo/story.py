"""The county's June, played from the first workspace to the last printed paper."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from dubu_desktop.actions.registry import Progress
from dubu_desktop.demo import PASSWORD, accounts
from dubu_desktop.demo.acts_field import Field
from dubu_desktop.demo.camera import Camera
from dubu_desktop.demo.clock import StoryClock
from dubu_desktop.demo.county_story import NOW, at
from dubu_desktop.demo.script import acts, shots
from dubu_desktop.demo.stage import Stage
from dubu_desktop.errors import DubuError

#: Pixels of the photographs: 12 megapixels, as cameras of telephones make them.
FULL_SIZE = (4000, 3000)
REPORT = "report.json"


def perform(root: Path, photo_size: tuple[int, int] = FULL_SIZE) -> Generator[Progress, None, dict[str, Any]]:
    """Play the story in the empty or new folder `root`; returns what `report.json` says.

    Leaves office/, group01/ … group06/, bundles/, papers/, password, report.json. Raises D-102 when there is something
    in the folder. Closed at a yield, it takes away what it had made.
    """
    _must_be_empty(root)
    begun = time.perf_counter()
    stage = Stage(root, StoryClock(at("05-28T08:30")))
    try:
        with Camera(root / ".camera", photo_size, shots()) as camera:
            todo = acts(stage, Field(stage, camera))
            for number, act in enumerate(todo):
                yield Progress(number, len(todo), f"{act.at.month}月{act.at.day}日 {act.label}")
                stage.clock.put(act.at)
                act.play()
        stage.clock.put(NOW)
        stage.stay_in_june(NOW)
        told = accounts.told(stage) | {"acts": len(todo), "photo_size": list(photo_size), "photo_files": len(camera)}
    except BaseException:
        stage.close()
        _clear(root)
        raise
    stage.close()
    shutil.rmtree(root / ".camera")
    (root / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    told["seconds"] = round(time.perf_counter() - begun, 1)
    (root / REPORT).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return told


def _must_be_empty(root: Path) -> None:
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise DubuError("D-102", path=str(root))
    root.mkdir(parents=True, exist_ok=True)


def _clear(root: Path) -> None:
    """The folder was empty before: so it is again."""
    for path in root.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
