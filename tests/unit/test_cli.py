"""The command line's own parts: words handed over, words said, and how little is imported for it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from dubu_desktop import cli
from dubu_desktop.errors import DubuError

ROOT = Path(__file__).resolve().parents[2]


def test_the_first_line_of_a_file_is_the_word(tmp_path: Path) -> None:
    file = tmp_path / "word"
    for content in (b"\xef\xbb\xbf\xe5\xaf\x86\xe7\xa0\x81 1\r\nmore", "密码 1\n".encode(), "密码 1".encode()):
        file.write_bytes(content)
        assert cli._first_line(str(file), "密码文件") == "密码 1"
    file.write_bytes(b"\xff\xfe")
    for wrong in (file, tmp_path / "none", tmp_path):
        with pytest.raises(DubuError) as said:
            cli._first_line(str(wrong), "密码文件")
        assert said.value.code == "D-381"


def test_parameters_are_one_json_object(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text('{"名": [1, true]}', encoding="utf-8-sig")
    assert cli._object(f"@{file}") == cli._object('{"名": [1, true]}') == {"名": [1, True]}
    for wrong in ("[1]", "7", '"x"', "{", "[" * 100_000, f"@{tmp_path}", "@"):
        with pytest.raises(DubuError) as said:
            cli._object(wrong)
        assert said.value.code == "D-381"


def test_what_is_said_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    cli._say({"id": b"\x01\xff", "path": Path("a/b"), "text": "一\n二\u2028"})
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert json.loads(line) == {"id": "01ff", "path": str(Path("a/b")), "text": "一\n二\u2028"}
    with pytest.raises(TypeError):
        cli._say(object())


def test_stdout_is_utf8_with_plain_line_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="gbk", newline="\r\n"))
    cli._speak_utf8()
    cli._say("督簿 \u20dd \ud800")
    assert raw.getvalue() == '"督簿 \u20dd \\ud800"\n'.encode()


def test_starting_imports_nothing_heavy() -> None:
    probe = (
        "import sys; from dubu_desktop import cli; cli.main(['--help']); cli.main(['nonsense']); "
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in sys.argv[1:]))"
    )
    heavy = ["PySide6", "sqlalchemy", "docx", "openpyxl", "PIL", "pypinyin", "cryptography", "msgspec", "platformdirs"]
    done = subprocess.run([sys.executable, "-c", probe, *heavy], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_window_library_is_never_imported_for_a_verb() -> None:
    probe = (
        "import sys; from dubu_desktop import cli; from dubu_desktop.actions import registry; registry.all_verbs(); "
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in sys.argv[1:]))"
    )
    heavy = ["PySide6", "docx", "openpyxl", "PIL", "pypinyin"]
    done = subprocess.run([sys.executable, "-c", probe, *heavy], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
