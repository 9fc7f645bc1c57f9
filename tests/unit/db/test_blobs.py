"""The evidence store: comes back byte for byte, or is said to be missing or damaged; never readable on the disk."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from dubu_desktop.db import blobs as module
from dubu_desktop.db.blobs import BlobState, BlobStore
from dubu_desktop.db.sealed import FRAME, framed
from dubu_desktop.errors import DubuError
from dubu_desktop.system import files

SIZES = [0, 1, 1000, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 2 * FRAME + 7]
CANARY = b"\xff\xd8\xff\xe0 JFIF CANARY-PHOTO " * 50


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs", b"k" * 32, b"n" * 32)


def content(size: int) -> bytes:
    return (hashlib.sha256(b"%d" % size).digest() * (size // 32 + 1))[:size]


def file_of(store: BlobStore, tmp_path: Path, sha256: bytes) -> Path:
    return tmp_path / "blobs" / store.path_name(sha256)


def code_of(function: object, *arguments: object) -> str:
    with pytest.raises(DubuError) as caught:
        function(*arguments)  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize("size", SIZES)
def test_every_size_comes_back_the_same_from_bytes_stream_and_chunks(store: BlobStore, size: int) -> None:
    plain = content(size)
    sha256 = hashlib.sha256(plain).digest()
    for source in (plain, io.BytesIO(plain), (plain[at : at + 99_991] for at in range(0, size, 99_991))):
        info = store.put(source)
        assert (info.sha256, info.size) == (sha256, size)
        assert store.read(sha256) == plain
        assert store.size(sha256) == size
        assert store.check(sha256) is BlobState.OK
        assert store.has(sha256)
        store.remove(sha256)
        assert store.check(sha256) is BlobState.MISSING
        assert not store.has(sha256)


def test_a_reader_seeks_as_a_file_does(store: BlobStore) -> None:
    plain = content(2 * FRAME + 7)
    info = store.put(plain)
    with store.open(info.sha256) as stream:
        for position, length in ((0, 10), (FRAME - 5, 10), (2 * FRAME, 100), (5, FRAME + 9), (9 * FRAME, 4)):
            stream.seek(position)
            assert stream.read(length) == plain[position : position + length]
        assert stream.seek(-3, io.SEEK_END) == len(plain) - 3
        assert stream.read() == plain[-3:]
        stream.seek(0)
        assert stream.read() == plain
    assert stream.closed
    out = io.BytesIO()
    module.copy_to(store, info.sha256, out)
    assert out.getvalue() == plain


def test_the_same_content_is_one_file_and_names_say_nothing(store: BlobStore, tmp_path: Path) -> None:
    one, two = store.put(CANARY), store.put(io.BytesIO(CANARY))
    assert one == two
    found = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert len(found) == 1
    assert one.sha256.hex() not in str(found[0])
    assert BlobStore(tmp_path, b"k" * 32, b"m" * 32).path_name(one.sha256) != store.path_name(one.sha256)


def test_no_byte_of_it_is_readable_at_any_moment(store: BlobStore, tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(40):
            yield CANARY * 100
            everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
            assert b"CANARY" not in everything
            assert b"JFIF" not in everything

    info = store.put(chunks())
    assert info.size == 40 * 100 * len(CANARY) > FRAME
    assert b"CANARY" not in file_of(store, tmp_path, info.sha256).read_bytes()


def test_one_damaged_bit_anywhere_is_noticed_before_its_frame_is_shown(store: BlobStore, tmp_path: Path) -> None:
    info = store.put(content(FRAME + 1000))
    path = file_of(store, tmp_path, info.sha256)
    whole = path.read_bytes()
    for offset in [*range(60), FRAME // 2, FRAME + 40, FRAME + 900, *range(len(whole) - 60, len(whole))]:
        damaged = bytearray(whole)
        damaged[offset] ^= 1 << (offset % 8)
        path.write_bytes(damaged)
        assert store.check(info.sha256) is BlobState.CORRUPT, offset
        assert code_of(store.read, info.sha256) == "D-114"
    path.write_bytes(whole)
    assert store.check(info.sha256) is BlobState.OK


@pytest.mark.parametrize("keep", [0, 1, 51, 52, 200, FRAME, FRAME + 36, -1, -16, -32, -33])
def test_a_cut_file_is_noticed(store: BlobStore, tmp_path: Path, keep: int) -> None:
    info = store.put(content(FRAME + 1000))
    path = file_of(store, tmp_path, info.sha256)
    path.write_bytes(path.read_bytes()[:keep])
    assert store.check(info.sha256) is BlobState.CORRUPT
    assert not store.has(info.sha256)
    with pytest.raises(DubuError) as caught:
        store.open(info.sha256)
    assert caught.value.code == "D-114"


def test_frames_cut_off_whole_or_exchanged_are_noticed(store: BlobStore, tmp_path: Path) -> None:
    info = store.put(content(3 * FRAME))
    path = file_of(store, tmp_path, info.sha256)
    whole = path.read_bytes()
    sealed, head, binding = FRAME + 16, whole[:20], whole[-32:]
    frames = [whole[20 + at * sealed : 20 + (at + 1) * sealed] for at in range(3)]
    for order in ([0, 1], [0, 2, 1], [1, 0, 2], [0, 1, 2, 2], [0, 0, 2]):
        path.write_bytes(head + b"".join(frames[at] for at in order) + binding)
        assert store.check(info.sha256) is BlobState.CORRUPT, order
        assert code_of(store.read, info.sha256) == "D-114"


def test_two_files_exchanged_on_the_disk_are_noticed_before_a_byte_is_shown(store: BlobStore, tmp_path: Path) -> None:
    one, two = store.put(b"one"), store.put(b"two")
    first, second = file_of(store, tmp_path, one.sha256), file_of(store, tmp_path, two.sha256)
    first.write_bytes(second.read_bytes())
    assert not store.has(one.sha256)
    assert code_of(store.open, one.sha256) == "D-114"
    assert store.check(one.sha256) is BlobState.CORRUPT
    assert store.check(two.sha256) is BlobState.OK


def test_another_key_reads_nothing(store: BlobStore, tmp_path: Path) -> None:
    info = store.put(CANARY)
    other = BlobStore(tmp_path / "blobs", b"x" * 32, b"n" * 32)
    assert code_of(other.read, info.sha256) == "D-114"


def test_a_wrong_promise_is_refused_and_leaves_nothing(store: BlobStore, tmp_path: Path) -> None:
    wanted = hashlib.sha256(CANARY).digest()
    assert code_of(store.put_verified, wanted, CANARY + b"!") == "D-114"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert store.put_verified(wanted, [CANARY]).sha256 == wanted
    assert store.read(wanted) == CANARY


@pytest.mark.parametrize("way", ["put", "put stream", "put_verified"])
def test_storing_it_again_heals_a_damaged_file(store: BlobStore, tmp_path: Path, way: str) -> None:
    info = store.put(CANARY)
    path = file_of(store, tmp_path, info.sha256)
    path.write_bytes(path.read_bytes()[:-40])
    if way == "put":
        store.put(CANARY)
    elif way == "put stream":
        store.put(io.BytesIO(CANARY))
    else:
        store.put_verified(info.sha256, io.BytesIO(CANARY))
    assert store.check(info.sha256) is BlobState.OK


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "D-601"), (errno.EIO, "D-602"), (errno.EROFS, "D-603")])
def test_a_failing_disk_leaves_nothing_half_stored(
    store: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", fail)
    assert code_of(store.put, CANARY) == code
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    store.put(CANARY)


def test_a_source_that_fails_leaves_nothing(store: BlobStore, tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield CANARY
        raise KeyError

    with pytest.raises(KeyError):
        store.put(chunks())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_file_is_durable_before_its_name_and_the_name_before_return(
    store: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for first in range(256):
        (tmp_path / "blobs" / f"{first:02x}").mkdir(parents=True)
    happened: list[str] = []
    real = {"replace": os.replace, "fsync": os.fsync}

    def fsync(descriptor: int) -> None:
        happened.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real["fsync"](descriptor)

    monkeypatch.setattr(files.os, "fsync", fsync)
    monkeypatch.setattr(files.os, "replace", lambda a, b: (happened.append("rename"), real["replace"](a, b)))
    store.put(b"content")
    assert happened == ["file", "rename", "folder"]
    happened.clear()
    with store.together():
        for number in range(300):
            store.put(b"%d" % number)
        assert happened == (["file"] * 32 + ["rename"] * 32) * 9
    assert happened[576:600] == ["file"] * 12 + ["rename"] * 12
    assert 0 < happened.count("folder") <= 256
    assert happened[600:] == ["folder"] * (len(happened) - 600)


def test_what_is_stored_together_is_here_when_the_block_ends(store: BlobStore, tmp_path: Path) -> None:
    with store.together():
        names = [store.put(content).sha256 for content in (b"one", b"two", b"one")]
    assert [store.check(name) for name in names] == [BlobState.OK] * 3
    assert not list(tmp_path.rglob("*.part"))


def test_a_block_left_early_leaves_whole_files_and_no_others(store: BlobStore, tmp_path: Path) -> None:
    names: list[bytes] = []

    def cancelled() -> None:
        with store.together():
            names.extend(store.put(b"%d" % number).sha256 for number in range(40))
            raise KeyError

    with pytest.raises(KeyError):
        cancelled()
    states = [store.check(name) for name in names]
    assert states == [BlobState.OK] * 32 + [BlobState.MISSING] * 8
    assert not list(tmp_path.rglob("*.part"))


def test_a_disk_that_fails_at_the_end_of_a_batch_says_so_and_names_nothing(
    store: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise DubuError("D-601", path="blobs")

    monkeypatch.setattr(files, "sync_path", full)
    with pytest.raises(DubuError, match="D-601"), store.together():
        name = store.put(b"content").sha256
    assert store.check(name) is BlobState.MISSING
    assert not list(tmp_path.rglob("*.part"))


def test_a_new_folder_is_made_durable_before_its_file(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(files, "fsync_dir", lambda folder: synced.append(folder.name))
    name = store.path_name(store.put(b"content").sha256)
    assert synced == ["blobs", name[:2]]


def test_the_sweep_keeps_what_is_named_and_removes_the_rest(store: BlobStore, tmp_path: Path) -> None:
    kept, orphan = store.put(b"kept"), store.put(b"orphan")
    (tmp_path / "blobs" / "new.1-1.part").write_bytes(b"half")
    assert store.sweep({kept.sha256, b"x" * 32}) == 2
    assert store.check(kept.sha256) is BlobState.OK
    assert store.check(orphan.sha256) is BlobState.MISSING


def test_memory_does_not_grow_with_the_file(store: BlobStore) -> None:
    block = os.urandom(FRAME)

    def peak(frames: int) -> int:
        tracemalloc.start()
        info = store.put(block for _ in range(frames))
        assert store.check(info.sha256) is BlobState.OK
        with store.open(info.sha256) as stream:
            while stream.read(FRAME // 2):
                pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(2)
    assert peak(24) < peak(4) + FRAME


def test_whole_frames_pass_as_they_are_and_others_are_gathered():
    pieces = [bytes([n]) * FRAME for n in range(3)] + [b"end"]
    out = list(framed(pieces))
    assert [last for _, last in out] == [False, False, False, True]
    assert all(frame is piece for (frame, _), piece in zip(out, pieces, strict=True) if len(piece) == FRAME)
    whole = b"".join(pieces)
    odd = [whole[:7], whole[7 : FRAME + 7], whole[FRAME + 7 :]]
    assert list(framed(odd)) == out
    assert list(framed(io.BytesIO(whole))) == out
