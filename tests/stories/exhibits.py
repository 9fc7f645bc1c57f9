"""Bundles of a real world to be read by a stranger: as files, as the program reads them, and forged by their sender."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pyrage

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions import recovery
from dubu_desktop.actions.exchange import trust
from dubu_desktop.actions.house import House
from dubu_desktop.db import queries
from dubu_desktop.domain.facts import Facts
from dubu_desktop.domain.ops import Context, Dot, Op
from dubu_desktop.sync.contents import HandedBack
from dubu_desktop.sync.frames import BlobPiece
from dubu_desktop.sync.reading import iter_frames, verify_bundle
from dubu_desktop.sync.segments import Base, Segment
from dubu_desktop.sync.signing import digest, sign
from dubu_desktop.wire.blocks import Blocks
from dubu_desktop.wire.bodies import ops_in
from dubu_desktop.wire.codec import decode_facts, decode_rows, op_flags
from tests import reader
from tests.stories.test_volumes import heavy
from tests.world import PASSWORD, World

Frames = list[tuple[int, bytes]]


class Exhibit(NamedTuple):
    """A bundle file, the keys to read it with, the sender's private key, and what the program itself reads in it."""

    data: bytes
    age_identity: str
    key: bytes
    office: bytes
    private: bytes
    told: dict[str, Any]

    def read(self, data: bytes | None = None, **other: Any) -> Any:
        """What the stranger reads in it, or in `data` in its place."""
        keys: dict[str, Any] = {"identity": self.age_identity, "key": self.key, "office": self.office}
        return reader.read(self.data if data is None else data, **keys | other)


# --- what the program reads, as plain values ---------------------------------------------------------------------


def dots(given: Context | tuple[Dot, ...]) -> list[tuple[bytes, int]]:
    """Dots or a context as pairs."""
    pairs = given if isinstance(given, tuple) else [Dot(actor, seq) for actor, seq in sorted(given.items())]
    return [(dot.actor.to_bytes(), dot.seq) for dot in pairs]


def plain_op(op: Op, flags: int) -> tuple[Any, ...]:
    """An op in the order of the page's table, its actors spelled out."""
    writes = {tag: (w.value, dots(w.over), dots(w.ctx)) for tag, w in op.writes.items()}
    return (
        flags, op.dot.seq, op.lam, op.wall, op.person, op.kind, op.record, b"" if op.root == op.record else op.root,
        int(op.type), op.txn, dots(op.at), dict(op.values), writes, op.event, dict(op.args),
        {tag: dots(ctx) for tag, ctx in op.seen.items()},
    )  # fmt: skip


def plain_facts(facts: Facts) -> tuple[Any, ...]:
    """A record of a base in the order of the page."""

    def who(one: Any) -> tuple[Any, ...]:
        return one.dot.actor.to_bytes(), one.dot.seq, one.lam, one.wall, one.person

    return (
        facts.kind, facts.record, [(*who(c), dict(c.values)) for c in facts.creates],
        {tag: [(*who(h), h.value, dots(h.ctx)) for h in heads] for tag, heads in facts.heads.items()},
        [(*who(e), e.event, dots(e.at), dict(e.args), {t: dots(c) for t, c in e.seen.items()}) for e in facts.events],
        [(dot.actor.to_bytes(), dot.seq, str(why)) for dot, why in facts.inert.items()],
    )  # fmt: skip


def flags_of(segment: Segment) -> list[int]:
    """The flags of a segment's ops."""
    if segment.codec == 1:
        return [op_flags(raw) for raw in decode_rows(segment.body, 1)]
    return [flag for block in Blocks(segment.body, segment.actor, segment.first_seq) for flag in block.flags]


def told_by_the_program(path: Path, house: House) -> dict[str, Any]:
    """Head, ops, bases and photos by the program's own decoding, at the recipient's."""
    with house.ws.reading() as conn:
        who = trust.addressee(house.ws, conn)
    told: dict[str, Any] = {"segments": [], "bases": [], "items": [], "photos": {}}
    seen = verify_bundle(path, who)
    for frame in iter_frames(path, seen, who):
        if isinstance(frame, Segment):
            ops = ops_in(frame.body, frame.codec, frame.actor, frame.first_seq)
            told["segments"].append([plain_op(op, f) for op, f in zip(ops, flags_of(frame), strict=True)])
        elif isinstance(frame, BlobPiece):
            held = told["photos"].setdefault((frame.sha256, int(frame.kind)), bytearray())
            held += frame.data
        else:
            base: Base = frame.base if isinstance(frame, HandedBack) else frame
            which = "items" if isinstance(frame, HandedBack) else "bases"
            told[which].append([plain_facts(decode_facts(raw)) for raw in decode_rows(base.body, base.codec)])
    return told | {"head": msgspec.msgpack.decode(msgspec.msgpack.encode(seen.head))}


