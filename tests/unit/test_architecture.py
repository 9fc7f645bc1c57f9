"""The house rules of docs/architecture.md as tests: who may import whom, what lives in one room, how long a file is.

The source is parsed, not run: an import inside a function or under a condition counts like any other, and nothing needs
to be installed. Each test first proves on a made-up source that it can fail.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "dubu_desktop"

# Room -> (rooms it may import directly, outside packages it may import directly). Exhaustive: a new dependency or a new
# direction is a deliberate line here and in docs/architecture.md. `version` is dubu_desktop/__init__.py.
EVERY_ROOM_BELOW = {"domain", "wire", "system", "db", "sync", "export", "intake", "errors"}
MAY_IMPORT: dict[str, tuple[set[str], set[str]]] = {
    "version": (set(), set()),
    "errors": (set(), set()),
    "system": ({"errors"}, {"platformdirs", "uuid_utils"}),
    "domain": ({"errors"}, set()),
    "wire": ({"domain", "errors"}, {"msgspec", "backports"}),
    "db": ({"domain", "wire", "system", "errors"}, {"sqlalchemy", "sqlcipher3", "cryptography", "pypinyin"}),
    "sync": ({"domain", "wire", "system", "errors"}, {"pyrage", "cryptography"}),
    "export": ({"domain", "system", "errors"}, {"docx", "openpyxl", "PIL", "pypdfium2"}),
    "intake": ({"domain", "system", "errors"}, {"openpyxl", "docx", "PIL", "pi_heif", "defusedxml"}),
    "actions": (EVERY_ROOM_BELOW, set()),
    "ui": ({"actions", "domain", "system", "errors"}, {"PySide6"}),
    "cli": ({"actions", "domain", "system", "errors"}, set()),
    "demo": ({"actions", "domain", "system", "errors"}, {"PIL"}),
    "main": ({"ui", "cli", "demo"}, set()),
}

# Parts of the standard library that have one place, or none. Value: the rooms that may.
STDLIB_PLACES: dict[str, set[str]] = {
    # SQL in db alone.
    "sqlite3": set(),
    # No network, ever (contracts.md §7).
    "socket": set(), "ssl": set(), "http": set(), "urllib": set(), "ftplib": set(), "smtplib": set(), "imaplib": set(),
    "poplib": set(), "telnetlib": set(), "xmlrpc": set(), "socketserver": set(), "asyncio": set(), "webbrowser": set(),
    # Would run what a file from outside says.
    "pickle": set(), "marshal": set(), "shelve": set(), "xml": set(),
    # Child processes are started by the machine room, LibreOffice by the one who needs it.
    "subprocess": {"system", "export"}, "multiprocessing": set(),
    # Windows has none of them; what is there instead is decided in one place.
    "fcntl": {"system"}, "resource": {"system"}, "pwd": {"system"}, "grp": {"system"}, "termios": {"system"},
    "msvcrt": {"system"}, "winreg": {"system"}, "ctypes": {"system"}, "zoneinfo": {"system"},
    # Writing a workbook escapes text; reading one needs a parser, and that is defusedxml.
    "xml.sax.saxutils": {"export"},
    # Randomness from one source, so that tests can hold it; the demo draws from a seed, export names its folders.
    "random": {"system", "demo"}, "secrets": {"system", "export"},
}  # fmt: skip
ABSENT_ON_WINDOWS = {"fcntl", "resource", "pwd", "grp", "termios"}
# The child process checks the name it is given against a fixed list; the registry loads its own verbs, the window its
# own pages when they are first opened.
MAY_IMPORT_BY_NAME = {"system/childside.py", "actions/registry.py", "ui/spec.py"}

# Time comes from the clock object of `system`, randomness from its source (architecture.md, "One place for what
# differs").
ONE_SOURCE_CALLS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "os.urandom",
    "uuid.uuid1", "uuid.uuid4", "uuid4", "uuid1",
}  # fmt: skip

# Record text may hold markup: only ui/widgets decides how text becomes visible (plain labels, plain tips, plain boxes).
RICH_TEXT_WIDGETS = {"QLabel", "QMessageBox", "QTextEdit", "QTextBrowser", "QToolTip", "QErrorMessage"}
MAY_SHOW_RICH_TEXT = {"ui/manual.py"}  # our own manual, never a record; loads nothing from outside docs/
RICH_TEXT_CALLS = {"setToolTip", "setWhatsThis", "setHtml", "insertHtml", "appendHtml", "setStatusTip"}

LONGEST_FILE = 400
# Still to be divided; the number may only fall. Empty is the aim.
LONGER_FOR_NOW: dict[str, int] = {}


def sources() -> list[Path]:
    """Every file of the program itself."""
    return [*sorted((ROOT / PACKAGE).rglob("*.py")), ROOT / "main.py"]


def short(path: Path) -> str:
    """`db/journal.py` for a file of the package."""
    return path.relative_to(ROOT if path.parent == ROOT else ROOT / PACKAGE).as_posix()


def room_of(name: str) -> str:
    """The room of `db/journal.py`, `errors.py`, `__init__.py`, `main.py`."""
    first = name.split("/")[0].removesuffix(".py")
    return "version" if first == "__init__" else first


def imported(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Line and absolute dotted name of everything the source imports, literal import_module calls included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parts, *([base] if base else [])])
            if base == PACKAGE:
                yield from ((node.lineno, f"{PACKAGE}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, base
        elif isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in ("import_module", "__import__"):
            literal = node.args[0] if node.args else None
            known = isinstance(literal, ast.Constant) and isinstance(literal.value, str)
            yield node.lineno, literal.value if known else "<a name known only at run time>"


def import_faults(name: str, source: str) -> list[str]:
    """What is wrong with the imports of one file of the package."""
    room = room_of(name)
    if room not in MAY_IMPORT:
        return [f"{name}: no such room; add it to docs/architecture.md and to this table"]
    rooms, outside = MAY_IMPORT[room]
    package = ".".join([PACKAGE, *name.split("/")[:-1]])
    faults = []
    for line, module in imported(ast.parse(source), package):
        first, _, rest = module.partition(".")
        if first == PACKAGE:
            target = rest.split(".")[0]
            if target not in MAY_IMPORT and target.startswith("__"):
                target = "version"
            allowed = target in rooms | {room, "version"}
        elif module.startswith("<"):
            allowed = name in MAY_IMPORT_BY_NAME
        elif first in sys.stdlib_module_names:
            allowed = room in STDLIB_PLACES.get(module, STDLIB_PLACES.get(first, {room}))
        else:
            allowed = first in outside
        if not allowed:
            faults.append(f"{name}:{line}: {room} may not import {module}")
    return faults


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func)


def dotted(node: ast.expr) -> str:
    """`a.b.c` as written; what is no plain name, by unparse, which takes its time."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ast.unparse(node)


