"""What grading found: frozen, keyword-only values with strict JSON both ways.

A report crosses three borders (examiner → engine → node → platform). ``from_dict`` refuses unknown keys, wrong
types and values out of bounds, since on each border the sender may be broken or hostile.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from graders import strict
from graders.strict import MAX_FIGURE_BYTES, MAX_TEXT, PNG, ReportInvalid

__all__ = ["MAX_FIGURE_BYTES", "MAX_TEXT", "PNG", "ReportInvalid"]

MAX_TESTS = 500
MAX_FINDINGS = 20
MAX_MEASURES = 32
MAX_FIGURES = 6
#: Findings of a file that could not be read at all: nothing of the tests has met it, so it costs no attempt.
UNREADABLE = ("table-", "notebook-")


class Outcome(StrEnum):
    """How grading ended, named by whose fault it is."""

    GRADED = "graded"  #: every test ran to its end
    STUDENT_ERROR = "student_error"  #: the submission does not load, or has the wrong interface
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    PROCESS_LIMIT = "process_limit"
    DISK_LIMIT = "disk_limit"
    OUTPUT_LIMIT = "output_limit"
    CRASHED = "crashed"  #: ended by a signal or exit, or broke the protocol
    CANCELLED = "cancelled"
    EXERCISE_ERROR = "exercise_error"  #: the author's tests are broken; costs no attempt
    PLATFORM_ERROR = "platform_error"  #: ours; tried again; costs no attempt

    @property
    def costs_an_attempt(self) -> bool:
        return self not in (Outcome.CANCELLED, Outcome.EXERCISE_ERROR, Outcome.PLATFORM_ERROR)


#: From mildest to gravest: a report's outcome is the gravest of what its tests met.
GRAVITY: tuple[Outcome, ...] = (
    Outcome.GRADED,
    Outcome.STUDENT_ERROR,
    Outcome.DISK_LIMIT,
    Outcome.PROCESS_LIMIT,
    Outcome.OUTPUT_LIMIT,
    Outcome.TIMED_OUT,
    Outcome.CRASHED,
    Outcome.OUT_OF_MEMORY,
    Outcome.CANCELLED,
    Outcome.EXERCISE_ERROR,
    Outcome.PLATFORM_ERROR,
)


class TestOutcome(StrEnum):
    __test__ = False  # not a test class, whatever pytest thinks of the name

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    TIMED_OUT = "timed_out"
    NOT_RUN = "not_run"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found: a message key with the student's own values.

    ``graders.findings`` holds the English sentence of each key; the floor that shows it words it in the reader's
    language.
    """

    key: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {"key": self.key, "values": dict(self.values)}

    @classmethod
    def from_dict(cls, data: object) -> Self:
        mapping = strict.mapping(data, cls)
        values = mapping.get("values", {})
        if not isinstance(values, Mapping) or len(values) > 32:
            raise ReportInvalid("finding: values must be a mapping of at most 32 entries")
        clean: dict[str, str | int | float] = {}
        for name, value in values.items():
            if isinstance(value, str):
                clean[strict.text(name, "values", 64)] = strict.text(value, str(name), 4096)
            elif isinstance(value, int) and abs(value) < 2**63:
                clean[strict.text(name, "values", 64)] = value
            elif isinstance(value, float):
                clean[strict.text(name, "values", 64)] = value if math.isfinite(value) else str(value)
            else:
                raise ReportInvalid(f"finding: value {name!r} is not plain")
        return cls(key=strict.text(mapping.get("key"), "key", 64), values=clean)


