"""The bell."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from courses.accounts.models import User
from courses.discussions import awaiting, following

register = template.Library()
MOST = 99


@dataclass(frozen=True, kw_only=True)
class Bell:
    """How much there is that somebody should look at; one more than ``MOST`` stands for whatever is beyond."""

    answered: int = 0  #: questions that they follow, with answers that they have not seen
    waiting: int = 0  #: questions in what they teach that nobody has answered

    @property
    def total(self) -> str:
        """What stands beside the bell; empty: nothing."""
        number = self.answered + self.waiting
        return f"{MOST}+" if number > MOST else str(number or "")


@register.simple_tag
def bell(user: object, *, teaches: bool) -> Bell:
    """One small query a page; one more for who has something new, and one for those who teach."""
    if not isinstance(user, User):
        return Bell()
    waiting = awaiting.awaiting(user)[: MOST + 1].count() if teaches else 0
    return Bell(answered=following.count_unseen(user, most=MOST + 1), waiting=waiting)
