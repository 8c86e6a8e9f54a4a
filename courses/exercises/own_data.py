"""What exercises keep of a person: drafts, submissions, grades. How they ended stays, without a name; no code does."""

from __future__ import annotations

from typing import Any

from courses.accounts.models import User
from courses.accounts.personal import Contents, Section
from courses.exercises.models import Draft, Grade, Kind, RegradedSubmission, Review, Submission
from courses.exercises.showing import show
from workers.pools import jobs
from workers.pools.models import Job

#: What stays of a report and of a test's result in it: nothing that the person's code has put there.
KEPT = ("outcome", "score", "max_score", "seconds", "provenance", "seed")
KEPT_OF_TEST = ("name", "title", "outcome", "points", "max_points", "seconds")


def export(user: User) -> Contents:
    """Their code as files, and what they were told of it."""
    contents: dict[str, object] = {}
    for draft in Draft.objects.filter(user=user).select_related("course"):
        folder = f"drafts/{draft.course.slug}/{draft.exercise}"
        contents |= {f"{folder}/{name}": text for name, text in draft.files.items()}
    rows = []
    for submission in Submission.objects.filter(user=user).select_related("course", "job").order_by("pk").iterator(50):
        folder = f"{submission.kind}s/{submission.course.slug}/{submission.exercise}/{submission.number:04}"
        contents |= {f"{folder}/{name}": text for name, text in submission.files.items()}
        rows.append({"folder": folder, **_told(submission, user)})
    reviews = Review.objects.filter(submission__user=user).values(
        "submission__exercise", "submission__number", "parts", "comment", "updated"
    )
    grades = Grade.objects.filter(user=user).values("course__slug", "exercise", "score", "max_score", "updated")
    return {**contents, "submissions.json": rows, "grades.json": list(grades), "reviews.json": list(reviews)}


def _told(submission: Submission, user: User) -> dict[str, Any]:
    """What the result page says to its author, whoever they are besides."""
    shown = show(submission, reader=user)
    return {
        "created": submission.created,
        "late": submission.late,
        "outcome": submission.outcome,
        "score": submission.score,
        "max_score": submission.max_score,
        "message": shown.message,
        "output": shown.output,
        "tests": [
            {"title": test.title, "outcome": test.outcome, "points": test.points, "message": test.message}
            for test in shown.tests
        ],
    }


def forget(user: User) -> None:
    """Stop what waits or runs, delete drafts and Runs, and leave of submissions only how they ended."""
    for waiting in Submission.objects.filter(user=user).waiting():
        if waiting.job_id is not None:
            jobs.cancel(waiting.job_id)
    Draft.objects.filter(user=user).delete()
    Submission.objects.filter(user=user, kind=Kind.RUN).delete()
    for submission in Submission.objects.filter(user=user).iterator(50):
        Submission.objects.filter(pk=submission.pk).update(files={}, report=_bare(submission.report))
    for again in RegradedSubmission.objects.filter(submission__user=user).iterator(50):
        RegradedSubmission.objects.filter(pk=again.pk).update(report=_bare(again.report))
    for review in Review.objects.filter(submission__user=user):
        parts = {part: {**said, "comment": ""} for part, said in review.parts.items()}
        Review.objects.filter(pk=review.pk).update(parts=parts, comment="")
    for job in Job.objects.filter(account=f"user:{user.pk}").only("pk", "report").iterator(50):
        Job.objects.filter(pk=job.pk).update(files={}, report=_bare(job.report))


def _bare(report: dict[str, Any] | None) -> dict[str, Any] | None:
    if report is None:
        return None
    tests = [{name: test[name] for name in KEPT_OF_TEST if name in test} for test in report.get("tests", [])]
    return {**{name: report[name] for name in KEPT if name in report}, "tests": tests}


SECTION = Section(
    name="exercises",
    models=frozenset({"exercises.Draft", "exercises.Submission", "exercises.Grade"}),
    export=export,
    forget=forget,
)
