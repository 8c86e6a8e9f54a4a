"""The profile: name, language, time zone, API tokens."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.accounts.current import signed_in
from courses.accounts.forms import ProfileForm, TokenForm
from courses.accounts.models import ApiToken, User


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=signed_in(request).pk))
    if request.method == "POST" and form.is_valid():
        user = form.save()
        response = redirect("accounts:profile")
        if user.language:
            translation.activate(user.language)
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        messages.success(request, _("Your profile is saved."))
        return response
    return _page(request, profile_form=form)


@require_POST
@login_required
@never_cache
def create_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show it on this one page: it is stored nowhere, so there is nothing to redirect to."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, token_form=form, status=400)
    _token, text = ApiToken.objects.issue(user=signed_in(request), name=form.cleaned_data["name"])
    return _page(request, fresh_token=text, status=201)


@require_POST
@login_required
def revoke_token(request: HttpRequest, token: int) -> HttpResponse:
    get_object_or_404(ApiToken.objects.visible_to(request.user), pk=token).delete()
    messages.success(request, _("The token is revoked."))
    return redirect("accounts:profile")


def _page(
    request: HttpRequest,
    *,
    profile_form: ProfileForm | None = None,
    token_form: TokenForm | None = None,
    fresh_token: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "profile_form": profile_form or ProfileForm(instance=User.objects.get(pk=signed_in(request).pk)),
        "token_form": token_form or TokenForm(),
        "tokens": ApiToken.objects.visible_to(request.user),
        "fresh_token": fresh_token,
    }
    return render(request, "accounts/profile.html", context, status=status)
