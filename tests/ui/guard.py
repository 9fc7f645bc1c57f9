"""The proof that the GUI thread touches no database, file, picture or cipher (architecture.md, Threads).

`watching()` patches the doors while a test runs. A call on the GUI thread is noted with the place it came from and
fails the test at the end, so that the report names all of them. Files of the program itself (resources, docs, Python)
may be read anywhere.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_OWN = (ROOT / "resources", ROOT / "docs", ROOT / "dubu_desktop", Path(sys.prefix), Path(sys.base_prefix))

# (module, attribute path): everything by which SQLite, pictures and ciphers are reached.
_DOORS = (
    ("sqlite3", "connect"),
    ("sqlcipher3.dbapi2", "connect"),
    ("sqlalchemy.engine.base", "Connection.execute"),
    ("sqlalchemy.engine.base", "Connection.exec_driver_sql"),
    ("dubu_desktop.db.bulk", "driver"),
    ("PIL.Image", "open"),
    ("cryptography.hazmat.primitives.kdf.argon2", "Argon2id.derive"),
    ("cryptography.hazmat.primitives.ciphers.aead", "AESGCM"),
    ("cryptography.hazmat.primitives.ciphers.aead", "ChaCha20Poly1305"),
    ("pyrage", "encrypt"),
    ("pyrage", "decrypt"),
    ("pyrage", "encrypt_io"),
    ("pyrage", "decrypt_io"),
    ("PySide6.QtGui", "QImage.fromData"),
    ("PySide6.QtGui", "QImageReader.read"),
)


class GuardError(AssertionError):
    """Something forbidden was done on the GUI thread."""


class Guard:
    """What was caught."""

    def __init__(self) -> None:
        self.caught: list[str] = []
        self.calls = 0  # how often a door was used at all: a test may assert that the guard saw something
        self._gui = threading.get_ident()

    def note(self, what: str) -> None:
        """A door was used; remember it if this is the GUI thread."""
        self.calls += 1
        if threading.get_ident() == self._gui:
            frames = [frame for frame in traceback.extract_stack()[:-2] if "dubu_desktop" in frame.filename]
            place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
            self.caught.append(f"{what} at {place}")


def _is_own(path: Any) -> bool:
    if not isinstance(path, str | bytes | os.PathLike):
        return True  # a file descriptor was opened by somebody already
    resolved = Path(os.fsdecode(path)).resolve()
    return any(resolved.is_relative_to(root) for root in _OWN) or resolved.is_relative_to("/proc")


def _wrap(guard: Guard, name: str, real: Any) -> Any:
    def door(*args: Any, **kw: Any) -> Any:
        guard.note(name)
        return real(*args, **kw)

    return door


def _imported_by_name(real: Any) -> list[tuple[Any, str]]:
    """Modules of the program that hold the thing itself (`from x import y`)."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("dubu_desktop.")]
    return [(module, name) for module in modules for name, value in list(vars(module).items()) if value is real]


@contextlib.contextmanager
def watching() -> Iterator[Guard]:
    """Watch the doors on this (the GUI) thread; raises GuardError at the end if any was used here."""
    guard, undo = Guard(), []

    def patch(owner: Any, name: str, value: Any) -> None:
        undo.append((owner, name, getattr(owner, name)))
        setattr(owner, name, value)

    real_open, real_os_open = builtins.open, os.open

    def opened(path: Any, *args: Any, **kw: Any) -> Any:
        if not _is_own(path):
            guard.note("open")
        return real_open(path, *args, **kw)

    def os_opened(path: Any, *args: Any, **kw: Any) -> Any:
        if not _is_own(path):
            guard.note("os.open")
        return real_os_open(path, *args, **kw)

    patch(builtins, "open", opened)
    patch(importlib.import_module("io"), "open", opened)
    patch(os, "open", os_opened)
    for module_name, attribute in _DOORS:
        with contextlib.suppress(ImportError, AttributeError, TypeError):
            owner: Any = importlib.import_module(module_name)
            *path, name = attribute.split(".")
            for step in path:
                owner = getattr(owner, step)
            real = getattr(owner, name)
            door = _wrap(guard, attribute, real)
            patch(owner, name, door)
            for holder in _imported_by_name(real):
                patch(*holder, door)
    try:
        yield guard
    finally:
        for owner, name, value in reversed(undo):
            setattr(owner, name, value)
    if guard.caught:
        raise GuardError("on the GUI thread: " + "; ".join(dict.fromkeys(guard.caught)))
