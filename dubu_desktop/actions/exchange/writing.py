"""A parcel written onto a stick in one volume or several: streamed, read back, then named (sync.md §3.9, §3.11).

A FAT32 stick takes no file of more than 4 GiB, and a volume is at most 2 GiB. All volumes of an export share its serial
and say part i of n. Each is a whole bundle: it may come alone, first or last, and claims only what it brings itself.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange.outgoing import Parcel, Photo
from dubu_desktop.actions.registry import Progress, in_bytes
from dubu_desktop.db import links, scope
from dubu_desktop.db.blobs import BlobState
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.sync.container import BundleWriter, Written, blob_size, block_size, bundle_size
from dubu_desktop.sync.frames import MAX_FILE, MAX_FRAMES
from dubu_desktop.sync.segments import Base, Segment
from dubu_desktop.system import files, marks, stick
from dubu_desktop.wire.bodies import ops_in
from dubu_desktop.wire.codec import decode_rows
from dubu_desktop.wire.messages import BlobKind, Direction, Head, head_of_part

MIB = 1024 * 1024
#: bytes after which the stick is asked to have them: progress is then the stick's own, and a cancel waits not long
_SYNC_EVERY = 32 * MIB
_READ = MIB


@dataclass
class Volume:
    """What one file of an export holds. `size`: an upper bound of the file's bytes."""

    head: Head
    segments: list[Segment] = field(default_factory=list)
    bases: list[Base] = field(default_factory=list)
    items: list[Base] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    frames: int = 0
    bytes_: int = 0

    @property
    def size(self) -> int:
        """At most this many bytes on the stick."""
        return bundle_size(self.head, self.bytes_)


