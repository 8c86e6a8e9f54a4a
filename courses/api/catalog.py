"""Courses and chapters in the API. Anybody may read them, as on the pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from courses.catalog.models import Chapter, Course, Exercise
from courses.catalog.reading import chapter_or_404, course_or_404, courses_for

router = Router(tags=["courses"])


@router.get("/courses", auth=None)
def list_courses(request: HttpRequest) -> list[dict[str, Any]]:
    return [_brief(course) for course in courses_for(request.user)]


@router.get("/courses/{course}", auth=None)
def read_course(request: HttpRequest, course: str) -> dict[str, Any]:  # noqa: ARG001  # ninja's signature, as below
    found = course_or_404(course)
    chapters = Chapter.objects.filter(release=found.current_release_id)
    exercises = Exercise.objects.filter(release=found.current_release_id).select_related("chapter")
    return {
        **_brief(found),
        "chapters": [{"slug": chapter.slug, "title": chapter.title_text} for chapter in chapters],
        "exercises": [_exercise(exercise) for exercise in exercises],
    }


@router.get("/courses/{course}/chapters/{chapter}", auth=None)
def read_chapter(request: HttpRequest, course: str, chapter: str) -> dict[str, Any]:  # noqa: ARG001
    found = course_or_404(course)
    opened = chapter_or_404(found, chapter)
    text = opened.text
    return {
        "slug": opened.slug,
        "title": opened.title_text,
        "language": opened.language,
        "summary": text.get("summary", ""),
        "minutes": text.get("minutes"),
        "prerequisites": text.get("prerequisites", []),
        "segments": text.get("segments", []),
        "exercises": [_exercise(exercise) for exercise in opened.exercises.select_related("chapter")],
    }


def _brief(course: Course) -> dict[str, Any]:
    return {
        "slug": course.slug,
        "title": course.title_text,
        "summary": course.summary_text,
        "languages": course.languages,
    }


def _exercise(exercise: Exercise) -> dict[str, Any]:
    return {
        "slug": exercise.slug,
        "chapter": exercise.chapter.slug,
        "title": exercise.title_text,
        "points": exercise.points,
    }
