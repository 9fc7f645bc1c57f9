"""The peers on the same rows: what each does to bring six groups' work into one office. None is part of the program.

Each is given its best case: no signatures, no scopes, no conflicts kept, and only what sync.md §2 measured is timed
(the import; making the file apart, where there is one). A peer that is not installed is skipped and says why. Python's
`apsw` and Node's `pouchdb` may lie in a folder of their own (`--peers-from`), as `python/` and `node_modules/` there.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.sync.meter import Meter
from benchmarks.sync.workload import COLUMNS

Found = dict[str, Any]


def missing(name: str, extra: str) -> str:
    """Why a peer cannot run here; nothing where it can."""
    if name == "apsw":
        return _without_session(extra)
    if name == "git":
        return "" if shutil.which("git") else "git is not installed"
    if name == "openpyxl":
        return "" if importlib.util.find_spec("openpyxl") else "openpyxl is not installed"
    if not shutil.which("node"):
        return "node is not installed"
    asked = subprocess.run(["node", "-e", "require('pouchdb')"], env=_node(extra), capture_output=True)
    return "" if asked.returncode == 0 else "node finds no pouchdb (npm install pouchdb)"


def _without_session(extra: str) -> str:
    try:
        return "" if hasattr(_apsw(extra), "Session") else "this apsw is built without the session extension"
    except ImportError:
        return "apsw is not installed (pip install apsw)"


def _apsw(extra: str) -> Any:
    if extra and f"{extra}/python" not in sys.path:
        sys.path.insert(0, f"{extra}/python")
    return importlib.import_module("apsw")


def _node(extra: str) -> dict[str, str]:
    return {**os.environ, "NODE_PATH": f"{extra}/node_modules"} if extra else dict(os.environ)


def run(name: str, rows: str, extra: str, scratch: Path) -> Found:
    """Measure one peer; `rows`: the pickle of the world (seed.Seed.rows)."""
    given = pickle.loads(Path(rows).read_bytes())
    return _PEERS[name](list(zip(given["inserts"], given["updates"], strict=True)), extra, scratch)


def _documents(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Rows as JSON would carry them."""
    return [
        {n: v.hex() if isinstance(v, bytes) else v for n, v in zip(COLUMNS, row, strict=True) if v is not None}
        for row in rows
    ]


# --- SQLite's session extension ---------------------------------------------------------------------------------------


def _session(groups: list[Any], extra: str, scratch: Path) -> Found:
    """Changesets of whole groups applied in one transaction; the files are not encrypted."""
    from benchmarks.sync import floors

    apsw = _apsw(extra)

    def fresh(name: str) -> Any:
        conn = apsw.Connection(str(scratch / name))
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = FULL")
        floors.create(conn, indexed=True)
        return conn

    changesets = []
    keys = floors.text_keys([made for made, _ in groups])
    out = Found(wall=0.0, cpu=0.0)
    for n, (made, edited) in enumerate(groups):
        conn = fresh(f"group{n}.db")
        session = apsw.Session(conn, "main")
        session.attach("finding")
        conn.execute("BEGIN")
        conn.executemany(floors.upsert_sql(), [(keys[row[0]], *row[1:]) for row in (*made, *edited)])
        conn.execute("COMMIT")
        with Meter() as meter:
            changesets.append(session.changeset())
        out = {key: out[key] + meter.found[key] for key in out}
    office = fresh("office.db")
    with Meter() as meter:
        office.execute("BEGIN IMMEDIATE")
        for changeset in changesets:
            apsw.Changeset.apply(changeset, office, conflict=lambda _reason, _change: apsw.SQLITE_CHANGESET_ABORT)
        office.execute("COMMIT")
    ((count,),) = office.execute("SELECT count(*) FROM finding").fetchall()
    return meter.found | {"rows": count, "bytes": sum(map(len, changesets)), "export": out}


# --- git --------------------------------------------------------------------------------------------------------------


def _git(groups: list[Any], _extra: str, scratch: Path) -> Found:
    """One JSON file a finding, a line a field; each group's work as a bundle, fetched and merged by the office."""
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "init.defaultBranch=main"]

    def git(at: Path, *words: str) -> None:
        done = subprocess.run(["git", *who, "-C", str(at), *words], env=env, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"git {words}: {done.stderr}")

    def commit(at: Path, rows: list[Any], words: str) -> None:
        for document in _documents(rows):
            (at / f"{document['id']}.json").write_text(json.dumps(document, ensure_ascii=False, indent=0))
        git(at, "add", "-A")
        git(at, "commit", "-q", "--allow-empty", "-m", words)

    office = scratch / "office"
    office.mkdir()
    git(office, "init", "-q")
    commit(office, [], "begin")
    bundles = []
    for n, (made, edited) in enumerate(groups):
        clone = scratch / f"group{n}"
        git(scratch, "clone", "-q", str(office), str(clone))
        commit(clone, made, "new")
        commit(clone, edited, "edited")
        bundles.append(scratch / f"{n}.bundle")
        git(clone, "bundle", "create", "-q", str(bundles[-1]), "main", "--not", "HEAD~2")
    with Meter() as meter:
        for bundle in bundles:
            git(office, "fetch", "-q", str(bundle), "main")
            git(office, "merge", "-q", "--no-edit", "FETCH_HEAD")
    count = len(list(office.glob("*.json")))
    return meter.found | {"rows": count, "bytes": sum(b.stat().st_size for b in bundles)}


# --- a workbook per group ---------------------------------------------------------------------------------------------


def _workbooks(groups: list[Any], _extra: str, scratch: Path) -> Found:
    """The groups' workbooks read and the office's ledger written anew, the rows of the last file winning."""
    import openpyxl

    def write(path: Path, documents: dict[str, Any]) -> None:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(list(COLUMNS))
        for document in documents.values():
            sheet.append([document.get(name) for name in COLUMNS])
        book.save(path)

    files = []
    for n, (made, edited) in enumerate(groups):
        files.append(scratch / f"{n}.xlsx")
        write(files[-1], {d["id"]: d for d in _documents([*made, *edited])})
    with Meter() as meter:
        ledger: dict[str, Any] = {}
        for file in files:
            book = openpyxl.load_workbook(file, read_only=True)
            rows = book.active.iter_rows(min_row=2, values_only=True)
            ledger |= {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows}
            book.close()
        write(scratch / "ledger.xlsx", ledger)
    return meter.found | {"rows": len(ledger), "bytes": sum(f.stat().st_size for f in files)}


# --- PouchDB ----------------------------------------------------------------------------------------------------------


def _pouchdb(groups: list[Any], extra: str, scratch: Path) -> Found:
    """Six leveldb databases replicated into the office's, one process, no network (pouchdb.js)."""
    given = scratch / "rows.json"
    documents = [{"made": _documents(made), "edited": _documents(edited)} for made, edited in groups]
    given.write_text(json.dumps(documents, ensure_ascii=False))
    script = Path(__file__).with_name("pouchdb.js")
    words = ["node", str(script), str(given), str(scratch)]
    done = subprocess.run(words, env=_node(extra), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


_PEERS: dict[str, Callable[[list[Any], str, Path], Found]] = {
    "apsw": _session,
    "git": _git,
    "openpyxl": _workbooks,
    "pouchdb": _pouchdb,
}
NAMES = tuple(_PEERS)