def volumes(parcel: Parcel, limit: int = MAX_FILE) -> list[Volume]:
    """The parcel cut into volumes of at most `limit` bytes: records first, then previews, then originals.

    Nothing is split: what alone is larger than `limit` stands in a volume of its own.
    """
    out = [Volume(parcel.head)]

    def room_for(size: int, frames: int) -> Volume:
        last = out[-1]
        full = bundle_size(last.head, last.bytes_ + size) > limit or last.frames + frames > MAX_FRAMES - 2
        if full and last.frames:
            last = Volume(parcel.head)
            out.append(last)
        last.bytes_ += size
        last.frames += frames
        return last

    for item in parcel.items:
        room_for(block_size(item), 1).items.append(item)
    for segment in parcel.segments:
        room_for(block_size(segment), 1).segments.append(segment)
    for base in parcel.bases:
        room_for(block_size(base), 1).bases.append(base)
    for photo in parcel.photos:
        room_for(blob_size(photo.size), -(-photo.size // MIB)).photos.append(photo)
    for at, volume in enumerate(out, start=1):
        volume.head = head_of_part(parcel.head, at, len(out), _position(parcel, out, at))
    return out


def _is_photo(one: Photo) -> bool:
    """Whether it counts as a photo: an original, and no 定稿 of a paper."""
    return one.kind is BlobKind.ORIGINAL and not one.final


def _position(parcel: Parcel, cut: list[Volume], part: int) -> int:
    """What a volume may say of positions when it comes alone (docs/decisions/0026).

    Up: what this side applied, true in all of them. Down: with the first volume its own bases are reached, all of them
    where no other volume holds any; a later one proves nothing that the recipient had not reached before.
    """
    if parcel.head.direction is Direction.UP:
        return parcel.head.base_position
    if part > 1:
        return parcel.acked
    if not any(volume.bases for volume in cut[1:]):
        return parcel.head.base_position
    return cut[0].bases[-1].last if cut[0].bases else parcel.acked


@dataclass
class Sent:
    """What an export wrote: the files, whole each, and what of it the stick did not take."""

    files: list[Path] = field(default_factory=list)
    size: int = 0
    photos: int = 0
    left: int = 0


def write(
    desk: Desk, parcel: Parcel, dests: list[tuple[Path, Volume]], code: str, sent: Sent
) -> Generator[Progress, None, None]:
    """Write the volumes one after the other, each into the ledger once it is whole; `sent` says how far it came.

    Raises D-6xx; closed or cancelled it leaves the volumes that are whole, and no half one.
    """
    sent.left += parcel.left
    total, done = sum(volume.size for _, volume in dests), 0
    for dest, volume in dests:
        label = f"正在写出 {dest.name}"
        files.require_free(dest.parent, volume.size)
        with stick.placed(dest) as part:
            written, gone = yield from _fill(desk, parcel, volume, part, (done, total, label))
            yield from _read_back(part, written, dest, (done, total, f"正在读回核对 {dest.name}"))
            if parcel.mark is not None:
                marks.write(desk.ws.profile.workspace, parcel.mark)
        _note(desk, parcel, volume, dest, written, code, gone)
        sent.files.append(dest)
        sent.size += written.size
        sent.left += len(gone)
        sent.photos += sum(1 for p in volume.photos if _is_photo(p) and p.sha256 not in gone)
        done += volume.size
    yield in_bytes(total, total, "已写入并校验，可拔出")


def _fill(
    desk: Desk, parcel: Parcel, volume: Volume, part: Path, at: tuple[int, int, str]
) -> Generator[Progress, None, tuple[Written, set[bytes]]]:
    """The file's bytes; returns what was written, and the photos found damaged and left out."""
    done, total, label = at
    gone: set[bytes] = set()
    key = ids.load(desk.ws).sign_private
    yield in_bytes(done, total, label)
    with (
        open(part, "xb") as stream,
        BundleWriter(stream, recipient=parcel.recipient.age_recipient, sign_private=key, head=volume.head) as writer,
    ):
        synced = 0
        for size in _frames(desk, volume, writer, gone):
            done += size
            if writer.size - synced >= _SYNC_EVERY:
                synced = writer.size
                os.fsync(stream.fileno())
            yield in_bytes(done, total, label)
        written = writer.finish()
        files.sync_file(stream)
        stick.forget_cached(stream)
    return written, gone


def _frames(desk: Desk, volume: Volume, writer: BundleWriter, gone: set[bytes]) -> Iterator[int]:
    """Put everything of a volume into its file; yields the bytes of each thing put."""
    for segment in volume.segments:
        writer.add_segment(segment)
        yield block_size(segment)
    for base in volume.bases:
        writer.add_base(base)
        yield block_size(base)
    for item in volume.items:
        writer.add_item(item)
        yield block_size(item)
    store = desk.ws.blobs
    for photo in volume.photos:
        # read through first: a photo found damaged half way could not be taken back out of the stream
        if store.check(photo.sha256) is BlobState.OK:
            writer.add_blob(photo.sha256, photo.kind, photo.size, store.iter_chunks(photo.sha256))
        else:
            store.set_aside(photo.sha256)
            gone.add(photo.sha256)
        yield blob_size(photo.size)


def _read_back(part: Path, written: Written, dest: Path, at: tuple[int, int, str]) -> Generator[Progress, None, None]:
    """What the stick gives back is what was written, else D-606."""
    found = hashlib.sha256()
    with part.open("rb") as stream:
        for piece in iter(lambda: stream.read(_READ), b""):
            found.update(piece)
            yield in_bytes(min(at[0] + written.size, at[1]), at[1], at[2])
    if found.digest() != written.sha256:
        raise DubuError("D-606", path=str(dest))


def _note(
    desk: Desk, parcel: Parcel, volume: Volume, dest: Path, written: Written, code: str, gone: set[bytes]
) -> None:
    """The ledger's line, the link's last bundle, and what was found damaged onto the want list."""
    here = [p for p in volume.photos if p.sha256 not in gone]
    with desk.writing():
        peer = parcel.recipient.replica
        link = links.load(desk.conn, peer)
        if link.serial_out == parcel.head.serial:
            link.previous = written.sha256.hex()
        link.sent_ms = desk.ws.clock.now_ms()
        links.save(desk.conn, peer, link)
        body: dict[str, object] = {
            "file": dest.name,
            "group": code,
            "records": _records(parcel, volume),
            "photos": sum(1 for p in here if _is_photo(p)),
            "previews": sum(1 for p in here if p.kind is BlobKind.PREVIEW),
            "left": parcel.left + len(gone),
            "kinds": parcel.kinds if volume.head.part == 1 else {},
            "part": volume.head.part,
            "parts": volume.head.parts,
            "pair": parcel.head.sender.hex() + parcel.head.recipient.hex(),
            "whole": parcel.whole,
            "position": volume.head.base_position,
        }
        row = links.BundleRow(
            written.sha256, "out", peer, parcel.head.serial, desk.ws.clock.now_ms(), written.size, body
        )
        links.note_bundle(desk.conn, row)
        scope.want_again(desk.conn, gone)


def _records(parcel: Parcel, volume: Volume) -> int:
    """How many records a volume speaks of; those of the parcel where it holds them all."""
    blocks = len(volume.segments) + len(volume.bases)
    if blocks == len(parcel.segments) + len(parcel.bases):
        return parcel.records if blocks or volume.head.part == 1 else 0
    ops = {op.record for g in volume.segments for op in ops_in(g.body, g.codec, g.actor, g.first_seq)}
    return len(ops) + sum(len(decode_rows(b.body, b.codec)) for b in volume.bases)


def stopped(sent: Sent, total: int, why: DubuError | Cancelled) -> DubuError:
    """D-610: some of the files are whole on the stick, the rest is not."""
    names = "、".join(dest.name for dest in sent.files)
    reason = f"{why.code} {why.what}" if isinstance(why, DubuError) else "已取消"
    return DubuError("D-610", done=len(sent.files), total=total, names=names, why=reason)
