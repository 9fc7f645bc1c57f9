"""A second reader of bundle files, written from docs/bundle-format.md alone; it imports nothing of the program."""

import struct
from collections import namedtuple
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice, repeat
from typing import Any

import pyrage
from backports.zstd import ZstdDecompressor
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec.msgpack import decode

HEAD, SEG, BASE, ITEM, BLOB, FOOT = range(1, 7)
MIB, P = 1 << 20, 2**255 - 19
LOW = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D763CBAFB4FD84D3D706A17C7  # y of four of the points of low order
CAPS = {HEAD: MIB, SEG: 64 * MIB, BASE: 64 * MIB, ITEM: 64 * MIB, BLOB: MIB + 49, FOOT: 4096}
LISTS = {12: 2048, 14: 2048, 15: 10_000, 16: 10_000, 17: 1024, 18: 1024, 20: 256, 26: 10_000, 27: 10_000}
FIELDS = """format min_reader schema codecs workspace sender recipient direction serial part parts previous have
base_position missing want durable receipts lineage reg roster revocations program created_ms label reads left late
fresh"""
Bundle = namedtuple("Bundle", "head segments bases items photos plain")


def need(truth: object, what: str) -> None:
    if not truth:
        raise ValueError(what)


def digest(domain: str, *parts: bytes) -> bytes:
    return sha256(domain.encode() + b"\0" + b"".join(len(p).to_bytes(8) + p for p in parts)).digest()


def check_signed(key: bytes, signature: bytes, what: bytes) -> None:
    y = int.from_bytes(key, "little") % 2**255
    need(len(key) == 32 and y < P and y not in (0, 1, P - 1, LOW, P - LOW), "signing key")
    Ed25519PublicKey.from_public_bytes(key).verify(signature, what)


def sealed(raw: bytes, shape: str, domain: str, workspace: bytes, key: bytes) -> tuple[Any, bytes, bytes]:
    head, size = struct.unpack_from(shape, raw), struct.calcsize(shape)
    body, name = raw[size:-64], digest(domain, workspace, raw[:size], raw[size:-64])
    need((head[0], head[-1]) == (1, len(body)), "version and length of a sealed block")
    check_signed(key, raw[-64:], name)
    return head, body, name


def unpacked(packed: list[bytes]) -> Iterator[Any]:
    left = 64 * MIB
    for one in packed:
        raw = (stream := ZstdDecompressor()).decompress(one, max_length=left + 1)
        left -= len(raw)
        need(stream.eof and not stream.unused_data and left >= 0, "compressed body")
        yield decode(raw)


def dots(pairs: Any, table: list[bytes]) -> list[tuple[bytes, int]]:
    return [(table[actor], seq) for actor, seq in pairs]


def seen(fields: dict[int, Any], table: list[bytes]) -> dict[int, Any]:
    return {field: dots(pairs, table) for field, pairs in fields.items()}


def records(body: bytes) -> Iterator[tuple[Any, ...]]:
    for kind, record, table, creates, heads, events, inert, *_ in map(decode, next(unpacked([body]))):
        heads = {f: [(table[h[0]], *h[1:6], dots(h[6], table)) for h in many] for f, many in heads.items()}
        events = [(table[e[0]], *e[1:6], dots(e[6], table), e[7], seen(e[8], table)) for e in events]
        yield kind, record, [(table[a], *c) for a, *c in creates], heads, events, [(table[a], *i) for a, *i in inert]


def codec_1(body: bytes, author: bytes, _first: int) -> Iterator[tuple[Any, ...]]:
    for raw in next(unpacked([body])):
        *plain, actors, at, values, writes, event, args, saw = decode(raw)[:17]
        table = [author, *actors]
        written = {f: (value, dots(over, table), dots(context, table)) for f, (value, over, context) in writes.items()}
        yield *plain, dots(at, table), values, written, event, args, seen(saw, table)


def cut(run: bytes, size: int = 16) -> list[bytes]:
    return [run[at : at + size] for at in range(0, len(run), size)]


