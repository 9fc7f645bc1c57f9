"""What must hold, one function for each property of sync.md §4; P13 and P14 have suites of their own (tests/faults).

Each takes the fleet and raises AssertionError with the record, the place and the history when it does not hold.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dubu_desktop.actions import archiving, check
from dubu_desktop.actions.house import House
from dubu_desktop.db.archiving import kept
from tests.property import mvr, observe
from tests.property.fleet import GROUPS, WHO, Bundle, Fleet
from tests.property.model import OFFICE, Name
from tests.stories.exchange import ended
from tests.stories.pages import every_page


class Undone(Exception):
    """A rehearsal ends: what was written is taken back."""


# --- after every import and every action -----------------------------------------------------------------------------


def p1_idempotent(fleet: Fleet, who: str, bundle: Bundle) -> None:
    """Importing the same file again says `same`, reports nothing new and changes no byte of journal and tables."""
    before = observe.everything(fleet.posts[who].house)
    (report,) = fleet.bring(who, bundle)
    assert (report["status"], report["new"], report["changed"]) == ("same", 0, 0), (report, fleet.log)
    after = observe.everything(fleet.posts[who].house)
    assert before == after, ("P1: a bundle imported again changed something", bundle, fleet.log)
    fleet.count["P1 imported again"] += 1


def p4_exact(fleet: Fleet, who: str, roots: Iterable[bytes] | None = None) -> None:
    """Heads, conflicts, lifecycles, shown values are those of truly concurrent deeds; what waits, waits by name."""
    post, model = fleet.posts[who], fleet.model
    wanted = set(model.children) if roots is None else set(roots)
    wanted = {r for r in wanted if r not in post.view.left and any(n in post.view.known for n in _of(fleet, r))}
    found = observe.shown(post.house, wanted)
    tables, inert = observe.table_conflicts(post.house), observe.table_inert(post.house)
    for root in wanted:
        for record in model.children[root]:
            held = [n for n in model.of_record[record] if n in post.view.known]
            if not held:
                continue
            here = fleet.counted(who, record)
            waits = frozenset(held) - here
            about = (who, model.deeds[held[0]].kind, record.hex(), fleet.log)
            if not model.creates(here, record):
                assert record not in found or not found[record].exists, ("P4: begun without a beginning", about)
                continue
            assert record in found, ("P5: the record is gone", about)
            seen = found[record]
            if post.view.judges:
                said = {n for n in inert if n in model.deeds and model.deeds[n].record == record}
                assert said == waits, ("P5: the list of ops without effect", said, waits, about)
                assert {inert[n] for n in waits} <= {"missing"}, ("P5: barred", inert, about)
            for tag in model.tags(here, record):
                heads = model.heads(here, record, tag)
                assert seen.heads.get(tag) == heads, ("P4: heads", tag, seen.heads.get(tag), heads, about)
                assert seen.values[tag] == model.shown(here, record, tag), ("P9: another value shows", tag, about)
            assert seen.life == model.heads_of_life(here, record), ("P4: lifecycle heads", seen.life, about)
            assert seen.status in model.statuses(here, record), ("P4: status", seen.status, about)
            conflicts = model.conflicts(here, record)
            assert set(seen.conflicts) == conflicts, ("P4: conflicts", seen.conflicts, conflicts, about)
            assert set(tables.get(record, ())) == conflicts, ("P4: conflicts in the tables", tables, conflicts, about)
            fleet.count["P4 conflicts"] += len(conflicts)
            fleet.count["P4 records compared"] += 1


def _of(fleet: Fleet, root: bytes) -> list[Name]:
    return [n for r in fleet.model.children[root] for n in fleet.model.of_record[r]]


def p6_resolved(fleet: Fleet, record: bytes, tag: int) -> None:
    """A decision ends the conflict it names; only a deed that did not know of it opens it again (`p4_exact`)."""
    here = fleet.counted(OFFICE, record)
    assert tag not in fleet.model.conflicts(here, record), ("P6: decided and still open", record.hex(), tag, fleet.log)
    assert tag not in observe.table_conflicts(fleet.posts[OFFICE].house).get(record, ()), ("P6", tag, fleet.log)
    fleet.count["P6 conflicts decided"] += 1


def covered(fleet: Fleet, known: set[Name], name: Name) -> bool:
    """Whether a deed is here, or every field of it was replaced by somebody who had seen it and is here."""
    if name in known:
        return True
    model, deed = fleet.model, fleet.model.deeds[name]
    if deed.sort != "set":
        return False
    rivals = [model.deeds[n] for n in model.of_record[deed.record] if n in known]
    return all(any(name in r.past.get(tag, ()) for r in rivals) for tag in deed.values)


def p7_a_bundle_tells_all(fleet: Fleet, bundle: Bundle, fresh: bool) -> None:
    """One bundle that arrives makes good for all that were lost before it on its link."""
    view = fleet.posts[bundle.to].view
    if not fresh:
        return
    wanted = bundle.told if bundle.by == OFFICE else bundle.mine
    lost = [n for n in wanted if not covered(fleet, view.known, n)]
    assert not lost, ("P7: not told", lost, [fleet.model.deeds[n] for n in lost], bundle, fleet.log)
    fleet.count["P7 bundles that told all"] += 1


def p15_ack_safety(fleet: Fleet) -> None:
    """Nothing is acknowledged that is not applied: positions at the groups, `have` and positions at the office."""
    for code in GROUPS:
        post = fleet.posts[code]
        for link in observe.link_of(post.house).values():
            pair = bytes.fromhex(link.theirs + link.mine)
            _told_up_to(fleet, code, pair, link.base_in)
    office = fleet.posts[OFFICE]
    for link in observe.link_of(office.house).values():
        if link.mine and link.theirs:
            pair = bytes.fromhex(link.mine + link.theirs)
            for code in GROUPS:
                if fleet.posts[code].actor == pair[16:]:
                    _told_up_to(fleet, code, pair, link.acked)
    for bundle in fleet.files:
        if bundle.by == OFFICE and bundle.sender == office.actor:
            for actor, number in bundle.have:
                assert observe.holds_segments(office.house, actor, number), ("P15: `have` beyond", bundle, fleet.log)
    fleet.count["P15 looked at"] += 1


def _told_up_to(fleet: Fleet, code: str, pair: bytes, position: int) -> None:
    """All that a link told up to a position is at the group, but for what had left its scope by then."""
    known = fleet.posts[code].view.known
    told = [b for b in fleet.files if b.by == OFFICE and b.link == pair and b.position <= position]
    if not told:
        return
    scope = max(told, key=lambda b: (b.position, b.serial)).scope
    for bundle in told:
        wanted = [n for n in bundle.told if n in fleet.model.deeds and fleet.model.deeds[n].record in scope]
        lost = [n for n in wanted if not covered(fleet, known, n)]
        assert not lost, ("P15: acknowledged and not here", code, bundle, lost, fleet.log)


# --- of a bundle just written ----------------------------------------------------------------------------------------


def p8_nothing_foreign_leaves(fleet: Fleet, bundle: Bundle, inside: observe.Inside) -> None:
    """No byte of a record outside the audience in what a group receives: neither its words nor its name."""
    if bundle.by != OFFICE:
        assert {observe.name_of(op.dot)[0][:8] for op in inside.ops} <= {bundle.sender[:8]}
        return
    for root, canary in fleet.canaries.items():
        own = any(fleet.model.deeds[n].side == bundle.to for n in _of(fleet, root))
        if root not in bundle.scope and not own:
            assert canary not in inside.plain, ("P8: a foreign word", bundle, canary.decode(), fleet.log)
            assert root not in inside.plain, ("P8: a foreign record", bundle, root.hex(), fleet.log)
            fleet.count["P8 canaries kept out of bundles"] += 1


def p8_nothing_foreign_stays(fleet: Fleet, code: str) -> None:
    """Nor in the group's database file, down to its free pages and its log, nor in what it keeps packed."""
    house = fleet.posts[code].house
    pages, packed = every_page(house), observe.blocks_unpacked(house)
    for root, canary in fleet.canaries.items():
        own = any(fleet.model.deeds[n].side == code for n in _of(fleet, root))
        if code not in fleet.audience(root) and not own:
            about = (code, canary.decode(), root.hex(), fleet.log)
            assert canary not in pages, ("P8: a foreign word in the file", about)
            assert root not in pages, ("P8: a foreign record in the file", about)
            assert canary not in packed, ("P8: a foreign word in a block", about)
            fleet.count["P8 canaries kept out of files"] += 1


