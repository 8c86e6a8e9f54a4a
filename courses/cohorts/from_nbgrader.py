"""A class out of nbgrader's gradebook: its people, dates, and the points and comments that they were given there.

The points become submissions that were graded elsewhere, so that gradebook, progress and the queue for those who grade
treat them as all others. Doing it twice changes nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from courses.accounts.models import User
from courses.authoring.nbgrader.gradebook import CellGrade, ClassBook, Work
from courses.authoring.nbgrader.shaping import place_of
from courses.authoring.nbgrader.writing import slug_of
from courses.catalog.models import Course, Exercise
from courses.cohorts import teaching
from courses.cohorts.models import Cohort, Enrollment
from courses.cohorts.roster import apply_roster, read_roster
from courses.exercises.models import Kind, Review, Submission
from courses.exercises.recording import in_short, settle
from courses.exercises.terms import Terms
from graders.report import Outcome, Provenance, Report, TestOutcome, TestResult

#: In the provenance of what was graded there.
ENGINE = "nbgrader"


@dataclass(kw_only=True)
class Taken:
    """What was taken over, in words."""

    lines: list[str] = field(default_factory=list)
    people: int = 0
    dates: int = 0
    works: int = 0


def take_over(
    book: ClassBook,
    course: Course,
    *,
    cohort: str,
    files: Mapping[tuple[str, str, str], str],
    notebooks: Iterable[tuple[str, str]] = (),
    by: User,
) -> Taken:
    """Enroll the class, set its dates, and take its points over; in a transaction of the caller's.

    Args:
        cohort: the slug of the cohort, which is made where it is not there.
        files: what was handed in, by student, assignment and notebook.
        notebooks: all that there are, each with its assignment: those that nobody handed in have dates, too.
        by: who does it, for the audit trail.
    """
    taken = Taken()
    group = course.cohorts.filter(slug=cohort).first()
    if group is None:
        group = Cohort(course=course, slug=cohort, title=cohort)
        teaching.save_cohort(group, by=by)
    exercises = {exercise.slug: exercise for exercise in Exercise.objects.filter(release=course.current_release_id)}
    taken.people = _enroll(book, course, group, taken, by=by)
    known = [*notebooks, *((work.assignment, work.notebook) for work in book.works)]
    due = {
        slug: (None, book.due[assignment])
        for assignment, notebook in known
        if assignment in book.due and (slug := _slug(assignment, notebook)) in exercises
    }
    taken.dates = teaching.set_dates(group, due, by=by)
    enrolled = {row.user.username: row for row in Enrollment.objects.filter(course=course).select_related("user")}
    for work in book.works:
        exercise = exercises.get(_slug(work.assignment, work.notebook))
        enrollment = enrolled.get(work.student)
        if exercise is None:
            taken.lines.append(f"{work.assignment}/{work.notebook}: the course has no such exercise; left out")
        elif enrollment is not None:
            text = files.get((work.student, work.assignment, work.notebook), "")
            taken.works += _take(work, enrollment, exercise, text=text, taken=taken)
            _give_longer(work, book, enrollment, by=by)
    taken.lines = list(dict.fromkeys(taken.lines))
    return taken


def _slug(assignment: str, notebook: str) -> str:
    return slug_of(f"{assignment}-{notebook}", "")


def _enroll(book: ClassBook, course: Course, cohort: Cohort, taken: Taken, *, by: User) -> int:
    """The class list as the page for rosters takes it; lines with a problem are told and left out."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["username", "email", "first_name", "last_name", "cohort"])
    rows.writerows([each.id, each.email, each.first_name, each.last_name, cohort.slug] for each in book.people)
    lines = read_roster(written.getvalue(), course) if book.people else []
    taken.lines += [f"{line.username}: {line.problem}; left out" for line in lines if line.problem]
    return apply_roster([line for line in lines if not line.problem], course, by=by)


