"""The pages of those who invite, and of those who are invited."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.accounts.adapters import INVITED
from courses.accounts.current import signed_in
from courses.accounts.models import User
from courses.catalog.models import Course
from courses.catalog.reading import course_or_404
from courses.cohorts.models import Role
from courses.invitations import inviting
from courses.invitations.forms import InvitationForm, KeyForm
from courses.invitations.models import Invitation


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def invitations(request: HttpRequest, course: str) -> HttpResponse:
    """Those that are still good, and a form for more."""
    found = _managed_or_404(request, course)
    form = InvitationForm(request.POST if request.method == "POST" else None, course=found)
    if request.method == "POST" and form.is_valid():
        _invite(request, form, by=signed_in(request))
        return redirect("invitations:invitations", course)
    rows = Invitation.objects.good(timezone.now()).filter(cohort__course=found).select_related("cohort")
    shown = [(row, request.build_absolute_uri(row.get_absolute_url())) for row in rows]
    context = {"course": found, "form": form, "invitations": shown}
    return render(request, "invitations/invitations.html", context, status=400 if form.errors else 200)


def _invite(request: HttpRequest, form: InvitationForm, *, by: User) -> None:
    data = form.cleaned_data

    def made(email: str = "") -> Invitation:
        role = Role(data["role"])
        return inviting.invite(data["cohort"], role=role, days=data["days"], uses=data["uses"], by=by, email=email)

    if not data["emails"]:
        messages.success(request, _("The key is %(code)s.") % {"code": made().code})
        return
    for email in data["emails"]:
        invitation = made(email)
        inviting.send(invitation, address=request.build_absolute_uri(invitation.get_absolute_url()), by=by)
    messages.success(request, _("%(count)s invited.") % {"count": len(data["emails"])})


@require_POST
@login_required
def withdraw(request: HttpRequest, course: str, invitation: int) -> HttpResponse:
    found = _managed_or_404(request, course)
    row = get_object_or_404(Invitation.objects.select_related("cohort"), pk=invitation, cohort__course=found)
    inviting.withdraw(row, by=signed_in(request))
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("invitations:invitations", course)


@require_http_methods(["GET", "HEAD", "POST"])
def type_key(request: HttpRequest) -> HttpResponse:
    form = KeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = "".join(form.cleaned_data["code"].split()).upper()
        if found := Invitation.objects.good(timezone.now()).filter(code=code).first():
            return redirect(found)
        form.add_error("code", _("There is no such key, or it is not good any more."))
    return render(request, "invitations/type_key.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """What somebody is invited to; a stranger signs up or in first, also where others may not sign up."""
    rows = Invitation.objects.good(timezone.now()).select_related("cohort__course")
    found = get_object_or_404(rows, code=code.upper())
    if not isinstance(request.user, User):
        request.session[INVITED] = True
    elif request.method == "POST":
        try:
            inviting.follow(found, request.user)
        except inviting.NotInvited:
            raise Http404(_("This invitation is not good any more.")) from None
        course: Course = found.cohort.course
        messages.success(request, _("You are enrolled in “%(course)s”.") % {"course": course.title_text})
        return redirect("catalog:course", course.slug)
    return render(request, "invitations/join.html", {"invitation": found, "course": found.cohort.course})


def _managed_or_404(request: HttpRequest, course: str) -> Course:
    found = course_or_404(course)
    if not request.user.has_perm("cohorts.manage_cohorts", found):
        raise Http404
    return found
