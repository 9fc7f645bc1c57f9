"""The language in which the office words its papers: sentences with tags, parts that may fall away, lists.

    {时间}                              the value of a tag
    {如有 时间}…{否则}…{完}              printed if the tag has a value; {否则} may be left out
    {逐项 领域}{名称}{数}个{隔以}、{完}    once for each item, what stands after {隔以} between two items
    {{  }}                              a brace as itself

A text is read once and filled afterwards: what comes out of a record is put in as it is, whatever braces or tags it
holds, and is never read as a template. Reading never fails; what is wrong is told by its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeAlias

from dubu_desktop.domain.papers.figures import Told, told

IF, ELSE, EACH, BETWEEN, END = "如有", "否则", "逐项", "隔以", "完"
_WORDS = (IF, ELSE, EACH, BETWEEN, END)
#: parts within parts: more is no sentence any more
DEEPEST = 8
#: marks that begin or end a tag, a doubled one first; full-width braces are what an input method writes instead
_MARKS = re.compile(r"\{\{|\}\}|[{}｛｝\n]")

#: a value: a text, with its figures if it has any, or the items of a list, each {tag: value}
Value: TypeAlias = str | Told | Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Tag:
    """What may stand in braces. `sample` is shown in previews; `items`: the tags of each item, where it is a list.

    `figure`: a number that opens to its records.
    """

    name: str
    meaning: str
    sample: str = ""
    figure: bool = False
    items: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong where: `at` and `length` in characters of the text, `line` and `column` counted from 1."""

    at: int
    length: int
    line: int
    column: int
    says: str
    meant: str = ""

    @property
    def sentence(self) -> str:
        """第2行第5列：没有“{问题个数}”这个标签，是不是“{问题数}”？"""
        asked = f"，是不是“{self.meant}”？" if self.meant else "。"
        return f"第{self.line}行第{self.column}列：{self.says}{asked}"


