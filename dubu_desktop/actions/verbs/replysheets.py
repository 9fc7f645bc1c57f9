"""反馈表: one workbook a unit out, and back in with replies and pasted photos. The office's alone (contracts.md §3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

from dubu_desktop.actions import given, replysheets, rules
from dubu_desktop.actions.background import IsCancelled, Report, beside
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.imports.book import free_name
from dubu_desktop.actions.imports.replies import Answer, Planner, Sheet
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.registry import OFFICE_EDITION, Progress, verb
from dubu_desktop.actions.verbs.evidence import prepare, values_of
from dubu_desktop.db import queries
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, FindingStatus, Role
from dubu_desktop.domain.records.finding import EvidenceRole, NoteState
from dubu_desktop.domain.text import file_name, listed
from dubu_desktop.errors import DubuError
from dubu_desktop.intake import replies
from dubu_desktop.system.files import discard

_OFFICE = (OFFICE_EDITION,)
#: names a remark lists before it says 等N个
_SHOWN = 10


@verb("导出反馈表", editions=_OFFICE, roles=OFFICE_ROLES, undoable=False)
def export_reply_sheets(
    desk: Desk, *, out: str, where: dict[str, Any] | None = None, unit: str = ""
) -> Generator[Progress, None, None]:
    """Write one 反馈表 per responsible unit into the folder `out`: its findings that wait for a reply.

    where: fields of FindingFilter (docs/reads.md), as of export_ledger. unit: the sheet of this one alone. A file that
    is there already (filled in, perhaps) is never written over.
    """
    from dubu_desktop.export.xlsx.replysheet import ReplySheet, write_reply_sheet

    folder = given.place(out)
    if not folder.is_dir():
        raise DubuError("D-602", path=str(folder))
    yield Progress(0, 0, "正在整理待反馈的问题")
    with desk.ws.reading() as conn:
        reader = Reader(desk.ws, conn, desk.person)
        wanted = {**(where or {}), **({"unit": unit} if unit else {})}
        asked = replysheets.asked(reader, wanted)
        only = reader_unit(reader, unit)
    sheets = {u: told for u, told in asked.sheets.items() if only in (None, u)}
    if not sheets:
        raise DubuError("D-308", missing="等待反馈的整改（先交整改、写明责任单位）")
    written: list[Path] = []
    try:
        for name, rows in sheets.values():
            yield Progress(len(written), len(sheets), f"正在写 {name}", f"{len(written)}/{len(sheets)}份")
            target = folder / f"{file_name('反馈表', name, desk.today.isoformat())}.xlsx"
            target = free_name(target, "-") if target.exists() else target
            write_reply_sheet(ReplySheet(desk.ws.profile.workspace, name, asked.office, desk.today, rows), target)
            written.append(target)
    except BaseException:  # put aside, or the disk is full: none of them rather than some
        for target in written:
            discard(target)
        raise
    if asked.not_open:
        desk.warnings.append(f"另有{asked.not_open}条不在等待反馈，没有写进反馈表")
    if asked.nobody:
        desk.warnings.append(f"没有写明责任单位：{listed(asked.nobody, _SHOWN, '条')}")
    desk.extra |= {
        "folder": str(folder),
        "files": [str(path) for path in written],
        "units": [name for name, _ in sheets.values()],
        "rows": sum(len(rows) for _, rows in sheets.values()),
    }


def reader_unit(reader: Reader, unit: str) -> bytes | None:
    """The unit a sheet is wanted for; None for all."""
    from dubu_desktop.actions import lookup

    return lookup.find(reader.conn, "unit", unit) if unit else None


@verb("核对反馈表", editions=_OFFICE, roles=OFFICE_ROLES, undoable=False)
def check_reply_sheets(desk: Desk, *, files: list[str]) -> Generator[Progress, None, None]:
    """What `import_reply_sheets` with the same files would do; nothing is written."""
    planned = yield from _plan(desk, files, with_pictures=False)
    _tell(desk, planned)


@verb("读入反馈表", editions=_OFFICE, roles=(Role.CLERK,))
def import_reply_sheets(desk: Desk, *, files: list[str], returned: str = "") -> Generator[Progress, None, None]:
    """Take filled-in 反馈表 in: replies, measures, owners, and the photos in the rows as evidence after rectification.

    What cannot be taken goes back: a copy of the workbook with the reasons, beside it or in the folder `returned`.
    Reading a sheet twice changes nothing the second time.
    """
    planned = yield from _plan(desk, files, with_pictures=True)
    answers = [answer for _, sheet in planned if isinstance(sheet, Sheet) for answer in sheet.answers]
    with desk.writing():
        for at, answer in enumerate(answers):
            yield Progress(at, len(answers), "正在记录反馈", f"{at}/{len(answers)}条")
            _record(desk, answer)
    yield from _hand_back(desk, planned, returned)
    _tell(desk, planned)


Planned = list[tuple[Path, Sheet | DubuError]]


def _plan(desk: Desk, files: list[str], *, with_pictures: bool) -> Generator[Progress, None, Planned]:
    """Every workbook read and compared; one that cannot be read is told, with a single file its error is raised."""
    paths = list(dict.fromkeys(given.place(file) for file in files))
    planned: Planned = []
    taken: dict[tuple[bytes, bytes], str] = {}
    for path in paths:
        try:
            planned.append((path, (yield from _read(desk, path, taken, with_pictures))))
        except DubuError as error:
            if len(paths) == 1:
                raise
            planned.append((path, error))
    return planned


def _read(
    desk: Desk, path: Path, taken: dict[tuple[bytes, bytes], str], with_pictures: bool
) -> Generator[Progress, None, Sheet]:
    counts: Counter[str] = Counter()

    def work(_report: Report, cancelled: IsCancelled) -> Sheet:
        stream = replies.read_replies(path, desk.today, with_pictures=with_pictures, cancelled=cancelled)
        with desk.ws.reading() as conn, closing(stream):
            planner = Planner(conn, desk.ws.profile.workspace, desk.today, path.name, taken)
            for told in stream:
                match told:
                    case replies.SheetHead():
                        planner.sheet.heads.append(told)
                    case replies.FilledRow():
                        counts["rows"] += 1
                        planner.row(told)
                    case replies.Picture():
                        counts["photos"] += 1
                        found = planner.picture(told)
                        if with_pictures and found:
                            _take_photo(desk, conn, told, found, cancelled)
                    case replies.Lost():
                        planner.sheet.lost = told.count
            return planner.finish()

    # in a thread of its own: a file that says nothing for long must not keep a person from cancelling
    return (
        yield from beside(
            work, f"正在读入 {path.name}", said=lambda _d, _t: f"{counts['rows']}行，{counts['photos']}张图片"
        )
    )


def _take_photo(desk: Desk, conn: Any, picture: replies.Picture, answers: list[Answer], cancelled: IsCancelled) -> None:
    """Decode a pasted picture and put it into the store; what cannot be used is told to its rows."""
    try:
        if picture.size and not picture.data:
            raise DubuError("D-422", name=picture.name, what="文件", limit="100 MB")
        photo, preview = prepare(desk, picture.data, picture.name, cancelled)
    except DubuError as error:
        for answer in answers:
            answer.faults.append(f"照片：{error.sentence}")
        return
    sha256 = bytes.fromhex(photo.facts.sha256)
    for answer in answers:
        if answer.state is None or any(one["sha256"] == sha256 for one in answer.photos):
            continue
        here = queries.all_rows(conn, "evidence", finding=answer.finding)
        if sha256 not in {row["sha256"] for row in here}:
            caption = f"{answer.unit_name}反馈"
            role = EvidenceRole.AFTER.value
            answer.photos.append(values_of(desk, answer.finding, photo, preview, role, caption))


def _record(desk: Desk, answer: Answer) -> None:
    """One row through the journal: its words, its photos, its step."""
    rectification = rules.rectification_of(desk.conn, answer.finding)
    if rectification is None:  # assigned no more since it was planned, which one writer rules out
        raise DubuError("D-306", what=answer.label)
    if answer.values:
        desk.set(rectification, answer.values)
    for values in answer.photos:
        desk.create("evidence", values)
    if answer.note:
        note = {"record": answer.finding, "text": answer.note, "state": NoteState.OPEN.value}
        desk.create("note", note)
    if answer.done and desk.state(answer.finding).status == FindingStatus.RECTIFYING:
        desk.step(answer.finding, "reply")


def _hand_back(desk: Desk, planned: Planned, returned: str) -> Generator[Progress, None, None]:
    """The copies that go back. What was recorded stays recorded if one cannot be written: it is said instead."""
    made: dict[str, str] = {}
    for path, sheet in planned:
        if not isinstance(sheet, Sheet):
            continue
        reasons = _reasons(sheet)
        if not any(reasons.values()):
            continue
        yield Progress(len(made), len(planned), f"正在写退回的 {path.name}")
        target = free_name(given.place(returned) / path.name if returned else path)
        try:
            left_out = replies.write_returned(path, target, sheet.heads, reasons)
        except DubuError as error:
            desk.warnings.append(f"{path.name} 有{len(sheet.bad)}行退回，退回表没有写成：{error.sentence}")
            desk.warnings += [f"第{row}行：{why}" for (_, row), why in list(reasons.items())[:20] if why]
            continue
        made[str(path)] = str(target)
        if left_out:
            desk.warnings.append(f"{target.name} 里另有{left_out}行的原因写不下，改好这些再读入时会标出")
    desk.extra["returned"] = made


def _reasons(sheet: Sheet) -> dict[tuple[int, int], str]:
    """{(sheet, row): reason}; "" where an old reason is to go."""
    known = {head.sheet for head in sheet.heads}
    reasons = dict.fromkeys(sheet.cleared, "") | sheet.bad
    for answer in sheet.answers:
        if answer.faults:
            reasons[(answer.sheet, answer.number)] = "；".join(dict.fromkeys(answer.faults)) + "（其余已收下）"
    return {place: why for place, why in reasons.items() if place[0] in known}


def _tell(desk: Desk, planned: Planned) -> None:
    """The report: per file and in all, with a line for every row that is more than unfilled."""
    desk.extra["sheets"] = [_report(path, sheet) for path, sheet in planned]
    for key in ("new", "changed", "same", "bad", "unfilled", "photos"):
        desk.extra[key] = sum(one.get(key, 0) for one in desk.extra["sheets"])
    for path, sheet in planned:
        if isinstance(sheet, DubuError):
            desk.warnings.append(sheet.sentence)
            continue
        if sheet.stray:
            rows = listed((f"第{row}行" if row else "认不出哪一行" for row, _ in sheet.stray), _SHOWN, "张")
            desk.warnings.append(f"{path.name} 有{len(sheet.stray)}张图片不在任何一条问题的行里：{rows}")
        if sheet.lost:
            desk.warnings.append(f"{path.name} 里有{sheet.lost}张图片不在表上，请打开看看")


def _report(path: Path, sheet: Sheet | DubuError) -> dict[str, Any]:
    if isinstance(sheet, DubuError):
        return {"file": str(path), "error": sheet.sentence, "code": sheet.code, "rows": []}
    sorts = [answer.sort for answer in sheet.answers]
    lines = [
        {
            "row": a.number, "number": a.label, "unit": a.unit_name, "sort": a.sort,
            "state": a.state.label if a.state else "", "photos": a.pictures, "why": list(a.faults),
            "waits_for": a.waits_for, "finding": a.finding.hex(),
        }
        for a in sheet.answers
    ]  # fmt: skip
    lines += [
        {"row": place[1], "number": sheet.numbers.get(place, ""), "sort": "bad", "why": [why]}
        for place, why in sheet.bad.items()
    ]
    return {
        "file": str(path),
        "units": sheet.units,
        **{sort: sorts.count(sort) for sort in ("new", "changed", "same")},
        "bad": len(sheet.bad),
        "unfilled": sheet.unfilled,
        "photos": sum(len(a.photos) or a.pictures for a in sheet.answers),
        "rows": sorted(lines, key=lambda line: line["row"]),
    }
