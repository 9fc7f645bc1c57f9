"""Multi-value registers in a few lines: a second opinion on the heads of every field (sync.md §4, P18).

A write is (name, field, value, context), the context one number per actor: what its author had seen of that field. The
register is a set of writes joined one by one, in whatever order, as in the literature on dotted version vectors; it
shares nothing with the program's fold, which sorts, judges and compares all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Name = tuple[bytes, int]


class Write(NamedTuple):
    """One value of one field; `seen`: {actor: the highest number its author had seen there}."""

    name: Name
    tag: int
    value: Any
    seen: Mapping[bytes, int]


class Register:
    """Siblings, and the join of all that any of them has seen."""

    def __init__(self) -> None:
        self.siblings: dict[Name, Write] = {}
        self.past: dict[bytes, int] = {}

    def join(self, write: Write) -> None:
        """Take one more write, new or known, early or late."""
        for name in [n for n in self.siblings if n != write.name and self._sees(write.seen, n)]:
            del self.siblings[name]
        if not self._sees(self.past, write.name):
            self.siblings[write.name] = write
        for actor, number in write.seen.items():
            self.past[actor] = max(number, self.past.get(actor, 0))

    @staticmethod
    def _sees(seen: Mapping[bytes, int], name: Name) -> bool:
        return seen.get(name[0], 0) >= name[1]


def heads(writes: Iterable[Write]) -> dict[int, frozenset[Name]]:
    """{field: names of the writes that stand side by side} after joining `writes` in the order given."""
    registers: dict[int, Register] = {}
    for write in writes:
        registers.setdefault(write.tag, Register()).join(write)
    return {tag: frozenset(r.siblings) for tag, r in registers.items()}
