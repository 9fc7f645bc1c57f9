"""One workspace used on two machines: the ops of the second line under an actor of their own (sync.md §3.1).

Both machines went on with the same running numbers, so from some number on a dot means two ops. The line that arrives
later is folded as another actor of the same replica; what its ops say of themselves is said of that actor.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dubu_desktop.domain.ops import Actor, Context, Dot, Op, Write


@dataclass(frozen=True, slots=True)
class Branch:
    """The second line of `origin`: from running number `since` on its ops are those of `actor`."""

    origin: Actor
    since: int
    actor: Actor

    @classmethod
    def of(cls, origin: Actor, since: int, first_hash: bytes) -> Branch:
        """The branch whose first differing segment has this hash: its first four bytes are the nonce of the actor."""
        return cls(origin, since, origin._replace(nonce=int.from_bytes(first_hash[:4], "big")))

    def dot(self, dot: Dot) -> Dot:
        """A dot as this line means it."""
        return Dot(self.actor, dot.seq) if dot.actor == self.origin and dot.seq >= self.since else dot

    def _dots(self, dots: Iterable[Dot]) -> tuple[Dot, ...]:
        return tuple(self.dot(d) for d in dots)

    def _ctx(self, ctx: Context) -> Context:
        seen = ctx.get(self.origin, 0)
        if seen < self.since:
            return ctx
        out = {a: n for a, n in ctx.items() if a != self.origin}
        if self.since > 1:  # what both lines have in common
            out[self.origin] = self.since - 1
        out[self.actor] = max(seen, out.get(self.actor, 0))
        return out

    def op(self, op: Op) -> Op:
        """An op of this line, or of a later incarnation that goes on from it, as it is folded."""
        return replace(
            op,
            dot=self.dot(op.dot),
            at=self._dots(op.at),
            writes={t: Write(w.value, self._dots(w.over), self._ctx(w.ctx)) for t, w in op.writes.items()},
            seen={t: self._ctx(c) for t, c in op.seen.items()},
        )