def exhibit(path: str | Path, sender: House, recipient: House, office: House) -> Exhibit:
    """A bundle that lies on the stick, before its recipient has imported it."""
    mine, theirs = ids.load(recipient.ws), ids.load(sender.ws)
    data = Path(path).read_bytes()
    told = told_by_the_program(Path(path), recipient)
    keys = theirs.public.sign_public, ids.load(office.ws).public.sign_public
    return Exhibit(data, mine.age_identity, *keys, theirs.sign_private, told)


# --- the bundles -------------------------------------------------------------------------------------------------


def work(world: World, house: House, seed: int, size: int = 9000) -> str:
    """Creates, sets, steps with reasons, closing steps, photos: what an op may hold; returns a draft."""
    alone = {"industry_unit": None, "territory_unit": None, "no_industry_reason": "待查", "no_territory_reason": "待查"}
    first, second, third = (world.finding(house, place=f"城关街道{seed}-{n}号楼", **alone) for n in range(3))
    house.do("edit_finding", finding=first, values={"severity": "serious", "place": f"南门{seed}"})
    house.do("edit_finding", finding=first, values={"severity": "grave"})
    photos(world, house, first, seed, size)
    house.do("finalise_finding", finding=first)
    house.do("edit_finding", finding=second, values={"place": f"北门{seed}"})
    house.do("finalise_finding", finding=third)
    house.do("void_finding", finding=second, reason="重复登记")
    house.do("retract", kind="finding", record=third)
    return third


def photos(world: World, house: House, finding: str, seed: int, size: int = 9000) -> None:
    """Two photos of a finding, the first of so many bytes."""
    files = [world.root / f"photo-{n}.jpg" for n in (seed, seed + 1)]
    for n, file in enumerate(files):
        file.write_bytes(heavy(seed + n, 9000 if n else size))
    house.do("add_photos", finding=finding, files=[str(file) for file in files])


def story(root: Path) -> Iterator[tuple[str, Exhibit]]:
    """Bundles by name. The first bundle up of a group that has heard nothing of what its office reads is in codec 1."""
    world = World(root / "world", acquainted=False)
    office, group = world.office, world.groups["01"]

    def lying(path: str, sender: House, recipient: House) -> Exhibit:
        return exhibit(path, sender, recipient, office)

    work(world, group, 10)
    (up,) = world.up("01")
    yield "up, codec 1", lying(up, group, office)
    world.take(office, [up])
    with office.ws.reading() as conn:
        numbers = [row["number"] for row in queries.all_rows(conn, "finding", status="final")]
    office.do("edit_finding", finding=numbers[0], values={"severity": "ordinary"}, reason="按标准")
    group.do("edit_finding", finding=numbers[0], values={"severity": "serious"})
    world.take(office, world.up("01"))
    office.do("confirm_finding", findings=numbers)
    office.do("assign_rectification", findings=numbers)
    office.do("urge", findings=numbers, text="请抓紧")
    (down,) = world.down("01")
    yield "down", lying(down, office, group)
    world.take(group, [down])
    (root / "second").mkdir()
    backup = Path(office.do("make_backup", to=str(root / "second")).extra["path"])
    draft = work(world, group, 20, size=1_200_000)  # a photo in two pieces
    for n in range(10):  # enough for every form of a column
        edit = {"place": f"东门{n}", "severity": ("grave", "serious")[n % 2], "coordinates": f"30.{n},114.3"}
        group.do("edit_finding", finding=draft, values=edit)
    (up,) = world.up("01")
    yield "up, codec 2", lying(up, group, office)
    world.take(office, [up])
    office.do("edit_finding", finding=numbers[0], values={"facts": "通道已清出一半，仍有瓷砖"}, reason="据反馈")
    world.take(group, world.down("01"))
    photos(world, group, draft, 30)
    names = group.do("export_bundle", to="office", out=str(world.stick), volume_mb=0.02).extra["files"]
    for n, name in enumerate(names, 1):
        yield f"volume {n}", lying(name, group, office)
    office.close()
    recovery.restore(backup, root / "restored", password=PASSWORD, clock=world.clock)
    office = world.office = House.open_(root / "restored", PASSWORD, world.clock)
    office.be("王主任")
    world.take(group, world.down("01"))
    (up,) = world.up("01")
    yield "up, handing back", lying(up, group, office)
    world.close()


def exactly(one: Any, other: Any) -> bool:
    """Whether two values are the same to the last type: 1, 1.0 and True are three."""
    return msgspec.msgpack.encode(one) == msgspec.msgpack.encode(other)


def same(shown: Exhibit) -> Any:
    """The stranger's reading, once it is found to be the program's."""
    read, told = shown.read(), shown.told
    assert [read.head[name] for name in reader.FIELDS.split()] == told["head"]
    for part in ("segments", "bases", "items"):
        rows = [rows for _, rows in getattr(read, part)]
        assert rows == told[part]
        assert exactly(rows, told[part])
    assert read.photos == [(name, kind, bytes(body)) for (name, kind), body in told["photos"].items()]
    return read


