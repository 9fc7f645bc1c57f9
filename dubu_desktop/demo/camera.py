"""The photographs of the demo, made by one thread while the story goes on (one at a time: Pillow keeps a core busy)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from dubu_desktop.demo.county_findings import Finding, Photo, photo_bytes, taken_at
from dubu_desktop.system.clock import SHANGHAI

Shot = tuple[str, int]


class Camera:
    """Makes the JPEGs of `shots` in the order given, each a file `问题编号-序.jpg` in `folder`; use as a context."""

    def __init__(self, folder: Path, size: tuple[int, int], shots: Iterable[tuple[Finding, int, Photo]]) -> None:
        self._folder, self._size = folder, size
        folder.mkdir(parents=True)
        self._pool = ThreadPoolExecutor(1, "camera")
        self._made: dict[Shot, Future[Path]] = {
            (finding.key, number): self._pool.submit(self._make, finding, number, photo)
            for finding, number, photo in shots
        }

    def __enter__(self) -> Camera:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def __len__(self) -> int:
        return len(self._made)

    def file(self, finding: Finding, number: int) -> Path:
        """The file of a finding's photo `number` (from 0); waits until it is made."""
        return self._made[finding.key, number].result()

    def _make(self, finding: Finding, number: int, photo: Photo) -> Path:
        path = self._folder / f"{finding.key}-{number + 1}.jpg"
        path.write_bytes(photo_bytes(finding, photo, self._size))
        taken = taken_at(finding, photo).replace(tzinfo=SHANGHAI).timestamp()
        os.utime(path, (taken, taken))  # as the camera left the file: where no shooting time is written, it is shown
        return path
