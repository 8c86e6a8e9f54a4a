"""The forms of those who run a class."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.accounts.forms import time_zones
from courses.catalog.models import Course, Exercise
from courses.cohorts.deadlines import Dates
from courses.cohorts.models import Cohort, Role

if TYPE_CHECKING:
    CohortBase = forms.ModelForm[Cohort]
else:
    CohortBase = forms.ModelForm


def zone_of(cohort: Cohort) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(cohort.time_zone or settings.TIME_ZONE)


class CohortForm(CohortBase):
    """A cohort's name and rules."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, required=False)

    class Meta:
        model = Cohort
        fields = ["title", "late_rule", "late_percent", "time_zone", "own_discussions"]
        help_texts = {
            "late_percent": _("For the rule that takes points off: how many per cent for each day begun."),
            "own_discussions": _("What its members ask from now on is seen by them and their staff alone."),
        }

    def clean_late_percent(self) -> int:
        percent = int(self.cleaned_data["late_percent"])
        if percent > 100:
            raise ValidationError(_("At most 100."))
        return percent


class NewCohortForm(CohortForm):
    class Meta(CohortForm.Meta):
        fields = ["slug", "title", "late_rule", "late_percent", "time_zone", "own_discussions"]
        help_texts = {**CohortForm.Meta.help_texts, "slug": _("Part of addresses: small letters, digits and hyphens.")}

    def __init__(self, *args: Any, course: Course, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.course = course
        self.initial.setdefault("slug", "")

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if self.instance.course.cohorts.filter(slug=slug).exists():
            raise ValidationError(_("There is a cohort of this name."))
        return slug


class Moment(forms.DateTimeField):
    """A date and time as the cohort's clock shows it."""

    def __init__(self, zone: zoneinfo.ZoneInfo, **options: Any) -> None:
        self.zone = zone
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **{"required": False, **options})

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        for form in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"):
            try:
                naive = datetime.strptime(str(value).strip(), form)
                break
            except ValueError:
                continue
        else:
            raise ValidationError(_("Write it as 2026-12-31 23:59."))
        moment = naive.replace(tzinfo=self.zone)
        if moment.astimezone(zoneinfo.ZoneInfo("UTC")).astimezone(self.zone).replace(tzinfo=None) != naive:
            raise ValidationError(_("The clocks are put forward then: this time does not exist."))
        return moment

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and timezone.is_aware(value):
            return value.astimezone(self.zone).replace(tzinfo=None)
        return value


class DatesForm(forms.Form):
    """When each exercise opens and is due: two fields an exercise."""

    def __init__(self, *args: Any, cohort: Cohort, exercises: Iterable[Exercise], **options: Any) -> None:
        super().__init__(*args, **options)
        self.exercises = list(exercises)
        known: Mapping[str, Any] = {row.exercise: row for row in cohort.dates.all()} if cohort.pk else {}
        for exercise in self.exercises:
            row = known.get(exercise.slug)
            for name, label in (("opens", _("Opens")), ("due", _("Due"))):
                field = Moment(zone_of(cohort), label=label, initial=getattr(row, name, None))
                field.widget.attrs["aria-label"] = f"{exercise.title_text}: {label}"
                self.fields[f"{name}:{exercise.slug}"] = field

    @property
    def rows(self) -> list[tuple[Exercise, forms.BoundField, forms.BoundField]]:
        return [(each, self[f"opens:{each.slug}"], self[f"due:{each.slug}"]) for each in self.exercises]

    def clean(self) -> dict[str, Any]:
        for exercise in self.exercises:
            opens, due = self.cleaned_data.get(f"opens:{exercise.slug}"), self.cleaned_data.get(f"due:{exercise.slug}")
            if opens and due and due <= opens:
                self.add_error(f"due:{exercise.slug}", _("This is before it opens."))
        return self.cleaned_data

    @property
    def dates(self) -> dict[str, Dates]:
        data = self.cleaned_data
        return {each.slug: (data[f"opens:{each.slug}"], data[f"due:{each.slug}"]) for each in self.exercises}


class EnrollmentForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    cohort: forms.ModelChoiceField[Cohort] = forms.ModelChoiceField(label=_("Cohort"), queryset=Cohort.objects.none())

    def __init__(self, *args: Any, course: Course, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["cohort"] = forms.ModelChoiceField(label=_("Cohort"), queryset=course.cohorts.all())


class ExtensionForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, cohort: Cohort, exercises: Iterable[Exercise], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("every exercise")), *((each.slug, each.title_text) for each in exercises)]
        self.fields["exercise"] = forms.ChoiceField(label=_("Exercise"), choices=choices, required=False)
        self.fields["due"] = Moment(zone_of(cohort), label=_("Due"), required=True)
        self.order_fields(["exercise", "due", "reason"])
