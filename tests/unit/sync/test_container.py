"""Bundles: what goes in comes out; what was touched, cut, forged, forwarded or is too new is refused by name (P12)."""

from __future__ import annotations

import hashlib
import io
import subprocess
import threading
from pathlib import Path
from typing import Any

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.sync import container
from dubu_desktop.sync.agepipe import AgeWriter, decrypted
from dubu_desktop.sync.container import BundleWriter, foot_message
from dubu_desktop.sync.contents import HandedBack, SenderKeys
from dubu_desktop.sync.frames import BLOB_PIECE, HEADER, MAGIC, PREAMBLE, BlobPiece, FrameType
from dubu_desktop.sync.reading import iter_frames, peek, read_bundle, verify_bundle
from dubu_desktop.sync.segments import Base, Segment, seal_segment
from dubu_desktop.sync.signing import SIGNATURE_SIZE, sign
from dubu_desktop.wire.messages import BlobKind, Foot, Have, Head, Missing, Receipt
from dubu_desktop.wire.packing import pack, unpack
from tests.unit.sync.parties import PHOTO, WORKSPACE, Party, World, read_all, saved, writer_for

Frames = list[tuple[int, int, bytes]]


def refusal(data: bytes, who: Any) -> str:
    """The code a bundle is refused with."""
    with pytest.raises(DubuError) as caught:
        read_all(data, who)
    assert caught.value.sentence
    return caught.value.code


def opened(data: bytes, reader: Party) -> Frames:
    """The frames inside, as the rightful recipient sees them."""
    plain = pyrage.decrypt(data[PREAMBLE.size :], [pyrage.x25519.Identity.from_str(reader.identity.age_identity)])
    frames: Frames = []
    while plain:
        kind, flags, length = HEADER.unpack(plain[:6])
        frames.append((kind, flags, plain[6 : 6 + length]))
        plain = plain[6 + length :]
    return frames


def joined(frames: Frames) -> bytes:
    return b"".join(HEADER.pack(kind, flags, len(payload)) + payload for kind, flags, payload in frames)


def closed(plain: bytes, recipient: Party, min_reader: int = 1) -> bytes:
    """Plaintext encrypted as a bundle, by anybody who knows the recipient."""
    key = pyrage.x25519.Recipient.from_str(recipient.identity.public.age_recipient)
    return PREAMBLE.pack(MAGIC, 1, min_reader) + pyrage.encrypt(plain, [key])


def resigned(frames: Frames, sender: Party, recipient: Party, signer: Party | None = None) -> bytes:
    """A bundle of these frames with a FOOT that fits them: what a holder of valid keys can make."""
    body_frames = [frame for frame in frames if frame[0] != FrameType.FOOT]
    head = unpack(Head, body_frames[0][2], max_bytes=1 << 20)
    digest = hashlib.sha256(joined(body_frames)).digest()
    body = pack(Foot(len(body_frames), digest, [recipient.identity.public.age_recipient]))
    signature = sign((signer or sender).identity.sign_private, foot_message(head, body))
    return closed(joined([*body_frames, (FrameType.FOOT, 1, body + signature)]), recipient, head.min_reader)


# --- round trips -----------------------------------------------------------------------------------------------------


def test_what_goes_up_comes_out(world: World) -> None:
    frames, verified = read_all(world.up(world.g1), world.reader(world.office))
    assert [type(frame) for frame in frames] == [Segment, Segment, HandedBack, BlobPiece]
    assert [frame.sealed for frame in frames[:2]] == [each.sealed for each in world.segments(world.g1)]
    assert frames[2].base.sealed == world.base(world.g1).sealed
    assert frames[3].data == PHOTO
    assert frames[3].last
    counts = verified.counts
    assert (counts.segments, counts.ops, counts.items, counts.blobs, counts.blob_bytes) == (2, 6, 1, 1, len(PHOTO))
    assert verified.head.link == world.office.actor.to_bytes() + world.g1.actor.to_bytes()


def test_what_goes_down_comes_out(world: World) -> None:
    frames, verified = read_all(world.down(world.g1), world.reader(world.g1))
    assert [type(frame) for frame in frames] == [Base]
    assert verified.counts.bases == 1
    assert verified.head.link == world.office.actor.to_bytes() + world.g1.actor.to_bytes()


