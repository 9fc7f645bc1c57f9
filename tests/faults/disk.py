"""What a disk may hold after the power failed: recorded with strace, rebuilt from the writes that had a right to last.

A run is recorded once: every write, truncation, fsync and change of a name. `Disk.state` then plays it up to some
moment and decides with dice, sector by sector, which of the writes not yet synced arrived: all, none, or any of them in
any order, the last one torn. Names arrive in order; how far is said by one of two models: a journalling file system
(any fsync brings all names before it to the disk), or a strict one (only an fsync of the folder does).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SECTOR = 512
CALLS = (
    "write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range,rename,renameat,"
    "renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlink,symlinkat,open,openat,creat,copy_file_range,"
    "sendfile,sync,syncfs,msync"
)
MODELS = ("journalled", "strict")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `since`: of a sync, how many events it may speak for."""

    what: str
    path: str = ""
    other: str = ""
    offset: int = 0
    data: bytes = b""
    since: int = 0


def command(program: Sequence[str], trace: Path) -> list[str]:
    """The command that runs `program` and records it."""
    return ["strace", "-f", "-y", "-xx", "-s", "2000000", "-e", f"trace={CALLS}", "-o", str(trace), *program]


# --- the record --------------------------------------------------------------------------------------------------

_LINE = re.compile(r"^(\d+) +(.*)$")
_CALL = re.compile(r"^(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+|\?)", re.DOTALL)
_HEX = re.compile(r"\\x([0-9a-f]{2})")


def _bytes(text: str) -> bytes:
    return bytes.fromhex("".join(_HEX.findall(text)))


def _fd(word: str) -> str:
    return os.fsdecode(_bytes(word[word.index("<") + 1 : word.rindex(">")])) if "<" in word else ""


def events(trace: Path, root: Path) -> list[Event]:
    """What a trace tells of files below `root`, and every line the program said (`said`: its standard output)."""
    out: list[Event] = []
    pending: dict[str, tuple[str, int]] = {}
    with trace.open(encoding="ascii", errors="replace") as stream:
        for line in stream:
            found = _LINE.match(line.rstrip("\n"))
            if found is None:
                continue
            pid, rest = found.groups()
            since = len(out)
            if rest.endswith("<unfinished ...>"):
                pending[pid] = rest.removesuffix("<unfinished ...>"), since
                continue
            if rest.startswith("<... "):
                begun, since = pending.pop(pid)
                rest = begun + rest.split("resumed>", 1)[1]
            call = _CALL.match(rest)
            if call is not None and not call.group(3).startswith(("-", "?")):
                out += _events(call.group(1), call.group(2), since, str(root))
    return out


def _events(call: str, arguments: str, since: int, root: str) -> Iterator[Event]:
    words = [w.strip() for w in arguments.split(", ")]
    path = _fd(words[0])
    if call == "write" and words[0].startswith("1<"):
        yield Event("said", data=_bytes(words[1]))
    elif call in ("fsync", "fdatasync"):
        if path.startswith(root):
            yield Event("sync", path, since=since)
    elif call in ("write", "pwrite64"):
        if path.startswith(root):
            yield Event("write", path, offset=int(words[3]) if call == "pwrite64" else -1, data=_bytes(words[1]))
    elif call == "ftruncate":
        if path.startswith(root):
            yield Event("truncate", path, offset=int(words[1]))
    elif call.startswith(("open", "rename", "unlink", "mkdir", "rmdir")):
        yield from _names(call, words, root)
    elif path.startswith(root) and call not in ("sync_file_range", "msync"):
        raise AssertionError(f"{call} on {path} is not understood: the record would be wrong")


def _names(call: str, words: list[str], root: str) -> Iterator[Event]:
    if call.endswith(("at", "at2")):
        folders = [w for w in words if "<" in w]
        words = [w for w in words if "<" not in w or w.startswith('"')]
        here = _fd(folders[0]) if folders else ""
    else:
        here = ""
    path = os.path.join(here, os.fsdecode(_bytes(words[0])))
    if not path.startswith(root):
        return
    if call.startswith("open"):
        if "O_CREAT" in words[1]:
            yield Event("create", path)
        if "O_TRUNC" in words[1]:
            yield Event("truncate", path, offset=0)
    elif call.startswith("rename"):
        yield Event("rename", path, other=os.path.join(here, os.fsdecode(_bytes(words[1]))))
    elif call.startswith("unlink"):
        yield Event("unlink", path)
    elif call.startswith("mkdir"):
        yield Event("mkdir", path)


# --- the disk ----------------------------------------------------------------------------------------------------


@dataclass
class _File:
    """One inode: what is surely there, and what was written since it was last synced."""

    sure: bytes
    waiting: list[tuple[int, Event, int]] = field(default_factory=list)
    end: int = 0

    def take(self, i: int, e: Event) -> None:
        """A write or truncation; `write` goes on where the last one ended."""
        offset = self.end if e.offset < 0 else e.offset
        if e.what == "truncate" and e.offset == 0:
            self.end = 0
        elif e.offset < 0:
            self.end += len(e.data)
        self.waiting.append((i, e, offset))


