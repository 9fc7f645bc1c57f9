"""Which word processor this machine has, and opening a file with it: WPS, Word, LibreOffice, in this order."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

#: shown name, names of the program file, arguments before the file
_KNOWN = (
    ("WPS", ("wps", "wps.exe"), ()),
    ("Word", ("winword", "winword.exe"), ()),
    ("LibreOffice", ("libreoffice", "soffice", "soffice.exe"), ("--writer",)),
)


@dataclass(frozen=True, slots=True)
class WordProcessor:
    """A word processor that is here. `command`: what starts it, the file comes last."""

    label: str
    command: tuple[str, ...]


def word_processor() -> WordProcessor | None:
    """The first of them that is installed; None where there is none. Looks at the disk."""
    for label, names, arguments in _KNOWN:
        for name in names:
            path = shutil.which(name) or _registered(name)
            if path:
                return WordProcessor(label, (path, *arguments))
    return None


def _registered(name: str) -> str | None:
    """Where Windows says a program is (App Paths): it is seldom in PATH there."""
    if sys.platform == "win32" and name.endswith(".exe"):
        import winreg

        key = rf"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\{name}"
        for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            try:
                path = winreg.QueryValue(root, key).strip('"')
            except OSError:
                continue
            if Path(path).is_file():
                return path
    return None


def open_with(program: WordProcessor, path: Path) -> bool:
    """Start the program with the file and let it go its own way; False when it cannot be started."""
    try:
        process = subprocess.Popen(
            [*program.command, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=os.path.expanduser("~"),
            start_new_session=True,
        )
    except OSError:
        return False
    # somebody has to ask how it ended, or it stays in the table of processes until we end
    threading.Thread(target=process.wait, name=f"{program.label} 打开着文书", daemon=True).start()
    return True
