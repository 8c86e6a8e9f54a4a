"""One process per exercise: collects its hidden tests once, then forks an examiner for each submission.

pytest runs as usual up to ``pytest_runtestloop``; our loop takes requests from the engine instead of running tests, and
each child runs them. Collection, assertion rewriting and the author's imports are thereby shared by fork. One child is
always forked ahead and takes the next request itself: forking a process with torch in it costs milliseconds.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any, NoReturn

import pytest

from graders.examiner import asking, listening
from graders.examiner.catching import Catching
from graders.examiner.examining import Examiner, Order
from graders.examiner.failures import AuthorMistake
from graders.examiner.running import CHANGES_INPUTS
from graders.examiner.sending import probe_of
from graders.examiner.student import Student

MAX_REQUEST = 64 * 1024
MAX_BROKEN = 32 * 1024
UNUSED = """
    cacheprovider capture debugging doctest faulthandler junitxml legacypath logging pastebin setuponly setupplan
    stepwise terminal threadexception unittest unraisableexception warnings
"""


def main(control: socket.socket, folder: Path, test_file: str, kind: type[Template] | None = None) -> NoReturn:
    """Collect, tell the engine, then have an examiner for each request until the control socket closes."""
    asking.install()
    listening.watch((folder / test_file).read_text(encoding="utf-8"))
    template = (kind or Template)(control, folder, json.loads((folder / "tests.json").read_text()))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    sys.dont_write_bytecode = True
    os.chdir(folder)
    arguments = [str(folder / test_file), f"--rootdir={folder}", f"--confcutdir={folder}", "-c", os.devnull]
    for plugin in UNUSED.split():
        arguments += ["-p", f"no:{plugin}"]
    try:
        status = pytest.main(arguments, plugins=[template, Catching()])
        template.tell_broken(f"pytest ended with status {int(status)} before any test")
    except BaseException:  # outermost: nothing of ours may go on in the zygote's code
        template.tell_broken(traceback.format_exc())
    os._exit(1)


class Template:
    """The pytest plugin: the fixtures, and the loop that forks. Modes without a module have templates of their own."""

    def __init__(self, control: socket.socket, folder: Path, settings: dict[str, Any]) -> None:
        self._control, self._folder, self._settings = control, folder, settings
        self._visible = settings.get("mode") == "visible"
        declared = settings.get("tests", {})
        self._seconds = {name: float(test["seconds"]) for name, test in declared.items()}
        self._shown = frozenset(name for name, test in declared.items() if test.get("output") == "shown")
        self._revealed = frozenset(name for name, test in declared.items() if test.get("reveal") == "input")
        self._errors: list[str] = []
        self._examiner: Examiner | None = None
        self._told = False

    @pytest.fixture
    def student(self) -> Student:
        """The submission, across the border."""
        return Student(self._running().session)

    @pytest.fixture
    def fresh_student(self) -> Student:
        """The submission in a process of its own that nothing has touched; it takes the place of the one before."""
        return Student(self._running().fresh())

    @pytest.fixture
    def tmp_path(self) -> Iterator[Path]:
        """A folder of this test's own. pytest's wants to be told how a test ended, which here is told to the engine."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    @pytest.fixture
    def device(self) -> str:
        """Where the student's code is to compute: ``cuda`` or ``cpu``."""
        return str(self._settings["device"])

    @pytest.fixture
    def sizes(self) -> SimpleNamespace:
        """How large things are to be, as ``exercise.yaml`` says for this device."""
        return SimpleNamespace(**self._settings["sizes"])

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", f"{CHANGES_INPUTS}: the student may change its arguments and return a value")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._errors.append(str(report.longrepr))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self._errors or not session.items:
            self.tell_broken("\n".join(self._errors) or "the file has no tests")
            os._exit(1)
        tests = _by_function(session.items)
        _read_probes(session.items)
        self._tell({"event": "ready", "tests": list(tests)})
        self._serve(tests)
        os._exit(0)

    def tell_broken(self, text: str) -> None:
        """Say, once, that these tests cannot be used."""
        if not self._told:
            self._tell({"event": "broken", "message": text[-MAX_BROKEN // 4 :]})

    def _tell(self, event: dict[str, Any]) -> None:
        self._told = True
        self._control.sendall(json.dumps(event).encode())

    def _serve(self, tests: dict[str, list[pytest.Item]]) -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps
        gc.collect()
        gc.freeze()
        gc.disable()
        while True:
            ours, theirs = os.pipe()
            if os.fork() == 0:
                os.close(ours)
                self._stand_by(tests, theirs)
            os.close(theirs)
            try:
                if not self._next_is_due(ours):
                    return
            finally:
                os.close(ours)

    def _next_is_due(self, taken: int) -> bool:
        """Wait until another examiner is wanted; False when the one that stood by ended without a request.

        The next is forked when this one has ended, while nobody waits, unless a second submission comes before.
        """
        if os.read(taken, 1) == b"":
            return False
        poll = select.poll()
        poll.register(taken, 0)  # its end
        poll.register(self._control, select.POLLIN)
        poll.poll()
        return True

    def _stand_by(self, tests: dict[str, list[pytest.Item]], taken: int) -> NoReturn:
        """Take the next request, say so, and examine; ``taken`` closes when this process ends."""
        for request, given in _requests(self._control):
            os.write(taken, b"t")
            self._examine(tests, request, given)
        os._exit(0)

    def _examine(self, tests: dict[str, list[pytest.Item]], request: dict[str, Any], given: dict[str, int]) -> NoReturn:
        status = 1
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            order = Order.read(request)
            first = sorted(
                tests, key=lambda name: name not in self._shown
            )  # what is shown can then tell nothing hidden
            ordered = {name: tests[name] for name in first}
            self._examiner = self._make_examiner(ordered, order, socket.socket(fileno=given["report"]))
            self._examiner.revealed = self._revealed
            self._examiner.examine(given)
            status = 0
        except BaseException:  # outermost of the child: it must not return into pytest
            traceback.print_exc()
        os._exit(status)

    def _make_examiner(self, tests: dict[str, list[pytest.Item]], order: Order, report: socket.socket) -> Examiner:
        return Examiner(tests, seconds=self._seconds, visible=self._visible, order=order, report=report)

    def _running(self) -> Examiner:
        if self._examiner is None:
            raise AuthorMistake("the student exists only while a test runs")
        return self._examiner


def _requests(control: socket.socket) -> Iterator[tuple[dict[str, Any], dict[str, int]]]:
    """Requests of the engine, each with its descriptors by name, until it closes."""
    while True:
        data, fds, _flags, _address = socket.recv_fds(control, MAX_REQUEST, 8)
        if not data:
            return
        request = json.loads(data)
        names = request.get("descriptors", ["call", "report"])
        if request.get("op") != "examine" or len(fds) != len(names):
            for fd in fds:
                os.close(fd)
            continue
        yield request, dict(zip(names, fds, strict=True))


def _by_function(items: list[pytest.Item]) -> dict[str, list[pytest.Item]]:
    """The cases of each test function, in the order of the file."""
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        tests.setdefault(getattr(item, "originalname", None) or item.name, []).append(item)
    return tests


def _read_probes(items: list[pytest.Item]) -> None:
    """Read the source of what may be a probe now, once, instead of in every examiner."""
    modules = {id(module): module for item in items if (module := getattr(item, "module", None)) is not None}
    for module in modules.values():
        for name, value in vars(module).items():
            ours = type(value) is FunctionType and value.__module__ == module.__name__
            if ours and not name.startswith(("test_", "pytest_")):
                try:
                    probe_of(value)
                except AuthorMistake:
                    continue  # a helper that is no probe; if it is sent after all, the test says so
