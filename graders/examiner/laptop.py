"""The border on an author's machine: ``pytest -p graders.examiner.laptop --submission FILE EXERCISE/test_hidden.py``.

The submission runs in a process of its own, without a sandbox: only for code that you trust. Values, copies, remote
objects and exceptions behave as on the platform, so that a surprise comes at authoring.
"""

from __future__ import annotations

import functools
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import graders
from graders.bundle import HIDDEN_CELLS, VISIBLE
from graders.examiner import asking, context, listening
from graders.examiner.check import CheckFailed
from graders.examiner.examining import load_findings
from graders.examiner.failures import AuthorMistake
from graders.examiner.rehearsing import Rehearsal, RehearsedFile
from graders.examiner.running import classify, seed_both
from graders.examiner.session import Session
from graders.examiner.student import Student
from graders.exercise import Exercise
from graders.findings import sentence
from graders.wire import FrameGone, send_frame

ROOT = Path(graders.__file__).parent.parent
DEFAULTS = {"load": 60.0, "test": 60.0, "reply_mb": 16}
SEED = 0


class Bench:
    """The student's process for the tests of one exercise; a new one after the old one is gone."""

    def __init__(self, folder: Path, submission: Path, device: str) -> None:
        self.device = device
        self.exercise = Exercise.load(folder) if (folder / "exercise.yaml").exists() else None
        if self.exercise is not None and device == "cpu":
            self.exercise = self.exercise.on_cpu()
        self._submission = submission
        self.rehearsal: Rehearsal | None = None
        by_itself = self.exercise is not None and self.exercise.mode != "module"  # the examiner reads it then
        self._files = {} if by_itself else _read(submission, self.exercise)
        self._session: Session | None = None
        self._processes: list[subprocess.Popen[bytes]] = []
        self._home = tempfile.TemporaryDirectory(prefix="gradus-laptop-")
        self._count = 0
        self._refused = ""  #: why the submission does not load: once is enough

    def session(self) -> Session:
        if self._session is None or self._session.gone is not None:
            self._session = self.fresh()
        return self._session

    def fresh(self) -> Session:
        """Start a process, have it load the submission.

        Raises:
            pytest.fail.Exception: the submission does not load.
        """
        self.close()
        if self._refused:
            pytest.fail(self._refused, pytrace=False)
        ours = self._start()
        limits = self.exercise.limits if self.exercise else None
        reply_mb = limits.reply_mb if limits else DEFAULTS["reply_mb"]
        session = Session(ours, reply_limit=int(reply_mb * 2**20), on_metric=lambda _point: None)
        session.deadline = time.monotonic() + DEFAULTS["load"]  # importing torch is part of it here
        failure = session.load()
        if failure is not None:
            sentences = "\n".join(map(sentence, load_findings(failure)))
            self._refused = f"the submission does not load:\n{sentences}\n{failure.text()}"
            session.close()
            pytest.fail(self._refused, pytrace=False)
        self._session = session
        return session

    def rehearse(self, test_file: Path) -> Rehearsal:
        """The examiner of a notebook or a table, which is asked about the submission.

        Raises:
            pytest.Collector.CollectError: the tests do not collect.
        """
        assert self.exercise is not None
        content = self._submission.read_bytes()
        home = Path(self._home.name) / test_file.stem
        mode = "visible" if test_file.name == VISIBLE else "hidden"
        self.rehearsal = Rehearsal(self.exercise, content, mode=mode, home=home, start=self._start)
        return self.rehearsal

    def _start(self) -> socket.socket:
        """Start a student's process and send it the submission; the end on which it is called."""
        self._count += 1
        home = Path(self._home.name) / str(self._count)
        home.mkdir()
        ours, theirs = socket.socketpair()
        process = subprocess.Popen(
            [sys.executable, "-m", "graders.inside", str(theirs.fileno()), self.device],
            pass_fds=[theirs.fileno()],
            cwd=home,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        )
        theirs.close()
        self._processes.append(process)
        self._send_load(ours, time.monotonic() + DEFAULTS["load"])
        return ours

    def seconds(self, name: str) -> float:
        """How long a test may take."""
        if self.exercise is None:
            return DEFAULTS["test"]
        spec = self.exercise.tests.get(name)
        return float(spec.seconds if spec else self.exercise.limits.seconds / 2)

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
        while self._processes:
            process = self._processes.pop()
            process.kill()
            process.wait()

    def clean_up(self) -> None:
        self.close()
        if self.rehearsal is not None:
            self.rehearsal.close()
        self._home.cleanup()

    def _send_load(self, call: socket.socket, deadline: float) -> None:
        data = self.exercise.data_files() if self.exercise else ()
        load = {
            "op": "load",
            "files": self._files,
            "module": next(iter(self._files), "").removesuffix(".py"),
            "data": [path.name for path in data],
            "forbid": list(self.exercise.forbid) if self.exercise else [],
            "seed": SEED,
        }
        fds = [os.open(path, os.O_RDONLY) for path in data]
        try:
            send_frame(call, load, deadline=deadline, fds=fds)
        except FrameGone as gone:
            pytest.fail(f"the student's process did not start: {gone.reason}", pytrace=False)
        finally:
            for fd in fds:
                os.close(fd)


