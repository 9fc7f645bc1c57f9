"""Several files taken in or looked at, one after the other: in an order that needs no waiting, one meter for all."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import incoming, trust
from dubu_desktop.actions.registry import Progress, in_bytes
from dubu_desktop.db import links
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.reading import peek
from dubu_desktop.system import files


@dataclass(frozen=True, slots=True)
class Came:
    """One file: its place among those given, its name as people see it, where it lies, its bytes."""

    place: int
    name: str
    path: Path
    size: int


class Meter:
    """Where all of it stands, in bytes: every file is gone through `passes` times."""

    def __init__(self, came: list[Came], passes: int) -> None:
        self.total = passes * sum(one.size for one in came)
        self._passes, self._done, self._end = passes, 0, 0

    def begin(self, one: Came) -> None:
        """The next file; what the one before did not need counts as done."""
        self._done = self._end
        self._end += self._passes * one.size

    def word(self, label: str) -> Progress:
        """Where it stands now."""
        return in_bytes(min(self._done, self._end), self.total, label)

    def tell(self, label: str) -> Callable[[int], Progress]:
        """What to call with the bytes gone through since it was last called."""

        def told(more: int) -> Progress:
            self._done += more
            return self.word(label)

        return told


def in_order(desk: Desk, paths: list[str]) -> list[Came]:
    """The files by sender, serial and volume, as they say of themselves; what is no bundle for this machine last."""
    with desk.ws.reading() as conn:
        who = trust.addressee(desk.ws, conn)
    keyed = []
    for place, name in enumerate(paths):
        path = Path(name)
        there = path.is_file()
        head = peek(path, who) if there else None
        said = (head.sender, head.serial, head.part) if head is not None else (b"", 0, 0)
        keyed.append((head is None, said, Came(place, path.name, path, path.stat().st_size if there else 0)))
    return [one for _, _, one in sorted(keyed, key=lambda each: (each[0], each[1], each[2].place))]


def require_file(one: Came) -> None:
    """D-401 where it is no file."""
    if not one.path.is_file():
        raise DubuError("D-401", name=one.name)


def take_one(
    desk: Desk, one: Came, meter: Meter, before: Callable[[], None]
) -> Generator[Progress, None, incoming.Report]:
    """One file taken in, or the DubuError that refuses it; `before` is called once it is known to be good.

    Cancelled or closed at any of its steps everything is as it was: what it stored of photos no record names.
    """
    require_file(one)
    copy = desk.ws.folder.inbox / f"{desk.ws.randomness.bytes(8).hex()}.dubu"
    try:
        sha256 = yield from incoming.copied(one.path, copy, meter.tell(f"正在拷到本机 {one.name}"))
        row = incoming.known_row(desk, sha256)
        if row is not None:
            return incoming.known_report(row, one.name)
        opened = yield from incoming.open_bundle(desk, copy, meter.tell(f"正在核验 {one.name}"), known=sha256)
        before()
        files.require_free(desk.ws.folder.path, opened.verified.counts.blob_bytes)
        yield from incoming.photos_in(desk, opened, meter.tell(f"正在收照片 {one.name}"))
        yield meter.word(f"正在写入记录 {one.name}")
        return _applied(desk, opened, one.name)
    finally:
        files.discard(copy)


def _applied(desk: Desk, opened: incoming.Opened, name: str) -> incoming.Report:
    """The one transaction; a refusal leaves also what is remembered outside it as it was."""
    before = desk.ws.profile
    try:
        with desk.writing():
            return incoming.apply(desk, opened, name)
    except BaseException:
        desk.ws.profile = before
        with desk.ws.reading() as conn:
            desk.ws.roster_changed(conn)
        raise


def refused(name: str, error: DubuError) -> incoming.Report:
    """The report of a file that was not taken."""
    return incoming.Report(name, status="refused", code=error.code, sentence=error.sentence)


def bring_up_to_date(desk: Desk, reports: list[incoming.Report]) -> None:
    """A later file may have brought photos that an earlier one names: each report says what is here in the end."""
    with desk.ws.reading() as conn:
        for report in reports:
            row = links.find_bundle(conn, report.sha256) if report.status == "new" else None
            if row is not None:
                report.photos = int(str(row.body.get("photos", report.photos)))
