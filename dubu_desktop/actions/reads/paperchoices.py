"""What a new paper may be and rest on: the kinds this side makes, and the records that fit a kind, for pickers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dubu_desktop.actions import choosing, papers
from dubu_desktop.actions.papers import Printable
from dubu_desktop.actions.reads.parts import say_day
from dubu_desktop.actions.reads.pick import LIMIT, Pick
from dubu_desktop.actions.reads.reader import Reader, raw
from dubu_desktop.db import listing, queries, search
from dubu_desktop.domain.lifecycle import TaskStatus
from dubu_desktop.domain.papers.kind import PaperKind, Rests, mixed
from dubu_desktop.domain.papers.kinds import all_kinds, kind_of

#: findings looked at, newest first, before a list of those that fit is what it is
_LOOKED_AT, _AT_ONCE = 1000, 100


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind of paper. `rests`: task, finding, findings, instruction; `unfit`: what the findings chosen lack for it.

    `per_unit`: it is written to one unit.
    """

    id: str
    label: str
    goes: str
    rests: str
    unfit: str = ""
    per_unit: bool = False


def kinds(
    r: Reader, findings: Sequence[str | int] = (), task: str = "", instruction: str = "", visit: str = ""
) -> list[KindChoice]:
    """The kinds this side may make; of chosen records those alone that rest on such, the fitting ones first."""
    mine = [kind for kind in all_kinds().values() if kind.may_make(r.office)]
    if not (findings or task or instruction or visit):
        return [_choice(kind, "") for kind in mine]
    ids = _ids(r, findings, visit)
    told = choosing.told(r, ids) if ids else []
    wanted = {Rests.TASK} if task else {Rests.INSTRUCTION} if instruction else set()
    out: list[KindChoice] = []
    for kind in mine:
        if kind.rests in wanted:
            row = queries.row_of(r.conn, "task", raw(task)) if task else None
            late = row is not None and not kind.ready(row["status"])
            out.append(_choice(kind, "任务还没有办到这一步" if late else ""))
        elif told and kind.rests in (Rests.FINDINGS, Rests.FINDING):
            one = kind.rests is Rests.FINDING and len(told) > 1
            fits = all(kind.fits(f) for f in told) and len(told) == len(ids)
            out.append(_choice(kind, "一份写一个问题" if one else "" if fits else kind.unfit or "有的还没有定稿"))
    return sorted(out, key=lambda one: bool(one.unfit))


def _choice(kind: PaperKind, unfit: str) -> KindChoice:
    return KindChoice(kind.id, kind.label, kind.goes.label, kind.rests.value, unfit, kind.per_unit)


def _ids(r: Reader, findings: Sequence[str | int], visit: str) -> list[bytes]:
    ids = [raw(f) if isinstance(f, str) else listing.uuid_of(r.conn, f) for f in findings]
    if visit:
        ids += [f["uuid"] for f in queries.all_rows(r.conn, "finding", visit=raw(visit))]
    return [one for one in ids if one]


def mixed_units(r: Reader, kind: str, findings: Sequence[str] = (), visit: str = "") -> tuple[str, ...]:
    """The units that one paper of `kind` about these would show each other's problems; none where one has them all."""
    return mixed(kind_of(kind), choosing.told(r, _ids(r, findings, visit)))


def ids_of(r: Reader, findings: Sequence[int], visit: str = "") -> list[str]:
    """The ids of findings by their row ids, or of a visit's that a paper may tell of."""
    rows = queries.rows_of(r.conn, "finding", _ids(r, findings, visit))
    return [f["uuid"].hex() for f in rows if not visit or f["status"] not in choosing.UNTOLD]


def fitting(r: Reader, text: str, kind: str, limit: int = LIMIT) -> list[Pick]:
    """Records a paper of `kind` may rest on, by any words, the newest first."""
    chosen = kind_of(kind)
    if chosen.rests is Rests.TASK:
        return _tasks(r, text, chosen, limit)
    if chosen.rests is Rests.INSTRUCTION:
        ids = listing.kind_ids(r.conn, "instruction", ["-given_on"], statuses=(), among=search.matching(r.conn, text))
        rows = listing.kind_rows(r.conn, "instruction", ids[:limit])
        return [Pick(i["uuid"].hex(), i["title"] or "", i["leader"] or "") for i in rows]
    ids = listing.line_ids(r.conn, listing.LineWhere(), "found", search.matching(r.conn, text))
    found: list[Pick] = []
    for at in range(0, min(len(ids), _LOOKED_AT), _AT_ONCE):
        rows = listing.line_rows(r.conn, ids[at : at + _AT_ONCE])
        told = choosing.told(r, [row["uuid"] for row in rows])
        found += [Pick(f.id.hex(), f.number, f"{f.status} {f.place}"[:60]) for f in told if chosen.fits(f)]
        if len(found) >= limit:
            break
    return found[:limit]


def _tasks(r: Reader, text: str, kind: PaperKind, limit: int) -> list[Pick]:
    wanted = tuple(s for s in TaskStatus if s is not TaskStatus.DRAFTED and kind.ready(s))
    ids = listing.kind_ids(r.conn, "task", ["-issued_on"], statuses=wanted, among=search.matching(r.conn, text))
    rows = listing.kind_rows(r.conn, "task", ids[:limit])
    told = (" · ".join(filter(None, (t["number"], say_day(t["due_on"], r.today)))) for t in rows)
    return [Pick(t["uuid"].hex(), t["title"] or "", hint) for t, hint in zip(rows, told, strict=True)]


def preview(r: Reader, kind: str, findings: Sequence[str] = (), task: str = "", instruction: str = "") -> Printable:
    """The paper these records make, before anything is written; D-308, D-334."""
    return papers.made(r, kind_of(kind), choosing.named(r, findings, task, instruction), {})
