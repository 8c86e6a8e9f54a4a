"""One hidden test: its seeds, its time, its outcome and what may be told about it."""

from __future__ import annotations

import hashlib
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any
from unittest import SkipTest

import numpy as np
import pytest
import torch

from graders.examiner import context, listening
from graders.examiner.absent import NoSession
from graders.examiner.advice import advice
from graders.examiner.check import CheckFailed
from graders.examiner.context import TestContext, author_mistake, finding
from graders.examiner.failures import RefusedOperation, Sources, StudentFailure, StudentGone
from graders.examiner.remote import is_remote
from graders.examiner.session import Session
from graders.examiner.telling import bounded, frames_of_test, last_value, raised_findings, visible_message
from graders.report import MAX_FINDINGS, Finding

#: What a test is marked with whose student may change what it is given *and* return something.
CHANGES_INPUTS = "changes_inputs"
_CHANGED = (
    "The test passed, but the student's code changed an argument in place and returned a value too. A reference that "
    "is computed from the changed argument proves nothing, and with the argument as it was the test does not pass. If "
    f"the change is wanted, mark the test with @pytest.mark.{CHANGES_INPUTS}, or a test cell with the line "
    "# gradus: changes inputs."
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
            "detail": bounded(self.detail),
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
    """Run a case. One that passes with an argument that the student changed must pass with it as it was, too."""
    end = _run_once(item, next_item, desk, deadline)
    if not _lives_on_a_change(end) or isinstance(desk.session, NoSession):
        return end
    if isinstance(item, pytest.Function):
        item._initrequest()  # as if it had not run
    with desk.session.withholding():
        again = _run_once(item, next_item, desk, deadline)
    return again if again.outcome in ("passed", "gone") else end


def _lives_on_a_change(end: TestEnd) -> bool:
    return end.detail == _CHANGED


def _run_once(item: pytest.Item, next_item: pytest.Item | None, desk: Desk, deadline: float) -> TestEnd:
    found = context.begin()
    listening.begin()
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
        end.findings.extend(visible_message(error))
    if end.outcome == "passed" or found.fraction is not None:
        end.fraction = 1.0 if found.fraction is None else found.fraction
    return end


def classify(
    error: BaseException | None, found: TestContext, session: Session | NoSession, item: pytest.Item
) -> TestEnd:
    """Whose fault it is, and what may be said. What happened at the border outweighs what the test made of it."""
    detail = "" if error is None else frames_of_test(error) + advice(error)
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
            findings += last_value(found, session.sources)  # the test asked an object for what it does not have
        return TestEnd("error", findings, f"{failure.text()}\n\n{detail}", student_error=True)
    return _own_failure(error, found, detail, session.sources)


def _own_failure(error: BaseException, found: TestContext, detail: str, sources: Sources) -> TestEnd:
    if isinstance(error, CheckFailed):
        return TestEnd("failed", [*error.findings], detail)
    if isinstance(error, NoFreshStudent):
        return TestEnd("error", [finding("no-fresh-student")], detail)
    if isinstance(error, TestOverran):
        return TestEnd("error", [finding("test-overran")], detail)
    if isinstance(error, pytest.fail.Exception) and str(error).startswith("ScopeMismatch"):  # a fixture's, no value's
        return TestEnd("error", [finding("test-broken")], detail)
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return TestEnd("failed", [finding("test-failed"), *last_value(found, sources)], detail)
    if found.calls and isinstance(error, Exception) and not isinstance(error, RefusedOperation):
        # the test stumbled over what the student's code returned, such as None.shape
        return TestEnd("failed", [finding("test-failed"), *last_value(found, sources)], detail, student_error=True)
    return TestEnd("error", [finding("test-broken")], detail)


def _marked(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("xfail", "skip", "skipif"))


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
