"""What no honest program writes is refused before anything is kept; what a newer one may write is kept as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain

from dubu_desktop.domain.columns import all_valid
from dubu_desktop.domain.facts import Facts
from dubu_desktop.domain.fields import MAX_DEPTH, Kind, valid
from dubu_desktop.domain.ops import Op
from dubu_desktop.domain.records import BY_TAG
from dubu_desktop.errors import DubuError
from dubu_desktop.wire.blocks import Block
from dubu_desktop.wire.codec import MANDATORY

_LEAVES = frozenset({type(None), bool, int, float, str, bytes})


def check_op(op: Op, flags: int) -> None:
    """Refuse what an honest program never writes; what a newer one may write is kept as it is (sync.md §3.10)."""
    given = [*op.values.items(), *((t, w.value) for t, w in op.writes.items())]
    _check_shape([value for _, value in given] + [dict(op.args)])
    kind = BY_TAG.get(op.kind)
    if kind is None:
        _check_kind(op.kind, flags)
    else:
        _check_given(kind, given)


def check_base(facts: Facts) -> None:
    """The same of what the office says of a record: D-209, D-255."""
    given = [pair for c in facts.creates for pair in c.values.items()]
    given += [(tag, head.value) for tag, heads in facts.heads.items() for head in heads]
    _check_shape([value for _, value in given] + [dict(e.args) for e in facts.events])
    kind = BY_TAG.get(facts.kind)
    if kind is not None:
        _check_given(kind, given)


def _check_given(kind: Kind, given: Iterable[tuple[int, object]]) -> None:
    for tag, value in given:
        declared = kind.by_tag.get(tag)
        if declared is not None and not valid(declared, value):
            raise DubuError("D-255", detail=f"{kind.label}·{declared.label}")


def check_block(block: Block) -> None:
    """The same of a whole block, by the column."""
    for (kind, tag), values in (*block.values.items(), *block.written.items()):
        declared = BY_TAG[kind].by_tag.get(tag) if kind in BY_TAG else None
        _check_shape(values)
        if declared is not None and not all_valid(declared, values):
            raise DubuError("D-255", detail=f"{BY_TAG[kind].label}·{declared.label}")
    _check_shape(block.args.values())
    for kind, flags in set(zip(block.kind, block.flags, strict=True)):
        if kind not in BY_TAG:
            _check_kind(kind, flags)


def _check_shape(values: Iterable[object]) -> None:
    """Refuse what no value may be, whoever declares its field: deeper than `MAX_DEPTH`, D-209; or none of the format
    (docs/bundle-format.md, Bodies), D-204: a moment, a map with keys that are no text.
    """
    level: Collection[object] = values if isinstance(values, Collection) else list(values)
    for _ in range(MAX_DEPTH + 1):
        types = set(map(type, level))
        if types <= _LEAVES:
            return
        maps = [one for one in level if isinstance(one, dict)] if dict in types else []
        if not types <= _LEAVES | {list, dict} or not set(map(type, chain.from_iterable(maps))) <= {str}:
            raise DubuError("D-204")
        lists = (one for one in level if isinstance(one, list)) if list in types else ()
        level = [*chain.from_iterable(one.values() for one in maps), *chain.from_iterable(lists)]
    if level:
        raise DubuError("D-209", limit=f"一个值里最多套{MAX_DEPTH}层")


def _check_kind(kind: int, flags: int) -> None:
    if flags & MANDATORY:
        raise DubuError("D-205", need=f"记录种类{kind}", program="更高版本")
