"""反馈表 read in as a unit sent it back, whatever program saved it; and the same file again with the errors marked.

Rows are told apart by their hidden ids and columns by their headings, so both may have been moved. Pictures come after
the rows of their sheet, each with the rows it lies in. The file is parsed in a child process.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dubu_desktop.domain import replysheet
from dubu_desktop.errors import DubuError
from dubu_desktop.intake.columns import Target
from dubu_desktop.intake.mapping import MappedRow, Row, exactly, heading_key, map_row
from dubu_desktop.intake.photo import MAX_PHOTO_BYTES
from dubu_desktop.intake.reading import rows_of
from dubu_desktop.system.child import IsCancelled, Limits, OnProgress, stream_task
from dubu_desktop.system.files import write_atomic

_LIMITS = Limits(timeout_s=300, idle_s=15, memory_mb=1024)
#: the heading stands among the first rows; somebody may have put a letter above it
_HEADING_WITHIN = 40
#: what the job of a child may hold of reasons; a sheet with more of them is beyond correcting by hand
_MARKS_MAX = 12_000


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row of the sheet with something in it. `sheet`: its index; `values` by field of `columns.REPLIES`."""

    sheet: int
    row: MappedRow
    #: whether the office wrote a reason into it before
    was_returned: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and the rows it lies in (0: none can be told). `data` is empty when only counted."""

    sheet: int
    rows: tuple[int, ...]
    name: str
    size: int
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class SheetHead:
    """A sheet with the headings of a 反馈表: where its heading stands, and the letters of the column for reasons."""

    sheet: int
    row: int
    reason_column: str


@dataclass(frozen=True, slots=True)
class Lost:
    """How many picture files the workbook holds that lie on no sheet."""

    count: int


Told = SheetHead | FilledRow | Picture | Lost


def read_replies(
    path: Path,
    today: date,
    *,
    with_pictures: bool,
    on_progress: OnProgress | None = None,
    cancelled: IsCancelled | None = None,
) -> Generator[Told, None, None]:
    """What stands in the 反馈表 `path`: of each sheet its head, its rows, its pictures; at the end `Lost`.

    Sheets without the headings of a 反馈表 give their pictures only. D-401 … D-404, D-410 … D-417; D-424 where no sheet
    is a 反馈表.
    """
    stream = stream_task(
        "dubu_desktop.intake.workbook:replies",
        {"pictures": with_pictures},
        path,
        limits=_LIMITS,
        broken="D-410",
        on_progress=on_progress,
        cancelled=cancelled,
    )
    reader = _Reader(path.name, today)
    with closing(stream):
        while True:
            try:
                item = next(stream)
            except StopIteration as end:
                lost = end.value
                break
            yield from reader.take(item, stream if with_pictures else None)
    if not reader.known:
        raise DubuError("D-424", name=path.name)
    if not isinstance(lost, dict) or not isinstance(lost.get("lost"), int):
        raise DubuError("D-404", name=path.name)
    yield Lost(lost["lost"])


class _Reader:
    """Gives meaning to what the child says, checking that it is of the shape it should be."""

    def __init__(self, name: str, today: date) -> None:
        self.name, self.today = name, today
        self.sheet, self.seen, self.known = -1, 0, False
        self.mapping: tuple[str, ...] = ()
        self.returned = -1

    def take(self, item: Any, stream: Iterator[Any] | None) -> Iterator[Told]:
        try:
            if isinstance(item, list):
                yield from self._rows(rows_of(item))
            elif "sheet" in item:
                self.sheet, self.seen, self.mapping, self.returned = int(item["index"]), 0, (), -1
            else:
                yield self._picture(item, stream)
        except (KeyError, TypeError, ValueError, StopIteration) as error:
            raise DubuError("D-404", name=self.name) from error

    def _rows(self, rows: Iterable[Row]) -> Iterator[Told]:
        for number, cells in rows:
            self.seen += 1
            if not self.mapping:
                if self.seen <= _HEADING_WITHIN and (head := self._heading(number, cells)) is not None:
                    yield head
                continue
            mapped = map_row((number, cells), self.mapping, Target.REPLIES, self.today)
            was = 0 <= self.returned < len(cells) and bool(cells[self.returned])
            if mapped.values or mapped.problems:
                yield FilledRow(self.sheet, mapped, was)

    def _heading(self, number: int, cells: list[str]) -> SheetHead | None:
        """The row is the heading if it names the columns a reply cannot be without."""
        mapping = exactly(cells, Target.REPLIES)
        if not {"state", "reply"} <= set(mapping) or not {"token", "number"} & set(mapping):
            return None
        self.mapping, self.known = mapping, True
        keys = [heading_key(cell) for cell in cells]
        wanted = heading_key(replysheet.RETURNED)
        self.returned = keys.index(wanted) if wanted in keys else -1
        at = self.returned if self.returned >= 0 else len(cells)
        return SheetHead(self.sheet, number, _letters(at))

    def _picture(self, item: Mapping[str, Any], stream: Iterator[Any] | None) -> Picture:
        size, rows = int(item["size"]), tuple(int(row) for row in item["rows"])
        # what is too large for a photo is read and let go: the rows it belongs to are told of it
        kept = size <= MAX_PHOTO_BYTES
        data = bytearray()
        done = 0
        while stream is not None and done < size:
            piece = next(stream)
            if not isinstance(piece, bytes):
                raise TypeError("bytes of a picture were expected")
            done += len(piece)
            if kept:
                data += piece
        return Picture(self.sheet, rows, str(item["picture"])[:100], size, bytes(data))


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def write_returned(path: Path, target: Path, heads: Iterable[SheetHead], reasons: Mapping[tuple[int, int], str]) -> int:
    """Write `path` again to `target` with `reasons` {(sheet, row): reason, "" to empty} marked; how many were left out.

    Raises as `read_replies`, D-6xx (disk).
    """
    texts: dict[str, int] = {}
    room = _MARKS_MAX
    rows: dict[int, list[tuple[int, int]]] = {}
    left_out = 0
    for (sheet, row), reason in reasons.items():
        cost = 12 + (len(reason.encode()) + 4 if reason not in texts else 0)
        if cost > room:
            left_out += 1
            continue
        room -= cost
        rows.setdefault(sheet, []).append((row, texts.setdefault(reason, len(texts))))
    columns = {head.sheet: head.reason_column for head in heads}
    stream = stream_task(
        "dubu_desktop.intake.workbook:marked",
        {"reasons": list(texts), "sheets": [[sheet, columns[sheet], found] for sheet, found in rows.items()]},
        path,
        limits=_LIMITS,
        broken="D-410",
    )
    with closing(stream):
        write_atomic(target, (piece for piece in stream if isinstance(piece, bytes)))
    return left_out
