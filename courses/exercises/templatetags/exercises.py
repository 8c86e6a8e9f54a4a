"""Words for outcomes, of submissions and of tests."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

LABELS = {
    "graded": _("graded"),
    "student_error": _("does not load"),
    "timed_out": _("out of time"),
    "out_of_memory": _("out of memory"),
    "process_limit": _("too many processes"),
    "disk_limit": _("disk full"),
    "output_limit": _("too much output"),
    "crashed": _("crashed"),
    "cancelled": _("cancelled"),
    "exercise_error": _("broken exercise"),
    "platform_error": _("platform error"),
    "passed": _("passed"),
    "failed": _("failed"),
    "error": _("error"),
    "not_run": _("not run"),
}


@register.filter
def outcome_label(outcome: str) -> str:
    """An outcome in the reader's language; one that we do not know is shown as it is."""
    return str(LABELS.get(outcome, outcome))
