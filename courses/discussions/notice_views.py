"""What is new in the questions that somebody follows, and which ones wait for those who teach."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.accounts.current import signed_in
from courses.accounts.models import User
from courses.cohorts.rules import staff_roles_of
from courses.discussions import awaiting, following
from courses.discussions.models import Post
from courses.discussions.refusing import PostRefused
from courses.discussions.showing import excerpt

SHOWN = 50


@require_safe
@login_required
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """Answers that the reader has not seen, what waits for one who teaches, and of what they want to hear."""
    user = signed_in(request)
    follows = list(following.unseen(user).select_related("question__course").order_by("-question__latest")[:SHOWN])
    latest = Post.objects.filter(pk__in=[row.question.latest for row in follows]).select_related("author")
    newest = {post.question_id: post for post in latest.defer("html")}
    for row in follows:
        if row.question_id in newest:
            newest[row.question_id].question = row.question
    rows = [
        {"question": row.question, "post": newest[row.question_id], "excerpt": excerpt(newest[row.question_id])}
        for row in follows
        if row.question_id in newest
    ]
    context = {"rows": rows, "wants_mail": following.wants_mail(user), "teaches": _teaches(user)}
    if context["teaches"]:
        waiting = awaiting.awaiting(user).with_language().select_related("course", "author")
        context |= {"waiting": waiting.order_by("-pk")[:SHOWN], "wants_questions": awaiting.wants(user)}
    return render(request, "discussions/notices.html", context)


def _teaches(user: User) -> bool:
    return user.is_superuser or bool(staff_roles_of(user))


@require_POST
@login_required
def seen(request: HttpRequest) -> HttpResponse:
    following.mark_all_seen(signed_in(request))
    return redirect("discussions:notices")


@require_POST
@login_required
def mail(request: HttpRequest) -> HttpResponse:
    wanted = bool(request.POST.get("on"))
    try:
        site = request.build_absolute_uri("/").rstrip("/")
        following.choose_mail(signed_in(request), wanted=wanted, site=site)
        messages.success(request, _("Answers are mailed to you.") if wanted else _("You get no more mails of answers."))
    except PostRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("discussions:notices")


@require_POST
@login_required
def questions(request: HttpRequest) -> HttpResponse:
    """Whether one who teaches hears of questions without an answer."""
    user = signed_in(request)
    if not _teaches(user):
        raise Http404(_("You teach no course."))
    wanted = bool(request.POST.get("on"))
    awaiting.choose(user, wanted=wanted)
    if wanted:
        messages.success(request, _("You are told of questions that wait for an answer."))
    else:
        messages.success(request, _("You are told no more of questions that wait for an answer."))
    return redirect("discussions:notices")
