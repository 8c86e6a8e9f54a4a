"""Enrolling, and the gradebook of those who teach."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.accounts.current import signed_in
from courses.catalog.reading import course_or_404
from courses.cohorts.enrolling import enroll as enroll_user
from courses.cohorts.gradebook import gradebook_of, to_csv
from courses.cohorts.models import Cohort


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
def gradebook(request: HttpRequest, course: str) -> HttpResponse:
    """Who got what. To everybody but the staff of the course this page does not exist."""
    found = course_or_404(course)
    if not request.user.has_perm("cohorts.view_gradebook", found):
        raise Http404
    cohorts = Cohort.objects.visible_to(request.user).filter(course=found)
    chosen = get_object_or_404(cohorts, slug=request.GET["cohort"]) if request.GET.get("cohort") else None
    book = gradebook_of(found, cohort=chosen)
    if request.GET.get("format") == "csv":
        response = HttpResponse(to_csv(book), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="gradebook-{found.slug}.csv"'
        return response
    context = {"course": found, "book": book, "cohorts": cohorts, "chosen": chosen}
    return render(request, "cohorts/gradebook.html", context)
