"""From nbgrader's folder to ours, notebook by notebook: one that cannot be taken over is named, the others go on."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from courses.authoring.nbgrader.autotests import Answer, Script
from courses.authoring.nbgrader.beside import Ask, run_beside
from courses.authoring.nbgrader.books import Converted, Converter
from courses.authoring.nbgrader.cells import Cell, Refused, Role, read_book
from courses.authoring.nbgrader.files import Beside
from courses.authoring.nbgrader.folders import Assignment, Folder
from courses.authoring.nbgrader.leaking import leaks_of
from courses.authoring.nbgrader.regions import Regions
from courses.authoring.nbgrader.trying import SOLUTION, STARTER, Tried, breaks, try_both
from courses.authoring.nbgrader.writing import slug_of, submission_of, write_chapter, write_course, write_exercise
from graders.engine import Engine
from graders.exercise import Exercise, ExerciseInvalid
from graders.imports import check_imports
from graders.problems import Problem
from graders.runtimes import FOR_CELLS

#: A test that is switched off changes what the others see: they are tried again, at most so often.
ROUNDS = 4
_CJK = re.compile(r"[\u4e00-\u9fff]")


@dataclass(kw_only=True)
class Moved:
    """What became of one notebook."""

    assignment: str
    notebook: str
    slug: str = ""
    refused: str = ""  #: why it could not be taken over; empty: it was
    made: Converted | None = None
    tried: tuple[Tried, ...] = ()
    notes: list[str] = field(default_factory=list)
    tricks: list[str] = field(default_factory=list)  #: what gets points in nbgrader that it should not, and not here
    leaks: list[str] = field(default_factory=list)  #: what students can read and should not

    @property
    def name(self) -> str:
        return f"{self.assignment}/{self.notebook}"

    @property
    def off(self) -> dict[str, str]:
        """Tests that are switched off, by nbgrader's id of the cell."""
        return {test.cell.grade_id: test.off for test in self.made.tests if test.off} if self.made else {}


