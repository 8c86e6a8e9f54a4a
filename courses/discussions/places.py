"""What questions can be about, and what those things are called today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.catalog.contents import contents_of
from courses.catalog.models import Course, best_language
from courses.cohorts.models import Cohort
from courses.competitions.models import Edition
from courses.competitions.reading import editions_for
from courses.discussions.models import Where

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A chapter, an exercise, a competition, or the course itself."""

    where: Where
    slug: str
    title: str
    url: str  #: empty: the course has it no more
    exercises: tuple[str, ...] = ()  #: slugs of those that a solution here would be of
    cohort: str = ""  #: slug of the cohort whose alone it is

    @property
    def key(self) -> Key:
        return self.where.value, self.slug

    @property
    def query(self) -> str:
        """What an address adds to be about it."""
        return f"{self.where.value}={self.slug}" if self.slug else ""


@dataclass(frozen=True)
class Places:
    """All places of a course that a reader sees, in the order of the course."""

    course: Course
    known: Mapping[Key, Place]

    @classmethod
    def of(cls, course: Course, user: User) -> Places:
        """Titles of chapters and exercises are kept by release; those of competitions cost a query."""
        places = [_course(course), *_contents(course)]
        editions = editions_for(user).filter(competition__course=course).order_by("competition__slug")
        places += [_competition(edition) for edition in editions]
        return cls(course, {place.key: place for place in places})

    def get(self, where: str, slug: str) -> Place | None:
        return self.known.get((where, slug))

    def shown(self, where: str, slug: str) -> Place:
        """A place, also one that the course has no more: by its old name then."""
        return self.known.get((where, slug)) or Place(where=Where(where), slug=slug, title=slug, url="")


def _course(course: Course) -> Place:
    url = reverse("catalog:course", args=[course.slug])
    return Place(where=Where.COURSE, slug="", title=_("The course as a whole"), url=url)


def _contents(course: Course) -> list[Place]:
    places = []
    language = best_language(course.languages) or "en"
    for chapter in contents_of(course.current_release, language) if course.current_release is not None else ():
        url = reverse("catalog:chapter", args=[course.slug, chapter.slug])
        inside = tuple(exercise.slug for exercise in chapter.exercises)
        title = f"{chapter.number} · {chapter.title}"
        places.append(Place(where=Where.CHAPTER, slug=chapter.slug, title=title, url=url, exercises=inside))
        for exercise in chapter.exercises:
            places.append(
                Place(
                    where=Where.EXERCISE,
                    slug=exercise.slug,
                    title=exercise.title.get(language) or next(iter(exercise.title.values()), exercise.slug),
                    url=reverse("exercises:workbench", args=[course.slug, exercise.slug]),
                    exercises=(exercise.slug,),
                )
            )
    return places


def _competition(edition: Edition) -> Place:
    url = edition.competition.get_absolute_url()
    return Place(where=Where.COMPETITION, slug=edition.slug, title=edition.title_text, url=url, cohort=edition.cohort)


def cohort_for(place: Place, course: Course, user: User) -> Cohort | None:
    """Whose alone a new question is: the cohort of a closed competition, or the asker's, where it keeps to itself."""
    if place.cohort:
        return Cohort.objects.filter(course=course, slug=place.cohort).first()
    mine = Q(enrollments__user=user, enrollments__course=course, own_discussions=True)
    found: Cohort | None = Cohort.objects.filter(mine).first()
    return found
