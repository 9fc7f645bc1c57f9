"""One workspace used on several machines: the ops of each further line under an actor of their own (sync.md §3.1).

The machines went on with the same running numbers, so from some number on a dot means two ops. The line that arrives
later is folded as another actor of the same replica; what its ops say of themselves is said of that actor. A copy of
the second machine leaves the second line as that one left the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import starmap

from dubu_desktop.domain.ops import Actor, Context, Dot, Op, Write

#: of which record an op held under a name speaks; None for one that is not here
Tells = Callable[[Dot], bytes | None]


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

    def _ctx(self, ctx: Context) -> Context:
        seen = ctx.get(self.origin, 0)
        out = ctx
        if seen >= self.since:
            out = {a: n for a, n in ctx.items() if a != self.origin}
            if self.since > 1:  # what both lines have in common
                out[self.origin] = self.since - 1
            out[self.actor] = max(seen, out.get(self.actor, 0))
        return self.over._ctx(out) if self.over is not None else out

    def op(self, op: Op, tells: Tells | None = None) -> Op:
        """An op of this line, or of a later incarnation that goes on from it, as it is folded.

        `tells`: of which record an op held speaks. A later life may have learned from the office what the first line
        wrote, which bears the numbers that this line's own ops have: what is no op of this line on the record, and is
        one of the first line, was meant as such.
        """
        about = (op.record, op.root)

        def named(dot: Dot) -> Dot:
            mine = self.dot(dot)
            if mine == dot or tells is None or tells(mine) in about or tells(dot) not in about:
                return mine
            return dot

        def context(ctx: Context, over: Iterable[Dot] = ()) -> Context:
            seen = [dot for dot in (*over, *starmap(Dot, ctx.items())) if named(dot) == dot != self.dot(dot)]
            out = dict(self._ctx(ctx))
            for dot in seen:
                out[dot.actor] = max(dot.seq, out.get(dot.actor, 0))
            return out

        return replace(
            op,
            dot=self.dot(op.dot),
            at=tuple(map(named, op.at)),
            writes={t: Write(w.value, tuple(map(named, w.over)), context(w.ctx, w.over)) for t, w in op.writes.items()},
            seen={t: context(c) for t, c in op.seen.items()},
        )

    def plain(self, op: Op) -> Op:
        """An op with every line's name taken back to the first one's: the same of an op before and after `op`."""
        first = {line.actor: line.origin for line in self.lines()}

        def dots(some: Iterable[Dot]) -> tuple[Dot, ...]:
            return tuple(Dot(first.get(dot.actor, dot.actor), dot.seq) for dot in some)

        def context(ctx: Context) -> Context:
            out: dict[Actor, int] = {}
            for dot in dots(starmap(Dot, ctx.items())):
                out[dot.actor] = max(dot.seq, out.get(dot.actor, 0))
            return out

        return replace(
            op,
            dot=dots([op.dot])[0],
            at=dots(op.at),
            writes={t: Write(w.value, dots(w.over), context(w.ctx)) for t, w in op.writes.items()},
            seen={t: context(c) for t, c in op.seen.items()},
        )