def one_source_faults(name: str, source: str) -> list[str]:
    """Calls that ask the machine's clock or chance directly."""
    if room_of(name) == "system":
        return []
    return [
        f"{name}:{line}: {call}() instead of the clock or randomness of system"
        for line, call in calls(ast.parse(source))
        if call in ONE_SOURCE_CALLS or call.removeprefix("datetime.") in ONE_SOURCE_CALLS
    ]


def rich_text_faults(name: str, source: str) -> list[str]:
    """Widgets and calls of Qt that would take record text for markup, outside ui/widgets."""
    if room_of(name) != "ui" or name.startswith("ui/widgets/") or name in MAY_SHOW_RICH_TEXT:
        return []
    faults = []
    for line, call in calls(ast.parse(source)):
        words = call.split(".")
        if RICH_TEXT_WIDGETS & set(words) or words[-1] in RICH_TEXT_CALLS:
            faults.append(f"{name}:{line}: {call}() outside ui/widgets")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).split(".")[-1] for base in node.bases}
            faults += [f"{name}:{node.lineno}: {b} as a base outside ui/widgets" for b in bases & RICH_TEXT_WIDGETS]
    return faults


def unguarded(source: str) -> list[tuple[int, str]]:
    """Imports of what Windows lacks that would end the program there: at the top of a file, outside `try` and `if`."""
    return [
        (node.lineno, alias.name)
        for node in ast.parse(source).body
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name in ABSENT_ON_WINDOWS
    ]


def over_whole_program(check) -> list[str]:
    return [fault for path in sources() for fault in check(short(path), path.read_text(encoding="utf-8"))]


