"""Mutated bundles (F7, F8): refused by a code in Chinese with nothing changed, or taken exactly as the model says.

`./dubu prove mutations [--n 1000000]`: of fifty trials forty-nine read a mutant as the office reads a bundle
(container, signatures, ops), one imports it into a real workspace. The mutants: mutators.py; the model: model.py.
"""

from __future__ import annotations

import hashlib
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from dubu_desktop.actions import check, reads
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import findings, inert
from dubu_desktop.db import queries
from dubu_desktop.domain.records import FINDING, KINDS
from dubu_desktop.errors import CATALOGUE, DubuError
from dubu_desktop.sync.contents import HandedBack
from dubu_desktop.sync.reading import read_bundle
from dubu_desktop.sync.segments import Segment
from dubu_desktop.wire.bodies import raws_in
from dubu_desktop.wire.codec import CODEC_ROWS, decode_op
from tests import proofbook
from tests.faults import downward
from tests.faults.model import Model, Seen
from tests.faults.mutators import IMPORT, PARSE, Mutant, made
from tests.faults.quarry import Office, dig
from tests.peak import peak_kib
from tests.stories.exchange import ended, ops_held
from tests.warm import quick_folder, warm
from tests.world import COMPLETE, cheap_keys

#: one trial in so many is a real import
REAL = 50
MOST_MIB = 300
#: addresses a long proof may have: many times what it needs, few enough that one mutant cannot bring a machine down
MOST_ADDRESSES = 4 << 30


class Differs(AssertionError):
    """A mutant did what none may do; the message names the file in which it is kept."""


def shown(house: House) -> dict[bytes, Seen]:
    """Every record of the workspace as the tables show it, in the model's words."""
    out = {}
    with house.ws.reading() as conn:
        for kind in KINDS:
            for row in queries.all_rows(conn, kind.name, with_gone=True):
                values = {f.name: row[f.name] for f in kind.fields if row[f.name] not in (None, "", [])}
                out[row["uuid"]] = Seen(kind.name, str(row["status"]), values)
    return out


def everything(house: House) -> str:
    """A digest of every row of every table: nothing at all may have changed."""
    found = hashlib.sha256()
    with house.ws.reading() as conn:
        names = conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).scalars().all()
        for name in names:
            rows = sorted(repr(tuple(row)) for row in conn.execute(text(f'SELECT * FROM "{name}"')))
            found.update(repr((name, rows)).encode())
    return found.hexdigest()


def in_catalogue(code: str, sentence: str) -> None:
    """A refusal has its code, and the Chinese sentence of that code."""
    assert code in CATALOGUE, code
    assert sentence.startswith(f"{code} "), sentence
    assert any("\u4e00" <= c <= "\u9fff" for c in sentence), sentence
    assert "{" not in sentence, sentence


