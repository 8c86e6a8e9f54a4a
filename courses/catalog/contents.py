"""What every reader of a release is shown of it at a glance: read once, since a published release never changes.

The titles stand within the chapters' long texts; to take them out of those is most of what a chapter page would cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import F, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from courses.authoring.models import Release
from courses.catalog.models import Chapter, Exercise

#: Releases times languages that a process keeps; each is some ten kilobytes.
KEPT = 64
TEXTS = ("title", "summary", "minutes")


@dataclass(frozen=True, kw_only=True)
class ExerciseEntry:
    slug: str
    title: Mapping[str, str]
    points: float


@dataclass(frozen=True, kw_only=True)
class ChapterEntry:
    """A chapter in a list of chapters."""

    slug: str
    number: int
    title: str
    summary: str
    minutes: str
    exercises: tuple[ExerciseEntry, ...]


def contents_of(release: Release, language: str) -> tuple[ChapterEntry, ...]:
    """The chapters in their order, with titles in one language; a slug stands for a text that is missing."""
    if release.published_at is None:  # it may yet be thrown away, and its number given to another
        return _read(release.pk, language)
    return _kept(release.pk, release.published_at, language)


@lru_cache(maxsize=KEPT)
def _kept(release: int, published_at: datetime, language: str) -> tuple[ChapterEntry, ...]:  # noqa: ARG001  # a key
    return _read(release, language)


def _read(release: int, language: str) -> tuple[ChapterEntry, ...]:
    exercises: dict[str, list[ExerciseEntry]] = {}
    for exercise in (
        Exercise.objects.filter(release=release)
        .select_related("chapter")
        .only("slug", "title", "points", "position", "chapter__slug", "chapter__position")
    ):
        entry = ExerciseEntry(slug=exercise.slug, title=exercise.title, points=exercise.points)
        exercises.setdefault(exercise.chapter.slug, []).append(entry)
    text = {name: Coalesce(KT(f"texts__{language}__{name}"), F("slug"), output_field=TextField()) for name in TEXTS}
    rows = (
        Chapter.objects.filter(release=release)
        .order_by("position")
        .annotate(**{f"{name}_text_": value for name, value in text.items()})
        .values_list("slug", "position", *(f"{name}_text_" for name in TEXTS))
    )
    return tuple(
        ChapterEntry(
            slug=slug,
            number=number,
            title=title,
            summary=summary,
            minutes=minutes,
            exercises=tuple(exercises.get(slug, ())),
        )
        for slug, number, title, summary, minutes in rows
    )
