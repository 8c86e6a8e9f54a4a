"""One hidden test: its seeds, its time, its outcome and what may be told about it."""

from __future__ import annotations

import hashlib
import random
import re
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any
from unittest import SkipTest

import numpy as np
import pytest
import torch

from graders.examiner import context
from graders.examiner.absent import NoSession
from graders.examiner.check import CheckFailed
from graders.examiner.context import TestContext, author_mistake, finding
from graders.examiner.explaining import explanation
from graders.examiner.failures import RefusedOperation, Sources, StudentFailure, StudentGone
from graders.examiner.remote import is_remote, type_name_of
from graders.examiner.session import Session
from graders.findings import SENTENCES
from graders.report import MAX_FINDINGS, Finding

MAX_DETAIL = 16 * 1024
_MACHINERY = re.compile(r"/(_pytest|pluggy|graders/examiner|graders/wire|torch/testing)/")
#: What a test is marked with whose student may change what it is given *and* return something.
CHANGES_INPUTS = "changes_inputs"
_CHANGED = (
    "The test passed, but the student's code changed an argument in place and returned a value too. A reference that "
    "is computed from the changed argument proves nothing. If the change is wanted, mark the test with "
    f"@pytest.mark.{CHANGES_INPUTS}."
)
#: What to do instead, where torch's own words say nothing of the border.
_HINTS = (
    (
        re.compile("does not require grad and does not have a grad_fn|does not require a gradient"),
        "What came from the student has no graph here: call backward() or torch.autograd.grad in a probe with "
        "student.run, and return the gradients.",
    ),
)
GRACE = 0.25  #: seconds after its limit until a test is interrupted wherever it is


class NoFreshStudent(Exception):
    """The engine has no second student for ``fresh_student``."""


class TestOverran(BaseException):
    """The test's time is over, and it is the examiner that is busy."""

    __test__ = False


@dataclass
class TestEnd:
    """How one test ended, in the words of the report socket."""

    __test__ = False

    outcome: str  #: passed, failed, error, gone
    findings: list[Finding] = field(default_factory=list)
    detail: str = ""
    reason: str = ""
    fraction: float = 0.0
    student_error: bool = False
    measures: dict[str, float] = field(default_factory=dict)

    def to_event(self, name: str, seconds: float) -> dict[str, Any]:
        event = {
            "event": "test_ended",
            "name": name,
            "outcome": self.outcome,
            "findings": [item.to_dict() for item in self.findings[:MAX_FINDINGS]],
            "detail": _bounded(self.detail),
            "seconds": seconds,
            "fraction": self.fraction,
            "measures": self.measures,
            "student_error": self.student_error,
        }
        return {**event, "reason": self.reason} if self.outcome == "gone" else event


def run_test(items: Sequence[pytest.Item], *, next_item: pytest.Item | None, desk: Desk, deadline: float) -> TestEnd:
    """Run all cases of one test function. It passes when all of them do; the first that does not says why."""
    worst: TestEnd | None = None
    fraction = 1.0
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else next_item
        end = _run_case(item, following, desk, deadline)
        fraction = min(fraction, end.fraction)
        if worst is None or (worst.outcome == "passed" and end.outcome != "passed"):
            worst = end
        if end.outcome == "gone":
            worst = end
            break
    if worst is None:
        return TestEnd("error", [finding("test-broken")], "the test has no cases")
    worst.fraction = 0.0 if worst.outcome == "gone" else fraction
    return worst


class Desk:
    """Where a test finds its student: the current session, and how to get another."""

    def __init__(self, session: Session | NoSession, replace: Callable[[], Session], *, visible: bool = False) -> None:
        self.session, self.visible = session, visible
        self.reveal_input = False  #: of the test that runs
        self._replace = replace

    @property
    def live(self) -> Session:
        """The student, where the mode has one."""
        if isinstance(self.session, NoSession):
            raise author_mistake("this exercise has no student: no code of theirs runs")
        return self.session

    def fresh(self) -> Session:
        """Put another student in the place of the current one."""
        deadline = self.session.deadline
        session = self.session = self._replace()
        session.deadline = deadline
        return session