def _give_longer(work: Work, book: ClassBook, enrollment: Enrollment, *, by: User) -> None:
    due = book.due.get(work.assignment)
    if due is not None and work.longer > timedelta(0):
        slug = _slug(work.assignment, work.notebook)
        if not enrollment.extensions.filter(exercise=slug, due=due + work.longer).exists():
            teaching.extend(enrollment, slug, due + work.longer, reason="nbgrader", by=by)


def _take(work: Work, enrollment: Enrollment, exercise: Exercise, *, text: str, taken: Taken) -> int:
    """Make the submission that nbgrader has graded; 0 where it is there already, or there is nothing to grade."""
    graded = {place_of(grade.cell): grade for grade in work.grades}
    mine = Submission.objects.of(enrollment.user, enrollment.course, exercise.slug).filter(kind=Kind.SUBMISSION)
    known = any((row.report or {}).get("provenance", {}).get("engine") == ENGINE for row in mine)
    graded_there = any(grade.auto is not None or grade.manual is not None for grade in work.grades)
    if known or not (graded_there or (text and work.grades)):  # with a text, what waited there waits here
        return 0
    name = f"{work.student}: {work.assignment}/{work.notebook}"
    taken.lines += [
        f"{name}: {each.extra:g} points of extra credit for {each.cell} have no place here"
        for each in work.grades
        if each.extra
    ]
    terms = Terms.of(exercise)
    tests = tuple(_results(exercise, graded))
    report = Report(
        outcome=Outcome.GRADED,
        score=sum(test.points for test in tests),
        max_score=sum(test.max_points for test in tests),
        tests=tests,
        provenance=Provenance(isolation="", engine=ENGINE),
    )
    moment = work.handed_in or timezone.now()
    submission = Submission.objects.create(
        user=enrollment.user,
        course=enrollment.course,
        exercise=exercise.slug,
        kind=Kind.SUBMISSION,
        number=(mine.aggregate(last=Max("number"))["last"] or 0) + 1,
        files={terms.files[0]: text} if text else {},
        bundle=exercise.bundle,
        ended=moment,
        outcome=Outcome.GRADED.value,
        score=report.score,
        max_score=exercise.points,
        report=report.to_dict(),
        results=in_short(report),
        manual_max=terms.manual_points,
    )
    given = _review(submission, terms, graded)
    total = report.score + given
    credit = max(0.0, 1 - work.penalty / total) if work.penalty > 0 and total > 0 else 1.0
    Submission.objects.filter(pk=submission.pk).update(created=moment, credit=credit, late=work.penalty > 0)
    settle(enrollment.user, enrollment.course, exercise.slug)
    return 1


def _results(exercise: Exercise, graded: Mapping[str, CellGrade]) -> Iterator[TestResult]:
    for test in exercise.spec["tests"]:
        grade = graded.get(test.get("after") or "")
        worth = float(test["points"])
        points = min(max((grade.points if grade else None) or 0.0, 0.0), worth)
        outcome = TestOutcome.PASSED if points >= worth else TestOutcome.FAILED
        yield TestResult(name=test["name"], outcome=outcome, points=points, max_points=worth)


def _review(submission: Submission, terms: Terms, graded: Mapping[str, CellGrade]) -> float:
    """What persons said there; the points that they gave."""
    parts: dict[str, Any] = {}
    for name, part in terms.manual.items():
        grade = graded.get(part.cell or "")
        points = grade.points if grade else None
        points = None if points is None else min(max(points, 0.0), part.points)
        parts[name] = {"points": points, "comment": grade.comment if grade else ""}
    given: list[float] = [part["points"] for part in parts.values() if part["points"] is not None]
    if not given:
        return 0.0
    Review.objects.create(submission=submission, parts=parts)
    marked = timezone.now() if len(given) == len(parts) else None
    Submission.objects.filter(pk=submission.pk).update(manual_points=sum(given), marked=marked)
    return sum(given)
