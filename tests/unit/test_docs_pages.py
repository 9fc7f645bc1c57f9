"""The pages made from declarations are fresh; no term is missing or said twice; every error has its test."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from dubu_desktop.domain.records import KINDS
from dubu_desktop.errors import CATALOGUE, DubuError
from tools import docs

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("name", "text"), [("errors.md", docs.errors_page()), ("glossary.md", docs.glossary_page())])
def test_page_is_what_the_declarations_say(name: str, text: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == text + "\n", "run: python -m tools.docs"


def test_labels_are_unique_within_a_kind_and_kinds_have_their_own() -> None:
    assert len({k.label for k in KINDS}) == len(KINDS)
    for kind in KINDS:
        twice = [label for label, n in Counter(f.label for f in kind.fields).items() if n > 1]
        assert not twice, (kind.name, twice)


def test_tags_are_unique_and_positive() -> None:
    assert len({k.tag for k in KINDS}) == len(KINDS)
    for kind in KINDS:
        tags = [f.tag for f in kind.fields]
        assert len(set(tags)) == len(tags)
        assert min(tags) > 0


def test_every_error_code_is_provoked_by_some_test() -> None:
    here = Path(__file__)
    text = "\n".join(p.read_text("utf-8") for p in (ROOT / "tests").rglob("*.py") if p != here)
    untested = [code for code in CATALOGUE if not re.search(rf"\b{code}\b", text)]
    assert not untested


def test_sentences_hold_no_full_stop_and_speak_chinese() -> None:
    for entry in CATALOGUE.values():
        for text in (entry.what, entry.next_step):
            assert not text.endswith(("。", ".", "！")), entry.code
            assert re.search(r"[\u4e00-\u9fff]", text), entry.code


def test_a_sentence_is_code_what_and_next_step() -> None:
    error = DubuError("D-301", name="张三")
    assert error.sentence == "D-301 没有名叫“张三”的人员。请先在设置中登记此人，或核对姓名。"
