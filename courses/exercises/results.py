"""Results: one submission, live and afterwards; and the list of earlier ones."""

from __future__ import annotations

import base64
from pathlib import PurePosixPath

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.accounts.current import signed_in
from courses.catalog.models import Exercise
from courses.catalog.reading import Reader, course_or_404, exercise_or_404
from courses.exercises import submitting
from courses.exercises.comparing import changes_between
from courses.exercises.ends import word_end
from courses.exercises.models import Grade, Submission
from courses.exercises.requests import wants_fragment
from courses.exercises.showing import may_see_everything, show, show_position
from courses.exercises.streaming import event_stream
from courses.exercises.terms import Terms
from graders.report import Report

#: Submissions that one may be compared with.
MAX_EARLIER = 100
#: Of a submission's job and of the one that took its place: nothing here reads them, and they may be large.
UNREAD = ("job__files", "job__report", "replaced_by__files", "replaced_by__report", "replaced_by__results")
#: Submissions of which a browser asks at once whether they have ended.
MAX_ASKED = 50


def visible_or_404(reader: Reader, pk: int) -> Submission:
    """A submission that this reader may see. To strangers it does not exist."""
    whole = Submission.objects.select_related("user", "course", "job", "replaced_by").defer(*UNREAD)
    if own := whole.filter(pk=pk, user=reader.pk).first():  # nearly every reader, and asked at a quarter of the cost
        return own
    return get_object_or_404(whole.visible_to(reader), pk=pk)  # type: ignore[arg-type]  # a User or anonymous


@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    submission = visible_or_404(request.user, pk)
    exercise = Exercise.objects.filter(release__current_of=submission.course, slug=submission.exercise).first()
    context = {
        "submission": submission,
        "course": submission.course,
        "exercise": exercise,  # None: the current release no longer has it
        "terms": Terms.of(exercise) if exercise else None,
        "shown": show(submission, reader=request.user),
        "position": show_position(submission),
        "mine": submission.user_id == request.user.pk,
        "everything": may_see_everything(submission, request.user),
    }
    template = "exercises/_result.html" if wants_fragment(request) else "exercises/result.html"
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@login_required
def ended(request: HttpRequest) -> JsonResponse:
    """Of one's own submissions, those that have ended, in a sentence each; null for those that have not."""
    asked = [int(pk) for pk in request.GET.get("ids", "").split(",")[:MAX_ASKED] if pk.isascii() and pk.isdigit()]
    own = Submission.objects.filter(user=signed_in(request), pk__in=[pk for pk in asked if pk < 2**63])
    rows = own.select_related("course", "job", "replaced_by").defer("files", "report")
    return JsonResponse({str(row.pk): word_end(row) if row.has_ended else None for row in rows})


@require_safe
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What differs from an earlier submission, or from the starter, which the first one is compared with."""
    submission = visible_or_404(request.user, pk)
    exercise = Exercise.objects.filter(release__current_of=submission.course, slug=submission.exercise).first()
    earlier = list(
        Submission.objects.of(submission.user, submission.course, submission.exercise)
        .filter(pk__lt=submission.pk)
        .only("number", "kind", "created")[:MAX_EARLIER]
    )
    handed_in = [other for other in earlier if not other.is_run]
    wanted = request.GET.get("with", str(handed_in[0].pk) if handed_in else "")
    other = next((other for other in earlier if str(other.pk) == wanted), None)
    starter = exercise.starter if exercise else {}
    context = {
        "submission": submission,
        "course": submission.course,
        "exercise": exercise,
        "earlier": earlier,
        "other": other,
        "changes": changes_between(other.files if other else starter, submission.files),
    }
    return render(request, "exercises/changes.html", context)


@require_safe
def files(request: HttpRequest, pk: int) -> JsonResponse:
    """What was handed in, for the editor's "load into the editor"."""
    return JsonResponse({"files": visible_or_404(request.user, pk).files})


@require_safe
def file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One file of what was handed in, as a download; nothing of it is shown as a page."""
    text = visible_or_404(request.user, pk).files.get(name)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=PurePosixPath(name).name)
    return response


@require_safe
def figure(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A figure that a Run has left. The examiner has made the PNG anew from what the student's code drew."""
    report = visible_or_404(request.user, pk).report or {}
    figures = Report.from_dict(report).figures if report else ()
    if not 1 <= number <= len(figures):
        raise Http404
    response = HttpResponse(base64.b64decode(figures[number - 1]), content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response


async def events(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    last_id = request.headers.get("Last-Event-ID", "")
    return await sync_to_async(_open_stream)(request, pk, last_id=last_id)


def _open_stream(request: HttpRequest, pk: int, *, last_id: str) -> StreamingHttpResponse:
    """Access is checked before a byte is sent; then the stream lives for minutes without a database connection."""
    response = event_stream(visible_or_404(request.user, pk), last_id=last_id)
    release_connections()
    return response


def release_connections() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    submission = visible_or_404(request.user, pk)
    if not submitting.cancel(submission):
        messages.info(request, _("It had ended already."))
    return redirect(submission)


@require_safe
@login_required
def history(request: HttpRequest, course: str, exercise: str) -> HttpResponse:
    found = course_or_404(course)
    opened = exercise_or_404(found, exercise)
    user = signed_in(request)
    mine = Submission.objects.visible_to(user).of(user, found, opened.slug)
    context = {
        "course": found,
        "exercise": opened,
        "terms": Terms.of(opened),
        "submissions": mine.handed_in().select_related("job", "replaced_by"),
        "grade": Grade.objects.filter(user=user, course=found, exercise=opened.slug).first(),
    }
    return render(request, "exercises/history.html", context)
