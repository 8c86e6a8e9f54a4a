"""An exercise folder, read and validated; and the archive of it that a grading machine gets.

``Exercise.load`` demands what grading needs and no more: ``exercise.yaml`` and ``test_hidden.py``. A statement, a
starter and visible tests are demanded where a course is published.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from graders.bundle import (
    HIDDEN,
    HIDDEN_CELLS,
    SPEC,
    VISIBLE,
    ExerciseInvalid,
    digest_of,
    entries,
    grading_files,
    pack,
    unpack,
)
from graders.imports import check_imports
from graders.modes import check_mode, hidden_cells
from graders.parts import CpuVariant, ManualPart, TestSpec
from graders.problems import Document, Problem
from graders.schema import (
    DEFAULT_FILES,
    MAX_ANSWER,
    SUFFIXES,
    ExerciseSchema,
    Limits,
    Needs,
    PredictionsSchema,
)
from graders.source import MAX_BYTES, parse_yaml, read_text, validate

__all__ = ["Exercise", "ExerciseInvalid", "Limits", "ManualPart", "Needs", "TestSpec"]


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise: what the author declared, where its files are, and the digest of what grades it."""

    slug: str
    folder: Path
    title: Mapping[str, str]
    points: float
    mode: Literal["module", "notebook", "predictions"]
    files: tuple[str, ...]  #: what a student hands in
    runtime: Literal["torch", "keras"]
    needs: Needs
    pool: str | None
    limits: Limits
    sizes: Mapping[str, float]  #: what its tests read
    cpu: CpuVariant | None  #: of an exercise that needs a GPU: what differs where there is none; None: it needs one
    attempts: int | None  #: None: as many as the student likes
    counts: Literal["best", "last"]
    supersede: bool
    solution: str  #: when a student may see it: never, passed, attempts:N, due
    forbid: tuple[str, ...]
    prerequisites: tuple[str, ...]
    predictions: PredictionsSchema | None  #: in mode ``predictions``
    tests: Mapping[str, TestSpec]  #: in the order of the file
    manual: Mapping[str, ManualPart]  #: what a person grades, in the order of the file; the engine never meets it
    languages: tuple[str, ...]  #: of the title
    digest: str  #: sha256 over the files that decide a grade

    @classmethod
    def load(cls, folder: Path) -> Exercise:
        """Read a folder. Raises ``ExerciseInvalid`` with all mistakes; files are named from within the folder."""
        problems: list[Problem] = []
        contents = grading_files(folder, problems)
        document, schema = _read_spec(folder, problems)
        hidden = HIDDEN_CELLS if HIDDEN_CELLS in contents and HIDDEN not in contents else HIDDEN
        by_hand = schema is not None and all(test.manual for test in schema.tests.values())
        if hidden not in contents and not by_hand:
            problems.append(Problem(file=HIDDEN, line=0, message="the file is missing", expected="the hidden tests"))
        found = {name: _tests_of(name, contents[name], problems) for name in (VISIBLE, hidden) if name in contents}
        if document is not None:
            _check_points(document, problems)
            if (functions := found.get(hidden, {} if by_hand else None)) is not None:
                _check_names(document, functions, hidden, problems)
        if schema is not None and document is not None:
            _check_files(document, schema, problems)
            _check_seconds(document, schema, problems)
            _check_cpu(document, schema, problems)
            check_mode(document, schema, contents, problems)
            tests = {name: contents[name].decode("utf-8", "replace") for name in (VISIBLE, hidden) if name in contents}
            check_imports(tests, runtime=schema.runtime, files=_handed_in(schema), problems=problems, tests=True)
        if problems or schema is None:
            raise ExerciseInvalid(sorted(set(problems)))
        return cls._from_schema(schema, folder, digest_of(contents))

    @classmethod
    def checked(cls, folder: Path, spec: Any, *, digest: str) -> Exercise:
        """The exercise of a folder in which ``load`` found no mistake: ``spec`` is its ``exercise.yaml`` as data."""
        return cls._from_schema(ExerciseSchema.model_validate_json(json.dumps(spec)), folder, digest)

    @classmethod
    def _from_schema(cls, schema: ExerciseSchema, folder: Path, digest: str) -> Exercise:
        limits = Limits(**schema.limits.model_dump())
        return cls(
            slug=folder.resolve().name,
            folder=folder,
            title=schema.title,
            points=schema.points,
            mode=schema.mode,
            files=_handed_in(schema),
            runtime=schema.runtime,
            needs=schema.needs,
            pool=schema.pool,
            limits=limits,
            sizes=schema.sizes,
            cpu=None if schema.cpu is None else CpuVariant.from_schema(schema.cpu, limits),
            attempts=schema.attempts,
            counts=schema.counts,
            supersede=schema.supersede,
            solution=schema.solution,
            forbid=schema.forbid,
            prerequisites=schema.prerequisites,
            predictions=schema.predictions,
            tests={
                name: TestSpec.from_schema(name, test, limits) for name, test in schema.tests.items() if not test.manual
            },
            manual={name: ManualPart.from_schema(name, part) for name, part in schema.tests.items() if part.manual},
            languages=tuple(schema.title),
            digest=digest,
        )

    def on_cpu(self) -> Exercise:
        """The same exercise where there is no GPU. Its digest stays: it is one exercise."""
        if self.cpu is None:
            return self
        limits = self.cpu.limits
        tests = {
            name: replace(test, seconds=test.seconds * limits.seconds / self.limits.seconds)
            for name, test in self.tests.items()
        }
        sizes = {**self.sizes, **self.cpu.sizes}
        return replace(self, needs=Needs(), limits=limits, sizes=sizes, cpu=None, tests=tests)

    def starter(self) -> dict[str, str]:
        """The text that a student begins with, for each file to hand in."""
        return self._texts("starter")

    def solution_files(self) -> dict[str, str]:
        """The reference solution, for each file to hand in."""
        return self._texts("solution")

    def visible_test(self) -> str | None:
        path = self.folder / VISIBLE
        return path.read_text(encoding="utf-8") if path.is_file() else None

    @property
    def hidden_file(self) -> str:
        """The file of the hidden tests: functions, or the cells of a notebook."""
        return HIDDEN if (self.folder / HIDDEN).is_file() else HIDDEN_CELLS

    def hidden_test(self) -> str:
        """The text of the hidden tests; empty where a person grades everything."""
        path = self.folder / self.hidden_file
        return path.read_text(encoding="utf-8") if self.tests else ""

    @property
    def default_pool(self) -> str:
        """The pool whose workers grade it, unless an administrator moves it: the author's, or that of its device."""
        return self.pool or ("gpu" if self.needs.device == "cuda" else "cpu")

    def data_files(self) -> tuple[Path, ...]:
        """What the student's code may read."""
        return tuple(entries(self.folder / "data"))

    def hidden_files(self) -> tuple[Path, ...]:
        """What only the hidden tests may read."""
        return tuple(entries(self.folder / "hidden"))

    def pack(self) -> bytes:
        """What grading needs, as a zip; never solution, mutants, starter or statement. Same files, same bytes."""
        problems: list[Problem] = []
        contents = grading_files(self.folder, problems)
        if problems:
            raise ExerciseInvalid(problems)
        return pack(contents)

    @staticmethod
    def unpack(archive: bytes, into: Path) -> None:
        """Write an archive made by ``pack`` into a folder; refuse anything that ``pack`` would not have made."""
        unpack(archive, into)

    def _texts(self, kind: str) -> dict[str, str]:
        problems: list[Problem] = []
        several = len(self.files) > 1
        sources = [f"{kind}/{name}" if several else f"{kind}{PurePosixPath(name).suffix}" for name in self.files]
        limit = max(MAX_BYTES, MAX_ANSWER[self.mode])
        read = [read_text(self.folder / file, file=file, problems=problems, limit=limit) or "" for file in sources]
        texts = dict(zip(sources, read, strict=True))
        beside = [path.name.replace("__", "/") for path in self.data_files() if self.mode == "notebook"]
        check_imports(texts, runtime=self.runtime, files=[*self.files, *beside], problems=problems)
        if problems:
            raise ExerciseInvalid(problems)
        return dict(zip(self.files, read, strict=True))


