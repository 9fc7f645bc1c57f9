"""定稿: the .docx a person brings back from the word processor; looked at in a child, never interpreted."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from dubu_desktop.errors import DubuError
from dubu_desktop.intake.package import check_package
from dubu_desktop.system.child import IsCancelled, Limits, run_task
from dubu_desktop.system.files import size_text

if TYPE_CHECKING:
    from dubu_desktop.system.childside import Emit

#: as a picture (contracts.md §8): a paper with its photos is no larger
MAX_BYTES = 100 * 1024 * 1024
_LIMITS = Limits(timeout_s=60, idle_s=15, memory_mb=512)
_BODY = "word/document.xml"
_TAG, _BLANK = re.compile("<[^>]*>"), re.compile(r"\s+")
#: what the look at the package says of a workbook, said of a paper
_WHY = {
    "D-410": "不是 .docx 文档，或者已经损坏",
    "D-411": "里面的内容太多",
    "D-412": "里面有宏",
    "D-413": "里面有外部链接或嵌入的对象",
    "D-414": "设有打开密码",
    "D-415": "是旧格式（.doc）",
    "D-416": "里面有不该有的声明（DOCTYPE）",
}


class Looked(NamedTuple):
    """What was found out: `size` in bytes; `named`: whether any of the words asked for stands in the text."""

    size: int
    named: bool


def check_final(path: Path, words: Sequence[str] = (), cancelled: IsCancelled | None = None) -> Looked:
    """Look at a .docx that is to be kept; D-401, D-402 to D-404, D-425 with what is wrong with it.

    `words`: what the text of the right paper bears, its number or title; blanks do not count.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DubuError("D-401", name=path.name) from error
    if size > MAX_BYTES:
        raise DubuError("D-425", name=path.name, detail=f"超过{size_text(MAX_BYTES)}")
    try:
        said = run_task(
            "dubu_desktop.intake.finaltext:look", {"words": [*words]}, path, limits=_LIMITS, broken="D-410",
            cancelled=cancelled,
        )  # fmt: skip
    except DubuError as error:
        if error.code not in _WHY:
            raise
        raise DubuError("D-425", name=path.name, detail=_WHY[error.code]) from error
    return Looked(size, bool(said["named"]))


def look(source: BinaryIO | None, payload: dict[str, Any], emit: Emit) -> dict[str, Any]:
    """Task of the child: every part inflated and looked through, the body there, `words` of the payload looked for in
    its text. D-410 to D-416.
    """
    assert source is not None
    check_package(source, emit)
    with zipfile.ZipFile(source) as package:
        if _BODY not in package.namelist():
            raise DubuError("D-410", name="")
        text = _BLANK.sub("", unescape(_TAG.sub("", package.read(_BODY).decode("utf-8", "replace"))))
    return {"named": any((wanted := _BLANK.sub("", word)) and wanted in text for word in payload["words"])}
