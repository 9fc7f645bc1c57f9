"""Each command of the command line: what it says, its exit code, what it leaves alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop import cli
from tests.stories.cliruns import Desk, Ran, in_process, photo
from tests.stories.exchange import NAMES
from tests.world import COMPLETE, PASSWORD, cheap_keys


@pytest.fixture
def folder(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The world of the template on disk, nothing open; `password` beside it."""
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    shutil.copytree(template / "state", tmp_path / "state")
    shutil.copytree(template / "world", tmp_path / "world")
    (tmp_path / "world" / "password").write_text(PASSWORD, encoding="utf-8-sig")
    return tmp_path / "world"


@pytest.fixture
def office(folder: Path) -> Desk:
    return Desk(in_process, folder, "office", NAMES["office"])


@pytest.fixture
def group(folder: Path) -> Desk:
    return Desk(in_process, folder, "group01", NAMES["01"])


def _refused(ran: Ran, code: str, exit_code: int = cli.REFUSED) -> None:
    assert ran.code == exit_code, ran
    assert ran.lines == []
    assert ran.stderr.startswith(code)
    assert ran.stderr.count("\n") == 1


# --- misuse ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["init"],
        ["init", "x", "--edition", "third", "--as", "甲", "--password-file", "{password}"],
        ["init", "x", "--edition", "group", "--as", "甲", "--password-file", "{password}"],
        ["do", "{office}", "undo", "--password-file", "{password}"],
        ["do", "{office}", "undo", "--password-file", "{password}", "--as"],
        ["do", "{office}", "undo", "not json", "--password-file", "{password}", "--as", "王主任"],
        ["do", "{office}", "undo", "[1]", "--password-file", "{password}", "--as", "王主任"],
        ["do", "{office}", "undo", "@/nowhere.json", "--password-file", "{password}", "--as", "王主任"],
        ["do", "{office}", "nosuch", "--password-file", "{password}", "--as", "王主任"],
        ["do", "{office}", "add_unit", "{{}}", "--password-file", "{password}", "--as", "王主任"],
        ["do", "{office}", "add_unit", '{{"name": "甲", "c": 1}}', "--password-file", "{password}", "--as", "王主任"],
        ["do", "{office}", "add_unit", '{{"name": 7}}', "--password-file", "{password}", "--as", "王主任"],
        ["show", "{office}", "weather", "--password-file", "{password}"],
        ["show", "{office}", "finding", "--where", '{{"colour": 1}}', "--password-file", "{password}"],
        ["show", "{office}", "finding"],
        ["show", "{office}", "finding", "--password-file", "/nowhere"],
        ["check", "{office}", "--rebuild", "--audit", "--password-file", "{password}"],
        ["restore", "a", "b"],
        ["import", "{office}", "--password-file", "{password}"],
        ["demo"],
    ],
)
def test_misuse_is_two(folder: Path, arguments: list[str]) -> None:
    places = {"office": folder / "office", "password": folder / "password"}
    ran = in_process(*[a.format(**places) for a in arguments])
    assert ran.code == cli.MISUSE, ran
    assert ran.lines == []
    assert ran.stderr[:5] in ("D-381", "D-304", "D-305")


def test_complaints_are_chinese(folder: Path) -> None:
    unknown = ["show", "a", "b", "--zz", "--password-file", "x"]
    for arguments in (["init"], ["nonsense"], unknown, ["check", "a", "--as"], ["restore", "a", "b"]):
        said = in_process(*arguments).stderr
        assert not {"required", "argument", "invalid", "choose", "unrecognized", "expected"} & set(said.split()), said


def test_help_is_no_error(folder: Path) -> None:
    for arguments in (["--help"], ["init", "--help"], ["do", "--help"]):
        assert in_process(*arguments).code == 0


# --- refusals ----------------------------------------------------------------------------------------------------


