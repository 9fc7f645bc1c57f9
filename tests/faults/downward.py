"""Mutants of the office's word to a group: blocks of bases of any content under the office's own signature.

As a bundle would be that somebody writes who got hold of the office's signing key, or an office with a bug. The group
refuses it by a code with nothing changed, or takes it; then its own ops are all there, every page opens, the tables are
what the journal says, and it goes on working and sending. What a group sends
beside its segments is spoilt as well: photos, and words of the office that it hands back.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from weakref import WeakKeyDictionary

import msgspec
import pyrage
import pytest
from backports import zstd

from dubu_desktop.actions import check
from dubu_desktop.actions.house import House
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.container import foot_message
from dubu_desktop.sync.contents import Addressee, SenderKeys
from dubu_desktop.sync.frames import PREAMBLE, FrameType
from dubu_desktop.sync.identity import recipient_of
from dubu_desktop.sync.reading import read_bundle
from dubu_desktop.sync.segments import Base
from dubu_desktop.sync.signing import digest, sign
from dubu_desktop.wire.codec import CODEC_ROWS, decode_facts, decode_rows
from dubu_desktop.wire.messages import Head
from tests.faults.mutators import Mutant, spoil, twisted
from tests.faults.quarry import LooseFrame, Quarry, loose_frames, public_key
from tests.stories.exchange import NAMES, ended, ops_held
from tests.world import COMPLETE, PASSWORD, SetClock

Look = Callable[[House], object]
Pages = Callable[[House, Iterable[bytes]], None]
#: docs/bundle-format.md: version, office, link, first and last position, codec, body length
BASE = struct.Struct(">B16s32sQQHI")
BLOB = struct.Struct(">32sBQQ")


class Down:
    """The office's bundle for group 01, taken apart; the attacker holds the office's signing key."""

    def __init__(self, q: Quarry) -> None:
        self.q = q
        plain = pyrage.decrypt(q.down[PREAMBLE.size :], [pyrage.x25519.Identity.from_str(q.group_identity)])
        found = loose_frames(plain)
        self.frames = tuple(f for f in found if f.type != FrameType.FOOT)
        self.head = msgspec.msgpack.decode(found[0].payload, type=Head)
        self.bases = [i for i, f in enumerate(self.frames) if f.type == FrameType.BASE]
        assert self.bases

    def group_reads(self) -> Addressee:
        """Group 01 as it reads a bundle of the office, without a workspace behind it."""
        q, public = self.q, public_key(self.q.office_key)

        def sender(head: Head) -> SenderKeys | None:
            own = q.office.replica
            return SenderKeys(own, public) if head.sender_actor.replica == own else None

        return Addressee(q.workspace, q.group.replica, q.group_identity, sender, lambda _actor: None)

    def file(self, frames: Sequence[LooseFrame]) -> bytes:
        """A bundle of these frames, encrypted to the group, under a FOOT that fits, signed by the office."""
        plain = b"".join(f.to_bytes() for f in frames)
        told = [len(frames), hashlib.sha256(plain).digest(), [recipient_of(self.q.group_identity)]]
        body = msgspec.msgpack.encode(told)
        foot = LooseFrame(FrameType.FOOT, body + sign(self.q.office_key, foot_message(self.head, body)))
        recipient = pyrage.x25519.Recipient.from_str(recipient_of(self.q.group_identity))
        return self.q.down[: PREAMBLE.size] + bytes(pyrage.encrypt(plain + foot.to_bytes(), [recipient]))

    def sealed(self, header: Sequence[object], body: bytes) -> bytes:
        """A block of bases, signed by the office's key, whatever it says."""
        packed = BASE.pack(*header[:-1], len(body))
        return packed + body + sign(self.q.office_key, digest("dubu base v1", self.q.workspace, packed, body))

    def taken_apart(self, i: int) -> tuple[list[object], bytes]:
        """Header and body of the block in frame `i`."""
        raw = self.frames[i].payload
        return list(BASE.unpack_from(raw)), raw[BASE.size : -64]


_downs: WeakKeyDictionary[Quarry, Down] = WeakKeyDictionary()


def down_of(q: Quarry) -> Down:
    """The office's bundle of this quarry, taken apart once."""
    if q not in _downs:
        _downs[q] = Down(q)
    return _downs[q]


