"""Lint of the window's own rules over its source: each first proves on a made-up source that it can fail."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import dubu_desktop.ui

ROOT = Path(dubu_desktop.ui.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

# name -> (files that may use it, what to use instead)
FORBIDDEN = {
    "QShortcut": ({"keys.py"}, "keys.Keys.bind: it knows about input methods"),
    "setShortcut": (set(), "keys.Keys.bind"),
    "QMessageBox": (set(), "desk.tell, desk.warn or AskPanel"),
    "QInputDialog": (set(), "AskPanel"),
    "QThread": (set(), "desk.do, desk.read, desk.compute"),
    "QThreadPool": (set(), "desk.compute"),
    "ThreadPoolExecutor": ({"operation.py"}, "the Desk"),
    "Thread": ({"reading.py"}, "the Desk"),  # reading.py is the Desk's own reading thread
    "processEvents": ({"__main__.py", "pictures.py"}, "then= of the Desk"),
    "setWindowTitle": ({"window.py", "unlock.py", "files.py"}, "titles never carry record text"),
    "QLabel": ({"label.py"}, "PlainLabel"),
    "setToolTip": ({"label.py"}, "plain_tip"),
    "setStyleSheet": ({"theme.py"}, "resources/qss/dubu.qss"),
    "exec": ({"app.py"}, "open() or show(): a nested loop lets the page die under its own feet"),
}


def faults(name: str, source: str) -> list[str]:
    """Names used in `source` that its file may not use."""
    found = []
    for node in ast.walk(ast.parse(source)):
        used = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if used in FORBIDDEN and name not in FORBIDDEN[used][0]:
            found.append(f"{name}:{getattr(node, 'lineno', 0)} uses {used}; use {FORBIDDEN[used][1]}")
    return found


def test_the_rules_notice():
    assert faults("page.py", "QShortcut(QKeySequence('U'), self)") != []
    assert faults("page.py", "self.label = QLabel(text)") != []
    assert faults("keys.py", "QShortcut(x)") == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_house_rules(path):
    assert faults(path.name, path.read_text(encoding="utf-8")) == []