def test_refusals_are_three_and_change_nothing(folder: Path, office: Desk, group: Desk) -> None:
    before = office.digest()
    key = office.key
    wrong = folder / "wrong"
    wrong.write_text("不是这个密码哦", encoding="utf-8")
    unit = json.dumps({"name": "新单位"}, ensure_ascii=False)
    calls = [
        (["do", office.path, "add_unit", unit, *key, "--as", "没有这人"], "D-301"),
        (["do", group.path, "issue_task", '{"tasks": []}', *key, "--as", NAMES["01"]], "D-303"),
        (["do", office.path, "add_unit", unit, "--password-file", str(wrong), "--as", NAMES["office"]], "D-103"),
        (["show", str(folder / "nowhere"), "finding", *key], "D-101"),
        (["export", office.path, "--to", "09", "--out", str(folder / "stick"), *key], "D-254"),
        (["import", office.path, str(folder / "no.dubu"), *key], ""),
        (["print", office.path, "督〔2026〕1号", "--out", str(folder / "x.docx"), *key], "D-306"),
        (["init", office.path, "--edition", "office", "--as", "甲", *key], "D-102"),
        (["restore", str(folder / "stick"), str(folder / "new"), *key], "D-112"),
        (["check", office.path, "--for", "09", *key], "D-306"),
        (["check", group.path, "--for", "02", *key], "D-303"),
    ]
    for arguments, code in calls:
        ran = in_process(*arguments)
        if code:
            _refused(ran, code)
        else:
            assert (ran.code, ran.one["status"], ran.one["code"]) == (3, "refused", "D-401")
    office.refused("add_person", "D-316", name=NAMES["office"], roles=["clerk"])
    assert office.digest() == before


def test_a_workspace_in_use_is_refused_by_name(place: Any) -> None:
    password = place.root / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    assert place.office.edition == "office"  # it is open from here on
    ran = in_process("show", str(place.root / "office"), "unit", "--password-file", str(password))
    _refused(ran, "D-110")


# --- what commands say -------------------------------------------------------------------------------------------


def test_do_says_ids_number_changes_warnings(folder: Path, group: Desk) -> None:
    given = folder / "finding.json"
    given.write_text(json.dumps({"values": COMPLETE}, ensure_ascii=False), encoding="utf-8")
    said = group.ok("do", "register_finding", f"@{given}").one
    assert said["number"] == "WT-2026-01-0001" or said["number"].startswith("WT-")
    assert len(said["ids"]) == 1
    assert len(said["ids"][0]) == 32
    assert said["changes"] == {"kinds": ["finding"], "new": 1, "changed": 0, "conflicts": 0}
    assert said["warnings"] == []
    (row,) = group.show("finding", number=said["number"])
    assert (row["id"], row["place"]) == (said["ids"][0], COMPLETE["place"])
    assert [r["number"] for r in group.show("finding", status="draft")] == [said["number"]]
    assert group.show("finding", status="closed") == []
    sentence = group.do("undo")["sentence"]
    assert "登记问题" in sentence
    assert group.show("finding") == []
    assert len(group.show("finding", void=True)) == 1


def test_actions_lists_every_verb_with_its_parameters() -> None:
    from dubu_desktop.actions import registry

    rows = {row["name"]: row for row in in_process("actions", "--json").rows[0]}  # type: ignore[index]
    assert set(rows) == set(registry.all_verbs())
    wanted = {"name": "findings", "type": "list[str]", "required": True}
    assert wanted in rows["close_finding"]["parameters"]
    assert (rows["close_finding"]["editions"], rows["close_finding"]["roles"]) == (["office"], ["director"])
    words = in_process("actions").lines
    assert any(line.startswith("close_finding  销号") for line in words)


