"""The texts of papers: what ships in `resources/papers/`, and what the office writes in its place.

A file for each kind of paper (its id, or `common`), texts one below the other:

    [opening] 导语
    @ 时间 问题数
    {时间}发现问题{问题数}个。

`[key] label`, the tags it may hold, the text. A key is permanent: the office's own text is a record under it. What is
printed on forms and above columns stands in a section of its own, a label to a line, in the end: `[*] 栏目`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from dubu_desktop.domain.papers.figures import Told
from dubu_desktop.domain.papers.tags import TAGS
from dubu_desktop.domain.papers.template import Complaint, Tag, Value, check, complaint, fill, read, used
from dubu_desktop.domain.reference import fixed_id, read_papers
from dubu_desktop.errors import DubuError

#: texts that several kinds say alike
COMMON = "common"
COMMON_LABEL = "各种文书通用"
_LABELS = "*"
#: what is printed on a form is a label, not a sentence; as a file writes its line breaks
_BREAK = "\\n"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One text as it ships. `label`: what it is; `tags`: what may stand in it; `printed`: a word of a form or table."""

    kind: str
    key: str
    label: str
    text: str
    tags: tuple[Tag, ...] = ()
    printed: bool = False

    @property
    def record(self) -> bytes:
        """The fixed id of the record that holds the office's own text: two clerks write the same one."""
        return fixed_id(f"paper_text/{self.kind}/{self.key}")

    def wrong(self, text: str) -> tuple[Complaint, ...]:
        """What is wrong with `text` in the place of this one; a title or a word of a form is never left out."""
        if not text.strip() and (self.printed or self.key.endswith(("title", "heading", "mark"))):
            return (complaint(text, 0, 0, "这里不能空着"),)
        return check(text, self.tags)

    def lost(self, text: str) -> tuple[str, ...]:
        """Names of the figures that this text shows and `text` does not: a number typed by hand opens to nothing."""
        kept = used(text)
        shown = used(self.text)
        figures = [t.name for t in self.tags if t.figure or any(i.figure for i in t.items)]
        return tuple(name for name in figures if name in shown and name not in kept)


def key_of(label: str) -> str:
    """The key of a word of a form: the word without the blanks that spread it."""
    return "".join(label.split())


@cache
def shipped(kind: str) -> Mapping[str, Shipped]:
    """{key: text} of a kind of paper, in the order of the paper. KeyError for a kind without texts."""
    try:
        whole = read_papers(f"{kind}.txt")
    except FileNotFoundError as error:
        raise KeyError(kind) from error
    found: dict[str, Shipped] = {}
    for part in ("\n" + whole).split("\n[")[1:]:
        head, _, rest = part.partition("\n")
        key, _, label = head.partition("] ")
        for text in _printed(kind, rest) if key == _LABELS else (_sentence(kind, key, label, rest),):
            assert text.key not in found, f"{kind}/{text.key} is there twice"
            found[text.key] = text
    return MappingProxyType(found)


def _sentence(kind: str, key: str, label: str, rest: str) -> Shipped:
    names: list[str] = []
    if rest.startswith("@"):
        line, _, rest = rest.partition("\n")
        names = line[1:].split()
    return Shipped(kind, key, label, rest.strip("\n"), tuple(TAGS[name] for name in names))


def _printed(kind: str, rest: str) -> list[Shipped]:
    lines = [line.replace(_BREAK, "\n") for line in rest.splitlines() if line.strip()]
    return [Shipped(kind, f"*{key_of(line)}", f"栏目：{key_of(line)}", line, printed=True) for line in lines]


def text_of(kind: str, name: str) -> Shipped:
    """The text that a person names by key or label; D-306."""
    texts = shipped(kind)
    found = texts.get(name) or next((t for t in texts.values() if name == t.label), None)
    if found is None:
        raise DubuError("D-306", what=f"文书用语 {name}")
    return found


@dataclass(frozen=True, slots=True)
class Own:
    """The office's own text in the place of a shipped one, and the how manyth it is."""

    text: str
    version: int = 1


@dataclass(frozen=True)
class Texts:
    """The texts of one kind of paper as they are to be printed: the office's own, else those that ship.

    `own`: {(kind, key): text}. An own text that does not suit its place (it was written under another version of the
    program) is not used; `unfit` names it, so that no figure is lost in silence.
    """

    kind: str = COMMON
    own: Mapping[tuple[str, str], Own] = field(default_factory=dict)

    def of(self, kind: str) -> Texts:
        """The same for another kind of paper."""
        return Texts(kind, self.own)

    def place(self, key: str) -> Shipped:
        """The text of this kind, or of all kinds, that ships under `key`. KeyError: asking for none is a bug."""
        mine = shipped(self.kind)
        return mine[key] if key in mine else shipped(COMMON)[key]

    def template(self, key: str) -> str:
        """The text in force."""
        place = self.place(key)
        own = self.own.get((place.kind, place.key))
        return place.text if own is None or place.wrong(own.text) else own.text

    def say(self, key: str, values: Mapping[str, Value] = MappingProxyType({})) -> Told:
        """The text with its tags filled, figures and all."""
        return fill(read(self.template(key)), values)

    def plain(self, key: str, values: Mapping[str, Value] = MappingProxyType({})) -> str:
        """The same where no figure stands."""
        return self.say(key, values).text

    def printed(self, label: str) -> str:
        """A word of a form or table as the office wants it; as it is, if it is none that ships."""
        key = f"*{key_of(label)}"
        known = key in shipped(self.kind) or key in shipped(COMMON)
        return self.plain(key) if known else label

    def unfit(self) -> list[tuple[Shipped, Complaint]]:
        """The own texts of this kind that are not used, with what is wrong first."""
        places = [*shipped(self.kind).values(), *shipped(COMMON).values()]
        named = [(p, self.own.get((p.kind, p.key))) for p in places]
        return [(p, wrong[0]) for p, own in named if own is not None and (wrong := p.wrong(own.text))]

    def editions(self) -> dict[str, object]:
        """What a frozen paper notes of them: versions of the own texts, and a mark of all texts in force."""
        named = {f"{kind}/{key}": own.version for (kind, key), own in self.own.items() if kind in (self.kind, COMMON)}
        keys = [*shipped(self.kind), *shipped(COMMON)]
        whole = "\x00".join(f"{key}\x01{self.template(key)}" for key in keys)
        return {"own": named, "mark": hashlib.sha256(whole.encode()).hexdigest()[:16]}


SHIPPED = Texts()
