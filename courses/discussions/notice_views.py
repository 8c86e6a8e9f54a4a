"""What is new in the questions that somebody follows."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.accounts.current import signed_in
from courses.discussions import following
from courses.discussions.models import Post
from courses.discussions.refusing import PostRefused
from courses.discussions.showing import excerpt

SHOWN = 50


@require_safe
@login_required
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """Answers that the reader has not seen, the newest first, and whether they want mails of them."""
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
    return render(request, "discussions/notices.html", {"rows": rows, "wants_mail": following.wants_mail(user)})


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
