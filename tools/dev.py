"""The verbs of the people who work on the program: test, lint, bench, prove, pictures (for ./dubu and dubu.cmd).

`test` runs every check of the project, with one summary at the end and exit code 0 only when all passed. All steps run
even when an earlier one failed: one run shows all there is to mend. What follows on the command line goes to pytest,
and then pytest alone runs (`./dubu test tests/unit -k fold`). `lint` leaves out the tests. `bench` is the package
`benchmarks`, `prove` (proofs that take long) the module `tests.prove`, `pictures` draws docs/pictures anew (`pictures
papers` the pages of papers alone).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The machine this is tuned for has two cores; more workers than that compete with LibreOffice and the kill tests.
WORKERS = min(2, os.cpu_count() or 1)
ROOMY = 6 << 30  # bytes; chosen with room to spare, what a run needs at most was not measured
LONG_FILE = 350  # lines; a test fails at 400 (tests/unit/test_architecture.py)


@dataclass(frozen=True)
class Step:
    """One check: its name in the summary and the command after the interpreter."""

    name: str
    arguments: tuple[str, ...]


LINT = (
    Step("ruff", ("-m", "ruff", "check", ".")),
    Step("format", ("-m", "ruff", "format", "--check", "-q", ".")),
    Step("mypy", ("-m", "mypy")),
)


def tests(extra: Sequence[str]) -> Step:
    """The pytest step. Whole files go to one worker each, so that costly fixtures of a file are made once, in the order
    they are collected in (tests/conftest.py: slow files first).
    """
    many = ("-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder")
    return Step("pytest", ("-m", "pytest", "-q", *many, "--durations=15", *joined(extra)))


def joined(extra: Sequence[str]) -> list[str]:
    """`--data DIR` as one word with the whole path: pytest, which reads its arguments before it knows the option, would
    take DIR for tests; and it runs in the project's folder, not where the person is.
    """
    out: list[str] = []
    words = iter(extra)
    for word in words:
        name, _, given = word.partition("=")
        out.append(f"--data={os.path.abspath(given or next(words, ''))}" if name == "--data" else word)
    return out


def environment(outer: Mapping[str, str]) -> dict[str, str]:
    """The same surroundings everywhere: no screen, UTF-8, the one time zone of the program."""
    fixed = {"QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"}
    elsewhere = {}
    if not os.access(ROOT, os.W_OK):  # somebody else's folder: what the checkers remember goes to a place of our own
        own = os.path.join(tempfile.gettempdir(), f"dubu-checks-{os.environ.get('USER', 'me')}")
        elsewhere = {"RUFF_CACHE_DIR": own, "MYPY_CACHE_DIR": own, "PYTEST_ADDOPTS": f"-o cache_dir={own}"}
        elsewhere |= {"PYTHONPYCACHEPREFIX": os.path.join(own, "bytecode")}
    # Bytecode is kept, whatever this machine's habit: a hundred processes of the tests load the program anew.
    outer = {name: value for name, value in outer.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**outer, **elsewhere, **in_memory(outer), **fixed, "PYTHONUTF8": "1", "PYTHONFAULTHANDLER": "1"}


def in_memory(outer: Mapping[str, str]) -> dict[str, str]:
    """Tests keep their files in memory where there is plenty: syncing thousands of workspaces to a disk takes a fifth
    more time. pytest clears its folders away itself.
    """
    place = Path("/dev/shm")
    if "PYTEST_DEBUG_TEMPROOT" in outer or not os.access(place, os.W_OK) or shutil.disk_usage(place).free < ROOMY:
        return {}
    own = place / f"dubu-checks-{os.environ.get('USER', 'me')}"
    own.mkdir(mode=0o700, exist_ok=True)
    return {"PYTEST_DEBUG_TEMPROOT": str(own)}


def run(step: Step, env: Mapping[str, str]) -> tuple[int, float]:
    """Runs one step in the project's folder; its exit code and seconds."""
    print(f"\n=== {step.name}: python {' '.join(step.arguments)}", flush=True)
    begun = time.monotonic()
    code = subprocess.run([sys.executable, *step.arguments], cwd=ROOT, env=env, stdin=subprocess.DEVNULL).returncode
    return code, time.monotonic() - begun


def read_ahead(env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Begins to have pytest read all tests and keep what it makes of them: a new machine reads them in twice the time,
    once for each worker, and while mypy works one of two cores has nothing to do. What is wrong is told by pytest.
    """
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider"]
    nothing = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, env=env, stdin=nothing, stdout=nothing, stderr=nothing)


def long_files() -> list[str]:
    """The program's files that have grown long, longest first: is there a room that wants to be its own?"""
    sizes = [(len(p.read_bytes().splitlines()), p) for p in (ROOT / "dubu_desktop").rglob("*.py")]
    return [f"{p.relative_to(ROOT)} {lines}" for lines, p in sorted(sizes, reverse=True) if lines > LONG_FILE]


def check(steps: Sequence[Step]) -> int:
    """Runs the steps and prints the summary; 0 only when all passed."""
    env = environment(os.environ)
    ahead = read_ahead(env) if len(steps) > 1 and steps[-1].name == "pytest" else None
    results = []
    for step in steps:
        if ahead is not None and step is steps[-1]:
            ahead.wait()
        results.append((step, *run(step, env)))
    print("\n=== 汇总 / Summary")
    for step, code, seconds in results:
        print(f"  {step.name:<8} {'通过 ok' if code == 0 else f'未通过 FAILED ({code})':<20} {seconds:6.1f} s")
    for line in long_files():
        print(f"  长文件 long file: {line}")
    failed = [step.name for step, code, _ in results if code != 0]
    print("全部通过 / all passed" if not failed else f"未通过 / failed: {', '.join(failed)}")
    return 1 if failed else 0


def call(module: str, arguments: Sequence[str]) -> int:
    """Runs a module of this project where the person is, so that the paths they gave mean what they say."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run([sys.executable, "-m", module, *arguments], env=env).returncode


def main(argv: Sequence[str]) -> int:
    """One of the verbs and what follows it."""
    command, extra = argv[0], argv[1:]
    if command == "bench":
        return call("benchmarks", extra)
    if command == "prove":
        return call("tests.prove", extra)
    if command == "pictures" and extra[:1] == ["papers"]:
        return call("tools.paper_pictures", extra[1:])
    if command == "pictures":
        return call("tools.pictures", extra)
    if command == "lint":
        return check(LINT)
    return check([tests(extra)] if extra else [*LINT, tests(())])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
