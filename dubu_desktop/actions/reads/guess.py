"""Which category the facts speak of: by the words its name, hints and phrases have and other categories do not.

A proposal the person sees and may change (domain.md: "a pre-filled proposal that a person signs"), so it rather says
nothing than something doubtful.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import queries
from dubu_desktop.domain.text import HAN

#: words shared with how many categories still say something, how much must be said, and by how much more than the next
_COMMON, _ENOUGH, _AHEAD = 3, 2.4, 1.5
_BLANK = re.compile(r"【[^【】]*】")


def _pairs(text: str) -> set[str]:
    """Every two Han characters that stand together."""
    text = _BLANK.sub("，", text)
    return {text[i : i + 2] for i in range(len(text) - 1) if HAN.match(text[i]) and HAN.match(text[i + 1])}


def category_of(r: Reader, facts: str) -> bytes | None:
    """The category (second level) that `facts` plainly belong to, None when it is not plain."""
    wanted = _pairs(facts)
    if len(wanted) < 4:
        return None
    words: dict[bytes, list[str]] = {}
    for row in queries.all_rows(r.conn, "category"):
        if row["parent"]:
            # the name counts twice: it is what people call the matter
            words[row["uuid"]] = [row["name"] or "", row["name"] or "", *(row["hints"] or [])]
    for row in queries.all_rows(r.conn, "phrase"):
        if row["category"] in words:
            words[row["category"]].append(row["text"] or "")
    return _best({key: [_pairs(text) for text in texts] for key, texts in words.items()}, wanted)


def _best(pairs: dict[bytes, list[set[str]]], wanted: set[str]) -> bytes | None:
    holders: dict[str, set[bytes]] = defaultdict(set)
    for key, sets in pairs.items():
        for pair in set().union(*sets) & wanted:
            holders[pair].add(key)
    telling = {pair: 1 / len(keys) for pair, keys in holders.items() if len(keys) <= _COMMON}
    scores = {key: _score(sets, telling) for key, sets in pairs.items()}
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < _ENOUGH:
        return None
    if len(ranked) > 1 and ranked[1][1] * _AHEAD > ranked[0][1]:
        return None
    return ranked[0][0]


def _score(sets: Iterable[set[str]], telling: dict[str, float]) -> float:
    """What the telling pairs of one category weigh; one found in two of its texts weighs more."""
    held: dict[str, int] = defaultdict(int)
    for pairs in sets:
        for pair in pairs & telling.keys():
            held[pair] += 1
    return sum(telling[pair] * (1 + 0.5 * (count - 1)) for pair, count in held.items())
