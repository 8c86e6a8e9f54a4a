"""Answering a quiz: a form in its chapter's page, with or without htmx."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from courses.accounts.models import User
from courses.quizzes.answering import answer, responses_in
from courses.quizzes.models import Quiz
from courses.quizzes.showing import shown_quiz


@require_POST
def answer_quiz(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    quizzes = Quiz.objects.select_related("release__course", "chapter")
    found = get_object_or_404(quizzes, release__current_of__slug=course, slug=quiz)
    place = reverse("catalog:chapter", args=[course, found.chapter.slug]) + f"#quiz-{found.slug}"
    is_htmx = bool(request.headers.get("HX-Request"))
    if not isinstance(request.user, User):
        to_login = redirect_to_login(place)
        return HttpResponseClientRedirect(to_login.url) if is_htmx else to_login
    responses = responses_in(found, dict(request.POST.lists()))
    unreadable = answer(request.user, found, responses)
    if not is_htmx and not unreadable:
        return redirect(place)
    shown = shown_quiz(found, request.user, typed=responses, unreadable=unreadable)
    context = {"quiz": shown, "course": found.release.course, "back": place, "answered": True}
    return render(request, "quizzes/_quiz.html" if is_htmx else "quizzes/quiz.html", context)
