"""Grading by hand: what waits, and one submission at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.accounts.current import signed_in
from courses.catalog.models import Exercise
from courses.cohorts import waiting
from courses.cohorts.marking import MarkForm
from courses.cohorts.scope import Scope, scope_or_404
from courses.cohorts.waiting import Piece
from courses.exercises.handed_in import files_of
from courses.exercises.models import Review, Submission
from courses.exercises.reviewing import ReviewConflict, Said, parts_of, said_in, save_review
from courses.exercises.showing import show


@require_safe
@login_required
def marking(request: HttpRequest, course: str) -> HttpResponse:
    """What waits for a person, and with ``?show=all`` what they have read as well."""
    scope = scope_or_404(request, course)
    exercises = waiting.exercises_by_hand(scope.course)
    chosen = [each for each in exercises if each.slug == request.GET.get("exercise")] or exercises
    everything = waiting.pieces(scope, chosen)
    shown = everything if request.GET.get("show") == "all" else [piece for piece in everything if not piece.is_marked]
    context = {
        "course": scope.course,
        "scope": scope,
        "exercises": exercises,
        "chosen": chosen[0] if len(chosen) == 1 and request.GET.get("exercise") else None,
        "pieces": shown,
        "show_all": request.GET.get("show") == "all",
        "waiting": sum(not piece.is_marked for piece in everything),
        "marked": sum(piece.is_marked for piece in everything),
        "query": _query(request),
    }
    return render(request, "cohorts/marking.html", context)


@dataclass(frozen=True, kw_only=True)
class Round:
    """The submissions of one exercise that a person goes through, one after the other."""

    previous: int | None
    next: int | None
    next_waiting: int | None
    place: int  #: from 1; 0: it is not among them, as another submission counts
    total: int
    waiting: int

    @classmethod
    def around(cls, pk: int, pieces: Sequence[Piece]) -> Round:
        keys = [piece.pk for piece in pieces]
        here = keys.index(pk) if pk in keys else -1
        after = [*pieces[here + 1 :], *pieces[: max(here, 0)]]
        return cls(
            previous=keys[here - 1] if here > 0 else None,
            next=keys[here + 1] if here + 1 < len(keys) else None,
            next_waiting=next((piece.pk for piece in after if not piece.is_marked), None),
            place=here + 1,
            total=len(keys),
            waiting=sum(not piece.is_marked for piece in pieces),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def mark(request: HttpRequest, course: str, submission: int) -> HttpResponse:
    """One submission with what tests found, and the form of the person who grades it."""
    scope = scope_or_404(request, course)
    rows = Submission.objects.handed_in().filter(course=scope.course, user__in=scope.student_ids())
    opened = get_object_or_404(rows.select_related("user", "course", "job", "replaced_by"), pk=submission)
    parts = parts_of(opened)
    review = Review.objects.select_related("by").filter(submission=opened).first()
    form = MarkForm(request.POST if request.method == "POST" else None, parts=parts, said=said_in(review))
    if request.method != "POST":
        return _mark_page(request, scope, opened, form=form, review=review)
    if not form.is_valid():
        return _mark_page(request, scope, opened, form=form, review=review, status=400)
    try:
        save_review(opened, form.said, version=_version(request), by=signed_in(request))
    except ReviewConflict as conflict:
        return _mark_page(request, scope, opened, form=form, review=conflict.current, conflict=True, status=409)
    return _saved(request, scope, opened)


def _saved(request: HttpRequest, scope: Scope, opened: Submission) -> HttpResponse:
    target = opened.pk
    if "next" in request.POST:
        target = _round(scope, opened).next_waiting or 0
    query = _query(request)
    if not target:
        messages.success(request, _("Saved. Nothing else waits here."))
        return redirect(_with(reverse("cohorts:marking", args=[scope.course.slug]), query))
    messages.success(request, _("Saved."))
    return redirect(_with(reverse("cohorts:mark", args=[scope.course.slug, target]), query))


def _mark_page(
    request: HttpRequest,
    scope: Scope,
    opened: Submission,
    *,
    form: MarkForm,
    review: Review | None,
    conflict: bool = False,
    status: int = 200,
) -> HttpResponse:
    exercise = _exercise(scope, opened)
    theirs: Said | None = said_in(review) if conflict else None
    posted = request.POST.get("version") if request.method == "POST" and not conflict else None
    context: dict[str, Any] = {
        "course": scope.course,
        "scope": scope,
        "submission": opened,
        "exercise": exercise,
        "form": form,
        "rows": form.rows(theirs),
        "theirs": theirs,
        "review": review,
        "version": posted or (review.version if review else 0),
        "shown": show(opened, reader=request.user),
        "files": files_of(opened, exercise),
        "round": _round(scope, opened),
        "query": _query(request),
    }
    response = render(request, "cohorts/mark.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _exercise(scope: Scope, opened: Submission) -> Exercise | None:
    return Exercise.objects.filter(release=scope.course.current_release_id, slug=opened.exercise).first()


def _round(scope: Scope, opened: Submission) -> Round:
    exercise = _exercise(scope, opened)
    return Round.around(opened.pk, waiting.pieces(scope, [exercise]) if exercise else [])


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _query(request: HttpRequest) -> str:
    """What of the queue's filters goes along from page to page."""
    kept = {name: request.GET[name] for name in ("cohort", "exercise", "show") if request.GET.get(name)}
    return urlencode(kept)


def _with(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url
