"""Grading again: begin, watch, look at who gains and who loses, apply or cancel. For instructors alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.accounts.current import signed_in
from courses.catalog.models import Course, Exercise
from courses.cohorts.models import Cohort, Enrollment
from courses.cohorts.scope import Scope, scope_or_404
from courses.exercises import applying, regrading
from courses.exercises.changes import changes_of
from courses.exercises.models import Regrade, RegradeScope, RegradeState, ResultState, Submission
from courses.exercises.regrading import RegradeRefused

ROWS = 100


class RegradeForm(forms.Form):
    scope = forms.ChoiceField(label=gettext_lazy("What is graded again"), choices=RegradeScope.choices)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, course: Course, exercises: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        cohorts = [("", _("All")), *((each.slug, str(each)) for each in course.cohorts.all())]
        self.fields["exercise"] = forms.ChoiceField(label=_("Exercise"), choices=list(exercises.items()))
        self.fields["cohort"] = forms.ChoiceField(label=_("Cohort"), choices=cohorts, required=False)
        self.order_fields(["exercise", "cohort", "scope", "reason"])
        self.initial.setdefault("scope", RegradeScope.EVERY)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def regrades(request: HttpRequest, course: str) -> HttpResponse:
    """The regrades of a course, which exercises may need one, and the form that begins one."""
    scope = _instructor_or_404(request, course)
    exercises = list(Exercise.objects.filter(release=scope.course.current_release_id).select_related("chapter"))
    titles = {each.slug: each.title_text for each in exercises}
    chosen = {"exercise": request.GET.get("exercise", "")}
    posted = request.POST if request.method == "POST" else None
    form = RegradeForm(posted, course=scope.course, exercises=titles, initial=chosen)
    if form.is_valid() and (begun := _begin(request, scope.course, exercises, form)):
        return redirect("cohorts:regrade", course, begun.pk)
    history = (
        Regrade.objects.visible_to(request.user).filter(course=scope.course).select_related("created_by", "cohort")
    )
    done = Count("results", filter=Q(results__state__in=(ResultState.DONE, ResultState.FAILED)))
    context = {
        "course": scope.course,
        "scope": scope,
        "form": form,
        "titles": titles,
        "regrades": [
            {"regrade": row, "title": titles.get(row.exercise, row.exercise)}
            for row in history.annotate(done=done, total=Count("results"))[:ROWS]
        ],
        "outdated": _outdated(scope.course, exercises),
    }
    return render(request, "cohorts/regrades.html", context, status=400 if form.errors else 200)


def _begin(request: HttpRequest, course: Course, exercises: list[Exercise], form: RegradeForm) -> Regrade | None:
    data = form.cleaned_data
    exercise = next(each for each in exercises if each.slug == data["exercise"])
    cohort = Cohort.objects.filter(course=course, slug=data["cohort"]).first() if data["cohort"] else None
    try:
        return regrading.begin(
            course, exercise, cohort=cohort, scope=data["scope"], reason=data["reason"], by=signed_in(request)
        )
    except RegradeRefused as error:
        form.add_error(None, str(error))
        return None


def _outdated(course: Course, exercises: list[Exercise]) -> list[dict[str, Any]]:
    """Exercises of which something counts that was graded with other tests than the current release has."""
    students = Enrollment.objects.students().filter(course=course).order_by().values("user")
    rows = Submission.objects.counting().filter(course=course, user__in=students).order_by()
    counted = rows.values_list("exercise", "bundle").annotate(Count("pk"))
    others: dict[str, int] = {}
    current = {each.slug: each.bundle for each in exercises}
    for slug, bundle, count in counted:
        if slug in current and bundle != current[slug]:
            others[slug] = others.get(slug, 0) + count
    return [{"exercise": each, "count": others[each.slug]} for each in exercises if each.slug in others]


@require_safe
@login_required
def regrade(request: HttpRequest, course: str, regrade: int) -> HttpResponse:
    """How far one is; and when all is graded, who gains, who loses and why."""
    scope = _instructor_or_404(request, course)
    row = _regrade_or_404(request, scope, regrade)
    exercise = Exercise.objects.filter(release=scope.course.current_release_id, slug=row.exercise).first()
    counted = row.results.values_list("state").annotate(Count("pk")).order_by()
    counts = dict(counted)
    changes = changes_of(row) if row.state == RegradeState.READY else []
    different = [change for change in changes if change.gains or change.loses]
    pages = Paginator(different, ROWS)
    total = sum(counts.values())
    failed = row.results.filter(state=ResultState.FAILED).annotate(name=F("submission__user__username"))
    context = {
        "course": scope.course,
        "scope": scope,
        "regrade": row,
        "title": exercise.title_text if exercise else row.exercise,
        "total": total,
        "settled": row.results.filter(settled=True).count() if row.state == RegradeState.APPLYING else 0,
        "done": counts.get(ResultState.DONE, 0) + counts.get(ResultState.FAILED, 0),
        "failed": failed.values_list("name", "submission", "outcome")[:ROWS] if counts.get(ResultState.FAILED) else [],
        "page": pages.get_page(request.GET.get("page")),
        "gaining": sum(change.gains for change in changes),
        "losing": sum(change.loses for change in changes),
        "same": len(changes) - len(different),
        "is_current": regrading.is_current(row),
    }
    return render(request, "cohorts/regrade.html", context)


@require_POST
@login_required
def apply(request: HttpRequest, course: str, regrade: int) -> HttpResponse:
    scope = _instructor_or_404(request, course)
    row = _regrade_or_404(request, scope, regrade)
    try:
        applying.ask(row, lowering=request.POST.get("lower") == "yes", by=signed_in(request))
    except RegradeRefused as error:
        messages.error(request, str(error))
    return redirect("cohorts:regrade", course, row.pk)


@require_POST
@login_required
def cancel(request: HttpRequest, course: str, regrade: int) -> HttpResponse:
    scope = _instructor_or_404(request, course)
    row = _regrade_or_404(request, scope, regrade)
    if regrading.cancel(row, by=signed_in(request)):
        messages.success(request, _("Cancelled. No grade has changed."))
    else:
        messages.info(request, _("It had ended already."))
    return redirect("cohorts:regrade", course, row.pk)


def _instructor_or_404(request: HttpRequest, course: str) -> Scope:
    scope = scope_or_404(request, course)
    if not request.user.has_perm("cohorts.regrade", scope.course):
        raise Http404
    return scope


def _regrade_or_404(request: HttpRequest, scope: Scope, pk: int) -> Regrade:
    rows = Regrade.objects.visible_to(request.user).select_related("created_by", "course", "cohort")
    return get_object_or_404(rows, course=scope.course, pk=pk)
