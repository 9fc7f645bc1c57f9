"""归档旧账: sealed segments that nobody is owed any more move out of the database into signed archives (sync.md §3.15).

Order: the archive is written, made durable, read back and compared; then one transaction names it and drops the bytes;
then the database file is written anew, smaller. A kill anywhere leaves before or after, and reads go on meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.background import IsCancelled, Report, beside
from dubu_desktop.actions.exchange import trust
from dubu_desktop.actions.registry import Progress, in_bytes
from dubu_desktop.db import archives, archiving, driver, health, journal, links, proof, scope, scrub, segments
from dubu_desktop.db.archiving import Kept
from dubu_desktop.db.backup import second_place
from dubu_desktop.db.blobs import BlobState
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.sync.signing import digest, sign, verified
from dubu_desktop.wire.archive import SIGNATURE, ArchiveHead, begin, head_size, layout, start_size

if TYPE_CHECKING:
    from pathlib import Path

    from dubu_desktop.db.workspace import Workspace
    from dubu_desktop.wire.messages import RosterEntry

_DAY_MS = 24 * 3600 * 1000
_DOMAIN = "dubu archive v1"
_PIECE = 1024 * 1024


# --- what may go ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Plan:
    """What would be moved, and how many old segments wait for whose acknowledgement (entries of the roster)."""

    segments: tuple[Kept, ...]
    waiting: int = 0
    owed: tuple[RosterEntry, ...] = ()

    @property
    def size(self) -> int:
        """Bytes that leave the database."""
        return sum(each.size for each in self.segments)


def plan(ws: Workspace, conn: Any, keep_days: int) -> Plan:
    """The segments kept here for `keep_days` and longer that everybody who matters has acknowledged.

    Computers out of use (退役, 吊销) hold nothing back. With 0 days the age does not matter, nor a wrong clock. D-116
    at the hub when it is open by the recovery code: whom the roster names is signed.
    """
    before = ws.clock.now_ms() - keep_days * _DAY_MS if keep_days else None
    old = archiving.kept(conn, before)
    if ws.profile.is_hub:
        return _of_hub(ws, conn, old)
    link = links.load(conn, ws.profile.office.replica)
    same = (link.mine, link.theirs) == (ws.profile.actor.to_bytes().hex(), ws.profile.office.to_bytes().hex())
    have = link.have if same else {}
    ready = [each for each in old if each.number <= have.get(each.actor.to_bytes().hex(), 0)]
    return Plan(tuple(ready), len(old) - len(ready))


def _of_hub(ws: Workspace, conn: Any, old: list[Kept]) -> Plan:
    me, known = ws.profile.actor.to_bytes().hex(), links.every(conn)
    in_use = trust.laptops(ws, conn)
    waiting: set[tuple[int, int]] = set()
    owed: list[RosterEntry] = []
    for entry in in_use:
        link = known.get(entry.replica, links.Link())
        changed = scope.in_scope(conn, entry.group, link.acked if link.mine == me else 0)
        held = {each.key for each in old} & archiving.telling(conn, (root for _, _, root in changed))
        waiting |= held
        owed += [entry] if held else []
    sending = {entry.replica for entry in in_use}
    whole: dict[Any, int] = {}
    for each in old:  # beyond a gap: it is not acknowledged, and comes again
        if each.actor.replica in sending:
            if each.actor not in whole:
                end = journal.contiguous(conn, each.actor)
                whole[each.actor] = end.number if end else 0
            if each.number > whole[each.actor]:
                waiting.add(each.key)
    return Plan(tuple(each for each in old if each.key not in waiting), len(waiting), tuple(owed))


# --- moving --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: segments, their bytes, into how many archives; the database file before and after, in bytes."""

    segments: int
    size: int
    archives: int
    before: int
    after: int


def move(ws: Workspace, chosen: Sequence[Kept]) -> Generator[Progress, None, Moved]:
    """Move these segments; closing the generator leaves whole archives moved and the rest where it was.

    D-116 without the signing identity, D-118 (the disk gave back other bytes: nothing moved), D-608, D-6xx.
    """
    before, size, files = _file_size(ws), sum(each.size for each in chosen), 0
    if chosen:
        key = ids.load(ws)
        health.require_room(ws.folder, size)
        yield Progress(0, 0, "正在补算校验值")
        with ws.writing() as conn:  # what is compared from now on stands in the tables
            proof.work_out(conn)
        for part in archiving.batches(chosen):
            head = ArchiveHead(
                ws.profile.workspace,
                ws.profile.actor.to_bytes(),
                key.public.sign_public,
                [each.entry() for each in part],
            )
            write = _writer(ws, part, head, key.sign_private)
            sha256, places = yield from _in_per_cent(beside(write, "正在写归档文件"), "正在写归档文件")
            with ws.writing() as conn:
                archiving.move(conn, sha256, part, places, ws.clock.now_ms())
            files += 1
    yield Progress(0, 0, "正在收缩数据库文件")
    scrub.scrub(ws)
    return Moved(len(chosen), size, files, before, _file_size(ws))


