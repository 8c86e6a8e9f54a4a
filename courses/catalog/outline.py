"""A course at a glance: its chapters and exercises, and how far one reader has come. Few queries, no long texts."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.base_user import AbstractBaseUser

from courses.catalog.contents import ExerciseEntry, contents_of
from courses.catalog.models import ChapterProgress, Course, best_language, localized
from courses.catalog.progress import is_passed, states_of
from courses.catalog.reading import Best, Reader, registry


@dataclass(frozen=True, kw_only=True)
class ExerciseStep:
    slug: str
    title: str
    points: float
    best: Best | None
    passed: bool


@dataclass(frozen=True, kw_only=True)
class ChapterStep:
    """One chapter on the way."""

    slug: str
    number: int
    title: str
    summary: str
    minutes: str
    state: str = ""  #: done, started, current (the next to do) or empty
    exercises: list[ExerciseStep] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Outline:
    chapters: list[ChapterStep]
    language: str  #: that titles and summaries are in
    started: bool  #: the reader has opened a chapter

    @property
    def done(self) -> int:
        return sum(chapter.state == "done" for chapter in self.chapters)

    @property
    def next(self) -> ChapterStep | None:
        """The first chapter that is not done."""
        return next((chapter for chapter in self.chapters if chapter.state != "done"), None)

    def around(self, slug: str) -> tuple[ChapterStep | None, ChapterStep | None]:
        """The chapters before and after this one."""
        slugs = [chapter.slug for chapter in self.chapters]
        at = slugs.index(slug)
        after = self.chapters[at + 1] if at + 1 < len(slugs) else None
        return (self.chapters[at - 1] if at else None), after


def outline_of(course: Course, user: Reader) -> Outline:
    language = best_language(course.languages) or "en"
    release = course.current_release
    chapters = contents_of(release, language) if release is not None else ()
    seen: dict[str, bool] = {}
    if isinstance(user, AbstractBaseUser):
        rows = ChapterProgress.objects.filter(user_id=user.pk, course=course).values_list("chapter", "done_at")
        seen = {chapter: done_at is not None for chapter, done_at in rows}
    scores = registry.scores(user, course)
    slugs = [chapter.slug for chapter in chapters]
    states = states_of(slugs, seen) if user.is_authenticated else dict.fromkeys(slugs, "")
    steps = [
        ChapterStep(
            slug=chapter.slug,
            number=chapter.number,
            title=chapter.title,
            summary=chapter.summary,
            minutes=chapter.minutes,
            state=states[chapter.slug],
            exercises=[_exercise_step(exercise, scores.get(exercise.slug), course) for exercise in chapter.exercises],
        )
        for chapter in chapters
    ]
    return Outline(chapters=steps, language=language, started=bool(seen))


def _exercise_step(exercise: ExerciseEntry, best: Best | None, course: Course) -> ExerciseStep:
    return ExerciseStep(
        slug=exercise.slug,
        title=str(localized(exercise.title)),
        points=exercise.points,
        best=best,
        passed=is_passed(best, course),
    )
