"""The forms of the profile page."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from courses.accounts.models import ApiToken, User

if TYPE_CHECKING:
    ProfileBase = forms.ModelForm[User]
    TokenBase = forms.ModelForm[ApiToken]
else:
    ProfileBase = TokenBase = forms.ModelForm


def time_zones() -> list[tuple[str, str]]:
    return [("", str(_("that of this site"))), *((name, name) for name in sorted(zoneinfo.available_timezones()))]


def languages() -> list[tuple[str, str]]:
    return [("", str(_("that of the browser"))), *((code, str(name)) for code, name in settings.LANGUAGES)]


class ProfileForm(ProfileBase):
    language = forms.ChoiceField(label=_("Language"), choices=languages, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, required=False)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "language", "time_zone"]
        labels = {"first_name": _("First name"), "last_name": _("Last name")}


class TokenForm(TokenBase):
    class Meta:
        model = ApiToken
        fields = ["name"]
        labels = {"name": _("What is it for?")}


class DeleteForm(forms.Form):
    """Typing one's own name: nobody deletes an account by a slip."""

    username = forms.CharField(label=_("Your username, to confirm"), max_length=150)

    def __init__(self, data: Mapping[str, object] | None = None, *, user: User) -> None:
        super().__init__(data)
        self._user = user
        self.fields["username"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_username(self) -> str:
        given = str(self.cleaned_data["username"])
        if given != self._user.username:
            raise forms.ValidationError(_("This is not your username. Nothing was deleted."))
        return given
