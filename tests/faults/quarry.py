"""What the mutations are made from: an office, two groups, and a real bundle of group 01 taken apart.

The attacker holds the laptop of group 01: its signing key, its record of what the office told it, and, as everybody
does, the office's age recipient. So a mutant may be damage to the file, or frames, segments and ops of any content
under signatures that hold.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import msgspec
import pyrage
import pytest
from sqlalchemy import select

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.house import House
from dubu_desktop.db import tables as t
from dubu_desktop.domain.ops import Actor
from dubu_desktop.domain.records import CATEGORY, PHRASE
from dubu_desktop.sync.container import foot_message
from dubu_desktop.sync.contents import Addressee, SenderKeys
from dubu_desktop.sync.frames import HEADER, PREAMBLE, FrameType
from dubu_desktop.sync.identity import recipient_of
from dubu_desktop.sync.segments import parse_segment
from dubu_desktop.sync.signing import digest, sign
from dubu_desktop.wire.bodies import raws_in
from dubu_desktop.wire.messages import Head
from tests.stories.exchange import NAMES, ops_held
from tests.world import COMPLETE, PASSWORD, SetClock, World, cheap_keys, jpeg

#: docs/bundle-format.md: version, actor, number, previous hash, continues, first and last seq, codec, body length
SEGMENT = struct.Struct(">B16sQ32s16sQQHI")
MOMENT = "2026-06-03T09:00"


@dataclass
class LooseFrame:
    """One frame before FOOT, open to any change; `length` None: as long as it is."""

    type: int
    payload: bytes
    flags: int = 1
    length: int | None = None

    def to_bytes(self) -> bytes:
        """Header and payload, honest or not."""
        length = len(self.payload) if self.length is None else self.length
        return HEADER.pack(self.type & 255, self.flags & 255, length & 0xFFFFFFFF) + self.payload


@dataclass(frozen=True)
class LooseSegment:
    """A segment's header and body before it is signed; `rows` are its ops' bytes."""

    actor: bytes
    number: int
    prev: bytes
    continues: bytes
    first: int
    last: int
    codec: int
    body: bytes = field(repr=False)
    rows: tuple[bytes, ...] = field(repr=False)
    version: int = 1
    length: int | None = None


@dataclass(frozen=True, eq=False)
class Quarry:
    """The scene. `root` holds `world` (closed workspaces) and `state`."""

    root: Path
    workspace: bytes
    office_identity: str
    group_identity: str
    office_key: bytes
    group_key: bytes
    group: Actor
    office: Actor
    #: {code: id of the group's record}, {replica: id of its group, empty for the office}
    groups: dict[str, bytes]
    sides: dict[int, bytes]
    up: bytes
    down: bytes
    #: a bundle of group 02, encrypted to the same office
    foreign: bytes
    head: Head
    frames: tuple[LooseFrame, ...]
    segments: tuple[LooseSegment, ...]
    #: (id, kind, root) of the records the office holds, whoever wrote them
    records: tuple[tuple[bytes, int, bytes], ...]
    #: (actor, number, bytes) of every op the office holds
    held: frozenset[tuple[bytes, int, bytes]]

    def office_reads(self) -> Addressee:
        """The office as it reads a bundle of group 01, without a workspace behind it."""
        mine, own = self.group.replica, self.office.replica
        group_public, office_public = public_key(self.group_key), public_key(self.office_key)

        def sender(head: Head) -> SenderKeys | None:
            return SenderKeys(mine, group_public) if head.sender_actor.replica == mine else None

        def office_key(actor: Actor) -> bytes | None:
            return office_public if actor.replica == own else None

        return Addressee(self.workspace, own, self.office_identity, sender, office_key)

    def sealed(self, loose: LooseSegment) -> bytes:
        """The segment signed by the group's key, whatever it says."""
        header, name = self._named(loose)
        return header + loose.body + sign(self.group_key, name)

    def _named(self, loose: LooseSegment) -> tuple[bytes, bytes]:
        length = len(loose.body) if loose.length is None else loose.length
        header = SEGMENT.pack(
            loose.version & 255, loose.actor, loose.number & _U64, loose.prev, loose.continues, loose.first & _U64,
            loose.last & _U64, loose.codec & 0xFFFF, length & 0xFFFFFFFF,
        )  # fmt: skip
        return header, digest("dubu segment v1", self.workspace, header, loose.body)

    def chained(self, segments: Sequence[LooseSegment]) -> list[LooseFrame]:
        """Frames of segments, each naming the hash of the one before where their numbers follow each other."""
        out, before = [], None
        for loose in segments:
            if before is not None and loose.number == before[0] + 1:
                loose = replace(loose, prev=before[1])
            out.append(LooseFrame(FrameType.SEG, self.sealed(loose)))
            before = loose.number, self._named(loose)[1]
        return out

    def file(
        self, frames: Sequence[LooseFrame], *, head: Head | None = None, foot: LooseFrame | None = None,
        tail: bytes = b"", signed: bool = True,
    ) -> bytes:  # fmt: skip
        """A bundle file of these frames (HEAD among them), encrypted to the office and signed by the group."""
        head = head or self.head
        plain = b"".join(f.to_bytes() for f in frames)
        if foot is None:
            body = msgspec.msgpack.encode(self.honest_foot(frames))
            signature = self.signed_foot(head, body) if signed else bytes(64)
            foot = LooseFrame(FrameType.FOOT, body + signature)
        return self.encrypted(plain + foot.to_bytes() + tail)

    def encrypted(self, plain: bytes) -> bytes:
        """Any plaintext as a file for the office, its clear start that of the real bundle."""
        recipient = pyrage.x25519.Recipient.from_str(recipient_of(self.office_identity))
        return self.up[: PREAMBLE.size] + bytes(pyrage.encrypt(plain, [recipient]))

    def honest_foot(self, frames: Sequence[LooseFrame]) -> list[object]:
        """What the FOOT of these frames says when it tells the truth."""
        plain = b"".join(f.to_bytes() for f in frames)
        return [len(frames), hashlib.sha256(plain).digest(), [recipient_of(self.office_identity)]]

    def signed_foot(self, head: Head, body: bytes) -> bytes:
        """The group's signature over any FOOT."""
        return sign(self.group_key, foot_message(head, body))

    def file_foot(self, plain: bytes) -> bytes:
        """Body and signature of the FOOT of the bundle as it was."""
        body = msgspec.msgpack.encode(
            [len(self.frames), hashlib.sha256(plain).digest(), [recipient_of(self.office_identity)]]
        )
        return body + self.signed_foot(self.head, body)

    @cached_property
    def held_sorted(self) -> list[tuple[bytes, int, bytes]]:
        """`held` in an order that the dice can rely on."""
        return sorted(self.held)

    @cached_property
    def _steps(self) -> dict[bytes, list[tuple[bytes, int]]]:
        out: dict[bytes, list[tuple[bytes, int]]] = {}
        for actor, seq, body in self.held_sorted:
            op = msgspec.msgpack.decode(body)
            if op[8] in (1, 3):
                out.setdefault(op[7] or op[6], []).append((actor, seq))
        return out

    def heads_of(self, root: bytes) -> list[tuple[bytes, int]]:
        """Creates and steps of a record that the office holds: what an op may say it follows."""
        return self._steps.get(root, [])

    @property
    def group_record(self) -> bytes:
        """The id of group 01's record."""
        return self.groups["01"]

    def packed_head(self, head: Head) -> LooseFrame:
        """The HEAD frame of a head."""
        return LooseFrame(FrameType.HEAD, msgspec.msgpack.encode(head))