OP = [
    "flags",
    "seq",
    "lam",
    "wall",
    "person",
    "kind",
    "record",
    "root",
    "type",
    "txn",
    "at",
    "values",
    "writes",
    "event",
    "args",
    "seen",
]


def blocks_of(shown: Exhibit) -> list[Any]:
    """The opened blocks of the segments in codec 2."""
    bodies = [raw[95:-64] for kind, raw, _ in frames_of(shown) if kind == reader.SEG]
    packed = [one for body in bodies for _, one in msgspec.msgpack.decode(body)[2]]
    return list(reader.unpacked(packed))


# --- bundles made anew by who holds the sender's key: everything the FOOT does not catch -------------------------


def frames_of(shown: Exhibit) -> list[tuple[int, bytes, int]]:
    """The frames of a bundle."""
    return list(reader.frames(shown.read().plain))


def encrypted(shown: Exhibit, plain: bytes, identity: str = "") -> bytes:
    """A file with this plaintext, to its recipient or another."""
    me = pyrage.x25519.Identity.from_str(identity or shown.age_identity)
    return shown.data[:16] + pyrage.encrypt(plain, [me.to_public()])


def framed(frames: Frames, flags: int = 1) -> bytes:
    """Frames in a run; those of unknown type with `flags`."""
    return b"".join(struct.pack(">BBI", k, 1 if k < 7 else flags, len(raw)) + raw for k, raw in frames)


def forged(shown: Exhibit, change: Callable[[Frames], Any], flags: int = 1, foot: str = "signed") -> bytes:
    """The bundle with its frames changed; the FOOT fits and is `signed` by the sender or `unsigned`, or is `old`."""
    *frames, (_, old) = [(kind, raw) for kind, raw, _ in frames_of(shown)]
    change(frames)
    plain, head = framed(frames, flags), shown.read().head
    _, _, recipients = msgspec.msgpack.decode(old[:-64])
    body = msgspec.msgpack.encode([len(frames), sha256(plain).digest(), recipients])
    told = [head[name] for name in ("workspace", "sender", "recipient", "link")]
    told += [head["serial"].to_bytes(8), head["previous"] or bytes(32), body]
    new = body + (sign(shown.private, digest("dubu bundle v1", *told)) if foot == "signed" else old[-64:])
    return encrypted(shown, plain + framed([(reader.FOOT, old if foot == "old" else new)]))


SHAPES = {reader.SEG: (">B16sQ32s16sQQHI", "dubu segment v1")}
SHAPES |= dict.fromkeys((reader.BASE, reader.ITEM), (">B16s32sQQHI", "dubu base v1"))


def resealed(shown: Exhibit, private: bytes, kind: int, which: int, fields: dict[int, Any]) -> bytes:
    """The bundle with other fields in the header of a sealed block, which is sealed again with a good signature."""
    shape, domain = SHAPES[kind]
    size = struct.calcsize(shape)

    def change(frames: Frames) -> None:
        at = places(frames, kind)[which]
        raw = frames[at][1]
        header = list(struct.unpack_from(shape, raw))
        for place, value in fields.items():
            header[place] = value
        new, body = struct.pack(shape, *header), raw[size:-64]
        frames[at] = kind, new + body + sign(private, digest(domain, shown.read().head["workspace"], new, body))

    return forged(shown, change)


def places(frames: Frames, kind: int) -> list[int]:
    """Where frames of a kind stand."""
    return [at for at, (one, _) in enumerate(frames) if one == kind]


def swap(kind: int) -> Callable[[Frames], None]:
    """The first two frames of a kind change places."""

    def change(frames: Frames) -> None:
        a, b = places(frames, kind)[:2]
        frames[a], frames[b] = frames[b], frames[a]

    return change


def after_a_full_piece(change: Callable[[Frames, int], Any]) -> Callable[[Frames], None]:
    """Do something at the place after the first piece of a photo in several."""

    def changed(frames: Frames) -> None:
        full = [at for at in places(frames, reader.BLOB) if len(frames[at][1]) == reader.MIB + 49]
        change(frames, full[0] + 1)

    return changed


def flip(kind: int, byte: int) -> Callable[[Frames], None]:
    """One bit of the first frame of a kind is another."""

    def change(frames: Frames) -> None:
        at = places(frames, kind)[0]
        raw = bytearray(frames[at][1])
        raw[byte] ^= 1
        frames[at] = kind, bytes(raw)

    return change


def turned(kind: int, into: int) -> Callable[[Frames], None]:
    """The first frame of a kind says that it is of another."""

    def change(frames: Frames) -> None:
        at = places(frames, kind)[0]
        frames[at] = into, frames[at][1]

    return change
