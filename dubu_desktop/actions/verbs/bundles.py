"""Bundles out and in: what leaves, for whom, how many; what came, seen before it applies."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dubu_desktop.actions import backups, given
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import addressees, incoming, outgoing
from dubu_desktop.actions.registry import Progress, verb
from dubu_desktop.db import queries, scope
from dubu_desktop.db.foldrows import Changes
from dubu_desktop.db.workspace import Workspace
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.system.files import write_atomic
from dubu_desktop.wire.messages import BlobKind


@verb("导出数据包", undoable=False)
def export_bundle(desk: Desk, *, to: str, out: str) -> Generator[Progress, None, None]:
    """Write a bundle for `to` into the folder `out`: office, a group's code, several (01,03), or all that answered."""
    folder = given.place(out)
    if not desk.ws.can_sign:
        raise DubuError("D-116")
    if not folder.is_dir():
        raise DubuError("D-602", path=str(folder))
    files: list[str] = []
    totals = {"records": 0, "photos": 0, "left": 0}
    serial = 0
    for code, make in addressees.targets(desk, to):
        with desk.writing():
            parcel = make()
        dest = _free(folder, _name(desk, code, parcel.head.serial))
        written = yield from outgoing.write(desk, parcel, dest, code)
        files.append(str(dest))
        serial = written.serial
        totals["records"] += parcel.records
        totals["left"] += parcel.left
        totals["photos"] += sum(1 for _, kind in parcel.photos if kind is BlobKind.ORIGINAL)
    desk.extra |= {"files": files, "serial": serial, **totals}


def _free(folder: Path, name: str) -> Path:
    """Where to write: never over another bundle, which a restarted link or a second laptop may have named alike."""
    dest, n = folder / name, 1
    while dest.exists():
        n += 1
        dest = folder / f"{name.removesuffix('.dubu')}-{n}.dubu"
    return dest


def _name(desk: Desk, code: str, serial: int) -> str:
    """Group code, direction, serial and date; no text (reliability.md T29)."""
    way = "down" if desk.office else "up"
    return f"{code}-{way}-{serial:04d}-{desk.today:%Y%m%d}.dubu"


@verb("查看将要导出的内容", undoable=False)
def preview_export(desk: Desk, *, to: str) -> Generator[Progress, None, None]:
    """What would leave for `to`: how many records of which kinds, how many photos; nothing is written."""
    yield Progress(0, 1, "正在清点")
    try:
        with desk.writing():
            raise Rehearsal(_would_leave(desk, to))
    except Rehearsal as seen:
        desk.extra["parcels"] = seen.found


def _would_leave(desk: Desk, to: str) -> list[dict[str, Any]]:
    out = []
    for code, make in addressees.targets(desk, to):
        parcel = make()
        originals = [n for n, k in parcel.photos if k is BlobKind.ORIGINAL]
        previews = [n for n, k in parcel.photos if k is BlobKind.PREVIEW]
        size = sum(desk.ws.blobs.size(n) for n, _ in parcel.photos)
        row = {"to": code, "records": parcel.records, "kinds": parcel.kinds, "photos": len(originals)}
        out.append(row | {"previews": len(previews), "left": parcel.left, "bytes": size})
    return out


class Rehearsal(Exception):
    """Raised to leave a transaction without committing it, carrying what it would have done."""

    def __init__(self, found: list[dict[str, Any]]) -> None:
        super().__init__("rehearsal")
        self.found = found


class _Came(NamedTuple):
    """One file of an import: its place among those given, its name, the copy in the inbox, the bundle or the error."""

    place: int
    name: str
    copy: Path
    opened: Any


def _into_inbox(ws: Workspace, path: Path) -> Path:
    """A copy of the ciphertext on this disk: a stick may be pulled, the copy may not change under us."""
    ws.folder.inbox.mkdir(exist_ok=True)
    target = ws.folder.inbox / f"{ws.randomness.bytes(8).hex()}.dubu"

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as stream:
            yield from iter(lambda: stream.read(1 << 20), b"")

    write_atomic(target, pieces())
    return target


def _open_all(desk: Desk, paths: list[str]) -> Generator[Progress, None, list[_Came]]:
    """Every file copied and verified, in an order that needs no waiting."""
    found: list[_Came] = []
    for i, name in enumerate(paths):
        path = Path(name)
        yield Progress(i, len(paths), f"正在核验 {path.name}")
        copy = path
        try:
            if not path.is_file():
                raise DubuError("D-401", name=path.name)
            copy = _into_inbox(desk.ws, path)
            opened = yield from incoming.open_bundle(desk, copy)
            found.append(_Came(i, path.name, copy, opened))
        except DubuError as error:
            found.append(_Came(i, path.name, copy, error))
    return sorted(found, key=lambda c: (isinstance(c.opened, DubuError), _order(c.opened), c.place))


def _order(opened: Any) -> tuple[bytes, int]:
    if isinstance(opened, DubuError):
        return b"", 0
    head = opened.verified.head
    return head.sender, head.serial


def _tidy(desk: Desk, found: list[_Came]) -> None:
    for came in found:
        if came.copy.parent == desk.ws.folder.inbox:
            came.copy.unlink(missing_ok=True)


