"""One column of values of a segment's block, in whatever form is smallest: constant, few distinct, fixed length, text.

Every form gives back exactly the values that went in, types included; what fits none stands as it is. Texts of a block
are one run of characters: where at most 256 different ones occur, each is one byte of a table, which a general
compressor packs far better than three bytes of UTF-8.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from enum import IntEnum
from itertools import accumulate
from typing import Any

#: between two texts of a run; texts that hold it stand as they are
_BETWEEN = "\0"
_TABLE = 256
#: the decoder's own mark for a byte without character
_NOTHING = "\ufffe"
#: characters looked at for the table at a time
_LOOK = 4096


class Form(IntEnum):
    """How a column is written; the numbers are permanent."""

    #: a list of the values
    PLAIN = 0
    #: one value, as often as there are rows
    SAME = 1
    #: [distinct values, one byte a row]
    FEW = 2
    #: [length, the bytes of all rows in a run]
    FIXED = 3
    #: all texts in one, U+0000 between them
    TEXT = 4
    #: [the characters that occur, the length of each text, one byte a character of all texts in a run]
    MAPPED = 5


#: [form, content]
Column = tuple[int, Any]
#: whole numbers, one a row; a single one where all are the same
Ints = int | list[int]


def pack_column(values: Sequence[Any]) -> Column:
    """The column of `values`, at least one."""
    types = set(map(type, values))
    if len(types) == 1:
        (only,) = types
        if only is str:
            return _pack_distinct(values) or _pack_text(values)
        if only is bytes:
            return _pack_distinct(values) or _pack_bytes(values)
        if only is bool or values[0] is None:
            return _pack_distinct(values) or (Form.PLAIN, list(values))
        if only is int and len(set(values)) == 1:
            return Form.SAME, values[0]
    return Form.PLAIN, list(values)


def _pack_distinct(values: Sequence[Any]) -> Column | None:
    distinct = list(dict.fromkeys(values))
    if len(distinct) == 1:
        return Form.SAME, distinct[0]
    if len(distinct) * 4 > len(values) or len(distinct) > 256:
        return None
    number = {value: i for i, value in enumerate(distinct)}
    return Form.FEW, [distinct, bytes(map(number.__getitem__, values))]


def _pack_bytes(values: Sequence[bytes]) -> Column:
    length = len(values[0])
    if length and set(map(len, values)) == {length}:
        return Form.FIXED, [length, b"".join(values)]
    return Form.PLAIN, list(values)


def _pack_text(values: Sequence[str]) -> Column:
    run = "".join(values)
    mapped = None if run.isascii() else _pack_mapped(run)
    if mapped is not None:
        return Form.MAPPED, [mapped[0], pack_ints(list(map(len, values))), mapped[1]]
    if _BETWEEN in run:
        return Form.PLAIN, list(values)
    return Form.TEXT, _BETWEEN.join(values)


def _pack_mapped(run: str) -> tuple[str, bytes] | None:
    """A table of the run's characters and the run by it; None when there are too many.

    The table is guessed from the beginning, and learns where the guess fails: looking at every character would cost ten
    times the rest.
    """
    found, start = ({"\0"} if "\0" in run else set[str]()), 0
    while True:
        found |= set(run[start : start + _LOOK])
        if len(found) > _TABLE or _NOTHING in found:
            return None
        table = "".join(sorted(found))
        # only with U+0000 in front is this a table for Python, and not a dictionary five times as slow
        zero = "\0" + table[1:]
        try:
            return table, codecs.charmap_encode(run.replace(table[0], "\0"), "strict", codecs.charmap_build(zero))[0]
        except UnicodeEncodeError as missing:
            start = missing.start


def unpack_column(column: Column, rows: int) -> list[Any]:
    """The `rows` values of a column; ValueError when it holds another number or cannot be."""
    form, content = column
    if form == Form.SAME:
        return [content] * rows
    if form == Form.TEXT:
        values: list[Any] = _text(content).split(_BETWEEN)
    elif form == Form.MAPPED:
        values = _mapped(content, rows)
    elif form == Form.FEW:
        distinct, numbers = _pair(content, list, bytes)
        if numbers and max(numbers) >= len(distinct):
            raise ValueError("a row names no value of its column")
        values = [distinct[i] for i in numbers]
    elif form == Form.FIXED:
        length, run = _pair(content, int, bytes)
        if length < 1 or len(run) != length * rows:
            raise ValueError("values of another length")
        values = [run[i : i + length] for i in range(0, len(run), length)]
    elif form == Form.PLAIN and isinstance(content, list):
        values = content
    else:
        raise ValueError(f"unknown column form {form}")
    if len(values) != rows:
        raise ValueError("a column of another length")
    return values


def _pair(content: Any, first: type, second: type) -> tuple[Any, Any]:
    if not isinstance(content, list) or [type(part) for part in content] != [first, second]:
        raise ValueError("a column cannot be read")
    return content[0], content[1]


def _text(content: Any) -> str:
    if not isinstance(content, str):
        raise ValueError("a column of texts without text")
    return content


def _mapped(content: Any, rows: int) -> list[str]:
    if not isinstance(content, list) or len(content) != 3:
        raise ValueError("a column cannot be read")
    table, run = _pair([content[0], content[2]], str, bytes)
    if len(table) > _TABLE or _NOTHING in table:
        raise ValueError("a table of characters cannot be")
    lengths = unpack_ints(content[1], rows)
    text = codecs.charmap_decode(run, "strict", table)[0]
    ends = list(accumulate(lengths))
    if min(lengths, default=0) < 0 or (ends[-1] if ends else 0) != len(text):
        raise ValueError("texts of another length")
    return [text[end - length : end] for length, end in zip(lengths, ends, strict=True)]


def pack_ints(values: Sequence[int]) -> Ints:
    """Whole numbers, one a row; none at all are an empty list."""
    return values[0] if values and values.count(values[0]) == len(values) else list(values)


def unpack_ints(column: Ints, rows: int) -> list[int]:
    """The `rows` numbers of `pack_ints`; ValueError when there is another number of them, or no numbers."""
    values = [column] * rows if isinstance(column, int) else column
    if not isinstance(values, list) or len(values) != rows or set(map(type, values)) - {int}:
        raise ValueError("a column of another length")
    return values
