"""Mutated bundles: six thousand in the test command, a million by `./dubu prove mutations`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from backports import zstd

from dubu_desktop.domain.records import FINDING, KINDS
from dubu_desktop.sync import reading, segments
from dubu_desktop.wire.codec import CODEC_ROWS, decode_rows
from dubu_desktop.wire.messages import Foot
from dubu_desktop.wire.packing import unpack
from tests import proofbook
from tests.faults import mutations, mutators, quarry
from tests.world import cheap_keys


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[mutations.Prover]:
    """One scene for all tests here."""
    root = tmp_path_factory.mktemp("mutations")
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        made = mutations.Prover(root, seed=1)
        yield made
        made.close()


@pytest.fixture
def prover(scene: mutations.Prover) -> mutations.Prover:
    """The office as the scene left it, nothing counted yet."""
    scene.begin()
    scene.counts, scene.codes, scene.how = Counter(), Counter(), Counter()
    return scene


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_six_thousand_mutants_are_refused_or_taken_as_predicted(tmp_path: Path) -> None:
    """In a process of its own, by the command people use: its memory is measured too."""
    out = tmp_path / "mutations.json"
    command = [sys.executable, "-m", "tests.prove", "mutations", "--n", "6000", "--seed", "11", "--out", str(out)]
    env = {**os.environ, "PYTHONPATH": str(proofbook.ROOT)}
    done = subprocess.run(command, cwd=proofbook.ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    said = proofbook.read(out)
    counts = said["counts"]
    assert said["n"] == counts["faults"] == 6000
    assert (counts["read"], counts["imported"]) == (5880, 120)
    assert counts["max rss MiB"] < mutations.MOST_MIB
    # both ways out are taken, and what is taken was compared record by record
    assert min(counts["read and refused"], counts["imported and refused"]) > 50
    assert min(counts["read and taken"], counts["imported and taken"]) > 20
    assert counts["records changed by the taken"] > 50
    assert counts["edited by the office after"] > 10
    assert len(counts["refused by"]) >= 10
    assert set(counts["mutants"]) >= {m.__name__.split("_")[0] for m, _ in mutators.PARSE} | {"photo", "item", "base"}
    assert counts["down: imported and taken"] > 0


def test_one_bit_anywhere_in_the_file_is_refused(prover: mutations.Prover) -> None:
    """P12, F8: every byte of a whole bundle, one bit of each; of the age header every bit."""
    whole = prover.quarry.up
    header = whole.index(b"\n--- ")
    bits = [(i, b) for i in range(len(whole)) for b in (range(8) if i < header else (i % 8,))]
    for spot, bit in bits:
        data = bytearray(whole)
        data[spot] ^= 1 << bit
        prover.trial(mutators.Mutant("bit", bytes(data), certain=True), spot, real=False)
    assert prover.counts["read and refused"] == len(bits) > len(whole)


def test_the_bundle_itself_is_taken_as_the_model_says(prover: mutations.Prover) -> None:
    honest = mutators.Mutant("none", prover.quarry.up, segments=prover.quarry.segments)
    prover.trial(honest, "honest", real=False)
    prover.trial(honest, "honest", real=True)
    assert prover.counts["read and taken"] == prover.counts["imported and taken"] == 1
    assert prover.counts["records changed by the taken"] >= 6


def test_a_claim_of_many_ops_cost_nothing(prover: mutations.Prover) -> None:
    """A header may claim 2**63 ops: it is refused before a list of that length is made (it once took all memory)."""
    q = prover.quarry
    claimed = [q.segments[0], replace(q.segments[1], last=2**63 - 1)]
    made = q.file([q.frames[0], *q.chained(claimed), *q.frames[3:]])
    prover.trial(mutators.Mutant("claim", made, segments=tuple(claimed)), "claim", real=True)
    assert prover.codes == {"D-215": 1}


def test_a_second_create_of_any_finding_is_weighed_as_a_rebuild_would(prover: mutations.Prover) -> None:
    """Of a finding nobody had touched the first create passed for believed, until the tables were built anew."""
    from tests.faults import opmutators

    q = prover.quarry
    for i, (record, kind, root) in enumerate(q.records):
        if kind != FINDING.tag or record != root:
            continue

        def change(rows: list[bytes], record: bytes = record) -> str:
            tree = opmutators.unpacked(rows[-1])
            given = {FINDING.by_name["finder_group"].tag: q.group_record, FINDING.by_name["place"].tag: "北关街道7号"}
            told = {"SEQ": tree[opmutators.SEQ] + 1, "LAM": 2**40, "KIND": FINDING.tag, "RECORD": record, "ROOT": b""}
            told |= {"TYPE": 1, "VALUES": given, "AT": [], "WRITES": {}, "EVENT": 0, "ARGS": {}}
            for name, value in told.items():
                tree[getattr(opmutators, name)] = value
            rows.append(opmutators.packed(tree))
            return "again"

        made = mutators.resealed(proofbook.chance(6, i), q, "op", change, last=True)
        prover.trial(made, f"again-{i}", real=True)
    assert prover.counts["imported and taken"] >= 9


def test_a_record_of_every_kind_below_one_of_every_kind(prover: mutations.Prover) -> None:
    """A bundle may hang anything below anything: 具名人员 below a task once broke the import."""
    from tests.faults import opmutators

    q = prover.quarry

    def change(rows: list[bytes]) -> str:
        last = opmutators.unpacked(rows[-1])
        seq = last[opmutators.SEQ]
        for kind in (k for k in KINDS if k.root):
            for record, _, root in {number: (r, number, o) for r, number, o in q.records if r == o}.values():
                at = q.heads_of(root)[:1]
                seq += 1
                told = {"SEQ": seq, "LAM": 2**40, "KIND": kind.tag, "RECORD": os.urandom(16), "ROOT": root, "TYPE": 1}
                told |= {"VALUES": {kind.by_name[kind.root].tag: record}, "WRITES": {}, "EVENT": 0, "ARGS": {}}
                told |= {"ACTORS": [a for a, _ in at], "AT": [[1 + i, n] for i, (_, n) in enumerate(at)], "SEEN": {}}
                tree = list(last)
                for name, value in told.items():
                    tree[getattr(opmutators, name)] = value
                rows.append(opmutators.packed(tree))
        return "below"

    made = mutators.resealed(proofbook.chance(6, 0), q, "op", change, last=True)
    assert len(made.segments[-1].rows) > 40
    prover.trial(made, "below", real=True)
    assert prover.counts["imported and taken"] == 1


@pytest.mark.parametrize("what", ["kind", "value"])
def test_the_office_says_nothing_impossible_of_a_record(prover: mutations.Prover, what: str) -> None:
    """A base of another kind left tables that no rebuild gave back; one with bytes for text broke the import."""
    down = prover.down.down
    spoilt = 0
    for i in down.bases:
        header, body = down.taken_apart(i)
        rows = [msgspec.msgpack.decode(raw, strict=False) for raw in decode_rows(body, CODEC_ROWS)]
        for tree in rows:
            if tree[0] == FINDING.tag and tree[3] and what == "kind":
                tree[0], spoilt = 2, spoilt + 1
            elif tree[0] == FINDING.tag and tree[3]:
                tree[3][0][5][FINDING.by_name["number"].tag], spoilt = b"WT", spoilt + 1
        frames = list(down.frames)
        packed = zstd.compress(msgspec.msgpack.encode([msgspec.msgpack.encode(tree) for tree in rows]))
        frames[i] = replace(frames[i], payload=down.sealed(header, packed))
        if spoilt:
            prover.trial(mutators.Mutant(what, down.file(frames), down=True), what, real=True)
            break
    assert spoilt
    assert prover.codes == {"D-255": 1}


# --- mutants of the program: each must be caught ------------------------------------------------------------------


def _tried(prover: mutations.Prover, mutator: Any, real: bool, most: int) -> int:
    """Trials of one mutator until one differs; how many it took."""
    for trial in range(most):
        mutant = mutator(proofbook.chance(5, trial), prover.quarry)
        try:
            prover.trial(mutant, f"caught-{trial}", real=real)
        except mutations.Differs as told:
            Path(str(told).rsplit("kept as ", 1)[1]).unlink()
            return trial
    raise AssertionError(f"not caught in {most} trials: {prover.counts} {prover.codes}")


def test_a_program_that_skips_signatures_is_caught(prover: mutations.Prover, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "verified", lambda *_a: True)
    monkeypatch.setattr(segments, "verified", lambda *_a: True)
    _tried(prover, mutators.foot, False, 60)


def test_a_program_that_skips_the_hash_of_frames_is_caught(
    prover: mutations.Prover, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = reading._Reading._foot

    def foot(self: Any, payload: bytes) -> None:
        said = unpack(Foot, payload[:-64], max_bytes=len(payload))
        self._seen = SimpleNamespace(frames=said.frames, digest=lambda: said.digest)
        honest(self, payload)

    monkeypatch.setattr(reading._Reading, "_foot", foot)
    _tried(prover, mutators.plain, False, 400)


def test_a_program_that_judges_nobody_is_caught(prover: mutations.Prover, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [m for name, m in sys.modules.items() if name.startswith("dubu_desktop.")]:
        for rule in ("may_create", "may_write", "may_step"):
            if hasattr(module, rule):
                monkeypatch.setattr(module, rule, lambda *_a, **_k: True)
    _tried(prover, mutators.new_op, True, 60)


def test_a_program_that_believes_every_context_is_caught(
    prover: mutations.Prover, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dubu_desktop.domain import facts, merge
    from dubu_desktop.domain.ops import covers
    from tests.faults import opmutators

    def replaces(one: Any, other: Any, above: bool = False) -> bool:
        return one.dot != other.dot and covers(one.ctx, other.dot)

    def claims(dice: Any, q: quarry.Quarry) -> mutators.Mutant:
        def change(rows: list[bytes]) -> str:
            for i, raw in enumerate(rows):
                tree = opmutators.unpacked(raw)
                opmutators.claim_the_future(dice, q, tree)
                rows[i] = opmutators.packed(tree)
            return "future"

        return mutators.resealed(dice, q, "op", change)

    prover.trial(claims(proofbook.chance(5, 0), prover.quarry), "future", real=True)
    monkeypatch.setattr(merge, "replaces", replaces)
    monkeypatch.setattr(facts, "replaces", replaces)
    _tried(prover, claims, True, 20)


def test_the_long_proof_on_record() -> None:
    """What docs/proof/mutations.json says was run in full and says so of itself."""
    said = proofbook.read(proofbook.FOLDER / "mutations.json")
    counts = said["counts"]
    assert said["n"] == counts["read"] + counts["imported"] == sum(counts["mutants"].values()) >= 6000
    assert counts["max rss MiB"] < mutations.MOST_MIB
