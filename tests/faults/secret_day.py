"""A day in an office and a group in which every text is a canary; run as a program, it ends by being killed.

Arguments: the root folder. It says `LOOK <what was done>` and waits for a line before it goes on; whoever started it
looks through the disk meanwhile. Its last word is `KILL`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.world import cheap_keys

#: words that stand nowhere else; each goes into another place of the records
CANARIES = {
    "password": "鸱鸮鸣枝口令甲",
    "facts": "獬豸触邪于西仓",
    "place": "甪端里窨井巷",
    "unit": "犍牛堡椑柿合作社",
    "person": "阚楹澍",
    "named": "仇夑璟",
    "title": "彳亍陌上专项甲",
    "instruction": "此事须穷究到底勿以跬步自足",
    "note": "建议改为魍魉所记",
    "caption": "照相所见罅隙三处",
    "draft": "尚未写完之饕餮半句",
    "reply": "已令其蠲除并具结",
    "ascii": "CANARY-7f3a9c-Xyzzy",
}
CAMERA = "CANARYCAM Model-Q7"


def picture(seed: int) -> bytes:
    """A JPEG whose bytes cannot be mistaken, with a camera's name in it."""
    import io

    from PIL import Image

    exif = Image.Exif()
    exif[0x0110] = CAMERA
    out = io.BytesIO()
    Image.effect_noise((400 + seed, 300), 70).convert("RGB").save(out, "JPEG", quality=85, exif=exif)
    return out.getvalue()


def look(done: str) -> None:
    """Let the other side look."""
    print(f"LOOK {done}", flush=True)
    sys.stdin.readline()


def main() -> None:
    """The day."""
    root = Path(sys.argv[1])
    import pytest

    cheap_keys(pytest.MonkeyPatch())
    from dubu_desktop.actions.setup import init_group, init_office

    c, password = CANARIES, CANARIES["password"]
    stick, camera, second = root / "stick", root / "camera", root / "second"
    for folder in (stick, camera, second):
        folder.mkdir()
    shots = []
    for i in range(4):
        shots.append(str(camera / f"{i}.jpg"))
        Path(shots[-1]).write_bytes(picture(i))
    office = init_office(root / "office", password, c["person"]).house
    office.do("add_unit", name=c["unit"], unit_kind="town", side="territory", aliases=[c["ascii"]])
    made = office.do("enrol_group", code="05", out=str(stick), leader=c["person"]).extra
    group = init_group(root / "group", password, c["person"], Path(made["starter"]).read_bytes(), made["code"]).house
    look("begun")

    def carry(sender: Any, to: str, receiver: Any) -> None:
        files = sender.do("export_bundle", to=to, out=str(stick)).extra["files"]
        receiver.do("preview_bundles", files=files)
        look("previewed")
        assert [r["status"] for r in receiver.do("import_bundles", files=files).extra["reports"]] == ["new"]

    carry(group, "office", office)
    (task,) = office.do("draft_task", title=c["title"], groups=["05"], requirement=c["ascii"]).ids
    office.do("issue_task", tasks=[task])
    office.do("edit_rules", rules={"findings": {"named_persons": True}})
    carry(office, "05", group)
    values = {
        "found_at": "2026-06-02T09:00", "place": c["place"], "category": "消防通道",
        "facts": c["facts"] + "，堵塞约12 m，3具灭火器失效",
        "unit": c["unit"], "territory_unit": c["unit"], "no_industry_reason": c["ascii"],
    }  # fmt: skip
    number = group.do("register_finding", values=values).number
    group.do("add_photos", finding=number, files=shots[:2], caption=c["caption"])
    group.do("add_photos", finding=number, images=[Path(shots[3]).read_bytes()])
    group.do("name_person", finding=number, name=c["named"], post=c["ascii"])
    group.do("add_note", kind="finding", record=number, text=c["note"])
    group.do("save_draft", key="new", body={"facts": c["draft"]})
    group.do("finalise_finding", finding=number)
    look("recorded")
    carry(group, "office", office)
    office.do("confirm_finding", findings=[number])
    office.do("record_instruction", leader=c["person"], text=c["instruction"], findings=[number], groups=["05"])
    office.do("record_reply", finding=number, reply=c["reply"])
    office.do("draft_bulletin", findings=[number], lead=c["facts"])
    office.do("make_backup", to=str(second))
    look("backed up")
    carry(office, "05", group)
    if not group.do("compact", keep_days=0).extra["archives"]:
        raise AssertionError("nothing to archive: the search would look at no archive")
    look("archived")
    group.do("add_photos", finding=number, files=[shots[2]], role="after", caption=c["caption"])
    with office.ws.writing() as conn:  # in the middle of everything: a transaction open, an export half written
        conn.exec_driver_sql("UPDATE r_finding SET facts = facts || facts")
        work = group.run("export_bundle", to="office", out=str(stick))
        next(work)
        group.do("save_draft", key="new", body={"facts": c["draft"] + c["facts"]})
        print("KILL", flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main()
