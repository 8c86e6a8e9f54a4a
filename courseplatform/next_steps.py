"""What the home page proposes: where somebody stopped, how far they are, what was graded lately.

The number of queries does not depend on how many courses, chapters or submissions there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, F, Q, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from courses.accounts.models import User
from courses.catalog.models import Chapter, ChapterProgress, Course, Exercise
from courses.catalog.progress import states_of
from courses.catalog.reading import Reader, courses_for
from courses.cohorts.models import Enrollment
from courses.exercises.models import Draft, Grade, Submission

RECENT = 6


@dataclass(frozen=True, kw_only=True)
class Step:
    """One chapter on the way."""

    slug: str
    number: int
    title: str
    state: str  #: done, started, current (the next to do) or empty
    place: str = ""  #: the section where they stopped reading
    opened: datetime | None = None  #: for the first time; None: never


@dataclass(frozen=True, kw_only=True)
class Way:
    """A course that somebody is in, and how far they have come."""

    course: Course
    role: str
    steps: list[Step]

    @property
    def done(self) -> int:
        return sum(step.state == "done" for step in self.steps)

    @property
    def next(self) -> Step | None:
        """The chapter to go on with: None once all are done."""
        return next((step for step in self.steps if step.state == "current"), None)

    @property
    def reading(self) -> Step | None:
        """Another chapter, further on, that they have begun: the one begun last."""
        begun = [step for step in self.steps if step.state == "started" and step.opened]
        return max(begun, key=lambda step: step.opened or datetime.min, default=None)


@dataclass(frozen=True, kw_only=True)
class Recent:
    submission: Submission
    title: str


def courses_on_offer(user: Reader) -> list[Course]:
    """Every course that this reader sees, with its number of chapters and exercises."""
    return list(
        courses_for(user).annotate(
            chapter_count=Count("current_release__chapters", distinct=True),
            exercise_count=Count("current_release__exercises", distinct=True),
        )
    )


def ways_of(user: User) -> list[Way]:
    """The courses somebody is in, the one they were last active in first."""
    enrollments = list(
        Enrollment.objects.filter(user=user, course__current_release__isnull=False).select_related("course")
    )
    courses = {enrollment.course_id: enrollment.course for enrollment in enrollments}
    chapters = _chapters([course.current_release_id for course in courses.values()])
    progress = list(ChapterProgress.objects.filter(user=user, course__in=courses).order_by("-read_at"))
    seen = {(row.course_id, row.chapter): row for row in progress}
    last = list(dict.fromkeys(row.course_id for row in progress))
    ways = [
        Way(
            course=enrollment.course,
            role=enrollment.role,
            steps=_steps(
                chapters.get(enrollment.course.current_release_id, []), course=enrollment.course_id, seen=seen
            ),
        )
        for enrollment in enrollments
    ]
    return sorted(ways, key=lambda way: last.index(way.course.pk) if way.course.pk in last else len(last))


def _chapters(releases: Collection[int | None]) -> dict[int | None, list[tuple[str, int, str]]]:
    """Slugs, numbers and titles by release; the chapters' texts, which are long, stay in the database."""
    languages = dict.fromkeys([get_language() or settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES)])
    titles = [KT(f"texts__{language}__title") for language in languages]
    rows = (
        Chapter.objects.filter(release__in=releases)
        .order_by("position")
        .values_list("release_id", "slug", "position", Coalesce(*titles, F("slug"), output_field=TextField()))
    )
    found: dict[int | None, list[tuple[str, int, str]]] = {}
    for release, *chapter in rows:
        found.setdefault(release, []).append(tuple(chapter))
    return found


def _steps(
    chapters: list[tuple[str, int, str]], *, course: int, seen: Mapping[tuple[int, str], ChapterProgress]
) -> list[Step]:
    """Each chapter with how far it has come; ``seen`` has every chapter that was opened."""
    rows = {slug: row for (number, slug), row in seen.items() if number == course}
    states = states_of(
        [slug for slug, *_rest in chapters], {slug: row.done_at is not None for slug, row in rows.items()}
    )
    return [
        Step(
            slug=slug,
            number=number,
            title=title,
            state=states[slug],
            place=rows[slug].place if slug in rows else "",
            opened=rows[slug].read_at if slug in rows else None,
        )
        for slug, number, title in chapters
    ]


def exercise_to_finish(user: User) -> Exercise | None:
    """The exercise somebody wrote on last, unless it already has all of its points."""
    draft = Draft.objects.filter(user=user).select_related("course").order_by("-updated").first()
    if draft is None:
        return None
    full = Grade.objects.filter(user=user, course=draft.course, exercise=draft.exercise, score__gte=F("max_score"))
    if full.exists():
        return None
    return (
        Exercise.objects.filter(release=draft.course.current_release_id, slug=draft.exercise)
        .select_related("chapter", "release__course")
        .first()
    )


def recent_submissions(user: User) -> list[Recent]:
    """What somebody handed in lately, Runs left out, with the exercises' titles."""
    submissions = list(
        Submission.objects.filter(user=user).handed_in().select_related("job", "course").order_by("-pk")[:RECENT]
    )
    wanted = Q(pk__in=[])
    for submission in submissions:
        wanted |= Q(release=submission.course.current_release_id, slug=submission.exercise)
    exercises = Exercise.objects.filter(wanted).only("release_id", "slug", "title")
    titles = {(exercise.release_id, exercise.slug): exercise.title_text for exercise in exercises}
    return [
        Recent(
            submission=submission,
            title=titles.get((submission.course.current_release_id or 0, submission.exercise), submission.exercise),
        )
        for submission in submissions
    ]
