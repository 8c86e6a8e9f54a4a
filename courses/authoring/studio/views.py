"""Pages of the studio. To everybody who may not publish a course its pages do not exist."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.accounts.current import signed_in
from courses.accounts.models import User
from courses.authoring import publish
from courses.authoring.models import Release
from courses.authoring.studio.archive import MAX_UPLOAD, ArchiveInvalid, unpack
from courses.authoring.studio.difference import difference
from courses.authoring.studio.previewing import previewed_quiz
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Enrollment, Role


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    _may_author_or_404(user)
    courses = Course.objects.select_related("current_release")
    if not user.is_superuser:
        courses = courses.filter(enrollments__user=user, enrollments__role=Role.INSTRUCTOR)
    return render(request, "authoring/studio.html", {"courses": courses, "max_mb": MAX_UPLOAD // 2**20})


@require_POST
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Prepare a release of an uploaded archive. Whoever uploads a new course teaches it."""
    user = signed_in(request)
    _may_author_or_404(user)
    context: dict[str, Any] = {"max_mb": MAX_UPLOAD // 2**20}
    sent = request.FILES.get("archive")
    try:
        if not isinstance(sent, UploadedFile) or sent.size is None:
            raise ArchiveInvalid(_("Choose a file first."))
        if sent.size > MAX_UPLOAD:
            raise ArchiveInvalid(_("The file is larger than %(size)s MB.") % {"size": MAX_UPLOAD // 2**20})
        with tempfile.TemporaryDirectory() as scratch:
            folder = unpack(sent, Path(scratch), name=sent.name or "")
            _check_may_publish(user, folder.name)
            release = publish.prepare(folder, by=user)
    except ArchiveInvalid as error:
        return render(request, "authoring/upload_failed.html", {**context, "reason": str(error)}, status=400)
    except publish.CourseInvalid as error:
        return render(request, "authoring/upload_failed.html", {**context, "problems": error.problems}, status=400)
    if not Enrollment.objects.filter(course=release.course, role=Role.INSTRUCTOR).exists():
        enroll(user, release.course, role=Role.INSTRUCTOR)
    return redirect("studio:release", release.course.slug, release.number)


@require_safe
@login_required
def releases(request: HttpRequest, course: str) -> HttpResponse:
    found = get_object_or_404(Course, slug=course)
    history = Release.objects.visible_to(signed_in(request)).filter(course=found).select_related("created_by", "course")
    if not history:
        raise Http404
    return render(request, "authoring/releases.html", {"course": found, "releases": history})


@require_safe
@login_required
def release_page(request: HttpRequest, course: str, number: int) -> HttpResponse:
    release = release_or_404(request, course, number)
    before = release.course.current_release
    context = {
        "course": release.course,
        "release": release,
        "before": before if before != release else None,
        "difference": difference(before, release) if before != release else None,
        "chapters": release.chapters.prefetch_related("exercises"),
    }
    return render(request, "authoring/release.html", context)


@require_POST
@login_required
def publish_release(request: HttpRequest, course: str, number: int) -> HttpResponse:
    release = release_or_404(request, course, number)
    publish.make_current(release, by=signed_in(request))
    message = _("Release %(number)s of “%(course)s” is what everybody sees now.")
    messages.success(request, message % {"number": number, "course": release.course.title_text})
    return redirect("studio:releases", course)


@require_POST
@login_required
def discard_release(request: HttpRequest, course: str, number: int) -> HttpResponse:
    release = release_or_404(request, course, number)
    if publish.discard(release):
        messages.success(request, _("Release %(number)s was discarded.") % {"number": number})
    else:
        messages.error(request, _("Release %(number)s was published once, and stays.") % {"number": number})
    if release.course.releases.exists():
        return redirect("studio:releases", course)
    return redirect("studio:overview")


@require_safe
@login_required
def preview_chapter(request: HttpRequest, course: str, number: int, chapter: str) -> HttpResponse:
    """A chapter as readers will see it, and beside each question its key, its explanations and its draws."""
    release = release_or_404(request, course, number)
    found = get_object_or_404(release.chapters, slug=chapter)
    quizzes = {quiz.slug: previewed_quiz(quiz) for quiz in found.quizzes.all()}
    exercises = {exercise.slug: exercise for exercise in found.exercises.all()}
    segments = [
        {**segment, "quiz": quizzes.get(segment.get("slug")), "exercise": exercises.get(segment.get("slug"))}
        for segment in found.text["segments"]
    ]
    context = {"course": release.course, "release": release, "chapter": found, "text": found.text, "segments": segments}
    return render(request, "authoring/preview_chapter.html", context)


@require_safe
@login_required
def preview_exercise(request: HttpRequest, course: str, number: int, exercise: str) -> HttpResponse:
    release = release_or_404(request, course, number)
    found = get_object_or_404(release.exercises, slug=exercise)
    return render(
        request, "authoring/preview_exercise.html", {"course": release.course, "release": release, "exercise": found}
    )


def release_or_404(request: HttpRequest, course: str, number: int) -> Release:
    visible = Release.objects.visible_to(signed_in(request)).select_related("course__current_release", "created_by")
    return get_object_or_404(visible, course__slug=course, number=number)


def _may_author_or_404(user: User) -> None:
    """Who teaches something may bring a course, and so may who runs the site."""
    if not (user.is_staff or Enrollment.objects.filter(user=user, role=Role.INSTRUCTOR).exists()):
        raise Http404


def _check_may_publish(user: User, slug: str) -> None:
    """A course that exists belongs to those who teach it. Raises ``ArchiveInvalid``."""
    existing = Course.objects.filter(slug=slug).first()
    if existing is not None and not user.has_perm("cohorts.publish_course", existing):
        message = _("A course with the address “%(slug)s” exists, and you do not teach it. Rename the folder.")
        raise ArchiveInvalid(message % {"slug": slug})
