"""The big merge in the window: six groups with 900 photos, 2.5 GB, taken in by the office (`./dubu bench merge`).

Makes six real workspaces with photographs of real weight, exports them, and lets the office take the bundles in through
its own window. Meanwhile it reads a list over and over, and counts what the window does: steps of progress, answers of
lists beside their time at rest, the longest wait of the event loop, memory. Then the same import is cancelled at
many moments, and each time what is left is before or after.

`./dubu bench merge [--photos 900] [--mb 2500] [--cancels 6] [--keep DIR] [--pictures DIR]`
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import findings
from dubu_desktop.actions.setup import init_group, init_office
from dubu_desktop.db import kept, queries
from dubu_desktop.system.clock import Clock

PASSWORD = "六组合一也要锁好12345"
GROUPS = ("01", "02", "03", "04", "05", "06")
PER_FINDING = 5
_FACTS = "疏散通道堆放瓷砖约40箱，净宽由2.4 m减至0.7 m，东门上锁，值班人员不在岗"
#: how often a list is asked for while the import runs, seconds
_ASK_EVERY = 0.1


@dataclass
class Built:
    """What the measurement starts from: the office closed before anything came, and the bundles."""

    root: Path
    office: Path
    files: list[str]
    findings: dict[str, int] = field(default_factory=dict)
    photos: int = 0

    @property
    def bytes(self) -> int:
        """All bundles together."""
        return sum(Path(one).stat().st_size for one in self.files)


def photograph(scene: Any, seed: int, size: int) -> bytes:
    """A JPEG of `size` bytes unlike any other: the scene with a patch of its own, and comments that do not compress."""
    from PIL import Image

    patch = Image.frombytes("RGB", (8, 8), random.Random(seed).randbytes(192)).resize((400, 300))
    picture, made = scene.copy(), io.BytesIO()
    picture.paste(patch, (300, 200))
    picture.save(made, "JPEG", quality=85)
    base = made.getvalue()
    filler, out = random.Random(seed).randbytes(max(0, size - len(base))), [base[:2]]
    for at in range(0, len(filler), 65_000):
        part = filler[at : at + 65_000]
        out.append(b"\xff\xfe" + (len(part) + 2).to_bytes(2, "big") + part)
    return b"".join([*out, base[2:]])


def _scene() -> Any:
    """What all photographs show: soft shapes, as much detail as a wall and a yard have."""
    from PIL import Image, ImageFilter

    rough = Image.frombytes("RGB", (96, 72), random.Random(7).randbytes(96 * 72 * 3))
    return rough.resize((1600, 1200)).filter(ImageFilter.GaussianBlur(3))


def build(root: Path, photos: int, size: int, say: Callable[[str], None]) -> Built:
    """Office and groups that know each other, and a bundle of each with its share of the photos on the stick."""
    stick = root / "stick"
    stick.mkdir(parents=True)
    clock = Clock()
    office = init_office(root / "office", PASSWORD, "王主任", clock).house
    office.do("add_unit", name="城关街道", unit_kind="town", side="territory")
    office.do("add_unit", name="应急管理局", unit_kind="department", side="industry")
    groups = {code: _enrolled(root, office, code, clock) for code in GROUPS}
    for group in groups.values():
        office.do("import_bundles", files=_exported(group, "office", stick))
    for code, group in groups.items():
        group.do("import_bundles", files=_exported(office, code, stick))
    office.close()
    built = Built(root, root / "office", [])
    scene, share = _scene(), photos // len(groups)
    for at, (code, group) in enumerate(groups.items()):
        begun = time.perf_counter()
        built.findings[code] = _work(root, group, scene, at * share, share, size // photos)
        built.photos += share
        built.files += _exported(group, "office", stick)
        group.close()
        shutil.rmtree(root / f"group{code}")
        say(f"{code} 组：{share} 张照片，{time.perf_counter() - begun:.0f} s")
    return built


def _enrolled(root: Path, office: House, code: str, clock: Clock) -> House:
    told = office.do("enrol_group", code=code, out=str(root / "starters")).extra
    starter = Path(told["starter"]).read_bytes()
    return init_group(root / f"group{code}", PASSWORD, f"组长{code}", starter, told["code"], clock).house


def _exported(house: House, to: str, stick: Path) -> list[str]:
    return list(house.do("export_bundle", to=to, out=str(stick)).extra["files"])


def _work(root: Path, group: House, scene: Any, first: int, photos: int, size: int) -> int:
    """A group's findings with their photos, finalised; returns how many."""
    path, made = root / "camera", 0
    path.mkdir(exist_ok=True)
    for start in range(0, photos, PER_FINDING):
        values = {"place": f"城关街道建材市场{first + start}号楼", "facts": _FACTS, "category": "消防通道"}
        values |= {"industry_unit": "应急管理局", "territory_unit": "城关街道"}
        number = str(group.do("register_finding", values=values).number)
        names = []
        for n in range(start, min(start + PER_FINDING, photos)):
            name = path / f"{n}.jpg"
            name.write_bytes(photograph(scene, first + n, size))
            names.append(str(name))
        group.do("add_photos", finding=number, files=names)
        group.do("finalise_finding", finding=number)
        made += 1
        for each in names:
            Path(each).unlink()
    return made