def test_there_is_something_to_check() -> None:
    rooms = {room_of(short(path)) for path in sources()}
    assert {"domain", "system", "errors", "main"} <= rooms


def test_every_import_is_in_the_table() -> None:
    assert over_whole_program(import_faults) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("domain/merge.py", "import msgspec"),
        ("domain/merge.py", "def f():\n    from dubu_desktop.db import journal"),
        ("domain/papers/blocks.py", "from ...system import clock"),
        ("ui/app.py", "from dubu_desktop import db"),
        ("ui/app.py", "import sqlalchemy.orm"),
        ("actions/verbs/unit.py", "import docx"),
        ("export/docx/x.py", "from lxml import etree"),
        ("db/driver.py", "import sqlite3"),
        ("sync/container.py", "import socket"),
        ("intake/book.py", "import importlib\nimportlib.import_module('pandas')"),
        ("intake/book.py", "__import__(name)"),
        ("export/xlsx/x.py", "from xml.etree import ElementTree"),
        ("intake/x.py", "from xml.sax.saxutils import escape"),
        ("demo/story.py", "from dubu_desktop.ui import app"),
        ("attic/x.py", "import os"),
    ],
)
def test_a_forbidden_import_is_found(name: str, source: str) -> None:
    assert len(import_faults(name, source)) == 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("domain/papers/blocks.py", "from ..text import clean\nfrom ...errors import DubuError\nimport re"),
        ("db/keys.py", "from dubu_desktop import __version__\nimport sqlcipher3.dbapi2"),
        ("main.py", "from dubu_desktop import cli\nfrom dubu_desktop.ui import app"),
    ],
)
def test_an_allowed_import_is_not(name: str, source: str) -> None:
    assert import_faults(name, source) == []


def test_rooms_never_import_each_other_both_ways() -> None:
    """Neither the table nor the source has a circle of rooms, so any room can be read knowing only those below it."""
    real: dict[str, set[str]] = {room: set() for room in MAY_IMPORT}
    for path in sources():
        name = short(path)
        package = ".".join([PACKAGE, *name.split("/")[:-1]])
        for _, module in imported(ast.parse(path.read_text(encoding="utf-8")), package):
            target = module.removeprefix(PACKAGE + ".").split(".")[0]
            if module.startswith(PACKAGE + ".") and target in real and target != room_of(name):
                real[room_of(name)].add(target)
    for graph in (real, {room: rooms for room, (rooms, _) in MAY_IMPORT.items()}):
        left = {room: set(below) for room, below in graph.items()}
        while ready := {room for room, below in left.items() if not below & set(left)}:
            left = {room: below for room, below in left.items() if room not in ready}
        assert left == {}


def test_what_windows_lacks_is_imported_with_care() -> None:
    assert unguarded("import os\nimport fcntl") == [(2, "fcntl")]
    assert unguarded("try:\n    import fcntl\nexcept ImportError:\n    fcntl = None") == []
    assert [(short(path), *fault) for path in sources() for fault in unguarded(path.read_text(encoding="utf-8"))] == []


def test_time_and_chance_come_from_one_source() -> None:
    assert len(one_source_faults("db/x.py", "import time\ntime.time()\ndatetime.now()")) == 2
    assert len(one_source_faults("db/x.py", "import datetime\ndatetime.date.today()")) == 1
    assert one_source_faults("system/clock.py", "import time\ntime.time()") == []
    assert over_whole_program(one_source_faults) == []


def test_record_text_reaches_the_screen_through_ui_widgets_alone() -> None:
    assert len(rich_text_faults("ui/pages/a.py", "QLabel(text)\nw.setToolTip(t)\nQMessageBox.warning(w, '', t)")) == 3
    assert len(rich_text_faults("ui/pages/a.py", "class Big(QtWidgets.QLabel):\n    pass")) == 1
    assert rich_text_faults("ui/widgets/label.py", "QLabel(text)") == []
    assert over_whole_program(rich_text_faults) == []


def test_no_file_is_too_long_to_read() -> None:
    lengths = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    too_long = {name: n for name, n in lengths.items() if n > LONGER_FOR_NOW.get(name, LONGEST_FILE)}
    assert too_long == {}
    assert all(lengths.get(name, 0) > LONGEST_FILE for name in LONGER_FOR_NOW), "no longer needed in LONGER_FOR_NOW"