class Prover:
    """Trials of both kinds on one quarry."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.seed = root, seed
        self.quarry = dig(root / "quarry")
        self.who = self.quarry.office_reads()
        self.office = Office(self.quarry, root)
        self.down = downward.DownProver(self.quarry, root / "down")
        down = self.down.down
        self.genuine = {down.frames[i].payload for i in down.bases}
        self.counts: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.how: Counter[str] = Counter()
        self.before = everything(self.house)
        self.were = shown(self.house)
        self.held = ops_held(self.house)
        self.file = root / "mutant.dubu"
        self.files = self._files()
        self.changed: list[bytes] = []
        self.touched: set[bytes] = set()
        self.written: list[tuple[bytes, str]] = []
        #: what the bundle amounts to as it was: its ops, and every record after it
        self.plain: tuple[set[tuple[bytes, int, bytes]], dict[bytes, Seen]] = (set(), {})
        self.trial(Mutant("none", self.quarry.up, segments=self.quarry.segments), "honest", real=True)

    @property
    def house(self) -> House:
        assert self.office.house is not None
        return self.office.house

    def close(self) -> None:
        """Close the office and the group."""
        self.office.close()
        self.down.close()

    def batch(self, first: int, count: int) -> proofbook.Counts:
        """Trials `first` …, counted; the first that differs is kept and raised."""
        self.counts, self.codes, self.how = Counter(), Counter(), Counter()
        for trial in range(first, first + count):
            dice = proofbook.chance(self.seed, trial)
            real = trial % REAL == REAL - 1
            self.trial(self.made(dice, real), trial, real=real)
        rss = peak_kib() // 1024
        assert rss < MOST_MIB, f"{rss} MiB"
        codes = {"refused by": dict(self.codes), "mutants": dict(self.how), "max rss MiB": rss}
        return {"trials": count, "faults": count, **self.counts, **codes}

    def made(self, dice: Random, real: bool) -> Mutant:
        """One mutant, of the group's bundle or of the office's."""
        if dice.random() < downward.DOWN:
            return downward.base(dice, self.down.down)
        more = downward.MORE_IMPORT if real else downward.MORE_PARSE
        return made(dice, self.quarry, [*(IMPORT if real else PARSE), *more])

    def trial(self, mutant: Mutant, name: object, *, real: bool) -> None:
        """One mutant, read or imported."""
        self.how[mutant.how.split()[0]] += 1
        try:
            if mutant.down:
                self._downward(mutant, real)
            else:
                (self.imported if real else self.read)(mutant)
        except Exception as error:
            kept = Path(tempfile.gettempdir()) / f"dubu-mutant-{name}.dubu"
            kept.write_bytes(mutant.data)
            raise Differs(f"trial {name}, {mutant.how}: {type(error).__name__}: {error}; kept as {kept}") from error

    def _downward(self, mutant: Mutant, real: bool) -> None:
        """A bundle of the office, at the group."""
        self.counts["imported" if real else "read"] += 1
        if real:
            report = self.down.imported(mutant, everything, shown, pages)
            if report["status"] == "refused":
                in_catalogue(str(report["code"]), str(report["sentence"]))
                self.codes[str(report["code"])] += 1
            self.counts["imported and refused" if report["status"] == "refused" else "down: imported and taken"] += 1
            return
        try:
            self.down.read(mutant)
        except DubuError as error:
            self._refused(error)
            return
        self.counts["read and taken"] += 1

    def _refused(self, error: DubuError) -> None:
        in_catalogue(error.code, error.sentence)
        _bounded_memory(error)
        self.codes[error.code] += 1
        self.counts["read and refused"] += 1

    # --- read --------------------------------------------------------------------------------------------------

    def read(self, mutant: Mutant) -> None:
        """As the first reading of an import does, and then every op by itself."""
        self.counts["read"] += 1
        try:
            reading = read_bundle(io.BytesIO(mutant.data), self.who)
            while True:
                try:
                    frame = next(reading)
                except StopIteration:
                    break
                if isinstance(frame, Segment):
                    _require_ops(frame)
                elif isinstance(frame, HandedBack):
                    assert frame.base.sealed in self.genuine, "a base that the office never signed was taken"
        except DubuError as error:
            self._refused(error)
            return
        assert not mutant.certain, "accepted though nothing signs it"
        self.counts["read and taken"] += 1

    # --- imported ----------------------------------------------------------------------------------------------

    def imported(self, mutant: Mutant) -> None:
        """Through the verb, into the workspace."""
        self.counts["imported"] += 1
        self.file.write_bytes(mutant.data)
        (report,) = self.house.do("import_bundles", files=[str(self.file)]).extra["reports"]
        assert not list(self.house.ws.folder.inbox.iterdir())
        if report["status"] == "refused":
            in_catalogue(report["code"], report["sentence"])
            same = self._files() == self.files or everything(self.house) == self.before
            assert same, "refused, and yet something changed"
            self.codes[report["code"]] += 1
            self.counts["imported and refused"] += 1
            return
        assert report["status"] == "new", report
        assert not mutant.certain, "accepted though nothing signs it"
        self.counts["imported and taken"] += 1
        try:
            self._as_predicted(mutant)
            self._in_order()
        finally:
            self.begin()

    def begin(self) -> None:
        """The office as the scene left it."""
        self.office.fresh()
        self.files = self._files()

    def _files(self) -> str:
        """A digest of the database as it lies on the disk: the same bytes hold the same rows."""
        found = hashlib.sha256()
        for path in sorted(self.house.ws.folder.path.glob("*.db*")):
            if not path.name.endswith("-shm"):
                found.update(path.name.encode() + path.read_bytes())
        return found.hexdigest()

    def _as_predicted(self, mutant: Mutant) -> None:
        came = ops_held(self.house) - self.held
        known = {(s.actor, r) for s in mutant.segments for r in s.rows}
        if mutant.segments and all(s.codec == CODEC_ROWS for s in mutant.segments):
            assert {(a, b) for a, _, b in came} <= known, "ops that nobody sent"
        assert ops_held(self.house) >= self.held, "an op is gone"
        own = self.quarry.group.to_bytes()[:8]
        assert all(actor[:8] == own for actor, _, _ in came), "an op in another's name"
        ops = [(a, b) for a, _, b in self.held | came]
        wanted, found = Model(ops, self.quarry.sides).seen(), shown(self.house)
        for record in sorted(set(wanted) | set(found)):
            _compare(wanted.get(record), found.get(record), record)
        self.counts["records compared"] += len(wanted)
        self.changed = [r for r, s in found.items() if self.were.get(r) != s]
        # the bundle as it was comes first: pages of what is the same after a mutant were opened then
        odd = {_root(b) for _, _, b in came ^ self.plain[0]}
        if not self.plain[0]:
            self.plain = came, found
        self.touched = {i[0] for i in self.quarry.records if i[2] in odd}
        self.touched |= {r for r in self.changed if r in odd or found[r] != self.plain[1].get(r)}
        self.written = _written(b for _, _, b in came)
        self.counts["records changed by the taken"] += len(self.changed)

    def _in_order(self) -> None:
        """What was taken leaves a sound workspace: tables as the journal says, every page opens, work goes on."""
        house = self.house
        pages(house, self.touched)
        self._goes_on()
        assert ended(check.rebuild(house)).same, "the tables are not what the journal says"
        if self.counts["imported and taken"] % 4 == 1:
            assert ended(check.audit(house)).faults == ()
            stick = self.root / "out"
            stick.mkdir(exist_ok=True)
            for file in house.do("export_bundle", to="01,02", out=str(stick)).extra["files"]:
                Path(file).unlink()

    def _goes_on(self) -> None:
        """What the office writes after it stands, whatever the mutant said it had seen (sync.md §3.3)."""
        for record, name in self.written[:3]:
            said = f"{COMPLETE[name]}，第{self.counts['imported']}次由办公室定"
            try:
                self.house.do("edit_finding", finding=record.hex(), values={name: said}, reason="更正")
            except DubuError as error:
                in_catalogue(error.code, error.sentence)
                continue
            with self.house.ws.reading() as conn:
                row = queries.row_of(conn, "finding", record)
            assert row is not None
            assert row[name] == said, "what the office wrote is not shown"
            self.house.read(findings.detail, record)
            self.counts["edited by the office after"] += 1


def _written(ops: Iterable[bytes]) -> list[tuple[bytes, str]]:
    """(finding, field) of what these ops wrote into findings."""
    names, found = {FINDING.by_name[n].tag: n for n in ("place", "facts")}, []
    for raw in ops:
        op = msgspec.msgpack.decode(raw)
        if op[5] == FINDING.tag and op[8] == 2:
            found += [(bytes(op[6]), names[tag]) for tag in op[13] if tag in names]
    return sorted(set(found))


def _root(raw: bytes) -> bytes:
    op = msgspec.msgpack.decode(raw)
    return bytes(op[7] or op[6])


def pages(house: House, records: Iterable[bytes]) -> None:
    """The lists, and the details of these findings, can be read."""
    house.read(reads.workbench)
    house.read(reads.rail_counts)
    house.read(inert.rows)
    kinds = set()
    for record in sorted(records):
        with house.ws.reading() as conn:
            kind = queries.kind_of(conn, record)
        if kind == "finding":
            house.read(findings.detail, record)
        if kind is not None:
            house.read(lambda r, one=record: reads.history(r, one))
            kinds.add(kind)
    for name in sorted(kinds):
        list(house.read(lambda r, name=name: list(reads.show(r, name))))


def _compare(wanted: Seen | None, found: Seen | None, record: bytes) -> None:
    if wanted is None or found is None:
        raise AssertionError(f"{record.hex()}: the model says {wanted}, the tables say {found}")
    ours, theirs = dict(wanted.values), dict(found.values)
    if wanted.kind == "rectification":  # empty after 反弹 until the office sets it: said of the finding's steps
        for values in (ours, theirs):
            values.pop("due_on", None)
    if (wanted.kind, wanted.status, _plain(ours)) != (found.kind, found.status, _plain(theirs)):
        odd = {n for n in ours.keys() | theirs.keys() if ours.get(n) != theirs.get(n)}
        said = [(n, ours.get(n), theirs.get(n)) for n in sorted(odd)]
        raise AssertionError(
            f"{wanted.kind} {record.hex()}: {wanted.status} / {found.status}, model and tables: {said}"
        )


def _plain(values: Mapping[str, Any]) -> bytes:
    return msgspec.msgpack.encode(values, order="sorted")


def _require_ops(segment: Segment) -> None:
    """Ops are read or refused, nothing else; what is read reads the same again."""
    try:
        for raw in raws_in(segment.body, segment.codec, segment.actor, segment.first_seq):
            decode_op(raw, segment.actor)
    except ValueError as error:
        raise DubuError("D-204") from error


def _bounded_memory(refused: DubuError) -> None:
    """A refusal because no memory was left is none: the bundle asked for it."""
    assert not isinstance(refused.__cause__, MemoryError), "more memory than there is"


def _bounded() -> None:
    """A mutant that asks for all memory gets none, instead of the machine."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main(argv: Sequence[str]) -> int:
    """The long proof, on record in docs/proof/mutations.json."""
    told = proofbook.options("mutations", argv, n=1_000_000)
    _bounded()
    place = tempfile.TemporaryDirectory(prefix="dubu-mutations-", dir=quick_folder())
    with place as folder, pytest.MonkeyPatch.context() as patch, warm():
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(Path(folder) / "state"))
        prover = Prover(Path(folder), told.seed)
        try:
            return proofbook.run("mutations", prover.batch, told, size=500)
        finally:
            prover.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
