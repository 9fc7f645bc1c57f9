"""Every record kind, declared once. Tags are permanent (sync.md §3.10)."""

from __future__ import annotations

from dubu_desktop.domain.fields import Kind
from dubu_desktop.domain.records.finding import EVIDENCE, FINDING, NAMED_PERSON, NOTE, RECTIFICATION, URGE
from dubu_desktop.domain.records.people import CATEGORY, GROUP, PAPER_TEXT, PERSON, PHRASE, RULE_PROFILE, UNIT
from dubu_desktop.domain.records.work import DOCUMENT, INSTRUCTION, TASK, VISIT

KINDS: tuple[Kind, ...] = (
    UNIT,
    GROUP,
    PERSON,
    CATEGORY,
    RULE_PROFILE,
    TASK,
    VISIT,
    FINDING,
    EVIDENCE,
    RECTIFICATION,
    URGE,
    NAMED_PERSON,
    NOTE,
    INSTRUCTION,
    PHRASE,
    DOCUMENT,
    PAPER_TEXT,
)
BY_TAG: dict[int, Kind] = {k.tag: k for k in KINDS}
BY_NAME: dict[str, Kind] = {k.name: k for k in KINDS}

__all__ = [
    "BY_NAME",
    "BY_TAG",
    "CATEGORY",
    "DOCUMENT",
    "EVIDENCE",
    "FINDING",
    "GROUP",
    "INSTRUCTION",
    "KINDS",
    "NAMED_PERSON",
    "NOTE",
    "PAPER_TEXT",
    "PERSON",
    "PHRASE",
    "RECTIFICATION",
    "RULE_PROFILE",
    "TASK",
    "UNIT",
    "URGE",
    "VISIT",
]
