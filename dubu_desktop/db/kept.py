"""Which files of the evidence store something here names, and are therefore kept."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, select

from dubu_desktop.db import journal, quarantine, scope
from dubu_desktop.db import tables as t
from dubu_desktop.db.settings import get, put
from dubu_desktop.domain.ops import Op
from dubu_desktop.domain.records import DOCUMENT
from dubu_desktop.wire.bodies import ops_in
from dubu_desktop.wire.sealed import segment_body

#: photos this side added to records that left its scope: no record names them here, and they stay
OWN = "photos_kept"
#: photos of a volume that came before the records naming them, one setting for each pair: a serial, then hashes
EARLY = "early/"
_SERIAL, _HASH = 8, 32
#: names of the photo files that were removed here for good, one behind the other: they lie in second places as well.
#: A keyed name tells nothing of what left a group's scope, as a hash would.
_REMOVED = "photos_removed"


def all_to_keep(conn: Connection) -> set[bytes]:
    """Every blob that is kept here and that a backup holds: what records name, and what none names here (any more, as
    yet): what this side added and has not sent, what came early, what lies in quarantine and may be taken over.
    """
    return blob_hashes(conn) | named_in(conn, OWN) | early(conn) | _quarantined(conn)


def blob_hashes(conn: Connection) -> set[bytes]:
    """Every blob that any record names: what the evidence store must keep."""
    e = t.evidence.c
    rows = conn.execute(select(e.sha256, e.preview))
    return {bytes(h) for row in rows for h in row if h} | _finals(conn)


def _finals(conn: Connection) -> set[bytes]:
    """Texts of papers as they were finished elsewhere (定稿): former ones too, which Ctrl+Z or 撤销导入 brings back."""
    final = DOCUMENT.by_name["final"].tag
    papers = [bytes(u) for u in conn.execute(select(t.OF_KIND["document"].c.uuid)).scalars()]
    named: list[object] = []
    for op in journal.ops_of(conn, papers):
        named += [op.values.get(final), op.writes[final].value if final in op.writes else None]
    for facts in journal.bases_of(conn, papers).values():
        named += [create.values.get(final) for create in facts.creates]
        named += [head.value for head in facts.heads.get(final, ())]
    return {name for name in named if isinstance(name, bytes)}


def named_in(conn: Connection, key: str) -> set[bytes]:
    """The hashes a local setting holds as JSON; none where it is not set."""
    raw = conn.execute(select(t.setting.c.value).where(t.setting.c.key == key)).scalar()
    return {bytes.fromhex(name) for name in json.loads(raw)} if raw is not None else set()


def release(conn: Connection, photos: Iterable[bytes]) -> None:
    """These of what this side added to records that left its scope need not stay any more."""
    left = named_in(conn, OWN) - set(photos)
    put(conn, OWN, json.dumps(sorted(name.hex() for name in left)).encode() if left else None)


def note_removed(conn: Connection, files: Iterable[str]) -> None:
    """These photo files (BlobStore.path_name) were removed here for good."""
    names = removed(conn) | {file.split("/")[-1] for file in files}
    if names:
        put(conn, _REMOVED, b"".join(sorted(map(bytes.fromhex, names))))


def removed(conn: Connection) -> set[str]:
    """The names, without their folder, of the photo files that were ever removed here for good."""
    return {name.hex() for name in hashes(get(conn, _REMOVED) or b"")}


def early(conn: Connection) -> set[bytes]:
    """Photos here that no record names yet and that a volume still to come will name."""
    return {h for raw in scope.settings(conn, EARLY).values() for h in hashes(raw[_SERIAL:])}


def hashes(raw: bytes) -> set[bytes]:
    """The hashes that stand in `raw` one behind the other."""
    return {raw[i : i + _HASH] for i in range(0, len(raw), _HASH)}


def hashes_of(op: Op) -> set[bytes]:
    """What an op gives that may be the hash of a blob, whatever its kind."""
    return hashes_among((*op.values.values(), *(write.value for write in op.writes.values())))


def hashes_among(values: Iterable[object]) -> set[bytes]:
    """Those of the values of fields that may be the hash of a blob."""
    return {value for value in values if isinstance(value, bytes) and len(value) == _HASH}


def _quarantined(conn: Connection) -> set[bytes]:
    """What is named in quarantine, but by work for a record that was removed for good: nobody can take that over."""
    buried: set[bytes] | None = None
    out: set[bytes] = set()
    for each in quarantine.held(conn):
        if buried is None:
            buried = {bytes(record) for record in conn.execute(select(t.tombstone.c.record)).scalars()}
        codec, first, body = segment_body(each.sealed)
        try:
            for op in ops_in(body, codec, each.actor, first):
                out |= hashes_of(op) if op.root not in buried else set()
        except ValueError:  # whoever has the key may claim anything: what can be read counts
            continue
    return out
