"""Invented dossiers for every kind of paper: signed, numbered, as long as asked for."""

from __future__ import annotations

import functools
import io
from datetime import date, timedelta
from typing import Any

from PIL import Image

from dubu_desktop.domain.papers.blocks import Paper, Photo
from dubu_desktop.domain.papers.kind import make
from dubu_desktop.domain.papers.kinds import kind_of
from dubu_desktop.domain.papers.told import (
    Dossier,
    FindingTold,
    InstructionTold,
    Letterhead,
    TaskTold,
    UrgeTold,
    VisitTold,
)
from tests.unit.export.samples import item

TODAY = date(2026, 6, 23)
ORGAN = "澄川县督导巡查领导小组办公室"


@functools.cache
def picture(place: int = 0, size: tuple[int, int] = (400, 300)) -> bytes:
    """A small JPEG, another one for each place."""
    stream = io.BytesIO()
    Image.new("RGB", size, (place * 37 % 256, 120, 140)).save(stream, "JPEG")
    return stream.getvalue()


def told(place: int, photos: int = 0, /, **changes: Any) -> FindingTold:
    """The `place`-th finding of the samples with all that hangs on it."""
    due = date(2026, 6, 11) + timedelta(days=place % 20)
    late = max(0, (TODAY - due).days)
    values: dict[str, Any] = {
        "id": bytes([1]) + place.to_bytes(15, "big"),
        "state": ("rectifying", "replied")[place % 2],
        "group": "第三督导巡查组",
        "urgent": place == 0,
        "repeats": place % 7 == 3,
        "due_on": due,
        "measures": "清理通道，东门改为常开，物业每日巡查两次。",
        "owner": "市场物业经理",
        "reply": "通道已清空，照片附后。",
        "replied_on": date(2026, 6, 20),
        "original_due_on": due,
        "result": "现场核查，通道畅通。",
        "verified_by": "石建功",
        "verified_on": date(2026, 6, 21),
        "urges": tuple(
            UrgeTold(bytes([2, n]) + place.to_bytes(14, "big"), date(2026, 6, 15 + n), "电话", "催办") for n in range(2)
        ),
        "overdue": late,
        "overdue_working": late * 5 // 7,
        "level": ("blue", "amber", "red")[place % 3],
        "photos": tuple(Photo(picture(n), f"照片{place + 1}-{n + 1}（6月2日摄）") for n in range(photos)),
        "photo_count": photos,
        "after": (Photo(picture(99), "整改后（6月20日摄）"),) if photos else (),
    }
    return item(place, **{**values, **changes})


def task(**changes: Any) -> TaskTold:
    """A task handed over and reported."""
    values: dict[str, Any] = {
        "number": "督交〔2026〕3号",
        "title": "人员密集场所消防安全督导",
        "source": "会议议定",
        "group": "第三督导巡查组",
        "leader": "石建功",
        "objects": "建材市场、医院、商场的疏散通道、灭火设施、消防登高面",
        "units": ("城关街道", "应急管理局"),
        "requirement": "逐栋检查，对上次问题逐条回头看；发现的问题明确到时间、地点、具体情况，附照片。",
        "issued_on": date(2026, 6, 1),
        "due_on": date(2026, 6, 22),
        "feedback": "仅报领导小组办公室",
        "contact": "叶青禾，0000-1234567",
        "report": "已逐栋检查，发现的问题均已交办。",
        "id": bytes([3] * 16),
        "state": "reported",
    }
    return TaskTold(**{**values, **changes})


def dossier(kind: str, count: int = 3, photos: int = 0, /, **changes: Any) -> Dossier:
    """What a paper of `kind` rests on: `count` findings that share `photos` photos."""
    chosen = kind_of(kind)
    number = 1 if chosen.rests.value == "finding" else count
    shares = [photos // number + (place < photos % number) for place in range(number)] if number else []
    state = {"state": "closed"} if kind == "close_out_form" else {}
    findings = tuple(told(place, share, **state) for place, share in enumerate(shares))
    if kind == "photo_card":
        findings = tuple(f for f in findings if f.photos) or (told(0, 1),)
    values: dict[str, Any] = {
        "letterhead": Letterhead(
            ORGAN,
            mark=f"{ORGAN}文件",
            addressees=("各镇人民政府", "各街道办事处", "县直有关部门、单位"),
            report_to=("县委、县政府主要负责同志",),
            copy_to=("县纪委监委机关", "县委组织部"),
            contact="叶青禾，0000-1234567",
        ),
        "today": TODAY,
        "findings": findings,
        "task": task() if chosen.rests.value == "task" else None,
        "instruction": instruction() if chosen.rests.value == "instruction" else None,
        "visits": tuple(VisitTold(bytes([4, n] * 8), ("四不两直", "突击检查")[n % 2]) for n in range(5)),
        "groups": ("第一督导巡查组", "第三督导巡查组"),
        "period": (date(2026, 6, 2), date(2026, 6, 13)),
        "unvisited": ("河东镇",),
        "number": f"{chosen.word or '督'}〔2026〕7号",
        "serial": 7,
        "issued_on": TODAY,
        "signer": "沈怀志",
        "options": {"photos": 9} if kind == "photo_card" else {},
    }
    return Dossier(**{**values, **changes})


def instruction(**changes: Any) -> InstructionTold:
    """A leader's words and the task made of them."""
    values: dict[str, Any] = {
        "leader": "县政府主要负责同志",
        "given_on": date(2026, 6, 16),
        "title": "幸福河大桥下生活污水直排问题",
        "text": "污水直排去年已整改，今年又反弹。请查清排口来源，截污到位，7月7日前办结并报告结果。",
        "due_on": date(2026, 7, 7),
        "groups": ("第二督导巡查组",),
        "tasks": (task(number="督交〔2026〕7号", group="第二督导巡查组"),),
        "id": bytes([5] * 16),
    }
    return InstructionTold(**{**values, **changes})


def paper(kind: str, count: int = 3, photos: int = 0, /, **changes: Any) -> Paper:
    """A signed paper of `kind`."""
    return make(kind_of(kind), dossier(kind, count, photos, **changes))
