"""What its author and its readers do with one post."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.accounts.current import signed_in
from courses.discussions import moderating, writing
from courses.discussions.forms import PostForm, QuestionForm, ReportForm
from courses.discussions.models import Post, Reason
from courses.discussions.reading import Frame, post_or_404
from courses.discussions.refusing import PostRefused
from courses.discussions.showing import show_post
from courses.discussions.views import previewed
from courses.exercises.comparing import changes_between

EARLIER = 10


def found_of(request: HttpRequest, course: str, post: int) -> tuple[Frame, Post]:
    user = signed_in(request)
    found = post_or_404(user, course, post)
    return Frame(user, found.question.course), found


def of_author(request: HttpRequest, course: str, post: int) -> tuple[Frame, Post]:
    frame, found = found_of(request, course, post)
    if found.author_id != frame.user.pk or found.is_deleted:
        raise Http404(_("There is no such post, or it is not yours."))
    return frame, found


@require_POST
@login_required
def accept(request: HttpRequest, course: str, post: int) -> HttpResponse:
    """Say that this is the answer, or that it is not."""
    frame, found = found_of(request, course, post)
    question = found.question
    if question.author_id != frame.user.pk and not frame.moderates:
        raise Http404
    wanted = found if request.POST.get("on") else None
    try:
        writing.accept(frame, question, wanted)
    except PostRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, course: str, post: int) -> HttpResponse:
    frame, found = of_author(request, course, post)
    question = found.question
    place = frame.places.shown(question.where, question.place)
    kind = QuestionForm if found.opens else PostForm
    initial = {"title": question.title, "text": found.text, "marked": found.marked}
    data = request.POST if request.method == "POST" else None
    form = kind(data, initial=initial, can_mark=bool(place.exercises))
    context: dict[str, Any] = {"course": frame.course, "question": question, "post": found, "form": form}
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            return render(request, "discussions/edit.html", {**context, "preview": previewed(request)})
        try:
            values = form.cleaned_data
            writing.edit(frame, found, title=values.get("title", ""), text=values["text"], marked=form.marks)
            return redirect(found)
        except PostRefused as refusal:
            form.refuse(refusal)
    return render(request, "discussions/edit.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete(request: HttpRequest, course: str, post: int) -> HttpResponse:
    frame, found = of_author(request, course, post)
    if request.method == "POST":
        is_gone = writing.delete(frame, found)
        messages.success(request, _("The post is deleted."))
        return redirect("discussions:list", course) if is_gone else redirect(found.question)
    shown = show_post(found, found.question, frame)
    return render(
        request, "discussions/delete.html", {"course": frame.course, "question": found.question, "shown": shown}
    )


@require_safe
@login_required
def earlier(request: HttpRequest, course: str, post: int) -> HttpResponse:
    """What a post said before, with what changed; for its author and for staff."""
    frame, found = found_of(request, course, post)
    if found.author_id != frame.user.pk and not frame.moderates:
        raise Http404
    versions, after = [], found.text
    for revision in found.revisions.all()[:EARLIER]:
        changed = changes_between({"": revision.text}, {"": after})
        versions.append({"revision": revision, "change": changed[0] if changed else None})
        after = revision.text
    context = {"course": frame.course, "question": found.question, "post": found, "versions": versions}
    return render(request, "discussions/earlier.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report(request: HttpRequest, course: str, post: int) -> HttpResponse:
    frame, found = found_of(request, course, post)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            moderating.report(frame, found, reason=Reason(data["reason"]), note=data["note"])
            messages.success(request, _("Thank you: staff of the course will look at it."))
            return redirect(found)
        except PostRefused as refusal:
            form.add_error(None, str(refusal))
    shown = show_post(found, found.question, frame)
    context = {"course": frame.course, "question": found.question, "shown": shown, "form": form}
    return render(request, "discussions/report.html", context, status=400 if form.errors else 200)