def _apply(out: bytearray, event: Event, offset: int) -> None:
    if event.what == "truncate":
        if len(out) > offset:
            del out[offset:]
        else:
            out.extend(bytes(offset - len(out)))
        return
    if len(out) < offset:
        out.extend(bytes(offset - len(out)))
    out[offset : offset + len(event.data)] = event.data


@dataclass(frozen=True, slots=True)
class _Held:
    """An inode at some moment: what is surely there, and what was written since it was last synced."""

    sure: bytes
    waiting: tuple[tuple[int, Event, int], ...]


@dataclass(frozen=True, slots=True)
class _Moment:
    """All inodes touched, how many changes of names there were, and how far those of each folder are sure."""

    files: Mapping[str, _Held]
    changes: int
    sure: Mapping[str, int]
    common: int


@dataclass(frozen=True, slots=True)
class Image:
    """What is found on the disk: folders, and files by name, each as the bytes of it or as the one it was at first.

    `synced`: names of files that are as they were synced: those bytes many states share.
    """

    folders: frozenset[str]
    files: Mapping[str, bytes | Path]
    synced: frozenset[str] = frozenset()

    def key(self, known: dict[int, tuple[bytes, bytes]], log: Callable[[bytes], bytes] = bytes) -> bytes:
        """The same for the same folders, names and bytes, and for no others. `known`: hashes of synced bytes met;
        `log`: what counts of a write-ahead log (walframes.py)."""
        out = hashlib.blake2b(repr(sorted(self.folders)).encode(), digest_size=16)
        for name, content in sorted(self.files.items()):
            if isinstance(content, bytes):
                met = known.get(id(content))
                if met is None or met[0] is not content:
                    counting = log(content) if name.endswith("-wal") else content
                    met = content, hashlib.blake2b(counting, digest_size=16).digest()
                    if name in self.synced:
                        known[id(content)] = met
                word = met[1]
            else:
                word = str(content).encode()
            out.update(f"{name} {len(word)} ".encode() + word)
        return out.digest()

    def build(self, into: Path, opened: str = "") -> None:
        """Lay it out in the folder `into`, whatever was there before. `opened`: the one folder in which databases will
        be written; elsewhere, as photos everywhere, they are only read."""
        shutil.rmtree(into, ignore_errors=True)
        for folder in sorted(self.folders):
            os.makedirs(into / folder, exist_ok=True)
        for name, content in self.files.items():
            if isinstance(content, bytes):
                (into / name).write_bytes(content)
            elif ".db" in os.path.basename(name) and opened in ("", os.path.dirname(name)):
                shutil.copyfile(content, into / name)
            else:
                os.link(content, into / name)


