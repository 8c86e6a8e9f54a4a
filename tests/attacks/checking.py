"""What every attack must meet: its score and verdict, nothing touched or told outside, the engine as before."""

from __future__ import annotations

import time
from pathlib import Path

from graders.engine import Engine
from graders.exercise import Exercise
from graders.grading import Event
from graders.report import Outcome, Report
from tests.attacks.canaries import Canaries, planted_files
from tests.attacks.corpus import Attack
from tests.attacks.leavings import grown, kept_by_the_kernel, look
from tests.attacks.verdicts import deserved, score_word, verdict

_SLACK = 2.0
#: What attacks write, at run time, into everything that their student may see, once they know a hidden input.
STOLEN = "STOLEN"


def check_attack(attack: Attack, engine: Engine, exercise: Exercise, canaries: Canaries) -> None:
    """Grade the attack and then an honest submission; assert that both got what they deserve."""
    limits = exercise.limits
    before, kept, counts = planted_files(), kept_by_the_kernel(), look()
    events: list[Event] = []
    begun = time.monotonic()
    report = engine.grade(exercise, {"submission.py": attack.source}, on_event=events.append)
    took = time.monotonic() - begun

    assert "any" in attack.scores or score_word(report) in attack.scores, _explain(report)
    assert verdict(report) in deserved(attack, report.provenance.isolation), _explain(report)
    assert "BREACH:" not in report.output + report.output_withheld, _explain(report)
    assert STOLEN not in _shown(report, events), _explain(report)
    assert planted_files() == before
    assert kept_by_the_kernel() <= kept
    assert canaries.touched() == []
    assert report.provenance.isolation.startswith(engine.state()["isolation"])
    assert took < limits.load_seconds + limits.seconds + _SLACK
    assert len(report.output) <= limits.output_kb * 1024 + 100
    if "printed hidden inputs are not shown to the student" in attack.promises:
        assert "HIDDEN INPUT" not in report.output
    if "message names the missing module" in attack.promises:
        assert "tensorflow_not_here" in report.message
    _assert_next_is_graded_normally(engine, exercise)
    assert grown(counts) == {}


def _shown(report: Report, events: list[Event]) -> str:
    """All that the student may see, as one text."""
    tests = [(test.message, [finding.to_dict() for finding in test.findings]) for test in report.tests]
    findings = [finding.to_dict() for finding in report.findings]
    return repr((report.message, findings, report.output, dict(report.metrics), tests, events))


def _assert_next_is_graded_normally(engine: Engine, exercise: Exercise) -> None:
    begun = time.monotonic()
    report = engine.grade(exercise, {"submission.py": (Path(exercise.folder) / "solution.py").read_text()})
    assert report.outcome is Outcome.GRADED, _explain(report)
    assert report.score == report.max_score, _explain(report)
    assert time.monotonic() - begun < 3


def _explain(report: Report) -> str:
    tests = "\n".join(f"  {test.name}: {test.outcome} {test.message}\n{test.detail}" for test in report.tests)
    head = f"{report.outcome} {report.score}/{report.max_score} {report.message}"
    return f"{head}\n{tests}\n{report.output[-1000:]}\n{report.output_withheld[-2000:]}"
