"""Real input from a folder given with --data: twelve camera photos through a bundle, due dates across 调休."""

from __future__ import annotations

import csv
import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest

from dubu_desktop.actions.reads import evidence
from dubu_desktop.domain.calendar import shipped_calendar
from dubu_desktop.domain.records.finding import TimeSource
from tests.stories.exchange import Place

pytestmark = pytest.mark.needs_data

#: DateTimeOriginal and position, read with another program
KNOWN = {
    "DSCN0010.jpg": ("2008-10-22T16:28:39", (43.467448, 11.885127)),
    "DSCN0012.jpg": ("2008-10-22T16:29:49", (43.467157, 11.885395)),
    "DSCN0021.jpg": ("2008-10-22T16:38:20", (43.467082, 11.884538)),
    "DSCN0025.jpg": ("2008-10-22T16:43:21", (43.468365, 11.881635)),
}
UPRIGHT = {"landscape_3.jpg": True, "landscape_6.jpg": True, "portrait_5.jpg": False, "portrait_8.jpg": False}


def test_twelve_photos_arrive_byte_for_byte_and_say_when_and_where(place: Place, data_dir: Path) -> None:
    files = sorted(p for p in (data_dir / "photos").iterdir() if p.suffix.lower() in (".jpg", ".heic"))
    assert len(files) == 12
    group, office = place.groups["01"], place.office
    number = place.finding(group)
    told = group.do("add_photos", finding=number, files=[str(f) for f in files])
    assert told.extra["added"] == 12, told.warnings
    report = place.take(office, place.up("01"))[0]
    assert (report["photos"], report["photos_of"]) == (12, 12)
    rows = {r["sha256"]: r for r in place.rows(office, "evidence")}
    for file in files:
        raw = file.read_bytes()
        row = rows[hashlib.sha256(raw).digest()]
        assert office.ws.blobs.read(row["sha256"]) == raw, "the original is what the camera wrote"
        shown = office.read(evidence.preview_bytes, row["uuid"].hex())
        assert shown.startswith(b"\xff\xd8")
        assert b"Exif" not in shown
        if row["time_source"] == TimeSource.FILE:
            assert file.name not in KNOWN, "a bare file time is said to be one"
        if file.name in KNOWN:
            moment, (north, east) = KNOWN[file.name]
            latitude, longitude = (float(x) for x in row["coordinates"].split(","))
            assert row["taken_at"] == moment
            assert (latitude, longitude) == pytest.approx((north, east), abs=0.00001)
        if file.name in UPRIGHT:
            assert (row["width"] > row["height"]) is UPRIGHT[file.name], file.name
    heic = next(f for f in files if f.suffix == ".HEIC")
    assert rows[hashlib.sha256(heic.read_bytes()).digest()]["mime"] == "image/heic"
    place.round()
    assert place.agree("01")


def test_due_dates_agree_with_every_published_day(data_dir: Path) -> None:
    with (data_dir / "calendar" / "holidays.csv").open(encoding="utf-8") as stream:
        kinds = {date.fromisoformat(r["date"]): r["kind"] for r in csv.DictReader(stream)}
    calendar = shipped_calendar()
    day, last = date(2023, 1, 1), date(2026, 12, 15)
    while day < last:
        due, left = day, 3
        while left:
            due += timedelta(days=1)
            left -= kinds.get(due, "休" if due.weekday() >= 5 else "班") == "班"
        assert calendar.due(day, 3).date == due, day
        day += timedelta(days=1)
