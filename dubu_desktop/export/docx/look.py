"""How a paper looks where offices differ: typefaces by name, and the margins."""

from __future__ import annotations

from dataclasses import dataclass

from dubu_desktop.export.docx.fonts import WINDOWS, Face, FontProfile
from dubu_desktop.export.docx.geometry import PRACTICE, PageProfile


@dataclass(frozen=True, slots=True)
class Look:
    """Typefaces and margins."""

    fonts: FontProfile = WINDOWS
    page: PageProfile = PRACTICE

    def name(self, face: Face) -> str:
        """The name written for `face`."""
        return self.fonts.name(face)

    @property
    def title_bold(self) -> bool:
        """Whether the title face must be made bold."""
        return self.fonts.title_bold
