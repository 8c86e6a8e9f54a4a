"""What all readers of a course's parts share: the files, the languages, the problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from courses.authoring.source.memory import Memory, Part, digests_of
from courses.authoring.source.notebook import Notebook, read_notebook
from courses.authoring.source.page import Page
from courses.authoring.source.places import Map
from graders.problems import Document, Loc, Problem, did_you_mean
from graders.source import parse_yaml, read_text

_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
MAX_NOTEBOOK = 20 * 1024 * 1024  #: with its pictures
MAX_MESSAGE = 400
_LOCALIZED_KEYS = {"title", "summary", "text", "why", "hint", "hints", "feedback"}


@dataclass(kw_only=True)
class Reading:
    """One reading of a course folder."""

    folder: Path
    places: Map
    languages: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    notebooks: dict[str, Notebook] = field(default_factory=dict)  #: those that were read, by path
    memory: Memory = field(default_factory=Memory)

    def part(self, name: str, files: Iterable[str], *inputs: Any) -> Part:
        """A part that is made of these files, of ``inputs``, and of what the map says of other places."""
        made_of = [self.languages, digests_of(self.places.files, files), *inputs]
        return Part(name, made_of, memory=self.memory, places=self.places, problems=self.problems)

    def add(self, file: str, line: int, message: str, expected: str) -> None:
        shown = message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]}…"
        self.problems.append(Problem(file=file, line=line, message=shown, expected=expected))

    def text(self, path: str) -> str | None:
        return read_text(self.folder / path, file=path, problems=self.problems)

    def yaml(self, path: str) -> Document | None:
        text = self.text(path)
        return None if text is None else parse_yaml(text, file=path, problems=self.problems)

    def page(self, file: str, language: str, *, first_line: int = 1) -> Page:
        notebook = self.notebooks.get(file)
        return Page(
            file=file,
            language=language,
            problems=self.problems,
            places=self.places,
            first_line=first_line,
            notebook=notebook is not None,
            outputs=notebook.outputs if notebook else {},
        )

    def chapter_text(self, path: str, language: str) -> str | None:
        """The text of a chapter; that of a notebook is its cells as Markdown."""
        if not path.endswith(".ipynb"):
            return self.text(path)
        text = read_text(self.folder / path, file=path, problems=self.problems, limit=MAX_NOTEBOOK)
        if text is None:
            return None
        notebook = read_notebook(text, self.page(path, language), self.places.files)
        if notebook is None:
            return None
        self.notebooks[path] = notebook
        return notebook.markdown

    def all_problems(self) -> list[Problem]:
        """Every problem once, in order; those of a notebook name the cell and the line in it."""
        return sorted({self._in_cell(problem) for problem in self.problems})

    def _in_cell(self, problem: Problem) -> Problem:
        notebook = self.notebooks.get(problem.file)
        if notebook is None or problem.line == 0:
            return problem
        cell, line = notebook.place(problem.line)
        return replace(problem, file=f"{problem.file}, cell {cell}", line=line)

    def paths(self, pattern: str, *, inside: str = "") -> list[re.Match[str]]:
        """The paths of the course that match as a whole, in order; of those in a folder only, where it is named."""
        whole = re.compile(pattern)
        matches = (whole.fullmatch(path) for path in self.files_in(inside))
        return [match for match in matches if match]

    def files_in(self, folder: str) -> list[str]:
        """The paths of the files below a folder, in order; of all files where it is empty."""
        start = f"{folder}/" if folder else ""
        return sorted(path for path in self.places.files if path.startswith(start))

    def texts(self, stem: str, *, wanted: str, endings: tuple[str, ...] = ("md",)) -> dict[str, str]:
        """{language: path} of ``stem.<language>.md``; a language that is missing or undeclared is a problem."""
        found: dict[str, str] = {}
        pattern = re.escape(stem) + rf"\.([^./]+)\.(?:{'|'.join(endings)})"
        for match in self.paths(pattern, inside=stem.rpartition("/")[0]):
            if match[1] in found:
                self.add(match[0], 0, f"{found[match[1]]} is {wanted} in {match[1]} too", "one of them")
            found[match[1]] = match[0]
        for language in self.languages:
            if language not in found:
                self.add(f"{stem}.{language}.md", 0, f"{wanted} in {language} is missing", "a text in each language")
        for language in sorted(found.keys() - set(self.languages)):
            expected = did_you_mean(language, self.languages)
            self.add(found.pop(language), 0, f"course.yaml does not declare the language {language}", expected)
        return {language: found[language] for language in self.languages if language in found}

    def check_languages(self, document: Document) -> None:
        """Every text in a YAML file that is given by language is given in each language of the course."""
        for loc, texts in _localized(document.data, (), set(self.languages)):
            name = ".".join(str(part) for part in loc)
            for language in self.languages:
                if language not in texts:
                    expected = "a text in each language of the course"
                    self.add(document.file, document.line(*loc), f"`{name}` has no text in {language}", expected)
            for language in sorted(texts.keys() - set(self.languages)):
                line, expected = document.line(*loc, language), did_you_mean(language, self.languages)
                self.add(document.file, line, f"`{name}` has a text in {language}, which is undeclared", expected)


def _localized(data: Any, loc: Loc, languages: set[str]) -> Iterator[tuple[Loc, dict[str, str]]]:
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _localized(item, (*loc, index), languages)
    elif isinstance(data, dict):
        tags = bool(data) and all(_TAG.fullmatch(key) and isinstance(value, str) for key, value in data.items())
        if tags and (languages & data.keys() or _LOCALIZED_KEYS & {str(part) for part in loc[-2:]}):
            yield loc, data
            return
        for key, value in data.items():
            yield from _localized(value, (*loc, key), languages)
