"""A course at a glance: its chapters and exercises, and how far one reader has come. Few queries, no long texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from courses.catalog.models import Chapter, ChapterProgress, Course, Exercise, best_language
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
    text = {name: Coalesce(KT(f"texts__{language}__{name}"), F("slug"), output_field=TextField()) for name in TEXTS}
    chapters = list(
        Chapter.objects.filter(release=course.current_release_id)
        .order_by("position")
        .annotate(**{f"{name}_text_": value for name, value in text.items()})
        .values_list("slug", "position", *(f"{name}_text_" for name in TEXTS))
    )
    seen: dict[str, bool] = {}
    if isinstance(user, AbstractBaseUser):
        rows = ChapterProgress.objects.filter(user_id=user.pk, course=course).values_list("chapter", "done_at")
        seen = {chapter: done_at is not None for chapter, done_at in rows}
    scores = registry.scores(user, course)
    exercises = exercise_steps(course, scores)
    slugs = [slug for slug, *_rest in chapters]
    states = states_of(slugs, seen) if user.is_authenticated else dict.fromkeys(slugs, "")
    steps = [
        ChapterStep(
            slug=slug,
            number=number,
            title=title,
            summary=summary,
            minutes=minutes,
            state=states[slug],
            exercises=exercises.get(slug, []),
        )
        for slug, number, title, summary, minutes in chapters
    ]
    return Outline(chapters=steps, language=language, started=bool(seen))


TEXTS = ("title", "summary", "minutes")


def exercise_steps(course: Course, scores: Mapping[str, Best]) -> dict[str, list[ExerciseStep]]:
    """The exercises of the current release by chapter."""
    steps: dict[str, list[ExerciseStep]] = {}
    rows = Exercise.objects.filter(release=course.current_release_id).select_related("chapter")
    for exercise in rows.only("slug", "title", "points", "position", "chapter__slug", "chapter__position"):
        best = scores.get(exercise.slug)
        step = ExerciseStep(
            slug=exercise.slug,
            title=exercise.title_text,
            points=exercise.points,
            best=best,
            passed=is_passed(best, course),
        )
        steps.setdefault(exercise.chapter.slug, []).append(step)
    return steps
