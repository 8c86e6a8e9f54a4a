"""Template tags of the frame of the pages: what the front end's build made, and which theme the reader chose."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.contrib.staticfiles import finders
from django.template.context import Context
from django.templatetags.static import static
from django.utils.formats import number_format

from courses.catalog.models import localized

register = template.Library()

THEMES = ("auto", "light", "dark")


@register.simple_tag
def built(name: str) -> str:
    """The address of a built asset, or nothing: without Node.js the pages do without the editor and the fonts."""
    path = f"built/{name}"
    if not finders.find(path):
        return ""
    try:
        return static(path)
    except ValueError:  # built after the static files were collected: the next collecting knows it
        return ""


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The chosen theme, from its cookie. The error pages are rendered without a request."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "auto") if request else "auto"
    return chosen if chosen in THEMES else "auto"


@register.simple_tag(takes_context=True)
def in_section(context: Context, prefix: str) -> str:
    """Marks the link of the section that the reader is in."""
    request = context.get("request")
    return "page" if request and request.path.startswith(prefix) else ""


@register.filter
def points(value: float | None) -> str:
    """Points as people write them: 7.5, 10, never 10.0."""
    if value is None:
        return "–"
    rounded = round(value, 2)
    return number_format(int(rounded) if rounded == int(rounded) else rounded)


@register.filter
def localize_text(texts: Mapping[str, str]) -> str:
    """The reader's text of a mapping from languages to texts."""
    return str(localized(texts))
