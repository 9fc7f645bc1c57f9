"""The measured pieces, each in a fresh process: `python -m benchmarks.sync.pieces NAME JSON` prints what it found."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.sync.meter import Meter


def floor(rows: str, text: bool, indexed: bool, quick: bool, scratch: str) -> dict[str, Any]:
    """One executemany upsert: text uuid4 keys and default pages, or our keys and pages.

    `quick`: with the program's way of binding (floors.bare_binding).
    """
    import pickle

    from benchmarks.sync import floors, workload

    given = floors.changes(pickle.loads(Path(rows).read_bytes()), text=text)
    path = Path(scratch) / "floor.db"
    conn = floors.connect(path, floors.DEFAULT_PAGE if text else None)
    if not quick:
        floors.bare_binding()
    floors.create(conn, indexed=indexed)
    with Meter() as meter:
        floors.write(conn, given)
    (count,) = conn.execute("SELECT count(*) FROM finding").fetchone()
    (page,) = conn.execute("PRAGMA page_size").fetchone()
    raw = sum(map(workload.raw_bytes, given))
    more = {"rows": count, "changes": len(given), "raw_bytes": raw, "page": int(page), "indexes": len(floors.indexes())}
    return meter.found | more | {"file": floors.file_size(conn, path)}


def export(house: str, out: str, tiny: str, profile: str, scratch: str) -> dict[str, Any]:
    """A group's first export of all it wrote; `profile` as for `take`.

    `sealing`: what the group's saves do on the way, whenever 1,000 ops have gathered; the rest is sealed by the export.
    """
    from benchmarks.sync import seed

    _warm_up(tiny, scratch)
    copy = _copied(house, scratch)
    with seed.open_house(copy) as group:
        with Meter() as sealing:
            seed.seal_full(group)
        with Meter() as meter:
            done = _profiled(profile, lambda: group.do("export_bundle", to="office", out=out))
    files = done.extra["files"]
    size = sum(Path(f).stat().st_size for f in files)
    return meter.found | {"files": files, "bytes": size, "sealing": sealing.found}


def take(house: str, files: list[str], each: bool, rest: str, profile: str, tiny: str, scratch: str) -> dict[str, Any]:
    """The office imports `files`, in one call or one call each.

    `rest`: what follows: "again" the same once more, "search" the search index. `profile`: where cProfile's
    figures go; they slow the import down, so that its times are no figures then.
    """
    from benchmarks.sync import seed

    _warm_up(tiny, scratch)
    with seed.open_house(_copied(house, scratch)) as office:
        calls = [[f] for f in files] if each else [files]
        with Meter() as meter:
            reports = _profiled(profile, lambda: [r for call in calls for r in _reports(office, call)])
        found: dict[str, Any] = meter.found | _told(reports, "new")
        found["file"] = _file_size(office)
        if "again" in rest:
            with Meter() as again:
                same = [r for call in calls for r in _reports(office, call)]
            found["duplicate"] = again.found | _told(same, "same")
        if "search" in rest:
            found["search_index"] = _search(office)
    return found


def _warm_up(tiny: str, scratch: str) -> None:
    """One small bundle out and in, in the world `tiny`: what is measured then is the work, not loading the program."""
    from benchmarks.sync import seed

    copy = Path(scratch) / "tiny"
    shutil.copytree(tiny, copy)
    with seed.open_house(copy / "group01") as group:
        files = group.do("export_bundle", to="office", out=str(copy)).extra["files"]
    with seed.open_house(copy / "office") as office:
        _told(_reports(office, files), "new")


def _profiled(path: str, run: Callable[[], Any]) -> Any:
    if not path:
        return run()
    import cProfile

    profiler = cProfile.Profile()
    try:
        return profiler.runcall(run)
    finally:
        profiler.dump_stats(path)


def _reports(house: Any, files: list[str]) -> list[dict[str, Any]]:
    return list(house.do("import_bundles", files=files).extra["reports"])


def _told(reports: list[dict[str, Any]], status: str) -> dict[str, int]:
    """Sums over the reports; a bundle that was refused would be a fast import."""
    for report in reports:
        if report["status"] != status:
            raise RuntimeError(f"not {status}: {report}")
    names = ("new", "changed", "same", "conflicts", "without_effect", "photos")
    return {name: sum(r[name] for r in reports) for name in names}


def _search(office: Any) -> dict[str, float]:
    from dubu_desktop.actions import upkeep

    with Meter() as meter:
        steps = sum(1 for _ in upkeep.index(office))
    return meter.found | {"steps": steps, "file": _file_size(office)}


def _file_size(house: Any) -> int:
    """The database with its write-ahead log folded in."""
    with house.ws.database.writer.connect() as conn:
        conn.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return int(house.ws.folder.database.stat().st_size)


def _copied(house: str, scratch: str) -> Path:
    copy = Path(scratch) / "house"
    shutil.copytree(house, copy)
    return copy


def grow(world: str, scratch: str) -> dict[str, Any]:
    """An office takes bundles of 100 changes one after the other, a plain table the same rows: medians of both.

    The first is not counted: it makes the backup that precedes an import, and warms up.
    """
    import pickle

    from benchmarks.sync import floors, seed
    from benchmarks.sync.meter import middle

    given, taken, plainly = Path(world), [], []
    shutil.copy(given / "plain.db", scratch)
    plain = floors.connect(Path(scratch) / "plain.db")
    rows = pickle.loads((given / "rows.pickle").read_bytes())
    with seed.open_house(_copied(str(given / "office"), scratch)) as office:
        for folder, changes in zip(sorted(given.glob("bundle*")), rows, strict=True):
            _file_size(office)  # folds the write-ahead log in, so that its size then is what this bundle wrote
            with Meter() as meter:
                told = _told(_reports(office, [str(f) for f in folder.iterdir()]), "new")
            if (told["new"], told["changed"], told["without_effect"]) != (80, 20, 0):
                raise RuntimeError(f"not 100 changes: {told}")
            taken.append(meter.found | {"bytes": _log_size(office.ws.folder.database)})
            floors.file_size(plain, Path(scratch) / "plain.db")
            with Meter() as meter:
                floors.write(plain, changes)
            plainly.append(meter.found | {"bytes": _log_size(Path(scratch) / "plain.db")})
    return {"ours": middle(taken[1:]), "plain": middle(plainly[1:])}


def _log_size(database: Path) -> int:
    return database.with_name(f"{database.name}-wal").stat().st_size


def save(house: str, rows: str, number: int, times: int, scratch: str) -> dict[str, Any]:
    """Saves of one field and of one new finding at a group, beside the plain writes."""
    import pickle

    from benchmarks.sync import capture, seed

    given = pickle.loads(Path(rows).read_bytes())["inserts"][number]
    with seed.open_house(_copied(house, scratch)) as group:
        return capture.measure(group, given, times)


def age_rate(files: list[str], scratch: str) -> dict[str, float]:
    """What it costs to decrypt so many bytes as age, and nothing else."""
    import pyrage

    size = sum(Path(f).stat().st_size for f in files)
    identity = pyrage.x25519.Identity.generate()
    sealed = Path(scratch) / "sealed"
    with open("/dev/zero", "rb") as zeros, sealed.open("wb") as out:
        pyrage.encrypt_io(_Part(zeros, size), out, [identity.to_public()])
    with Meter() as meter, sealed.open("rb") as stream, open("/dev/null", "wb") as nowhere:
        pyrage.decrypt_io(stream, nowhere, [identity])
    return meter.found | {"bytes": float(size)}


class _Part:
    """The first `size` bytes of a stream."""

    def __init__(self, stream: Any, size: int) -> None:
        self.stream, self.left = stream, size

    def read(self, count: int = -1) -> bytes:
        count = self.left if count < 0 else min(count, self.left)
        self.left -= count
        return bytes(self.stream.read(count))


def peer(name: str, rows: str, extra: str, scratch: str) -> dict[str, Any]:
    """A peer brings the same rows together; "skipped" says why one is not here."""
    from benchmarks.sync import peers

    why = peers.missing(name, extra)
    return {"skipped": why} if why else peers.run(name, rows, extra, Path(scratch))


def make(path: str, text: str, count: int, groups: int, scratch: str) -> None:
    """The world of W, where it is not there yet."""
    from benchmarks.sync import seed

    seed.build(Path(path), text, count, groups)


def scene(path: str, name: str, given: list[int], scratch: str) -> None:
    """Another world (scenes.py), where it is not there yet."""
    from benchmarks.sync import scenes

    scenes.once(Path(path), lambda at: getattr(scenes, name)(at, *given))


PIECES: dict[str, Callable[..., Any]] = {
    one.__name__: one for one in (floor, export, take, grow, save, age_rate, peer, make, scene)
}

if __name__ == "__main__":
    print(json.dumps(PIECES[sys.argv[1]](**json.loads(sys.argv[2]))))
