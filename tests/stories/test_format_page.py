"""docs/bundle-format.md is enough: a reader written from it alone reads what real offices and groups write.

`tests/reader.py` imports nothing of the program. Here it reads bundles of real worlds, in both codecs, both directions,
with photos, in volumes, with bases handed back to a restored office, and those of every released version.
"""

from __future__ import annotations

import ast
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import pytest
from backports import zstd
from cryptography.exceptions import InvalidSignature
from hypothesis import given

from dubu_desktop.domain.ops import Op
from dubu_desktop.wire import blockwriting
from dubu_desktop.wire.blockwriting import encode_blocks
from dubu_desktop.wire.codec import encode_op, encode_rows, op_flags
from tests import reader
from tests.museum.test_museum import VERSIONS
from tests.museum.test_museum import Exhibit as Released
from tests.stories.exhibits import (
    OP,
    Exhibit,
    Frames,
    after_a_full_piece,
    blocks_of,
    encrypted,
    exactly,
    exhibit,
    flip,
    forged,
    plain_op,
    resealed,
    same,
    story,
    swap,
    turned,
)  # fmt: skip
from tests.unit.wire.test_blocks import ME, runs
from tests.world import cheap_keys

#: what Python, msgspec, zstd, age and Ed25519 raise at what is no bundle; anything else is a fault of the reader
REFUSED = (
    ValueError, struct.error, InvalidSignature, pyrage.DecryptError, msgspec.DecodeError, zstd.ZstdError,
    LookupError, TypeError,
)  # fmt: skip


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Exhibit]]:
    root = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        patch.setattr(blockwriting, "BLOCK_OPS", 12)  # a segment of the story has several blocks
        yield dict(story(root))


NAMES = ("up, codec 1", "down", "up, codec 2", "volume 1", "volume 2", "up, handing back")


# --- it reads the same -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_stranger_reads_what_the_program_reads(bundles: dict[str, Exhibit], name: str) -> None:
    read = same(bundles[name])
    assert {seg[0][7] for seg in read.segments} <= ({1} if "1" in name and "codec" in name else {2})
    assert read.segments or read.bases or name == "volume 2"


def test_the_story_shows_every_part_of_the_page(bundles: dict[str, Exhibit]) -> None:
    """Were a form or a field never written, the tests above would say nothing of it."""
    first, second = (bundles[f"up, codec {n}"] for n in (1, 2))
    for shown in (first, second):
        ops = [dict(zip(OP, op, strict=True)) for _, ops in shown.read().segments for op in ops]
        assert {op["type"] for op in ops} == {1, 2, 3}
        for part in ("root", "at", "values", "writes", "event", "args", "person"):
            assert any(op[part] for op in ops), part
        assert any(over and context for op in ops for _, over, context in op["writes"].values())
    assert {form for block in blocks_of(second) for at in (14, 19) for *_, (form, _) in block[at]} == set(range(6))
    assert len(blocks_of(second)) > 1
    records = [record for _, held in bundles["down"].read().bases for record in held]
    assert any(len(heads) > 1 for _, _, _, fields, _, _ in records for heads in fields.values()), "a conflict"
    assert any(events for *_, events, _ in records)
    back = bundles["up, handing back"].read()
    assert back.items
    assert len(back.segments) > 1
    assert any(len(body) > reader.MIB for *_, body in second.read().photos), "in several pieces"
    volumes = [bundles[name].read() for name in bundles if name.startswith("volume")]
    assert [(v.head["part"], v.head["parts"]) for v in volumes] == [(1, 2), (2, 2)]
    assert {v.head["serial"] for v in volumes} == {volumes[0].head["serial"]}
    assert [bool(v.photos) for v in volumes] == [True, True]


@given(runs())
def test_ops_that_no_verb_writes_are_read_too(ops: list[Op]) -> None:
    """Several writers, unknown kinds and fields, values of every type, purges."""
    first = ops[0].dot.seq
    flags = [op_flags(encode_op(op)) for op in ops]
    told = [plain_op(op, flag) for op, flag in zip(ops, flags, strict=True)]
    assert exactly(list(reader.codec_1(encode_rows([encode_op(op) for op in ops]), ME.to_bytes(), first)), told)
    assert exactly(list(reader.codec_2(encode_blocks(ops, flags), ME.to_bytes(), first)), told)


