"""How pages word points."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def points_label(points: float) -> str:
    """``1 point``, ``2.5 points``."""
    whole = int(points) if points == int(points) else None
    shown = number_format(round(points, 2) if whole is None else whole)
    return ngettext("%(shown)s point", "%(shown)s points", 2 if whole is None else whole) % {"shown": shown}
