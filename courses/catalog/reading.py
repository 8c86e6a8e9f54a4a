"""How everybody reads the catalogue: always the current release, 404 for what is not there.

What apps above know about a reader (their scores, their place in the course) they register here, so that the catalogue
imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from courses.catalog.models import Chapter, Course, CourseQuerySet, Exercise, Page

Reader = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, kw_only=True)
class Best:
    """What counts of a reader's submissions to one exercise."""

    score: float
    max_score: float

    @property
    def share(self) -> float:
        return self.score / self.max_score if self.max_score else 0.0


ScoresOf = Callable[[AbstractBaseUser, Course], Mapping[str, Best]]
RoleOf = Callable[[AbstractBaseUser, Course], str | None]


class Registry:
    """The answers of apps above, set once in their ``AppConfig.ready``."""

    def __init__(self) -> None:
        self._scores: ScoresOf | None = None
        self._role: RoleOf | None = None

    def register_scores(self, scores_of: ScoresOf) -> None:
        """``scores_of(user, course)`` gives the best score by exercise slug, in one query."""
        self._scores = scores_of

    def register_role(self, role_of: RoleOf) -> None:
        """``role_of(user, course)`` gives the reader's role in the course, None if they are not in it, in one query."""
        self._role = role_of

    def scores(self, user: Reader, course: Course) -> Mapping[str, Best]:
        if self._scores is None or not isinstance(user, AbstractBaseUser):
            return {}
        return self._scores(user, course)

    def role(self, user: Reader, course: Course) -> str | None:
        if self._role is None or not isinstance(user, AbstractBaseUser):
            return None
        return self._role(user, course)


registry = Registry()


def courses_for(user: Reader) -> CourseQuerySet:  # noqa: ARG001  # the one place where visibility will depend on who asks
    """The courses that this reader sees: today every published one, for everybody."""
    return Course.objects.published()


def course_or_404(slug: str) -> Course:
    course: Course | None = Course.objects.published().select_related("current_release").filter(slug=slug).first()
    if course is None:
        raise Http404(_("There is no such course."))
    return course


def chapter_or_404(course: Course, slug: str) -> Chapter:
    return get_object_or_404(Chapter, release=course.current_release_id, slug=slug)


def exercise_or_404(course: Course, slug: str) -> Exercise:
    return get_object_or_404(Exercise.objects.select_related("chapter"), release=course.current_release_id, slug=slug)


def page_or_404(course: Course, slug: str) -> Page:
    return get_object_or_404(Page, release=course.current_release_id, slug=slug)


def file_or_404(chapter: Chapter, path: str) -> bytes:
    """The content of a file of the chapter's release."""
    found = chapter.release.files.select_related("source").filter(path=path).first()
    if found is None:
        raise Http404(_("There is no such file."))
    return bytes(found.source.content)
