"""The pages of those who moderate. To everybody else they do not exist."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.accounts.current import signed_in
from courses.discussions import moderating
from courses.discussions.forms import HideForm
from courses.discussions.models import Post, Question, Ruling
from courses.discussions.post_views import found_of
from courses.discussions.reading import Frame, question_or_404
from courses.discussions.refusing import PostRefused
from courses.discussions.showing import show_post


def _post_of(request: HttpRequest, course: str, post: int) -> tuple[Frame, Post]:
    frame, found = found_of(request, course, post)
    if not frame.moderates:
        raise Http404
    return frame, found


def _try(request: HttpRequest, change: Callable[[], object], target: Post | Question) -> HttpResponse:
    """Do it, and show what came of it at its place; a refusal as a message."""
    try:
        change()
    except PostRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(target)


@require_safe
@login_required
def reports(request: HttpRequest, course: str) -> HttpResponse:
    """What readers have reported and nobody has looked at."""
    frame = Frame.of(signed_in(request), course)
    if not frame.moderates:
        raise Http404
    found = moderating.open_reports(frame.user, frame)
    by_post: dict[int, list[object]] = {}
    for row in found:
        by_post.setdefault(row.post_id, []).append(row)
    posts = {row.post_id: show_post(row.post, row.post.question, frame) for row in found}
    rows = [(posts[pk], own) for pk, own in by_post.items()]
    return render(request, "discussions/reports.html", {"course": frame.course, "rows": rows})


@require_POST
@login_required
def close(request: HttpRequest, course: str, question: int) -> HttpResponse:
    frame, found = _question_of(request, course, question)
    return _try(request, lambda: moderating.close(frame, found, closed=bool(request.POST.get("on"))), found)


@require_POST
@login_required
def pin(request: HttpRequest, course: str, question: int) -> HttpResponse:
    frame, found = _question_of(request, course, question)
    return _try(request, lambda: moderating.pin(frame, found, pinned=bool(request.POST.get("on"))), found)


def _question_of(request: HttpRequest, course: str, question: int) -> tuple[Frame, Question]:
    user = signed_in(request)
    found = question_or_404(user, course, question)
    frame = Frame(user, found.course)
    if not frame.moderates:
        raise Http404
    return frame, found


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hide(request: HttpRequest, course: str, post: int) -> HttpResponse:
    frame, found = _post_of(request, course, post)
    form = HideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            moderating.hide(frame, found, reason=form.cleaned_data["reason"])
            messages.success(request, _("The post is hidden. Its author sees why."))
            return redirect(found)
        except PostRefused as refusal:
            form.add_error("reason", str(refusal))
    shown = show_post(found, found.question, frame)
    context = {"course": frame.course, "question": found.question, "shown": shown, "form": form}
    return render(request, "discussions/hide.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def restore(request: HttpRequest, course: str, post: int) -> HttpResponse:
    frame, found = _post_of(request, course, post)
    return _try(request, lambda: moderating.restore(frame, found), found)


@require_POST
@login_required
def rule(request: HttpRequest, course: str, post: int) -> HttpResponse:
    """Whether the post holds a solution."""
    frame, found = _post_of(request, course, post)
    wanted = request.POST.get("ruling", "")
    if wanted not in Ruling.values:
        raise Http404
    return _try(request, lambda: moderating.rule(frame, found, Ruling(wanted)), found)


@require_POST
@login_required
def let_stand(request: HttpRequest, course: str, post: int) -> HttpResponse:
    frame, found = _post_of(request, course, post)
    moderating.dismiss(frame, found)
    messages.success(request, _("The post stands; its reports are settled."))
    return redirect("discussions:reports", course)
