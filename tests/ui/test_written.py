"""Where files a person asks for are proposed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from dubu_desktop.ui import files, written


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_is_gone_is_not_proposed(monkeypatch, tmp_path, there):
    proposed: list[str] = []
    monkeypatch.setattr(files, "choose_target", lambda _page, _title, name, _kind, _then: proposed.append(name))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    kept = tmp_path / "U盘" / "文书"
    if there:
        kept.mkdir(parents=True)
    page = SimpleNamespace(window_=SimpleNamespace(remembered=lambda _key, _default: str(kept)))
    written.ask_and_write(page, "打印成文件", "通报：第1期", ("文书", ("docx",)), "print_document", "正在写")  # type: ignore[arg-type]
    assert Path(proposed[0]) == (kept if there else tmp_path) / "通报：第1期.docx"
