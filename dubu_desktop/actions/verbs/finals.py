"""定稿: the text as it was finished in WPS or Word, brought back and kept beside what was signed; written out again."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from pathlib import Path

from dubu_desktop.actions import given, lookup, recorded
from dubu_desktop.actions.background import IsCancelled, Report, beside
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import OFFICE_EDITION, Progress, verb
from dubu_desktop.db import queries
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, DocumentStatus
from dubu_desktop.domain.numbers import normal_number
from dubu_desktop.domain.papers.kind import Goes
from dubu_desktop.domain.text import clean_line, file_name
from dubu_desktop.errors import DubuError
from dubu_desktop.system.files import write_atomic

_OFFICE = (OFFICE_EDITION,)
_KEPT_FOR = (DocumentStatus.SIGNED, DocumentStatus.ISSUED)
_NAME = 200


@verb("收回定稿", editions=_OFFICE, roles=OFFICE_ROLES, hub=True)
def attach_final(desk: Desk, *, document: str, file: str) -> Generator[Progress, None, None]:
    """Keep the .docx `file` as the final text of a signed or issued document; one brought back later takes its place.

    It is looked at in a child process (D-425: no sane .docx) and kept byte for byte; a warning says when
    neither the number nor the title stands in it. What was signed stays beside it unchanged. D-307 for a draft.
    """
    path = given.place(file)
    with desk.ws.reading() as conn:
        row = queries.row_of(conn, "document", lookup.find(conn, "document", normal_number(document)))
    if row is None or row["status"] not in _KEPT_FOR:
        label = DocumentStatus(row["status"]).label if row else ""
        raise DubuError("D-307", status=label, event="收回定稿")

    words = [row["number"] or "", row["title"] or ""]

    def take(_report: Report, cancelled: IsCancelled) -> tuple[bytes, int, bool]:
        from dubu_desktop.intake.finaltext import check_final

        looked = check_final(path, words, cancelled)
        return _store(desk, path), looked.size, looked.named

    sha256, size, named = yield from beside(take, f"正在查看 {path.name}")
    if not named:
        desk.warnings.append(f"“{path.name}”里没有找到文号或标题，请核对它是不是{row['number'] or row['title']}的定稿")
    with desk.writing():
        desk.set(row["uuid"], {"final": sha256, "final_name": clean_line(path.name)[:_NAME], "final_size": size})
    desk.number = row["number"]


def _store(desk: Desk, path: Path) -> bytes:
    """Put the file into the store; the hash of what lies there. D-401, D-6xx."""
    try:
        with path.open("rb") as stream:
            wanted = hashlib.file_digest(stream, "sha256").digest()
            stream.seek(0)
            desk.ws.blobs.put_verified(wanted, stream)
    except OSError as error:
        raise DubuError("D-401", name=path.name) from error
    return wanted


@verb("取出定稿", undoable=False)
def export_final(desk: Desk, *, document: str, out: str) -> Generator[Progress, None, None]:
    """Write the final text of a document to the file, or into the folder, `out`. D-306 when none was brought back.

    A group takes out those of papers that go to groups (D-334 for others), once they have come (D-308).
    """
    yield Progress(0, 1, "正在取出定稿")
    with desk.ws.reading() as conn:
        row = queries.row_of(conn, "document", lookup.find(conn, "document", normal_number(document)))
    if row is None or not row["final"]:
        raise DubuError("D-306", what=f"{(row or {}).get('number') or document} 的定稿")
    kind = recorded.kind_of_row(row)
    if not desk.office and kind.goes is not Goes.GROUP:
        raise DubuError("D-334", kind=f"{kind.label}定稿", whom=kind.goes.label)
    if desk.ws.blobs.size_of(row["final"]) is None:
        raise DubuError("D-308", missing="定稿文件（还没有收到，已列入待补，随下一次数据包来）")
    target = given.place(out)
    if target.is_dir():
        target = target / f"{file_name(row['number'] or '', row['title'] or '')} 定稿.docx"
    write_atomic(target, desk.ws.blobs.iter_chunks(row["final"]))
    desk.number = row["number"]
    desk.extra |= {"file": str(target), "name": row["final_name"]}
