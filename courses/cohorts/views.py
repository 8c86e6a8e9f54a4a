"""Enrolling, and the gradebook of those who teach."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.accounts.current import signed_in
from courses.catalog.models import Chapter
from courses.catalog.reading import course_or_404
from courses.cohorts.classes import classes_of
from courses.cohorts.enrolling import enroll as enroll_user
from courses.cohorts.gradebook import enrollments, gradebook_of, to_csv
from courses.cohorts.paging import slice_of
from courses.cohorts.rules import staff_roles_of
from courses.cohorts.scope import scope_or_404
from courses.cohorts.work import work_of

ROWS = 50


@require_POST
@login_required
def enroll(request: HttpRequest, course: str) -> HttpResponse:
    found = course_or_404(course)
    enroll_user(signed_in(request), found)
    messages.success(request, _("You are enrolled in “%(course)s”.") % {"course": found.title_text})
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect("catalog:course", found.slug)


@require_safe
@login_required
def teaching(request: HttpRequest) -> HttpResponse:
    """The courses that somebody teaches or helps with, and what waits there. To everybody else it does not exist."""
    user = signed_in(request)
    if not (user.is_superuser or staff_roles_of(user)):
        raise Http404
    return render(request, "cohorts/teaching.html", {"classes": classes_of(user)})


@require_safe
@login_required
def gradebook(request: HttpRequest, course: str) -> HttpResponse:
    """Who got what, a page at a time. To everybody but those who teach the course this page does not exist."""
    scope = scope_or_404(request, course)
    search, chapter = request.GET.get("search", "").strip(), request.GET.get("chapter", "")
    rows = enrollments(scope, search=search)
    if request.GET.get("format") == "csv":
        response = HttpResponse(
            to_csv(gradebook_of(scope.course, rows, chapter=chapter)), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="gradebook-{scope.course.slug}.csv"'
        response["Cache-Control"] = "no-store"
        return response
    page = slice_of(rows, request.GET, size=ROWS)
    filters = {"cohort": scope.chosen.slug if scope.chosen else "", "search": search, "chapter": chapter}
    context = {
        "course": scope.course,
        "scope": scope,
        "book": gradebook_of(scope.course, page, chapter=chapter),
        "page": page,
        "count": rows.count() if page.before or page.after else 0,
        "search": search,
        "chapter": chapter,
        "chapters": Chapter.objects.filter(release=scope.course.current_release_id).only("slug", "position", "texts"),
        "query": urlencode({name: value for name, value in filters.items() if value}),
    }
    return render(request, "cohorts/gradebook.html", context)


@require_safe
@login_required
def work(request: HttpRequest, course: str, enrollment: int) -> HttpResponse:
    """All that one student has handed in, for those who teach them."""
    scope = scope_or_404(request, course)
    rows = scope.students().select_related("user", "cohort", "course")
    row = get_object_or_404(rows, pk=enrollment)
    manages = request.user.has_perm("cohorts.manage_cohorts", scope.course)
    context = {"course": scope.course, "scope": scope, "row": row, "work": work_of(row), "manages": manages}
    return render(request, "cohorts/work.html", context)
