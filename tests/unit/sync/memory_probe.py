"""Run as a program: writes, verifies and reads a bundle with one large photo, and prints by how much memory grew."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from dubu_desktop.sync.frames import BlobPiece
from dubu_desktop.sync.reading import iter_frames, verify_bundle
from dubu_desktop.wire.messages import BlobKind
from tests.peak import peak_kib
from tests.unit.sync.parties import World, writer_for

CHUNK = bytes(range(256)) * 1024


def exercise(world: World, path: Path, chunks: int) -> int:
    """Bytes that came out again."""

    def content() -> Iterator[bytes]:
        return (CHUNK for _ in range(chunks))

    name = hashlib.sha256()
    for chunk in content():
        name.update(chunk)
    with (
        path.open("wb") as file,
        writer_for(file, world.g1, world.office, world.head(world.g1, world.office)) as writer,
    ):
        writer.add_blob(name.digest(), BlobKind.ORIGINAL, chunks * len(CHUNK), content())
        writer.finish()
    who = world.reader(world.office)
    first = verify_bundle(path, who)
    return sum(len(piece.data) for piece in iter_frames(path, first, who) if isinstance(piece, BlobPiece))


def main() -> None:
    folder, mib = Path(sys.argv[1]), int(sys.argv[2])
    world = World()
    exercise(world, folder / "small.dubu", 16)
    before = peak_kib()
    came_out = exercise(world, folder / "large.dubu", mib * 4)
    grown = peak_kib() - before
    print(came_out, grown)


main()
