"""What a learner decides about their certificate."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CertificateForm(forms.Form):
    """Whether their name may stand at a public address, and how."""

    show_name = forms.BooleanField(label=_("Show my name to everybody who has the address"), required=False)
    name = forms.CharField(label=_("My name, as it shall stand there"), max_length=150, required=False)

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if data.get("show_name") and not data.get("name"):
            self.add_error("name", _("Write your name, or leave the box above empty."))
        return data

    @property
    def shown_name(self) -> str:
        return str(self.cleaned_data["name"]) if self.cleaned_data["show_name"] else ""


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Why?"), max_length=200, required=False)
