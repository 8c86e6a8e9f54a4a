"""Reading discussions, asking and answering. To who is not in the course its questions do not exist."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.accounts.current import signed_in
from courses.discussions import following, moderating, writing
from courses.discussions.forms import AskForm, PostForm
from courses.discussions.models import Follow, Question, Where
from courses.discussions.models.posts import MAX_TEXT
from courses.discussions.reading import STATES, Frame, Wanted, number, post_or_404, question_or_404, questions_of
from courses.discussions.refusing import PostRefused
from courses.discussions.rendering import clean_text, parse, to_html
from courses.discussions.showing import page_of, show

PREVIEWS_A_MINUTE = 120


@require_safe
@login_required
def question_list(request: HttpRequest, course: str) -> HttpResponse:
    """The questions of a course, or of a chapter, an exercise or a competition of it."""
    frame = Frame.of(signed_in(request), course)
    wanted = Wanted.of(frame, request.GET.dict())
    kept = {name: value for name, value in request.GET.items() if name != "before" and value}
    may_ask = frame.is_in_course or (wanted.place is not None and frame.may_write_about(wanted.place))
    context = {
        "course": frame.course,
        "frame": frame,
        "wanted": wanted,
        "page": questions_of(frame, wanted),
        "places": _grouped(frame),
        "states": STATES,
        "kept": urlencode(kept),
        "may_ask": may_ask,
        "reports": len(moderating.open_reports(frame.user, frame)) if frame.moderates else 0,
    }
    return render(request, "discussions/list.html", context)


def _grouped(frame: Frame) -> list[tuple[str, list[Any]]]:
    groups: dict[str, list[Any]] = {}
    for place in frame.places.known.values():
        if place.slug:
            groups.setdefault(str(place.where.label), []).append(place)
    return list(groups.items())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask(request: HttpRequest, course: str) -> HttpResponse:
    frame = Frame.of(signed_in(request), course)
    wanted = Wanted.of(frame, request.GET.dict())
    place = wanted.place or frame.places.shown(Where.COURSE, "")
    if not frame.may_write_about(place):
        raise Http404(_("There is no such course, or you are not enrolled in it."))
    initial = {"about": f"{place.where.value}:{place.slug}"}
    form = AskForm(request.POST if request.method == "POST" else None, places=frame.places, initial=initial)
    context: dict[str, Any] = {"course": frame.course, "frame": frame, "form": form, "place": wanted.place}
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            return render(request, "discussions/ask.html", {**context, "preview": previewed(request)})
        try:
            data = form.cleaned_data
            made = writing.ask(frame, form.place, title=data["title"], text=data["text"], marked=form.marks)
            return redirect(made)
        except PostRefused as refusal:
            form.refuse(refusal)
    return render(request, "discussions/ask.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def question(request: HttpRequest, course: str, question: int) -> HttpResponse:
    """A question with its answers, and a form for one more."""
    user = signed_in(request)
    found = question_or_404(user, course, question)
    frame = Frame(user, found.course)
    place = frame.places.shown(found.where, found.place)
    form = PostForm(request.POST if request.method == "POST" else None, can_mark=bool(place.exercises))
    preview = previewed(request) if "preview" in request.POST else ""
    if request.method == "POST" and form.is_valid() and not preview:
        try:
            made = writing.answer(frame, found, text=form.cleaned_data["text"], marked=form.marks)
            return redirect(made)
        except PostRefused as refusal:
            form.refuse(refusal)
    return _question(request, frame, found, form=form, preview=preview)


def _question(request: HttpRequest, frame: Frame, found: Question, *, form: PostForm, preview: str) -> HttpResponse:
    after = request.GET.get("after", "")
    if aim := number(request.GET.get("post", "")):
        after = page_of(post_or_404(frame.user, frame.course.slug, aim))
    shown = show(found, frame, after=after)
    follow = Follow.objects.filter(user=frame.user, question=found).first()
    if follow is not None:
        following.note_seen(follow, shown.last_seen)
    context = {
        "course": frame.course,
        "frame": frame,
        "question": found,
        "shown": shown,
        "place": shown.place,
        "follows": follow is not None,
        "form": form,
        "preview": preview,
        "may_answer": (found.closed is None or frame.moderates) and frame.may_write_about(shown.place),
        "after": after,
    }
    return render(request, "discussions/question.html", context, status=400 if form.errors else 200)


def previewed(request: HttpRequest) -> str:
    """What was typed, as it would be shown to who may read all of it."""
    return mark_safe(to_html(parse(clean_text(request.POST.get("text", ""))[:MAX_TEXT])))  # noqa: S308  # sanitised


@require_POST
@login_required
def preview(request: HttpRequest, course: str) -> HttpResponse:
    """What a script shows under the text while somebody types."""
    user = signed_in(request)
    Frame.of(user, course)
    key = f"discussions:previews:{user.pk}"
    times = cache.get(key, 0)
    if times >= PREVIEWS_A_MINUTE:
        return HttpResponse(status=429)
    cache.set(key, times + 1, 60)
    return render(request, "discussions/_preview.html", {"preview": previewed(request)})


@require_POST
@login_required
def follow(request: HttpRequest, course: str, question: int) -> HttpResponse:
    user = signed_in(request)
    found = question_or_404(user, course, question)
    if request.POST.get("on"):
        following.follow(user, found, seen=found.latest)
        messages.success(request, _("You will hear of answers to this question."))
    else:
        following.unfollow(user, found)
        messages.success(request, _("You will hear no more of this question."))
    return redirect(found)
