"""Where a lifecycle stands: what steps put back, what they rest on, what stands beside what (sync.md §3.4)."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from typing import TYPE_CHECKING

from dubu_desktop.domain.lifecycle import DECIDE_TAG, REOPENS, RETRACT_TAG, UNDO_IMPORT
from dubu_desktop.domain.ops import Dot

if TYPE_CHECKING:
    from dubu_desktop.domain.facts import Happened


def reopens(e: Happened) -> bool:
    """Whether a step only opens a conflict of steps again. The argument means nothing with any step of a group."""
    return e.event == DECIDE_TAG and REOPENS in e.args


def reopened(e: Happened, events: Mapping[Dot, Happened], known: Container[Dot]) -> tuple[Dot, ...]:
    """The steps that `e` puts back where a conflict of steps was opened again; nothing for any other step.

    It follows what was taken back and those steps, on which that rests. `known`: the steps of its record with effect.
    """
    if not reopens(e):
        return ()
    below = {d for at in e.at if at in events for d in events[at].at}
    return tuple(d for d in e.at if d in below and d in known)


def stands_at(events: Mapping[Dot, Happened], status_of: Mapping[Dot, str], dots: Iterable[Dot]) -> frozenset[Dot]:
    """As `RecordState.stands_at`, of a record that is still being folded: its events and statuses as far as known."""
    out: set[Dot] = set()
    todo = list(dots)
    while todo:
        dot = todo.pop()
        back = back_to(events, status_of, events[dot]) if dot in events else ()
        if back:
            todo.extend(back)
        else:
            out.add(dot)
    return frozenset(out)


def back_to(events: Mapping[Dot, Happened], status_of: Mapping[Dot, str], e: Happened) -> tuple[Dot, ...]:
    """Where a step that takes others back leads to, in this record; nothing for any other step."""
    if e.event == RETRACT_TAG:  # what a step of a child had seen of its root is no step of the child
        return tuple(d for d in next((events[d].at for d in e.at if d in events), ()) if d in status_of)
    if reopens(e):
        return reopened(e, events, status_of)
    if e.event == DECIDE_TAG and UNDO_IMPORT in e.args:
        return tuple(d for d in e.at if status_of.get(d) == e.args.get("status"))
    return ()


def up_to(events: Mapping[Dot, Happened], dots: Iterable[Dot]) -> set[Dot]:
    """`dots` and every step that they rest on."""
    out: set[Dot] = set()
    todo = list(dots)
    while todo:
        dot = todo.pop()
        if dot not in out:
            out.add(dot)
            todo.extend(events[dot].at if dot in events else ())
    return out


def heads(
    creates: Collection[Dot],
    events: Mapping[Dot, Happened],
    status_of: Mapping[Dot, str],
    closing: Collection[int],
    last: Iterable[Dot],
) -> tuple[Dot, ...]:
    """Of what nothing follows (`last`) that at which the lifecycle stands. `closing`: tags of closing steps.

    Several creates begin one record where the office repeated what lay in quarantine (接管, decisions/0023): what goes
    on from one goes on from all, and so does what was taken back to one. But what closes a record that nobody had gone
    on with closes what its author knew of.
    """
    left = set(last)
    begun = left & set(creates)
    if len(creates) > 1 and begun:
        standing = _chosen(events, status_of, left - begun)
        closed = {d for d in standing if d in events and events[d].event in closing}
        under = _chosen(events, status_of, (at for d in closed for at in events[d].at))
        if standing - closed or under - set(creates):
            left -= begun
    return tuple(sorted(left))


def _chosen(events: Mapping[Dot, Happened], status_of: Mapping[Dot, str], dots: Iterable[Dot]) -> set[Dot]:
    """The steps and creates whose word counts after `dots`: of a 裁定 the one that it chose."""
    out: set[Dot] = set()
    todo, seen = [d for d in dots if d in status_of], set[Dot]()
    while todo:
        for dot in stands_at(events, status_of, [todo.pop()]) - seen:
            seen.add(dot)
            e = events.get(dot)
            if e is not None and e.event == DECIDE_TAG:
                todo.extend(d for d in e.at if status_of.get(d) == status_of[dot])
            else:
                out.add(dot)
    return out
