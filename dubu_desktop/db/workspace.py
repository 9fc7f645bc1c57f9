"""An open workspace: its file, its keys, its evidence store, and who it is among the others.

No row, connection or engine leaves this room: actions get `Workspace` and call the functions of `db`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from dubu_desktop.db import archives, backup, health, kept, keys, meta, tables
from dubu_desktop.db.backup import KEEP, Keep
from dubu_desktop.db.blobs import BlobStore
from dubu_desktop.db.driver import Database, open_database, translated
from dubu_desktop.db.fold import Fold
from dubu_desktop.db.folder import Folder, creating, open_folder
from dubu_desktop.db.lock import WorkspaceLock
from dubu_desktop.db.migrations import migrate
from dubu_desktop.db.schema import SCHEMA
from dubu_desktop.db.settings import get as get
from dubu_desktop.db.settings import get_json as get_json
from dubu_desktop.db.settings import put as put
from dubu_desktop.db.settings import put_json as put_json
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.system.clock import Clock
from dubu_desktop.system.randomness import Randomness

if TYPE_CHECKING:
    from dubu_desktop.db.keys import KeyFile, Secrets

_VAULT = b"dubu identity v1"
#: the setting that names offices that were, before this one was founded anew {replica: signing key}
FORMER = "former_hubs"


@dataclass(frozen=True, slots=True)
class Profile:
    """Who this workspace copy is. `side`: `OFFICE` or the group's id; `office`: the office actor as last heard.

    `device`: the letter of a second or further computer of the side, which stands in the numbers it gives (03B).
    """

    workspace: bytes
    edition: str
    side: bytes
    group_code: str
    group_name: str
    actor: Actor
    office: Actor
    device: str = ""

    @property
    def is_office(self) -> bool:
        """Whether this is the office's edition, with the office's rights: the hub or a second clerk's computer."""
        return self.side == OFFICE

    @property
    def is_hub(self) -> bool:
        """Whether this is the one copy that numbers papers, judges, receives up bundles and changes the roster."""
        return self.is_office and self.actor.replica == self.office.replica


#: how far a long opening is: (done, total)
Told = Callable[[int, int], None]