def test_the_writer_says_what_the_reader_finds(world: World, tmp_path: Path) -> None:
    out = io.BytesIO()
    head = world.head(world.g1, world.office, serial=9)
    with writer_for(out, world.g1, world.office, head) as writer:
        writer.add_segment(world.segments(world.g1)[0])
        written = writer.finish()
    path = saved(tmp_path, out.getvalue())
    verified = verify_bundle(path, world.reader(world.office))
    assert (written.serial, written.sha256, written.size) == (9, verified.sha256, path.stat().st_size)
    assert verified.sha256 == hashlib.sha256(path.read_bytes()).digest()
    assert written.counts == verified.counts
    assert writer.size == written.size


def test_the_head_carries_everything(world: World) -> None:
    full = {
        "previous": b"p" * 32,
        "have": [Have(world.g1.actor.to_bytes(), 4, b"h" * 32)],
        "base_position": 12,
        "missing": [Missing(world.g1.actor.to_bytes(), 5, 6)],
        "want": [b"w" * 32],
        "durable": [b"d" * 32],
        "receipts": [Receipt(b"b" * 32, 3, 3, 1, 2)],
        "part": 2,
        "parts": 3,
        "created_ms": 1,
        "roster": [b"entry"],
        "revocations": b"list",
        "reg": b"reg",
    }
    _, verified = read_all(world.up(world.g1, **full), world.reader(world.office))
    assert verified.head == world.head(world.g1, world.office, **full)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.binary(min_size=1, max_size=400_000), max_size=3),
    st.lists(st.integers(1, 300_000), min_size=1, max_size=3),
)
def test_blobs_of_any_length_in_any_chunks(world: World, contents: list[bytes], cuts: list[int]) -> None:
    blobs = [content * (1 + index * 4) for index, content in enumerate(contents)]
    out = io.BytesIO()
    with writer_for(out, world.g1, world.office, world.head(world.g1, world.office)) as writer:
        for number, blob in enumerate(blobs):
            size = cuts[number % len(cuts)]
            chunks = (blob[start : start + size] for start in range(0, len(blob), size))
            writer.add_blob(hashlib.sha256(blob).digest(), BlobKind.ORIGINAL, len(blob), chunks)
        writer.finish()
    pieces, verified = read_all(out.getvalue(), world.reader(world.office))
    found: list[bytes] = []
    for piece in pieces:
        if piece.offset == 0:
            found.append(b"")
        found[-1] += piece.data
        assert len(piece.data) == BLOB_PIECE or piece.last
    assert found == blobs
    assert verified.counts.blobs == len(blobs)
    assert verified.sha256 == hashlib.sha256(out.getvalue()).digest()
    assert verified.size == len(out.getvalue())


@pytest.mark.needs_tool("age")
def test_the_age_tool_opens_it_with_the_identity(world: World, tmp_path: Path) -> None:
    """Years later, without this program: the stream is plain age v1."""
    data = world.up(world.g1)
    payload = tmp_path / "payload.age"
    payload.write_bytes(data[PREAMBLE.size :])
    keys = tmp_path / "keys"
    keys.write_text(world.office.identity.age_identity + "\n")
    done = subprocess.run(["age", "-d", "-i", str(keys), str(payload)], capture_output=True, check=True, timeout=30)
    assert done.stdout == joined(opened(data, world.office))
    kind, flags, length = HEADER.unpack(done.stdout[:6])
    assert (kind, flags) == (FrameType.HEAD, 1)
    assert unpack(Head, done.stdout[6 : 6 + length], max_bytes=length).workspace == WORKSPACE


# --- damage ----------------------------------------------------------------------------------------------------------