def ints(given: Any) -> Iterator[int]:
    return repeat(given) if isinstance(given, int) else iter(given)


def dot_rows(given: Any, table: list[bytes]) -> Iterator[list[tuple[bytes, int]]]:
    actors, seqs = ints(given[1]), iter(given[2])
    for count in ints(given[0]):
        yield [(table[next(actors)], next(seqs)) for _ in range(count)]


def column(form: int, content: Any) -> Iterator[Any]:
    need(form in range(6), "form of a column")
    if form in (1, 3):
        return repeat(content) if form == 1 else iter(cut(content[1], content[0]))
    if form == 5:
        run = map(content[0].__getitem__, content[2])
        return ("".join(islice(run, length)) for length in ints(content[1]))
    return iter(content if form == 0 else content.split("\0") if form == 4 else map(content[0].__getitem__, content[1]))


def codec_2(body: bytes, author: bytes, seq: int) -> Iterator[tuple[Any, ...]]:
    actors, persons, blocks = decode(body)
    table = [author, *actors]
    for (count, _), b in zip(blocks, unpacked([packed for _, packed in blocks]), strict=True):
        numbers = (0, 1, 2, 3, 4, 5, 8, 13, 15, 16, 20)
        flags, lam, wall, person, kinds, types, root, shape, many, tags, events = (ints(b[at]) for at in numbers)
        heads, over, context = (dot_rows(b[at], table) for at in (11, 17, 18))
        given, written = ({(kind, field): column(*c) for kind, field, c in b[at]} for at in (14, 19))
        txn, now = ints([*range(count)] if b[10] == [] else b[10]), 0
        roots, txns, args, saw = [b"", *cut(b[7])], cut(b[9]), dict(b[21]), dict(b[22])
        for i, record in enumerate(cut(b[6])):
            kind, type_, now, values, writes = next(kinds), next(types), now + next(wall), {}, {}
            if type_ == 1:
                values = {field: next(given[kind, field]) for field in b[12][next(shape)][1:]}
            for field in [next(tags) for _ in range(next(many) if type_ == 2 else 0)]:
                writes[field] = next(written[kind, field]), next(over), next(context)
            event, more = next(events) if type_ == 3 else 0, (args.get(i, {}), seen(saw.get(i, {}), table))
            whence = (next(flags), seq, next(lam), now, persons[next(person)], kind, record, roots[next(root)], type_)
            yield *whence, txns[next(txn)], next(heads), values, writes, event, *more
            seq += 1


def frames(plain: bytes) -> Iterator[tuple[int, bytes, int]]:
    at = 0
    while at < len(plain):
        kind, flags, size = struct.unpack_from(">BBI", plain, at)
        need(size <= CAPS.get(kind, 64 * MIB) and at + 6 + size <= len(plain), "length of a frame")
        need(flags == 1 if kind in CAPS else not flags & 1, "flags of a frame")
        yield kind, plain[at + 6 : at + 6 + size], at
        at += 6 + size


def opened(data: bytes, identity: str, key: bytes) -> tuple[dict[str, Any], list[Any], bytes]:
    """The HEAD, the frames between it and the FOOT, and what age hid."""
    header, end_of_header, _ = data[16:8208].partition(b"\n--- ")
    stanzas = [line.split()[1] for line in header.split(b"\n") if line.startswith(b"->")]
    need(header.startswith(b"age-encryption.org/v1\n-> ") and end_of_header and len(stanzas) <= 32, "age header")
    need([one for one in stanzas if not one.endswith(b"-grease")] == [b"X25519"], "recipients")
    me = pyrage.x25519.Identity.from_str(identity)
    plain = pyrage.decrypt(data[16:], [me])
    (first, top, _), *rest, (last, foot, end) = frames(plain)
    need((first, last) == (HEAD, FOOT) and len(rest) < 1_000_000 and len(data) <= 2 << 30, "frames")
    need(decode(foot[:-64]) == [len(rest) + 1, sha256(plain[:end]).digest(), [str(me.to_public())]], "FOOT")
    values = decode(top)
    values += [[], [], [], None][len(values) - 25 :]  # 0.1.0 ended at `label`, 0.2.0 at `late`
    need(data[:16] == b"DUBU-BUNDLE\n" + struct.pack(">HH", *values[:2]) and values[1] <= 2, "clear start")
    need(all(len(values[at]) <= most for at, most in LISTS.items()), "a list of the HEAD")
    head = dict(zip(FIELDS.split(), values, strict=False))
    need(head["serial"] >= 1 and 1 <= head["part"] <= head["parts"] and head["direction"] in (1, 2), "HEAD")
    ends = [head["sender"], head["recipient"]]
    head["link"] = b"".join(ends[:: -1 if head["direction"] == 1 else 1])
    told = (*ends, head["link"], head["serial"].to_bytes(8), head["previous"] or bytes(32), foot[:-64])
    check_signed(key, foot[-64:], digest("dubu bundle v1", head["workspace"], *told))
    return head, rest, plain


