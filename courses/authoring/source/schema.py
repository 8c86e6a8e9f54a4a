"""The schemas of a course's YAML, but for ``exercise.yaml`` (``graders.schema``): each key and its bounds."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

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


class FrontMatter(Strict):
    """What stands between two ``---`` at the top of a chapter."""

    title: NonEmpty
    summary: NonEmpty
    minutes: Annotated[int, Field(ge=1, le=600)]
    prerequisites: tuple[Slug, ...] = ()


class ChoiceSchema(Strict):
    text: Localized
    correct: bool = False
    why: Localized | None = None


class QuestionSchema(Strict):
    id: Slug
    type: Literal["single", "multiple", "number", "shape"]
    text: Localized
    choices: Annotated[tuple[ChoiceSchema, ...], Field(max_length=12)] = ()
    answer: int | float | tuple[Annotated[int, Field(ge=0)], ...] | None = None
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    unit: str = ""
    shuffle: bool = True  #: each reader gets the choices in an order of their own
    why: Localized | None = None

    @model_validator(mode="after")
    def _has_its_key(self) -> Self:
        right = sum(choice.correct for choice in self.choices)
        if self.type in ("single", "multiple"):
            if self.answer is not None or self.tolerance or self.unit:
                raise ValueError(f"a {self.type} question has its key in its choices, not in answer, tolerance or unit")
            if len(self.choices) < 2 or right == 0 or (self.type == "single" and right > 1):
                wanted = "exactly one of them correct" if self.type == "single" else "at least one of them correct"
                raise ValueError(f"a {self.type} question needs two choices or more, {wanted}; here {right} are")
        elif self.choices:
            raise ValueError(f"a {self.type} question has no choices")
        elif self.type == "number" and not isinstance(self.answer, int | float):
            raise ValueError("a number question needs `answer`, a number")
        elif self.type == "shape" and not isinstance(self.answer, tuple):
            raise ValueError("a shape question needs `answer`, a list of whole numbers")
        return self


class QuizSchema(Strict):
    """quizzes/<slug>.yaml"""

    title: Localized
    questions: Annotated[tuple[QuestionSchema, ...], Field(min_length=1, max_length=50)]


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
