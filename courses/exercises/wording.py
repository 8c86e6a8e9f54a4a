"""Findings and outcomes in the reader's language. ``graders`` knows keys and English; the words are made here."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_lazy

from courses.catalog.models import localized
from graders.findings import AUTHOR_PREFIX, SENTENCES, fill
from graders.report import Finding, Outcome, Report, TestOutcome, TestResult

#: What is said of a whole submission where the report has no finding of its own.
OUTCOMES = {
    Outcome.GRADED: "",
    Outcome.STUDENT_ERROR: gettext_lazy("Your code could not be loaded."),
    Outcome.TIMED_OUT: gettext_lazy("Your code took longer than the exercise allows."),
    Outcome.OUT_OF_MEMORY: gettext_lazy("Your code needed more memory than the exercise allows."),
    Outcome.PROCESS_LIMIT: gettext_lazy("Your code started more processes than the exercise allows."),
    Outcome.DISK_LIMIT: gettext_lazy("Your code wrote more to the disk than the exercise allows."),
    Outcome.OUTPUT_LIMIT: gettext_lazy("Your code printed more than the exercise allows."),
    Outcome.CRASHED: gettext_lazy("The process that ran your code ended before the tests did."),
    Outcome.CANCELLED: gettext_lazy("This was cancelled. It cost no attempt."),
    Outcome.EXERCISE_ERROR: gettext_lazy(
        "The tests of this exercise are broken. That is not your fault; it cost no attempt."
    ),
    Outcome.PLATFORM_ERROR: gettext_lazy("The platform could not grade this. That is our fault; it cost no attempt."),
}

#: What is said of a test that has no finding of its own, or none that may be shown.
TESTS = {
    TestOutcome.PASSED: "",
    TestOutcome.FAILED: gettext_lazy("This test did not pass."),
    TestOutcome.ERROR: gettext_lazy("This test ended with an error."),
    TestOutcome.TIMED_OUT: gettext_lazy("This test took longer than it may."),
    TestOutcome.NOT_RUN: gettext_lazy("This test was not run."),
}


def word(finding: Finding, feedback: Mapping[str, Mapping[str, str]]) -> str:
    """One finding as a sentence, the author's own where its key is one of theirs; empty where there is none."""
    if finding.key.startswith(AUTHOR_PREFIX):
        return fill(str(localized(feedback.get(finding.key.removeprefix(AUTHOR_PREFIX), {}))), finding.values)
    template = SENTENCES.get(finding.key)
    return fill(gettext(template), finding.values) if template else ""


def word_test(result: TestResult, feedback: Mapping[str, Mapping[str, str]], *, reveal: str) -> str:
    sentences = [] if reveal == "title" else [word(finding, feedback) for finding in result.findings]
    return "\n".join(filter(None, sentences)) or str(TESTS[result.outcome])


def word_report(report: Report) -> str:
    sentences = [word(finding, {}) for finding in report.findings]
    return "\n".join(filter(None, sentences)) or str(OUTCOMES[report.outcome])