class Disk:
    """A recorded run on top of the folder as it was before (`before`, a copy of `root`)."""

    def __init__(self, before: Path, root: Path, happened: Sequence[Event]) -> None:
        self.before, self.root, self.happened = before, root, list(happened)
        named = {str(root / p.relative_to(before)): p for p in before.rglob("*")}
        self.start = {name: p for name, p in named.items() if p.is_file() and not name.endswith("-shm")}
        self.folders = {name for name, p in named.items() if p.is_dir()} | {str(root)}
        self._played: tuple[Callable[[str], bool], list[tuple[int, Event, str]], list[_Moment]] | None = None

    def moments(self) -> range:
        """Where the power may fail: after so many events."""
        return range(len(self.happened) + 1)

    def said(self, moment: int) -> list[bytes]:
        """What the program had said by then."""
        return [e.data for e in self.happened[:moment] if e.what == "said"]

    def image(
        self, moment: int, dice: Random, model: str, unsynced: Callable[[str], bool] = lambda _p: False
    ) -> Image:  # fmt: skip
        """What may be found then. `unsynced(path)`: syncs of this file are taken for lost (mutants)."""
        if self._played is None or self._played[0] is not unsynced:
            self._played = unsynced, *self._play(unsynced)
        _, changes, moments = self._played
        now = moments[moment]
        sure = {**now.sure, "*": now.common} if model == "journalled" and now.common >= 0 else now.sure
        names, folders = self._arrived(changes[: now.changes], sure, dice)
        how = dice.choice(["none", "all", "some", "some", "some"])
        files: dict[str, bytes | Path] = {}
        synced: set[str] = set()
        for path, key in names.items():
            if os.path.dirname(path) not in folders:
                continue  # its folder has not arrived
            name, held = os.path.relpath(path, self.root), now.files.get(key)
            files[name] = content = self.start[key] if held is None else _found(held, dice, how)
            if held is not None and content is held.sure:
                synced.add(name)
        return Image(frozenset(os.path.relpath(f, self.root) for f in folders), files, frozenset(synced))

    def state(
        self, moment: int, dice: Random, model: str, into: Path, unsynced: Callable[[str], bool] = lambda _p: False
    ) -> None:  # fmt: skip
        """Build in `into` what may be found."""
        self.image(moment, dice, model, unsynced).build(into)

    def _play(self, unsynced: Callable[[str], bool]) -> tuple[list[tuple[int, Event, str]], list[_Moment]]:
        """All changes of names in order, and how inodes and folders stand after each event."""
        names = {path: path for path in self.start}
        files: dict[str, _File] = {}
        changes: list[tuple[int, Event, str]] = []
        out = [_Moment({}, 0, {}, -1)]
        for i, e in enumerate(self.happened):
            sure, common, touched = out[-1].sure, out[-1].common, ""
            if e.path.endswith("-shm"):  # of the running process alone: nobody reads it after the power was gone
                pass
            elif e.what in ("write", "truncate"):
                touched = names.get(e.path, "")
                if touched:
                    self._held(files, touched).take(i, e)
            elif e.what == "sync":
                lasts = not unsynced(e.path)
                if e.path not in names:  # a folder
                    sure = {**sure, e.path: max(sure.get(e.path, 0), e.since)}
                elif lasts and names[e.path] in files:
                    touched = names[e.path]
                    _sync(files[touched], e.since)
                common = max(common, e.since if lasts else -1)  # a journal: any sync brings all names before it
            else:
                touched = _renamed(names, files, changes, i, e)
            now = out[-1].files
            if touched:
                now = {**now, touched: _Held(files[touched].sure, tuple(files[touched].waiting))}
            out.append(_Moment(now, len(changes), sure, common))
        return changes, out

    def _held(self, files: dict[str, _File], key: str) -> _File:
        if key not in files:
            files[key] = _File(self.start[key].read_bytes())
        return files[key]

    def _arrived(
        self, changes: Sequence[tuple[int, Event, str]], sure: Mapping[str, int], dice: Random
    ) -> tuple[dict[str, str], set[str]]:
        """The names and folders that arrived: what is sure, and of the rest a beginning (in each folder its own)."""
        names, folders = {path: path for path in self.start}, set(self.folders)
        reach: dict[str, int] = {}
        last = changes[-1][0] + 1 if changes else 0
        common = dice.randint(0, last)
        for i, e, key in changes:
            folder = os.path.dirname(e.other or e.path)
            if "*" in sure:
                until = max(sure["*"], common)
            else:
                until = max(sure.get(folder, 0), reach.setdefault(folder, dice.randint(0, last)))
            if i >= until:
                continue
            if e.what == "create":
                names[e.path] = key
            elif e.what == "mkdir":
                folders.add(e.path)
            elif e.what == "unlink":
                names.pop(e.path, None)
            else:
                _rename(names, e)
                if key:  # the new name is there with its folder, whether or not the old one ever was in its own
                    names[e.other] = key
                for old in [f for f in folders if (f + "/").startswith(e.path + "/")]:
                    folders.remove(old)
                    folders.add(e.other + old[len(e.path) :])
        return names, folders


def _renamed(
    names: dict[str, str], files: dict[str, _File], changes: list[tuple[int, Event, str]], i: int, e: Event
) -> str:
    """A change of names; the inode that it made, if any."""
    key = ""
    if e.what == "create" and e.path not in names:
        key = names[e.path] = f"new {i} {e.path}"
        files[key] = _File(b"")
        changes.append((i, e, key))
    elif e.what == "mkdir":
        changes.append((i, e, ""))
    elif e.what == "rename":
        changes.append((i, e, names.get(e.path, "")))
        _rename(names, e)
    elif e.what == "unlink" and e.path in names:
        changes.append((i, e, names.pop(e.path)))
    return key


def _rename(names: dict[str, str], e: Event) -> None:
    """A file, or a folder with all that is in it, gets another name."""
    for old in [p for p in names if (p + "/").startswith(e.path + "/")]:
        names[e.other + old[len(e.path) :]] = names.pop(old)


def _sync(held: _File, since: int) -> None:
    out = bytearray(held.sure)
    rest = []
    for i, event, offset in held.waiting:
        if i < since:
            _apply(out, event, offset)
        else:
            rest.append((i, event, offset))
    held.sure, held.waiting = bytes(out), rest


def _found(held: _Held, dice: Random, how: str) -> bytes:
    """The bytes of a file: what is sure, and of what waits none, all, or any sectors in any order."""
    if how == "none" or not held.waiting:
        return held.sure
    out = bytearray(held.sure)
    if how == "all":
        for _, event, offset in held.waiting:
            _apply(out, event, offset)
        return bytes(out)
    waiting = list(held.waiting)
    if dice.random() < 0.5:
        waiting = waiting[: dice.randint(0, len(waiting))]
    if dice.random() < 0.5:
        dice.shuffle(waiting)
    keep = dice.choice([0.1, 0.5, 0.9, 1.0])
    for _, event, offset in waiting:
        if event.what == "truncate":
            if dice.random() < keep:
                _apply(out, event, offset)
            continue
        for start in range(0, len(event.data), SECTOR):
            if dice.random() < keep:
                piece = Event("write", data=event.data[start : start + SECTOR])
                _apply(out, piece, offset + start)
    return bytes(out)
