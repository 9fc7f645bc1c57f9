"""The command line as a test calls it: in this process for speed, or as a real child process."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "云溪督查-口令-2026"


@dataclass
class Ran:
    """What one call said: exit code, the lines of stdout, stderr."""

    code: int
    lines: list[str]
    stderr: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every line of stdout as JSON."""
        return [json.loads(line) for line in self.lines]

    @property
    def one(self) -> dict[str, Any]:
        """The one JSON object said."""
        (only,) = self.rows
        return only


class Runner(Protocol):
    """Calls the command line."""

    def __call__(self, *arguments: str) -> Ran: ...


def in_process(*arguments: str) -> Ran:
    """cli.main in this process, its output caught."""
    from dubu_desktop import cli

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(arguments)
    return Ran(code, out.getvalue().splitlines(), err.getvalue())


@dataclass
class Child:
    """`python main.py …` as a process of its own. `before`: arguments of the interpreter."""

    env: Mapping[str, str]
    before: Sequence[str] = ()
    calls: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, *arguments: str) -> Ran:
        self.calls.append(arguments)
        command = [sys.executable, *self.before, str(ROOT / "main.py"), *arguments]
        done = subprocess.run(command, env=dict(self.env), stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        assert b"\r\n" not in done.stdout
        return Ran(done.returncode, done.stdout.decode("utf-8").splitlines(), done.stderr.decode("utf-8"))


def photo(seed: int, taken: str | None = "2026:06:02 09:10:11") -> bytes:
    """A small JPEG as a camera leaves it: shooting time, coordinates, turned on its side; another one per seed."""
    from PIL import Image

    picture = Image.effect_noise((160, 120), 40 + seed % 50).convert("RGB")
    picture.putpixel((seed % 160, seed % 120), (255, 0, 0))
    exif = Image.Exif()
    exif[0x0112] = 6
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 40.0, 12.0), 3: "E", 4: (115.0, 1.0, 30.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80, exif=exif)
    return out.getvalue()


class Desk:
    """One workspace on the command line, with its person and its password."""

    def __init__(self, run: Runner, root: Path, name: str, person: str) -> None:
        self.run, self.root, self.path, self.person = run, root, str(root / name), person
        self.key = ("--password-file", str(root / "password"))

    def ok(self, command: str, *arguments: str, by: str | None = None) -> Ran:
        """A call that must be done."""
        who = () if command in ("show", "check") else ("--as", by or self.person)
        ran = self.run(command, self.path, *arguments, *self.key, *who)
        assert ran.code == 0, (command, arguments, ran.stderr)
        return ran

    def do(self, verb: str, by: str | None = None, **params: Any) -> dict[str, Any]:
        """A verb that must be done."""
        return self.ok("do", verb, json.dumps(params, ensure_ascii=False), by=by).one

    def refused(self, verb: str, code: str, by: str | None = None, **params: Any) -> None:
        """A verb that must be refused with this code, exit 3."""
        given = json.dumps(params, ensure_ascii=False)
        ran = self.run("do", self.path, verb, given, *self.key, "--as", by or self.person)
        assert ran.code == 3, ran
        assert ran.lines == []
        assert ran.stderr.startswith(code), ran.stderr

    def show(self, kind: str, **where: Any) -> list[dict[str, Any]]:
        """Rows of a kind."""
        return self.ok("show", kind, "--where", json.dumps(where, ensure_ascii=False)).rows

    def export(self, to: str = "office") -> list[str]:
        """Bundles written onto the stick."""
        return list(self.ok("export", "--to", to, "--out", str(self.root / "stick")).one["files"])

    def take(self, *files: str) -> list[dict[str, Any]]:
        """Bundles taken in; every one must be taken."""
        return self.ok("import", *files).rows

    def digest(self, *arguments: str) -> str:
        """The last line of check."""
        return self.ok("check", *arguments).lines[-1]
