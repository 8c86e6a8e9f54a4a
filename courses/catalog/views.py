"""The pages of a course that are for reading."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.catalog import progress
from courses.catalog.models import Chapter, best_language, localized
from courses.catalog.outline import Outline, outline_of
from courses.catalog.reading import (
    chapter_or_404,
    course_or_404,
    courses_for,
    file_or_404,
    page_or_404,
    registry,
)
from courses.quizzes.answering import responses_in
from courses.quizzes.models import Placement, Quiz
from courses.quizzes.placing import place
from courses.quizzes.showing import shown_placement, shown_quizzes


@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    courses = courses_for(request.user).with_counts()
    return render(request, "catalog/course_list.html", {"courses": courses})


@require_safe
def course_page(request: HttpRequest, course: str) -> HttpResponse:
    found = course_or_404(course)
    context = {
        "course": found,
        "outline": outline_of(found, request.user),
        "role": registry.role(request.user, found),
        "has_placement": Placement.objects.filter(release=found.current_release_id).exists(),
        "has_faq": found.current_release is not None and found.current_release.pages.filter(slug="faq").exists(),
    }
    return render(request, "catalog/course.html", context)


@require_safe
def chapter_page(request: HttpRequest, course: str, chapter: str) -> HttpResponse:
    found = course_or_404(course)
    opened = chapter_or_404(found, chapter)
    place = ""
    if isinstance(request.user, AbstractBaseUser):
        row = progress.mark_read(request.user, found, opened)
        place = "" if row.done_at else row.place
    outline = outline_of(found, request.user)
    quizzes = shown_quizzes(Quiz.objects.filter(chapter=opened), request.user, course_id=found.pk)
    previous, following = outline.around(opened.slug)
    context = {
        "course": found,
        "chapter": opened,
        "text": opened.text,
        "language": opened.language,
        "segments": _segments(opened, outline, quizzes),
        "outline": outline,
        "stopped_at": _section(opened, place),
        "previous": previous,
        "following": following,
        "before": [step for step in outline.chapters if step.slug in opened.text.get("prerequisites", [])],
    }
    return render(request, "catalog/chapter.html", context)


@require_POST
def keep_place(request: HttpRequest, course: str, chapter: str) -> HttpResponse:
    """What a script sends when the reader leaves the page."""
    found = course_or_404(course)
    opened = chapter_or_404(found, chapter)
    kept = isinstance(request.user, AbstractBaseUser) and progress.keep_place(
        request.user, found, opened, request.POST.get("place", "")
    )
    return HttpResponse(status=204 if kept else 400)


@require_safe
def chapter_notebook(request: HttpRequest, course: str, chapter: str) -> HttpResponse:
    """The chapter as a notebook, in the reader's language, with links that lead back to this site."""
    found = course_or_404(course)
    opened = chapter_or_404(found, chapter)
    content = file_or_404(opened, opened.text.get("notebook", ""))
    notebook = content.decode().replace("](/", f"]({request.build_absolute_uri('/')}")
    name = f"{found.slug}-{opened.slug}.{opened.language}.ipynb"
    response = HttpResponse(notebook, content_type="application/x-ipynb+json")
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def placement_page(request: HttpRequest, course: str) -> HttpResponse:
    """Where to begin: for everybody, signed in or not, and nothing of it is kept."""
    found = course_or_404(course)
    placement = get_object_or_404(Placement, release=found.current_release_id)
    reader = request.user.pk
    responses = responses_in(placement, dict(request.POST.lists()))
    placing = place(placement, responses, reader=reader)
    steps = {step.slug: step for step in outline_of(found, request.user).chapters}
    start = placing.start(list(steps))
    context = {
        "course": found,
        "quiz": shown_placement(placement, reader=reader, responses=responses, verdicts=placing.verdicts),
        "asked": len({question["chapter"] for question in placement.spec}),
        "is_answered": request.method == "POST" and bool(responses),
        "is_empty": request.method == "POST" and not responses,
        "start": steps.get(start or ""),
        "known": [steps[slug] for slug in steps if slug in placing.known],
        "open": [steps[slug] for slug in steps if slug in placing.open and slug != start],
    }
    return render(request, "catalog/placement.html", context)


@require_safe
def faq(request: HttpRequest, course: str) -> HttpResponse:
    found = course_or_404(course)
    page = page_or_404(found, "faq")
    context = {"course": found, "language": best_language(page.texts), "entries": localized(page.texts)["entries"]}
    return render(request, "catalog/faq.html", context)


def _section(chapter: Chapter, place: str) -> dict[str, Any] | None:
    """The entry of the table of contents where a reader has stopped; None at the beginning."""
    toc = chapter.text.get("toc", ())
    return next((entry for number, entry in enumerate(toc) if number and entry["id"] == place), None)


def _segments(chapter: Chapter, outline: Outline, quizzes: dict[str, Any]) -> list[dict[str, Any]]:
    """The chapter's text with its quizzes as forms and its exercises as cards."""
    exercises = {step.slug: step for item in outline.chapters for step in item.exercises}
    shown = []
    for segment in chapter.text["segments"]:
        if segment["kind"] == "quiz":
            shown.append({"kind": "quiz", "quiz": quizzes[segment["slug"]]})
        elif segment["kind"] == "exercise":
            shown.append({"kind": "exercise", "exercise": exercises[segment["slug"]]})
        else:
            shown.append(segment)
    return shown
