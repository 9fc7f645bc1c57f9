"""One workspace used on several machines: the ops of each further line under an actor of their own (sync.md §3.1).

The machines went on with the same running numbers, so from some number on a dot means two ops. The line that arrives
later is folded as another actor of the same replica; what its ops say of themselves is said of that actor. A copy of
the second machine leaves the second line as that one left the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dubu_desktop.domain.ops import Actor, Context, Dot, Op, Write


@dataclass(frozen=True, slots=True)
class Branch:
    """A further line of `origin`: from running number `since` on its ops are those of `actor`.

    `over`: the line it leaves there; None where that is the first one.
    """

    origin: Actor
    since: int
    actor: Actor
    over: Branch | None = None

    @classmethod
    def of(cls, origin: Actor, since: int, first_hash: bytes, over: Branch | None = None) -> Branch:
        """The branch whose first differing segment has this hash: its first four bytes are the nonce of the actor."""
        return cls(origin, since, origin._replace(nonce=int.from_bytes(first_hash[:4], "big")), over)

    def lines(self) -> Iterator[Branch]:
        """This line and those it leaves, itself first."""
        line: Branch | None = self
        while line is not None:
            yield line
            line = line.over

    def names(self) -> set[Actor]:
        """Every actor as which an op of `origin` may be folded that stands in this line."""
        lines = [line for line in self.lines() if line.origin == self.origin]
        return {self.origin, *(line.actor for line in lines)}

    def dot(self, dot: Dot) -> Dot:
        """A dot as this line means it."""
        if dot.actor == self.origin and dot.seq >= self.since:
            return Dot(self.actor, dot.seq)
        return self.over.dot(dot) if self.over is not None else dot

    def _dots(self, dots: Iterable[Dot]) -> tuple[Dot, ...]:
        return tuple(self.dot(d) for d in dots)

    def _ctx(self, ctx: Context) -> Context:
        seen = ctx.get(self.origin, 0)
        out = ctx
        if seen >= self.since:
            out = {a: n for a, n in ctx.items() if a != self.origin}
            if self.since > 1:  # what both lines have in common
                out[self.origin] = self.since - 1
            out[self.actor] = max(seen, out.get(self.actor, 0))
        return self.over._ctx(out) if self.over is not None else out

    def op(self, op: Op) -> Op:
        """An op of this line, or of a later incarnation that goes on from it, as it is folded."""
        return replace(
            op,
            dot=self.dot(op.dot),
            at=self._dots(op.at),
            writes={t: Write(w.value, self._dots(w.over), self._ctx(w.ctx)) for t, w in op.writes.items()},
            seen={t: self._ctx(c) for t, c in op.seen.items()},
        )
