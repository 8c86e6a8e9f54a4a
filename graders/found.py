"""What grading one submission found, before it is made into a report."""

from __future__ import annotations

from dataclasses import dataclass, field

from graders.report import Finding, Outcome, TestOutcome, gravest


@dataclass(kw_only=True)
class Met:
    """What one test met."""

    outcome: TestOutcome
    findings: tuple[Finding, ...] = ()
    detail: str = ""
    seconds: float = 0.0
    fraction: float = 0.0
    measures: dict[str, float] = field(default_factory=dict)


@dataclass(kw_only=True)
class Found:
    """What grading a submission found, before it is made into a report."""

    tests: dict[str, Met] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    detail: str = ""
    lost_examiner: bool = False  #: the examiner ended without its last word: by the tests' fault, or somebody killed it
    metrics: dict[str, float] = field(default_factory=dict)
    prepared: float = 0.0
    ran: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0

    @property
    def outcome(self) -> Outcome:
        return gravest(self.outcomes)
