"""The schemas of a course's YAML, each key and its bounds; quizzes and exercises have files of their own."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from graders.source import LanguageTag, Localized, NonEmpty, Slug, Strict

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\.[^\s]+$", max_length=500)]
Level = Literal["beginner", "intermediate", "advanced"]


class CourseSchema(Strict):
    """course.yaml"""

    title: Localized
    summary: Localized
    languages: Annotated[tuple[LanguageTag, ...], Field(min_length=1)]
    licence: NonEmpty = ""
    pass_mark: Annotated[float, Field(gt=0, le=1)] = 0.6
    chapter_done: Literal["quiz-and-exercises", "read"] = "quiz-and-exercises"

    @field_validator("languages")
    @classmethod
    def _each_once(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(languages)) < len(languages):
            raise ValueError("a language is there twice, expected each of them once")
        return languages


class FrontMatter(Strict):
    """What stands between two ``---`` at the top of a chapter."""

    title: NonEmpty
    summary: NonEmpty
    minutes: Annotated[int, Field(ge=1, le=600)]
    prerequisites: tuple[Slug, ...] = ()


class Dates(Strict):
    start: datetime.date | None = None
    end: datetime.date | None = None
    place: str = ""
    deadline: datetime.date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise ValueError("`end` is before `start`")
        return self


class EntrySchema(Strict):
    """One entry of lectures.yaml, events.yaml, papers.yaml, datasets.yaml or tools.yaml."""

    slug: Slug
    title: Localized | NonEmpty
    summary: Localized | NonEmpty
    url: Url
    authors: NonEmpty | tuple[NonEmpty, ...] = ""
    organiser: NonEmpty = ""
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    language: LanguageTag | None = None
    languages: tuple[LanguageTag, ...] = ()
    level: Level | None = None
    topics: Annotated[tuple[Slug, ...], Field(max_length=12)] = ()
    dates: Dates = Dates()


class Listing(Strict):
    """A file that is a list, so that one schema reads it."""

    entries: Annotated[tuple[EntrySchema, ...], Field(max_length=2000)]
