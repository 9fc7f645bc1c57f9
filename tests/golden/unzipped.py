"""A .docx as text one can read in a diff: every part we write, a line for a paragraph, properties named once.

`python -m tests.golden.unzipped` writes the golden documents anew; read the diff before you keep it.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path

from lxml import etree

from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.export.docx import paper_bytes
from tests.unit.export import dossiers

FOLDER = Path(__file__).with_name("papers")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: property elements that are written once and then named; a line begins with each of the others
_NAMED = {f"{_W}{tag}": tag for tag in ("pPr", "rPr", "tblPr", "tblGrid", "tcPr", "trPr", "sectPr")}
_LINES = {f"{_W}{tag}" for tag in ("p", "tbl", "tr", "tc", "body", "hdr", "ftr", "document", "txbxContent")}
_OURS = re.compile(r"word/(document|header\d+|footer\d+|settings)\.xml")


def golden(kind: str) -> str:
    """The golden text of a kind: its sample of two findings with two photos."""
    return unzipped(paper_bytes(dossiers.paper(kind, 2, 2)))


def unzipped(data: bytes) -> str:
    """All parts of a .docx that this program writes, other parts by name and checksum."""
    names: dict[str, str] = {}
    lines: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(archive.namelist()):
            body = archive.read(name)
            if _OURS.fullmatch(name):
                lines += [f"== {name}", *_element(etree.fromstring(body), names, 0)]
            elif name != "docProps/core.xml":
                lines.append(f"== {name} {hashlib.sha256(body).hexdigest()[:16]}")
    legend = [f"{name} = {text}" for text, name in sorted(names.items(), key=lambda pair: pair[1])]
    return "\n".join([*lines, "== properties", *legend]) + "\n"


def _plain(element: etree._Element) -> str:
    """An element as it is written, without the declarations of its namespaces."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", text).replace("w:", "")


def _element(element: etree._Element, names: dict[str, str], depth: int) -> list[str]:
    """A line for the element with what fits into it, then lines for paragraphs, tables and cells inside."""
    tag = etree.QName(element).localname
    if element.tag not in _LINES:
        inner = [child for child in element.iter() if child.tag in _LINES]
        if not inner:
            return ["  " * depth + _plain(element)]
    words, below = [tag], []
    for child in element:
        if child.tag in _NAMED:
            text = _plain(child)
            words.append(_name(text, _NAMED[child.tag], names))
        elif child.tag == f"{_W}r" and not any(one.tag in _LINES for one in child.iter()):
            words.append(_run(child, names))
        else:
            below += _element(child, names, depth + 1)
    return ["  " * depth + " ".join(words), *below]


def _name(text: str, tag: str, names: dict[str, str]) -> str:
    """A name that depends on what is named alone, so that one change does not rename all that follows."""
    return names.setdefault(text, f"{tag}-{hashlib.sha256(text.encode()).hexdigest()[:4]}")


def _run(run: etree._Element, names: dict[str, str]) -> str:
    """rPr-1f2e:“text”, or its name and the other children as they are written."""
    said, name = [], ""
    for child in run:
        if child.tag in _NAMED:
            name = _name(_plain(child), "rPr", names)
        elif child.tag == f"{_W}t":
            said.append(f"“{child.text or ''}”")
        else:
            said.append(_plain(child))
    return f"{name}:{''.join(said)}"


def main() -> None:
    """Write them all anew."""
    FOLDER.mkdir(exist_ok=True)
    for kind in all_kinds():
        (FOLDER / f"{kind}.txt").write_text(golden(kind), encoding="utf-8")
        print(FOLDER / f"{kind}.txt")


if __name__ == "__main__":
    main()
