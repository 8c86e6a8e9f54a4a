"""The bell."""

from __future__ import annotations

from django import template

from courses.accounts.models import User
from courses.discussions import following

register = template.Library()
MOST = 99


@register.simple_tag
def unseen_answers(user: object) -> int:
    """In how many questions that somebody follows there is something new: one query a page."""
    return following.unseen(user)[: MOST + 1].count() if isinstance(user, User) else 0
