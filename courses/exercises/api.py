"""Submissions in the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from courses.api.auth import caller
from courses.catalog.models import Course, Exercise
from courses.catalog.reading import course_or_404, exercise_or_404
from courses.exercises import submitting
from courses.exercises.archive import archive_response
from courses.exercises.models import Submission
from courses.exercises.results import release_connections, visible_or_404
from courses.exercises.showing import Shown, ShownPosition, ShownTest, show, show_position
from courses.exercises.streaming import event_stream

router = Router(tags=["submissions"])


class NewSubmission(Schema):
    """What to hand in. ``replace``: take the place of an older submission that still waits in the queue."""

    files: dict[str, Any]
    replace: bool = False


@router.post("/courses/{course}/exercises/{exercise}/submissions", response={201: dict[str, Any]})
def submit(request: HttpRequest, course: str, exercise: str, body: NewSubmission) -> Status[dict[str, Any]]:
    found, opened = _opened(course, exercise)
    submission = submitting.submit(
        caller(request), course=found, exercise=opened, files=body.files, replace=body.replace
    )
    return Status(201, _waiting(submission))


@router.get("/courses/{course}/exercises/{exercise}/archive", auth=None)
def download(request: HttpRequest, course: str, exercise: str) -> HttpResponse:
    """The exercise as a zip: statement, starter, visible tests, data, and a ``submit.py`` that hands it in."""
    return archive_response(request, *_opened(course, exercise))


@router.get("/submissions/{int:pk}", response=dict[str, Any])
def read_submission(request: HttpRequest, pk: int) -> dict[str, Any]:
    user = caller(request)
    submission = _visible(request, pk)
    if not submission.has_ended:
        return _waiting(submission)
    return {**_head(submission), **_result(submission, show(submission, reader=user))}


@router.get("/submissions/{int:pk}/events")
def follow_submission(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Live events as ``text/event-stream``; ``Last-Event-ID`` resumes."""
    response = event_stream(_visible(request, pk), last_id=request.headers.get("Last-Event-ID", ""))
    release_connections()
    return response


@router.post("/submissions/{int:pk}/cancel", response=dict[str, Any])
def cancel_submission(request: HttpRequest, pk: int) -> dict[str, Any]:
    """End a submission that has no outcome yet; its attempt comes back."""
    submitting.cancel(_visible(request, pk))
    return read_submission(request, pk)


def _opened(course: str, exercise: str) -> tuple[Course, Exercise]:
    found = course_or_404(course)
    try:
        return found, exercise_or_404(found, exercise)
    except Http404 as error:
        raise Http404(_("There is no such exercise in this course.")) from error


def _visible(request: HttpRequest, pk: int) -> Submission:
    try:
        return visible_or_404(caller(request), pk)
    except Http404 as error:
        raise Http404(_("There is no such submission, or it is not yours to see.")) from error


def _head(submission: Submission) -> dict[str, Any]:
    return {
        "id": submission.pk,
        "state": submission.state.value,
        "course": submission.course.slug,
        "exercise": submission.exercise,
        "kind": submission.kind,
        "number": submission.number,
        "created": submission.created.isoformat(),
    }


def _waiting(submission: Submission) -> dict[str, Any]:
    place = show_position(submission)
    return {
        **_head(submission),
        "position": place.ahead + 1 if place else None,  # 1: the next to start
        "estimated_start": _interval(place),
        "reason": place.reason if place else "",
    }


def _interval(place: ShownPosition | None) -> str | None:
    """An ISO 8601 interval in which the submission may start; None where there is a reason instead."""
    if place is None or place.earliest_seconds is None or place.latest_seconds is None:
        return None
    now = timezone.now()
    earliest, latest = (now + timedelta(seconds=wait) for wait in (place.earliest_seconds, place.latest_seconds))
    return f"{earliest.isoformat()}/{latest.isoformat()}"


def _result(submission: Submission, shown: Shown) -> dict[str, Any]:
    provenance = shown.provenance
    result = {
        "outcome": submission.outcome,
        "score": None if submission.score is None else submission.total,
        "max_score": submission.max_score,
        "late": submission.late,
        "counted_score": submission.counted_score,
        "message": shown.message,
        "tests": [_test(test) for test in shown.tests],
        "waits_for_person": shown.waits,
        "parts": [vars(part) for part in shown.parts],
        "comment": shown.comment,
        "output": shown.output,
        "metrics": dict(shown.metrics),
        "figures": [reverse("exercises:figure", args=[submission.pk, number]) for number in shown.figure_numbers],
        "seconds": shown.seconds,
        "provenance": {**vars(provenance), "limits": dict(provenance.limits)} if provenance else None,
    }
    return result if shown.seed is None else {**result, "seed": shown.seed, "output_withheld": shown.output_withheld}


def _test(test: ShownTest) -> dict[str, Any]:
    return {
        "name": test.name,
        "title": test.title,
        "outcome": test.outcome,
        "points": test.points,
        "max_points": test.max_points,
        "message": test.message,
        "seconds": test.seconds,
        "hints": len(test.hints),
        "measures": dict(test.measures),
    }
