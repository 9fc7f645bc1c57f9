"""One large photo written into a bundle, read twice and stored, in constant memory (P14): a process of its own.

    python -m tests.faults.large FOLDER MEBIBYTES [whole]

Prints how many KiB the peak memory grew while it went through. `whole`: a mutant that holds the photo in memory.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from dubu_desktop.db.blobs import BlobStore
from dubu_desktop.domain.ops import Actor
from dubu_desktop.sync.container import BundleWriter
from dubu_desktop.sync.contents import Addressee, SenderKeys
from dubu_desktop.sync.frames import BlobPiece
from dubu_desktop.sync.identity import new_identity
from dubu_desktop.sync.reading import iter_frames, verify_bundle
from dubu_desktop.system.randomness import Randomness
from dubu_desktop.wire.messages import BlobKind, Direction, Head
from tests.peak import peak_kib

MIB = 1 << 20


def pieces(count: int) -> Iterator[bytes]:
    """So many MiB that no compression shrinks and no two of which are alike."""
    seed = hashlib.sha256(b"piece").digest() * (MIB // 32)
    for i in range(count):
        yield i.to_bytes(8, "big") + seed[8:]


def through(folder: Path, count: int) -> None:
    """Written, verified, read again and stored, as an export and an import do."""
    found = hashlib.sha256()
    for piece in pieces(count):
        found.update(piece)
    sender, office = new_identity(Randomness()), new_identity(Randomness())
    head = Head(
        schema=1, codecs=[1], workspace=b"w" * 16, sender=Actor(sender.replica, 1, 1).to_bytes(),
        recipient=Actor(office.replica, 1, 1).to_bytes(), direction=Direction.UP, serial=1,
    )  # fmt: skip
    file = folder / "large.dubu"
    with file.open("wb") as stream:
        recipient = office.public.age_recipient
        with BundleWriter(stream, recipient=recipient, sign_private=sender.sign_private, head=head) as writer:
            writer.add_blob(found.digest(), BlobKind.ORIGINAL, count * MIB, pieces(count))
            writer.finish()
    keys = SenderKeys(sender.replica, sender.public.sign_public)
    who = Addressee(b"w" * 16, office.replica, office.age_identity, lambda _head: keys, lambda _actor: None)
    first = verify_bundle(file, who)
    store = BlobStore(folder / "blobs", b"k" * 32, b"n" * 32)
    frames = iter_frames(file, first, who)
    store.put_verified(found.digest(), (bytes(f.data) for f in frames if isinstance(f, BlobPiece)))
    size = sum(len(piece) for piece in store.iter_chunks(found.digest()))
    assert size == count * MIB


def peak() -> int:
    """KiB."""
    return peak_kib()


def main() -> None:
    """A small one first: what the libraries need once is not counted."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    (folder / "small").mkdir(parents=True)
    (folder / "large").mkdir()
    through(folder / "small", 4)
    before = peak()
    held = b"".join(pieces(count)) if sys.argv[3:] == ["whole"] else b""
    through(folder / "large", count)
    print(peak() - before, len(held))


if __name__ == "__main__":
    main()
