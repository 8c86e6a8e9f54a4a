"""A course as data: what reading a folder gives and publishing stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.authoring.source.competition_schema import CompetitionSchema
from courses.authoring.source.schema import CourseSchema, EntrySchema
from graders.exercise import Exercise as GradedExercise
from graders.problems import Problem
from graders.table import Table


class CourseInvalid(Exception):
    """A course folder has mistakes; ``problems`` has all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, kw_only=True)
class Quiz:
    slug: str
    title: Mapping[str, str]
    questions: list[dict[str, Any]]  #: rendered, with their keys; see ``courses.quizzes.checking``


@dataclass(frozen=True, kw_only=True)
class Exercise:
    graded: GradedExercise
    statement: Mapping[str, str]  #: {language: HTML}
    starter: Mapping[str, str]
    solution: Mapping[str, str]
    visible_test: str


@dataclass(frozen=True, kw_only=True)
class Chapter:
    slug: str
    number: int  #: of its folder: 2 for 02-neural-networks
    texts: Mapping[str, dict[str, Any]]  #: as ``catalog.models.Chapter.texts``
    quizzes: tuple[Quiz, ...]
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True, kw_only=True)
class DataFile:
    """A file that participants download, and how it begins where it is a table."""

    name: str
    size: int
    rows: int  #: of a table, without the names of its columns
    preview: list[list[str]]


@dataclass(frozen=True, kw_only=True)
class Competition:
    slug: str
    about: CompetitionSchema
    texts: Mapping[str, Mapping[str, str]]  #: {page: {language: HTML}}: overview, rules, data, evaluation
    data: tuple[DataFile, ...]
    labels: Table | None  #: None: entries are code
    test: str  #: what scores an entry, see ``graders.competition``
    given: Mapping[str, bytes]  #: the files of data/, by name
    hidden: Mapping[str, bytes]  #: those of hidden/
    baselines: Mapping[str, Mapping[str, str]]  #: {slug: {file: text}}


@dataclass(frozen=True, kw_only=True)
class Course:
    slug: str
    about: CourseSchema
    chapters: tuple[Chapter, ...]
    library: Mapping[str, tuple[EntrySchema, ...]]  #: by kind: lecture, event, paper, dataset, tool
    faq: Mapping[str, dict[str, Any]]  #: {language: {"entries": [{"id", "question", "html"}]}}
    competitions: tuple[Competition, ...]
    placement: Quiz | None  #: each of its questions names its ``chapter``
    files: Mapping[str, bytes]  #: every source file by its path
    public: frozenset[str]  #: the paths that pages show or offer for download
    digest: str  #: over all files, and the version of what renders them
