"""Several PDFs as one, so that the papers of a day go to the printer in one go."""

from __future__ import annotations

import io
from collections.abc import Sequence

from dubu_desktop.export.render import PDFIUM, render_pdfs


def one_pdf(papers: Sequence[bytes]) -> bytes:
    """The PDF of several papers (.docx), one after another, each beginning on a new page. D-501 to D-503."""
    import pypdfium2

    made = render_pdfs(papers)
    with PDFIUM:
        whole = pypdfium2.PdfDocument.new()
        for pdf in made:
            part = pypdfium2.PdfDocument(pdf)
            whole.import_pages(part)
            part.close()
        out = io.BytesIO()
        whole.save(out)
        whole.close()
    return out.getvalue()
