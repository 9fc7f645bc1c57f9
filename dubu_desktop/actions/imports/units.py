"""A list of units -> which are new, which differ, which cannot be told apart.

A code names a unit; without one its name does, together with its superior where names repeat (there are hundreds of
城关镇). Superiors may stand anywhere in the file, or be here already, or be named only: then they are made.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dubu_desktop.actions.imports.book import bad
from dubu_desktop.domain.records.people import UnitKind, UnitSide
from dubu_desktop.intake.mapping import MappedRow

_SPLIT = re.compile(r"[、，,;；/|\n]+")
#: what the last characters of a name say of its kind, the first that fits; shown in the preview of the result
_BY_NAME = (
    (UnitKind.VILLAGE, ("居委会", "村委会", "社区", "村")),
    (UnitKind.TOWN, ("街道", "街道办", "街道办事处", "镇", "乡", "镇政府", "乡政府", "人民政府", "苏木")),
    (UnitKind.ENTERPRISE, ("公司", "集团")),
    (UnitKind.DEPARTMENT, ("局", "委", "委员会", "办公室", "中心", "部", "大队", "支队")),
)
_SIDE_OF = {UnitKind.TOWN: UnitSide.TERRITORY, UnitKind.DEPARTMENT: UnitSide.INDUSTRY}


@dataclass
class Plan:
    """What an imported list comes to."""

    #: values and id of units to be made, superiors that are only named included
    new: list[tuple[bytes, dict[str, Any]]] = field(default_factory=list)
    #: {id: what differs}
    changed: dict[bytes, dict[str, Any]] = field(default_factory=dict)
    #: rows that say what is here already
    same: int = 0
    bad: list[MappedRow] = field(default_factory=list)
    #: names of superiors made because a row names them
    superiors: list[str] = field(default_factory=list)
    #: superiors that could not be told: (row number, name or code)
    unclear: list[tuple[int, str]] = field(default_factory=list)
    guessed_kinds: int = 0


@dataclass(frozen=True)
class _Line:
    """A row that stands for a unit: its id (of a known or of a new unit)."""

    row: MappedRow
    id: bytes
    known: dict[str, Any] | None


class Planner:
    """Plans one list. `here`: units in use; `new_id` makes ids; `defaults`: unit_kind and side for rows without."""

    def __init__(
        self, here: Iterable[dict[str, Any]], new_id: Callable[[], bytes], defaults: Mapping[str, str], update: bool
    ) -> None:
        self.new_id, self.defaults, self.update = new_id, defaults, update
        self.plan = Plan()
        self.in_file: Counter[str] = Counter()
        self.by_id: dict[bytes, dict[str, Any]] = {}
        self.by_code: dict[str, dict[str, Any]] = {}
        self.by_name: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in here:
            self.by_id[row["uuid"]] = row
            self.by_name[row["name"] or ""].append(row)
            if row["code"]:
                self.by_code[row["code"]] = row

    def run(self, rows: Sequence[MappedRow]) -> Plan:
        """The plan for `rows`; rows with problems go back as they are."""
        lines = self._lines(rows)
        codes = {line.row.values["code"]: line.id for line in lines if "code" in line.row.values}
        names: dict[str, list[bytes]] = defaultdict(list)
        for line in lines:
            names[line.row.values["name"]].append(line.id)
        made: dict[str, bytes] = {}
        for line in lines:
            self._take(line, self._superior(line, codes, names, made))
        self.plan.new[:0] = [(uuid, self._fresh({"name": name})) for name, uuid in made.items()]
        self.plan.superiors = list(made)
        return self.plan

    # --- who is who --------------------------------------------------------------------------------------------

    def _lines(self, rows: Sequence[MappedRow]) -> list[_Line]:
        self.in_file = Counter(row.values.get("name", "") for row in rows if not row.problems)
        seen: dict[Any, int] = {}
        out = []
        for row in rows:
            v = row.values
            if row.problems:
                self.plan.bad.append(row)
                continue
            named = (v["name"], v.get("parent", ""), v.get("parent_code", ""))
            known, problem = self._known(v)
            key = known["uuid"] if known else v.get("code") or named
            if problem or key in seen:
                self.plan.bad.append(bad(row, problem or f"与第{seen[key]}行是同一个单位"))
                continue
            seen[key] = row.number
            out.append(_Line(row, known["uuid"] if known else self.new_id(), known))
        return out

    def _known(self, v: Mapping[str, str]) -> tuple[dict[str, Any] | None, str]:
        """The unit here that a row means, or why that cannot be told."""
        code, parent = v.get("code", ""), v.get("parent", "")
        if code in self.by_code:
            return self.by_code[code], ""
        # A unit that has a code is another one than a row with another code.
        alike = [u for u in self.by_name.get(v["name"], []) if not (code and u["code"])]
        above = [u for u in alike if parent and self._name_of(u["parent"]) == parent]
        if not above and code and self.in_file[v["name"]] > 1:
            return None, ""  # which of the file's namesakes the one here is, nobody can tell
        if parent:
            alike = above or [u for u in alike if not u["parent"]]
        if len(alike) > 1 and not code:
            return None, f"名称：已有{len(alike)}个单位叫“{v['name']}”，请写明代码或上级"
        return (alike[0], "") if len(alike) == 1 else (None, "")

    def _name_of(self, unit: bytes | None) -> str:
        row = self.by_id.get(unit or b"")
        return str(row["name"] or "") if row else ""

    def _superior(
        self, line: _Line, codes: Mapping[str, bytes], names: Mapping[str, list[bytes]], made: dict[str, bytes]
    ) -> bytes | None:
        """The id of the row's superior: by its code, else by its name in the file, here, or made new."""
        code, name = line.row.values.get("parent_code", ""), line.row.values.get("parent", "")
        by_code = codes.get(code) or self.by_code.get(code, {}).get("uuid")
        if by_code and by_code != line.id:
            return bytes(by_code)
        if not name:
            if code:
                self.plan.unclear.append((line.row.number, code))
            return None
        found: dict[bytes, None] = dict.fromkeys(
            [*names.get(name, []), *(u["uuid"] for u in self.by_name.get(name, []))]
        )
        found.pop(line.id, None)
        if len(found) == 1:
            return next(iter(found))
        if found or name == line.row.values["name"]:
            self.plan.unclear.append((line.row.number, name))
            return None
        if name not in made:
            made[name] = self.new_id()
        return made[name]

    # --- what is to be done ------------------------------------------------------------------------------------

    def _take(self, line: _Line, superior: bytes | None) -> None:
        v = line.row.values
        given: dict[str, Any] = {
            k: v[k] for k in ("name", "short_name", "unit_kind", "side", "contact", "code") if v.get(k)
        }
        if superior is not None:
            given["parent"] = superior
        if v.get("aliases"):
            given["aliases"] = [part.strip() for part in _SPLIT.split(v["aliases"]) if part.strip()]
        if line.known is None:
            self.plan.new.append((line.id, self._fresh(given)))
            return
        differs = {k: value for k, value in given.items() if line.known[k] != value}
        if differs and self.update:
            self.plan.changed[line.id] = differs
        else:
            self.plan.same += 1

    def _fresh(self, given: dict[str, Any]) -> dict[str, Any]:
        """Values of a new unit: kind by the column, else as asked for the whole list, else by its name."""
        kind = given.get("unit_kind") or self.defaults.get("unit_kind")
        if not kind:
            kind = next((k.value for k, ends in _BY_NAME if given["name"].endswith(ends)), UnitKind.OTHER.value)
            self.plan.guessed_kinds += kind != UnitKind.OTHER
        side = given.get("side") or self.defaults.get("side") or _SIDE_OF.get(UnitKind(kind), UnitSide.NEITHER).value
        return {**given, "unit_kind": kind, "side": side}
