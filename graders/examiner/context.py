"""What the running test has found so far. One test runs at a time in a process, so there is one of these."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from graders.examiner.failures import AuthorMistake
from graders.report import MAX_FINDINGS, MAX_MEASURES, Finding
from graders.wire import clean_text

MAX_VALUE = 500
MAX_ANSWERS = 8  #: of a test that are kept to say where a NaN came up
MAX_KEPT = 1_000_000  #: values of a tensor that is kept for that


@dataclass
class TestContext:
    """Collected while a test runs, read when it ends."""

    __test__ = False

    findings: list[Finding] = field(default_factory=list)
    fraction: float | None = None
    mistake: str = ""  #: an author's misuse of the border, which no ``pytest.raises`` can hide
    refusal: Finding | None = None  #: a remote object was used as if it were a value; hides from nothing either
    changed_inputs: bool = False  #: an argument came back changed from a call that also returned a value
    calls: int = 0  #: what the student was asked
    last: tuple[str, object] | None = None  #: what the student's code returned last, and which code
    answers: list[tuple[str, torch.Tensor]] = field(default_factory=list)  #: the first tensors that it returned
    missing: str = ""  #: a name of the student's that a test cell has read, and that is not there
    measures: dict[str, float] = field(default_factory=dict)
    reveal_input: bool = False  #: the author says that what the student's code is called with may be shown
    called_with: str = ""  #: where it may be: as it was before the call

    def remember_call(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> None:
        if self.reveal_input:
            shown = [*map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())]
            self.called_with = ", ".join(shown)[:MAX_VALUE]


current = TestContext()


def begin() -> TestContext:
    """Start a test with a clean sheet."""
    current.__init__()  # type: ignore[misc]  # one object, so that everyone who imported it sees it
    return current


def answered(name: str, value: object) -> None:
    """The student's code has returned something."""
    if isinstance(value, torch.Tensor):
        value = value.detach()  # its graph may go when the test lets go of it
        if len(current.answers) < MAX_ANSWERS and value.numel() <= MAX_KEPT:
            current.answers.append((name, value))
    current.last = (name, value)


def first_not_finite() -> str:
    """Which of the student's calls returned NaN or infinity first in this test; "" where none is known to have."""
    return next((f"{name}()" for name, value in current.answers if not bool(torch.isfinite(value).all())), "")


def finding(key: str, **values: object) -> Finding:
    """A finding with values that any report may hold."""
    return Finding(key=key, values={name: _plain(value) for name, value in values.items()})


def author_mistake(sentence: str) -> AuthorMistake:
    """The test misuses the border; remembered, so that a ``pytest.raises`` around it makes no pass of it."""
    current.mistake = current.mistake or sentence
    return AuthorMistake(sentence)


def feedback(key: str, **values: object) -> None:
    """Say an author's sentence from ``exercise.yaml`` for a mistake that the test recognised.

    The values are put into the sentence and must be the student's own.
    """
    if len(current.findings) < MAX_FINDINGS:
        current.findings.append(finding(f"author.{key}", **values))


def score(fraction: float) -> None:
    """Give part of the test's points, from 0 to 1; it counts also when the test fails after that."""
    if not 0 <= fraction <= 1:
        raise ValueError(f"score() takes a fraction from 0 to 1, got {fraction}")
    current.fraction = float(fraction)


def measure(name: str, value: float) -> None:
    """Put a number into the report, such as an accuracy; students see it where the test's output is shown to them."""
    if not math.isfinite(value):
        raise ValueError(f"measure() takes a finite number, got {value} for {name!r}")
    if name not in current.measures and len(current.measures) >= MAX_MEASURES:
        raise ValueError(f"a test may measure at most {MAX_MEASURES} numbers")
    current.measures[clean_text(name, 64)] = float(value)


def _plain(value: object) -> str | int | float:
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int) and abs(value) < 2**63:
        return int(value)
    return clean_text(str(value), MAX_VALUE)
