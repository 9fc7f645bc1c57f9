"""The word processor of this machine: found in the order people expect, started with the file."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dubu_desktop.system.wordprocessors import WordProcessor, open_with, word_processor

pytestmark = pytest.mark.skipif("sys.platform == 'win32'", reason="the programs stood in for are shell scripts")


def program(folder: Path, name: str) -> Path:
    """A program of this name that writes down what it was started with."""
    path = folder / name
    path.write_text(f'#!/bin/sh\nprintf "%s|" "$0" "$@" > "{folder}/started"\n')
    path.chmod(0o755)
    return path


def test_wps_comes_before_word_and_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert word_processor() is None
    office = program(tmp_path, "libreoffice")
    assert word_processor() == WordProcessor("LibreOffice", (str(office), "--writer"))
    wps = program(tmp_path, "wps")
    assert word_processor() == WordProcessor("WPS", (str(wps),))


def test_it_is_started_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = tmp_path / "督改〔2026〕1号 整改通知书.docx"
    assert open_with(WordProcessor("WPS", (str(program(tmp_path, "wps")),)), paper)
    told = tmp_path / "started"
    for _ in range(200):
        if told.exists() and told.read_text():
            break
        time.sleep(0.05)
    assert told.read_text() == f"{tmp_path / 'wps'}|{paper}|"


def test_one_that_went_away_is_said(tmp_path: Path) -> None:
    assert not open_with(WordProcessor("WPS", (str(tmp_path / "gone"),)), tmp_path / "x.docx")