@dataclass(kw_only=True)
class Moving:
    """One import."""

    folder: Folder
    into: Path
    engine: Engine
    jobs: int = 1
    most: int = 20  #: submissions of each notebook that are tried
    only: frozenset[str] = frozenset()  #: assignments; empty: all
    rewrite: bool = False  #: whether drafts run in place of tests that are switched off
    language: str = ""  #: empty: found by looking at the text
    say: Callable[[str], None] = print

    def move(self) -> list[Moved]:
        """Write the course; what became of each notebook."""
        self.language = self.language or _language_of(self.folder)
        moved: list[Moved] = []
        number = 0
        for place, assignment in enumerate(self.folder.assignments, start=1):
            if self.only and assignment.name not in self.only:
                continue
            chapter = slug_of(assignment.name, f"assignment-{place}")
            path = self.into / f"{number + 1:02}-{chapter}"
            done = [self._notebook(assignment, name, place, path) for name in assignment.notebooks]
            moved += done
            kept = [each for each in done if each.made is not None]
            if kept:
                number += 1
                points = sum(each.made.points for each in kept if each.made)
                slugs = [each.slug for each in kept]
                write_chapter(path, title=assignment.name, exercises=slugs, points=points, language=self.language)
        if number:
            write_course(self.into, title=self.folder.name, assignments=number, language=self.language)
        return moved

    def _notebook(self, assignment: Assignment, name: str, place: int, chapter: Path) -> Moved:
        slug = slug_of(f"{assignment.name}-{name}", f"exercise-{place}-{list(assignment.notebooks).index(name) + 1}")
        moved = Moved(assignment=assignment.name, notebook=name, slug=slug)
        self.say(f"{moved.name} …")
        path = chapter / "exercises" / slug
        with tempfile.TemporaryDirectory(prefix="gradus-nbgrader-") as scratch:
            try:
                self._convert(assignment, moved, path, Path(scratch))
            except Refused as refused:
                moved.refused, moved.made = str(refused), None
                shutil.rmtree(path, ignore_errors=True)
        return moved

    def _convert(self, assignment: Assignment, moved: Moved, path: Path, scratch: Path) -> None:
        converter = Converter(
            settings=self.folder.settings,
            templates=assignment.autotests,
            header=self.folder.header,
            footer=self.folder.footer,
        )
        book = read_book(assignment.notebooks[moved.notebook])
        scripts = converter.scripts(book)
        cells = converter.cells(book)
        _check_cells(cells, assignment.beside)
        if scripts:
            converter.answers = self._ask(cells, scripts, assignment.beside, scratch)
        made = converter.convert(book).with_files(assignment.beside)
        made = made.switched_off(_imports_of_tests(made))
        moved.notes += [*made.notes, *assignment.beside.notes]
        title = _title(book.cells, moved.notebook)
        made = self._tried(assignment, moved, made, path, scratch, title=title)
        moved.made = made
        asked = {name: (script, converter.answers[name]) for name, script in scripts.items()}
        moved.leaks = leaks_of(path, cells, Regions.of(self.folder.settings), asked)

    def _tried(
        self, assignment: Assignment, moved: Moved, made: Converted, path: Path, scratch: Path, *, title: str
    ) -> Converted:
        """Write it, try it both ways, switch off what differs, until nothing does."""
        answers: dict[str, str] = {}
        for turn in range(ROUNDS):
            write_exercise(path, made, assignment.beside, title=title, language=self.language)
            try:
                exercise = Exercise.load(path)
                exercise.starter()  # both import only what the sandbox has, or the course could not be published
                exercise.solution_files()
            except ExerciseInvalid as error:
                raise Refused("; ".join(str(problem) for problem in error.problems)) from error
            answers = answers or self._answers(assignment, moved, made, path)
            trial = try_both(self.engine, path, made, answers, into=scratch / f"turn-{turn}", jobs=self.jobs)
            moved.tried, moved.tricks = tuple(trial.tried), trial.tricks
            if trial.broke and (culprits := self._culprits(made, assignment.beside, answers[SOLUTION], scratch)):
                made = made.switched_off(culprits)
                continue
            if turn == 0:
                moved.notes += [f"{name}: writes to stderr, for which nbgrader gives no points" for name in trial.noisy]
            if not trial.off:
                break
            made = made.switched_off(trial.off)
        made, tried = self._with_drafts(made, assignment.beside, answers, scratch)
        if self.rewrite and tried:
            made = made.drafted({test.name for test in made.tests if test.same})
            moved.tried = tried
        write_exercise(path, made, assignment.beside, title=title, language=self.language)
        return made

    def _with_drafts(
        self, made: Converted, beside: Beside, answers: Mapping[str, str], scratch: Path
    ) -> tuple[Converted, tuple[Tried, ...]]:
        """With drafts of the tests that are switched off, and what answers get where those run that agree."""
        made = made.with_drafts()
        hopeful = {test.name for test in made.tests if test.draft}
        tried: tuple[Tried, ...] = ()
        for turn in range(ROUNDS):
            if not hopeful:
                break
            path = scratch / f"drafts-{turn}"
            write_exercise(path, made.drafted(hopeful), beside, title="drafts", language=self.language)
            into = scratch / f"drafted-{turn}"
            trial = try_both(self.engine, path, made.drafted(hopeful), answers, into=into, jobs=self.jobs)
            if not trial.off and not trial.broke:
                tried = tuple(trial.tried)
                break
            hopeful = set() if trial.broke else hopeful - set(trial.off)
        tests = (replace(test, same=bool(tried) and test.name in hopeful) for test in made.tests)
        return replace(made, tests=tuple(tests)), tried

    def _culprits(self, made: Converted, beside: Beside, solution: str, scratch: Path) -> dict[str, str]:
        """The tests that keep all others from running, each tried alone, with the reason."""
        found: dict[str, str] = {}
        for test in made.tests:
            if not test.off:
                others = {other.name: "not tried now" for other in made.tests if other is not test}
                path = scratch / f"alone-{test.name}"
                write_exercise(path, made.switched_off(others), beside, title=test.title, language=self.language)
                if why := breaks(self.engine, path, solution):
                    found[test.name] = f"no test of this exercise runs beside it: {why}"
        return found

    def _answers(self, assignment: Assignment, moved: Moved, made: Converted, path: Path) -> dict[str, str]:
        answers = {
            SOLUTION: (path / "solution.ipynb").read_text(encoding="utf-8"),
            STARTER: (path / "starter.ipynb").read_text(encoding="utf-8"),
        }
        for student, books in list(assignment.submitted.items())[: self.most]:
            if moved.notebook in books:
                try:
                    answers[student] = submission_of(books[moved.notebook], made.named)
                except Refused as refused:
                    moved.notes.append(f"what {student} handed in cannot be read: {refused}")
        return answers

    def _ask(
        self,
        cells: tuple[Cell, ...],
        scripts: Mapping[str, Script],
        beside: Beside,
        scratch: Path,
    ) -> dict[str, list[Answer]]:
        """The solution's values for AUTOTEST lines, from the sandbox."""
        data = scratch / "data"
        data.mkdir()
        for path, name in beside.names.items():
            (data / name).write_bytes(beside.contents[path])
        steps: list[str | Ask] = [beside.setup([cell.source for cell in cells if cell.is_code])]
        for cell in cells:
            if not cell.is_code:
                continue
            script = scripts.get(cell.grade_id) if cell.role is Role.TEST else None
            steps.append(cell.source if script is None else Ask(name=cell.grade_id, pieces=script.pieces))
        heard = run_beside(self.engine, steps, data=data, into=scratch / "asked")
        answers: dict[str, list[Answer]] = {}
        for cell in cells:
            if cell.role is Role.TEST and cell.grade_id in scripts:
                told = heard.asked.get(cell.grade_id, "the process ended, or its time was over")
                if isinstance(told, str):
                    raise Refused(f"its AUTOTEST lines cannot be answered by the solution: {told}", cell=cell.number)
                answers[cell.grade_id] = list(told)
        return answers


