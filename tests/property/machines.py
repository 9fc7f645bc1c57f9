"""What becomes of the machines of a fleet: backups, fires, folders copied by hand, two users of one folder, kills."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy import Connection, event

from dubu_desktop.actions import recovery
from dubu_desktop.db import bulk
from dubu_desktop.errors import DubuError
from tests.property import observe
from tests.property.fleet import WHO, Fleet, Kept, no_backups
from tests.world import PASSWORD


class Killed(BaseException):
    """The process is gone."""


class Machines(Fleet):
    """A fleet to which anything may happen."""

    def freeze(self, start: Path) -> None:
        """Make of this fleet, backed up and closed, the start of others, in the folder `start`."""
        for who in WHO:
            self.back_up(who, start / f"second-{who}")
        self.close()
        shutil.copytree(self.root / "world", start / "world", ignore=no_backups, dirs_exist_ok=True)
        shutil.copytree(self.root / "user", start / "user", dirs_exist_ok=True)
        views = {who: self.posts[who].view for who in WHO}
        serials = {who: self.posts[who].serials for who in WHO}
        kept = (self.model, views, serials, self.backups, self.canaries, self._n)
        (start / "fleet").write_bytes(pickle.dumps(kept))

    def back_up(self, who: str, place: Path | None = None) -> None:
        """A verified backup, carried elsewhere with the photos."""
        place = place or self.root / f"second-{who}"
        place.mkdir(parents=True, exist_ok=True)
        with self.at(who) as house:
            told = house.do("make_backup", to=str(place)).extra
        self.backups[who].append(self._kept(self.posts[who], Path(told["path"])))

    def restore(self, who: str, kept: Kept) -> None:
        """The machine burnt; another user on another machine restores a backup."""
        old = self.posts[who]
        old.house.close()
        folder, state = self._fresh(f"restored-{who}"), self.root / "user" / f"{who}-{self.token()}"
        os.environ["DUBU_STATE_DIR"] = str(state)
        recovery.restore(kept.path, folder, password=PASSWORD, clock=old.clock)
        self.posts[who] = self._open(who, folder, old.clock, state, kept.view.copy())
        self._as_kept(self.posts[who], kept)

    def copy_by_hand(self, who: str) -> None:
        """The folder copied while the program is closed."""
        post = self.posts[who]
        path, kept = post.house.ws.folder.path, self._fresh(f"copy-{who}")
        post.house.close()
        shutil.copytree(path, kept)
        self.reopen(who)
        self.copies[who].append(self._kept(self.posts[who], kept))

    def copy_back(self, who: str, kept: Kept) -> None:
        """An old copy of the folder put in place of the present one, on the same machine."""
        old = self.posts[who]
        folder = self._fresh(f"back-{who}")
        old.house.close()
        shutil.copytree(kept.path, folder)
        self.posts[who] = self._open(who, folder, old.clock, old.state, kept.view.copy())
        self._as_kept(self.posts[who], kept)

    def crash(self, who: str, n: int, verb: str, **params: Any) -> bool:
        """The process dies before the n-th statement of its writing; True when it came to that.

        What a killed process leaves is the files as they are at that moment: they are copied then, and opened again.
        """
        post = self.posts[who]
        database = post.house.ws.folder.database
        left = {"n": n}
        image: dict[str, bytes] = {}

        def statement(*_told: Any) -> None:
            left["n"] -= 1
            if left["n"] == 0:
                for suffix in ("", "-wal"):
                    path = database.with_name(database.name + suffix)
                    if path.exists():
                        image[suffix] = path.read_bytes()
                raise Killed

        engine, driver = post.house.ws.database.writer, bulk.driver

        def past_sqlalchemy(conn: Connection) -> Any:
            if conn.engine is engine:
                statement()
            return driver(conn)

        event.listen(engine, "before_cursor_execute", statement)
        before = observe.last_own(post.house)
        try:
            with self.at(who) as house, mock.patch.object(bulk, "driver", past_sqlalchemy):
                house.do(verb, **params)
        except (Killed, DubuError):
            pass
        finally:
            event.remove(engine, "before_cursor_execute", statement)
        if not image:
            self.heard(who, before)
            self.look(who)
            return False
        folder = post.house.ws.folder.path
        post.house.close()
        for suffix in ("", "-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
            if suffix in image:
                database.with_name(database.name + suffix).write_bytes(image[suffix])
        self.posts[who] = self._open(who, folder, post.clock, post.state, post.view)
        self.posts[who].serials, self.posts[who].office = post.serials, post.office
        return True