# --- in the window -----------------------------------------------------------------------------------------------


@dataclass
class Watched:
    """What was seen while one import ran."""

    seconds: float = 0.0
    steps: list[tuple[float, int, str]] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    loop: list[float] = field(default_factory=list)
    outcome: Any = None
    cancelled: bool = False
    cancelled_at: float = 0.0
    cpu: float = 0.0
    grown: int = 0

    def phases(self) -> dict[str, float]:
        """Seconds by what was said to be going on."""
        out: dict[str, float] = {}
        for (at, _, label), (after, _, _) in zip(self.steps, [*self.steps[1:], (self.seconds, 0, "")], strict=True):
            name = label.partition(" ")[0]
            out[name] = out.get(name, 0.0) + after - at
        return {name: round(seconds, 2) for name, seconds in out.items()}


class Seat:
    """The office's window, and hands and eyes for it."""

    def __init__(self, path: Path) -> None:
        from dubu_desktop.ui.operation import Desk
        from dubu_desktop.ui.pages import PAGES
        from dubu_desktop.ui.window import Hooks, MainWindow

        self.app = application()
        self.house = House.open_(path, PASSWORD)
        self.house.be("王主任")
        self.desk = Desk(self.house)
        self.bugs: list[str] = []
        self.desk.bug.connect(lambda report: self.bugs.append(report.text))
        hooks = Hooks(who="办公室", person="王主任", undo=lambda: None)
        specs = [spec for key in ("bundles", "findings") for spec in PAGES if spec.key == key]
        self.window = MainWindow(self.desk, specs, hooks)
        self.window.resize(1366, 768)
        self.window.show()
        self.settle()

    def settle(self) -> None:
        """Until nothing is under way."""
        quiet = 0
        while quiet < 5:
            self.app.processEvents()
            time.sleep(0.002)
            quiet = 0 if self.desk.busy else quiet + 1

    def close(self) -> None:
        """Leave."""
        self.desk.close()
        self.window.close()
        self.window.deleteLater()
        self.app.processEvents()
        self.house.close()
        assert not self.bugs, self.bugs[0]

    def watch(
        self,
        begin: Callable[[], object],
        *,
        cancel_at: float | None = None,
        each: Callable[[float], None] | None = None,
    ) -> Watched:
        """Begin long work by `begin`; look until it is over. `cancel_at`: the share of the work at which to cancel."""
        seen, jobs, begun, asked, last = Watched(), list[Any](), time.perf_counter(), 0.0, time.perf_counter()
        waiting: list[bool] = []
        cpu, memory = time.process_time(), _rss()

        def started(job: Any) -> None:
            if job.cancellable:
                jobs.append(job)
                job.progressed.connect(lambda step: stepped(job, step))

        def stepped(job: Any, step: Any) -> None:
            share = step.done / step.total if step.total else 0.0
            seen.steps.append((time.perf_counter() - begun, step.done, step.label))
            if cancel_at is not None and share >= cancel_at and not seen.cancelled:
                seen.cancelled, seen.cancelled_at = True, time.perf_counter() - begun
                job.cancel()
            if each is not None:
                each(share)

        def answered(at: float) -> None:
            seen.answers.append(time.perf_counter() - at)
            waiting.clear()

        self.desk.began.connect(started)
        begin()
        while not jobs or not jobs[-1].finished:
            now = time.perf_counter()
            if not waiting and now - asked >= _ASK_EVERY:
                asked = now
                waiting.append(True)
                self.desk.read(self.window, _list, then=lambda _rows, at=now: answered(at))
            self.app.processEvents()
            time.sleep(0.001)
            seen.loop.append(time.perf_counter() - last)
            last = time.perf_counter()
            seen.grown = max(seen.grown, _rss() - memory)
        seen.cpu = time.process_time() - cpu
        seen.seconds = time.perf_counter() - begun
        self.desk.began.disconnect(started)
        self.settle()
        return seen

    def at_rest(self, times: int = 30) -> float:
        """Median seconds of the same list while nothing else runs."""
        taken: list[float] = []
        for _ in range(times):
            at = time.perf_counter()
            self.desk.read(self.window, _list, then=lambda _rows, at=at: taken.append(time.perf_counter() - at))
            self.settle()
        return statistics.median(taken)


