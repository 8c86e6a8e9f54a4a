"""Findings and outcomes in the reader's language. ``graders`` knows keys and English; the words are made here."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from courses.catalog.models import localized
from graders.findings import SENTENCES
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


class _Values(dict[str, Any]):
    """A sentence may name a value that this finding does not have: the reader then sees a dash, not an error page."""

    def __missing__(self, key: str) -> str:
        return "–"


class _Plain(string.Formatter):
    """Fields by name only: a template of an author cannot reach into objects."""

    def get_field(self, field_name: str, args: Any, kwargs: Mapping[str, Any]) -> tuple[Any, str]:  # noqa: ARG002
        return kwargs[field_name], field_name


def word(finding: Finding, feedback: Mapping[str, Mapping[str, str]]) -> str:
    """One finding as a sentence: the author's own where the exercise has one for its key."""
    template = localized(feedback[finding.key]) if finding.key in feedback else SENTENCES.get(finding.key, "")
    sentence = template if finding.key in feedback else (gettext(template) if template else "")
    try:
        return _Plain().vformat(sentence, (), _Values(finding.values))
    except (ValueError, KeyError, IndexError):
        return sentence  # an author's sentence with a lone brace is shown as it was written


def word_test(result: TestResult, feedback: Mapping[str, Mapping[str, str]], *, reveal: str) -> str:
    sentences = [] if reveal == "title" else [word(finding, feedback) for finding in result.findings]
    return " ".join(filter(None, sentences)) or str(TESTS[result.outcome])


def word_report(report: Report) -> str:
    sentences = [word(finding, {}) for finding in report.findings]
    return " ".join(filter(None, sentences)) or str(OUTCOMES[report.outcome])
