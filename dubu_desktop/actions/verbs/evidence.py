"""Evidence: photos added, described, withdrawn. The originals are kept byte for byte."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions import given
from dubu_desktop.actions.background import IsCancelled, Report, beside
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange.photos import came
from dubu_desktop.actions.registry import Progress, verb
from dubu_desktop.db import queries, scope
from dubu_desktop.errors import DubuError

if TYPE_CHECKING:
    from dubu_desktop.intake.photo import Photo


@verb("加照片")
def add_photos(
    desk: Desk,
    *,
    finding: str,
    files: list[str] | None = None,
    role: str = "before",
    caption: str = "",
    images: list[bytes] | None = None,
) -> Generator[Progress, None, None]:
    """Add photos to a finding, from files or (pasted) from bytes. role: before, after, other.

    A photo that is on the finding already is not added twice; where its file was missing, it is here again. One that
    cannot be read is named in the warnings and the others are added; with a single photo its error is raised (D-4xx).
    """
    sources: list[tuple[str, Path | bytes]] = [(path.name, path) for path in map(given.place, files or [])]
    sources += [(f"粘贴的图片{i}", raw) for i, raw in enumerate(images or [], 1)]
    ready: list[tuple[Photo, bytes]] = []
    with desk.ws.reading() as conn:
        from dubu_desktop.actions import lookup

        record = lookup.find(conn, "finding", finding)
        known = {r["sha256"] for r in queries.all_rows(conn, "evidence", finding=record)}
        missing = scope.missing(conn)
    back: set[bytes] = set()
    for i, (name, source) in enumerate(sources):
        try:
            take = partial(_prepared, desk, source, name)
            photo, preview = yield from beside(take, f"正在读取 {name}", at=(i, len(sources)))
        except DubuError as error:
            if len(sources) == 1:
                raise
            desk.warnings.append(error.sentence)
            continue
        sha256 = bytes.fromhex(photo.facts.sha256)
        if sha256 in known:
            came_back = {sha256, preview} & missing
            back |= came_back
            desk.warnings.append(f"{name} {'原来待补，现在补上了' if came_back else '已经在这条问题里'}")
            continue
        known.add(sha256)
        ready.append((photo, preview))
    with desk.writing():
        came(desk.conn, back)
        for photo, preview in ready:
            desk.create("evidence", values_of(desk, record, photo, preview, role, caption))
    desk.extra["added"] = len(ready)


def _prepared(
    desk: Desk, source: Path | bytes, name: str, _report: Report, cancelled: IsCancelled
) -> tuple[Photo, bytes]:
    return prepare(desk, source, name, cancelled)


def prepare(desk: Desk, source: Path | bytes, name: str, cancelled: IsCancelled | None = None) -> tuple[Photo, bytes]:
    """Decode in the child, then put original and preview into the store, durable before any record names them."""
    photo = desk.tools.photos().examine(source, name=name, cancelled=cancelled)
    wanted = bytes.fromhex(photo.facts.sha256)
    if isinstance(source, bytes):
        desk.ws.blobs.put_verified(wanted, source)
    else:
        try:
            with source.open("rb") as stream:
                desk.ws.blobs.put_verified(wanted, stream)
        except OSError as error:
            raise DubuError("D-401", name=name) from error
    return photo, desk.ws.blobs.put(photo.preview).sha256


def values_of(desk: Desk, record: bytes, photo: Photo, preview: bytes, role: str, caption: str) -> dict[str, Any]:
    """Values of the Evidence that `photo` becomes; `preview`: hash of the copy in the store."""
    facts = photo.facts
    place = f"{facts.gps[0]:.6f},{facts.gps[1]:.6f}" if facts.gps else None
    return {
        "finding": record,
        "role": role,
        "sha256": bytes.fromhex(facts.sha256),
        "preview": preview,
        "size": facts.size,
        "mime": facts.mime,
        "taken_at": facts.best_time,
        "time_source": facts.time_source,
        "coordinates": place,
        "width": facts.width,
        "height": facts.height,
        "camera": facts.camera,
        "caption": caption,
        "added_at": desk.now,
    }


@verb("修改照片说明")
def edit_evidence(desk: Desk, *, evidence: str, caption: str | None = None, role: str = "") -> None:
    """Change the caption or the role of a piece of evidence."""
    values: dict[str, Any] = {}
    if caption is not None:
        values["caption"] = caption
    if role:
        values["role"] = role
    desk.set(desk.find("evidence", evidence), values)


@verb("移除照片")
def remove_evidence(desk: Desk, *, evidence: str, reason: str) -> None:
    """Withdraw a piece of evidence; by its group until the finding is confirmed, then by the office."""
    desk.step(desk.find("evidence", evidence), "void", reason)