def _handed_in(schema: ExerciseSchema) -> tuple[str, ...]:
    return schema.files or DEFAULT_FILES[schema.mode]


def _read_spec(folder: Path, problems: list[Problem]) -> tuple[Document | None, ExerciseSchema | None]:
    text = read_text(folder / SPEC, file=SPEC, problems=problems)
    document = parse_yaml(text, file=SPEC, problems=problems) if text is not None else None
    return document, validate(ExerciseSchema, document, problems) if document is not None else None


def _tests_of(file: str, content: bytes, problems: list[Problem]) -> dict[str, int] | None:
    """The tests of a file and their lines; those of a notebook's cells are on no line."""
    if not file.endswith(".ipynb"):
        return _test_functions(file, content, problems)
    return dict.fromkeys(hidden_cells(file, content, problems), 0)


def _test_functions(file: str, content: bytes, problems: list[Problem]) -> dict[str, int] | None:
    """The top-level test functions of a file and their lines, read without running it."""
    try:
        tree = ast.parse(content, filename=file)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line, why = getattr(error, "lineno", None) or 1, error.args[0] if error.args else type(error).__name__
        problems.append(Problem(file=file, line=line, message=f"this is not Python: {why}", expected="Python"))
        return None
    functions: dict[str, int] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            if node.name in functions:
                message, expected = f"the test {node.name} is defined twice", "one function of each name"
                problems.append(Problem(file=file, line=node.lineno, message=message, expected=expected))
            functions[node.name] = node.lineno
        elif isinstance(node, ast.ClassDef | ast.AsyncFunctionDef) and node.name.lower().startswith("test"):
            message = f"{node.name} would not be run as a test"
            problems.append(Problem(file=file, line=node.lineno, message=message, expected="a plain `def test_…`"))
    return functions