def _list(reader: Any) -> int:
    """What a list asks for: all ids in order, the first page of rows."""
    ids = findings.ids(reader)
    return len(list(findings.rows(reader, ids[:200])))


def application() -> Any:
    """The one application, dressed as in use."""
    from PySide6.QtWidgets import QApplication

    from dubu_desktop.ui import desktop, theme

    known = QApplication.instance()
    if known is not None:
        return known
    made = QApplication(["merge"])
    desktop.speak_chinese(made)
    theme.apply(made, "light")
    return made


# --- the two measurements ----------------------------------------------------------------------------------------


def merge(built: Built, pictures: Path | None) -> dict[str, Any]:
    """Preview and import of everything in the window; figures."""
    place = _fresh(built, "merge")
    seat = Seat(place)
    grabbed = _grabber(seat, pictures)
    rest = seat.at_rest()
    page = seat.window.go("bundles")
    looked = seat.watch(lambda: page.preview(built.files), each=grabbed("preview"))
    _picture(seat, pictures, "preview-done")
    took = seat.watch(page.incoming.act, each=grabbed("import"))
    _picture(seat, pictures, "import-done")
    reports = list(page.incoming.reports)
    rest_after = seat.at_rest()
    seat.window.go("findings")
    seat.settle()
    _picture(seat, pictures, "findings")
    complete = whole(seat.house)
    seat.close()
    shutil.rmtree(place)
    out: dict[str, Any] = {
        "photos": built.photos,
        "bundle_bytes": built.bytes,
        "files": len(built.files),
    }
    out |= {"list_at_rest_ms": _ms(rest), "list_at_rest_after_ms": _ms(rest_after), "complete": complete}
    out["reports"] = [(r["status"], r["new"], r["photos"], r["photos_of"]) for r in reports]
    return out | {"preview": _figures(looked, rest), "import": _figures(took, max(rest, rest_after))}


def whole(house: House) -> list[int]:
    """[pictures named, pictures here, pictures whole] by reading every one of them."""
    from dubu_desktop.db.blobs import BlobState

    with house.ws.reading() as conn:
        named = kept.blob_hashes(conn)
    here = [h for h in named if house.ws.blobs.has(h)]
    return [len(named), len(here), sum(house.ws.blobs.check(h) is BlobState.OK for h in here)]


