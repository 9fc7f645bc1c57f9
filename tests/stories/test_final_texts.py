"""定稿 on its way: of a 交办单 to the group in its 发送范围, wanted until it comes; of no other paper, to no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubu_desktop.actions import check, housekeeping
from dubu_desktop.db import leaving, scope
from dubu_desktop.errors import DubuError
from tests.stories.exchange import Place, ended


def finished(place: Place, tmp_path: Path, *, issue: bool = True) -> tuple[str, bytes]:
    """A 交办单 to group 01, signed, its 定稿 brought back; (id, the bytes)."""
    office = place.office
    task = office.do("draft_task", title="扬尘治理督导", groups=["01"], source="meeting", requirement="逐栋检查").ids[
        -1
    ]
    office.do("issue_task", tasks=[task])
    made = office.do("draft_document", kind="task_order", task=task).ids[-1]
    return made, closed(place, made, tmp_path, issue=issue)


def closed(place: Place, document: str, tmp_path: Path, *, issue: bool = True) -> bytes:
    """Sign and issue it and bring back its 定稿."""
    office, path = place.office, tmp_path / f"{document[:6]}.docx"
    for verb in ("submit_document", "sign_document", *(["issue_document"] if issue else [])):
        office.do(verb, document=document)
    office.do("print_document", document=document, out=str(path))
    office.do("attach_final", document=document, file=str(path))
    return path.read_bytes()


def final_of(place: Place, who: str, document: str) -> bytes:
    row = next(d for d in place.rows(place.side(who), "document") if d["uuid"].hex() == document)
    return bytes(row["final"])


def holds(place: Place, who: str, name: bytes) -> bool:
    return place.side(who).ws.blobs.has(name)


def waits(place: Place, who: str) -> set[bytes]:
    with place.side(who).ws.reading() as conn:
        return scope.wanted(conn)


def test_the_group_addressed_gets_the_bytes_and_takes_them_out(place: Place, tmp_path: Path) -> None:
    document, raw = finished(place, tmp_path)
    (told,) = place.office.do("preview_export", to="01").extra["parcels"]
    place.bring("01", place.export("office", "01"))
    place.bring("02", place.export("office", "02"))
    group = place.groups["01"]
    group.do("export_final", document=document, out=str(tmp_path / "收.docx"))
    assert (tmp_path / "收.docx").read_bytes() == raw
    name = final_of(place, "01", document)
    assert not holds(place, "02", name)
    assert (place.rows(place.groups["02"], "document"), waits(place, "01")) == ([], set())
    assert told["photos"] == 0, "a paper is no photo"
    housekeeping.sweep_photos(group)
    assert holds(place, "01", name)
    assert place.together()


def test_not_before_it_is_issued(place: Place, tmp_path: Path) -> None:
    document, _ = finished(place, tmp_path, issue=False)
    name = final_of(place, "office", document)
    place.bring("01", place.export("office", "01"))
    assert not holds(place, "01", name)
    place.office.do("issue_document", document=document)
    place.bring("01", place.export("office", "01"))
    assert holds(place, "01", name)


def test_what_did_not_come_is_wanted_and_comes_with_the_next_bundle(place: Place, tmp_path: Path) -> None:
    document, _ = finished(place, tmp_path)
    name = final_of(place, "office", document)
    place.bring("01", place.export("office", "01"))
    place.groups["01"].ws.blobs.remove(name)
    with pytest.raises(DubuError, match="D-308"):
        place.groups["01"].do("export_final", document=document, out=str(tmp_path / "无.docx"))
    assert housekeeping.note_missing_photos(place.groups["01"]) == 1
    assert waits(place, "01") == {name}
    place.bring("office", place.export("01"))
    place.bring("01", place.export("office", "01"))
    assert (holds(place, "01", name), waits(place, "01")) == (True, set())


def test_lost_at_the_office_when_it_is_sent_it_is_wanted_at_the_group(place: Place, tmp_path: Path) -> None:
    document, _ = finished(place, tmp_path)
    name = final_of(place, "office", document)
    place.office.ws.blobs.remove(name)
    place.bring("01", place.export("office", "01"))
    assert waits(place, "01") == {name}
    place.bring("office", place.export("01"))
    place.office.do("attach_final", document=document, file=str(tmp_path / f"{document[:6]}.docx"))
    place.bring("01", place.export("office", "01"))
    assert (holds(place, "01", name), waits(place, "01")) == (True, set())
    assert ended(check.photos(place.groups["01"])).damaged == 0


def test_of_a_paper_that_goes_to_units_the_group_sees_that_there_is_one_and_gets_no_byte(
    place: Place, tmp_path: Path
) -> None:
    number = place.assigned("01")
    bulletin = place.office.do("draft_bulletin", findings=[number]).ids[-1]
    closed(place, bulletin, tmp_path)
    place.bring("01", place.export("office", "01"))
    name = final_of(place, "01", bulletin)
    assert (holds(place, "01", name), waits(place, "01")) == (False, set())
    with pytest.raises(DubuError, match="D-334"):
        place.groups["01"].do("export_final", document=bulletin, out=str(tmp_path / "不.docx"))
    with place.groups["01"].ws.writing() as conn:
        scope.want(conn, [(bytes.fromhex(bulletin), name)])
    place.bring("office", place.export("01"))
    place.bring("01", place.export("office", "01"))
    assert not holds(place, "01", name), "asking for it is no right to it"


def test_another_group_that_knows_the_hash_gets_nothing(place: Place, tmp_path: Path) -> None:
    document, _ = finished(place, tmp_path)
    name = final_of(place, "office", document)
    with place.office.ws.reading() as conn:
        assert leaving.within(conn, place.group_id("02"), [name]) == []
        assert leaving.within(conn, place.group_id("01"), [name]) == [name]


def test_a_newer_one_takes_its_place_and_the_older_goes(place: Place, tmp_path: Path) -> None:
    document, _ = finished(place, tmp_path)
    place.bring("01", place.export("office", "01"))
    old = final_of(place, "01", document)
    path = tmp_path / "再改.docx"
    place.office.do("print_document", document=document, out=str(path))
    import zipfile

    with zipfile.ZipFile(path, "a") as package:
        package.writestr("docProps/more.xml", "<more/>")
    place.office.do("attach_final", document=document, file=str(path))
    place.bring("01", place.export("office", "01"))
    new = final_of(place, "01", document)
    assert old != new
    assert holds(place, "01", new)
    housekeeping.sweep_photos(place.groups["01"])
    assert not holds(place, "01", old)
