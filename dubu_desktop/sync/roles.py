"""What a workspace copy is, as starters and roster entries say it: whose scope it has, and its letter (sync.md §3.12).

`group` or `office`; the second and further computers of a side carry a letter after a colon: `group:B`. `hub` is an
office that was, before it was founded anew; the living hub has no role: it is the one that signs.
"""

from __future__ import annotations

GROUP_ROLE, OFFICE_ROLE, HUB_ROLE = "group", "office", "hub"


def role_of(base: str, letter: str) -> str:
    """The role of a computer with this letter, "" for the first of its side."""
    return f"{base}:{letter}" if letter else base


def base_of(role: str) -> str:
    """`group` or `office`; another word of a later version comes as it is."""
    return role.partition(":")[0]


def letter_of(role: str) -> str:
    """The letter in a role, "" for a first computer."""
    letter = role.partition(":")[2]
    return letter if len(letter) == 1 and "A" <= letter <= "Z" else ""
