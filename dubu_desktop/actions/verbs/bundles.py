"""Bundles out and in: what leaves, for whom, how many; what came, seen before it applies."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from pathlib import Path
from typing import Any

from dubu_desktop.actions import backups, given
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import addressees, incoming, room, taking, writing
from dubu_desktop.actions.registry import GROUP_EDITION, Progress, verb
from dubu_desktop.db import queries, scope, scrub
from dubu_desktop.db.foldrows import Changes
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.sync.frames import MAX_FILE
from dubu_desktop.wire.messages import BlobKind, Head

#: the largest volume, in MiB (contracts.md §8)
_VOLUME_MB = MAX_FILE >> 20


@verb("导出数据包", undoable=False)
def export_bundle(desk: Desk, *, to: str, out: str, volume_mb: float = _VOLUME_MB) -> Generator[Progress, None, None]:
    """Write a bundle for `to` into the folder `out`: office, a group's code, several (01,03), or all that answered.

    What is larger than `volume_mb` MiB becomes several files, each whole by itself.
    """
    folder = given.place(out)
    if not desk.ws.can_sign:
        raise DubuError("D-116")
    if not folder.is_dir():
        raise DubuError("D-602", path=str(folder))
    limit = _limit(volume_mb)
    sent, records, serial = writing.Sent(), 0, 0
    targets = addressees.targets(desk, to)
    planned = len(targets)
    try:
        for code, make in targets:
            with desk.writing():
                parcel = make()
            dests = _dests(desk, folder, code, writing.volumes(parcel, limit))
            planned += len(dests) - 1
            serial = parcel.head.serial
            yield from writing.write(desk, parcel, dests, code, sent)
            records += parcel.records
    except (DubuError, Cancelled) as why:
        if not sent.files:
            raise
        raise writing.stopped(sent, planned, why) from why
    files = [str(dest) for dest in sent.files]
    desk.extra |= {"files": files, "serial": serial, "records": records, "photos": sent.photos, "left": sent.left}
    desk.extra["bytes"] = sent.size


def _limit(volume_mb: float) -> int:
    """The largest volume in bytes; D-305 beyond what a bundle may be."""
    limit = int(volume_mb * (1 << 20))
    if not 0 < limit <= MAX_FILE:
        raise DubuError("D-305", detail=f"volume_mb 应大于0、不超过{_VOLUME_MB}")
    return limit


def _dests(desk: Desk, folder: Path, code: str, cut: list[writing.Volume]) -> list[tuple[Path, writing.Volume]]:
    return [(_free(folder, _name(desk, code, volume.head)), volume) for volume in cut]


def _free(folder: Path, name: str) -> Path:
    """Where to write: never over another bundle, which a restarted link or a second laptop may have named alike."""
    dest, n = folder / name, 1
    while dest.exists():
        n += 1
        dest = folder / f"{name.removesuffix('.dubu')}-{n}.dubu"
    return dest


def _name(desk: Desk, code: str, head: Head) -> str:
    """Group code, direction, serial, date, and which part of how many; no text (reliability.md T29)."""
    way = "down" if desk.ws.profile.is_hub else "up"
    part = f"-{head.part}of{head.parts}" if head.parts > 1 else ""
    return f"{code}-{way}-{head.serial:04d}-{desk.today:%Y%m%d}{part}.dubu"


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
        cut = writing.volumes(parcel)
        pictures = {kind: sum(1 for p in parcel.photos if p.kind is kind and not p.final) for kind in BlobKind}
        row = {"to": code, "records": parcel.records, "kinds": parcel.kinds, "photos": pictures[BlobKind.ORIGINAL]}
        row |= {"previews": pictures[BlobKind.PREVIEW], "left": parcel.left, "files": len(cut)}
        out.append(row | {"bytes": sum(volume.size for volume in cut)})
    return out


class Rehearsal(Exception):
    """Raised to leave a transaction without committing it, carrying what it would have done."""

    def __init__(self, found: list[dict[str, Any]]) -> None:
        super().__init__("rehearsal")
        self.found = found


@verb("收数据包", undoable=False)
def import_bundles(desk: Desk, *, files: list[str]) -> Generator[Progress, None, None]:
    """Take bundles in, in any order, any number of times; one transaction each. Reports per file."""
    came = taking.in_order(desk, files)
    reports: dict[int, incoming.Report] = {}
    try:
        yield from _import_all(desk, came, reports)
        if any(report.left for report in reports.values()):
            yield Progress(0, 0, "正在清除已移交的内容")
            with contextlib.suppress(DubuError):  # a full disk, say: it stays due (housekeeping), the bundles are in
                scrub.scrub(desk.ws)
    except Cancelled:
        # a bundle is one transaction: those taken stay, and are told of; with none taken nothing has changed
        if not any(report.status == "new" for report in reports.values()):
            raise
        rest = [one for one in came if one.place not in reports]
        reports |= {one.place: incoming.Report(one.name, status="left") for one in rest}
    taking.bring_up_to_date(desk, list(reports.values()))
    desk.extra["reports"] = [report.as_dict() for _, report in sorted(reports.items())]


def _import_all(
    desk: Desk, came: list[taking.Came], reports: dict[int, incoming.Report]
) -> Generator[Progress, None, None]:
    # the copy to this disk, the first reading, the second
    meter = taking.Meter(came, passes=3)
    saved: list[bool] = []

    def before() -> None:
        if not saved:
            backups.make_before_import(desk.ws)
            saved.append(True)

    for one in came:
        meter.begin(one)
        yield meter.word(f"正在收 {one.name}")
        try:
            reports[one.place] = yield from taking.take_one(desk, one, meter, before)
        except DubuError as error:
            reports[one.place] = taking.refused(one.name, error)


@verb("预览数据包", undoable=False)
def preview_bundles(desk: Desk, *, files: list[str]) -> Generator[Progress, None, None]:
    """What these files would bring, without keeping any of it: the import itself, rehearsed and taken back."""
    came = taking.in_order(desk, files)
    reports: dict[int, incoming.Report] = {}
    found = yield from _verify_all(desk, came, reports)
    before = desk.ws.profile
    with desk.ws.reading() as conn:
        brought: dict[int, incoming.Report | None] = dict.fromkeys(_clashes(desk, conn)) if desk.office else {}
    try:
        with desk.writing():
            for i, (one, opened) in enumerate(found):
                yield Progress(i, len(found), f"正在比对 {one.name}")
                reports[one.place] = report = _rehearse(desk, one.name, opened)
                if report.conflicts and desk.office:
                    brought |= dict.fromkeys(_clashes(desk, desk.conn) - brought.keys(), report)
            _tell_clashes(desk, brought)
            raise Rehearsal([])
    except Rehearsal:
        pass
    finally:
        desk.ws.profile, desk.changes = before, Changes()
        with desk.ws.reading() as conn:
            desk.ws.roster_changed(conn)
    desk.extra["reports"] = [
        report.as_dict() | {"clashes": tuple(report.clashes)} for _, report in sorted(reports.items())
    ]


def _verify_all(
    desk: Desk, came: list[taking.Came], reports: dict[int, incoming.Report]
) -> Generator[Progress, None, list[tuple[taking.Came, incoming.Opened]]]:
    """Every file read once, where it lies; those that cannot be taken go into `reports`."""
    meter, arriving = taking.Meter(came, passes=1), set[bytes]()
    found = []
    for one in came:
        meter.begin(one)
        yield meter.word(f"正在核验 {one.name}")
        try:
            taking.require_file(one)
            opened = yield from incoming.open_bundle(desk, one.path, meter.tell(f"正在核验 {one.name}"), arriving)
            found.append((one, opened))
        except DubuError as error:
            reports[one.place] = taking.refused(one.name, error)
    return found


def _clashes(desk: Desk, conn: Any) -> set[int]:
    """Row ids of the conflicts there are."""
    from dubu_desktop.actions.reads import Reader, conflicts

    return set(conflicts.ids(Reader(desk.ws, conn, desk.person)))


def _tell_clashes(desk: Desk, brought: dict[int, incoming.Report | None]) -> None:
    """Every conflict there would be, with its values, told with the report of the file that brought it.

    `brought`: by row id, in the order of the files; None for those that are here already.
    """
    if not any(brought.values()):
        return
    from dubu_desktop.actions.reads import Reader, conflicts

    reader = Reader(desk.ws, desk.conn, desk.person)
    for view in conflicts.every(reader, [key for key in conflicts.ids(reader) if brought.get(key)]):
        report = brought[view.rowid]
        if report is not None:
            report.clashes.append(view)


def _rehearse(desk: Desk, name: str, opened: incoming.Opened) -> incoming.Report:
    point, before = desk.conn.begin_nested(), desk.ws.profile
    try:
        report = incoming.apply(desk, opened, name)
        point.commit()
        return report
    except DubuError as error:
        point.rollback()
        desk.ws.profile = before
        desk.ws.roster_changed(desk.conn)
        return taking.refused(name, error)


@verb("要原图", undoable=False)
def want_photos(desk: Desk, *, finding: str) -> None:
    """Ask the other side for the originals of a finding's photos with the next bundle."""
    record = desk.find("finding", finding)
    for row in queries.all_rows(desk.conn, "evidence", finding=record):
        if row["sha256"] and not desk.ws.blobs.has(row["sha256"]):
            scope.want_original(desk.conn, row["uuid"], row["sha256"])


@verb("腾出空间", editions=(GROUP_EDITION,), undoable=False)
def free_originals(desk: Desk) -> None:
    """Remove the originals that the office holds in a verified backup on a second medium; previews stay here."""
    count, size = room.free(desk)
    desk.extra |= {"photos": count, "bytes": size}


@verb("销毁移出的照片", editions=(GROUP_EDITION,), undoable=False)
def destroy_left_photos(desk: Desk) -> None:
    """Remove the photos this group added to records that left its scope and that the office has received: after the
    office purged such a record, no copy is to stay here. Originals of what was handed over go with them.
    """
    count, size = room.destroy_left(desk)
    desk.extra |= {"photos": count, "bytes": size}


@verb("备份", undoable=False)
def make_backup(desk: Desk, *, to: str = "") -> Generator[Progress, None, None]:
    """Make a verified backup beside the workspace; with `to` it and every photo are copied to that second place."""
    yield Progress(0, 1, "正在备份并验证")
    path, photos = backups.make(desk.ws, "手动").path, 0
    if to:
        yield Progress(0, 1, "正在拷到第二处")
        path, photos = backups.copy(desk.ws, given.place(to))
    desk.extra |= {"path": str(path), "verified": True, "photos": photos}
