"""The parts of a chapter: its texts, quizzes and exercises."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from courses.authoring.source.answers import check_answers
from courses.authoring.source.export import to_notebook
from courses.authoring.source.markdown import anchors, render
from courses.authoring.source.page import Page
from courses.authoring.source.questions import read_quiz
from courses.authoring.source.reading import Reading
from courses.authoring.source.schema import FrontMatter
from courses.authoring.source.tree import Chapter, Exercise, Quiz
from graders.bundle import digest_of, grading_files
from graders.exercise import Exercise as GradedExercise
from graders.exercise import ExerciseInvalid
from graders.problems import Document, Problem
from graders.source import parse_yaml, validate

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class ChapterFolder:
    """One chapter's folder: what is in it, found before anything is rendered."""

    def __init__(self, reading: Reading, path: str, *, slug: str, number: int) -> None:
        self.reading, self.path, self.slug, self.number = reading, path, slug, number
        self.files = reading.texts(f"{path}/chapter", wanted="the chapter", endings=("md", "ipynb"))
        self.bodies: dict[str, tuple[FrontMatter | None, Document, str, int]] = {}
        inside = re.escape(path)
        self.quizzes: dict[str, str] = {}
        for match in reading.paths(rf"{inside}/quizzes/(.+?)(\.ya?ml)?", inside=path):
            if match[2] is None or "/" in match[1]:
                reading.add(match[0], 0, "no file of this name is a quiz", "a name such as quizzes/shapes.yaml")
            elif match[1] in self.quizzes:
                reading.add(match[0], 0, f"{self.quizzes[match[1]]} is the quiz `{match[1]}` too", "one of them")
            else:
                self.quizzes[match[1]] = match[0]
        found = reading.paths(_exercise_files(inside), inside=path)
        self.exercises = {match[1]: f"{path}/exercises/{match[1]}" for match in found}
        for match in reading.paths(rf"{inside}/exercises/([^/]+)(?:/.+)?", inside=path):
            if match[1] not in self.exercises:
                expected = "a folder with exercise.yaml, solution.py, test_hidden.py and statements"
                reading.add(f"{path}/exercises/{match[1]}", 0, "this is no exercise", expected)
        for kind, slugs in (("quizzes", self.quizzes), ("exercises", self.exercises)):
            for name in slugs:
                if not _SLUG.fullmatch(name):
                    message = f"the name `{name}` in {kind} cannot stand in an address"
                    reading.add(slugs[name], 0, message, "small letters, digits and hyphens")

    def announce(self) -> None:
        """Tell the map of places which addresses and anchors are here."""
        places = self.reading.places
        for slug, folder in self.exercises.items():
            places.addresses[folder] = places.urls.exercise(slug)
        for language, file in self.files.items():
            places.addresses[file] = places.urls.chapter(self.slug)
            text = self.reading.chapter_text(file, language)
            if text is None:
                continue
            front, document, body, first_line = read_front_matter(text, file, self.reading.problems)
            self.bodies[language] = (front, document, body, first_line)
            places.anchors[file], labels = anchors_in(self.reading, file, body)
            for label in labels:
                if (language, label) in places.labels:
                    there = places.labels[(language, label)]
                    self.reading.add(file, 0, f"the label ({label})= stands in {there} too", "a label of its own")
                places.labels.setdefault((language, label), file)

    def read(self) -> Chapter:
        quizzes = {slug: read_quiz(self.reading, slug, file) for slug, file in sorted(self.quizzes.items())}
        exercises = {slug: read_exercise(self.reading, path) for slug, path in self.exercises.items()}
        texts: dict[str, dict[str, Any]] = {}
        order = list(self.exercises)
        for language, (front, _document, _body, _first_line) in self.bodies.items():
            text = self._rendered(language, self._links(language, quizzes, exercises))
            if not texts:
                used = [slug for kind, slug in text["used"] if kind == "exercise"]
                order = used + [slug for slug in order if slug not in used]
            file = notebook = self.files[language]
            if text["take_away"]:
                notebook = f"{self.path}/chapter.{language}.take-away.ipynb"
                self.reading.places.files[notebook] = text["take_away"].encode()
            about = front.model_dump(mode="json") if front else {}
            texts[language] = {**about, "segments": text["segments"], "toc": text["toc"]}
            texts[language] |= {"source": file, "notebook": notebook}
        return Chapter(
            slug=self.slug,
            number=self.number,
            texts=texts,
            quizzes=tuple(quiz for quiz in quizzes.values() if quiz),
            exercises=tuple(exercise for slug in order if (exercise := exercises[slug])),
        )

    def _rendered(self, language: str, links: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """The text in one language: its segments and contents, the blocks used, and the notebook to take away."""
        front, _document, body, first_line = self.bodies[language]
        file, places = self.files[language], self.reading.places
        page = self.reading.page(file, language, first_line=first_line)
        page.blocks = {"quiz": frozenset(self.quizzes), "exercise": frozenset(self.exercises)}

        def make() -> dict[str, Any]:
            rendered = render(body, page)
            self._check_used(page)
            notebook = ""
            if front is not None and not page.notebook:
                notebook = to_notebook(
                    body, title=front.title, file=file, places=places, block=lambda kind, slug: _link(links, kind, slug)
                )
            return {"segments": rendered.segments, "toc": rendered.toc, "used": page.used, "take_away": notebook}

        return self.reading.part(f"text {file}", [file], links, page.outputs).value(make)

    def _links(
        self, language: str, quizzes: Mapping[str, Quiz | None], exercises: Mapping[str, Exercise | None]
    ) -> dict[str, tuple[str, str]]:
        """What the notebook to take away has in the place of each block: its title and its address."""
        urls = self.reading.places.urls
        links = {}
        for slug, quiz in quizzes.items():
            title = quiz.title.get(language, slug) if quiz else slug
            links[f"quiz {slug}"] = (title, f"{urls.chapter(self.slug)}#quiz-{slug}")
        for slug, exercise in exercises.items():
            title = exercise.graded.title.get(language, slug) if exercise else slug
            links[f"exercise {slug}"] = (title, urls.exercise(slug))
        return links

    @property
    def prerequisites(self) -> tuple[str, ...]:
        """Those that any of its texts names."""
        fronts = (front for front, _document, _body, _line in self.bodies.values() if front is not None)
        return tuple(dict.fromkeys(name for front in fronts for name in front.prerequisites))

    def check_prerequisites(self, before: Mapping[str, Sequence[str]]) -> None:
        """``before``: the prerequisites of each chapter of the course."""
        for language, (front, document, _body, _line) in self.bodies.items():
            for index, name in enumerate(front.prerequisites if front else ()):
                line = document.line("prerequisites", index)
                if name not in before:
                    message = f"there is no chapter `{name}`"
                    self.reading.add(self.files[language], line, message, "another chapter's slug")
                elif circle := way_back(name, self.slug, before):
                    message = in_a_circle(circle)
                    self.reading.add(self.files[language], line, message, "an order in which one can begin")

    def _check_used(self, page: Page) -> None:
        for kind, slugs in (("quiz", self.quizzes), ("exercise", self.exercises)):
            for slug in slugs:
                if (kind, slug) not in page.used:
                    page.add(0, f"the {kind} `{slug}` stands nowhere in this text", f"a block ```{{{kind}}} {slug}")


def _link(links: Mapping[str, Sequence[str]], kind: str, slug: str) -> tuple[str, str]:
    title, address = links.get(f"{kind} {slug}", (slug, ""))
    return title, address


def anchors_in(reading: Reading, file: str, body: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The ids and the labels of a text."""

    def make() -> list[list[str]]:
        found, labels = anchors(body)
        return [sorted(found), list(labels)]

    found, labels = reading.part(f"anchors {file}", [], body).value(make)
    return frozenset(found), tuple(labels)


def _exercise_files(inside: str) -> str:
    """An exercise is a folder with exercise.yaml, or with anything that an exercise has: then that is what it lacks."""
    return rf"{inside}/exercises/([^/]+)/(?:exercise\.yaml|test_hidden\.py|solution\.py|statement\..*)"


def read_front_matter(text: str, file: str, problems: list[Problem]) -> tuple[FrontMatter | None, Document, str, int]:
    """What stands between the two ``---``, the text below them, and the line it starts on."""
    nothing = Document(file=file, data=None, lines={})
    match = re.match(r"---[ \t]*\n(.*?)^---[ \t]*$\n?", text, re.DOTALL | re.MULTILINE)
    if match is None:
        expected = "--- on the first line, then title, summary and minutes, then ---"
        problems.append(Problem(file=file, line=1, message="the front matter is missing", expected=expected))
        return None, nothing, text, 1
    document = parse_yaml(match[1], file=file, problems=problems, first_line=2)
    front = validate(FrontMatter, document, problems) if document else None
    return front, document or nothing, text[match.end() :], match[0].count("\n") + 1


def read_exercise(reading: Reading, path: str) -> Exercise | None:
    """What ``Exercise.load`` demands, and what a course owes its readers besides."""
    folder = reading.folder / path
    grading = digest_of(grading_files(folder, []))
    part = reading.part(f"exercise {path}", reading.files_in(path), grading)
    if (known := part.recall()) is not None:
        graded = GradedExercise.checked(folder, known["spec"], digest=grading)
        return Exercise(graded=graded, **known["texts"])
    with part.made():
        document = reading.yaml(f"{path}/exercise.yaml") if f"{path}/exercise.yaml" in reading.places.files else None
        exercise = _read_anew(reading, path, document)
    if exercise is not None and document is not None:
        texts = {name: getattr(exercise, name) for name in ("statement", "starter", "solution", "visible_test")}
        part.keep({"spec": document.data, "texts": texts})
    return exercise


def _read_anew(reading: Reading, path: str, document: Document | None) -> Exercise | None:
    graded: GradedExercise | None = None
    texts: dict[str, dict[str, str]] = {"starter": {}, "solution": {}}
    if document is not None:
        reading.check_languages(document)
    try:
        graded = GradedExercise.load(reading.folder / path)
    except ExerciseInvalid as error:
        _moved(reading, path, error)
    if graded is not None:
        for kind, files_of in (("starter", graded.starter), ("solution", graded.solution_files)):
            try:
                texts[kind] = files_of()
            except ExerciseInvalid as error:
                _moved(reading, path, error)
    file = f"{path}/test_visible.py"
    by_file = graded is not None and graded.mode != "module"  # then a Run is no must: what is handed in is a file
    visible = "" if by_file and file not in reading.places.files else reading.text(file)
    statement = {}
    for language, file in reading.texts(f"{path}/statement", wanted="the statement").items():
        text = reading.text(file)
        if text is not None and not text.strip():
            reading.add(file, 1, "the statement is empty", "what is to be done")
        statement[language] = render(text or "", reading.page(file, language), top_level=2).html
    if graded is None or visible is None:
        return None
    check_answers(reading, path, graded)
    return Exercise(
        graded=graded,
        statement=statement,
        starter=texts["starter"],
        solution=texts["solution"],
        visible_test=visible,
    )


def _moved(reading: Reading, path: str, error: ExerciseInvalid) -> None:
    """An exercise names files from within its own folder; a course from its own."""
    for problem in error.problems:
        file = str(PurePosixPath(path) / problem.file)
        reading.add(file, problem.line, problem.message, problem.expected)


def check_exercise_prerequisites(reading: Reading, exercises: Mapping[str, str], read: list[Exercise]) -> None:
    before = {exercise.graded.slug: tuple(exercise.graded.prerequisites) for exercise in read}
    for exercise in read:
        slug = exercise.graded.slug
        document = reading.yaml(f"{exercises[slug]}/exercise.yaml") if before[slug] else None
        if document is None:
            continue
        for index, name in enumerate(before[slug]):
            line = document.line("prerequisites", index)
            if name not in exercises:
                reading.add(document.file, line, f"there is no exercise `{name}`", "the slug of an exercise")
            elif circle := way_back(name, slug, before):
                reading.add(document.file, line, in_a_circle(circle), "an order in which one can begin")


def way_back(start: str, end: str, before: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest way from ``start`` to ``end`` along what must come before; empty where there is none."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == end:
            return way
        fresh = [name for name in before.get(way[-1], ()) if name not in seen]
        seen.update(fresh)
        ways += [[*way, name] for name in fresh]
    return []


def in_a_circle(way: Sequence[str]) -> str:
    return f"the prerequisites go in a circle: {' needs '.join(f'`{name}`' for name in (way[-1], *way))}"