@pytest.mark.parametrize("version", VERSIONS)
def test_bundles_of_released_versions(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    kept = Released(version, tmp_path / "museum")
    up = exhibit(kept.root / kept.told["up"], kept.group, kept.office, kept.office)
    down = exhibit(kept.root / kept.told["down"], kept.office, kept.group, kept.office)
    kept.office.close()
    kept.group.close()
    assert same(up).segments
    assert same(down).bases


@pytest.mark.needs_tool("age")
@pytest.mark.parametrize("name", ["up, codec 1", "down"])
def test_the_plain_age_program_opens_everything_after_sixteen_bytes(
    bundles: dict[str, Exhibit], name: str, tmp_path: Path
) -> None:
    shown, key, file = bundles[name], tmp_path / "key.txt", tmp_path / "bundle.age"
    key.write_text(shown.age_identity + "\n", "ascii")
    file.write_bytes(shown.data[16:])
    done = subprocess.run(["age", "-d", "-i", str(key), str(file)], capture_output=True, check=True)
    assert done.stdout == shown.read().plain


# --- it refuses --------------------------------------------------------------------------------------------------


def refused(shown: Exhibit, data: bytes) -> bool:
    """Whether the reader refuses to read this file in the place of an exhibit's."""
    try:
        shown.read(data)
    except REFUSED:
        return True
    return False


@pytest.mark.parametrize("name", ["up, codec 1", "down", "volume 2"])
def test_a_flipped_bit_anywhere(bundles: dict[str, Exhibit], name: str) -> None:
    shown = bundles[name]
    size = len(shown.data)
    for spot in sorted({*range(16), 40, 100, 180, 230, *range(250, size, size // 12), size - 17, size - 1}):
        damaged = bytearray(shown.data)
        damaged[spot] ^= 1 << spot % 8
        assert refused(shown, bytes(damaged)), f"byte {spot}"


@pytest.mark.parametrize("name", ["up, codec 2", "down"])
def test_a_file_cut_short_or_gone_on_with(bundles: dict[str, Exhibit], name: str) -> None:
    shown = bundles[name]
    size = len(shown.data)
    for end in (0, 12, 16, 100, 250, size // 2, size - 16, size - 1):
        assert refused(shown, shown.data[:end]), f"{end} bytes"
    assert refused(shown, shown.data + b"\0")


def test_the_key_of_somebody_else(bundles: dict[str, Exhibit]) -> None:
    up, down, back = (bundles[name] for name in ("up, codec 2", "down", "up, handing back"))
    for shown, other in ((up, up.office), (down, up.key)):
        with pytest.raises(InvalidSignature):
            shown.read(key=other)
    with pytest.raises(InvalidSignature):
        back.read(office=back.key)  # what is handed back must be the office's word
    with pytest.raises(ValueError, match="signing key"):
        up.read(key=bytes(32))  # of low order: one signature would fit many messages


def test_another_recipient(bundles: dict[str, Exhibit]) -> None:
    up, down = bundles["up, codec 1"], bundles["down"]
    with pytest.raises(pyrage.DecryptError):
        up.read(identity=down.age_identity)
    with pytest.raises(ValueError, match="FOOT"):  # encrypted again by who may read it, to somebody else
        up.read(encrypted(up, up.read().plain, down.age_identity), identity=down.age_identity)


def test_a_second_recipient_and_a_passphrase_are_seen_before_anything_is_decrypted(bundles: dict[str, Exhibit]) -> None:
    up, down = bundles["up, codec 1"], bundles["down"]
    both = [pyrage.x25519.Identity.from_str(one.age_identity).to_public() for one in (up, down)]
    costly = up.data[16:].replace(b"\n-> X25519 ", b"\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 22\nAAAA\n-> X25519 ", 1)
    for data in (pyrage.encrypt(up.read().plain, both), costly):
        with pytest.raises(ValueError, match="recipients"):
            up.read(up.data[:16] + data)


# --- a FOOT that fits, and the sender's good signature ----------------------------------------------------------


def test_a_bundle_made_anew_without_change_is_read(bundles: dict[str, Exhibit]) -> None:
    shown = bundles["up, handing back"]
    again = shown.read(forged(shown, lambda frames: None))
    assert again == shown.read()
    unknown = shown.read(forged(shown, lambda frames: frames.append((99, b"later")), flags=2))
    assert unknown.segments == again.segments  # advisory: hashed and skipped
    with pytest.raises(ValueError, match="flags"):
        shown.read(forged(shown, lambda frames: frames.append((99, b"later")), flags=1))
    with pytest.raises(InvalidSignature):
        shown.read(forged(shown, swap(reader.BLOB), foot="unsigned"))
    with pytest.raises(ValueError, match="FOOT"):
        shown.read(forged(shown, swap(reader.BLOB), foot="old"))


SEG, BASE, ITEM, BLOB = reader.SEG, reader.BASE, reader.ITEM, reader.BLOB
#: what is changed in which bundle, and what the reader says to it ("": the signature of the sealed block does not hold)
LIES: dict[str, tuple[str, Callable[[Frames], Any], str]] = {
    "segments in another order": ("up, handing back", swap(SEG), "segment"),
    "a segment with another body": ("up, codec 2", flip(SEG, 120), ""),
    "a segment with another number": ("up, codec 2", flip(SEG, 24), ""),
    "a segment with another previous": ("up, codec 2", flip(SEG, 30), ""),
    "a base with another position": ("down", flip(BASE, 60), ""),
    "a base with another link": ("down", flip(BASE, 20), ""),
    "a base in a bundle that goes up": ("up, handing back", turned(ITEM, BASE), "out of place"),
    "an item in a bundle that goes down": ("down", turned(BASE, ITEM), "out of place"),
    "a second head": ("down", lambda frames: frames.append(frames[0]), "out of place"),
    "a foot in the middle": ("down", lambda frames: frames.append((reader.FOOT, bytes(80))), "out of place"),
    "no head first": ("down", lambda frames: frames.append(frames.pop(0)), "frames"),
    "a photo with another byte": ("up, codec 1", flip(BLOB, 60), "photo"),
    "a photo of another name": ("up, codec 1", flip(BLOB, 1), "photo"),
    "a photo that says it is longer": ("up, codec 1", flip(BLOB, 47), "length of a piece"),
    "a photo that begins in its middle": ("up, codec 1", flip(BLOB, 40), "piece of a photo"),
    "a photo of no kind": ("up, codec 1", flip(BLOB, 32), "photo"),
    "a photo without its end": ("up, codec 2", after_a_full_piece(lambda frames, at: frames.pop(at)), "photo"),
    "a photo with something between": (
        "up, codec 2",
        after_a_full_piece(lambda frames, at: frames.insert(at, (99, b"later"))),
        "a photo is cut off",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_under_a_good_signature(bundles: dict[str, Exhibit], lie: str) -> None:
    name, change, said = LIES[lie]
    with pytest.raises(ValueError if said else InvalidSignature, match=said or None):
        bundles[name].read(forged(bundles[name], change, flags=2))


SELF = bytes(7) + b"\1" + bytes(8)
#: which block of which bundle says what else in which field of its header, and what the reader says to it
SEALED_LIES: dict[str, tuple[str, int, int, dict[int, Any], str]] = {
    "a segment of another replica": ("up, codec 1", SEG, 0, {1: SELF}, "segment"),
    "a segment that does not go on from the one before": ("up, handing back", SEG, 1, {3: b"x" * 32}, "chain"),
    "a segment that leaves an op out": ("up, handing back", SEG, 1, {5: 99, 6: 100}, "chain"),
    "a first segment that begins with op 2": ("up, codec 1", SEG, 0, {5: 2}, "chain"),
    "a first segment that goes on from nothing": ("up, codec 1", SEG, 0, {3: b"x" * 32}, "chain"),
    "a second segment of an incarnation that goes on from another": ("up, codec 2", SEG, 0, {4: SELF}, "chain"),
    "a segment with fewer ops than it says": ("up, codec 2", SEG, 0, {6: 99}, "running numbers"),
    "a segment in a codec that the head does not name": ("up, codec 1", SEG, 0, {7: 2}, "segment"),
    "a base for another link": ("down", BASE, 0, {2: bytes(32)}, "base"),
    "a base by another incarnation": ("down", BASE, 0, {1: SELF}, "base"),
    "a base that ends before it begins": ("down", BASE, 0, {3: 9, 4: 8}, "base"),
    "a base in codec 2": ("down", BASE, 0, {5: 2}, "base"),
    "a base of layout 2": ("down", BASE, 0, {0: 2}, "version"),
    "an item of another hub than its link": ("up, handing back", ITEM, 0, {1: SELF}, "base"),
    "an item of somebody else's link": ("up, handing back", ITEM, 0, {1: SELF, 2: SELF + bytes(16)}, "base"),
}


@pytest.mark.parametrize("lie", SEALED_LIES)
def test_a_lie_in_a_sealed_block_under_good_signatures(bundles: dict[str, Exhibit], lie: str) -> None:
    name, kind, which, fields, said = SEALED_LIES[lie]
    shown = bundles[name]
    private = shown.private if kind == SEG else bundles["down"].private
    with pytest.raises(ValueError, match=said):
        shown.read(resealed(shown, private, kind, which, fields))


# --- it is a stranger --------------------------------------------------------------------------------------------


def test_the_reader_is_small_and_imports_nothing_of_the_program() -> None:
    text = Path(reader.__file__).read_text("utf-8")
    assert sum(1 for line in text.splitlines() if line.strip()) < 170
    nodes = list(ast.walk(ast.parse(text)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert not [name for name in names if name.startswith(("dubu", "tests", "tools"))]
    assert "dubu_desktop" not in text
