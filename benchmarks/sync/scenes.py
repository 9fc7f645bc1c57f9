"""Other worlds than W: offices of many records or many spokes, the same fields rewritten on both sides, many photos.

Each is made once at a path, whole or not at all, and left as it is when it is there.
"""

from __future__ import annotations

import pickle
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.sync import floors, seed, workload
from benchmarks.sync.seed import Writer, open_house
from dubu_desktop.actions.house import House
from dubu_desktop.domain.ops import Actor, Op
from dubu_desktop.domain.records import EVIDENCE, FINDING

#: a bundle of 100 changes: so many new findings, so many edits of findings that the office has long had
NEW, EDITS = 80, 20
#: distinct rows drawn for a large office; numbers differ
POOL = 2_000
PHOTO_BYTES, PREVIEW_BYTES, PHOTOS_PER_FINDING = 2_800_000, 200_000, 9


def once(path: Path, make: Callable[[Path], None]) -> None:
    """Make what lies at `path`, unless it is there."""
    done = path / "made"
    if done.exists():
        return
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    make(path)
    done.touch()


def tiny(path: Path) -> None:
    """A group with two findings and a photo, not yet sent: what a process warms up with."""
    with seed.cheap_keys():
        seed.acquaint(path, ["01"])
    with open_house(path / "group01") as group:
        writer = Writer(group)
        made = writer.findings(workload.group_rows("text", 1, 2, seed.known(group, "01")))
        writer.put([*made, *_photos(writer, random.Random(1), made[:1])])


def growth(path: Path, records: int, spokes: int, bundles: int) -> None:
    """An office of `records` findings and `spokes` groups, and `bundles` of 100 changes each from the first group.

    The same rows lie in a plain table (`plain.db`: our keys and pages), the changes as rows in `rows.pickle`.
    """
    with seed.cheap_keys():
        seed.acquaint(path, [f"{n:02d}" for n in range(1, spokes + 1)])
    with open_house(path / "group01") as group:
        actor, given = group.ws.profile.actor, seed.known(group, "01")
    pool = workload.group_rows("text", 1, min(POOL, records), given)
    with open_house(path / "office") as office:
        # what the group's laptop sent in an earlier life: the group may go on with it, the office has it in its journal
        writer = Writer(office, Actor(actor.replica, 0, 1))
        plain = floors.connect(path / "plain.db")
        floors.create(plain, indexed=True)
        sample = list(_fill(writer, plain, pool, records, EDITS * bundles))
        floors.file_size(plain, path / "plain.db")
        plain.close()
    plain_rows = []
    with open_house(path / "group01") as group:
        writer = Writer(group)
        for n in range(bundles):
            place, old = f"改正后的地点{n}", sample[n * EDITS :][:EDITS]
            made = writer.findings(workload.group_rows("text", n + 2, NEW, given))
            told = [writer.edit(op, "place", place, op.wall + 60_000) for op in old]
            writer.put([*made, *told])
            group.do("export_bundle", to="office", out=str(_folder(path / f"bundle{n:02d}")))
            plain_rows.append([*map(_plain, made), *(_plain(op, place=place) for op in old)])
    (path / "rows.pickle").write_bytes(pickle.dumps(plain_rows))


def _plain(op: Op, **other: str) -> tuple[Any, ...]:
    """A finding's create as a row of the plain table."""
    values = {f.name: op.values.get(f.tag) for f in FINDING.fields}
    return workload.as_columns(op.record, values | other)


def _folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path


def _fill(writer: Writer, plain: Any, pool: workload.Group, records: int, wanted: int) -> Iterator[Op]:
    """Put `records` findings into the office and the plain table; yields `wanted` of them, taken all over."""
    chance, size = random.Random(records), len(pool.rows)
    chosen = set(chance.sample(range(records), min(wanted, records)))
    waiting: list[Op] = []
    for n in range(records):
        row, wall = pool.rows[n % size], pool.walls[n % size] + n // size * 60_000
        op = writer.create(FINDING, row | {"number": f"WT-2025-01-{n + 1:07d}"}, wall)
        waiting.append(op)
        if n in chosen:
            yield op
        if len(waiting) == seed.BATCH or n == records - 1:
            writer.put(waiting)
            floors.write(plain, list(map(_plain, waiting)))
            waiting.clear()


def conflicts(path: Path, count: int) -> None:
    """The group has rewritten one field of `count` findings; `clash`: so has the office, `free`: another field."""
    with seed.cheap_keys():
        seed.acquaint(path, ["01"])
    with open_house(path / "group01") as group:
        writer = Writer(group)
        work = workload.group_rows("text", 1, count, seed.known(group, "01"))
        made = writer.findings(work)
        writer.put(made)
        files = _exported(group, path / "before")
        writer.put([writer.edit(op, "place", "组里改正的地点", op.wall + 60_000) for op in made])
        _exported(group, path / "bundle")
    with open_house(path / "office") as office:
        seed.take(office, files)
    shutil.copytree(path / "office", path / "clash")
    (path / "office").rename(path / "free")
    for name, field in (("clash", "place"), ("free", "source")):
        with open_house(path / name) as office:
            writer = Writer(office)
            writer.put([writer.edit(op, field, "办公室改的", op.wall + 90_000) for op in made])


def photos(path: Path, megabytes: int) -> None:
    """A group with `megabytes` of photos, nine to a finding, not yet sent. Random bytes: nobody decodes them."""
    with seed.cheap_keys():
        seed.acquaint(path, ["01"])
    chance, count = random.Random(megabytes), max(1, megabytes * 1_000_000 // PHOTO_BYTES)
    with open_house(path / "group01") as group:
        writer = Writer(group)
        findings = -(-count // PHOTOS_PER_FINDING)
        made = writer.findings(workload.group_rows("text", 1, findings, seed.known(group, "01")))
        shots = _photos(writer, chance, [made[n // PHOTOS_PER_FINDING] for n in range(count)])
        writer.put([*made, *shots])


def _photos(writer: Writer, chance: random.Random, of: list[Op]) -> list[Op]:
    with writer.house.ws.blobs.together():
        return [_photo(writer, writer.house, chance, finding) for finding in of]


def _photo(writer: Writer, group: House, chance: random.Random, finding: Op) -> Op:
    original = group.ws.blobs.put(chance.randbytes(PHOTO_BYTES)).sha256
    preview = group.ws.blobs.put(chance.randbytes(PREVIEW_BYTES)).sha256
    values = {
        "finding": finding.record,
        "role": "before",
        "sha256": original,
        "preview": preview,
        "size": PHOTO_BYTES,
        "mime": "image/jpeg",
        "added_at": "2026-06-01T09:00",
    }
    return writer.create(EVIDENCE, values, finding.wall + 1000, root=finding.record, at=(finding.dot,))


def _exported(group: House, out: Path) -> list[str]:
    return list(group.do("export_bundle", to="office", out=str(_folder(out))).extra["files"])
