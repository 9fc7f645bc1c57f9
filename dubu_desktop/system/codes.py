"""Codes that are printed, read aloud and typed in again: alphabet, drawing, check letters, normalising.

The alphabet has 31 signs and none that look alike in print (no 0 O, 1 I L). 31 is a prime, so a weighted sum modulo
31 notices every single wrong letter and every swap of two neighbours (ISO/IEC 7064 gives the same argument).
"""

from __future__ import annotations

import unicodedata

from dubu_desktop.system.randomness import Randomness

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_SIGNS = len(ALPHABET)
_LARGEST_FAIR_BYTE = 256 - 256 % _SIGNS


def draw(randomness: Randomness, length: int) -> str:
    """`length` letters of the alphabet, each equally likely (4.95 bits a letter): biasing bytes are dropped."""
    letters: list[str] = []
    while len(letters) < length:
        for byte in randomness.bytes(length):
            if byte < _LARGEST_FAIR_BYTE and len(letters) < length:
                letters.append(ALPHABET[byte % _SIGNS])
    return "".join(letters)


def check_letter(letters: str, place: int = 0) -> str:
    """The check letter of at most 29 `letters`; `place` (0 … 30) goes in too, so that swapped groups are noticed."""
    total = place
    for weight, letter in enumerate(letters, start=2):
        total += weight * ALPHABET.index(letter)
    return ALPHABET[total % _SIGNS]


def normalise(text: str) -> str:
    """What a person typed, as letters: full-width forms folded (NFKC), upper case, spaces and dashes dropped.

    Letters outside the alphabet are kept, so that the caller can say where the mistake is.
    """
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())
