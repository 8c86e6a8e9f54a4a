"""Where one is signed in, what the platform knows of one, and how to leave it."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.accounts import personal
from courses.accounts import sign_ins as sessions
from courses.accounts.current import signed_in
from courses.accounts.forms import DeleteForm


@require_safe
@login_required
@never_cache
def sign_ins(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    context = {
        "sign_ins": sessions.sign_ins_of(request, user),
        "second_factor": is_mfa_enabled(user),
        "provider": settings.OIDC,
    }
    return render(request, "accounts/sign_ins.html", context)


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    sessions.end_all_others(request, signed_in(request))
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("accounts:sign-ins")


@require_POST
@login_required
def end_one(request: HttpRequest, sign_in: int) -> HttpResponse:
    get_object_or_404(UserSession, user=signed_in(request), pk=sign_in).end()
    messages.success(request, _("That browser is signed out."))
    return redirect("accounts:sign-ins")


@require_safe
@login_required
@never_cache
def data(request: HttpRequest) -> HttpResponse:
    return _data_page(request, DeleteForm(user=signed_in(request)))


@require_safe
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
@never_cache
def archive(request: HttpRequest) -> HttpResponse:
    """Everything that the platform keeps of the reader. They confirm first that it is them who ask."""
    user = signed_in(request)
    response = HttpResponse(personal.archive_of(user), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="gradus-my-data.zip"'
    return response


@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def delete(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = DeleteForm(request.POST, user=user)
    if not form.is_valid():
        return _data_page(request, form, status=400)
    try:
        personal.delete_account(user)
    except personal.CannotDelete as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _data_page(request, form, status=409)
    logout(request)
    messages.success(request, _("Your account is deleted."))
    return redirect("home")


def _data_page(request: HttpRequest, form: DeleteForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "obstacles": personal.obstacles(signed_in(request))}
    return render(request, "accounts/data.html", context, status=status)