# --- at the end ------------------------------------------------------------------------------------------------------


def p3_convergent(fleet: Fleet) -> None:
    """Every group shows exactly what the office holds for it, by the program's own word and by the model."""
    for code in GROUPS:
        held = fleet.posts[code].view
        group = observe.digests(fleet.posts[code].house)
        office = observe.digests(fleet.posts[OFFICE].house, fleet.group_ids[code])
        unlike = [r for r in sorted({*group, *office}) if group.get(r) != office.get(r)]
        assert not unlike, ("P3: not the same", code, [_named(fleet, r, group, office) for r in unlike], fleet.log)
        for root in fleet.model.children:
            if code in fleet.audience(root) and root not in held.left:
                for n in fleet.counted(OFFICE, root):
                    assert covered(fleet, held.known, n), ("P3: not at the group", code, n, fleet.log)
    fleet.count["P3 groups that agree"] += len(GROUPS)


def _named(fleet: Fleet, record: bytes, group: Mapping[bytes, bytes], office: Mapping[bytes, bytes]) -> tuple[str, ...]:
    """A record on which two differ, for the message of a failure."""
    names = fleet.model.of_record.get(record, [])
    kind = fleet.model.deeds[names[0]].kind if names else "?"
    return kind, record.hex(), "at the group" if record in group else "-", "at the office" if record in office else "-"


