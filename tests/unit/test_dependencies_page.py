"""docs/dependencies.md, pyproject.toml and requirements.lock say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def plain(name: str) -> str:
    """The name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> dict[str, str]:
    """{name: requirement} of pyproject.toml, for running and for developing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {plain(re.match(r"[\w.-]+", line)[0]): line for line in lines}


def explained() -> dict[str, list[str]]:
    """{name: cells} of the tables of the page."""
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {plain(row[0].strip("`")): row for row in cells}


def locked() -> dict[str, str]:
    """{name: version} of the lock."""
    return {plain(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.M)}


def test_every_dependency_is_explained_and_nothing_else() -> None:
    assert sorted(explained()) == sorted(declared())


def test_every_explanation_has_reason_licence_and_alternative() -> None:
    assert [name for name, row in explained().items() if len(row) != 4 or not all(row)] == []


def test_every_dependency_is_locked_at_a_version_it_allows() -> None:
    for name, requirement in declared().items():
        exact = re.search(r"==([\d.]+)", requirement)
        floor = re.search(r"(?:~=|>=)([\d.]+)", requirement)
        version = tuple(map(int, locked()[name].split(".")))
        if exact:
            assert version == tuple(map(int, exact[1].split("."))), name
        else:
            assert floor is not None, requirement
            assert version >= tuple(map(int, floor[1].split("."))), name


def test_lock_has_hashes_for_everything_and_names_no_host() -> None:
    blocks = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.M)
    assert [block.split("==")[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []
    assert "://" not in LOCK
    assert set(re.findall(r"--[\w-]+", LOCK)) == {"--hash"}


def test_no_licence_that_would_bind_the_program() -> None:
    licences = " ".join(row[2] for row in explained().values())
    assert "AGPL" not in licences
    assert not re.search(r"(?<!L)GPL-[23]", licences)
