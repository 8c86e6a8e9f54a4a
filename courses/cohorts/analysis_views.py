"""What a class's work says about questions and hidden tests; and who is stuck."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.catalog.models import Exercise, localized
from courses.catalog.reading import exercise_or_404
from courses.cohorts import charts
from courses.cohorts.scope import Scope, scope_or_404
from courses.cohorts.stuck import THRESHOLDS, USUAL, stuck_in
from courses.exercises.analysis import TestStats, outcomes, rows_of, test_stats
from courses.exercises.models import Submission
from courses.quizzes.analysis import QuestionStats, answers_of, question_stats
from courses.quizzes.models import Quiz, QuizAnswer
from courses.quizzes.statistics import MIN_FOR_DISCRIMINATION, MIN_LEARNERS

ROWS = 100


@require_safe
@login_required
def stuck(request: HttpRequest, course: str) -> HttpResponse:
    """Students with many failed attempts at one thing, each one click from their work."""
    scope = scope_or_404(request, course)
    asked = request.GET.get("least", "")
    least = int(asked) if asked in map(str, THRESHOLDS) else USUAL
    page = Paginator(stuck_in(scope, least=least), ROWS).get_page(request.GET.get("page"))
    filters = {"cohort": scope.chosen.slug if scope.chosen else "", "least": str(least)}
    context = {
        "course": scope.course,
        "scope": scope,
        "page": page,
        "query": urlencode({name: value for name, value in filters.items() if value}),
        "least": least,
        "thresholds": THRESHOLDS,
    }
    return render(request, "cohorts/stuck.html", context)


@require_safe
@login_required
def analysis(request: HttpRequest, course: str) -> HttpResponse:
    """What there is to analyse: exercises and quizzes of the current release, with how many learners have met each."""
    scope = scope_or_404(request, course)
    release = scope.course.current_release_id
    exercises = Exercise.objects.filter(release=release).select_related("chapter")
    quizzes = Quiz.objects.filter(release=release).select_related("chapter").order_by("chapter__position", "slug")
    users = scope.student_ids()
    handed_in = Submission.objects.counting().filter(course=scope.course, user__in=users).order_by()
    answered = QuizAnswer.objects.filter(course=scope.course, user__in=users).order_by()
    met = _learners(handed_in.values_list("exercise", "user").distinct())
    met_quizzes = _learners(answered.values_list("quiz", "user").distinct())
    context = {
        "course": scope.course,
        "scope": scope,
        "exercises": [
            (each, met.get(each.slug, 0)) for each in exercises.only("slug", "title", "points", "chapter__slug")
        ],
        "quizzes": [(each, met_quizzes.get(each.slug, 0)) for each in quizzes],
    }
    return render(request, "cohorts/analysis.html", context)


def _learners(pairs: Any) -> dict[str, int]:
    counted: dict[str, int] = {}
    for slug, _user in pairs:
        counted[slug] = counted.get(slug, 0) + 1
    return counted


@require_safe
@login_required
def exercise_analysis(request: HttpRequest, course: str, exercise: str) -> HttpResponse:
    """Per hidden test: who fails it, at which attempt it is passed, and how long that takes."""
    scope = scope_or_404(request, course)
    opened = exercise_or_404(scope.course, exercise)
    by_user = rows_of(scope.course, opened.slug, scope.student_ids())
    tests = test_stats(opened, by_user)
    told = [test for test in tests if test.is_told]
    legend = [_("at the first attempt"), _("at the 2nd or 3rd"), _("later"), _("not yet")]
    bars = [(str(localized(test.title)), test.by_attempt) for test in told]
    context = {
        **_common(scope),
        "exercise": opened,
        "learners": len(by_user),
        "submissions": sum(map(len, by_user.values())),
        "tests": tests,
        "chart": charts.stacked("tests", bars, legend=legend) if told else None,
        "failing": _failing(scope, tests),
        "outcomes": outcomes(by_user),
    }
    return render(request, "cohorts/exercise_analysis.html", context)


def _failing(scope: Scope, tests: list[TestStats]) -> list[tuple[str, list[Any]]]:
    """By name, who has not passed each test: for those who may help, not for a chart."""
    people = {row.user_id: row for row in scope.students().select_related("user")}
    return [
        (str(localized(test.title)), [people[user] for user in test.failing if user in people])
        for test in tests
        if test.failing
    ]


@require_safe
@login_required
def quiz_analysis(request: HttpRequest, course: str, quiz: str) -> HttpResponse:
    """Per question: difficulty, discrimination and what its distractors do."""
    scope = scope_or_404(request, course)
    rows = Quiz.objects.filter(release=scope.course.current_release_id).select_related("chapter")
    opened = get_object_or_404(rows, slug=quiz)
    answers = answers_of([opened], scope.student_ids(), course=scope.course.pk).get(opened.slug, [])
    questions = question_stats(opened, answers)
    told = [question for question in questions if question.is_told]
    legend = [_("right at once"), _("right later"), _("not yet")]
    bars = [(_plain(each), [each.right_first, each.right_later, each.not_yet]) for each in told]
    context = {
        **_common(scope),
        "quiz": opened,
        "learners": len({answer.user_id for answer in answers}),
        "questions": [(question, _plain(question)) for question in questions],
        "chart": charts.stacked("questions", bars, legend=legend) if told else None,
    }
    return render(request, "cohorts/quiz_analysis.html", context)


def _common(scope: Scope) -> dict[str, Any]:
    least = {"least": MIN_LEARNERS, "least_for_discrimination": MIN_FOR_DISCRIMINATION}
    return {"course": scope.course, "scope": scope, **least}


def _plain(question: QuestionStats) -> str:
    """The legend of a question without its HTML; formulas as their TeX."""
    html = str(localized(question.legend).get("legend", question.id))
    tex = re.sub(r"<math[^>]*alttext=\"([^\"]*)\".*?</math>", r"\1", html, flags=re.DOTALL)
    return " ".join(strip_tags(tex).split()) or question.id