def segments(blocks: list[bytes], head: dict[str, Any], key: bytes) -> Iterator[tuple[Any, list[Any]]]:
    before: dict[bytes, tuple[int, bytes, int]] = {}
    for raw in blocks:
        block, body, name = sealed(raw, ">B16sQ32s16sQQHI", "dubu segment v1", head["workspace"], key)
        _, actor, number, previous, origin, first, last, codec, _ = block
        n, expected, end = before.get(actor, (0, b"", 0))
        need(actor[:8] == head["sender"][:8] and n < number and end < first and codec in head["codecs"], "segment")
        need(n == 0 or n + 1 < number or (previous, first) == (expected, end + 1), "chain")
        need(any(previous) == (number > 1 or any(origin)) and (first == 1 if number == 1 else not any(origin)), "chain")
        ops = list({1: codec_1, 2: codec_2}[codec](body, actor, first))
        need([op[1] for op in ops] == list(range(first, last + 1)), "running numbers")
        before[actor] = number, name, last
        yield block, ops


def bases(blocks: list[bytes], head: dict[str, Any], key: bytes) -> Iterator[tuple[Any, list[Any]]]:
    for raw in blocks:
        block, body, _ = sealed(raw, ">B16s32sQQHI", "dubu base v1", head["workspace"], key)
        _, office, link, first, last, codec, _ = block
        whole = office == head["sender"] and link == head["link"]
        back = office == link[:16] and link[16:24] == head["sender"][:8]
        need((whole if head["direction"] == 2 else back) and 1 <= first <= last and codec == 1, "base")
        yield block, list(records(body))


def photos(rest: list[Any]) -> Iterator[tuple[bytes, int, bytes]]:
    open_, done = None, b""
    for kind, raw, _ in [*rest, (FOOT, b"", 0)]:
        need(kind == BLOB or open_ is None, "a photo is cut off")
        if kind == BLOB:
            name, sort, offset, total = struct.unpack_from(">32sBQQ", raw)
            need(open_ in (None, (name, sort, total)) and offset == len(done) and sort in (1, 2), "piece of a photo")
            open_, done = (name, sort, total), done + raw[49:]
            need(raw[49:] and (len(done) == total or (len(raw) == MIB + 49 and len(done) < total)), "length of a piece")
            if len(done) == total:
                need(sha256(done).digest() == name, "photo")
                yield name, sort, done
                open_, done = None, b""


def read(data: bytes, identity: str, key: bytes, office: bytes = b"") -> Any:
    """What a bundle says, to the owner of an age `identity`; `key`: the sender's, `office`: the hub's (for items)."""
    head, rest, plain = opened(data, identity, key)
    seg, base, item, *strays = ([raw for one, raw, _ in rest if one == kind] for kind in (SEG, BASE, ITEM, HEAD, FOOT))
    need(not any([*strays, *([base] if head["direction"] == 1 else [seg, item])]), "a frame out of place")
    held = segments(seg, head, key), bases(base, head, key), bases(item, head, office), photos(rest)
    return Bundle(head, *map(list, held), plain)