def test_import_reports_each_file_and_its_exit_code(folder: Path, office: Desk, group: Desk) -> None:
    number = group.do("register_finding", values=COMPLETE)["number"]
    shot = folder / "a.jpg"
    shot.write_bytes(photo(1))
    group.do("add_photos", finding=number, files=[str(shot)])
    said = group.ok("export", "--to", "office", "--out", str(folder / "new" / "stick")).one
    assert set(said) == {"files", "serial", "records", "photos", "left"}
    (file,) = said["files"]
    assert (said["records"], said["photos"], said["left"]) == (2, 1, 0)
    bad = folder / "bad.dubu"
    bad.write_bytes(Path(file).read_bytes()[:-9])
    mixed = in_process("import", office.path, str(bad), file, *office.key)
    assert mixed.code == cli.IN_PART
    refused, taken = mixed.rows
    assert (refused["file"], refused["status"], refused["code"]) == ("bad.dubu", "refused", "D-204")
    assert "D-204" in mixed.stderr
    assert (taken["new"], taken["changed"], taken["conflicts"]) == (2, 0, 0)
    assert (taken["photos"], taken["photos_of"]) == (1, 1)
    (again,) = office.take(file)
    assert (again["status"], again["new"]) == ("same", 0)
    both = in_process("import", office.path, str(bad), str(folder / "none.dubu"), *office.key)
    assert (both.code, [r["code"] for r in both.rows]) == (3, ["D-204", "D-401"])
    (bundle, *_) = office.show("bundle")
    assert bundle["file"] == Path(file).name


def test_check_says_what_it_looked_at_and_last_the_digest(folder: Path, office: Desk, group: Desk) -> None:
    group.do("register_finding", values=COMPLETE)
    office.take(*group.export())
    group.take(*office.export("01"))
    for how in ([], ["--rebuild"], ["--audit"]):
        ran = office.ok("check", *how)
        assert len(ran.lines) == 2
        assert json.loads(ran.lines[0])["sound"] is True
        assert ran.lines[-1] == office.digest()
    assert office.digest("--for", "01") == group.digest()
    assert office.digest("--for", "02") != group.digest()


def test_old_segments_are_archived_and_check_looks_after_the_archives(folder: Path, office: Desk, group: Desk) -> None:
    group.do("register_finding", values=COMPLETE)
    for _ in range(2):
        office.take(*group.export())
        group.take(*office.export("01"))
    before = office.digest()
    told = office.do("compact", keep_days=0)
    assert told["segments"] > 0
    assert office.digest() == before
    office.do("make_backup")
    looked = json.loads(office.ok("check").lines[0])
    assert (looked["archives"], looked["archives_healed"], looked["archives_lost"]) == (1, 0, [])
    here = Path(office.path)
    (archive,) = (path for path in (here / "archives").rglob("*") if path.is_file())
    archive.write_bytes(archive.read_bytes()[:-1])
    assert json.loads(office.ok("check").lines[0])["archives_healed"] == 1
    archive.unlink()
    for copy in (here / "backups" / "archives").rglob("*/*"):
        copy.unlink()
    ran = office.run("check", office.path, *office.key)
    assert ran.code == 3
    assert json.loads(ran.lines[0])["archives_lost"] == [f"{archive.parent.name}/{archive.name}"]


def test_ledger_and_where(folder: Path, office: Desk, group: Desk) -> None:
    group.do("register_finding", values=COMPLETE)
    office.take(*group.export())
    said = office.ok("ledger", "--out", str(folder / "台账.xlsx")).one
    assert (folder / "台账.xlsx").read_bytes()[:2] == b"PK"
    assert said["file"] == str(folder / "台账.xlsx")
    assert [u["name"] for u in office.show("unit", side="行业")] == ["应急管理局"]
    assert office.show("history", record=office.show("finding")[0]["number"])


# --- disaster ----------------------------------------------------------------------------------------------------


def test_backup_elsewhere_and_restore_with_photos(folder: Path, group: Desk, office: Desk) -> None:
    number = group.do("register_finding", values=COMPLETE)["number"]
    shot = folder / "a.jpg"
    shot.write_bytes(photo(2))
    group.do("add_photos", finding=number, files=[str(shot)])
    second = folder / "second"
    second.mkdir()
    said = group.ok("backup", "--to", str(second)).one
    assert said["verified"] is True
    shutil.rmtree(group.path)
    made = in_process("restore", said["path"], str(folder / "group01-new"), *group.key).one
    assert (made["photos"], made["missing"]) == (2, 0)
    back = Desk(in_process, folder, "group01-new", NAMES["01"])
    (row,) = back.show("evidence")
    assert row["state"]
    assert back.do("register_finding", values=COMPLETE)["ids"]
    assert [r["status"] for r in office.take(*back.export())] == ["new"]
    assert len(office.show("finding")) == 2