@dataclass(frozen=True, slots=True)
class Plain:
    """Text as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Fill:
    """One tag."""

    name: str
    at: int
    length: int


@dataclass(frozen=True, slots=True)
class Part:
    """`{如有 …}` or, `each`, `{逐项 …}`: what stands in it, and what stands after `{否则}` or `{隔以}`."""

    name: str
    at: int
    length: int
    each: bool
    body: tuple[Node, ...]
    other: tuple[Node, ...] = ()


Node: TypeAlias = Plain | Fill | Part


@dataclass(frozen=True, slots=True)
class Template:
    """A text as it was read: its parts, and what is wrong with it whatever tags there are."""

    text: str
    nodes: tuple[Node, ...]
    wrong: tuple[Complaint, ...]


@lru_cache(maxsize=2048)
def read(text: str) -> Template:
    """A text as a template. Never fails: what is wrong is in `wrong`, and the rest is read all the same."""
    reading = _Reading(text)
    nodes = reading.nodes()
    return Template(text, nodes, tuple(sorted(reading.wrong, key=lambda c: c.at)))


@dataclass(slots=True)
class _Open:
    """A part that is not closed yet."""

    word: str
    name: str
    at: int
    length: int
    body: list[Node]
    other: list[Node] | None = None

    @property
    def filling(self) -> list[Node]:
        return self.body if self.other is None else self.other


class _Reading:
    def __init__(self, text: str) -> None:
        self.text = text
        self.wrong: list[Complaint] = []
        self.open: list[_Open] = [_Open("", "", 0, 0, [])]

    def complain(self, at: int, length: int, says: str, meant: str = "") -> None:
        self.wrong.append(complaint(self.text, at, length, says, meant))

    def nodes(self) -> tuple[Node, ...]:
        """All of the text."""
        at = 0
        while at < len(self.text):
            at = self._step(at)
        for left in self.open[1:]:
            self.complain(left.at, left.length, f"“{{{left.word} {left.name}}}”没有结束", f"{{{END}}}")
        while len(self.open) > 1:
            self._close()
        return tuple(self.open[0].body)

    def _step(self, at: int) -> int:
        """Read on from `at`; where to go on."""
        mark = _MARKS.search(self.text, at)
        if mark is None:
            self._words(self.text[at:])
            return len(self.text)
        self._words(self.text[at : mark.start()])
        found, begin, end = mark[0], mark.start(), mark.end()
        if found in ("{{", "}}") or found == "\n":
            self._words(found[0])
        elif found == "}":
            self.complain(begin, 1, "多了一个“}”", "}}")
            self._words(found)
        elif found == "{":
            return self._tag(begin)
        else:
            self._wide(begin)
            self._words(found)
        return end

    def _wide(self, at: int) -> None:
        """A full-width brace; the input method meant a tag."""
        inner = re.match(r"｛([^{}｛｝\n]*)｝", self.text[at:])
        if self.text[at] == "｛":
            meant = f"{{{inner[1].strip()}}}" if inner else "{"
            self.complain(at, inner.end() if inner else 1, "大括号要用半角", meant)
        elif not re.search(r"｛[^{}｛｝\n]*$", self.text[:at]):
            self.complain(at, 1, "大括号要用半角", "}")

    def _words(self, text: str) -> None:
        into = self.open[-1].filling
        if text and into and isinstance(into[-1], Plain):
            into[-1] = Plain(into[-1].text + text)
        elif text:
            into.append(Plain(text))

    def _tag(self, begin: int) -> int:
        """From a brace to its end; an unfinished one is complained of and stands as text."""
        end = _MARKS.search(self.text, begin + 1)
        if end is None or end[0][0] != "}":
            self.complain(begin, 1, "“{”后面没有“}”")
            self._words("{")
            return begin + 1
        close = end.start() + 1
        inner = self.text[begin + 1 : close - 1].split()
        self._tell(inner, begin, close - begin)
        return close

    def _tell(self, inner: list[str], at: int, length: int) -> None:
        """What stands between two braces, in words."""
        if not inner:
            self.complain(at, length, "大括号里没有写标签")
        elif inner[0] in (IF, EACH):
            self._begin(inner, at, length)
        elif inner == [END]:
            if len(self.open) > 1:
                self._close()
            else:
                self.complain(at, length, f"多了一个“{{{END}}}”：前面没有“{{{IF} …}}”或“{{{EACH} …}}”")
        elif inner in ([ELSE], [BETWEEN]):
            self._turn(inner[0], at, length)
        elif len(inner) > 1:
            glued = "".join(inner)
            meant = inner[0] if inner[0] in _WORDS else glued
            self.complain(at, length, "标签里不能有空格", f"{{{meant}}}")
        else:
            self.open[-1].filling.append(Fill(inner[0], at, length))

    def _begin(self, inner: list[str], at: int, length: int) -> None:
        if len(inner) != 2:
            meant = "".join(inner[1:]) or "…"
            self.complain(at, length, f"“{inner[0]}”后面要空一格写一个标签", f"{{{inner[0]} {meant}}}")
        if len(self.open) > DEEPEST:
            self.complain(at, length, f"套得太深，最多{DEEPEST}层")
        self.open.append(_Open(inner[0], "".join(inner[1:]), at, length, []))

    def _turn(self, word: str, at: int, length: int) -> None:
        belongs = IF if word == ELSE else EACH
        part = self.open[-1]
        if part.word != belongs or part.other is not None:
            self.complain(at, length, f"“{{{word}}}”要写在“{{{belongs} …}}”和“{{{END}}}”之间，只写一次")
        else:
            part.other = []

    def _close(self) -> None:
        done = self.open.pop()
        if len(self.open) > DEEPEST:
            return  # complained of already; a part that deep is not kept
        body, other = tuple(done.body), tuple(done.other or ())
        part = Part(done.name, done.at, done.length, done.word == EACH, body, other)
        self.open[-1].filling.append(part)


def complaint(text: str, at: int, length: int, says: str, meant: str = "") -> Complaint:
    """A complaint about `length` characters from `at`."""
    line = text.count("\n", 0, at) + 1
    return Complaint(at, length, line, at - (text.rfind("\n", 0, at) + 1) + 1, says, meant)


# --- whether its tags are such as the text may hold ----------------------------------------------------------------


def check(text: str, tags: Iterable[Tag]) -> tuple[Complaint, ...]:
    """What is wrong with `text` where these tags may stand, in the order of the places; nothing for a sound one."""
    template = read(text)
    found = [*template.wrong, *_judged(text, template.nodes, {tag.name: tag for tag in tags})]
    return tuple(sorted(found, key=lambda c: c.at))


def _judged(text: str, nodes: Iterable[Node], tags: Mapping[str, Tag]) -> Iterator[Complaint]:
    for node in nodes:
        if isinstance(node, Fill):
            yield from _filled_rightly(text, node, tags)
        elif isinstance(node, Part):
            tag = tags.get(node.name)
            if tag is None and node.name:
                yield _unknown(text, node, tags, f"{EACH if node.each else IF} ")
            elif tag is not None and node.each and not tag.items:
                yield complaint(text, node.at, node.length, f"“{tag.name}”不是一列，不能{EACH}", f"{{{tag.name}}}")
            inner = {**tags, **{t.name: t for t in tag.items}} if tag is not None and node.each else tags
            yield from _judged(text, node.body, inner)
            yield from _judged(text, node.other, tags)


def _filled_rightly(text: str, node: Fill, tags: Mapping[str, Tag]) -> Iterator[Complaint]:
    tag = tags.get(node.name)
    if tag is None:
        yield _unknown(text, node, tags)
    elif tag.items:
        shape = f"{{{EACH} {tag.name}}}{{{tag.items[0].name}}}{{{END}}}"
        yield complaint(text, node.at, node.length, f"“{tag.name}”是一列，要逐项写", shape)


def _unknown(text: str, node: Fill | Part, tags: Mapping[str, Tag], word: str = "") -> Complaint:
    says = f"没有“{{{word}{node.name}}}”这个标签"
    within = next((t for t in tags.values() if any(node.name == item.name for item in t.items)), None)
    if within is not None:
        says = f"“{{{word}{node.name}}}”只能写在“{{{EACH} {within.name}}}”和“{{{END}}}”之间"
        return complaint(text, node.at, node.length, says)
    near = nearest(node.name, [*tags, *(() if word else (ELSE, BETWEEN, END))])
    if not near:
        return complaint(text, node.at, node.length, f"{says}（可用：{'、'.join(tags) or '没有'}）")
    return complaint(text, node.at, node.length, says, f"{{{word}{near}}}")


def nearest(name: str, known: Sequence[str]) -> str:
    """Which of `known` was probably meant by `name`; nothing if none is near."""
    found = get_close_matches(name, known, n=1, cutoff=0.5)
    return found[0] if found else ""


def used(text: str) -> frozenset[str]:
    """Names of all tags that stand in a text."""
    return frozenset(_names(read(text).nodes))


def _names(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Fill | Part):
            yield node.name
        if isinstance(node, Part):
            yield from _names((*node.body, *node.other))


# --- filling ---------------------------------------------------------------------------------------------------------


def fill(template: Template, values: Mapping[str, Value]) -> Told:
    """The text with its tags filled, every figure at its place. KeyError for a tag without a value."""
    return _filled(template.nodes, values)


def _filled(nodes: Iterable[Node], values: Mapping[str, Any]) -> Told:
    out = Told()
    for node in nodes:
        if isinstance(node, Plain):
            out = out + node.text
        elif isinstance(node, Fill):
            out = out + told(values[node.name])
        elif node.each:
            for place, item in enumerate(values[node.name]):
                out = out + (_filled(node.other, values) if place else "")
                out = out + _filled(node.body, {**values, **item})
        else:
            out = out + _filled(node.body if values[node.name] else node.other, values)
    return out


def samples(tags: Iterable[Tag]) -> dict[str, Value]:
    """A value for each tag, to show what a text comes to; three items of a list."""
    return {tag.name: _sample(tag) for tag in tags}


def _sample(tag: Tag) -> Value:
    if not tag.items:
        return tag.sample
    parts = {t.name: t.sample.split("｜") for t in tag.items}
    count = max(len(found) for found in parts.values())
    return [{name: found[min(i, len(found) - 1)] for name, found in parts.items()} for i in range(count)]
