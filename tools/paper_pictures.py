"""Make docs/pictures/paper-KIND.png: the pages of every kind of paper, from the demo, laid out by LibreOffice.

`./dubu pictures papers [DEMO]`. Plays the demo in a temporary folder unless one that has been played is given.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402

from dubu_desktop import demo  # noqa: E402
from dubu_desktop.actions.house import House  # noqa: E402
from dubu_desktop.export.render import page_pictures, render_pdfs  # noqa: E402

DPI = 72
COLOURS = 64
#: pages shown side by side: of a longer paper the first ones and the last, where the 版记 stands
MOST = 4


def main(argv: list[str]) -> int:
    """Draw them all and say how large they are."""
    out = ROOT / "docs" / "pictures"
    with tempfile.TemporaryDirectory(prefix="dubu-papers-") as folder:
        played = Path(argv[0]) if argv else Path(folder) / "demo"
        if not argv:
            demo.play(played, photo_size=(1200, 900))
        with House.open_(played / "office", demo.PASSWORD) as house:
            made = house.do("make_papers", into=str(Path(folder) / "papers")).extra["papers"]
        kinds = [paper["kind"] for paper in made]
        pdfs = render_pdfs([Path(paper["file"]).read_bytes() for paper in made], timeout=600)
    for kind, pdf in zip(kinds, pdfs, strict=True):
        path = out / f"paper-{kind.replace('_', '-')}.png"
        path.write_bytes(_picture(pdf))
        print(f"{path.name} {path.stat().st_size / 1000:.0f} kB")
    return 0


def _picture(pdf: bytes) -> bytes:
    """The pages side by side, few colours."""
    pages = [Image.open(io.BytesIO(png)).convert("RGB") for png in page_pictures(pdf, DPI)]
    pages = [*pages[: MOST - 1], *pages[MOST - 1 :][-1:]]
    sheet = Image.new("RGB", (sum(page.width for page in pages) + 8 * (len(pages) - 1), pages[0].height), "#9AA0A8")
    at = 0
    for page in pages:
        sheet.paste(page, (at, 0))
        at += page.width + 8
    stream = io.BytesIO()
    sheet.quantize(COLOURS).save(stream, "PNG", optimize=True)
    return stream.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
