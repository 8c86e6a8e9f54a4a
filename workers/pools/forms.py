"""What administrators are asked for before a change is made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from workers.pools import naming, queue
from workers.pools.clock import database_now
from workers.pools.models import Job, Lane, PoolState, WorkerPool

#: How far a deadline can be moved at once, in hours.
MAX_HOURS = 14 * 24


class SubjectForm(forms.Form):
    """A form about a subject, which may decide what can be chosen."""

    def __init__(self, subject: object, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.subject = subject
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the subject."""


class SlotsForm(SubjectForm):
    slots = forms.IntegerField(
        label=_("Most jobs at once"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=_("Empty: as many as there is room for."),
    )


class ReasonForm(SubjectForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("It is shown beside the machine and kept in the audit trail.")
    )


class LanesForm(SubjectForm):
    lanes = forms.TypedMultipleChoiceField(
        label=_("Lanes that wait"),
        required=False,
        coerce=lambda value: Lane(int(value)),
        choices=Lane.choices,
        widget=forms.CheckboxSelectMultiple,
    )


class HourlyForm(SubjectForm):
    hourly = forms.IntegerField(
        label=_("Submissions of one student an hour"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Empty: no limit."),
    )


class ShareForm(SubjectForm):
    other = forms.ModelChoiceField(label=_("The other pool"), queryset=WorkerPool.objects.none())
    part = forms.ChoiceField(
        label=_("What goes there"), choices=[("half", _("Every second job that waits")), ("all", _("All that waits"))]
    )

    def prepare(self) -> None:
        assert isinstance(self.subject, WorkerPool)
        others = WorkerPool.objects.filter(state=PoolState.ON, device=self.subject.device).exclude(pk=self.subject.pk)
        self.fields["other"].queryset = others  # type: ignore[attr-defined]  # a ModelChoiceField's

    def clean_other(self) -> WorkerPool:
        other: WorkerPool = self.cleaned_data["other"]
        if not queue.able(other, at=database_now()).exists():
            raise forms.ValidationError(
                _("No machine of %(pool)s can take work now: what went there would wait for nobody."),
                params={"pool": other},
            )
        return other


class ExtendForm(SubjectForm):
    """A deadline for which somebody waits, and by how many hours it moves."""

    deadline = forms.TypedChoiceField(label=_("Deadline"))
    hours = forms.IntegerField(label=_("Later by how many hours"), min_value=1, max_value=MAX_HOURS, initial=24)

    def prepare(self) -> None:
        assert isinstance(self.subject, WorkerPool)
        waiting = Job.objects.queued().filter(pool=self.subject, due__gt=timezone.now())
        self._deadlines = {
            f"{group} {due.isoformat()}": (group, due)
            for group, due in waiting.order_by("due").values_list("group", "due").distinct()
            if due is not None
        }
        field = self.fields["deadline"]
        assert isinstance(field, forms.TypedChoiceField)
        names = naming.names_of({group for group, _due in self._deadlines.values()})
        field.choices = [
            (key, f"{names[group]}: {formats.localize(timezone.localtime(due))}")
            for key, (group, due) in self._deadlines.items()
        ]
        field.coerce = lambda key: self._deadlines[key]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if "deadline" in answers and "hours" in answers:
            due: datetime = answers["deadline"][1]
            answers["until"] = due + timedelta(hours=answers["hours"])
        return answers
