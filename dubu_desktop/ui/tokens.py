"""The named tokens of the look: three sets (light, dark, 日光), one meaning per name.

Every colour of the program comes from here; a widget that paints asks `theme.tokens()`, a style sheet names `@token`.
Contrast of each text/ground pair (4.5:1, in 日光 7:1; ui.md "The look") is a test: tests/ui/test_theme.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a chip, a message or a number says about state; always shown with a shape and a word."""

    OK = "ok"  # ● done, in order
    WARN = "warn"  # ▲ soon, incomplete
    BAD = "bad"  # ■ overdue, refused
    NEUTRAL = "neutral"  # no shape: a plain fact
    ACCENT = "accent"  # no shape: something that can be done

    @property
    def shape(self) -> str:
        """The sign that carries the tone without colour ('' where the tone is not a state)."""
        return {Tone.OK: "●", Tone.WARN: "▲", Tone.BAD: "■"}.get(self, "")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as `#RRGGBB`, named by use."""

    name: str
    dark: bool
    bg: str  # ground of the window
    panel: str  # cards, lists, bars
    rail: str  # rail and status strip
    line: str  # borders
    line2: str  # quiet borders between rows, ground of neutral chips
    ink: str  # text
    ink2: str  # secondary text
    ink3: str  # labels, hints
    acc: str  # the one blue: what can be done
    acc_over: str  # the same under the mouse
    on_acc: str  # text on the blue
    accsoft: str  # ground of what is switched on
    accink: str  # text on accsoft
    ok: str
    oks: str
    warn: str
    warns: str
    bad: str
    bads: str
    on_bad: str  # text on a red count
    sel: str  # the chosen row
    over: str  # a row under the mouse

    def ink_of(self, tone: Tone) -> str:
        """Text colour for a tone."""
        return {
            Tone.OK: self.ok,
            Tone.WARN: self.warn,
            Tone.BAD: self.bad,
            Tone.NEUTRAL: self.ink2,
            Tone.ACCENT: self.accink,
        }[tone]

    def ground_of(self, tone: Tone) -> str:
        """Ground colour for a tone."""
        return {
            Tone.OK: self.oks,
            Tone.WARN: self.warns,
            Tone.BAD: self.bads,
            Tone.NEUTRAL: self.line2,
            Tone.ACCENT: self.accsoft,
        }[tone]


LIGHT = Tokens(
    name="light", dark=False, bg="#F4F5F7", panel="#FFFFFF", rail="#FBFBFC", line="#E2E5EA", line2="#EEF0F3",
    ink="#1B2330", ink2="#4A5566", ink3="#626D7D", acc="#1F5AA6", acc_over="#1A4E91", on_acc="#FFFFFF",
    accsoft="#E8F0FA", accink="#17457F", ok="#23693F", oks="#E6F3EB", warn="#8A5200", warns="#FCF1DD",
    bad="#B3261E", bads="#FBE9E7", on_bad="#FFFFFF", sel="#EAF1FB", over="#F6F8FB",
)  # fmt: skip

DARK = Tokens(
    name="dark", dark=True, bg="#14181E", panel="#1B2028", rail="#171B22", line="#2B323C", line2="#242A33",
    ink="#E6EAF0", ink2="#A9B3C1", ink3="#8E99A8", acc="#6FA8EC", acc_over="#86B7F0", on_acc="#0F1620",
    accsoft="#1D2C40", accink="#9CC5F5", ok="#6CC08C", oks="#1C2E24", warn="#E0A74A", warns="#332918",
    bad="#F0857D", bads="#371F1E", on_bad="#10151C", sel="#202C3C", over="#1F252E",
)  # fmt: skip

SUN = Tokens(
    name="sun", dark=False, bg="#FFFFFF", panel="#FFFFFF", rail="#FFFFFF", line="#7C8594", line2="#E3E6EB",
    ink="#000000", ink2="#1F2733", ink3="#333C4A", acc="#003C8F", acc_over="#002E6E", on_acc="#FFFFFF",
    accsoft="#DCE9FF", accink="#002E6E", ok="#00441F", oks="#D9F2E2", warn="#5C3500", warns="#FFEBC2",
    bad="#8C0009", bads="#FFDFDB", on_bad="#FFFFFF", sel="#DCE9FF", over="#F0F4FA",
)  # fmt: skip

BY_NAME = {tokens.name: tokens for tokens in (LIGHT, DARK, SUN)}
