"""No network socket, ever: a day of the command line under strace, children included (contracts.md §7)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.cliruns import PASSWORD, ROOT, photo

_OPENED = re.compile(r"\b(?:socket|socketpair|connect|bind|listen|sendto|sendmsg)\(.*")
_ALLOWED = ("AF_UNIX", "AF_LOCAL")


def network_calls(trace: str) -> list[str]:
    """Lines of a trace that open or use anything but a local socket."""
    calls = [line for line in trace.splitlines() if _OPENED.search(line) and "resumed" not in line]
    return [line for line in calls if "AF_INET" in line or not any(a in line for a in _ALLOWED)]


def test_the_reading_of_a_trace() -> None:
    assert network_calls("1 socket(AF_INET, SOCK_STREAM, 0) = 3\n2 connect(3, {sa_family=AF_INET6}, 28) = 0") != []
    assert network_calls("1 socket(AF_UNIX, SOCK_STREAM, 0) = 3\n2 connect(3, {sa_family=AF_UNIX}, 2) = 0") == []
    assert network_calls("1 +++ exited with 0 +++") == []


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.needs_tool("strace")
def test_a_day_opens_no_network_socket(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "a.jpg").write_bytes(photo(3))
    env = {**os.environ, "DUBU_STATE_DIR": str(tmp_path / "state"), "HOME": str(tmp_path)}
    traces: list[str] = []

    def call(*arguments: str, code: int = 0) -> dict[str, object]:
        log = tmp_path / f"trace{len(traces)}"
        command = ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(log), sys.executable, str(ROOT / "main.py")]
        done = subprocess.run([*command, *arguments], env=env, capture_output=True, text=True, timeout=120)
        if "ptrace" in done.stderr and not log.read_text():
            pytest.skip("ptrace is not allowed here")
        assert done.returncode == code, done.stderr
        traces.append(log.read_text(encoding="utf-8", errors="replace"))
        said: dict[str, object] = json.loads(done.stdout.splitlines()[0]) if done.stdout else {}
        return said

    key = ("--password-file", str(tmp_path / "password"))
    office, group, stick = str(tmp_path / "office"), str(tmp_path / "group"), str(tmp_path / "stick")

    def do(path: str, who: str, verb: str, **params: object) -> dict[str, object]:
        return call("do", path, verb, json.dumps(params, ensure_ascii=False), *key, "--as", who)

    call("init", office, "--edition", "office", "--as", "骆明远", *key)
    made = do(office, "骆明远", "enrol_group", code="07", out=stick)
    (tmp_path / "code").write_text(str(made["code"]), encoding="utf-8")
    starter = ("--starter", str(made["starter"]), "--code-file", str(tmp_path / "code"))
    call("init", group, "--edition", "group", "--as", "温国栋", *starter, *key)
    values = {"found_at": "2026-06-02T09:00", "place": "青石镇2号棚", "facts": "通道堵塞12 m", "category": "消防通道"}
    number = do(group, "温国栋", "register_finding", values=values)["number"]
    do(group, "温国栋", "add_photos", finding=number, files=[str(tmp_path / "a.jpg")])
    (up,) = call("export", group, "--to", "office", "--out", stick, *key)["files"]  # type: ignore[misc]
    call("import", office, str(up), *key)
    call("ledger", office, "--out", str(tmp_path / "ledger.xlsx"), *key)
    call("backup", office, "--to", stick, *key)
    call("check", office, "--audit", *key)
    call("show", office, "finding", *key)
    assert len(traces) == 11
    assert [line for trace in traces for line in network_calls(trace)] == []
