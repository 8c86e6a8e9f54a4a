"""Inviting people, and typing in a key."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import Course
from courses.cohorts.models import Cohort, Role

MOST_ADDRESSES = 200


class InvitationForm(forms.Form):
    """A key for a cohort; or, with addresses, a link for each."""

    cohort = forms.ModelChoiceField(label=_("Cohort"), queryset=Cohort.objects.none(), empty_label=None)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.STUDENT)
    emails = forms.CharField(
        label=_("E-mail addresses"),
        required=False,
        max_length=MOST_ADDRESSES * 100,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line: each gets a link that works once. Empty: you get a key that you hand out."),
    )
    days = forms.IntegerField(label=_("Good for how many days?"), min_value=1, max_value=365, initial=30)
    uses = forms.IntegerField(
        label=_("For how many people? Empty: any number"), min_value=1, max_value=10000, required=False
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, course: Course) -> None:
        super().__init__(data)
        self.fields["cohort"].queryset = course.cohorts.all()  # type: ignore[attr-defined]  # of a choice of models

    def clean_emails(self) -> list[str]:
        addresses = str(self.cleaned_data["emails"]).split()
        if len(addresses) > MOST_ADDRESSES:
            raise forms.ValidationError(_("Write at most %(most)s addresses at a time.") % {"most": MOST_ADDRESSES})
        for address in addresses:
            validate_email(address)
        return addresses

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if data.get("role") == Role.INSTRUCTOR and not data.get("emails") and not data.get("uses"):
            self.add_error("uses", _("Say for how many: a key for instructors is not for any number of people."))
        return data


class KeyForm(forms.Form):
    code = forms.CharField(label=_("Enrollment key"), max_length=40)