_U64 = 2**64 - 1


def public_key(private: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


# --- the scene ---------------------------------------------------------------------------------------------------


def dig(root: Path) -> Quarry:
    """Make the scene below `root` (it must not exist); keys are cheap, the state folder is `root/state`."""
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        world = World(root / "world", codes=["01", "02"])
        world.clock.put(MOMENT)
        known = _past(world)
        (foreign,) = world.up("02")
        _present(world, known)
        world.office.do("make_backup")
        return _taken_apart(root, world, Path(foreign).read_bytes())


def _past(world: World) -> dict[str, str]:
    """Findings of both groups in every stage that gives a group a say, a task, a unit; known to all."""
    one, two, office = world.groups["01"], world.groups["02"], world.office
    out = {"rectifying": world.assigned("01"), "theirs": world.assigned("02")}
    for i, name in enumerate(("replied", "immediate", "closed", "confirmed", "final", "draft")):
        out[name] = world.finding(one, place=f"城关街道{i + 11}号")
        if name != "draft":
            one.do("finalise_finding", finding=out[name])
    office.do("register_finding", values=COMPLETE | {"place": "办公室自查1号"})
    one.do("add_unit", name="北关超市")
    one.do("start_visit", visit_kind="unannounced", place="北关")
    world.finding(two, place="城关街道21号")
    out["shared"] = world.finding(two, place="城关街道22号")
    two.do("add_photos", finding=out["shared"], images=[jpeg(9)])
    two.do("finalise_finding", finding=out["shared"])
    world.round()
    office.do("confirm_finding", findings=[out[n] for n in ("replied", "immediate", "closed", "confirmed")])
    office.do("assign_rectification", findings=[out["replied"], out["closed"]])
    office.do("confirm_finding", findings=[out["shared"]])
    office.do("assign_rectification", findings=[out["shared"]], verify_group="01")  # 02 found it, 01 shall verify it
    office.do("assign_rectification", findings=[out["immediate"]], term="immediate")
    for name in ("replied", "closed"):
        office.do("record_reply", finding=out[name], reply="已整改")
    office.do("draft_task", title="消防专项", groups=["01"], requirement="查通道")
    tasks = [r["uuid"].hex() for r in world.rows(office, "task")]
    office.do("issue_task", tasks=tasks)
    out["task"] = tasks[0]
    world.round()
    one.do("add_photos", finding=out["closed"], images=[jpeg(4)], role="after")
    one.do("verify_finding", finding=out["closed"], result="已清理", verified_by="组长01", verified_on="2026-06-03")
    world.round()
    office.do("close_finding", findings=[out["closed"]])
    world.round()
    office.do("edit_finding", finding=out["final"], values={"place": "城关街道15号东侧"}, reason="更正")
    return out


def _present(world: World, known: dict[str, str]) -> None:
    """What group 01 has done since: two segments that the office does not hold."""
    one = world.groups["01"]
    made = world.finding(one, place="城关街道新报1号")
    one.do("add_photos", finding=made, images=[jpeg(5)])
    one.do("edit_finding", finding=made, values={"place": "城关街道新报1号附1", "urgent": True})
    one.do(
        "add_note",
        kind="finding",
        record=known["rectifying"],
        text="请看",
        proposed_field="place",
        proposed_value="东门",
    )
    one.do("sign_for_task", task=known["task"])
    world.up("01")
    world.clock.ms += 60_000
    one.do("edit_finding", finding=known["draft"], values={"facts": COMPLETE["facts"] + "，已拍照"})
    one.do("finalise_finding", finding=known["draft"])
    one.do("return_finding", finding=known["replied"], reason="不到位")
    one.do("void_finding", finding=world.finding(one, place="城关街道29号"), reason="误报")
    one.do("stop_visit", half_days=1)


def _taken_apart(root: Path, world: World, foreign: bytes) -> Quarry:
    group, office = world.groups["01"], world.office
    (down,), (up,) = world.down("01"), world.up("01")
    file = Path(up).read_bytes()
    mine, theirs = ids.load(group.ws), ids.load(office.ws)
    workspace = office.ws.profile.workspace
    plain = pyrage.decrypt(file[PREAMBLE.size :], [pyrage.x25519.Identity.from_str(theirs.age_identity)])
    frames = loose_frames(plain)
    segments = []
    for frame in frames:
        if frame.type == FrameType.SEG:
            s = parse_segment(frame.payload, workspace=workspace)
            rows = tuple(raws_in(s.body, s.codec, s.actor, s.first_seq))
            continues = s.continues.to_bytes() if s.continues else bytes(16)
            header = (s.actor.to_bytes(), s.number, s.prev_hash, continues, s.first_seq, s.last_seq, s.codec)
            segments.append(LooseSegment(*header, s.body, rows))
    assert len(segments) == 2
    groups = {code: world.group_id(code) for code in world.groups}
    sides = {h.ws.profile.actor.replica: groups[code] for code, h in world.groups.items()}
    sides[office.ws.profile.actor.replica] = b""
    head = msgspec.msgpack.decode(frames[0].payload, type=Head)
    made = Quarry(
        root, workspace, theirs.age_identity, mine.age_identity, theirs.sign_private, mine.sign_private,
        group.ws.profile.actor, office.ws.profile.actor, groups, sides, file, Path(down).read_bytes(), foreign, head,
        tuple(f for f in frames if f.type != FrameType.FOOT), tuple(segments), _records(office),
        frozenset(ops_held(office)),
    )  # fmt: skip
    world.close()
    for stray in (root / "world" / "stick").iterdir():
        stray.unlink()
    return made


def _records(office: House) -> tuple[tuple[bytes, int, bytes], ...]:
    """The records somebody wrote: what ships with the program is the same everywhere and no target."""
    found = []
    with office.ws.reading() as conn:
        for row in conn.execute(select(t.record.c.uuid, t.record.c.kind, t.record.c.root)):
            if row.kind not in (CATEGORY.tag, PHRASE.tag):
                found.append((bytes(row.uuid), int(row.kind), bytes(row.root)))
    return tuple(sorted(found))


def loose_frames(plain: bytes) -> list[LooseFrame]:
    stream, out = io.BytesIO(plain), []
    while head := stream.read(HEADER.size):
        number, flags, length = HEADER.unpack(head)
        out.append(LooseFrame(number, stream.read(length), flags))
    return out


class Office:
    """The office's workspace, put back as it was whenever asked, and its user's state folder `root/state` with it: by
    the marks there the program would notice that it was put back, and begin a new life (DUBU_STATE_DIR must name it).
    """

    def __init__(self, quarry: Quarry, root: Path) -> None:
        self.quarry, self.path, self.state = quarry, root / "office", root / "state"
        self.house: House | None = None
        self.fresh()

    def fresh(self) -> House:
        """The office as the scene left it, open."""
        if self.house is not None:
            self.house.close()
            shutil.rmtree(self.path)
        shutil.rmtree(self.state, ignore_errors=True)
        shutil.copytree(self.quarry.root / "state", self.state)
        shutil.copytree(self.quarry.root / "world" / "office", self.path)
        self.house = House.open_(self.path, PASSWORD, SetClock("2026-06-03T09:10"))
        self.house.be(NAMES["office"])
        return self.house

    def close(self) -> None:
        """Close the workspace."""
        if self.house is not None:
            self.house.close()
