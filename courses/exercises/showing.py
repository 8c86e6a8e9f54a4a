"""What a reader may see of a submission. Students and staff see different things; it is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.catalog.models import Exercise, localized
from courses.catalog.reading import Reader
from courses.exercises.models import Review, State, Submission
from courses.exercises.terms import Terms, TestTerms
from courses.exercises.wording import word_report, word_test
from graders.report import Provenance, Report, TestOutcome, TestResult
from workers.pools.models import JobState
from workers.pools.positions import Position
from workers.pools.standing import standing


@dataclass(frozen=True, kw_only=True)
class ShownTest:
    """One test's result as this reader may see it."""

    __test__ = False

    name: str
    title: str
    outcome: str
    points: float
    max_points: float
    message: str
    seconds: float
    hints: tuple[str, ...] = ()  #: opened one by one; only for a test that did not pass
    detail: str = ""  #: the traceback: for visible tests, and for staff
    measures: tuple[tuple[str, float], ...] = ()  #: where the test's output is shown, and for staff


@dataclass(frozen=True, kw_only=True)
class ShownPart:
    """What a person gave one part, or that it still waits."""

    name: str
    title: str
    points: float | None  #: None: it waits
    max_points: float
    comment: str
    left: bool = False  #: nobody had to read it: it is still as the exercise has it


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A submission's result as this reader may see it. Empty while it waits or runs."""

    message: str = ""
    tests: tuple[ShownTest, ...] = ()
    output: str = ""
    output_withheld: str = ""  #: staff only
    seed: int | None = None  #: staff only
    seconds: float | None = None
    metrics: tuple[tuple[str, float], ...] = ()
    figure_numbers: range = range(0)  #: of the PNG files that a Run has left
    provenance: Provenance | None = None
    parts: tuple[ShownPart, ...] = ()  #: what a person grades
    comment: str = ""  #: a person's, on the whole
    waits: bool = False  #: for a person, who will read this one and no other of the student's

    @property
    def passed(self) -> int:
        return sum(test.outcome == TestOutcome.PASSED for test in self.tests)


def show(submission: Submission, *, reader: Reader) -> Shown:
    """What ``reader``, who may see the submission at all, sees of its report."""
    if submission.report is None:
        return Shown()
    report = Report.from_dict(submission.report)
    full = may_see_everything(submission, reader)
    exercise = current_terms(submission)
    terms = exercise.tests if exercise else {}
    said = said_of(submission)
    return Shown(
        message=_message(submission, report),
        tests=tuple(_show_test(result, terms.get(result.name), submission, full=full) for result in report.tests),
        output=report.output,
        output_withheld=report.output_withheld if full else "",
        seed=report.seed if full else None,
        seconds=report.seconds.ran,
        metrics=tuple(report.metrics.items()),
        figure_numbers=range(1, len(report.figures) + 1),
        provenance=report.provenance if report.provenance.isolation else None,
        parts=_show_parts(submission, exercise, said),
        comment=said.comment if said else "",
        waits=exercise is not None and _waits(submission, exercise),
    )


def may_see_everything(submission: Submission, reader: Reader) -> bool:
    return bool(reader.has_perm("cohorts.view_full_reports", submission.course))  # type: ignore[union-attr]  # all users of ours have permissions


def current_terms(submission: Submission) -> Terms | None:
    """What the current release says of the exercise; a test that it no longer has goes by the report's own title."""
    exercise = Exercise.objects.filter(release__current_of=submission.course_id, slug=submission.exercise).first()
    return Terms.of(exercise) if exercise else None


def said_of(submission: Submission) -> Review | None:
    """What a person has said of a submission so far."""
    return None if submission.is_run else Review.objects.filter(submission=submission).first()


def _waits(submission: Submission, terms: Terms) -> bool:
    if not submission.waits_for_person:
        return False
    return not Submission.objects.all().read_before(submission, rule=terms.counts).exists()


def _show_parts(submission: Submission, terms: Terms | None, said: Review | None) -> tuple[ShownPart, ...]:
    if terms is None or submission.is_run or not submission.manual_max:
        return ()
    marks = said.parts if said else {}
    return tuple(
        ShownPart(
            name=part.name,
            title=str(localized(part.title)),
            points=marks.get(part.name, {}).get("points"),
            max_points=part.points,
            comment=marks.get(part.name, {}).get("comment", ""),
            left=said is not None and said.version == 0 and marks.get(part.name, {}).get("points") is not None,
        )
        for part in terms.manual.values()
    )


def title_of(name: str, terms: TestTerms | None, fallback: str = "") -> str:
    """A hidden test has a title in each language; a visible one is called as the student reads it in its file."""
    return str(localized(terms.title)) if terms else fallback or name


def _show_test(result: TestResult, terms: TestTerms | None, submission: Submission, *, full: bool) -> ShownTest:
    reveal = "message" if full or submission.is_run or terms is None else terms.reveal
    passed = result.outcome == TestOutcome.PASSED
    measured = full or submission.is_run or (terms is not None and terms.output == "shown")
    return ShownTest(
        name=result.name,
        title=title_of(result.name, terms, "" if submission.is_run else result.title),
        outcome=result.outcome.value,
        points=result.points,
        max_points=result.max_points,
        message=word_test(result, terms.feedback if terms else {}, reveal=reveal),
        seconds=result.seconds,
        hints=tuple(str(localized(hint)) for hint in terms.hints) if terms and not passed else (),
        detail=result.detail if full or submission.is_run else "",
        measures=tuple(result.measures.items()) if measured else (),
    )


def _message(submission: Submission, report: Report) -> str:
    if submission.replaced_by is not None:
        return _("Replaced by #%(number)d. It cost no attempt.") % {"number": submission.replaced_by.number}
    if submission.job is not None and submission.job.state == JobState.GAVE_UP:
        return _(
            "The platform could not grade this yet. That is our fault: it cost no attempt, and we owe you the grade. "
            "The administrators know of it; your work is kept and graded when the fault is mended."
        )
    return word_report(report)


#: Waits longer than this are told in minutes.
LONG_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class ShownPosition:
    """Where a waiting submission stands."""

    ahead: int
    text: str
    earliest_seconds: float | None
    latest_seconds: float | None
    reason: str

    def to_dict(self) -> dict[str, Any]:
        return {"ahead": self.ahead, "text": self.text}


def show_position(submission: Submission) -> ShownPosition | None:
    """The place in the queue, in words; None where the submission no longer waits."""
    if submission.state != State.QUEUED or submission.job is None:
        return None
    place = standing(submission.job)
    return ShownPosition(
        ahead=place.ahead,
        text=word_position(place),
        earliest_seconds=place.earliest_seconds,
        latest_seconds=place.latest_seconds,
        reason=place.reason,
    )


def word_position(place: Position) -> str:
    """A place in the queue as a sentence."""
    ahead = ngettext("%(count)d before you.", "%(count)d before you.", place.ahead) % {"count": place.ahead}
    if place.reason or place.latest_seconds is None:
        return f"{ahead} {place.reason}".strip()
    if place.ahead == 0 and place.latest_seconds <= 1:
        return _("You are next.")
    earliest, latest = place.earliest_seconds or 0.0, place.latest_seconds
    text = _("It starts in %(earliest)s to %(latest)s seconds.")
    if latest > LONG_SECONDS:
        earliest, latest, text = earliest / 60, latest / 60, _("It starts in %(earliest)s to %(latest)s minutes.")
    return ahead + " " + text % {"earliest": number_format(round(earliest)), "latest": number_format(round(latest))}
