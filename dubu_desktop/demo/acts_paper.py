"""The papers of the demo: the 通报 from draft to 印发, and what is printed at the end."""

from __future__ import annotations

from dubu_desktop.demo import county
from dubu_desktop.demo.county_story import BULLETIN
from dubu_desktop.demo.stage import Stage


class Paper:
    """The one 通报 of the story, and the folder `papers/`."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._bulletin = ""

    def draft(self) -> None:
        """The clerk drafts it from the findings chosen, with the texts of the office."""
        stage = self._stage
        stage.clerk("set_paper_settings", values={"organ": county.OFFICE_NAME})
        made = stage.clerk(
            "draft_bulletin",
            findings=[stage.numbers[key] for key in BULLETIN.findings],
            title=BULLETIN.title,
            lead=BULLETIN.lead,
            overall=BULLETIN.overall,
            requirements=BULLETIN.requirements,
            addressees=list(BULLETIN.addressees),
            report_to=list(BULLETIN.report_to),
            cc=list(BULLETIN.cc),
        )
        self._bulletin = made.ids[0]

    def submit(self) -> None:
        """Laid before the director."""
        self._stage.clerk("submit_document", document=self._bulletin)

    def sign(self) -> None:
        """Signed: it takes its number."""
        self._stage.director("sign_document", document=self._bulletin)

    def issue(self) -> None:
        """Issued: what it names is assigned."""
        self._stage.clerk("issue_document", document=self._bulletin)

    def print_all(self) -> None:
        """The 通报 as .docx and the ledger as .xlsx."""
        out = self._stage.root / "papers"
        out.mkdir()
        self._stage.clerk("print_document", document=self._bulletin, out=str(out))
        self._stage.clerk("export_ledger", out=str(out / "问题台账.xlsx"))