def _run_case(item: pytest.Item, next_item: pytest.Item | None, desk: Desk, deadline: float) -> TestEnd:
    found = context.begin()
    found.reveal_input = desk.reveal_input
    desk.session.deadline = deadline
    error: BaseException | None = None
    try:
        with interrupted_at(deadline + GRACE):
            try:
                item.config.hook.pytest_runtest_setup(item=item)
                item.config.hook.pytest_runtest_call(item=item)
            finally:
                item.config.hook.pytest_runtest_teardown(item=item, nextitem=next_item)
            desk.session.finish_test()
    except BaseException as raised:  # every end of a test is a result
        error = raised
    end = classify(error, found, desk.session, item)
    end.findings = found.findings + end.findings
    end.measures = found.measures
    if found.called_with and end.outcome in ("failed", "error"):
        end.findings.append(finding("called-with", arguments=found.called_with))
    if desk.visible:
        end.findings.extend(_visible_message(error))
    if end.outcome == "passed" or found.fraction is not None:
        end.fraction = 1.0 if found.fraction is None else found.fraction
    return end


def classify(
    error: BaseException | None, found: TestContext, session: Session | NoSession, item: pytest.Item
) -> TestEnd:
    """Whose fault it is, and what may be said. What happened at the border outweighs what the test made of it."""
    detail = "" if error is None else _traceback(error) + _hint(error)
    if isinstance(error, TestOverran) and found.calls:
        session.overran()
    if session.gone is not None:
        reason = session.gone.reason
        return TestEnd("gone", [finding(f"gone-{reason}")], f"{session.gone}\n{detail}", reason, student_error=True)
    if isinstance(error, StudentGone):  # an object of a student that was replaced
        return TestEnd("error", [finding("test-broken")], detail)
    if found.mistake:
        return TestEnd("error", [finding("test-broken")], f"{found.mistake}\n{detail}")
    if isinstance(error, pytest.skip.Exception | SkipTest | pytest.xfail.Exception) or _marked(item):
        return TestEnd("failed", [finding("test-skipped")], f"a hidden test must not skip or xfail\n{detail}")
    if found.refusal is not None:
        return TestEnd("failed", [found.refusal], detail, student_error=True)
    if error is None and found.changed_inputs and item.get_closest_marker(CHANGES_INPUTS) is None:
        return TestEnd("failed", [finding("changed-input")], _CHANGED, student_error=True)
    if error is None:
        return TestEnd("passed")
    if isinstance(error, NameError) and found.missing and found.missing == error.name:  # in a test that is a cell
        return TestEnd("failed", [finding("missing-name", name=found.missing)], detail, student_error=True)
    failure = getattr(error, "failure", None)
    if isinstance(failure, StudentFailure):
        findings = raised_findings(failure, session.sources)
        if failure.base == "AttributeError" and not failure.frames and found.last and is_remote(found.last[1]):
            findings += _last_value(found, session.sources)  # the test asked an object for what it does not have
        return TestEnd("error", findings, f"{failure.text()}\n\n{detail}", student_error=True)
    return _own_failure(error, found, detail, session.sources)


def _own_failure(error: BaseException, found: TestContext, detail: str, sources: Sources) -> TestEnd:
    if isinstance(error, CheckFailed):
        return TestEnd("failed", [error.finding], detail)
    if isinstance(error, NoFreshStudent):
        return TestEnd("error", [finding("no-fresh-student")], detail)
    if isinstance(error, TestOverran):
        return TestEnd("error", [finding("test-overran")], detail)
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return TestEnd("failed", [finding("test-failed"), *_last_value(found, sources)], detail)
    if found.calls and isinstance(error, Exception) and not isinstance(error, RefusedOperation):
        # the test stumbled over what the student's code returned, such as None.shape
        return TestEnd("failed", [finding("test-failed"), *_last_value(found, sources)], detail, student_error=True)
    return TestEnd("error", [finding("test-broken")], detail)


