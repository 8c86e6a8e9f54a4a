"""From the words of the attack corpus to our outcomes.

========  ===========================================================================================================
verdict   our report
========  ===========================================================================================================
accepted  ``graded`` with full marks
wrong     ``graded``, not full marks, no test ``error``
error     ``student_error``, or ``graded`` with a test that ended in ``error`` (the student's code raised)
timeout   ``timed_out``
memory    ``out_of_memory``
output    ``output_limit``
crash     ``crashed``, ``process_limit`` or ``disk_limit``
rejected  refused before grading; the engine never says it
========  ===========================================================================================================
"""

from __future__ import annotations

from graders.report import Outcome, Report, TestOutcome
from tests.attacks.corpus import Attack

_BY_OUTCOME = {
    Outcome.STUDENT_ERROR: "error",
    Outcome.TIMED_OUT: "timeout",
    Outcome.OUT_OF_MEMORY: "memory",
    Outcome.OUTPUT_LIMIT: "output",
    Outcome.CRASHED: "crash",
    Outcome.PROCESS_LIMIT: "crash",
    Outcome.DISK_LIMIT: "crash",
}


def verdict(report: Report) -> str:
    """The corpus's word for this report; for what is no verdict on a submission, the outcome itself."""
    if report.outcome is not Outcome.GRADED:
        return _BY_OUTCOME.get(report.outcome, str(report.outcome))
    if report.score == report.max_score:
        return "accepted"
    errors = any(test.outcome is TestOutcome.ERROR for test in report.tests)
    return "error" if errors else "wrong"


def score_word(report: Report) -> str:
    return "0" if report.score == 0 else "full" if report.score == report.max_score else "partial"


def deserved(attack: Attack, isolation: str) -> frozenset[str]:
    """The verdicts that an attack may get on a rung: by landlock a listing of /proc is refused, not found empty."""
    refused = isolation.startswith("landlock") and attack.kind == "leak-tests"
    return attack.verdicts | {"error"} if refused else attack.verdicts