def p5_nothing_lost(fleet: Fleet, survivors: set[Name]) -> None:
    """Every deed that any living machine holds counts at the office, was replaced knowingly by one that does, or
    stands by name in the list of ops without effect; its bytes are the same wherever they are."""
    view = fleet.posts[OFFICE].view
    inert = observe.table_inert(fleet.posts[OFFICE].house)
    for name in survivors:
        assert covered(fleet, view.known, name) or name in inert, ("P5: lost", fleet.model.deeds[name], fleet.log)
    bodies: dict[Name, bytes] = {}
    for who in WHO:
        for name, raw in observe.bodies_held(fleet.posts[who].house).items():
            assert bodies.setdefault(name, raw) == raw, ("P5: one op, two texts", name, fleet.log)
    fleet.count["P5 deeds accounted for"] += len(survivors)


def p16_rebuild(fleet: Fleet, who: str) -> None:
    """Tables made anew from the journal are the tables that were; every chain and signature holds."""
    house = fleet.posts[who].house
    rebuilt = ended(check.rebuild(house))
    assert rebuilt.same, ("P16: tables differ from the journal", who, rebuilt, fleet.log)
    audited = ended(check.audit(house))
    assert audited.faults == (), ("P16: audit", who, audited.faults, fleet.log)
    fleet.count["P16 workspaces rebuilt"] += 1


def p17_compacted(fleet: Fleet, who: str, *, every: bool, rebuild: bool) -> None:
    """Sealed segments move to an archive, and nothing else changes: no digest, no op, no byte that was signed.

    `every`: all there are, acknowledged or not, which is more than the program would do.
    """
    house = fleet.posts[who].house
    before = observe.digest(house), observe.bodies_held(house), observe.sealed(house)
    if every:
        with house.ws.reading() as conn:
            chosen = kept(conn)
        moved = ended(archiving.move(house.ws, chosen)).segments
    else:
        moved = fleet.act(who, "compact", keep_days=0).extra["segments"]
    after = observe.digest(house), observe.bodies_held(house), observe.sealed(house)
    assert after == before, ("P17: an archive changed what is told", who, fleet.log)
    found = ended(check.archives(house))
    assert (found.lost, found.healed) == ((), 0), ("P17: an archive that does not hold", who, found, fleet.log)
    fleet.count["P17 compacted"] += 1
    fleet.count["P17 segments moved to archives"] += moved
    if rebuild:
        p16_rebuild(fleet, who)


def p2_order_independent(fleet: Fleet, bundles: Sequence[Bundle], dice: random.Random, orders: int) -> None:
    """Any order, with duplicates, gives one hash of rows, heads and events. Rehearsed at the office, and taken back."""
    house = fleet.posts[OFFICE].house
    results = set()
    for _ in range(orders):
        order = [*bundles, *dice.sample(list(bundles), dice.randint(0, len(bundles)))]
        dice.shuffle(order)
        results.add(_rehearsed(house, [b.path for b in order]))
        fleet.count["P2 orders"] += 1
    assert len(results) <= 1, ("P2: another order, another result", [b.path.name for b in bundles], fleet.log)


def _rehearsed(house: House, paths: Sequence[Path]) -> str:
    """What these imports, one after the other, would make of a workspace: done inside one transaction, and undone."""
    ws, before = house.ws, house.ws.profile
    try:
        with ws.writing() as conn:

            @contextmanager
            def inside() -> Iterator[Any]:
                with conn.begin_nested():
                    yield conn

            ws.writing = inside  # type: ignore[method-assign]
            for path in paths:
                (report,) = house.do("import_bundles", files=[str(path)]).extra["reports"]
                assert report["status"] in ("new", "same"), report
            told = observe.digest_in(conn)
            raise Undone
    except Undone:
        return told
    finally:
        del ws.writing
        ws.profile = before
        with ws.reading() as conn:
            ws.roster_changed(conn)


def p18_differential(fleet: Fleet, who: str, dice: random.Random) -> None:
    """The ops a workspace counts, put in any order through sixty lines that know nothing but registers: same heads."""
    post = fleet.posts[who]
    for root in fleet.model.children:
        if root in post.view.left:
            continue
        for record, seen in observe.shown(post.house, [root]).items():
            if record not in fleet.model.of_record or not seen.exists:
                continue
            writes = observe.writes(post.house, record, root)
            dice.shuffle(writes)
            for tag, heads in mvr.heads(writes).items():
                assert heads == seen.heads[tag], ("P18: heads", who, record.hex(), tag, heads, seen.heads[tag])
                fleet.count["P18 registers compared"] += 1
