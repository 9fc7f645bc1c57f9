"""LibreOffice as a child process: found, hardened, without a network, with a time limit, and gone afterwards.

It opens only files this program wrote, yet with macros off, links to other places blocked and, on Linux, in a network
name space of its own (reliability.md T24): record text must not make the word processor call anybody.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.export.fontconfig import write_aliases
from dubu_desktop.system.child import IsCancelled, OnProgress

#: Seconds a conversion may take; a paper of 120 findings takes about 5.
TIMEOUT_S = 120.0
#: How often a waiting parent looks whether it was cancelled, seconds.
_TICK_S = 0.1

_WINDOWS_PLACES = ("ProgramFiles", "ProgramFiles(x86)", "ProgramW6432")
# path in the configuration tree, name, value: nothing runs, nothing is fetched, nothing is asked, nothing is recovered
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"),
    ("/org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", "false"),
)


def find_soffice() -> Path | None:
    """LibreOffice's program, or None. `DUBU_SOFFICE` overrides the search (a portable copy; a test without one)."""
    chosen = os.environ.get("DUBU_SOFFICE")
    if chosen is not None:
        path = Path(chosen)
        return path if chosen and path.is_file() else None
    if sys.platform == "win32":
        for variable in _WINDOWS_PLACES:
            # soffice.com waits for the end of the work, soffice.exe does not.
            path = Path(os.environ.get(variable, ""), "LibreOffice", "program", "soffice.com")
            if path.is_file():
                return path
        return None
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def _write_profile(folder: Path) -> str:
    """Make the user profile with our settings; returns its address for -env:UserInstallation."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )
    return (folder / "profile").as_uri()


def _environment(folder: Path) -> dict[str, str]:
    """The child's environment: its home and temporary files inside `folder`, no printers, no display."""
    home = str(folder)
    own = {"HOME": home, "TMPDIR": home, "TMP": home, "TEMP": home, "SAL_DISABLE_PRINTERLIST": "1"}
    if sys.platform == "win32":
        return {**os.environ, **own}
    own |= {"XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home, "XDG_DATA_HOME": home, "XDG_RUNTIME_DIR": home}
    own |= {"SAL_USE_VCLPLUGIN": "svp", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    own["FONTCONFIG_FILE"] = str(write_aliases(folder))
    return {"PATH": os.environ.get("PATH", os.defpath), **own}


@functools.cache
def _no_network() -> tuple[str, ...]:
    """The command in front that takes the network away, if this system lets this user do so."""
    tool = shutil.which("unshare") if sys.platform.startswith("linux") else None
    for options in (("-n",), ("-r", "-n")):
        if tool is not None:
            done = subprocess.run([tool, *options, "true"], capture_output=True, check=False, timeout=10)
            if done.returncode == 0:
                return (tool, *options)
    return ()


def _kill_tree(process: subprocess.Popen[bytes]) -> None:
    """End the child and everything it started."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _end_of(process: subprocess.Popen[bytes], timeout: float, look: Callable[[], None]) -> int:
    """Wait for the child, calling `look` now and then; what it returned. D-502."""
    until = time.monotonic() + timeout
    while True:
        try:
            return process.wait(_TICK_S)
        except subprocess.TimeoutExpired as error:
            if time.monotonic() > until:
                raise DubuError("D-502", seconds=round(timeout)) from error
        look()


def convert_to_pdf(
    program: Path,
    sources: Sequence[Path],
    folder: Path,
    timeout: float = TIMEOUT_S,
    *,
    on_progress: OnProgress | None = None,
    cancelled: IsCancelled | None = None,
) -> list[Path]:
    """Convert the files to PDF inside `folder`, which must be this call's own and will hold the profile too.

    Returns the PDFs' paths, in order. Several go in one run: starting the program takes longer than laying out a page.
    Raises D-502 after `timeout` seconds, D-503 when a PDF did not come out, Cancelled. No child stays behind.
    """
    command = [
        *_no_network(),
        str(program),
        f"-env:UserInstallation={_write_profile(folder)}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard", "--nologo"),
        *("--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder), *map(str, sources)),
    ]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=sys.platform != "win32",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    made = [folder / f"{source.stem}.pdf" for source in sources]

    def look() -> None:
        if cancelled is not None and cancelled():
            raise Cancelled
        if on_progress is not None:
            on_progress(sum(path.exists() for path in made), len(made))

    try:
        status = _end_of(process, timeout, look)
    finally:
        _kill_tree(process)
    if not all(path.is_file() and path.stat().st_size for path in made):
        raise DubuError("D-503", detail=f"返回值 {status}")
    return made
