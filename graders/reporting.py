"""From what was found to a report: points by the exercise, sentences by the findings, provenance by the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from graders.exercise import Exercise, TestSpec
from graders.findings import AUTHOR_PREFIX, fill, sentence
from graders.found import Found, Met
from graders.report import (
    MAX_FINDINGS,
    MAX_TEXT,
    Finding,
    Outcome,
    Provenance,
    Report,
    Seconds,
    TestOutcome,
    TestResult,
)

#: Outcomes that are nobody's whose code is graded: the finding says so.
_NOT_THEIRS = (Outcome.EXERCISE_ERROR, Outcome.PLATFORM_ERROR, Outcome.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What an engine knows of the grading of one submission, besides what was found."""

    isolation: str
    memory_limit: str
    python: str
    torch: str
    node: str
    engine: str
    device: str = "cpu"
    driver: str = ""
    seed: int = 0
    waited: float = 0.0
    output: str = ""
    withheld: str = ""
    figures: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


def make_report(
    exercise: Exercise,
    files: Mapping[str, str],
    found: Found,
    circumstances: Circumstances,
    *,
    names: tuple[str, ...],
) -> Report:
    """The report of one submission.

    Args:
        names: the tests that it should have met, in order.
    """
    results = tuple(_result(exercise, name, found.tests.get(name)) for name in names)
    findings = list(found.findings)
    if found.outcome in _NOT_THEIRS:
        findings = [Finding(key=str(found.outcome).replace("_", "-"))]
    detail = "\n" + found.detail if found.detail else ""
    return Report(
        outcome=found.outcome,
        score=sum(result.points for result in results),
        max_score=sum(result.max_points for result in results),
        tests=results,
        message=" ".join(sentence(finding) for finding in findings)[:MAX_TEXT],
        findings=tuple(findings[:MAX_FINDINGS]),
        output=circumstances.output,
        output_withheld=(circumstances.withheld + detail)[: 2 * MAX_TEXT],
        metrics=found.metrics,
        figures=circumstances.figures,
        seconds=Seconds(queued=circumstances.waited, prepared=found.prepared, ran=found.ran),
        provenance=_provenance(exercise, files, found, circumstances),
        seed=circumstances.seed,
    )


def _provenance(exercise: Exercise, files: Mapping[str, str], found: Found, circumstances: Circumstances) -> Provenance:
    limits = exercise.limits
    names = ("load_seconds", "seconds", "threads", "memory_mb", "processes", "disk_mb", "output_kb", "reply_mb")
    return Provenance(
        isolation=circumstances.isolation,
        memory_limit=circumstances.memory_limit,
        runtime=exercise.runtime,
        python=circumstances.python,
        torch=circumstances.torch,
        versions=circumstances.versions,
        device=circumstances.device,
        driver=circumstances.driver,
        node=circumstances.node,
        engine=circumstances.engine,
        exercise_digest=exercise.digest,
        submission_digest=submission_digest(files),
        limits={name: getattr(limits, name) for name in names},
        cpu_seconds=found.cpu_seconds,
        peak_memory_mb=found.peak_memory_mb,
    )


def _result(exercise: Exercise, name: str, met: Met | None) -> TestResult:
    spec = exercise.tests.get(name)
    worth = spec.points if spec is not None else 0.0
    title = next(iter(spec.title.values())) if spec is not None else name.removeprefix("test_").replace("_", " ")
    if met is None:
        return TestResult(name=name, title=title, outcome=TestOutcome.NOT_RUN, points=0.0, max_points=worth)
    fraction = 1.0 if met.outcome is TestOutcome.PASSED else min(met.fraction, 1.0)
    earned = fraction if met.outcome in (TestOutcome.PASSED, TestOutcome.FAILED) else 0.0
    return TestResult(
        name=name,
        title=title,
        outcome=met.outcome,
        points=round(worth * earned, 6),
        max_points=worth,
        message=" ".join(_in_english(finding, spec) for finding in met.findings)[:MAX_TEXT],
        findings=met.findings[:MAX_FINDINGS],
        seconds=met.seconds,
        detail=met.detail,
        measures=met.measures,
    )


def _in_english(finding: Finding, spec: TestSpec | None) -> str:
    """A finding's sentence; the author's own, in English or else the exercise's first language, where it is theirs."""
    texts = spec.feedback.get(finding.key.removeprefix(AUTHOR_PREFIX)) if spec is not None else None
    if not texts or not finding.key.startswith(AUTHOR_PREFIX):
        return sentence(finding)
    return fill(texts.get("en") or next(iter(texts.values())), finding.values)


def submission_digest(files: Mapping[str, str]) -> str:
    """sha256 over names and texts: the same files, the same digest."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name, files[name]):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
