"""What a paper costs beside bare python-docx writing the same paragraphs and print copies, and beside an empty file.

`./dubu bench papers`. The print copies are ready (they are made once, when a photo is attached): 1600 px, noise, so
that they are as large as photographs are. Goals: 200 findings with 60 photos within 1.5 × of the bare library; the
file of 22 findings within 3 × of opening an empty one.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.shared import Mm
from PIL import Image

from benchmarks.measure import Taken, table, take
from dubu_desktop.domain.papers.blocks import Paper, Photo
from dubu_desktop.domain.papers.bulletin import bulletin
from dubu_desktop.domain.papers.bulletin_data import BulletinData
from dubu_desktop.domain.papers.told import FindingTold
from dubu_desktop.export.docx import paper_bytes

_FACTS = (
    "疏散通道堆放瓷砖约40箱，净宽由2.4米减至0.7米，东门上锁，值班人员不能当场打开；检查记录停在上月，未按规定逐日巡查。"
)


def data(findings: int, photos: int, pictures: list[bytes]) -> BulletinData:
    """A 通报 of so many findings that share so many photos."""
    items = []
    for place in range(findings):
        # the photos at even distances, so that no finding has them all
        of = range(place * photos // findings, (place + 1) * photos // findings)
        items.append(
            FindingTold(
                number=f"WT-2026-03-{place + 1:04d}",
                industry_unit="应急管理局",
                territory_unit="城关街道",
                place=f"广源建材市场{place + 1}号楼",
                found_text="6月2日",
                facts=_FACTS,
                category=("安全生产", "消防通道"),
                severity="较重",
                term="限期",
                due_on=date(2026, 6, 18),
                status="整改中",
                id=place.to_bytes(16, "big"),
                photos=tuple(Photo(pictures[at % len(pictures)], f"照片{at + 1}") for at in of),
            )
        )
    return BulletinData(
        "澄川县督导巡查领导小组办公室文件", "澄川县督导巡查领导小组办公室", "关于督导巡查发现问题情况的通报", 2026,
        tuple(items), ("各镇人民政府",), number="督巡通〔2026〕5号", issued_on=date(2026, 6, 15),
    )  # fmt: skip


def print_copies(count: int) -> list[bytes]:
    """JPEGs of 1600 × 1200 pixels that do not compress further."""
    made = []
    for place in range(count):
        noise = Image.effect_noise((400, 300), 40 + place).resize((1600, 1200))
        stream = io.BytesIO()
        Image.merge("RGB", (noise, noise, noise)).save(stream, "JPEG", quality=85)
        made.append(stream.getvalue())
    return made


def texts_of(file: bytes) -> list[str]:
    """Every paragraph of a written paper that has characters, those of tables too."""
    root = docx.Document(io.BytesIO(file)).element
    found = ("".join(paragraph.itertext(qn("w:t"))) for paragraph in root.iter(qn("w:p")))
    return [text for text in found if text]


def bare(texts: list[str], pictures: list[bytes]) -> bytes:
    """The floor: the same paragraphs and pictures by python-docx as it comes, no layout at all."""
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    for picture in pictures:
        document.add_picture(io.BytesIO(picture), width=Mm(70))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def opened() -> Any:
    """The other floor: an empty file."""
    return docx.Document()


def _size(file: bytes) -> str:
    return f"{len(file) / 1e6:.2f} MB"


def measure(findings: int, photos: int, runs: int) -> tuple[Taken, Taken, Taken]:
    """(from facts to file, from blocks to file, the bare library), the same pictures in each."""
    pictures = print_copies(photos) if photos else []
    told = data(findings, photos, pictures)
    paper: Paper = bulletin(told)
    texts = texts_of(paper_bytes(paper))
    label = f"{findings} findings, {photos} photos"
    whole = take(f"facts → .docx, {label}", lambda: paper_bytes(bulletin(told)), runs, _size)
    printed = take(f"blocks → .docx, {label}", lambda: paper_bytes(paper), runs, _size)
    floor = take(f"floor: bare python-docx, {len(texts)} paragraphs", lambda: bare(texts, pictures), runs, _size)
    return whole, printed, floor


def main(argv: list[str]) -> int:
    """Print both tables; the ratios are the result."""
    runs = int(argv[0]) if argv else 7
    whole, printed, floor = measure(200, 60, runs)
    print(table("A 通报 of 200 findings with 60 photos", (floor, printed, whole), floor))
    empty = take("floor: opening an empty file", opened, runs)
    small, blocks, plain = measure(22, 0, runs)
    print(table("A 通报 of 22 findings", (empty, plain, blocks, small), empty))
    return 0
