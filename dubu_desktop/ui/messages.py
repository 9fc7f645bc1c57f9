"""What the person is told: one sentence with a tone, and the redacted report of a bug.

A report holds classes, places in our own code and versions; never a message text or a local variable, because either
may hold record text (reliability.md T26).
"""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dubu_desktop import __version__
from dubu_desktop.errors import CATALOGUE, DubuError
from dubu_desktop.ui.tokens import Tone

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence for the message bar."""

    text: str
    tone: Tone = Tone.NEUTRAL
    code: str = ""
    next_step: str = ""
    act: str = ""  # the word on its button
    on_act: Callable[[], None] | None = None
    stays: bool = False  # until it is closed

    @classmethod
    def plain(cls, text: str) -> Message:
        """A fact."""
        return cls(text)

    @classmethod
    def good(cls, text: str, *, act: str = "", on_act: Callable[[], None] | None = None) -> Message:
        """Something was done."""
        return cls(text, Tone.OK, act=act, on_act=on_act)

    @classmethod
    def warning(cls, text: str) -> Message:
        """Something wants attention."""
        return cls(text, Tone.WARN, stays=True)

    @classmethod
    def from_error(cls, error: DubuError) -> Message:
        """An expected failure: code, what happened, what to do next."""
        return cls(f"{error.what}。", Tone.BAD, code=error.code, next_step=f"{error.next_step}。", stays=True)


@dataclass(frozen=True, slots=True)
class Report:
    """A bug as it may be shown and copied."""

    what: str
    next_step: str
    text: str


def bug_report(error: BaseException) -> Report:
    """The redacted report of an unexpected failure."""
    entry = CATALOGUE["D-901"]
    lines = [
        f"督簿 {__version__}",
        f"{platform.system()} {platform.release()} / Python {platform.python_version()} / {_qt()}",
        entry.code,
    ]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__name__}")
        lines += [f"  {_place(frame)}" for frame in traceback.extract_tb(seen.__traceback__)]
        seen = seen.__cause__ or seen.__context__
    return Report(f"{entry.code} {entry.what}。", f"{entry.next_step}。", "\n".join(lines))


def _qt() -> str:
    core = sys.modules.get("PySide6")
    return f"Qt {getattr(core, '__version__', '?')}"


def _place(frame: traceback.FrameSummary) -> str:
    """File below our package, or the bare file name of a library; never a full path, it may hold a user's name."""
    path = Path(frame.filename)
    name = path.relative_to(_PACKAGE).as_posix() if path.is_relative_to(_PACKAGE) else path.name
    return f"{name}:{frame.lineno} {frame.name}"