@dataclass(frozen=True, kw_only=True)
class TestResult:
    """What one test found. ``findings`` are for the student; ``detail`` (the traceback) is for instructors only."""

    __test__ = False

    name: str
    title: str = ""  #: in the exercise's first language; the web floor shows the reader's
    outcome: TestOutcome
    points: float
    max_points: float
    message: str = ""  #: the findings in English
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    detail: str = ""
    measures: Mapping[str, float] = field(default_factory=dict)  #: what the test measured, such as an accuracy

    def to_dict(self) -> dict[str, Any]:
        findings = [finding.to_dict() for finding in self.findings]
        return {
            **strict.plain(self),
            "outcome": str(self.outcome),
            "findings": findings,
            "measures": dict(self.measures),
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        mapping = strict.mapping(data, cls)
        findings = mapping.get("findings", [])
        if not isinstance(findings, list) or len(findings) > MAX_FINDINGS:
            raise ReportInvalid(f"findings must be a list of at most {MAX_FINDINGS}")
        return cls(
            name=strict.text(mapping.get("name"), "name", 200),
            title=strict.text(mapping.get("title", ""), "title", 500),
            outcome=strict.member(TestOutcome, mapping.get("outcome")),
            points=strict.number(mapping.get("points"), "points"),
            max_points=strict.number(mapping.get("max_points"), "max_points"),
            message=strict.text(mapping.get("message", ""), "message"),
            findings=tuple(Finding.from_dict(item) for item in findings),
            seconds=strict.number(mapping.get("seconds", 0.0), "seconds"),
            detail=strict.text(mapping.get("detail", ""), "detail"),
            measures=strict.numbers(mapping.get("measures", {}), "measures", limit=MAX_MEASURES),
        )


@dataclass(frozen=True, kw_only=True)
class Seconds:
    """Where the time went, in seconds: waiting for a slot, preparing processes, running the submission."""

    queued: float = 0.0
    prepared: float = 0.0
    ran: float = 0.0

    @classmethod
    def from_dict(cls, data: object) -> Self:
        mapping = strict.mapping(data, cls)
        return cls(**{name: strict.number(value, name) for name, value in mapping.items()})


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What produced a grade: enough to repeat it and to settle a dispute."""

    isolation: str  #: the rung: "namespaces", "namespaces/same-uid", "landlock", "landlock/same-uid" or "none"
    memory_limit: str = ""  #: who enforced it: "cgroup-v1", "cgroup-v2" or "watchdog"
    runtime: str = "torch"
    python: str = ""
    torch: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)  #: of the runtime's packages
    device: str = "cpu"
    driver: str = ""
    node: str = ""
    engine: str = ""
    exercise_digest: str = ""
    submission_digest: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0

    @classmethod
    def from_dict(cls, data: object) -> Self:
        mapping = dict(strict.mapping(data, cls))
        limits, versions = mapping.pop("limits", {}), mapping.pop("versions", {})
        if not isinstance(versions, Mapping) or len(versions) > 32:
            raise ReportInvalid("provenance: versions must be a mapping")
        if not isinstance(limits, Mapping) or len(limits) > 32:
            raise ReportInvalid("provenance: limits must be a mapping")
        numbers = {name: strict.number(mapping.pop(name, 0.0), name) for name in ("cpu_seconds", "peak_memory_mb")}
        texts = {name: strict.text(value, name, 200) for name, value in mapping.items()}
        if "isolation" not in texts:
            raise ReportInvalid("provenance: isolation is missing")
        clean = {strict.text(name, "limits", 64): strict.number(value, str(name)) for name, value in limits.items()}
        told = {
            strict.text(name, "versions", 64): strict.text(value, str(name), 64) for name, value in versions.items()
        }
        return cls(limits=clean, versions=told, **numbers, **texts)  # type: ignore[arg-type]  # texts and numbers are checked above


@dataclass(frozen=True, kw_only=True)
class Report:
    """What grading one submission found."""

    outcome: Outcome
    score: float
    max_score: float
    tests: tuple[TestResult, ...] = ()
    message: str = ""  #: one sentence in English for the whole, from ``findings``
    findings: tuple[Finding, ...] = ()
    output: str = ""  #: what the student may see of what was printed
    output_withheld: str = ""  #: printed during hidden tests: instructors only
    metrics: Mapping[str, float] = field(default_factory=dict)
    figures: tuple[str, ...] = ()  #: what a Run has drawn: PNG files, made anew by the examiner, in base64
    seconds: Seconds = Seconds()
    provenance: Provenance
    seed: int = 0  #: instructors only; a regrade uses it again

    @property
    def costs_an_attempt(self) -> bool:
        """Whether the student pays for it: not for our faults, and not for a file that no test could look at."""
        unreadable = self.outcome is Outcome.STUDENT_ERROR and any(
            finding.key.startswith(UNREADABLE) for finding in self.findings
        )
        return self.outcome.costs_an_attempt and not unreadable

    def to_dict(self) -> dict[str, Any]:
        return {
            **strict.plain(self),
            "outcome": str(self.outcome),
            "tests": [test.to_dict() for test in self.tests],
            "findings": [finding.to_dict() for finding in self.findings],
            "metrics": dict(self.metrics),
            "figures": list(self.figures),
            "seconds": strict.plain(self.seconds),
            "provenance": {
                **strict.plain(self.provenance),
                "limits": dict(self.provenance.limits),
                "versions": dict(self.provenance.versions),
            },
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Read a report that somebody sent.

        Raises:
            ReportInvalid: a key is unknown or missing, a type is wrong, a value is out of bounds.
        """
        mapping = strict.mapping(data, cls)
        tests, findings, figures = (mapping.get(name, []) for name in ("tests", "findings", "figures"))
        if not isinstance(tests, list) or len(tests) > MAX_TESTS:
            raise ReportInvalid(f"tests must be a list of at most {MAX_TESTS}")
        if not isinstance(findings, list) or len(findings) > MAX_FINDINGS:
            raise ReportInvalid(f"findings must be a list of at most {MAX_FINDINGS}")
        if not isinstance(figures, list) or len(figures) > MAX_FIGURES:
            raise ReportInvalid(f"figures must be a list of at most {MAX_FIGURES}")
        seed = mapping.get("seed", 0)
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
            raise ReportInvalid("seed must be an integer from 0 to 2**63 - 1")
        report = cls(
            outcome=strict.member(Outcome, mapping.get("outcome")),
            score=strict.number(mapping.get("score"), "score"),
            max_score=strict.number(mapping.get("max_score"), "max_score"),
            tests=tuple(TestResult.from_dict(item) for item in tests),
            message=strict.text(mapping.get("message", ""), "message"),
            findings=tuple(Finding.from_dict(item) for item in findings),
            output=strict.text(mapping.get("output", ""), "output", 4 * MAX_TEXT),
            output_withheld=strict.text(mapping.get("output_withheld", ""), "output_withheld", 4 * MAX_TEXT),
            metrics=strict.numbers(mapping.get("metrics", {}), "metrics", limit=64),
            figures=tuple(strict.figure(figure) for figure in figures),
            seconds=Seconds.from_dict(mapping.get("seconds", {})),
            provenance=Provenance.from_dict(mapping.get("provenance")),
            seed=seed,
        )
        if not 0 <= report.score <= report.max_score:
            raise ReportInvalid("score must lie between 0 and max_score")
        return report


def gravest(outcomes: list[Outcome]) -> Outcome:
    """The gravest of some outcomes; ``graded`` for none."""
    return max(outcomes, key=GRAVITY.index, default=Outcome.GRADED)