def _check_names(document: Document, functions: Mapping[str, int], hidden: str, problems: list[Problem]) -> None:
    declared = document.data.get("tests") if isinstance(document.data, dict) else None
    if not isinstance(declared, dict):
        return
    by_hand = {name for name, part in declared.items() if isinstance(part, dict) and part.get("manual") is True}
    for name in sorted(declared.keys() - by_hand - functions.keys()):
        line, message = document.line("tests", name), f"{hidden} has no function {name}"
        expected = "the same tests in both files, or `manual: true` for what a person grades"
        problems.append(Problem(file=SPEC, line=line, message=message, expected=expected))
    for name in sorted(by_hand & functions.keys()):
        line, message = document.line("tests", name), f"{name} has `manual: true`, and is a test in {hidden}"
        problems.append(Problem(file=SPEC, line=line, message=message, expected="one of the two"))
    for name in sorted(functions.keys() - declared.keys()):
        message = f"the test {name} is not in {SPEC}"
        problems.append(
            Problem(file=hidden, line=functions[name], message=message, expected="the same tests in both files")
        )


def _check_points(document: Document, problems: list[Problem]) -> None:
    """Checked on the raw data: a wrong title must not hide a wrong sum."""
    data = document.data if isinstance(document.data, dict) else {}
    tests, points = data.get("tests"), data.get("points")
    if not isinstance(tests, dict) or not isinstance(points, int | float):
        return
    each = [test.get("points") if isinstance(test, dict) else None for test in tests.values()]
    numbers = [value for value in each if isinstance(value, int | float)]
    if len(numbers) == len(each) and abs(sum(numbers) - points) > 1e-6:
        message = f"`points` is {points:g}, but the tests' points add up to {sum(numbers):g}"
        problems.append(Problem(file=SPEC, line=document.line("points"), message=message, expected="the same number"))


def _check_files(document: Document, schema: ExerciseSchema, problems: list[Problem]) -> None:
    files, suffix = schema.files or (), SUFFIXES[schema.mode]
    for index, name in enumerate(files):
        line = document.line("files", index)
        if not name.endswith(suffix) or ".." in PurePosixPath(name).parts:
            expected = f"a name ending in {suffix}, as the mode is {schema.mode}"
            problems.append(Problem(file=SPEC, line=line, message=f"`files` has {name}", expected=expected))
        if name in files[:index]:
            problems.append(Problem(file=SPEC, line=line, message=f"`files` has {name} twice", expected="it once"))


def _check_seconds(document: Document, schema: ExerciseSchema, problems: list[Problem]) -> None:
    for name, test in schema.tests.items():
        if test.seconds is not None and test.seconds > schema.limits.seconds:
            line, message = document.line("tests", name, "seconds"), f"`seconds` is {test.seconds:g}"
            expected = f"at most limits.seconds ({schema.limits.seconds:g})"
            problems.append(Problem(file=SPEC, line=line, message=message, expected=expected))


def _check_cpu(document: Document, schema: ExerciseSchema, problems: list[Problem]) -> None:
    if schema.cpu is None:
        return
    if schema.needs.device == "cpu":
        message, expected = "`cpu` says what differs without a GPU", "`needs: {device: cuda}`, or no `cpu`"
        problems.append(Problem(file=SPEC, line=document.line("cpu"), message=message, expected=expected))
    for name in sorted(schema.cpu.sizes.keys() - schema.sizes.keys()):
        line, message = document.line("cpu", "sizes", name), f"`cpu.sizes` has {name}, which `sizes` has not"
        problems.append(Problem(file=SPEC, line=line, message=message, expected="the same names in both"))
