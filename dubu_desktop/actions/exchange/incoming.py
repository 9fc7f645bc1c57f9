"""What comes: one bundle verified whole, then taken in one transaction, before or after, never in between.

Read once: decrypt and verify everything, write nothing. Read again: photos to the store. Then one transaction for
segments, bases, records, acknowledgements and the ledger (sync.md §3.13). Importing authors no ops.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import accept, trust, undoplan
from dubu_desktop.actions.registry import Progress
from dubu_desktop.db import links
from dubu_desktop.db.foldrows import Changes
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.frames import BlobPiece
from dubu_desktop.sync.reading import Verified, iter_frames, verify_bundle
from dubu_desktop.sync.segments import Base, Segment
from dubu_desktop.wire.messages import Direction


@dataclass
class Report:
    """What one file brought. `status`: new, same, refused, left (cancelled before it). Counts as in the issue.

    `made_ms`: when it was written. `before`: the serial taken last from its sender, 0 for none. `clashes`: what is in
    conflict once it is taken, filled by the preview alone (reads.conflicts.ConflictView).
    """

    file: str
    status: str = "new"
    sender: str = ""
    serial: int = 0
    made_ms: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    conflicts: int = 0
    photos: int = 0
    photos_of: int = 0
    without_effect: int = 0
    by_kind: dict[str, dict[str, int]] = field(default_factory=dict)
    code: str = ""
    sentence: str = ""
    before: int = 0
    clashes: list[Any] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For the command line."""
        out: dict[str, Any] = {"file": self.file, "status": self.status}
        if self.status in ("refused", "left"):
            return out | {"code": self.code, "sentence": self.sentence}
        out |= {"from": self.sender, "serial": self.serial, "new": self.new, "changed": self.changed, "same": self.same}
        out |= {"conflicts": self.conflicts, "photos": self.photos, "photos_of": self.photos_of}
        out |= {"made_ms": self.made_ms, "before": self.before}
        return out | {"without_effect": self.without_effect, "by_kind": self.by_kind}


@dataclass
class Opened:
    """A bundle verified: its small parts in memory, its photos still in the file."""

    path: Path
    verified: Verified
    segments: list[Segment] = field(default_factory=list)
    bases: list[Base] = field(default_factory=list)
    items: list[Base] = field(default_factory=list)
    #: hashes of the photos inside: in a preview they count as here though nothing is stored
    arriving: set[bytes] = field(default_factory=set)


def open_bundle(desk: Desk, path: Path) -> Generator[Progress, None, Opened]:
    """First reading of a file: D-2xx when anything is amiss; nothing has been written then."""
    with desk.ws.reading() as conn:
        who = trust.addressee(desk.ws, conn)
    size = path.stat().st_size
    yield Progress(0, size, f"正在核验 {path.name}")
    return Opened(path, verify_bundle(path, who))


def photos_in(desk: Desk, opened: Opened) -> Generator[Progress, None, None]:
    """Second reading: photos to the store, durable before any record names them; the rest into memory."""
    with desk.ws.reading() as conn:
        who = trust.addressee(desk.ws, conn)
    total = opened.verified.size
    with desk.ws.blobs.together():
        frames = iter_frames(opened.path, opened.verified, who)
        done = 0
        for frame in frames:
            if isinstance(frame, BlobPiece):
                held = _Blob(frame, frames)
                desk.ws.blobs.put_verified(frame.sha256, held.pieces())
                done += held.size
                yield Progress(done, total, f"正在收照片 {opened.path.name}")
            elif isinstance(frame, Segment):
                opened.segments.append(frame)
            elif isinstance(frame, Base):
                opened.bases.append(frame)
            else:
                opened.items.append(frame.base)


class _Blob:
    """The pieces of one photo, pulled from the frames that follow its first piece."""

    def __init__(self, first: BlobPiece, frames: Any) -> None:
        self.first, self.frames, self.size = first, frames, 0

    def pieces(self) -> Generator[bytes, None, None]:
        """The bytes in order; `sync` has checked that the pieces follow each other."""
        piece = self.first
        while True:
            self.size += len(piece.data)
            yield bytes(piece.data)
            if piece.last:
                return
            piece = next(self.frames)


def preview_records(desk: Desk, opened: Opened) -> None:
    """The small parts only, for a preview: photos are counted, not stored."""
    with desk.ws.reading() as conn:
        who = trust.addressee(desk.ws, conn)
    for frame in iter_frames(opened.path, opened.verified, who):
        if isinstance(frame, Segment):
            opened.segments.append(frame)
        elif isinstance(frame, Base):
            opened.bases.append(frame)
        elif isinstance(frame, BlobPiece):
            opened.arriving.add(frame.sha256)
        else:
            opened.items.append(frame.base)


def apply(desk: Desk, opened: Opened, name: str) -> Report:
    """Take a verified bundle, inside the desk's transaction; a known one is `same` and changes nothing."""
    head = opened.verified.head
    known = links.find_bundle(desk.conn, opened.verified.sha256)
    report = Report(name, serial=head.serial, made_ms=head.created_ms)
    link = links.load(desk.conn, head.sender_actor.replica)
    report.before = link.serial_in if link.theirs == head.sender.hex() else 0
    if known is not None and known.direction == "in":
        report.sender = trust.named(desk, head)
        report.status = "same"
        report.same = sum(int(str(known.body.get(k, 0))) for k in ("new", "changed", "same"))
        return report
    take = accept.take_up if head.direction is Direction.UP else accept.take_down
    if desk.office != (head.direction is Direction.UP):
        raise DubuError("D-201")
    coming = undoplan.about_to_come(desk.conn, opened.segments) if desk.office else {}
    changes, touched = take(desk, opened)
    report.sender = trust.named(desk, head)
    desk.changes.merge(changes)
    _fill(report, changes, touched)
    accept.finish(desk, opened, report, touched)
    if coming:
        undoplan.note(desk.conn, opened.verified.sha256, coming)
    return report


def _fill(report: Report, changes: Changes, touched: accept.Touched) -> None:
    report.new, report.changed = len(changes.new), len(changes.changed)
    report.same = len(touched.records) - report.new - report.changed
    report.conflicts = changes.conflicts
    report.without_effect = touched.without_effect
    for kind, n in changes.new_by_kind.items():
        report.by_kind.setdefault(kind, {})["new"] = n
    for kind, n in changes.changed_by_kind.items():
        report.by_kind.setdefault(kind, {})["changed"] = n