def test_every_single_bit_flip_is_refused(world: World) -> None:
    data = bytearray(world.down(world.g1))
    who = world.reader(world.g1)
    codes = set()
    for position in range(len(data) * 8):
        data[position // 8] ^= 1 << position % 8
        codes.add(refusal(bytes(data), who))
        data[position // 8] ^= 1 << position % 8
    read_all(bytes(data), who)
    assert codes <= {"D-201", "D-204", "D-205", "D-206", "D-209", "D-213"}


def test_every_single_bit_flip_inside_is_refused_too(world: World) -> None:
    """By one who can decrypt and encrypt again but has not the sender's key."""
    plain = bytearray(joined(opened(world.down(world.g1), world.g1)))
    who = world.reader(world.g1)
    for position in range(len(plain) * 8):
        plain[position // 8] ^= 1 << position % 8
        refusal(closed(bytes(plain), world.g1), who)
        plain[position // 8] ^= 1 << position % 8
    read_all(closed(bytes(plain), world.g1), who)


def test_every_truncation_and_anything_appended_is_refused(world: World) -> None:
    data = world.up(world.g1)
    who = world.reader(world.office)
    for length in range(0, len(data), 3):
        assert refusal(data[:length], who) in {"D-204", "D-206"}
    for extra in (b"\0", data, bytes(70_000)):
        assert refusal(data + extra, who) == "D-204"


def test_a_long_bundle_cut_at_a_chunk_of_age_is_refused(world: World) -> None:
    out = io.BytesIO()
    blob = bytes(range(256)) * 2048
    with writer_for(out, world.g1, world.office, world.head(world.g1, world.office)) as writer:
        writer.add_blob(hashlib.sha256(blob).digest(), BlobKind.ORIGINAL, len(blob), [blob])
        writer.finish()
    data = out.getvalue()
    start = PREAMBLE.size + data[PREAMBLE.size :].index(b"\n--- ") + 5 + 43 + 1 + 16
    for chunks in range(1, 8):
        cut = data[: start + chunks * (65536 + 16)]
        assert refusal(cut, world.reader(world.office)) == "D-204"


def test_plaintext_cut_at_every_frame_is_refused(world: World) -> None:
    frames = opened(world.up(world.g1), world.office)
    for count in range(len(frames)):
        assert refusal(closed(joined(frames[:count]), world.office), world.reader(world.office)) == "D-204"


def test_swapped_doubled_and_dropped_frames_are_refused(world: World) -> None:
    frames = opened(world.up(world.g1), world.office)
    who = world.reader(world.office)
    for index in range(len(frames)):
        dropped = frames[:index] + frames[index + 1 :]
        doubled = [*frames[:index], frames[index], *frames[index:]]
        refusal(closed(joined(dropped), world.office), who)
        refusal(closed(joined(doubled), world.office), who)
        for other in range(index):
            swapped = list(frames)
            swapped[index], swapped[other] = swapped[other], swapped[index]
            refusal(closed(joined(swapped), world.office), who)


def test_items_moved_behind_the_photo_are_refused_by_the_signature(world: World) -> None:
    """Well-formed in itself: only the running hash of the FOOT tells."""
    head, first, second, item, blob, foot = opened(world.up(world.g1), world.office)
    moved = closed(joined([head, first, second, blob, item, foot]), world.office)
    assert refusal(moved, world.reader(world.office)) == "D-203"


def test_a_frame_after_the_foot_is_refused(world: World) -> None:
    frames = opened(world.up(world.g1), world.office)
    late = closed(joined([*frames, (99, 0, b"x")]), world.office)
    assert refusal(late, world.reader(world.office)) == "D-204"


@pytest.mark.parametrize("garbage", [b"", b"PK\x03\x04" + bytes(60), MAGIC, b"age-encryption.org/v1\n", bytes(16)])
def test_other_files_are_no_bundles(world: World, garbage: bytes) -> None:
    assert refusal(garbage, world.reader(world.g1)) == "D-206"


@given(st.data())
def test_hostile_frames_by_a_holder_of_valid_keys_are_refused_or_read(world: World, data: st.DataObject) -> None:
    """F7: whatever stands in the frames, the outcome is a catalogue entry or a list of frames, never a surprise."""
    frames = opened(world.up(world.g1), world.office)[:-1]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(1, len(frames) - 1))
        kind, flags, payload = frames[place]
        start = data.draw(st.integers(0, len(payload)))
        end = data.draw(st.integers(start, min(len(payload), start + 40)))
        changed = payload[:start] + data.draw(st.binary(max_size=40)) + payload[end:]
        frames[place] = (data.draw(st.sampled_from([kind, 2, 3, 4, 5, 6, 9])), flags, changed)
    try:
        found, _ = read_all(resigned(frames, world.g1, world.office), world.reader(world.office))
    except DubuError:
        return
    assert len(found) <= len(frames)


# --- who sent it, to whom --------------------------------------------------------------------------------------------


def test_a_bundle_for_g2_does_not_open_at_g1(world: World) -> None:
    assert refusal(world.down(world.g2), world.reader(world.g1)) == "D-201"


def test_a_bundle_encrypted_again_by_its_recipient_is_refused_as_forwarded(world: World) -> None:
    frames = opened(world.down(world.g2), world.g2)
    assert refusal(closed(joined(frames), world.g1), world.reader(world.g1)) == "D-210"


def test_a_bundle_opened_by_the_right_replica_under_another_key_is_refused(world: World) -> None:
    """The FOOT names the age recipient, so the office's bundle cannot be moved to a second key of the same replica."""
    frames = opened(world.down(world.g2), world.g2)
    who = world.reader(world.g2, age_identity=world.g1.identity.age_identity)
    assert refusal(closed(joined(frames), world.g1), who) == "D-210"


def test_a_bundle_of_another_workspace_is_refused(world: World) -> None:
    who = world.reader(world.office)
    assert refusal(world.up(world.g1, workspace=b"W" * 16), who) == "D-207"


def test_an_unknown_sender_is_refused_and_named_as_it_calls_itself(world: World) -> None:
    data = world.up(world.stranger, label="07\u202e 假")
    with pytest.raises(DubuError) as caught:
        read_all(data, world.reader(world.office))
    assert caught.value.code == "D-202"
    assert "“07 假”" in caught.value.sentence


def test_a_forged_sender_is_refused(world: World) -> None:
    """The stranger says it is g1."""
    forged = Party(world.stranger.identity, world.g1.actor)
    assert refusal(world.up(forged), world.reader(world.office)) == "D-203"
    frames = opened(world.up(world.g1), world.office)
    assert refusal(resigned(frames, world.g1, world.office, world.g2), world.reader(world.office)) == "D-203"


@pytest.mark.parametrize(
    "key",
    [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32],
    ids=lambda key: key[:2].hex(),
)
def test_a_low_order_key_signs_nothing(world: World, key: bytes) -> None:
    """Under such a key one signature would fit many messages."""
    who = world.reader(world.office, resolve_sender=lambda head: SenderKeys(world.g1.actor.replica, key))
    frames = opened(world.up(world.g1), world.office)
    foot = frames[-1][2]
    for signature in (bytes(64), b"\x01" + bytes(63), key + bytes(32)):
        frames[-1] = (FrameType.FOOT, 1, foot[:-SIGNATURE_SIZE] + signature)
        only = [frames[0], frames[-1]]
        body = pack(Foot(1, hashlib.sha256(joined(only[:1])).digest(), [world.office.identity.public.age_recipient]))
        only[-1] = (FrameType.FOOT, 1, body + signature)
        assert refusal(closed(joined(only), world.office), who) == "D-203"


def test_a_segment_by_somebody_else_inside_is_refused(world: World) -> None:
    """T07: a valid g1 bundle that carries g2's segment, with g2's true signature."""
    frames = opened(world.up(world.g1), world.office)
    frames[1] = (FrameType.SEG, 1, world.segments(world.g2)[0].sealed)
    assert refusal(resigned(frames, world.g1, world.office), world.reader(world.office)) == "D-212"


def test_a_segment_with_a_changed_body_is_refused(world: World) -> None:
    frames = opened(world.up(world.g1), world.office)
    sealed = bytearray(frames[2][2])
    sealed[-66] ^= 1
    frames[2] = (FrameType.SEG, 1, bytes(sealed))
    assert refusal(resigned(frames, world.g1, world.office), world.reader(world.office)) == "D-203"


def test_a_chain_that_does_not_join_is_refused(world: World) -> None:
    who = world.reader(world.office)
    one, two, three = world.segments(world.g1, 3)
    frames = opened(world.up(world.g1), world.office)

    def with_segments(*segments: Segment) -> bytes:
        kept = [frame for frame in frames if frame[0] != FrameType.SEG]
        chosen = [(int(FrameType.SEG), 1, segment.sealed) for segment in segments]
        return resigned(kept[:1] + chosen + kept[1:], world.g1, world.office)

    assert refusal(with_segments(two, one), who) == "D-215"
    assert refusal(with_segments(one, one), who) == "D-215"
    assert refusal(with_segments(one, on_another_past(world, two)), who) == "D-215"
    read_all(with_segments(one, three), who)  # a gap is allowed: the missing one comes again


def on_another_past(world: World, segment: Segment) -> Segment:
    """A truly signed segment of the same number that does not follow the one before it."""
    return seal_segment(
        segment.body,
        workspace=WORKSPACE,
        actor=segment.actor,
        number=segment.number,
        prev_hash=b"x" * 32,
        first_seq=segment.first_seq,
        last_seq=segment.last_seq,
        codec=segment.codec,
        sign_private=world.g1.identity.sign_private,
    )


def test_frames_that_do_not_belong_to_the_direction_are_refused(world: World) -> None:
    up = opened(world.up(world.g1), world.office)
    down = opened(world.down(world.g1), world.g1)
    up[3] = down[1]
    assert refusal(resigned(up, world.g1, world.office), world.reader(world.office)) == "D-204"
    for wrong in (FrameType.ITEM, FrameType.SEG):
        down[1] = (wrong, 1, down[1][2])
        assert refusal(resigned(down, world.office, world.g1), world.reader(world.g1)) == "D-204"


def test_a_handed_back_base_must_be_the_offices_and_this_spokes(world: World) -> None:
    who = world.reader(world.office)
    frames = opened(world.up(world.g1), world.office)
    frames[3] = (FrameType.ITEM, 1, world.base(world.g2).sealed)
    assert refusal(resigned(frames, world.g1, world.office), who) == "D-212"
    frames[3] = (FrameType.ITEM, 1, world.base(world.g1, office=world.stranger).sealed)
    assert refusal(resigned(frames, world.g1, world.office), who) == "D-202"
    own = Party(world.g1.identity, world.office.actor)
    frames[3] = (FrameType.ITEM, 1, world.base(world.g1, office=own).sealed)
    assert refusal(resigned(frames, world.g1, world.office), who) == "D-203"


def test_a_base_of_another_link_is_refused(world: World) -> None:
    frames = opened(world.down(world.g1), world.g1)
    frames[1] = (FrameType.BASE, 1, world.base(world.g2).sealed)
    assert refusal(resigned(frames, world.office, world.g1), world.reader(world.g1)) == "D-212"


# --- versions --------------------------------------------------------------------------------------------------------


def test_an_unknown_mandatory_frame_is_refused_naming_the_version(world: World) -> None:
    frames = opened(world.up(world.g1, program="0.7.2"), world.office)
    frames.insert(2, (77, 1, b"new"))
    with pytest.raises(DubuError) as caught:
        read_all(resigned(frames, world.g1, world.office), world.reader(world.office))
    assert caught.value.code == "D-205"
    assert "0.7.2" in caught.value.sentence


def test_an_unknown_advisory_frame_is_skipped_but_signed(world: World) -> None:
    frames = opened(world.up(world.g1), world.office)
    frames.insert(2, (77, 0, b"new" * 100_000))
    found, verified = read_all(resigned(frames, world.g1, world.office), world.reader(world.office))
    assert verified.counts.skipped == 1
    assert len(found) == 4
    frames[2] = (77, 0, b"other")
    assert refusal(closed(joined(frames), world.office), world.reader(world.office)) == "D-203"


def test_a_newer_format_is_refused_before_and_after_decryption(world: World) -> None:
    who = world.reader(world.office)
    assert refusal(world.up(world.g1, format=3, min_reader=3), who) == "D-205"
    frames = opened(world.up(world.g1, format=3, min_reader=3), world.office)
    hidden = PREAMBLE.pack(MAGIC, 1, 1) + closed(joined(frames), world.office)[PREAMBLE.size :]
    assert refusal(hidden, who) == "D-205"


def test_fields_appended_by_a_newer_program_are_ignored(world: World) -> None:
    frames = opened(world.up(world.g1), world.office)
    payload = frames[0][2]
    assert payload[0] == 0xDC
    longer = payload[:1] + (int.from_bytes(payload[1:3], "big") + 1).to_bytes(2, "big") + payload[3:] + b"\xa3new"
    frames[0] = (FrameType.HEAD, 1, longer)
    found, _ = read_all(resigned(frames, world.g1, world.office), world.reader(world.office))
    assert len(found) == 4


@pytest.mark.parametrize(
    "changes", [{"part": 3, "parts": 2}, {"previous": b"short"}, {"direction": 3}, {"want": [b"short"]}, {"serial": 0}]
)
def test_an_impossible_head_is_refused(world: World, changes: dict[str, Any]) -> None:
    frames = opened(world.up(world.g1), world.office)
    head = world.head(world.g1, world.office, **changes)
    frames[0] = (FrameType.HEAD, 1, pack(head))
    digest = hashlib.sha256(joined(frames[:-1])).digest()
    body = pack(Foot(len(frames) - 1, digest, [world.office.identity.public.age_recipient]))
    frames[-1] = (FrameType.FOOT, 1, body + bytes(64))
    assert refusal(closed(joined(frames), world.office), world.reader(world.office)) == "D-204"


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "length"),
    [(FrameType.HEAD, (1 << 20) + 1), (FrameType.SEG, (64 << 20) + 1), (FrameType.BLOB, (1 << 20) + 50),
     (FrameType.FOOT, 4097), (77, (64 << 20) + 1)],
)  # fmt: skip
def test_a_length_beyond_its_cap_is_refused_before_reading(world: World, kind: int, length: int) -> None:
    frames = [] if kind == FrameType.HEAD else opened(world.up(world.g1), world.office)[:1]
    plain = joined(frames) + HEADER.pack(kind, 0 if kind == 77 else 1, length)
    assert refusal(closed(plain, world.office), world.reader(world.office)) == "D-209"


def test_a_head_too_long_is_not_written(world: World) -> None:
    head = world.head(world.g1, world.office, want=[bytes(32)] * 40_000)
    with pytest.raises(DubuError, match="D-209"):
        writer_for(io.BytesIO(), world.g1, world.office, head)


def test_a_bundle_larger_than_a_volume_is_neither_written_nor_read(world: World, monkeypatch: Any) -> None:
    data = world.up(world.g1)
    monkeypatch.setattr("dubu_desktop.sync.reading.MAX_FILE", len(data) - 1)
    assert refusal(data, world.reader(world.office)) == "D-209"
    monkeypatch.setattr(container, "MAX_FILE", 1000)
    with pytest.raises(DubuError, match="D-209"):
        world.up(world.g1)


def test_too_many_frames_are_refused(world: World, monkeypatch: Any) -> None:
    data = world.up(world.g1)
    monkeypatch.setattr("dubu_desktop.sync.frames.MAX_FRAMES", 3)
    assert refusal(data, world.reader(world.office)) == "D-209"


def test_blob_pieces_out_of_order_or_lying_are_refused(world: World) -> None:
    frames = opened(world.up(world.g1), world.office)
    name = hashlib.sha256(PHOTO).digest()
    full = b"a" * BLOB_PIECE
    lies: list[list[BlobPiece]] = [
        [BlobPiece(name, BlobKind.PREVIEW, 1, len(PHOTO) + 1, PHOTO)],
        [BlobPiece(name, BlobKind.PREVIEW, 0, len(PHOTO) - 1, PHOTO)],
        [BlobPiece(name, BlobKind.PREVIEW, 0, len(PHOTO) + 1, PHOTO)],
        [BlobPiece(bytes(32), BlobKind.PREVIEW, 0, len(PHOTO), PHOTO)],
        [BlobPiece(name, BlobKind.PREVIEW, 0, BLOB_PIECE + 1, full)],
        [BlobPiece(name, BlobKind.PREVIEW, 0, BLOB_PIECE + 1, full),
         BlobPiece(name, BlobKind.ORIGINAL, BLOB_PIECE, BLOB_PIECE + 1, b"a")],
        [BlobPiece(name, BlobKind.PREVIEW, 0, BLOB_PIECE + 1, full),
         BlobPiece(name, BlobKind.PREVIEW, 0, BLOB_PIECE + 1, full)],
        [BlobPiece(name, BlobKind.PREVIEW, 0, 0, b"")],
    ]  # fmt: skip
    for lie in lies:
        blobs = [(int(FrameType.BLOB), 1, piece.to_payload()) for piece in lie]
        data = resigned(frames[:4] + blobs, world.g1, world.office)
        assert refusal(data, world.reader(world.office)) == "D-204"


# --- the age header --------------------------------------------------------------------------------------------------


def test_header_attacks_are_refused_before_any_work(world: World) -> None:
    who = world.reader(world.office)
    preamble = PREAMBLE.pack(MAGIC, 1, 1)
    office = pyrage.x25519.Recipient.from_str(world.office.identity.public.age_recipient)
    g1 = pyrage.x25519.Recipient.from_str(world.g1.identity.public.age_recipient)
    plain = joined(opened(world.up(world.g1), world.office))
    assert refusal(preamble + pyrage.encrypt(plain, [office, g1]), who) == "D-213"
    assert refusal(preamble + pyrage.passphrase.encrypt(plain, "password"), who) == "D-213"
    intro = b"age-encryption.org/v1\n"
    scrypt = b"-> scrypt bBjlhJVYZeE4aqUdmtRHfw 30\nn6lQrMYyiYkXBpwU1nYZM6SZTBSQKMdF1gMWgiyXEkI\n"
    tail = b"--- " + b"A" * 43 + b"\n" + bytes(64)
    stanza = b"-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n"
    assert refusal(preamble + intro + scrypt + tail, who) == "D-213"
    assert refusal(preamble + intro + stanza + scrypt + tail, who) == "D-213"
    assert refusal(preamble + intro + tail, who) == "D-213"
    assert refusal(preamble + intro + stanza + b"-> a-grease\n\n" * 40 + tail, who) == "D-213"
    assert refusal(preamble + intro + stanza + b"-> ssh-ed25519 x y\n\n" + tail, who) == "D-213"
    assert refusal(preamble + intro + b"->X25519 a\n" + tail, who) == "D-204"
    assert refusal(preamble + intro + b"-> x-grease " + b"a" * 9000, who) == "D-204"
    assert refusal(preamble + intro + stanza + tail, who) in {"D-201", "D-204"}  # an all-zero share
    assert refusal(preamble + b"age-encryption.org/v2\n" + stanza + tail, who) == "D-204"
    armored = pyrage.encrypt(plain, [office], armored=True)
    assert refusal(preamble + armored, who) == "D-204"


# --- two readings, files that fail -----------------------------------------------------------------------------------


def test_the_second_reading_gives_the_same_frames(world: World, tmp_path: Path) -> None:
    path = saved(tmp_path, world.up(world.g1))
    who = world.reader(world.office)
    first = verify_bundle(path, who)
    assert list(iter_frames(path, first, who)) == read_all(path.read_bytes(), who)[0]


def test_a_file_exchanged_between_the_readings_is_noticed(world: World, tmp_path: Path) -> None:
    path = saved(tmp_path, world.up(world.g1))
    who = world.reader(world.office)
    first = verify_bundle(path, who)
    path.write_bytes(world.up(world.g1, serial=2))  # as valid as the first
    with pytest.raises(DubuError, match="D-211"):
        list(iter_frames(path, first, who))


def test_progress_is_told_and_may_cancel(world: World, tmp_path: Path) -> None:
    path = saved(tmp_path, world.up(world.g1))
    told: list[int] = []
    verify_bundle(path, world.reader(world.office), told.append)
    assert told
    assert told[-1] == path.stat().st_size

    def cancel(done: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        verify_bundle(path, world.reader(world.office), cancel)


class Failing(io.BytesIO):
    """A stick pulled at byte `at`."""

    def __init__(self, data: bytes, at: int) -> None:
        super().__init__(data)
        self._at = at

    def _check(self, count: int) -> None:
        if self.tell() + count > self._at:
            raise OSError(5, "Input/output error")

    def read(self, count: int | None = -1, /) -> bytes:
        self._check(min(count or 0, len(self.getvalue()) - self.tell()))
        return super().read(count)

    def write(self, data: Any, /) -> int:
        self._check(len(data))
        return super().write(data)


def test_a_stick_pulled_while_reading_is_an_os_error(world: World) -> None:
    data = world.up(world.g1)
    for at in range(0, len(data), 97):
        with pytest.raises(OSError, match="Input/output"):
            list(read_bundle(Failing(data, at), world.reader(world.office)))


@pytest.mark.parametrize("size", [10, 200_000])
def test_a_stick_pulled_while_writing_is_an_os_error(world: World, size: int) -> None:
    """Small bundles too: their bytes leave the age library only while it is closing down."""
    blob = bytes(size)
    head = world.head(world.g1, world.office)

    def write(out: io.BytesIO) -> None:
        with writer_for(out, world.g1, world.office, head) as writer:
            writer.add_blob(hashlib.sha256(blob).digest(), BlobKind.ORIGINAL, len(blob), [blob])
            writer.finish()

    whole = io.BytesIO()
    write(whole)
    shortest = len(whole.getvalue()) - 300  # grease in the age header varies from file to file
    for at in range(0, shortest, max(1, shortest // 40)):
        with pytest.raises(OSError, match="Input/output"):
            write(Failing(b"", at))


def test_short_writes_lose_nothing(world: World) -> None:
    class Short(io.BytesIO):
        def write(self, data: Any, /) -> int:
            return super().write(bytes(data[:7]))

    out = Short()
    with writer_for(out, world.g1, world.office, world.head(world.g1, world.office)) as writer:
        written = writer.finish()
    assert written.size == len(out.getvalue())
    read_all(out.getvalue(), world.reader(world.office))


def test_a_photo_that_is_not_what_its_name_says_is_not_written(world: World) -> None:
    cases: list[tuple[bytes, int, bytes]] = [
        (bytes(32), len(PHOTO), PHOTO),
        (hashlib.sha256(PHOTO).digest(), len(PHOTO) + 1, PHOTO),
        (hashlib.sha256(PHOTO).digest(), len(PHOTO) - 1, PHOTO),
        (hashlib.sha256(b"").digest(), 0, b""),
    ]
    for name, total, content in cases:
        writer = writer_for(io.BytesIO(), world.g1, world.office, world.head(world.g1, world.office))
        with pytest.raises(DubuError, match="D-214"), writer:
            writer.add_blob(name, BlobKind.ORIGINAL, total, [content])


def test_a_writer_left_without_finish_is_a_bug(world: World) -> None:
    head = world.head(world.g1, world.office)
    with (
        pytest.raises(RuntimeError, match="not finished"),
        writer_for(io.BytesIO(), world.g1, world.office, head),
    ):
        pass


def test_a_writer_keeps_to_its_direction(world: World) -> None:
    head = world.head(world.g1, world.office)
    with (
        pytest.raises(ValueError, match="UP"),
        writer_for(io.BytesIO(), world.g1, world.office, head) as writer,
    ):
        writer.add_base(world.base(world.g1))


def test_an_unfit_recipient_is_refused_before_the_library_panics(world: World) -> None:
    low_order = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"
    with pytest.raises(DubuError, match="D-239"):
        BundleWriter(io.BytesIO(), recipient=low_order, sign_private=bytes(32), head=world.head(world.g1, world.office))


def test_errors_of_the_callers_own_callbacks_come_through(world: World) -> None:
    """They are bugs or database failures, not damaged bundles."""

    def broken(subject: Any) -> Any:
        raise KeyError("a bug")

    data = world.up(world.g1)
    for changes in ({"resolve_sender": broken}, {"office_key": broken}):
        with pytest.raises(KeyError, match="a bug"):
            read_all(data, world.reader(world.office, **changes))


def test_a_surprise_of_a_parser_becomes_damaged(world: World, monkeypatch: Any) -> None:
    """T16: one boundary."""

    def surprise(*args: Any, **kwargs: Any) -> Any:
        raise IndexError("nobody thought of this")

    data = world.up(world.g1)
    monkeypatch.setattr("dubu_desktop.sync.contents.open_segment", surprise)
    assert refusal(data, world.reader(world.office)) == "D-204"


def test_stopping_in_the_middle_leaves_no_thread(world: World) -> None:
    before = threading.active_count()
    reading = read_bundle(io.BytesIO(world.up(world.g1)), world.reader(world.office))
    next(reading)
    reading.close()
    plain = decrypted(io.BytesIO(world.up(world.g1)[PREAMBLE.size :]), world.office.identity.age_identity)
    next(plain)
    plain.close()
    out = io.BytesIO()
    writer = AgeWriter(out.write, world.office.identity.public.age_recipient)
    writer.write(bytes(3_000_000))
    writer.abort()
    assert threading.active_count() == before


def test_a_look_at_a_file_says_what_it_says_of_itself_and_never_fails(world: World, tmp_path: Path) -> None:
    good = saved(tmp_path, world.up(world.g1))
    who = world.reader(world.office)
    head = peek(good, who)
    assert head is not None
    assert (head.serial, head.part) == (verify_bundle(good, who).head.serial, 1)
    assert peek(good, world.reader(world.g1)) is None
    assert peek(tmp_path / "none.dubu", who) is None
    data, bad = good.read_bytes(), tmp_path / "bad.dubu"
    for cut in range(0, min(len(data), 600), 7):
        bad.write_bytes(data[:cut])
        assert peek(bad, who) is None
    for place in range(0, min(len(data), 600), 3):
        bad.write_bytes(data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :])
        peek(bad, who)
