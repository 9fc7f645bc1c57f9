"""The measured pieces, each in a fresh process: `python -m benchmarks.sync.pieces NAME JSON` prints what it found."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.sync.meter import Meter


def floor(rows: str, text: bool, indexed: bool, scratch: str) -> dict[str, Any]:
    """One executemany upsert: text uuid4 keys and default pages, or our keys and pages."""
    import pickle

    from benchmarks.sync import floors, workload

    given = floors.changes(pickle.loads(Path(rows).read_bytes()), text=text)
    path = Path(scratch) / "floor.db"
    conn = floors.connect(path, floors.DEFAULT_PAGE if text else None)
    floors.create(conn, indexed=indexed)
    with Meter() as meter:
        floors.write(conn, given)
    (count,) = conn.execute("SELECT count(*) FROM finding").fetchone()
    (page,) = conn.execute("PRAGMA page_size").fetchone()
    raw = sum(map(workload.raw_bytes, given))
    more = {"rows": count, "changes": len(given), "raw_bytes": raw, "page": page, "indexes": len(floors.indexes())}
    return meter.found | more | {"file": floors.file_size(conn, path)}


def export(house: str, out: str, scratch: str) -> dict[str, Any]:
    """A group's first export of all it wrote, sealing included."""
    from benchmarks.sync import seed

    copy = _copied(house, scratch)
    with seed.open_house(copy) as group:
        with Meter() as meter:
            files = group.do("export_bundle", to="office", out=out).extra["files"]
    return meter.found | {"files": files, "bytes": sum(Path(f).stat().st_size for f in files)}


def take(house: str, files: list[str], each: bool, rest: bool, profile: str, scratch: str) -> dict[str, Any]:
    """The office imports `files`, in one call or one call each; with `rest` the same again and the search index.

    `profile`: where cProfile's figures go; they slow the import down, so that its times are no figures then.
    """
    from benchmarks.sync import seed

    with seed.open_house(_copied(house, scratch)) as office:
        calls = [[f] for f in files] if each else [files]
        with Meter() as meter:
            reports = _profiled(profile, lambda: [r for call in calls for r in _reports(office, call)])
        found: dict[str, Any] = meter.found | _told(reports, "new")
        found["file"] = _file_size(office)
        if rest:
            with Meter() as again:
                same = [r for call in calls for r in _reports(office, call)]
            found["again"] = again.found | _told(same, "same")
            found["search"] = _search(office)
    return found


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


def make(path: str, text: str, count: int, groups: int, scratch: str) -> None:
    """The world, where it is not there yet."""
    from benchmarks.sync import seed

    seed.build(Path(path), text, count, groups)


PIECES: dict[str, Callable[..., Any]] = {"floor": floor, "export": export, "take": take, "make": make}

if __name__ == "__main__":
    print(json.dumps(PIECES[sys.argv[1]](**json.loads(sys.argv[2]))))
