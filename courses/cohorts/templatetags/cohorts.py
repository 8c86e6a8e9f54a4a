"""Words and numbers of the pages of those who teach."""

from __future__ import annotations

from django import template

from courses.cohorts import gradebook
from courses.quizzes.models import Quiz

register = template.Library()


@register.filter
def worth(quiz: Quiz) -> float:
    """The points of a quiz."""
    return gradebook.worth(quiz)
