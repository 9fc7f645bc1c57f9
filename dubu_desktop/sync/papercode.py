"""The enrolment code: what is printed, read over the telephone and typed in (sync.md §3.12).

12 letters of the 31-letter alphabet (59 bits) and a check letter: `XXXX-XXXX-XXXX-X`. The check letter notices every
single wrong letter and every swap of neighbours before anything is tried.
"""

from __future__ import annotations

from dubu_desktop.errors import DubuError
from dubu_desktop.system.codes import ALPHABET, check_letter, draw, normalise
from dubu_desktop.system.randomness import Randomness

CODE_LETTERS = 12


def new_code(randomness: Randomness) -> str:
    """A fresh code as it is printed."""
    letters = draw(randomness, CODE_LETTERS)
    return printed(letters + check_letter(letters))


def printed(letters: str) -> str:
    """13 letters in groups of four."""
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def code_letters(text: str) -> str:
    """The 12 letters of what a person typed; case, spaces, dashes and full-width forms do not matter.

    DubuError D-230 for signs that never occur in a code (0, 1, I, L, O among them), D-231 for a wrong number of
    letters, D-232 when the check letter does not fit.
    """
    typed = normalise(text)
    strange = sorted({sign for sign in typed if sign not in ALPHABET})
    if strange:
        raise DubuError("D-230", signs="".join(strange)[:20])
    if len(typed) != CODE_LETTERS + 1:
        raise DubuError("D-231", length=len(typed), expected=CODE_LETTERS + 1)
    letters, check = typed[:-1], typed[-1]
    if check_letter(letters) != check:
        raise DubuError("D-232")
    return letters
