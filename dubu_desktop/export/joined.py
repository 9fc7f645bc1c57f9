"""Several PDFs as one, so that the papers of a day go to the printer in one go."""

from __future__ import annotations

import io
from collections.abc import Sequence

from dubu_desktop.export.render import PDFIUM, render_pdfs
from dubu_desktop.export.soffice import TIMEOUT_S
from dubu_desktop.system.child import IsCancelled, OnProgress

#: seconds a paper may take, on top of what one alone may
_EACH_S = 5.0


def one_pdf(
    papers: Sequence[bytes], on_progress: OnProgress | None = None, cancelled: IsCancelled | None = None
) -> bytes:
    """The PDF of several papers (.docx), one after another, each beginning on a new page.

    D-501 to D-503; Cancelled, and no child goes on.
    """
    import pypdfium2

    timeout = TIMEOUT_S + _EACH_S * len(papers)
    made = render_pdfs(papers, timeout=timeout, on_progress=on_progress, cancelled=cancelled)
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
