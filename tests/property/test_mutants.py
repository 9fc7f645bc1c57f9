"""Programs with one rule taken out: the random schedules must notice each of them (sync.md P10, and one for each rule).

A suite that lets a mutant live proves nothing about the rule. Each is tried on the first schedules of one seed, those
with disasters where the rule is about them, until one fails.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import desk
from dubu_desktop.actions.exchange import accept, pasts
from dubu_desktop.db import archiving, foldrows, held, journal, links, scope
from dubu_desktop.domain import merge
from dubu_desktop.domain.facts import Register
from dubu_desktop.domain.ops import join
from dubu_desktop.errors import DubuError
from tests import proofbook
from tests.property import prove_schedules
from tests.property.schedule import CALM, ROUGH

Patch = pytest.MonkeyPatch
#: so many schedules may pass before a mutant must have been noticed
ENOUGH = 30


def no_hand_back(patch: Patch) -> None:
    """P10: the spoke keeps the office's former bases to itself."""
    patch.setattr(journal, "base_blocks", lambda *_a: [])


def no_link_restart(patch: Patch) -> None:
    """P10: acknowledgements survive a new incarnation."""

    def begin(self: links.Link, mine: Any, theirs: Any) -> bool:
        self.mine, self.theirs = mine.to_bytes().hex(), theirs.to_bytes().hex()
        return False

    patch.setattr(links.Link, "begin", begin)


def heads_only(patch: Patch) -> None:
    """P4, P10: an op names the heads it replaced, not their pasts; and bases are joined always.

    Where the newest base stands alone (decisions/0011) it heals at a group what this breaks: it is then seen only where
    an office restored hears a later edit first, which tests/stories/test_exchange_restores.py has with its mutant.
    """
    patch.setattr(pasts, "knows_all", lambda *_a: False)
    patch.setattr(Register, "ctx", property(lambda self: join([], [h.dot for h in self.heads])))
    patch.setattr(desk, "join", lambda _contexts, dots=(): join([], dots))


def latest_clock_wins(patch: Patch) -> None:
    """P9: the value with the latest wall time shows."""
    plain = merge._Folder._register

    def register(self: Any, found: Any) -> Register:
        return Register(tuple(sorted(plain(self, found).heads, key=lambda h: h.wall, reverse=True)))

    patch.setattr(merge._Folder, "_register", register)


def last_one_wins(patch: Patch) -> None:
    """P4, P5: of two values written side by side the lower one is dropped, as most programs do."""
    plain = merge._Folder._register
    patch.setattr(merge._Folder, "_register", lambda self, found: Register(plain(self, found).heads[:1]))


def conflicts_unlisted(patch: Patch) -> None:
    """P4: the fold knows of the conflict, the list does not."""
    patch.setattr(foldrows, "_head_count", lambda *_a: 0)
    plain = foldrows.Batch.flush

    def flush(self: foldrows.Batch) -> foldrows.Changes:
        self.conflicts.clear()
        return plain(self)

    patch.setattr(foldrows.Batch, "flush", flush)


def everything_to_everybody(patch: Patch) -> None:
    """P8: a group is sent what lies outside its scope."""
    patch.setattr(scope, "reaches", lambda *_a: True)


def one_change_forgotten(patch: Patch) -> None:
    """P7, P3: a bundle down leaves out its last record and acknowledges it all the same."""
    plain = scope.in_scope
    patch.setattr(scope, "in_scope", lambda *a: plain(*a)[:-1])


def one_segment_forgotten(patch: Patch) -> None:
    """P7, P5: a bundle up begins one segment too late."""
    plain = journal.sealed_segments
    patch.setattr(journal, "sealed_segments", lambda conn, actor, above: plain(conn, actor, above + 1))


def acknowledged_unapplied(patch: Patch) -> None:
    """P15: the positions of a bundle are noted, its bases are not taken."""
    patch.setattr(accept, "_take_bases", lambda *_a, **_k: foldrows.Changes())


def archived_and_forgotten(patch: Patch) -> None:
    """P17: with its bytes goes the note of what a segment tells."""
    plain = archiving.move

    def move(conn: Any, sha256: bytes, segments: Any, *more: Any) -> None:
        plain(conn, sha256, segments, *more)
        for each in segments:
            held.let_go(conn, each.author, each.number)

    patch.setattr(archiving, "move", move)


CAUGHT: list[tuple[Callable[[Patch], None], str]] = [
    (no_hand_back, ROUGH),
    (no_link_restart, ROUGH),
    (heads_only, ROUGH),
    (latest_clock_wins, CALM),
    (last_one_wins, CALM),
    (conflicts_unlisted, CALM),
    (everything_to_everybody, CALM),
    (one_change_forgotten, CALM),
    (one_segment_forgotten, CALM),
    (acknowledged_unapplied, CALM),
    (archived_and_forgotten, CALM),
]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("mutant", "manner"), CAUGHT, ids=lambda x: getattr(x, "__name__", x))
def test_a_program_without_the_rule_is_noticed(prepared: Path, mutant: Callable[[Patch], None], manner: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        for number in range(ENOUGH):
            try:
                prove_schedules.trial(prepared, proofbook.SEED, number, manner=manner)
            except (AssertionError, DubuError, ValueError, KeyError) as error:
                print(f"{mutant.__name__}: schedule {number}: {str(error)[:200]}")
                return
    pytest.fail(f"{mutant.__name__} lived through {ENOUGH} schedules")
