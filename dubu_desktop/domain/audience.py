"""Who receives what: one function (contracts.md §4). A record reaches the office and the groups named here."""

from __future__ import annotations

from dubu_desktop.domain.facts import RecordState
from dubu_desktop.domain.lifecycle import DocumentStatus, TaskStatus

#: everybody: every group of the workspace
EVERYBODY: frozenset[bytes] = frozenset({b"*"})
NOBODY: frozenset[bytes] = frozenset()
_SHARED = frozenset({"unit", "category", "rule_profile", "phrase", "paper_text", "group"})


def audience(
    state: RecordState,
    root: RecordState | None = None,
    verify_group: bytes | None = None,
    root_audience: frozenset[bytes] = NOBODY,
) -> frozenset[bytes]:
    """Ids of the groups that receive the record besides the office; `EVERYBODY` for what all share.

    `root`: the record it belongs to (evidence: its finding) with its own audience; `verify_group`: for a finding, the
    group that verifies its rectification, when that differs from the finder.
    """
    name = state.kind.name
    if name in _SHARED:
        pending = name == "unit" and state.get("pending")
        return _some(state.get("group")) if pending else EVERYBODY
    if name in ("person", "visit"):
        return _some(state.get("group"))
    if name == "task":
        return _some(state.get("group")) if _ever(state, TaskStatus.ISSUED) else NOBODY
    if name == "finding":
        return _some(state.get("finder_group")) | _some(verify_group)
    if name == "named_person":  # a hostile bundle may name one at a record that is no finding
        return _some(root.get("finder_group")) if root is not None and root.kind.name == "finding" else NOBODY
    if name == "instruction":
        return frozenset(state.get("groups") or ())
    if name == "document":
        return frozenset(state.get("groups") or ()) if _ever(state, DocumentStatus.ISSUED) else NOBODY
    return root_audience


def _ever(state: RecordState, status: str) -> bool:
    """Whether a step once led there: a task cancelled as a draft was never issued, a revoked paper was."""
    return any(state.status_of.get(e.dot) == status for e in state.events)


def _some(group: bytes | None) -> frozenset[bytes]:
    return frozenset({group}) if group else NOBODY
