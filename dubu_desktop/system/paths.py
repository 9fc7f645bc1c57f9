"""Where things are on this machine, and what kind of disk a path is on."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

APP_NAME = "dubu_desktop"

# File systems that live on another machine. 9p and overlay are left out: they are the local disk of a container.
_NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "coda", "ceph", "glusterfs", "lustre"}
    | {"davfs"}
    | {f"fuse.{kind}" for kind in ("sshfs", "davfs", "davfs2", "rclone", "gvfsd-fuse", "glusterfs", "s3fs", "smbnetfs")}
)
_DRIVE_REMOVABLE, _DRIVE_REMOTE = 2, 4  # GetDriveTypeW, winbase.h


def state_dir() -> Path:
    """This user's folder on this machine for what must not travel with a workspace (sync.md §3.1); made if missing.

    `DUBU_STATE_DIR` overrides it (tests; a machine whose profile is wiped at logout).
    """
    chosen = os.environ.get("DUBU_STATE_DIR")
    if chosen:
        folder = Path(chosen)
    else:
        import platformdirs

        folder = platformdirs.user_state_path(APP_NAME, appauthor=False)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def resources_dir() -> Path:
    """The folder `resources/`: beside the package in a checkout, unpacked beside the program when it is frozen."""
    frozen = getattr(sys, "_MEIPASS", None)
    return Path(frozen) / "resources" if frozen else Path(__file__).resolve().parents[2] / "resources"


@dataclass(frozen=True, slots=True)
class _Mount:
    source: str
    point: str
    kind: str


def _nearest_existing(path: Path) -> Path:
    """`path` itself or its nearest ancestor that exists: a workspace is judged before its folder is made."""
    found = path.expanduser().absolute()
    while not found.exists() and found != found.parent:
        found = found.parent
    return found.resolve()


def _mount_of(path: Path, mounts: Path) -> _Mount | None:
    """The mount `path` is on; the last line of the longest mount point that contains it wins, as in the kernel."""
    best: _Mount | None = None
    above = {str(path), *map(str, path.parents)}
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    for line in lines:
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = _unescape(parts[1])
        if point in above and (best is None or len(point) >= len(best.point)):
            best = _Mount(_unescape(parts[0]), point, parts[2])
    return best


def _unescape(field: str) -> str:
    """Undo the octal escapes of /proc/mounts (blank, tab, newline, backslash)."""
    if "\\" not in field:
        return field
    for octal, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(octal, sign)
    return field


def is_network_path(path: Path, *, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Whether `path` (which need not exist yet) lies on another machine's disk. Unknown counts as local."""
    if sys.platform == "win32":
        text = str(path.expanduser().absolute())
        shared = text.startswith("\\\\") and not text.startswith(("\\\\?\\", "\\\\.\\"))
        return shared or text.upper().startswith("\\\\?\\UNC\\") or _windows_drive_type(path) == _DRIVE_REMOTE
    mount = _mount_of(_nearest_existing(path), mounts)
    if mount is None:
        return False
    return mount.kind in _NETWORK_FILE_SYSTEMS or mount.source.startswith("//")


def is_removable(
    path: Path, *, mounts: Path = Path("/proc/self/mounts"), block: Path = Path("/sys/class/block")
) -> bool:
    """Whether `path` (which need not exist yet) lies on a stick: removable media, or a disk on the USB bus."""
    if sys.platform == "win32":
        return _windows_drive_type(path) == _DRIVE_REMOVABLE
    mount = _mount_of(_nearest_existing(path), mounts)
    if mount is None or not mount.source.startswith("/dev/"):
        return False
    return _device_removable(Path(os.path.realpath(mount.source)).name, block)


def removable_places(*, mounts: Path = Path("/proc/self/mounts"), block: Path = Path("/sys/class/block")) -> list[Path]:
    """Where the sticks that are plugged in now can be read and written: mount points, or drives under Windows."""
    if sys.platform == "win32":
        drives = [Path(f"{letter}:\\") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ"]
        return [drive for drive in drives if drive.exists() and _windows_drive_type(drive) == _DRIVE_REMOVABLE]
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
    found = []
    for source, point in (line.split(" ")[:2] for line in lines if line.startswith("/dev/")):
        if _device_removable(Path(os.path.realpath(_unescape(source))).name, block):
            found.append(Path(_unescape(point)))
    return list(dict.fromkeys(found))


def _device_removable(name: str, block: Path, depth: int = 0) -> bool:
    """Whether the block device `name`, or a disk beneath it (LUKS, LVM), can be pulled out."""
    device = block / name
    if depth > 8 or not device.exists():
        return False
    real = device.resolve()
    if any(part.startswith("usb") and part[3:].isdigit() for part in real.parts):
        return True
    # A partition has no such file of its own; its disk is the folder above.
    for folder in (real, real.parent):
        try:
            if (folder / "removable").read_text(encoding="ascii").strip() == "1":
                return True
        except OSError:
            continue
    slaves = real / "slaves"
    return slaves.is_dir() and any(_device_removable(below.name, block, depth + 1) for below in slaves.iterdir())


def _windows_drive_type(path: Path) -> int:
    """GetDriveTypeW of the drive of `path`; 0 (unknown) where there is none."""
    if sys.platform == "win32":
        import ctypes

        root = _nearest_existing(path).anchor
        return int(ctypes.windll.kernel32.GetDriveTypeW(ctypes.c_wchar_p(root)))
    return 0
