"""Make docs/pictures/bulletin-page1.png: page 1 of the sample 通报 of the tests, laid out by LibreOffice.

.venv/bin/python tools/bulletin_picture.py [OUT.png]
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dubu_desktop.domain.papers.bulletin import bulletin  # noqa: E402
from dubu_desktop.export.docx import paper_bytes  # noqa: E402
from dubu_desktop.export.render import page_pictures, render_pdf  # noqa: E402
from tests.unit.export.samples import bulletin_data  # noqa: E402

DPI = 110
FINDINGS = 22


def main() -> None:
    """Render and write the picture; the path may be given."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures" / "bulletin-page1.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(next(page_pictures(render_pdf(paper_bytes(bulletin(bulletin_data(FINDINGS)))), DPI)))
    print(target)


if __name__ == "__main__":
    main()
