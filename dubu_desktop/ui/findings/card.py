"""What is on the entry card: values, what was filled in by the program, what is kept, what is still missing.

Plain Python without Qt, so that what becomes of every keystroke can be tried without a window.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dubu_desktop.actions.gaps import Gap, finding_gaps, gauge_of
from dubu_desktop.domain.clarity import Clarity
from dubu_desktop.domain.rules import Findings, default_rules

#: fields of a finding that the card holds
KEYS = (
    "found_at", "place", "facts", "category", "severity", "industry_unit", "territory_unit", "urgent", "unit", "nature",
    "patterns", "basis", "no_evidence_reason", "no_industry_reason", "no_territory_reason", "visit", "task",
)  # fmt: skip
#: what the same problem at the next place does not take along: the next shop is another unit (domain.md §4.1)
_OWN = ("found_at", "place", "unit", "no_evidence_reason")
#: fields that name another record
REFS = ("category", "industry_unit", "territory_unit", "unit")
NOW, PHOTO, VISIT, COPIED = "现在", "取自照片", "取自督导活动", "同上一处"


@dataclass(slots=True)
class EntryState:
    """One card. `values` are plain (ISO text, hexadecimal ids), `said` names what the ids mean, `auto` says where a
    value comes from that the person has not written: such a value gives way to a better proposal.

    `finding` is the record's id once there is one, `saved` what it holds; `typed` texts not yet understood as values;
    `wanted` the rules in force for what a finding needs.
    """

    key: str
    values: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    auto: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    saved: dict[str, Any] = field(default_factory=dict)
    finding: str = ""
    number: str = ""
    photos: int = 0
    caret: tuple[str, int] = ("", 0)
    told_back: str = ""
    wanted: Findings = field(default_factory=lambda: default_rules().findings)

    # --- taking values ----------------------------------------------------------------------------------------

    def take(self, key: str, value: Any, said: str = "") -> None:
        """The person wrote or chose this."""
        self._put(key, value, said)
        self.auto.pop(key, None)
        self.typed.pop(key, None)

    def propose(self, key: str, value: Any, said: str, source: str) -> bool:
        """The program proposes; it never replaces what the person wrote. True if the value changed."""
        if (self.values.get(key) and key not in self.auto) or not value:
            return False
        changed = bool(self.values.get(key) != value)
        self._put(key, value, said)
        self.auto[key] = source
        return changed

    def withdraw(self, key: str, source: str) -> bool:
        """A proposal from `source` no longer holds. True if there was one."""
        if self.auto.get(key) != source:
            return False
        self._put(key, "", "")
        del self.auto[key]
        return True

    def _put(self, key: str, value: Any, said: str) -> None:
        if value in (None, "", [], False):
            self.values.pop(key, None)
            self.said.pop(key, None)
            return
        self.values[key] = value
        if said:
            self.said[key] = said

    # --- what it amounts to -----------------------------------------------------------------------------------

    @property
    def clarity(self) -> Clarity:
        """三明确, as it stands."""
        return gauge_of(self.values)

    @property
    def gaps(self) -> list[Gap]:
        """What is missing before it can be finalised."""
        return finding_gaps(self.values, self.photos, self.wanted)

    @property
    def is_blank(self) -> bool:
        """Whether the person has put nothing on it: what the program filled in does not count."""
        written = set(self.values) - set(self.auto) - {"visit", "task"}
        return not self.finding and not written and not self.photos and not any(self.typed.values())

    def changes(self) -> dict[str, Any]:
        """What differs from the record, as `edit_finding` takes it."""
        keys = [k for k in KEYS if self.values.get(k) != (self.saved.get(k) or None)]
        return {k: self.values.get(k, False if k == "urgent" else "") for k in keys}

    def settled(self) -> None:
        """The record now holds what the card shows."""
        self.saved = dict(self.values)

    def take_record(self, values: Mapping[str, Any], said: Mapping[str, str]) -> None:
        """What the record holds now, changed perhaps by somebody else; what is not yet written here stays."""
        mine = self.changes() if self.saved else {}
        for key in KEYS:
            if key in mine:
                continue
            if self.values.get(key) != (values.get(key) or None):
                self.auto.pop(key, None)
            known = self.said.get(key) if self.values.get(key) == values.get(key) else ""
            self._put(key, values.get(key), known or said.get(key, ""))
        self.saved = {k: v for k, v in values.items() if k in KEYS and v not in (None, "", [], False)}

    # --- keeping and copying ----------------------------------------------------------------------------------

    def body(self) -> dict[str, Any]:
        """As it is kept while it is typed; read back by `from_body`."""
        return {
            "finding": self.finding,
            "number": self.number,
            "values": self.values,
            "said": self.said,
            "auto": self.auto,
            "typed": self.typed,
            "saved": self.saved,
            "caret": list(self.caret),
        }

    @classmethod
    def from_body(cls, key: str, body: Mapping[str, Any]) -> EntryState:
        """The card as it was kept; what another version wrote and this one does not know is left out."""
        values = {k: v for k, v in dict(body.get("values") or {}).items() if k in KEYS}
        caret = list(body.get("caret") or ["", 0])
        return cls(
            key,
            values,
            dict(body.get("said") or {}),
            dict(body.get("auto") or {}),
            dict(body.get("typed") or {}),
            dict(body.get("saved") or {}),
            str(body.get("finding") or ""),
            str(body.get("number") or ""),
            caret=(str(caret[0]), int(caret[1])),
        )

    def next_place(self, key: str) -> EntryState:
        """The same problem at the next place: all but place, time, photos and what speaks of them."""
        values = {k: v for k, v in self.values.items() if k not in _OWN}
        made = EntryState(key, values, {k: v for k, v in self.said.items() if k in values})
        made.auto = {k: COPIED for k in ("territory_unit",) if values.get(k)}
        made.auto |= {k: v for k, v in self.auto.items() if k in values and k not in made.auto}
        return made