@verb("收数据包", undoable=False)
def import_bundles(desk: Desk, *, files: list[str]) -> Generator[Progress, None, None]:
    """Take bundles in, in any order, any number of times; one transaction each. Reports per file."""
    found = yield from _open_all(desk, files)
    reports: dict[int, incoming.Report] = {}
    try:
        _backup_first(desk, found)
        yield from _import_all(desk, found, reports)
    except Cancelled:
        # a bundle is one transaction: those taken stay, and are told of; with none taken nothing has changed
        if not any(report.status == "new" for report in reports.values()):
            raise
        rest = [came for came in found if came.place not in reports]
        reports |= {came.place: incoming.Report(came.name, status="left") for came in rest}
    finally:
        _tidy(desk, found)
    desk.extra["reports"] = [report.as_dict() for _, report in sorted(reports.items())]


def _import_all(desk: Desk, found: list[_Came], reports: dict[int, incoming.Report]) -> Generator[Progress, None, None]:
    for i, came in enumerate(found):
        yield Progress(i, len(found), f"正在收 {came.name}")
        try:
            reports[came.place] = yield from _import_one(desk, came.name, came.opened)
        except DubuError as error:
            reports[came.place] = _refused(came.name, error)


def _refused(name: str, error: DubuError) -> incoming.Report:
    return incoming.Report(name, status="refused", code=error.code, sentence=error.sentence)


def _backup_first(desk: Desk, found: list[_Came]) -> None:
    if any(not isinstance(came.opened, DubuError) for came in found):
        backups.make_before_import(desk.ws)


def _import_one(desk: Desk, name: str, opened: Any) -> Generator[Progress, None, incoming.Report]:
    if isinstance(opened, DubuError):
        raise opened
    yield from incoming.photos_in(desk, opened)
    before = desk.ws.profile
    try:
        with desk.writing():
            return incoming.apply(desk, opened, name)
    except BaseException:
        desk.ws.profile = before
        with desk.ws.reading() as conn:
            desk.ws.roster_changed(conn)
        raise


@verb("预览数据包", undoable=False)
def preview_bundles(desk: Desk, *, files: list[str]) -> Generator[Progress, None, None]:
    """What these files would bring, without keeping any of it: the import itself, rehearsed and taken back."""
    found = yield from _open_all(desk, files)
    reports: dict[int, incoming.Report] = {}
    before = desk.ws.profile
    try:
        with desk.writing():
            for i, came in enumerate(found):
                yield Progress(i, len(found), f"正在比对 {came.name}")
                reports[came.place] = _rehearse(desk, came.name, came.opened)
            _tell_clashes(desk, list(reports.values()))
            raise Rehearsal([])
    except Rehearsal:
        pass
    finally:
        desk.ws.profile, desk.changes = before, Changes()
        with desk.ws.reading() as conn:
            desk.ws.roster_changed(conn)
        _tidy(desk, found)
    desk.extra["reports"] = [
        report.as_dict() | {"clashes": tuple(report.clashes)} for _, report in sorted(reports.items())
    ]


def _tell_clashes(desk: Desk, reports: list[incoming.Report]) -> None:
    """Every conflict there would be that is not here yet, with its values, told with the file that brought it."""
    brought = [report for report in reports if report.conflicts]
    if not brought or not desk.office:
        return
    from dubu_desktop.actions.reads import Reader, conflicts

    with desk.ws.reading() as conn:
        known = set(conflicts.ids(Reader(desk.ws, conn, desk.person)))
    reader = Reader(desk.ws, desk.conn, desk.person)
    keys = [key for key in conflicts.ids(reader) if key not in known]
    for view in conflicts.rows(reader, keys):
        sides = {value.side for value in view.values}
        owner = next((report for report in brought if report.sender in sides), brought[-1])
        owner.clashes.append(view)


def _rehearse(desk: Desk, name: str, opened: Any) -> incoming.Report:
    if isinstance(opened, DubuError):
        return _refused(name, opened)
    point, before = desk.conn.begin_nested(), desk.ws.profile
    try:
        incoming.preview_records(desk, opened)
        report = incoming.apply(desk, opened, name)
        point.commit()
        return report
    except DubuError as error:
        point.rollback()
        desk.ws.profile = before
        desk.ws.roster_changed(desk.conn)
        return _refused(name, error)


@verb("要原图", undoable=False)
def want_photos(desk: Desk, *, finding: str) -> None:
    """Ask the other side for the originals of a finding's photos with the next bundle."""
    record = desk.find("finding", finding)
    for row in queries.all_rows(desk.conn, "evidence", finding=record):
        if row["sha256"] and not desk.ws.blobs.has(row["sha256"]):
            scope.want_original(desk.conn, row["uuid"], row["sha256"])


@verb("备份", undoable=False)
def make_backup(desk: Desk, *, to: str = "") -> Generator[Progress, None, None]:
    """Make a verified backup beside the workspace; with `to` it and every photo are copied to that second place."""
    yield Progress(0, 1, "正在备份并验证")
    path, photos = backups.make(desk.ws, "手动").path, 0
    if to:
        yield Progress(0, 1, "正在拷到第二处")
        path, photos = backups.copy(desk.ws, given.place(to))
    desk.extra |= {"path": str(path), "verified": True, "photos": photos}