def _file_size(ws: Workspace) -> int:
    with ws.reading() as conn:
        return driver.database_size(conn)


def _writer(
    ws: Workspace, part: Sequence[Kept], head: ArchiveHead, private: bytes
) -> Callable[[Report, IsCancelled], tuple[bytes, list[int]]]:
    """What writes one archive: (hash of its content, where each segment lies). It stores nothing else."""
    start, places = begin(head)
    raw = start[start_size() :]
    total = 2 * sum(each.size for each in part)

    def write(report: Report, cancelled: IsCancelled) -> tuple[bytes, list[int]]:
        done = 0

        def content() -> Iterator[bytes]:
            nonlocal done
            run = hashlib.sha256()
            yield start
            with ws.reading() as conn:
                for each in part:
                    if cancelled():
                        raise Cancelled
                    sealed = segments.sealed(conn, *each.key)
                    run.update(sealed)
                    done += len(sealed)
                    report(done, total)
                    yield sealed
            yield sign(private, digest(_DOMAIN, raw, run.digest()))

        return ws.archives.put(content), places

    return write


def _in_per_cent(work: Generator[Progress, None, Any], label: str) -> Generator[Progress, None, Any]:
    """The same work, its steps said in per cent."""
    while True:
        try:
            step = next(work)
        except StopIteration as end:
            return end.value
        try:
            yield in_bytes(step.done, step.total, label)
        except BaseException:
            work.close()
            raise


# --- looking -------------------------------------------------------------------------------------------------------
def sound(ws: Workspace, sha256: bytes) -> bool:
    """Whether an archive is there, whole, and signed by whom it says, for this workspace."""
    try:
        with ws.archives.reading(sha256) as stream:
            size = head_size(stream.read(start_size()))
            told = layout(stream.read(size))
            run = hashlib.sha256()
            left = sum(entry.size for entry in told.head.segments)
            while left:
                piece = stream.read(min(left, _PIECE))
                if not piece:
                    return False
                run.update(piece)
                left -= len(piece)
            signature = stream.read(SIGNATURE)
            end = stream.read(1) == b""
    except (DubuError, ValueError):
        return False
    mine = told.head.workspace == ws.profile.workspace
    return end and mine and verified(told.head.key, signature, digest(_DOMAIN, told.raw, run.digest()))


@dataclass(frozen=True, slots=True)
class Found:
    """Archives read through: how many, how many of them were taken back from a backup, the names of those that are
    missing or damaged and stand in no backup here."""

    read: int
    healed: int
    lost: tuple[str, ...]


def check(ws: Workspace, second: Path | None = None) -> Generator[Progress, None, Found]:
    """Read every archive through and verify who signed it; what is missing or damaged is taken back from the backups.

    `second`: the second place that a person named, looked at too.
    """
    rows, healed, lost = listed(ws), 0, []
    for at, row in enumerate(rows, start=1):
        yield Progress(at, len(rows), "正在核对归档文件")
        whole = ws.archives.check(row.sha256) is BlobState.OK
        if not whole and ws.archives.fetch(row.sha256, copies(ws, second)):
            whole, healed = True, healed + 1
        if not whole or not sound(ws, row.sha256):
            lost.append(ws.archives.path_name(row.sha256))
    return Found(len(rows), healed, tuple(lost))


def copies(ws: Workspace, second: Path | None = None) -> list[Path]:
    """Where else archives of this workspace lie: beside its backups here, and at the second place a person named."""
    places = [ws.folder.backups, *([second_place(second, ws.secrets) / "backups"] if second else [])]
    return [place / ws.folder.archives.name for place in places]


def missing(ws: Workspace, rows: Iterable[archives.ArchiveRow]) -> list[str]:
    """The names of archives whose file is not there; no file is opened."""
    names = (ws.archives.path_name(row.sha256) for row in rows)
    return [name for name in names if not (ws.folder.archives / name).is_file()]


def listed(ws: Workspace) -> list[archives.ArchiveRow]:
    """The archives that the journal names."""
    with ws.reading() as conn:
        return archives.rows(conn)
