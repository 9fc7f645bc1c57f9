"""Tasks that misbehave, run by the tests of child processes. Each has the shape of a real task."""

import os
import sys
import time


def echo(source, payload, emit):
    data = source.read() if source is not None else b""
    emit.progress(1, 2)
    for index in range(payload.get("items", 0)):
        emit.item({"index": index})
    if payload.get("blob"):
        emit.blob(data[::-1])
    return {"bytes": len(data), "text": data[:20].decode("latin-1"), "payload": payload, "pid": os.getpid()}


def surroundings(_source, _payload, _emit):
    return {
        "environment": dict(os.environ),
        "files": os.listdir("."),
        "argv": sys.argv[1:],
        "modules": sorted(m for m in sys.modules if m.startswith("dubu_desktop")),
        "isolated": bool(sys.flags.isolated),
    }


def hang(_source, _payload, _emit):
    time.sleep(60)


def busy_without_frames(_source, _payload, _emit):
    while True:
        pass


def alive_for_ever(_source, _payload, emit):
    while True:
        emit.progress(0, 1)
        time.sleep(0.02)


def eat_memory(_source, _payload, _emit):
    hoard = []
    while True:
        hoard.append(bytearray(16 * 1024 * 1024))


def crash(_source, _payload, _emit):
    os._exit(7)


def odd_exception(_source, _payload, _emit):
    raise IndexError("secret text of the file")


def stick_pulled(_source, _payload, _emit):
    raise OSError(5, "Input/output error")


def known_error(_source, _payload, _emit):
    from dubu_desktop.errors import DubuError

    raise DubuError("D-412", name="")


def write_file(_source, payload, _emit):
    with open("kept.txt", "w", encoding="utf-8") as out:
        out.write("x" * payload["size"])
    return "written"


def print_noise(_source, _payload, _emit):
    print("noise that must not look like a frame")
    os.write(1, b"more noise")
    return "quiet"


def flood(_source, payload, emit):
    for index in range(payload["items"]):
        emit.item("x" * 10_000 + str(index))
    return "done"


def garbage(_source, payload, _emit):
    """A taken-over child: writes what it likes into the pipe (the private copy of standard output is the last fd)."""
    for fd in range(3, 20):
        try:
            os.write(fd, bytes(payload["bytes"]))
        except OSError:
            continue
    os._exit(0)


def with_grandchild(_source, payload, _emit):
    import subprocess

    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    _emit.item(process.pid)
    time.sleep(60)


def on_demand(source, payload, emit):
    """For a worker: does what the payload says."""
    return globals()[payload.get("do", "echo")](source, payload, emit)
