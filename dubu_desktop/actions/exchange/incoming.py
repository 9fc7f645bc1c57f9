"""What comes: one bundle verified whole, then taken in one transaction, before or after, never in between.

Copied to this disk. Read once: decrypt and verify everything, write nothing; what is small is kept in memory. Where it
holds photos, read again: they go to the store, durable before any record names them. Then one transaction for segments,
bases, records, acknowledgements and the ledger (sync.md §3.13). Importing authors no ops.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dubu_desktop.actions import rules
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import accept, pasts, photos, trust, undoplan
from dubu_desktop.actions.registry import Progress
from dubu_desktop.db import links, scope
from dubu_desktop.db.foldrows import Changes
from dubu_desktop.db.links import BundleRow
from dubu_desktop.domain.clocks import doubt
from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.contents import Addressee, Frame, HandedBack
from dubu_desktop.sync.frames import BlobPiece
from dubu_desktop.sync.reading import Verified, iter_frames, read_bundle
from dubu_desktop.sync.segments import Base, Segment
from dubu_desktop.system import files
from dubu_desktop.wire.messages import Direction

_MIB = 1024 * 1024
#: how much is read between two words of progress, and how much copied before the disk is asked to have it
_STEP, _SYNC_EVERY = _MIB, 32 * _MIB


@dataclass
class Report:
    """What one file brought. `status`: new, same, refused, left (cancelled before it). Counts as in the issue.

    `untaken`: what is to be said where the records of a bundle were for another life of this computer or its office.
    `part` of `parts`: which volume of its export. `pictures`: previews and originals inside. `made_ms`: when it was
    written. `before`: the serial taken last from its sender, 0 for none. `clashes`: what is in conflict once it is
    taken, filled by the preview alone (reads.conflicts.ConflictView).
    """

    file: str
    status: str = "new"
    sender: str = ""
    serial: int = 0
    part: int = 1
    parts: int = 1
    made_ms: int = 0
    #: why the sender's clock cannot be right, "" where nothing speaks against it
    made_odd: str = ""
    new: int = 0
    changed: int = 0
    same: int = 0
    conflicts: int = 0
    photos: int = 0
    photos_of: int = 0
    pictures: int = 0
    without_effect: int = 0
    #: records handed to others that were removed here (a group)
    left: int = 0
    untaken: str = ""
    by_kind: dict[str, dict[str, int]] = field(default_factory=dict)
    code: str = ""
    sentence: str = ""
    before: int = 0
    sha256: bytes = b""
    clashes: list[Any] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For the command line."""
        out: dict[str, Any] = {"file": self.file, "status": self.status}
        if self.status in ("refused", "left"):
            return out | {"code": self.code, "sentence": self.sentence}
        out |= {"from": self.sender, "serial": self.serial, "new": self.new, "changed": self.changed, "same": self.same}
        out |= {"conflicts": self.conflicts, "photos": self.photos, "photos_of": self.photos_of}
        out |= {"part": self.part, "parts": self.parts, "pictures": self.pictures}
        out |= {"made_ms": self.made_ms, "made_odd": self.made_odd, "before": self.before}
        out |= {"without_effect": self.without_effect, "left": self.left, "by_kind": self.by_kind}
        return out | {"untaken": self.untaken}


@dataclass
class Opened:
    """A bundle verified: its small parts in memory, its photos still in the file."""

    path: Path
    verified: Verified
    segments: list[Segment] = field(default_factory=list)
    bases: list[Base] = field(default_factory=list)
    items: list[Base] = field(default_factory=list)
    #: hashes of the photos that need no look into the store: come with this import (in a preview: to come)
    arriving: set[bytes] = field(default_factory=set)


def copied(source: Path, target: Path, tell: Callable[[int], Progress]) -> Generator[Progress, None, bytes]:
    """A copy of the ciphertext on this disk: a stick may be pulled, the copy may not change under us. Its SHA-256."""
    target.parent.mkdir(exist_ok=True)
    files.require_free(target.parent, source.stat().st_size)
    found, done, synced = hashlib.sha256(), 0, 0
    try:
        with source.open("rb") as stream, open(target, "xb") as out:
            for piece in iter(lambda: stream.read(_STEP), b""):
                found.update(piece)
                out.write(piece)
                done += len(piece)
                if done - synced >= _SYNC_EVERY:
                    files.sync_file(out)
                    synced = done
                yield tell(len(piece))
            files.sync_file(out)
    except OSError as error:
        raise files.disk_error(error, source) from error
    return found.digest()


def untold(_more: int) -> Progress:
    """For a reading that nobody watches."""
    return Progress(0, 0, "正在核验")


def open_bundle(
    desk: Desk,
    path: Path,
    tell: Callable[[int], Progress] = untold,
    arriving: set[bytes] | None = None,
    known: bytes = b"",
) -> Generator[Progress, None, Opened]:
    """First reading of a file: D-2xx when anything is amiss; nothing has been written then.

    `known`: its SHA-256 where it was hashed on the way here. `arriving`: where the hashes of its photos are gathered (a
    preview of several files gathers them in one place).
    """
    held = Opened(path, None, arriving=set() if arriving is None else arriving)  # type: ignore[arg-type]
    at = _Place(tell)
    try:
        with path.open("rb") as stream, closing(read_bundle(stream, _addressee(desk), at.reached, known)) as frames:
            while True:
                try:
                    _keep(held, next(frames))
                except StopIteration as end:
                    held.verified = end.value
                    break
                if at.due:
                    yield at.told()
    except OSError as error:
        raise files.disk_error(error, path) from error
    yield at.told()
    return held


