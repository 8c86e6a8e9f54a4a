"""Reads of the points that count, for progress pages and gradebooks."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.base_user import AbstractBaseUser

from courses.catalog.models import Course
from courses.catalog.reading import Best
from courses.exercises.models import Grade


def scores_of(user: AbstractBaseUser, course: Course) -> Mapping[str, Best]:
    """The points that count for one reader in one course, by exercise."""
    rows = Grade.objects.filter(user_id=user.pk, course=course).values_list("exercise", "score", "max_score")
    return {exercise: Best(score=score, max_score=max_score) for exercise, score, max_score in rows}