def cancels(built: Built, moments: int) -> list[dict[str, Any]]:
    """The import cancelled at `moments` shares of its way: what is taken is whole, the rest is not there."""
    out = []
    for n in range(moments):
        share = (n + 0.5) / moments
        place = _fresh(built, f"cancel-{n}")
        seat = Seat(place)
        page = seat.window.go("bundles")
        page.preview(built.files)
        seat.settle()
        seen = seat.watch(page.incoming.act, cancel_at=share)
        with seat.house.ws.reading() as conn:
            rows = queries.all_rows(conn, "finding")
        got = dict.fromkeys(built.findings, 0)
        for row in rows:
            code = next(code for code in got if f"-{code}-" in row["number"])
            got[code] += 1
        halves = {code: n for code, n in got.items() if n not in (0, built.findings[code])}
        named, here, sound = whole(seat.house)
        left = len(list(place.joinpath("inbox").glob("*"))) + len(list(place.glob("blobs/**/*.part")))
        seat.close()
        shutil.rmtree(place)
        out.append(
            {"at": round(share, 3), "cancelled": seen.cancelled, "groups_taken": sum(map(bool, got.values())),
             "half": len(halves), "named": named, "here": here, "whole": sound, "left_behind": left,
             "stopped_after_s": round(seen.seconds - seen.cancelled_at, 2)}
        )  # fmt: skip
    return out


def _fresh(built: Built, name: str) -> Path:
    target = built.root / name
    shutil.copytree(built.office, target)
    return target


def _figures(seen: Watched, rest: float) -> dict[str, Any]:
    gaps = [b[0] - a[0] for a, b in zip(seen.steps, seen.steps[1:], strict=False)]
    answers = sorted(seen.answers)
    return {
        "seconds": round(seen.seconds, 2),
        "cpu_seconds": round(seen.cpu, 2),
        "memory_grown_mb": round(seen.grown / 1e6, 1),
        "steps": len(seen.steps),
        "steps_per_second": round(len(seen.steps) / seen.seconds, 1),
        "longest_without_a_step_s": round(max(gaps, default=0.0), 2),
        "lists_answered": len(answers),
        "list_median_ms": _ms(statistics.median(answers)),
        "list_p95_ms": _ms(answers[int(len(answers) * 0.95)]),
        "list_worst_ms": _ms(answers[-1]),
        "list_ratio": round(statistics.median(answers) / rest, 2),
        "loop_worst_ms": _ms(max(seen.loop)),
        "phases_s": seen.phases(),
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _rss() -> int:
    """Memory of this process now, bytes; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096
    except OSError:
        return 0


def _grabber(seat: Seat, pictures: Path | None) -> Callable[[str], Callable[[float], None]]:
    """Pictures of the window at a tenth, a half and nine tenths of the way."""

    def named(name: str) -> Callable[[float], None]:
        todo = [0.1, 0.5, 0.9]

        def at(share: float) -> None:
            if todo and share >= todo[0]:
                _picture(seat, pictures, f"{name}-{int(todo.pop(0) * 100)}")

        return at

    return named


def _picture(seat: Seat, pictures: Path | None, name: str) -> None:
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        seat.window.grab().save(str(pictures / f"{name}.png"))


def main(argv: list[str]) -> dict[str, Any]:
    """Build, merge, cancel; print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="dubu bench merge", description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--photos", type=int, default=900)
    parser.add_argument("--mb", type=int, default=2500)
    parser.add_argument("--cancels", type=int, default=6)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--dir", type=Path, help="where the workspaces are made (several times the size of the photos)")
    given = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(dir=given.dir, prefix="dubu-merge-") as folder:
        built = build(Path(folder), given.photos, given.mb * 1_000_000, lambda line: print(line, file=sys.stderr))
        found = merge(built, given.pictures)
        found["cancels"] = cancels(built, given.cancels)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
