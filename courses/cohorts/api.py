"""Enrollment and gradebook in the API."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from courses.api.auth import caller
from courses.catalog.reading import course_or_404
from courses.cohorts.enrolling import enroll
from courses.cohorts.gradebook import Gradebook, Row, enrollments, gradebook_of, to_csv, worth
from courses.cohorts.scope import scope_for

router = Router(tags=["cohorts"])

MAX_PER_PAGE = 500


@router.post("/courses/{course}/enrollment", response={201: dict[str, str]})
def enroll_me(request: HttpRequest, course: str) -> Status[dict[str, str]]:
    """Enroll in the course's default cohort; doing it again changes nothing."""
    enrollment = enroll(caller(request), course_or_404(course))
    return Status(201, {"course": course, "cohort": enrollment.cohort.slug, "role": enrollment.role})


@router.get("/courses/{course}/gradebook", response=dict[str, Any])
def read_gradebook(
    request: HttpRequest,
    course: str,
    format: str = "",  # noqa: A002  # what the query calls it
    cohort: str = "",
    search: str = "",
    chapter: str = "",
    page: Annotated[int, Query(ge=1)] = 1,
    per_page: Annotated[int, Query(ge=1, le=MAX_PER_PAGE)] = MAX_PER_PAGE,
) -> dict[str, Any] | HttpResponse:
    """Who got what, for those who teach the course. ``?format=csv`` or ``Accept: text/csv`` gives a spreadsheet.

    An assistant sees their own cohort. ``cohort``, ``chapter`` and ``search`` (a part of a name) choose; JSON comes in
    pages of ``per_page`` students, and ``next`` is the address of the next one, or null. A spreadsheet has them all.
    """
    found = course_or_404(course)
    rows = enrollments(scope_for(caller(request), found, cohort=cohort), search=search)
    if format == "csv" or request.headers.get("Accept", "").startswith("text/csv"):
        text = to_csv(gradebook_of(found, rows, chapter=chapter))
        return HttpResponse(text, content_type="text/csv; charset=utf-8")
    pages = Paginator(rows, per_page)
    shown = pages.get_page(page) if page <= pages.num_pages else ()
    book = gradebook_of(found, shown, chapter=chapter)
    return {
        "course": found.slug,
        "exercises": [
            {"slug": each.slug, "chapter": each.chapter.slug, "points": each.points} for each in book.exercises
        ],
        "quizzes": [{"slug": each.slug, "chapter": each.chapter.slug, "points": worth(each)} for each in book.quizzes],
        "max_total": book.max_total,
        "max_quiz_total": book.max_quiz_total,
        "count": pages.count,
        "page": page,
        "pages": pages.num_pages,
        "next": _next(request, page) if page < pages.num_pages else None,
        "students": [_student(book, row) for row in book.rows],
    }


def _next(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page + 1)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _student(book: Gradebook, row: Row) -> dict[str, Any]:
    grades = list(zip(book.exercises, row.grades, strict=True))
    return {
        "id": row.user.pk,
        "username": row.user.username,
        "name": row.user.get_full_name(),
        "cohort": row.cohort.slug,
        "total": row.total,
        "quiz_total": row.quiz_total,
        "scores": {exercise.slug: grade.score if grade else None for exercise, grade in grades},
        "submissions": {exercise.slug: grade.submission_id for exercise, grade in grades if grade},
        "late": [exercise.slug for exercise, grade in grades if grade and grade.submission and grade.submission.late],
        "waits_for_person": [
            exercise.slug
            for exercise, grade in grades
            if grade and grade.submission and grade.submission.waits_for_person
        ],
        "quizzes": {quiz.slug: earned for quiz, earned in zip(book.quizzes, row.quizzes, strict=True)},
    }
