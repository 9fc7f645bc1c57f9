"""What stands inside an archive: the head names each segment and says where it lies."""

from __future__ import annotations

import pytest

from dubu_desktop.wire import archive

ENTRIES = [archive.Entry(b"a" * 16, n, n, n, bytes([n]) * 32, 10 * n) for n in (1, 2, 3)]
HEAD = archive.ArchiveHead(b"w" * 16, b"a" * 16, b"k" * 32, ENTRIES)


def test_each_segment_lies_where_the_head_says() -> None:
    start, places = archive.begin(HEAD)
    content = start + b"1" * 10 + b"2" * 20 + b"3" * 30
    size = archive.head_size(content[: archive.start_size()])
    told = archive.layout(content[archive.start_size() :][:size])
    assert (told.head, told.places) == (HEAD, places)
    assert [content[at : at + e.size] for at, e in zip(places, ENTRIES, strict=True)] == [
        b"1" * 10,
        b"2" * 20,
        b"3" * 30,
    ]


def test_the_same_segments_are_the_same_bytes() -> None:
    assert archive.begin(HEAD) == archive.begin(HEAD)


@pytest.mark.parametrize("start", [b"", b"\0\1\0\2\0\0\0\1", b"\0\1\0\1\xff\xff\xff\xff"])
def test_what_is_no_archive_or_of_a_later_format_is_not_read(start: bytes) -> None:
    with pytest.raises(ValueError, match="archive"):
        archive.head_size(start)


def test_a_head_that_is_none_is_not_read() -> None:
    with pytest.raises(ValueError, match="ArchiveHead"):
        archive.layout(b"\xc0")
