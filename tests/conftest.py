"""What every test gets: its own home folders, no network, repeatable examples, and skips that CI does not accept."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests import warm

# Before anything imports Qt or asks for a time zone, and also when pytest is called without ./dubu.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TZ", "Asia/Shanghai")

# Set by .ci/run, where everything a test may ask for has been installed: there a skip is a failure.
EVERYTHING_IS_INSTALLED = os.environ.get("DUBU_REQUIRE_LIBREOFFICE") == "1"
MAY_BE_SKIPPED_ANYWHERE = ("needs_data", "other_system")

# Examples are derived from the test itself, so that a red run is red again; `thorough` looks for new ones.
hypothesis.settings.register_profile(
    "repeatable", deadline=None, derandomize=True, database=None, max_examples=60, print_blob=True
)
hypothesis.settings.register_profile("thorough", deadline=None, database=None, max_examples=2000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("DUBU_HYPOTHESIS", "repeatable"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--data", metavar="DIR", help="folder with real files (units, photos, calendar) to test with")


def pytest_configure(config: pytest.Config) -> None:
    """Settings, caches and documents of the person who runs the tests are neither read nor touched."""
    home = Path(tempfile.mkdtemp(prefix="dubu-test-home-"))
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(home / name.lower())
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))


def _forbid_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: creating a network socket is an error in the tests as it is in the program (contracts.md §7)."""
    if event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6):
        raise AssertionError("a network socket was opened")


sys.addaudithook(_forbid_network)


@pytest.fixture(scope="session", autouse=True)
def _warmed() -> Iterator[None]:
    """Workspaces opened by one test process share what was compiled for the first, and Python looks for rubbish in
    circles less often: together a third of the time. Processes that tests start know nothing of it.
    """
    with pytest.MonkeyPatch.context() as patch, warm.seldom_collected():
        warm.share_what_is_compiled(patch)
        gc.freeze()  # six thousand tests and all modules: none of it is rubbish
        yield


def office_program() -> str | None:
    """The LibreOffice found on this machine, or None."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: one that begins last would keep one worker busy after all others have gone home."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("needs_libreoffice") and office_program() is None:
        pytest.skip("没有安装 LibreOffice (writer, calc)")
    for marker in item.iter_markers("needs_tool"):
        for name in marker.args:
            if shutil.which(name) is None:
                pytest.skip(f"没有安装 {name}")
    if item.get_closest_marker("needs_data") and not item.config.getoption("--data"):
        pytest.skip("没有用 --data 指定真实数据文件夹")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where everything is installed, a skipped test is a failed one: nobody reads the skips of a green run."""
    report: pytest.TestReport = yield
    excused = any(item.get_closest_marker(name) for name in MAY_BE_SKIPPED_ANYWHERE)
    if EVERYTHING_IS_INSTALLED and report.skipped and not hasattr(report, "wasxfail") and not excused:
        report.outcome = "failed"
        report.longrepr = f"skipped although everything is installed here: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def data_dir(pytestconfig: pytest.Config) -> Path:
    """The folder of real files given with --data; mark the test `needs_data`."""
    return Path(pytestconfig.getoption("--data"))


@pytest.fixture(scope="session")
def soffice() -> str:
    """The LibreOffice program; mark the test `needs_libreoffice`."""
    found = office_program()
    assert found is not None, "mark the test with needs_libreoffice"
    return found
