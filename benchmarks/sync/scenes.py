"""Other worlds than W: offices of many records or many spokes, the same fields rewritten on both sides, many photos.

Each is made once at a path, whole or not at all, and left as it is when it is there.
"""

from __future__ import annotations

import pickle
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.sync import floors, seed, workload
from benchmarks.sync.seed import Writer, open_house
from dubu_desktop.actions.house import House
from dubu_desktop.db import journal
from dubu_desktop.domain.ops import Op
from dubu_desktop.domain.records import EVIDENCE, FINDING

#: a bundle of 100 changes: so many new findings, so many edits of findings that the office has long had
NEW, EDITS = 80, 20
#: distinct rows drawn for a large office, whose numbers differ; how many come to it in one bundle
POOL, PART = 2_000, 20_000
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
        with open_house(path / "office") as office:
            sample = _fill(path, office, group, records, EDITS * bundles)
        # each bundle is to bring its 100 changes alone: another office acknowledges the one before
        shutil.copytree(path / "office", path / "ahead")
        with open_house(path / "ahead") as ahead:
            rows = [_hundred(path, ahead, group, n, sample[n * EDITS :][:EDITS]) for n in range(bundles)]
    shutil.rmtree(path / "ahead")
    (path / "rows.pickle").write_bytes(pickle.dumps(rows))


def _fill(path: Path, office: House, group: House, records: int, wanted: int) -> list[Op]:
    """`records` findings of the group come to the office in many bundles; returns `wanted` of them, from all over.

    At the group they are appended to the journal and not folded, which only its own lists would show.
    """
    plain = floors.connect(path / "plain.db")
    floors.create(plain, indexed=True)
    pool = workload.group_rows("text", 1, min(POOL, records), seed.known(group, "01"))
    writer, size = Writer(group), len(pool.rows)
    chosen, sample = set(random.Random(records).sample(range(records), wanted)), []
    for start in range(0, records, PART):
        made = []
        for n in range(start, min(start + PART, records)):
            row, wall = pool.rows[n % size], pool.walls[n % size] + n // size * 60_000
            made.append(writer.create(FINDING, row | {"number": f"WT-2025-01-{n + 1:07d}"}, wall))
            if n in chosen:
                sample.append(made[-1])
        with group.ws.writing() as conn:
            journal.append(conn, journal.written(made))
        out = path / f"part{start}"
        _exchanged(out, office, group)
        shutil.rmtree(out)
        floors.write(plain, list(map(_plain, made)))
    floors.file_size(plain, path / "plain.db")
    plain.close()
    return sample


def _hundred(path: Path, ahead: House, group: House, n: int, old: list[Op]) -> list[tuple[Any, ...]]:
    """One bundle of 100 changes, and the same as rows."""
    writer, place = Writer(group), f"改正后的地点{n}"
    made = writer.findings(workload.group_rows("text", n + 2, NEW, seed.known(group, "01")))
    writer.put([*made, *(writer.edit(op, "place", place, op.wall + 60_000) for op in old)])
    _exchanged(path / f"bundle{n:02d}", ahead, group)
    return [*map(_plain, made), *(_plain(op, place=place) for op in old)]


def _exchanged(out: Path, office: House, group: House) -> None:
    """The group's bundle, left in `out`, and the office's answer, so that nothing of it is sent again."""
    seed.take(office, _exported(group, out))
    answer = _folder(out.with_name("answer"))
    seed.take(group, office.do("export_bundle", to="01", out=str(answer)).extra["files"])
    shutil.rmtree(answer)


def _plain(op: Op, **other: str) -> tuple[Any, ...]:
    """A finding's create as a row of the plain table."""
    values = {f.name: op.values.get(f.tag) for f in FINDING.fields}
    return workload.as_columns(op.record, values | other)


def _folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path


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
