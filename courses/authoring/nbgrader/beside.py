"""A notebook with its tests in one process: as nbgrader runs it, but in the sandbox, and never for a grade.

The notebook is given to the engine as a submission of an exercise that tests nothing. What the tests said leaves in
what it prints, on lines that begin with a mark: the word of whoever wrote the notebook, good for comparing and for no
points.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.authoring.nbgrader.autotests import Answer, Question
from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Report

#: As long as nbgrader gives a cell, and for all of them together.
CELL_SECONDS, ALL_SECONDS = 30, 300
MAX_ERROR = 300
_SPEC = f"""\
title: {{en: Beside}}
points: 1
mode: notebook
limits: {{load_seconds: {ALL_SECONDS}, cell_seconds: {CELL_SECONDS}, seconds: 10, output_kb: 1024}}
tests:
  test_nothing: {{points: 1, title: {{en: Nothing}}}}
"""
_HELPER = '''
import ast as _ast, contextlib as _contextlib, io as _io, json as _json, sys as _sys


_gradus_out = _sys.stdout  # which a test may leave replaced


def _gradus_tell(**told):
    print("\\n" + __MARK__ + _json.dumps(told), file=_gradus_out, flush=True)


def _gradus_last(source, name):
    """Run a cell; the value of the expression that it ends with, or None."""
    tree = _ast.parse(source, name)
    shown = tree.body and isinstance(tree.body[-1], _ast.Expr) and not source.rstrip().endswith(";")
    last = tree.body.pop() if shown else None
    exec(compile(tree, name, "exec"), globals())
    return None if last is None else eval(compile(_ast.Expression(last.value), name, "eval"), globals())


def _gradus_test(name, source):
    noise, value, error = _io.StringIO(), None, ""
    try:
        with _contextlib.redirect_stderr(noise):
            value = _gradus_last(source, "<test>")
    except (Exception, SystemExit) as raised:
        error = f"{type(raised).__name__}: {raised}"[:__MAX__]
    number = value if type(value) in (int, float) else None
    _gradus_tell(test=name, error=error, value=repr(number), noise=noise.getvalue()[:__MAX__])


def _gradus_text(value):
    if isinstance(value, type):
        module = value.__module__
        return value.__qualname__ if module == "builtins" else f"{module}.{value.__qualname__}"
    return value if isinstance(value, str) else repr(value)


def _gradus_ask(name, pieces):
    answers = []
    try:
        for piece in pieces:
            if isinstance(piece, str):
                exec(compile(piece, "<test>", "exec"), globals())
                continue
            for question in piece:
                kind = _gradus_text(eval(question["dispatch"], globals()))
                wanted = question["by_type"].get(kind, question["by_type"]["default"])
                answers.append({"type": kind, "values": [_gradus_text(eval(each, globals())) for each in wanted]})
        _gradus_tell(asked=name, answers=answers, error="")
    except (Exception, SystemExit) as raised:
        _gradus_tell(asked=name, answers=[], error=f"{type(raised).__name__}: {raised}"[:__MAX__])
'''


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A cell with AUTOTEST lines: code, and questions to the solution."""

    name: str
    pieces: Sequence[str | Sequence[Question]]


@dataclass(frozen=True, kw_only=True)
class Try:
    """A test cell."""

    name: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one test cell said."""

    error: str  #: the exception that it ended with; empty: none
    value: float | None  #: the number that its last expression has
    noise: str  #: what it wrote to stderr, for which nbgrader takes all points

    def points(self, worth: float) -> float:
        """The points by nbgrader's rules, apart from those on noise."""
        if self.error:
            return 0.0
        return self.value if self.value is not None and 0 <= self.value <= worth else worth


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What one run has said."""

    tests: Mapping[str, Said]
    asked: Mapping[str, Sequence[Answer] | str]  #: answers, or the error instead
    report: Report


def run_beside(engine: Engine, steps: Sequence[str | Try | Ask], *, data: Path, into: Path) -> Heard:
    """Run code cells, tests and questions in one process of the sandbox.

    Args:
        data: the folder whose files the notebook may read; it may be missing.
        into: a new folder, for the exercise that carries the run.
    """
    mark = f"gradus-{secrets.token_hex(12)} "
    helper = _HELPER.replace("__MARK__", repr(mark)).replace("__MAX__", str(MAX_ERROR))
    sources = [helper, *(_source(step) for step in steps)]
    into.mkdir(parents=True)
    (into / "exercise.yaml").write_text(_SPEC, encoding="utf-8")
    (into / "starter.ipynb").write_text(_notebook([]), encoding="utf-8")
    (into / "test_hidden.py").write_text("def test_nothing(student): ...\n", encoding="utf-8")
    if data.is_dir():
        shutil.copytree(data, into / "data")
    report = engine.grade(Exercise.load(into), {"submission.ipynb": _notebook(sources)})
    lines = (report.output + "\n" + report.output_withheld).split("\n")
    told = [_told(line.removeprefix(mark)) for line in lines if line.startswith(mark)]
    return Heard(
        tests={str(each["test"]): _said(each) for each in told if "test" in each},
        asked={str(each["asked"]): _answers(each) for each in told if "asked" in each},
        report=report,
    )


def _source(step: str | Try | Ask) -> str:
    if isinstance(step, str):
        return step
    if isinstance(step, Try):
        return f"_gradus_test({step.name!r}, {step.source!r})"
    pieces: list[Any] = [
        piece
        if isinstance(piece, str)
        else [{"dispatch": each.dispatch, "by_type": {k: list(v) for k, v in each.by_type.items()}} for each in piece]
        for piece in step.pieces
    ]
    return f"_gradus_ask({step.name!r}, {pieces!r})"


def _notebook(sources: Sequence[str]) -> str:
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for source in sources
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})


def _told(text: str) -> dict[str, Any]:
    """One line of the run's; {} for what is none of ours: whoever wrote the notebook can print too."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _said(told: Mapping[str, Any]) -> Said:
    try:
        value = float(told.get("value") or "None")
    except (TypeError, ValueError):
        value = None
    texts = {name: str(told.get(name) or "")[:MAX_ERROR] for name in ("error", "noise")}
    return Said(value=value, **texts)


def _answers(told: Mapping[str, Any]) -> Sequence[Answer] | str:
    rows = told.get("answers")
    if told.get("error") or not isinstance(rows, list):
        return str(told.get("error") or "it said nothing")[:MAX_ERROR]
    return [
        Answer(type=str(row.get("type")), values=[str(value) for value in row.get("values", [])])
        for row in rows
        if isinstance(row, dict)
    ]
