"""Nothing readable at rest: canaries recorded in a workspace are in no file of it, nor of anything the program left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dubu_desktop.actions.house import House
from tests.faults.secret_day import CAMERA, CANARIES
from tests.stories.cliruns import ROOT

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
#: folders whose contents a person put there; all else is the program's
ASKED_FOR = ("camera",)


def needles(root: Path) -> dict[bytes, str]:
    """What may be found nowhere: every canary in every encoding, and pieces of every photo."""
    out = {}
    for name, words in CANARIES.items():
        for part in (words, words[: max(3, len(words) // 2)], words[-3:]):
            for encoding in ENCODINGS:
                if len(part.encode(encoding)) >= 6:
                    out[part.encode(encoding)] = f"{name} in {encoding}"
    out[CAMERA.encode()] = "camera"
    for shot in sorted((root / "camera").glob("*.jpg")):
        raw = shot.read_bytes()
        out |= {raw[at : at + 24]: f"{shot.name}@{at}" for at in range(1000, len(raw) - 24, len(raw) // 12)}
    return out


def files(root: Path) -> Iterator[Path]:
    """Every file below `root` but those a person put there."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.relative_to(root).parts[0] not in ASKED_FOR:
            yield path


def leaks(root: Path) -> list[str]:
    """Where a needle was found: in a file, or in a file's name."""
    wanted = needles(root)
    found = []
    for path in files(root):
        content = path.read_bytes() if path.exists() else b""
        found += [f"{path.relative_to(root)}: {what}" for needle, what in wanted.items() if needle in content]
        found += [f"{path.name}: {name} in its name" for name, words in CANARIES.items() if words in str(path)]
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(sys.platform == "win32", reason="ends in SIGKILL")
def test_nothing_readable_at_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path
    places = {"TMPDIR": "tmp", "HOME": "home", "DUBU_STATE_DIR": "state", "XDG_RUNTIME_DIR": "run"}
    for folder in places.values():
        (root / folder).mkdir(mode=0o700)
    env = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
    env |= {name: str(root / folder) for name, folder in places.items()} | {"PYTHONPATH": str(ROOT)}
    shared = set(Path("/dev/shm").iterdir()) if Path("/dev/shm").is_dir() else set()
    command = [sys.executable, "-m", "tests.faults.secret_day", str(root)]
    day = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True)
    assert day.stdin is not None
    assert day.stdout is not None
    looked = []
    try:
        for line in day.stdout:
            looked.append(line.strip())
            assert leaks(root) == [], line
            if line.startswith("KILL"):
                break
            day.stdin.write("go on\n")
            day.stdin.flush()
    finally:
        day.send_signal(signal.SIGKILL)
        ended = day.wait()
        for stream in (day.stdin, day.stdout):
            stream.close()
    assert (looked[-1], ended) == ("KILL", -signal.SIGKILL)
    assert {"LOOK begun", "LOOK previewed", "LOOK recorded", "LOOK backed up", "LOOK archived"} <= set(looked)
    assert leaks(root) == []
    left = set(Path("/dev/shm").iterdir()) - shared if shared else set()
    assert not [p for p in left if p.is_file() and any(n in p.read_bytes() for n in needles(root))]
    seen = {p.relative_to(root).parts[0] for p in files(root)}
    assert {"office", "group", "stick", "second", "state"} <= seen
    _starts_again(root, monkeypatch)
    assert leaks(root) == []


def _starts_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next start finds all that was acknowledged, sweeps what was half done, and leaks nothing either."""
    monkeypatch.setenv("DUBU_STATE_DIR", str(root / "state"))
    for name in ("office", "group"):
        with House.open_(root / name, CANARIES["password"]) as house:
            house.be(CANARIES["person"])
            assert leaks(root) == []
            house.do("make_backup")
        assert not [p for p in (root / name).rglob("*") if p.name.endswith(".part")]
        assert not list((root / name / "inbox").iterdir())


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """A leak of any canary in any encoding, of a photo, of a name would be seen."""
    from tests.faults.secret_day import picture

    (tmp_path / "camera").mkdir()
    shot = picture(0)
    (tmp_path / "camera" / "0.jpg").write_bytes(shot)
    assert leaks(tmp_path) == []
    for encoding in ENCODINGS:
        leak = tmp_path / f"{encoding}.bin"
        leak.write_bytes(b"\0" * 5000 + CANARIES["facts"].encode(encoding) + b"\0" * 99)
        assert leaks(tmp_path)
        leak.unlink()
    whole = tmp_path / "copy.bin"
    whole.write_bytes(b"x" * 77 + shot[200:])
    assert leaks(tmp_path)
    whole.unlink()
    (tmp_path / CANARIES["unit"]).write_bytes(b"")
    assert len(leaks(tmp_path)) == 1
