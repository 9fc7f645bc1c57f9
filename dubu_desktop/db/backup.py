"""Backups: a verified, encrypted copy of the database with its key file and the list of its photos.

A backup is one folder, `backups/000017-20260305-0912-1a2b3c4d/`: dubu.db, workspace.key, photos (the keyed file names,
32 bytes each), manifest.json (no secret). It is made under a `.part` name, verified by opening, and only then named, so
that what is listed is whole. Photos never change, so they are copied once, to the second place (contracts.md §7).
Archives never change either: one copy of each stands in `backups/archives/`, and serves every backup beside it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from dubu_desktop import __version__
from dubu_desktop.db import driver
from dubu_desktop.db.folder import Folder
from dubu_desktop.db.keys import Secrets, load_keyfile
from dubu_desktop.errors import DubuError
from dubu_desktop.system import files
from dubu_desktop.system.clock import Clock

# A wrong clock may make every backup look superfluous; so few go at a time that it takes weeks to hurt.
MOST_REMOVED_AT_ONCE = 2
_NAME = re.compile(r"(\d{6,})-\d{8}-\d{4}-[0-9a-f]{8}")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Keep:
    """How many backups are kept: the newest `count`, one a day for `daily` days, one a week for `weekly` weeks.

    The rule profile says (contracts.md §5, §7); the defaults stand where it cannot be read, before a migration.
    """

    count: int = 10
    daily: int = 7
    weekly: int = 4


KEEP = Keep()


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """One backup, as its manifest says. `sequence` orders backups; `made_ms` is only what the clock said."""

    path: Path
    sequence: int
    made_ms: int
    reason: str
    program: str
    version: int
    database_bytes: int
    database_sha256: str
    photos: int
    photos_sha256: str

    @property
    def database(self) -> Path:
        """The encrypted copy."""
        return self.path / "dubu.db"

    @property
    def key_file(self) -> Path:
        """The sealed keys as they were then: the password of that day opens it."""
        return self.path / "workspace.key"

    @property
    def photo_list(self) -> Path:
        """The names of the photos it needs."""
        return self.path / "photos"

    def manifest(self) -> bytes:
        """What is written beside it: all but where it lies."""
        written = {name: value for name, value in asdict(self).items() if name != "path"}
        return json.dumps(written, ensure_ascii=False, indent=1).encode("utf-8")

    def numbered(self, sequence: int) -> str:
        """The name of its folder under another number."""
        return f"{sequence:06d}-{self.path.name.split('-', 1)[1]}"

    def is_copy(self, other: BackupInfo) -> bool:
        """Whether both are one backup, in whatever place and under whatever number."""
        return (self.made_ms, self.database_sha256) == (other.made_ms, other.database_sha256)


def workspace_tag(secrets: Secrets) -> str:
    """Eight hex digits that tell workspaces apart in backup names and say nothing else."""
    return hmac.digest(secrets.data_key, b"dubu workspace tag", "sha256").hex()[:8]


def make_backup(
    folder: Folder,
    secrets: Secrets,
    photos: Iterable[str],
    clock: Clock,
    *,
    reason: str,
    to: Path | None = None,
    archives: Callable[[Path], object] | None = None,
    keep: Keep = KEEP,
    progress: Progress | None = None,
) -> BackupInfo:
    """Copy, verify by opening, name, then thin out the older ones of the same place.

    In: `photos` the store names (BlobStore.path_name) of all evidence of the workspace; `reason` a few Chinese words,
    shown in the list; `to` another place than the workspace's own (see `second_place`); `archives` copies the archives
    to a folder where they are not yet there. Long: run it off the GUI thread; `progress(pages, total)` may raise
    `Cancelled`. Raises D-111 (the workspace is damaged: older backups are left alone), D-117 (the copy is not sound),
    D-608 (less than twice the database free), D-6xx.
    """
    place = folder.backups if to is None else second_place(to, secrets) / "backups"
    try:
        place.mkdir(parents=True, exist_ok=True)
        files.require_free(place, 2 * folder.database.stat().st_size)
        sequence = 1 + max((info.sequence for info in list_backups(place)), default=0)
        now = clock.now_ms()
        name = f"{sequence:06d}-{clock.local(now):%Y%m%d-%H%M}-{workspace_tag(secrets)}"
        if archives is not None:
            archives(place / folder.archives.name)
        part = files.part_name(place / name)
        part.mkdir()
        try:
            info = _fill(part, place / name, folder, secrets, list(photos), progress, (sequence, now, reason))
            files.fsync_dir(part)
            files.replace_with_retry(part, place / name)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        files.fsync_dir(place)
    except OSError as error:
        raise files.disk_error(error, place) from error
    thin_out(place, keep)
    return info


def _fill(
    part: Path,
    final: Path,
    folder: Folder,
    secrets: Secrets,
    photos: list[str],
    progress: Progress | None,
    made: tuple[int, int, str],
) -> BackupInfo:
    """Write and verify the four files inside `part`."""
    database = part / "dubu.db"
    version = driver.copy_database(folder.database, database, secrets.database_key, progress)
    if not opens_sound(database, secrets.database_key, version):
        raise DubuError("D-117", detail="副本核对不通过")
    with open(database, "r+b") as stream:
        files.sync_file(stream)
    load_keyfile(folder.key_file).save(part / "workspace.key")
    listed = b"".join(sorted(bytes.fromhex(name.split("/")[-1]) for name in photos))
    files.write_atomic(part / "photos", listed)
    sequence, now, reason = made
    info = BackupInfo(
        path=final,
        sequence=sequence,
        made_ms=now,
        reason=reason,
        program=__version__,
        version=version,
        database_bytes=database.stat().st_size,
        database_sha256=_sha256(database),
        photos=len(photos),
        photos_sha256=hashlib.sha256(listed).hexdigest(),
    )
    files.write_atomic(part / "manifest.json", info.manifest())
    return info


def opens_sound(database: Path, raw_key: bytes, version: int) -> bool:
    """Whether the copy opens with the key and every page verifies."""
    try:
        connection = driver.connect(database, raw_key)
    except DubuError:
        return False
    try:
        with driver.translated(database):
            same = connection.execute("PRAGMA user_version").fetchone()[0] == version
            return same and not driver.damage(connection)
    except DubuError:
        return False
    finally:
        connection.close()


def list_backups(place: Path) -> list[BackupInfo]:
    """The whole backups in `place` (a folder `backups`), oldest first by sequence. An unreadable one is left out."""
    found = []
    for entry in sorted(place.iterdir()) if place.is_dir() else ():
        if _NAME.fullmatch(entry.name):
            try:
                found.append(read_backup(entry))
            except DubuError:
                continue
    return sorted(found, key=lambda info: (info.sequence, info.path.name))


def read_backup(path: Path) -> BackupInfo:
    """What the manifest of one backup says. Raises D-112."""
    try:
        body = json.loads((path / "manifest.json").read_bytes())
        return BackupInfo(path=path, **body)
    except (OSError, ValueError, TypeError) as error:
        raise DubuError("D-112", path=str(path)) from error


def needs_backup(place: Path, now_ms: int, max_age_ms: int) -> bool:
    """Whether the newest backup is older than `max_age_ms`, or from a clock ahead of this one."""
    backups = list_backups(place)
    return not backups or not 0 <= now_ms - backups[-1].made_ms <= max_age_ms


def needs_daily(place: Path, clock: Clock) -> bool:
    """Whether none was made today."""
    backups = list_backups(place)
    return not backups or clock.local(backups[-1].made_ms).date() != clock.today()


def thin_out(place: Path, keep: Keep = KEEP) -> list[BackupInfo]:
    """Keep the newest ones, one for each of the last days that have one, one for each of the last such weeks.

    Newest and last are by sequence, never by comparing with today: a clock at 2099 or 1970 deletes nothing extra
    (reliability.md T11). At most two go at once. Returns what was removed.
    """
    backups = list_backups(place)
    kept = _kept(backups, keep)
    surplus = [info for info in backups if info.sequence not in kept][:MOST_REMOVED_AT_ONCE]
    for info in surplus:
        # Renamed first: a kill in the middle leaves a `.part`, not a backup with a hole.
        part = files.part_name(info.path)
        os.replace(info.path, part)
        shutil.rmtree(part, ignore_errors=True)
    return surplus


def _kept(backups: list[BackupInfo], keep: Keep) -> set[int]:
    kept = {info.sequence for info in backups[-max(keep.count, 1) :]}
    days: set[object] = set()
    weeks: set[object] = set()
    for info in reversed(backups):
        day = Clock().local(info.made_ms).date()
        week = day.isocalendar()[:2]
        if day not in days and len(days) < keep.daily:
            days.add(day)
            kept.add(info.sequence)
        if week not in weeks and len(weeks) < keep.weekly:
            weeks.add(week)
            kept.add(info.sequence)
    return kept


def photos_listed(place: Path) -> set[str] | None:
    """The names of the photo files that any backup in `place` lists; None where not all of them can be read."""
    backups = list_backups(place)
    if len(backups) < sum(1 for entry in place.iterdir() if _NAME.fullmatch(entry.name)):
        return None
    raws = [info.photo_list.read_bytes() for info in backups]
    return {raw[i : i + 32].hex() for raw in raws for i in range(0, len(raw), 32)}


def check_backup(info: BackupInfo) -> None:
    """Read it through without a key. Raises D-112 when a byte differs from what was verified, D-106 (key file)."""
    try:
        sound = (
            info.database.stat().st_size == info.database_bytes
            and _sha256(info.database) == info.database_sha256
            and _sha256(info.photo_list) == info.photos_sha256
        )
    except OSError as error:
        raise DubuError("D-112", path=str(info.path)) from error
    if not sound:
        raise DubuError("D-112", path=str(info.path))
    load_keyfile(info.key_file)


def second_place(dest: Path, secrets: Secrets) -> Path:
    """The workspace's own folder in the second place a person named: `dest/dubu-1a2b3c4d`."""
    return dest / f"dubu-{workspace_tag(secrets)}"


def _sha256(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