class Workspace:
    """One open workspace. Use `create`, `open_`, or `open_with_recovery`; always `close` it."""

    def __init__(self, folder: Folder, keyfile: KeyFile, secrets: Secrets, clock: Clock, rand: Randomness) -> None:
        self.folder, self.keyfile, self.secrets = folder, keyfile, secrets
        self.clock, self.randomness = clock, rand
        self.lock = WorkspaceLock(folder, clock)
        try:
            self.database: Database = open_database(folder.database, secrets.database_key)
        except BaseException:
            self.lock.release()
            raise
        self.blobs = BlobStore(folder.blobs, secrets.blob_key, secrets.blob_name_key)
        self.archives = archives.Archives.of_workspace(folder, secrets)
        self.archives.serve(self.database.writer, self.database.reader)
        self.profile: Profile
        self.sides: dict[int, bytes] = {}
        self.hubs: set[int] = set()
        self.damaged_before = False
        self._signs = False
        #: the identity once opened (every bundle asks for it many times), or one given in a transaction still open,
        #: which readers do not see yet
        self._opened: bytes | None = None

    # --- opening -----------------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        path: Path,
        password: str,
        recovery_code: str,
        profile: Profile,
        identity: bytes,
        *,
        clock: Clock,
        rand: Randomness,
    ) -> Workspace:
        """A new workspace in the empty folder `path`; `identity` is sealed under the password alone."""
        keyfile, secrets = keys.create_keys(password, recovery_code, rand)
        with creating(path) as folder:
            keyfile.save(folder.key_file)
            ws = cls(folder, keyfile, secrets, clock, rand)
            try:
                migrate(ws.database.writer, folder.database, SCHEMA, lambda: None)
                with ws.writing() as conn:
                    ws._save_profile(conn, profile)
                    put(conn, "identity", keys.seal(_vault(secrets), identity, _VAULT, rand))
                ws._start(fresh=True)
            except BaseException:
                ws.close()
                raise
        return ws

    @classmethod
    def open_(cls, path: Path, password: str, *, clock: Clock, rand: Randomness, told: Told | None = None) -> Workspace:
        """Open with the password. Raises D-101 … D-115 by name.

        Where this version keeps its tables otherwise they are made anew first, which takes minutes with very many
        records: `told(done, total)` meanwhile, and it may raise `Cancelled`.
        """
        folder = open_folder(path)
        keyfile = keys.load_keyfile(folder.key_file)
        return cls._open(folder, keyfile, keys.unlock(keyfile, password), clock, rand, told)

    @classmethod
    def open_with_recovery(cls, path: Path, code: str, *, clock: Clock, rand: Randomness) -> Workspace:
        """Open with the recovery code: data can be read, nothing can be signed (sync.md §3.12)."""
        folder = open_folder(path)
        keyfile = keys.load_keyfile(folder.key_file)
        return cls._open(folder, keyfile, keys.unlock_with_recovery(keyfile, code), clock, rand)

    @classmethod
    def _open(
        cls,
        folder: Folder,
        keyfile: KeyFile,
        secrets: Secrets,
        clock: Clock,
        rand: Randomness,
        told: Told | None = None,
    ) -> Workspace:
        ws = cls(folder, keyfile, secrets, clock, rand)
        try:
            folder.sweep()
            migrate(ws.database.writer, folder.database, SCHEMA, ws._copy_before_migrating)
            ws._start(fresh=False, told=told)
        except BaseException:
            ws.close()
            raise
        return ws

    def _start(self, *, fresh: bool, told: Told | None = None) -> None:
        with self.reading() as conn:
            self.profile = self._load_profile(conn)
            self._load_sides(conn)
        self._signs = self._identity_opens()
        self._keep_declared(told)
        if not fresh:
            health.begin_session(self.database.writer, self.folder.database, self.clock.now_ms())

    def _keep_declared(self, told: Told | None) -> None:
        """Folded tables of another declaration are made anew; a new workspace notes how its own are declared."""
        from dubu_desktop.db import proof

        wanted = proof.declared()
        with self.reading() as conn:
            found = get(conn, "declared")
            empty = all(conn.execute(select(c).limit(1)).first() is None for c in (tables.op.c.seq, tables.held.c.root))
        if found == wanted.encode():
            return
        with self.writing() as conn:
            if not empty:
                proof.renew(conn, self.fold, told)
            put(conn, "declared", wanted.encode())

    def close(self) -> None:
        """Close files and release the lock; safe to call twice."""
        try:
            if hasattr(self, "profile"):
                health.end_session(self.database.writer, self.folder.database)
        finally:
            self.archives.close()
            self.database.close()
            self.lock.release()

    # --- transactions ------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction: committed when the block ends well, else as before."""
        with translated(self.folder.database), self.database.writer.begin() as conn:
            yield conn

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent snapshot to read from."""
        with translated(self.folder.database), self.database.reader.begin() as conn:
            yield conn

    # --- who ---------------------------------------------------------------------------------------------------

    @property
    def fold(self) -> Fold:
        """How this workspace folds: the hub judges, a spoke receives what the hub judged."""
        return Fold(self.side_of, self.profile.is_hub, self.at_hub)

    def at_hub(self, actor: Actor) -> bool:
        """Whether an actor is not another computer of the office: the hub, or of a group."""
        return actor.replica in self.hubs or self.side_of(actor) != OFFICE

    def side_of(self, actor: Actor) -> bytes | None:
        """Side of an actor by the roster; None when unknown."""
        return self.sides.get(actor.replica)

    @property
    def can_sign(self) -> bool:
        """Whether the signing identity is at hand (not after opening with the recovery code, nor after `recover`)."""
        return self._signs

    def _identity_opens(self) -> bool:
        """A new password set by recovery code comes with a new vault key, which does not open the old identity."""
        try:
            self.identity()
        except DubuError as error:
            if error.code != "D-116":
                raise
            return False
        return True

    def identity(self) -> bytes:
        """The sealed identity, opened. D-116 when opened by recovery code."""
        if self.secrets.vault_key is None:
            raise DubuError("D-116")
        if self._opened is not None:
            return self._opened
        with self.reading() as conn:
            sealed = get(conn, "identity")
        self._opened = keys.open_sealed(self.secrets.vault_key, sealed or b"", _VAULT)
        return self._opened

    def set_identity(self, conn: Connection, identity: bytes) -> None:
        """Another identity in place of one that is lost, sealed under the present password."""
        put(conn, "identity", keys.seal(_vault(self.secrets), identity, _VAULT, self.randomness))
        self._signs, self._opened = True, identity

    def forget_identity(self, profile: Profile) -> None:
        """The transaction that gave another identity did not come about: all as before."""
        self._signs, self._opened, self.profile = False, None, profile

    def set_profile(self, conn: Connection, profile: Profile) -> None:
        """Remember who this copy is from now on (a new incarnation, a newly heard office)."""
        self._save_profile(conn, profile)
        self.profile = profile
        self._load_sides(conn)

    def roster_changed(self, conn: Connection) -> None:
        """Read the sides anew after roster entries were kept."""
        self._load_sides(conn)

    def _save_profile(self, conn: Connection, p: Profile) -> None:
        body = {
            "workspace": p.workspace.hex(),
            "edition": p.edition,
            "side": p.side.hex(),
            "group_code": p.group_code,
            "group_name": p.group_name,
            "actor": p.actor.to_bytes().hex(),
            "office": p.office.to_bytes().hex(),
            "device": p.device,
        }
        put(conn, "profile", json.dumps(body).encode())

    def _load_profile(self, conn: Connection) -> Profile:
        raw = get(conn, "profile")
        if raw is None:
            raise DubuError("D-101", path=str(self.folder.path))
        b = json.loads(raw)
        hexed = {k: bytes.fromhex(b[k]) for k in ("workspace", "side", "actor", "office")}
        return Profile(
            hexed["workspace"],
            b["edition"],
            hexed["side"],
            b["group_code"],
            b["group_name"],
            Actor.from_bytes(hexed["actor"]),
            Actor.from_bytes(hexed["office"]),
            b.get("device", ""),
        )

    def _load_sides(self, conn: Connection) -> None:
        rows = conn.execute(select(tables.roster.c.replica, tables.roster.c.side))
        self.sides = {int.from_bytes(row.replica, "big"): bytes(row.side) for row in rows}
        self.sides[self.profile.actor.replica] = self.profile.side
        self.hubs = {self.profile.office.replica, *(int(name, 16) for name in get_json(conn, FORMER, {}))}
        self.sides |= dict.fromkeys(self.hubs, OFFICE)

    # --- upkeep ------------------------------------------------------------------------------------------------

    def backup(self, reason: str, *, keep: Keep = KEEP) -> backup.BackupInfo:
        """A verified backup (contracts.md §7), older ones thinned out; `reason` in a few Chinese words."""
        photos, old = self._photos(), self._carry_archives
        return backup.make_backup(self.folder, self.secrets, photos, self.clock, reason=reason, archives=old, keep=keep)

    def verify(self) -> None:
        """Verify every page of the database. D-111."""
        health.verify(self.database.writer, self.folder.database)

    def copy_to(self, place: Path, *, keep: Keep = KEEP) -> tuple[Path, int]:
        """Copy the newest backup and the photos missing there to a second place; (where it lies now, photos copied)."""
        from dubu_desktop.db import restore

        photos, old = self._photos(), self._carry_archives
        copied = restore.copy_to_second_place(place, self.folder, self.secrets, photos, archives=old, keep=keep)
        return restore.newest_there(place, self.folder, self.secrets), copied

    def _photos(self) -> list[str]:
        """The file names of all that is kept; what no record names only where it is here."""
        with self.reading() as conn:
            named = kept.blob_hashes(conn)
            further = kept.all_to_keep(conn) - named
        further -= self.blobs.absent(further) if further else set()
        return [self.blobs.path_name(h) for h in named | further]

    def _carry_archives(self, place: Path) -> None:
        with self.reading() as conn:
            wanted = [row.sha256 for row in archives.rows(conn)]
        self.archives.carry(wanted, place)

    def _copy_before_migrating(self) -> None:
        """Before the tables change they may not be read by today's declarations: the database alone is copied."""
        backup.make_backup(self.folder, self.secrets, [], self.clock, reason="升级前", archives=self._carry_archives)

    def restored(self) -> bool:
        """Whether this copy came out of a backup and has not yet taken a new incarnation."""
        with self.reading() as conn:
            return meta.get(conn, meta.RESTORED) == "1"


def _vault(secrets: Secrets) -> bytes:
    if secrets.vault_key is None:
        raise DubuError("D-116")
    return secrets.vault_key