def raised_findings(failure: StudentFailure, sources: Sources) -> list[Finding]:
    """What a student may hear of their own exception: type and line, not the message, which may hold a hidden input."""
    known = failure.verified(sources)
    if failure.kind == "missing":
        return [finding("missing-name", name=failure.name)]
    if failure.kind == "forbidden":
        return [finding("forbidden-name", name=known.name)]
    if failure.kind == "unsendable":
        key = f"unsendable-{failure.key}"
        return [finding(key if key in SENTENCES else "unsendable")]
    explained = [finding(key) for key in explanation(failure)]
    if not known.frames:
        return [finding("raised", type=known.type), *explained]
    frame = known.frames[-1]
    where = finding("raised-at", type=known.type, file=frame.file, line=frame.line, source=frame.source)
    return [where, *explained]


def _last_value(found: TestContext, sources: Sources) -> Iterator[Finding]:
    """What the student's code returned last, described without its contents."""
    if found.last is None:
        return
    name, value = found.last
    if value is None:
        yield finding("returned-none", name=name)
    elif is_remote(value):
        yield finding("returned-object", name=name, type=sources.name(type_name_of(value)))
    elif isinstance(value, torch.Tensor):
        yield finding("returned-tensor", name=name, shape=str(list(value.shape)), dtype=str(value.dtype)[6:])
        bad = (~torch.isfinite(value)).nonzero()
        if len(bad):
            first = {"first": str(bad[0].tolist()), "first_call": context.first_not_finite() or name}
            yield finding("returned-nan", name=name, count=len(bad), **first)
    elif isinstance(value, np.ndarray):
        yield finding("returned-array", name=name, shape=str(list(value.shape)), dtype=str(value.dtype))
    else:
        yield finding("returned-value", name=name, type=type(value).__name__)


def _visible_message(error: BaseException | None) -> Iterator[Finding]:
    """Of a visible test, which students may read, also the message."""
    failure = getattr(error, "failure", None)
    text = failure.message if isinstance(failure, StudentFailure) else str(error)
    if isinstance(error, Exception) and text:
        yield finding("raised-message" if failure else "test-message", message=text)


def _hint(error: BaseException) -> str:
    return next((f"\n{hint}" for words, hint in _HINTS if words.search(str(error))), "")


def _marked(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("xfail", "skip", "skipif"))


def _traceback(error: BaseException) -> str:
    """The author's view: the frames of the test and its helpers, without those of pytest and of the border."""
    trace: traceback.TracebackException | None = traceback.TracebackException.from_exception(error, limit=-40)
    text = trace
    while trace is not None:
        frames = [frame for frame in trace.stack if not _MACHINERY.search(frame.filename)]
        trace.stack = traceback.StackSummary.from_list(frames)
        trace = trace.__cause__ or trace.__context__
    return "" if text is None else "".join(text.format())


def _bounded(text: str) -> str:
    clean = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return clean if len(clean) <= MAX_DETAIL // 4 else f"{clean[: MAX_DETAIL // 8]}\n…\n{clean[-MAX_DETAIL // 8 :]}"


def seed_both(seed: int, name: str, session: Session | NoSession) -> TestEnd | None:
    """Seed this side and the student's from the submission's secret seed and the test's name.

    Alike means: repeated by a regrade with the same secret. The two streams differ, so that a student's process cannot
    draw the test's hidden inputs and labels itself. ``student.seed(n)`` gives both the same where an author wants that.
    """
    ours, theirs = (derive(seed, name, side) for side in ("examiner", "student"))
    random.seed(ours)
    np.random.seed(ours % 2**32)
    torch.default_generator.manual_seed(ours)
    try:
        session.request("seed", None, args=(theirs,))
    except Exception as error:  # the submission broke its own process so far that it cannot even be seeded
        failure = getattr(error, "failure", None)
        if not isinstance(failure, StudentFailure):
            raise
        return TestEnd("error", raised_findings(failure, session.sources), failure.text(), student_error=True)
    return None


def derive(seed: int, *parts: str) -> int:
    """A number of 63 bits that says nothing about the seed."""
    digest = hashlib.blake2b("\0".join((str(seed), *parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


@contextmanager
def interrupted_at(moment: float) -> Iterator[None]:
    """Raise TestOverran when the moment comes, wherever the test is then."""
    previous = signal.signal(signal.SIGALRM, _overrun)
    signal.setitimer(signal.ITIMER_REAL, max(moment - time.monotonic(), 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _overrun(_signal: int, _frame: FrameType | None) -> None:
    raise TestOverran("the test's time is over")