class Laptop:
    """The plugin, once a submission is given."""

    def __init__(self, submission: Path, device: str) -> None:
        self._submission, self._device = submission, device
        self._benches: dict[Path, Bench] = {}
        self._session: Session | None = None

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Student:
        """The submission, across the border."""
        return self._start(request, self._bench(request).session())

    @pytest.fixture
    def fresh_student(self, request: pytest.FixtureRequest) -> Student:
        """The submission in a process of its own that nothing has touched."""
        return self._start(request, self._bench(request).fresh())

    @pytest.fixture
    def device(self) -> str:
        """Where the student's code is to compute: ``cuda`` or ``cpu``."""
        return self._device

    @pytest.fixture
    def sizes(self, request: pytest.FixtureRequest) -> SimpleNamespace:
        """How large things are to be, as ``exercise.yaml`` says for this device."""
        exercise = self._bench(request).exercise
        return SimpleNamespace(**(exercise.sizes if exercise is not None else {}))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        return self._elsewhere(module_path, parent)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        return self._elsewhere(file_path, parent) if file_path.name == HIDDEN_CELLS else None

    def _elsewhere(self, path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """The tests of a notebook or a table run where the platform's run: in an examiner of their own."""
        exercise = self._bench_of(path.parent).exercise
        listening.watch(path.read_text(encoding="utf-8"))
        if exercise is None or exercise.mode == "module" or path.name not in (exercise.hidden_file, VISIBLE):
            return None
        made: RehearsedFile = RehearsedFile.from_parent(parent, path=path)
        made.rehearse = functools.partial(self._bench_of(path.parent).rehearse, path)
        return made

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        context.begin()
        listening.begin()
        self._session = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """A test that passes in spite of what happened at the border does not pass."""
        result = yield
        if self._session is not None:
            self._session.finish_test()
            if self._session.gone is not None:
                raise self._session.gone
        if context.current.mistake:
            raise AuthorMistake(context.current.mistake)
        if context.current.refusal is not None:
            raise CheckFailed(sentence(context.current.refusal), context.current.refusal)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add to a failed test what the student would be told."""
        report = yield
        if report.failed and call.excinfo is not None and self._session is not None:
            end = classify(call.excinfo.value, context.current, self._session, item)
            told = [*context.current.findings, *end.findings]
            report.sections.append(("what the student is told", "\n".join(map(sentence, told))))
        return report

    def pytest_sessionfinish(self) -> None:
        for bench in self._benches.values():
            bench.clean_up()

    def _bench(self, request: pytest.FixtureRequest) -> Bench:
        return self._bench_of(request.path.parent)

    def _bench_of(self, folder: Path) -> Bench:
        if folder not in self._benches:
            self._benches[folder] = Bench(folder, self._submission, self._device)
        return self._benches[folder]

    def _start(self, request: pytest.FixtureRequest, session: Session) -> Student:
        name = getattr(request.node, "originalname", None) or request.node.name
        session.deadline = time.monotonic() + self._bench(request).seconds(name)
        seed_both(SEED, name, session)
        context.begin()
        self._session = session
        return Student(session)


def pytest_addoption(parser: pytest.Parser) -> None:
    help_text = "the submission to run the hidden tests against: a file, or a folder of several"
    parser.getgroup("gradus").addoption("--submission", type=Path, help=help_text)
    on_help = "where it runs; cpu takes the sizes that an exercise for a GPU has for a CPU (default cpu)"
    parser.getgroup("gradus").addoption("--device", choices=("cpu", "cuda"), default="cpu", help=on_help)


def pytest_configure(config: pytest.Config) -> None:
    submission: Path | None = config.getoption("--submission")
    if submission is None:
        return
    if not submission.exists():
        raise pytest.UsageError(f"--submission {submission}: there is no such file or folder")
    asking.install()
    config.pluginmanager.register(Laptop(submission.resolve(), config.getoption("--device")), "gradus-laptop")


def _read(submission: Path, exercise: Exercise | None) -> dict[str, str]:
    """The submission's files, under the names that a student hands in."""
    names = exercise.files if exercise else ("submission.py",)
    if submission.is_file():
        return {names[0]: submission.read_text("utf-8-sig")}
    found = dict(_folder_files(submission))
    main = names[0] if names[0] in found else next(iter(found), names[0])
    return {main: found.pop(main, ""), **found}


def _folder_files(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(folder).as_posix(), path.read_text("utf-8-sig")