def _check_cells(cells: tuple[Cell, ...], beside: Beside) -> None:
    """Whether what students are given imports only what is there. Raises ``Refused`` with the cell."""
    own = [Path(path).name for path in beside.contents if path.endswith(".py")]
    for cell in cells:
        if cell.is_code and cell.role is not Role.TEST:
            problems = _missing(cell.source, [*own, *FOR_CELLS], tests=False)
            if problems:
                raise Refused(problems[0].message, cell=cell.number)


def _imports_of_tests(made: Converted) -> dict[str, str]:
    found = {test.name: _missing(test.source, [], tests=True) for test in made.tests if not test.off}
    return {name: problems[0].message for name, problems in found.items() if problems}


def _missing(source: str, own: list[str], *, tests: bool) -> list[Problem]:
    problems: list[Problem] = []
    check_imports({"cell.py": source}, runtime="torch", files=own, problems=problems, tests=tests)
    return problems


def _title(cells: tuple[Cell, ...], notebook: str) -> str:
    """The notebook's first heading of level 1, else its name."""
    for cell in cells:
        if not cell.is_code:
            for line in cell.source.split("\n"):
                if line.startswith("# ") and line[2:].strip():
                    return re.sub(r"<[^<>]*>", "", line[2:]).strip("#*_ ")[:120] or notebook
    return notebook


def _language_of(folder: Folder) -> str:
    """Chinese where a tenth of the texts is."""
    texts: list[str] = []
    for assignment in folder.assignments:
        for content in assignment.notebooks.values():
            try:
                texts += [cell.source for cell in read_book(content).cells if not cell.is_code]
            except Refused:
                continue
    text = "".join(texts)
    return "zh-hans" if text and len(_CJK.findall(text)) > len(text) / 10 else "en"
