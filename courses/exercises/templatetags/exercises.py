"""Words for outcomes, of submissions and of tests."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from workers.pools.faults import OUTCOMES

register = template.Library()

LABELS = {
    **OUTCOMES,
    "passed": _("passed"),
    "failed": _("failed"),
    "error": _("error"),
    "not_run": _("not run"),
}


@register.filter
def outcome_label(outcome: str) -> str:
    """An outcome in the reader's language; one that we do not know is shown as it is."""
    return str(LABELS.get(outcome, outcome))