def test_the_recovery_code_opens_a_copy_elsewhere_to_read_print_and_back_up(folder: Path) -> None:
    office = Desk(in_process, folder, "fresh", "骆明远")
    code = in_process("init", office.path, "--edition", "office", "--as", "骆明远", *office.key).one["recovery_code"]
    office.do("add_unit", name="青石镇")
    shutil.copytree(office.path, folder / "copy")
    paper, new = folder / "paper", folder / "new-password"
    paper.write_text(code.lower().replace("-", " "), encoding="utf-8")
    new.write_text("另一个新密码-2026", encoding="utf-8")
    ran = in_process("recover", str(folder / "copy"), "--recovery-file", str(paper), "--password-file", str(new))
    assert (ran.code, ran.one["writes"]) == (0, False)
    copy = Desk(in_process, folder, "copy", "骆明远")
    _refused(in_process("show", copy.path, "unit", *copy.key), "D-103")  # the lost password opens the copy no more
    copy.key = ("--password-file", str(new))
    assert [u["name"] for u in copy.show("unit")] == ["青石镇"]
    assert copy.ok("ledger", "--out", str(folder / "copy.xlsx")).code == 0
    assert copy.ok("backup").one["verified"] is True
    assert copy.digest("--rebuild") == office.digest()
    copy.refused("add_unit", "D-315", name="柳湾街道")
    _refused(in_process("export", copy.path, "--to", "all", "--out", str(folder / "out"), *copy.key), "D-116")
    assert office.do("add_unit", name="柳湾街道")["ids"]
    wrong = folder / "wrong"
    wrong.write_text(code[:-1] + ("2" if code[-1] != "2" else "3"), encoding="utf-8")
    ran = in_process("recover", office.path, "--recovery-file", str(wrong), "--password-file", str(new))
    _refused(ran, "D-104")
    assert office.show("unit")


def test_a_backup_opened_by_the_recovery_code(folder: Path) -> None:
    office = Desk(in_process, folder, "fresh", "骆明远")
    code = in_process("init", office.path, "--edition", "office", "--as", "骆明远", *office.key).one["recovery_code"]
    paper = folder / "paper"
    paper.write_text(code, encoding="utf-8")
    made = office.ok("backup").one
    said = in_process("restore", made["path"], str(folder / "again"), "--recovery-file", str(paper))
    assert said.code == 0, said
    assert Desk(in_process, folder, "again", "骆明远").digest() == office.digest()


def test_a_damaged_workspace_is_noticed_restored_and_healed(folder: Path, office: Desk, group: Desk) -> None:
    number = group.do("register_finding", values=COMPLETE)["number"]
    office.take(*group.export())
    backup = office.ok("backup").one["path"]
    group.do("edit_finding", finding=number, values={"place": "城关街道东关菜市场"})
    late = group.export()
    office.take(*late)
    whole = office.digest()
    database = folder / "office" / "dubu.db"
    content = bytearray(database.read_bytes())
    for spot in range(8192, len(content), 4096):
        content[spot] ^= 0xFF
    database.write_bytes(content)
    ran = in_process("check", office.path, *office.key)
    _refused(ran, "D-111")
    in_process("restore", backup, str(folder / "healed"), *office.key)
    healed = Desk(in_process, folder, "healed", NAMES["office"])
    assert healed.digest() != whole
    healed.take(*late)
    assert healed.show("finding", number=number)[0]["place"] == "城关街道东关菜市场"
    assert healed.digest() == whole


def test_demo_past_main_is_misuse(folder: Path) -> None:
    ran = in_process("demo", str(folder / "demo"))
    _refused(ran, "D-381", cli.MISUSE)
