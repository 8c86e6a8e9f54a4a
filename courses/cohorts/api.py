"""Enrollment and gradebook in the API."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status

from courses.api.auth import caller
from courses.catalog.reading import course_or_404
from courses.cohorts.enrolling import enroll
from courses.cohorts.gradebook import gradebook_of, to_csv

router = Router(tags=["cohorts"])


@router.post("/courses/{course}/enrollment", response={201: dict[str, str]})
def enroll_me(request: HttpRequest, course: str) -> Status[dict[str, str]]:
    """Enroll in the course's default cohort; doing it again changes nothing."""
    enrollment = enroll(caller(request), course_or_404(course))
    return Status(201, {"course": course, "cohort": enrollment.cohort.slug, "role": enrollment.role})


@router.get("/courses/{course}/gradebook", response=dict[str, Any])
def read_gradebook(request: HttpRequest, course: str, format: str = "") -> dict[str, Any] | HttpResponse:  # noqa: A002
    """Who got what, for the staff of the course. ``?format=csv`` or ``Accept: text/csv`` gives a spreadsheet."""
    found = course_or_404(course)
    if not caller(request).has_perm("cohorts.view_gradebook", found):
        raise Http404(_("There is no such gradebook, or it is not yours to see."))
    book = gradebook_of(found)
    if format == "csv" or request.headers.get("Accept", "").startswith("text/csv"):
        return HttpResponse(to_csv(book), content_type="text/csv; charset=utf-8")
    return {
        "course": found.slug,
        "exercises": [{"slug": exercise.slug, "points": exercise.points} for exercise in book.exercises],
        "max_total": book.max_total,
        "students": [
            {
                "id": row.user.pk,
                "username": row.user.username,
                "name": row.user.get_full_name(),
                "cohort": row.cohort.slug,
                "total": row.total,
                "scores": {
                    exercise.slug: grade.score if grade else None
                    for exercise, grade in zip(book.exercises, row.grades, strict=True)
                },
            }
            for row in book.rows
        ],
    }
