"""The verbs: one function each, keyword-only, found by name (architecture.md, "One road for every change").

A verb gets a `Desk` and its parameters. A verb that is a generator is long work: it yields `Progress` and may be
closed at any yield, leaving "before" or "after".
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from dubu_desktop.domain.lifecycle import Role
from dubu_desktop.errors import DubuError

OFFICE_EDITION, GROUP_EDITION = "office", "group"
EDITION_LABELS = {OFFICE_EDITION: "办公室版", GROUP_EDITION: "督巡组版"}
BOTH = (OFFICE_EDITION, GROUP_EDITION)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where long work stands: `done` of `total` (0: unknown), and what is going on in a few Chinese words.

    `said`: how far it is, in words, where `done` and `total` are nothing a person counts by (bytes).
    """

    done: int
    total: int
    label: str
    said: str = ""


def in_bytes(done: int, total: int, label: str) -> Progress:
    """Progress of work that is counted in bytes, said in per cent."""
    return Progress(done, total, label, f"{100 * done // total}%" if total else "")


@dataclass(frozen=True)
class Outcome:
    """What a verb did: ids made or touched (hex), the human number, what changed, sentences of warning, and more.

    `undo`: the sentence that Ctrl+Z would show, None where it cannot be undone. `extra`: what the verb reports besides.
    """

    ids: tuple[str, ...] = ()
    number: str | None = None
    kinds: frozenset[str] = frozenset()
    new: frozenset[bytes] = frozenset()
    changed: frozenset[bytes] = frozenset()
    conflicts: int = 0
    warnings: tuple[str, ...] = ()
    undo: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verb:
    """One verb as declared. `undoable`: Ctrl+Z may take it back (contracts.md §6). `hub`: on the office's main computer
    alone, not on another computer of the office (sync.md §3)."""

    name: str
    label: str
    run: Callable[..., Any]
    editions: tuple[str, ...]
    roles: tuple[Role, ...]
    undoable: bool
    long: bool
    hub: bool = False

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Name, type, whether required, and default of each parameter, for people and for `actions --json`."""
        out = []
        for p in list(inspect.signature(self.run).parameters.values())[1:]:
            required = p.default is inspect.Parameter.empty
            row = {"name": p.name, "type": str(p.annotation), "required": required}
            if not required and p.default is not None:
                row["default"] = p.default
            out.append(row)
        return out

    @property
    def summary(self) -> str:
        """The first line of the verb's docstring."""
        return (inspect.getdoc(self.run) or "").split("\n")[0]

    def check(self, params: dict[str, Any]) -> None:
        """Refuse unknown and missing parameters and values of another type: D-305."""
        known = {p["name"]: p for p in self.parameters}
        wrong = [n for n in params if n not in known]
        missing = [n for n, p in known.items() if p["required"] and n not in params]
        if wrong:
            raise DubuError("D-305", detail=f"{self.name} 没有参数 {'、'.join(wrong)}")
        if missing:
            raise DubuError("D-305", detail=f"{self.name} 缺少参数 {'、'.join(missing)}")
        unfit = [n for n, v in params.items() if not _fits(known[n]["type"], v)]
        if unfit:
            words = "、".join(f"{n}（要 {known[n]['type']}）" for n in unfit)
            raise DubuError("D-305", detail=f"{self.name} 的参数类型不对：{words}")


_PLAIN: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bytes": bytes,
    "None": type(None),
}


def _fits(annotation: str, value: Any) -> bool:
    """Whether a value may be passed where a verb's signature says `annotation`; what it cannot read it lets pass."""
    if "|" in annotation:
        return any(_fits(part.strip(), value) for part in annotation.split("|"))
    if annotation == "bool" or isinstance(value, bool):
        return annotation in ("bool", "Any") and isinstance(value, bool)
    if annotation.startswith("list["):
        return isinstance(value, list | tuple) and all(_fits(annotation[5:-1], v) for v in value)
    if annotation.startswith("dict["):
        return isinstance(value, dict)
    wanted = _PLAIN.get(annotation)
    if annotation == "int" and isinstance(value, int) and not -(2**63) <= value < 2**63:
        return False
    return wanted is None or isinstance(value, wanted)


_VERBS: dict[str, Verb] = {}


def verb(
    label: str,
    *,
    editions: tuple[str, ...] = BOTH,
    roles: tuple[Role, ...] = tuple(Role),
    undoable: bool = True,
    hub: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a function as a verb. `label`: what it is called in menus, history and undo."""

    def take(run: Callable[..., Any]) -> Callable[..., Any]:
        name = run.__name__.rstrip("_")
        if name in _VERBS:
            raise ValueError(f"verb declared twice: {name}")
        _VERBS[name] = Verb(name, label, run, editions, roles, undoable, inspect.isgeneratorfunction(run), hub)
        return run

    return take


@cache
def _load() -> None:
    from dubu_desktop.actions import verbs

    for module in pkgutil.iter_modules(verbs.__path__):
        importlib.import_module(f"{verbs.__name__}.{module.name}")


def all_verbs() -> dict[str, Verb]:
    """{name: verb} of everything that can be done."""
    _load()
    return dict(sorted(_VERBS.items()))


def find(name: str) -> Verb:
    """The verb called `name`; D-304."""
    found = all_verbs().get(name.replace("-", "_"))
    if found is None:
        raise DubuError("D-304", verb=name)
    return found


Work = Generator[Progress, None, Outcome]
