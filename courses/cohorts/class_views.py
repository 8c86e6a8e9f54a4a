"""The pages of those who run a class. To everybody else they do not exist."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.accounts.current import signed_in
from courses.catalog.models import Course, Exercise
from courses.catalog.reading import course_or_404
from courses.cohorts import teaching
from courses.cohorts.forms import CohortForm, DatesForm, EnrollmentForm, ExtensionForm, NewCohortForm, zone_of
from courses.cohorts.models import Cohort, Enrollment, Extension, Role
from courses.cohorts.roster import MAX_BYTES, RosterInvalid, apply_roster, read_roster


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def class_page(request: HttpRequest, course: str) -> HttpResponse:
    """The cohorts, and a form for one more."""
    found = _managed_or_404(request, course)
    form = NewCohortForm(request.POST or None, course=found)
    if request.method == "POST" and form.is_valid():
        teaching.save_cohort(form.instance, by=signed_in(request))
        return redirect("cohorts:cohort", found.slug, form.instance.slug)
    cohorts = found.cohorts.annotate(members=Count("enrollments"))
    context = {"course": found, "cohorts": cohorts, "form": form}
    return render(request, "cohorts/class.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cohort_page(request: HttpRequest, course: str, cohort: str) -> HttpResponse:
    """A cohort's rules, and the dates of its exercises."""
    found = _managed_or_404(request, course)
    edited = get_object_or_404(found.cohorts, slug=cohort)
    which = request.POST.get("form")
    form = CohortForm(request.POST if which == "rules" else None, instance=edited)
    dates = DatesForm(request.POST if which == "dates" else None, cohort=edited, exercises=_exercises(found))
    if which == "rules" and form.is_valid():
        teaching.save_cohort(edited, by=signed_in(request))
        messages.success(request, _("The rules are saved."))
        return redirect("cohorts:cohort", course, cohort)
    if which == "dates" and dates.is_valid():
        changed = teaching.set_dates(edited, dates.dates, by=signed_in(request))
        messages.success(request, _("Dates saved: %(count)s changed.") % {"count": changed})
        return redirect("cohorts:cohort", course, cohort)
    context = {"course": found, "cohort": edited, "form": form, "dates": dates, "zone": zone_of(edited)}
    return render(request, "cohorts/cohort.html", context, status=400 if form.errors or dates.errors else 200)


@require_safe
@login_required
def people(request: HttpRequest, course: str) -> HttpResponse:
    found = _managed_or_404(request, course)
    enrollments = found.enrollments.select_related("user", "cohort").prefetch_related("extensions")
    if wanted := request.GET.get("cohort"):
        enrollments = enrollments.filter(cohort__slug=wanted)
    context = {"course": found, "enrollments": enrollments, "cohorts": found.cohorts.all(), "chosen": wanted}
    return render(request, "cohorts/people.html", {**context, "roles": Role.choices})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def person(request: HttpRequest, course: str, enrollment: int) -> HttpResponse:
    """One person's role, cohort and extensions."""
    found = _managed_or_404(request, course)
    row = get_object_or_404(found.enrollments.select_related("user", "cohort", "course"), pk=enrollment)
    which = request.POST.get("form")
    initial = {"role": row.role, "cohort": row.cohort}
    form = EnrollmentForm(request.POST if which == "place" else None, course=found, initial=initial)
    exercises = _exercises(found)
    longer = ExtensionForm(request.POST if which == "extend" else None, cohort=row.cohort, exercises=exercises)
    if which == "place" and form.is_valid():
        _change_place(request, row, form.cleaned_data)
        return redirect("cohorts:person", course, enrollment)
    if which == "extend" and longer.is_valid():
        data = longer.cleaned_data
        teaching.extend(row, data["exercise"], data["due"], reason=data["reason"], by=signed_in(request))
        messages.success(request, _("The extension is granted."))
        return redirect("cohorts:person", course, enrollment)
    titles = {each.slug: each.title_text for each in exercises}
    extensions = [(each, titles.get(each.exercise, each.exercise)) for each in row.extensions.all()]
    context = {"course": found, "row": row, "form": form, "longer": longer, "extensions": extensions}
    return render(request, "cohorts/person.html", context, status=400 if form.errors or longer.errors else 200)


@require_POST
@login_required
def withdraw(request: HttpRequest, course: str, extension: int) -> HttpResponse:
    found = _managed_or_404(request, course)
    row = get_object_or_404(Extension.objects.select_related("enrollment"), pk=extension, enrollment__course=found)
    teaching.withdraw(row, by=signed_in(request))
    messages.success(request, _("The extension is withdrawn."))
    return redirect("cohorts:person", course, row.enrollment_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def roster(request: HttpRequest, course: str) -> HttpResponse:
    """A class list: what it would do, and then, with the same text again, done."""
    found = _managed_or_404(request, course)
    context: dict[str, Any] = {"course": found}
    if request.method != "POST":
        return render(request, "cohorts/roster.html", context)
    try:
        text = _roster_text(request)
        lines = read_roster(text, found)
        problems = [line for line in lines if line.problem]
        if "apply" in request.POST and not problems:
            changed = apply_roster(lines, found, by=signed_in(request))
            messages.success(request, _("The list is in force: %(count)s changed.") % {"count": changed})
            return redirect("cohorts:people", course)
        context |= {"text": text, "lines": lines, "problems": problems}
    except RosterInvalid as error:
        context["reason"] = str(error)
    except teaching.LastInstructor:
        context["reason"] = _("The list would leave the course without an instructor. Nothing was changed.")
    return render(request, "cohorts/roster.html", context, status=400 if context.get("reason") else 200)


def _roster_text(request: HttpRequest) -> str:
    sent = request.FILES.get("roster")
    if not isinstance(sent, UploadedFile):
        return request.POST.get("text", "")
    if (sent.size or 0) > MAX_BYTES:
        raise RosterInvalid(_("The list is larger than %(size)s KB.") % {"size": MAX_BYTES // 1024})
    content = sent.read()
    for encoding in ("utf-8-sig", "gb18030"):  # what spreadsheets write, here and in China
        try:
            return str(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise RosterInvalid(_("The list is no text. Save it as CSV in UTF-8."))


def _change_place(request: HttpRequest, row: Enrollment, data: dict[str, Any]) -> None:
    cohort: Cohort = data["cohort"]
    try:
        teaching.change_enrollment(row, role=Role(data["role"]), cohort=cohort, by=signed_in(request))
    except teaching.LastInstructor:
        messages.error(request, _("A course keeps one instructor at least. Make somebody else an instructor first."))
    else:
        messages.success(request, _("Saved."))


def _exercises(course: Course) -> list[Exercise]:
    return list(Exercise.objects.filter(release=course.current_release_id).select_related("chapter"))


def _managed_or_404(request: HttpRequest, course: str) -> Course:
    found = course_or_404(course)
    if not request.user.has_perm("cohorts.manage_cohorts", found):
        raise Http404
    return found