class _Place:
    """How far a reading is: told once for every MiB, whatever the frames are."""

    def __init__(self, tell: Callable[[int], Progress]) -> None:
        self._tell, self._done, self._said = tell, 0, 0

    def reached(self, done: int) -> None:
        """The file has been read so far."""
        self._done = done

    @property
    def due(self) -> bool:
        """Whether something is to be told again."""
        return self._done - self._said >= _STEP

    def told(self) -> Progress:
        """The word of progress."""
        more, self._said = self._done - self._said, self._done
        return self._tell(more)


def _addressee(desk: Desk) -> Addressee:
    with desk.ws.reading() as conn:
        return trust.addressee(desk.ws, conn)


def _keep(held: Opened, frame: Frame) -> None:
    if isinstance(frame, Segment):
        held.segments.append(frame)
    elif isinstance(frame, HandedBack):
        held.items.append(frame.base)
    elif isinstance(frame, BlobPiece):
        held.arriving.add(frame.sha256)
    else:
        held.bases.append(frame)


def photos_in(desk: Desk, opened: Opened, tell: Callable[[int], Progress] = untold) -> Generator[Progress, None, None]:
    """Second reading, where there are photos: they go to the store, durable before any record names them."""
    if not opened.verified.counts.blobs:
        return
    store, at = desk.ws.blobs, _Place(tell)
    with desk.ws.reading() as conn:
        wanted = scope.wanted(conn)
    frames = iter_frames(opened.path, opened.verified, _addressee(desk), at.reached)
    with closing(frames), store.together():
        for frame in frames:
            if not isinstance(frame, BlobPiece):
                continue
            pieces = _pieces(frame, frames)
            # what is here and not known to be damaged is not written again
            if frame.sha256 not in wanted and store.has(frame.sha256):
                for _ in pieces:
                    pass
            else:
                store.put_verified(frame.sha256, pieces)
            if at.due:
                yield at.told()
    yield at.told()


def _pieces(first: BlobPiece, frames: Generator[Frame, None, None]) -> Generator[bytes, None, None]:
    """The bytes of one photo in order; `sync` has checked that its pieces follow each other."""
    piece = first
    while True:
        yield bytes(piece.data)
        if piece.last:
            return
        following = next(frames)
        assert isinstance(following, BlobPiece)
        piece = following


def known_row(desk: Desk, sha256: bytes) -> BundleRow | None:
    """The ledger's line of a file taken before, if there is nothing in it that is still wanted here."""
    with desk.ws.reading() as conn:
        row = links.find_bundle(conn, sha256)
        return row if row is not None and row.direction == "in" and not scope.wanted(conn) else None


def known_report(row: BundleRow, name: str) -> Report:
    """What is said of a file taken before."""
    told = {key: int(str(row.body.get(key, 0))) for key in ("new", "changed", "same", "made_ms", "before")}
    report = Report(name, "same", str(row.body.get("from", "")), row.serial, made_ms=told["made_ms"])
    report.part, report.parts = int(str(row.body.get("part", 1))), int(str(row.body.get("parts", 1)))
    report.same, report.before = told["new"] + told["changed"] + told["same"], told["before"]
    report.untaken = str(row.body.get("untaken", ""))
    return report


def apply(desk: Desk, opened: Opened, name: str) -> Report:
    """Take a verified bundle, inside the desk's transaction; a known one is `same` and changes nothing."""
    head = opened.verified.head
    before = links.find_bundle(desk.conn, opened.verified.sha256)
    report = Report(name, serial=head.serial, part=head.part, parts=head.parts, made_ms=head.created_ms)
    tolerance = rules.current(desk.conn).rules.desk.clock_offset_minutes * 60_000
    odd = doubt(head.created_ms, None, desk.ws.clock.now_ms(), tolerance)
    report.made_odd = odd.label if odd is not None else ""
    report.pictures, report.sha256 = opened.verified.counts.blobs, opened.verified.sha256
    link = links.load(desk.conn, head.sender_actor.replica)
    report.before = link.serial_in if link.theirs == head.sender.hex() else 0
    if before is not None and before.direction == "in":
        photos.came(desk.conn, opened.arriving)
        return known_report(before, name)
    take = accept.take_up if head.direction is Direction.UP else accept.take_down
    if desk.ws.profile.is_hub != (head.direction is Direction.UP):
        raise DubuError("D-201")
    lives = [head.sender_actor, head.recipient_actor, *(segment.actor for segment in opened.segments)]
    pasts.refuse_far_ahead(desk, [*lives, *(Actor.from_bytes(have.actor) for have in head.have)])
    known = undoplan.known(desk.conn) if desk.office else {}
    changes, touched = take(desk, opened)
    report.sender = trust.named(desk, head)
    desk.changes.merge(changes)
    _fill(report, changes, touched)
    if touched.untaken and (opened.bases or head.left):  # else there was nothing in it to take
        report.untaken = DubuError(touched.untaken).sentence
    accept.finish(desk, opened, report, touched)
    if desk.office:
        undoplan.note(desk.conn, opened.verified.sha256, touched.brought, known)
    return report


def _fill(report: Report, changes: Changes, touched: accept.Touched) -> None:
    report.new, report.changed = len(changes.new), len(changes.changed)
    report.same = len(touched.records - changes.new - changes.changed)
    report.conflicts = changes.conflicts
    report.without_effect, report.left = touched.without_effect, touched.left
    for kind, n in changes.new_by_kind.items():
        report.by_kind.setdefault(kind, {})["new"] = n
    for kind, n in changes.changed_by_kind.items():
        report.by_kind.setdefault(kind, {})["changed"] = n
