"""A chapter as it would be published, while its author types."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.authoring.editing import working_copy
from courses.authoring.keeping import memory_of
from courses.authoring.publish import SiteUrls
from courses.authoring.source.folder import read_chapter
from courses.authoring.source.tree import Exercise as ReadExercise
from courses.authoring.studio.previewing import PreviewedQuiz, previewed_quiz
from courses.catalog.models import Course, Exercise
from courses.quizzes.models import Quiz
from graders.problems import Problem


@dataclass(frozen=True, kw_only=True)
class PreviewedText:
    """A chapter in one language."""

    language: str
    title: str
    summary: str
    minutes: int | None
    segments: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Preview:
    problems: list[Problem]  #: in this chapter's folder
    texts: list[PreviewedText]  #: that of the language being edited first
    exercise: Exercise | None  #: the one whose file is being edited
    quiz: PreviewedQuiz | None  #: likewise


def preview(course: Course, path: str, text: str) -> Preview | None:
    """What the chapter of ``path`` would look like with ``text`` in that file; None for files of no chapter."""
    if "/" not in path:
        return None
    with tempfile.TemporaryDirectory() as scratch:
        folder = working_copy.written(course, Path(scratch))
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        chapter, problems = read_chapter(folder, path.split("/")[0], SiteUrls(course.slug), memory_of(course.slug))
    if chapter is None:
        return None
    exercises = {each.graded.slug: _exercise(each) for each in chapter.exercises}
    quizzes = {
        quiz.slug: previewed_quiz(Quiz(slug=quiz.slug, title=quiz.title, spec=quiz.questions))
        for quiz in chapter.quizzes
    }
    own = path.rsplit(".", 2)[-2]
    texts = [_text(language, text, quizzes, exercises) for language, text in chapter.texts.items()]
    parts = path.split("/")
    of_exercise = parts[2] if len(parts) > 3 and parts[1] == "exercises" else ""
    of_quiz = Path(parts[2]).stem if len(parts) == 3 and parts[1] == "quizzes" else ""
    return Preview(
        problems=problems,
        texts=sorted(texts, key=lambda each: each.language != own),
        exercise=exercises.get(of_exercise),
        quiz=quizzes.get(of_quiz),
    )


def _text(
    language: str, text: dict[str, Any], quizzes: dict[str, PreviewedQuiz], exercises: dict[str, Exercise]
) -> PreviewedText:
    segments = [
        {**each, "quiz": quizzes.get(each.get("slug", "")), "exercise": exercises.get(each.get("slug", ""))}
        for each in text["segments"]
    ]
    return PreviewedText(
        language=language,
        title=text.get("title", ""),
        summary=text.get("summary", ""),
        minutes=text.get("minutes"),
        segments=segments,
    )


def _exercise(read: ReadExercise) -> Exercise:
    """A row that is not in the database, for the templates that show one."""
    return Exercise(slug=read.graded.slug, title=dict(read.graded.title), statement=read.statement)
