"""Getting a certificate, showing it to everybody, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.accounts.current import signed_in
from courses.accounts.models import User
from courses.catalog.reading import course_or_404
from courses.certificates import issuing
from courses.certificates.forms import CertificateForm, RevokeForm
from courses.certificates.models import Certificate


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def get(request: HttpRequest, course: str) -> HttpResponse:
    """What is missing for a certificate; else one question, and then the certificate."""
    found, user = course_or_404(course), signed_in(request)
    valid = Certificate.objects.visible_to(user).valid().filter(course=found).first()
    if valid is not None:
        return redirect(valid)
    form = CertificateForm(request.POST if request.method == "POST" else None, initial={"name": user.get_full_name()})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(issuing.issue(user, found, name=form.shown_name))
        except issuing.CannotIssue as reason:
            refusal = str(reason)
    context = {"course": found, "form": form, "completion": issuing.completion_of(user, found), "refusal": refusal}
    return render(request, "certificates/get.html", context, status=400 if form.errors or refusal else 200)


@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Whether there is such a certificate, whether it is valid, and what it states; for everybody."""
    found = get_object_or_404(Certificate.objects.select_related("course"), code=code.upper())
    context = {
        "certificate": found,
        "genuine": issuing.is_genuine(found),
        "finished": parse_date(found.statement["finished"]),
        "address": request.build_absolute_uri(),
        "is_own": found.user_id == request.user.pk,
        "may_revoke": _may_revoke(request.user, found) and found.revoked is None,
        "form": RevokeForm(),
    }
    return render(request, "certificates/certificate.html", context)


@require_POST
@login_required
def revoke(request: HttpRequest, code: str) -> HttpResponse:
    user = signed_in(request)
    found = get_object_or_404(Certificate.objects.select_related("course"), code=code.upper())
    form = RevokeForm(request.POST)
    if not _may_revoke(user, found) or not form.is_valid():
        raise Http404
    if issuing.revoke(found, by=user, reason=form.cleaned_data["reason"]):
        messages.success(request, _("The certificate is revoked. Its address says so from now on."))
    return redirect(found)


def _may_revoke(user: object, certificate: Certificate) -> bool:
    """Its holder, and the instructors of the course."""
    return isinstance(user, User) and (
        certificate.user_id == user.pk or user.has_perm("cohorts.manage_cohorts", certificate.course)
    )
