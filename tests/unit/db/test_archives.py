"""The archive files: whole or not there, read anywhere, spoiled by nobody unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubu_desktop.db.archives import Archives
from dubu_desktop.db.blobs import BlobState
from dubu_desktop.errors import DubuError
from tests.unit.db.small import Small, flip_bit

CONTENT = b"".join(n.to_bytes(4, "big") for n in range(700_000))


@pytest.fixture
def store(small: Small) -> Archives:
    return Archives.of_workspace(small.folder, small.secrets)


def kept(store: Archives) -> tuple[bytes, Path]:
    sha256 = store.put(lambda: iter((CONTENT[:5], CONTENT[5:])))
    return sha256, store.folder / store.path_name(sha256)


def test_any_part_is_read_back(store: Archives) -> None:
    sha256, path = kept(store)
    for at, size in ((0, 8), (1_048_570, 20), (len(CONTENT) - 4, 4)):
        assert store.read(sha256, at, size) == CONTENT[at : at + size]
    with store.reading(sha256) as stream:
        assert stream.read() == CONTENT
    assert CONTENT[4000:4016] not in path.read_bytes()
    store.close()


def test_the_same_content_is_one_file(store: Archives) -> None:
    assert kept(store) == kept(store)
    assert len([p for p in store.folder.rglob("*") if p.is_file()]) == 1


def test_beyond_its_end_and_where_a_byte_is_spoiled_it_is_said_by_its_code(store: Archives) -> None:
    sha256, path = kept(store)
    with pytest.raises(DubuError, match="D-118"):
        store.read(sha256, len(CONTENT) - 2, 4)
    store.close()
    flip_bit(path, 1_500_000)
    assert store.read(sha256, 0, 4) == CONTENT[:4]  # every part stands by itself
    with pytest.raises(DubuError, match="D-118"):
        store.read(sha256, 1_500_000, 4)
    assert store.check(sha256) is BlobState.CORRUPT
    path.unlink()
    with pytest.raises(DubuError, match="D-118"):
        store.read(sha256, 0, 4)
    store.close()


def test_what_was_written_otherwise_than_meant_is_not_kept(store: Archives, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "check", lambda _name: BlobState.CORRUPT)
    with pytest.raises(DubuError, match="D-118"):
        kept(store)


def test_a_copy_is_made_once_of_what_is_whole_and_taken_back_whole(store: Archives, tmp_path: Path) -> None:
    sha256, path = kept(store)
    place = tmp_path / "second" / "archives"
    store.carry([sha256], place)
    copy = place / store.path_name(sha256)
    stamp = copy.stat().st_mtime_ns
    store.carry([sha256], place)
    assert copy.stat().st_mtime_ns == stamp
    flip_bit(path, 100)
    store.carry([sha256], tmp_path / "third")
    assert not (tmp_path / "third").exists()
    assert store.fetch(sha256, [tmp_path / "nowhere", place])
    assert store.read(sha256, 0, len(CONTENT)) == CONTENT
    store.close()
    flip_bit(copy, 100)
    flip_bit(path, 100)
    assert not store.fetch(sha256, [place])
