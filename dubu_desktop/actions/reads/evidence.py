"""Pictures: what of a piece of evidence is here, and its bytes. Reader thread only; the window decodes on its pool."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dubu_desktop.actions.exchange import nowhere
from dubu_desktop.actions.reads.parts import BAD, NEUTRAL, OK, WARN, Chip, say_moment
from dubu_desktop.actions.reads.reader import Reader, raw
from dubu_desktop.db import queries
from dubu_desktop.domain.records.finding import EvidenceRole, TimeSource
from dubu_desktop.errors import DubuError

#: what is here: original and preview, the preview alone, or neither, and then nowhere else either
HERE, PREVIEW_ONLY, AWAITED, NOWHERE = "here", "preview", "awaited", "nowhere"


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One photo. `state`: here (original too), preview (original elsewhere), awaited (照片待补), nowhere (no computer
    has it any more: it may lie in the second place).

    `taken_at` is said with where it comes from; `warning`: why the time should be looked at (no shooting time, taken
    before the finding was made).
    """

    id: str
    role: str
    role_label: str
    caption: str
    taken_at: str
    taken: str
    time_source: str
    coordinates: str
    camera: str
    size: int
    mime: str
    width: int
    height: int
    state: str
    void: bool
    warning: str

    @property
    def chip(self) -> Chip:
        """What is here, in a word."""
        known = {
            HERE: Chip("原图在本机", OK),
            PREVIEW_ONLY: Chip("预览图", NEUTRAL),
            NOWHERE: Chip("各台电脑都没有", BAD),
        }
        return known.get(self.state, Chip("照片待补", WARN))


def of_finding(r: Reader, finding: str | bytes, *, with_void: bool = False) -> tuple[EvidenceView, ...]:
    """The evidence of a finding in order of shooting, then of adding."""
    found_at = (queries.row_of(r.conn, "finding", raw(finding)) or {}).get("found_at") or ""
    held = queries.all_rows(r.conn, "evidence", with_gone=with_void, finding=raw(finding))
    held.sort(key=lambda e: (e["role"] or "", e["taken_at"] or "9", e["created_ms"]))
    shown = tuple(view(r, e, found_at) for e in held)
    if not any(one.state == AWAITED for one in shown):
        return shown
    lost = {record.hex() for record in nowhere.photos(r.ws, r.conn, raw(finding))}
    return tuple(replace(one, state=NOWHERE) if one.id in lost else one for one in shown)


def view(r: Reader, e: dict[str, Any], found_at: str = "") -> EvidenceView:
    """One evidence record as it is shown."""
    return EvidenceView(
        id=e["uuid"].hex(),
        role=e["role"] or EvidenceRole.OTHER,
        role_label=EvidenceRole(e["role"]).label if e["role"] in set(EvidenceRole) else e["role"] or "其他",
        caption=e["caption"] or "",
        taken_at=say_moment(e["taken_at"], r.today) if e["taken_at"] else "",
        taken=e["taken_at"] or "",
        time_source=e["time_source"] or "",
        coordinates=e["coordinates"] or "",
        camera=e["camera"] or "",
        size=e["size"] or 0,
        mime=e["mime"] or "",
        width=e["width"] or 0,
        height=e["height"] or 0,
        state=state_of(r, e),
        void=e["status"] != "valid",
        warning=_warning(e, found_at),
    )


def state_of(r: Reader, e: dict[str, Any]) -> str:
    """What of it this machine holds."""
    if e["sha256"] and r.ws.blobs.has(e["sha256"]):
        return HERE
    return PREVIEW_ONLY if e["preview"] and r.ws.blobs.has(e["preview"]) else AWAITED


def _warning(e: dict[str, Any], found_at: str) -> str:
    if not e["taken_at"]:
        return "没有拍摄时间"
    if e["time_source"] == TimeSource.FILE:
        return "只有文件时间，没有拍摄时间"
    if e["role"] == EvidenceRole.AFTER and found_at and e["taken_at"][:16] < found_at[:16]:
        return "拍摄时间早于发现时间"
    return ""


def preview_bytes(r: Reader, evidence: str | bytes) -> bytes:
    """The preview (JPEG, long side at most 1600), or the original where there is none. D-114 when neither is here."""
    e = _row(r, evidence)
    for wanted in (e["preview"], e["sha256"]):
        if wanted and r.ws.blobs.has(wanted):
            return r.ws.blobs.read(wanted)
    raise DubuError("D-114")


def original_bytes(r: Reader, evidence: str | bytes) -> bytes:
    """The bytes as they came from the camera. D-114 when they are not here."""
    e = _row(r, evidence)
    if not e["sha256"]:
        raise DubuError("D-114")
    return r.ws.blobs.read(e["sha256"])


def thumbnail(r: Reader, evidence: str | bytes, width: int = 0) -> bytes:
    """What a thumbnail is made from: the preview, which the window scales to `width` on its pool. D-114."""
    return preview_bytes(r, evidence)


def _row(r: Reader, evidence: str | bytes) -> dict[str, Any]:
    found = queries.row_of(r.conn, "evidence", raw(evidence))
    if found is None:
        raise DubuError("D-306", what=f"佐证 {raw(evidence).hex()}")
    return found
