"""The workbench: statement, editor, Run and Submit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.catalog.reading import course_or_404, exercise_or_404
from courses.cohorts.rules import role_in
from courses.exercises import submitting
from courses.exercises.archive import archive_response
from courses.exercises.drafts import DraftConflict, draft_of, save_draft
from courses.exercises.files import FilesRefused
from courses.exercises.handed_in import shown_files
from courses.exercises.models import Grade, Submission
from courses.exercises.requests import posted_files, wants_json
from courses.exercises.showing import show_position
from courses.exercises.solutions import solution_for
from courses.exercises.submitting import SubmittingRefused
from courses.exercises.terms import Terms

EARLIER = 10
Refusal = FilesRefused | SubmittingRefused


@require_safe
def workbench(request: HttpRequest, course: str, exercise: str) -> HttpResponse:
    found = course_or_404(course)
    return _workbench(request, found, exercise_or_404(found, exercise))


def _workbench(
    request: HttpRequest, course: Course, exercise: Exercise, *, kept: dict[str, Any] | None = None, refusal: str = ""
) -> HttpResponse:
    """The page; with the text that was just refused, if one was, so that nothing written is lost."""
    user = request.user if isinstance(request.user, User) else None
    terms = Terms.of(exercise)
    draft = draft_of(user, course, exercise) if user else None
    texts = {**exercise.starter, **(draft.files if draft else {}), **(kept or {})}
    mine = Submission.objects.of(user, course, exercise.slug) if user else Submission.objects.none()
    context = {
        "course": course,
        "exercise": exercise,
        "terms": terms,
        "files": [{"name": name, "text": texts.get(name, "")} for name in terms.files],
        "draft": draft,
        "role": role_in(request.user, course),
        "attempts_left": submitting.attempts_left(user, course, exercise) if user else terms.attempts,
        "earlier": mine.select_related("job", "replaced_by")[:EARLIER],
        "grade": Grade.objects.filter(user=user, course=course, exercise=exercise.slug).first() if user else None,
        "solution": shown_files(solution_for(user, course, exercise), exercise=exercise, mode=terms.mode)
        if user
        else [],
        "refusal": refusal,
    }
    return render(request, "exercises/workbench.html", context)


@require_safe
def archive(request: HttpRequest, course: str, exercise: str) -> HttpResponse:
    """The exercise as a zip, to work on elsewhere; whoever may read the page may have it."""
    found = course_or_404(course)
    return archive_response(request, found, exercise_or_404(found, exercise))


@require_safe
def starter(_request: HttpRequest, course: str, exercise: str, name: str) -> HttpResponse:
    """One file to begin with, as a download: a notebook, for Jupyter."""
    opened = exercise_or_404(course_or_404(course), exercise)
    if name not in opened.starter:
        raise Http404
    response = HttpResponse(opened.starter[name], content_type="application/octet-stream")
    filename = f"{opened.slug}{PurePosixPath(name).suffix}" if len(opened.starter) == 1 else PurePosixPath(name).name
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    return response


@require_POST
def save(request: HttpRequest, course: str, exercise: str) -> JsonResponse:
    """Keep the editor's text; 409 with both texts where another tab was faster."""
    if not isinstance(request.user, User):
        return JsonResponse({"detail": _("Sign in first.")}, status=403)
    found = course_or_404(course)
    opened = exercise_or_404(found, exercise)
    try:
        files, version = posted_files(request)
        draft = save_draft(request.user, course=found, exercise=opened, files=files, version=version or 0)
    except FilesRefused as error:
        return JsonResponse({"detail": str(error)}, status=error.status)
    except DraftConflict as conflict:
        both = {"version": conflict.current.version, "yours": files, "theirs": conflict.current.files}
        return JsonResponse({"detail": str(conflict), **both}, status=409)
    return JsonResponse({"version": draft.version, "saved": draft.updated.isoformat()})


@require_POST
@login_required
def submit(request: HttpRequest, course: str, exercise: str) -> HttpResponse:
    return _hand_over(request, course, exercise, action=submitting.submit)


@require_POST
@login_required
def run(request: HttpRequest, course: str, exercise: str) -> HttpResponse:
    return _hand_over(request, course, exercise, action=submitting.run)


def _hand_over(request: HttpRequest, course: str, exercise: str, *, action: Callable[..., Submission]) -> HttpResponse:
    found = course_or_404(course)
    opened = exercise_or_404(found, exercise)
    files: dict[str, object] = {}
    try:
        files, version = posted_files(request)
        submission = action(request.user, course=found, exercise=opened, files=files)
    except (FilesRefused, SubmittingRefused) as error:
        return _refused(request, found, opened, error=error, files=files)
    version = _keep_draft(submission, opened, version=version)
    if not wants_json(request):
        return redirect(submission)
    return JsonResponse(_accepted(submission, opened, version=version), status=201)


def _refused(
    request: HttpRequest, course: Course, exercise: Exercise, *, error: Refusal, files: dict[str, object]
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"detail": str(error)}, status=error.status)
    kept = {name: text for name, text in files.items() if name in exercise.starter and isinstance(text, str)}
    response = _workbench(request, course, exercise, kept=kept, refusal=str(error))
    response.status_code = error.status
    return response


def _keep_draft(submission: Submission, exercise: Exercise, *, version: int | None) -> int:
    """What was handed in is what the editor shows next time, unless another tab has saved since.

    A file that was uploaded is in no editor.
    """
    if Terms.of(exercise).mode != "module":
        return 0
    try:
        files: dict[str, object] = dict(submission.files)
        return save_draft(
            submission.user, course=submission.course, exercise=exercise, files=files, version=version or 0
        ).version
    except DraftConflict as conflict:
        return conflict.current.version


def _accepted(submission: Submission, exercise: Exercise, *, version: int) -> dict[str, Any]:
    place = show_position(submission)
    return {
        "id": submission.pk,
        "number": submission.number,
        "kind": submission.kind,
        "state": submission.state,
        "position": place.to_dict() if place else None,
        "attempts_left": submitting.attempts_left(submission.user, submission.course, exercise),
        "draft_version": version,
        "result_url": submission.get_absolute_url(),
        "fragment_url": submission.get_absolute_url() + "?fragment=1",
        "events_url": reverse("exercises:events", args=[submission.pk]),
        "cancel_url": reverse("exercises:cancel", args=[submission.pk]),
    }
