"""Template tags of the frame of the pages: what the front end's build made, and which theme the reader chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import template
from django.contrib.staticfiles import finders
from django.template.context import Context
from django.templatetags.static import static
from django.utils.formats import number_format

from courses.accounts.models import User
from courses.catalog.models import localized
from courses.cohorts.models import Role
from courses.cohorts.rules import staff_roles_of

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
def section(context: Context) -> str:
    """In which entry of the header the reader is: its name, or nothing. A class stands below its course's address."""
    request = context.get("request")
    parts = request.path.split("/")[1:4] if request else [""]
    if parts[0] == "courses" and parts[-1] in ("class", "gradebook"):
        return "teaching"
    return str(parts[0])


@dataclass(frozen=True, kw_only=True)
class Desks:
    """Which places of work the header offers somebody, beside those where everybody learns."""

    teaching: bool = False  #: what is handed in: instructors and assistants
    studio: bool = False  #: the courses themselves: instructors
    pools: bool = False  #: the machines: administrators


@register.simple_tag(takes_context=True)
def desks(context: Context) -> Desks:
    """The reader's places of work; one query for those who are signed in. Error pages have no reader."""
    user = context.get("user")
    if not isinstance(user, User):
        return Desks()
    roles = staff_roles_of(user)
    return Desks(
        teaching=bool(roles) or user.is_superuser,
        studio=Role.INSTRUCTOR in roles or user.is_superuser,
        pools=user.is_staff,
    )


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