def base(dice: Random, down: Down) -> Mutant:
    """One or two bases changed in anything at any depth, or the block's header or body; signed anew."""
    frames = list(down.frames)
    i = dice.choice(down.bases)
    header, body = down.taken_apart(i)
    how = dice.choice(["fact", "fact", "fact", "fact", "header", "body", "spoilt", "rows"])
    rows = decode_rows(body, CODEC_ROWS)
    if how == "fact":
        for _ in range(dice.choice([1, 1, 2, 4])):
            k = dice.randrange(len(rows))
            rows[k] = _packed(twisted(dice, msgspec.msgpack.decode(rows[k], strict=False)), rows[k])
        body = zstd.compress(msgspec.msgpack.encode(rows), 3)
    elif how == "rows":
        rows = dice.choice([rows[:1], rows + rows, rows[::-1], [*rows, b""], []])
        body = zstd.compress(msgspec.msgpack.encode(rows), 3)
    elif how == "header":
        place = dice.randrange(6)
        value = header[place]
        if isinstance(value, bytes):
            header[place] = dice.choice([dice.randbytes(len(value)), down.q.group.to_bytes() * (len(value) // 16)])
        else:
            header[place] = dice.choice([0, 1, 2, 3, 255])
    elif how == "body":
        body = spoil(dice, body, body[::-1])[1]
    sealed = down.sealed(header, body)
    if how == "spoilt":
        sealed = spoil(dice, sealed, sealed[::-1])[1]
    frames[i] = replace(frames[i], payload=sealed)
    return Mutant(f"base {how}", down.file(frames), down=True)


def _packed(tree: object, before: bytes) -> bytes:
    try:
        return msgspec.msgpack.encode(tree)
    except (OverflowError, ValueError, TypeError, RecursionError):
        return before


# --- frames that a group sends beside its segments ----------------------------------------------------------------


def photo(dice: Random, q: Quarry) -> Mutant:
    """A piece of a photo under another hash, kind, place or length, cut, doubled, of other bytes; the FOOT fits."""
    frames = list(q.frames)
    i = dice.choice([i for i, f in enumerate(frames) if f.type == FrameType.BLOB])
    raw = frames[i].payload
    header, data = list(BLOB.unpack_from(raw)), raw[BLOB.size :]
    how = dice.choice(["hash", "kind", "offset", "total", "data", "cut", "twice", "empty", "elsewhere"])
    if how == "hash":
        header[0] = dice.choice([bytes(32), dice.randbytes(32), hashlib.sha256(data[:-1]).digest()])
    elif how == "kind":
        header[1] = dice.choice([0, 1, 2, 3, 255])
    elif how in ("offset", "total"):
        place = 2 if how == "offset" else 3
        header[place] = dice.choice([0, 1, len(data) - 1, len(data) + 1, 2**31, 2**40, 2**63, 2**64 - 1])
    elif how == "data":
        data = spoil(dice, data, q.up)[1]
    elif how == "empty":
        data = b""
    frames[i] = replace(frames[i], payload=BLOB.pack(*header) + data)
    if how == "cut":  # two pieces where only the last may be short
        spot = dice.randrange(1, len(data))
        rest = BLOB.pack(*header[:2], spot, header[3]) + data[spot:]
        frames[i : i + 1] = [replace(frames[i], payload=raw[: BLOB.size + spot]), replace(frames[i], payload=rest)]
    elif how == "twice":
        frames.insert(i, frames[i])
    elif how == "elsewhere":
        frames.insert(dice.randrange(len(frames) + 1), frames.pop(i))
    return Mutant(f"photo {how}", q.file(frames), segments=q.segments)


def handed_back(dice: Random, q: Quarry) -> Mutant:
    """The office's own words handed back: as they were, spoilt, for another link, or signed by the group instead."""
    down = down_of(q)
    frames = list(q.frames)
    header, body = down.taken_apart(dice.choice(down.bases))
    how = dice.choice(["whole", "spoilt", "link", "resigned", "twisted"])
    if how == "link":
        header[2] = dice.choice([dice.randbytes(32), q.group.to_bytes() * 2, q.office.to_bytes() * 2])
    rows = decode_rows(body, CODEC_ROWS)
    if how == "twisted":
        rows[0] = _packed(twisted(dice, msgspec.msgpack.decode(rows[0], strict=False)), rows[0])
        body = zstd.compress(msgspec.msgpack.encode(rows), 3)
    packed = BASE.pack(*header[:-1], len(body))
    key = q.group_key if how == "resigned" else q.office_key
    if how == "twisted":  # nobody but the office could sign it
        key = q.group_key
    sealed = packed + body + sign(key, digest("dubu base v1", q.workspace, packed, body))
    if how == "spoilt":
        sealed = spoil(dice, sealed, sealed[::-1])[1]
    frames.insert(dice.randrange(1, len(frames) + 1), LooseFrame(FrameType.ITEM, sealed))
    return Mutant(f"item {how}", q.file(frames), segments=q.segments)


#: more ways to spoil a bundle, with the weights of `mutators.PARSE` and `mutators.IMPORT`
MORE_PARSE = [(photo, 5), (handed_back, 4)]
MORE_IMPORT = [(photo, 6), (handed_back, 5)]
#: of all trials so many are of bundles of the office
DOWN = 0.08


class DownProver:
    """Group 01's workspace, put back after each mutant that it took."""

    def __init__(self, q: Quarry, root: Path) -> None:
        self.q, self.root, self.down = q, root, Down(q)
        self.who = self.down.group_reads()
        self.file = root / "down-mutant.dubu"
        self.house: House | None = None
        self.fresh()

    def fresh(self) -> House:
        """The group as the scene left it, open."""
        with self._user():
            return self._fresh()

    @contextmanager
    def _user(self) -> Iterator[None]:
        """What the group's user keeps outside the workspace lies apart from the office's."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DUBU_STATE_DIR", str(self.root / "state"))
            yield

    def _fresh(self) -> House:
        self.close()
        place = self.root / "downward"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.q.root / "world" / "group01", place)
        shutil.rmtree(self.root / "state", ignore_errors=True)
        shutil.copytree(self.q.root / "state", self.root / "state")
        self.house = House.open_(place, PASSWORD, SetClock("2026-06-03T09:10"))
        self.house.be(NAMES["01"])
        self.held = ops_held(self.house)
        return self.house

    def close(self) -> None:
        """Close the workspace."""
        if self.house is not None:
            self.house.close()

    def read(self, mutant: Mutant) -> None:
        """As the first reading of an import does, and every base by itself; DubuError where it is refused."""
        for frame in read_bundle(io.BytesIO(mutant.data), self.who):
            if isinstance(frame, Base):
                _require_facts(frame)

    def imported(self, mutant: Mutant, everything: Look, shown: Look, pages: Pages) -> dict[str, object]:
        """Through the verb, into the workspace; the report. What is refused changes nothing; what is taken leaves a
        workspace in which every page opens and work goes on."""
        with self._user():
            return self._imported(mutant, everything, shown, pages)

    def _imported(self, mutant: Mutant, everything: Look, shown: Look, pages: Pages) -> dict[str, object]:
        house = self.house
        assert house is not None
        before = everything(house)
        self.file.write_bytes(mutant.data)
        (report,) = house.do("import_bundles", files=[str(self.file)]).extra["reports"]
        assert not list(house.ws.folder.inbox.iterdir())
        if report["status"] == "refused":
            assert everything(house) == before, "refused, and yet something changed"
            return dict(report)
        try:
            assert ops_held(house) >= self.held, "an op of its own is gone"
            pages(house, {i[0] for i in self.q.records})
            made = house.do("register_finding", values=COMPLETE | {"place": "北关街道77号"}).ids[0]
            house.do("edit_finding", finding=made, values={"place": "北关街道78号"})
            said = shown(house)
            ended(check.rebuild(house))  # moments may differ: the office told them twice, and otherwise
            assert shown(house) == said, "the tables are not what the journal says"
            assert ended(check.audit(house)).faults == ()
            stick = self.root / "out"
            stick.mkdir(exist_ok=True)
            for file in house.do("export_bundle", to="office", out=str(stick)).extra["files"]:
                Path(file).unlink()
        finally:
            self.fresh()
        return dict(report)


def _require_facts(found: Base) -> None:
    try:
        for raw in decode_rows(found.body, found.codec):
            decode_facts(raw)
    except ValueError as error:
        raise DubuError("D-204") from error
