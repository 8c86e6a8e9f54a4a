"""What hidden tests know, written down while they run, so that a page can be searched for it.

``watched`` makes an exercise whose tests note every number that goes to the student and every number that is expected
of them. The notes leave as findings, and are taken out of the report again before anybody sees it.
"""

from __future__ import annotations

import ast
import dataclasses
import html
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from graders.exercise import Exercise
from graders.findings import sentence
from graders.report import Finding, Report
from graders.strength.staging import staged

KEY = "author.gradus-secrets"
#: Put behind the hidden tests. Numbers are noted by six digits: fewer would meet by chance.
_NOTING = """

import pytest as _pytest
import torch as _torch
from graders.examiner import check as _check, context as _context
from graders.examiner.session import Session as _Session

_noted = {}


def _note(value, depth=0):
    if isinstance(value, _torch.Tensor) and value.is_floating_point() and value.numel():
        flat = value.detach().reshape(-1)
        for number in (*flat[:4].tolist(), *flat[-4:].tolist()):
            _noted[f"{number:.6g}"] = None
    elif isinstance(value, float):
        _noted[f"{value:.6g}"] = None
    elif isinstance(value, (list, tuple)) and depth < 4:
        for item in value[:20]:
            _note(item, depth + 1)
    elif isinstance(value, dict) and depth < 4:
        for item in list(value.values())[:20]:
            _note(item, depth + 1)


def _noting(function, place):
    def noting(*arguments, **keywords):
        for value in arguments[place:]:
            _note(value)
        _note(keywords)
        return function(*arguments, **keywords)

    return noting


_Session.request = _noting(_Session.request, 1)
_check._close_tensors = _noting(_check._close_tensors, 1)
_check._close_numbers = _noting(_check._close_numbers, 1)


@_pytest.fixture(autouse=True)
def _gradus_secrets():
    _noted.clear()
    yield
    numbers = [number for number in _noted if len(number.lstrip("-0.").replace(".", "")) >= 6]
    rows = [" ".join(numbers[first : first + 30]) for first in range(0, len(numbers), 30)]
    rows = {f"n{number}": row for number, row in enumerate(rows[:30])}
    _context.current.findings.insert(0, _context.finding("gradus-secrets", **rows))
"""
_NUMBER = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")
_SHORT = 16  #: lines of a test that are shorter are everybody's


def watched(exercise: Exercise, into: Path) -> Exercise:
    """The exercise with tests that note what they know."""
    noting = _NOTING.replace('finding("gradus-secrets"', f'finding("{KEY}"')
    return dataclasses.replace(staged(exercise, into, after=noting), slug=exercise.slug)


def without_notes(report: Report) -> tuple[Report, set[str]]:
    """The report as it is without the notes, and the numbers in them."""
    numbers: set[str] = set()
    tests = []
    for test in report.tests:
        kept: list[Finding] = []
        for finding in test.findings:
            if finding.key == KEY:
                numbers.update(number for row in finding.values.values() for number in str(row).split())
            else:
                kept.append(finding)
        words = " ".join(sentence(finding) for finding in kept)
        tests.append(dataclasses.replace(test, findings=tuple(kept), message=words))
    return dataclasses.replace(report, tests=tuple(tests)), numbers


def told_by_student(report: Report) -> set[str]:
    """Numbers that the submission itself returned, and that the student may therefore read."""
    own = [f.values.get("value", "") for test in report.tests for f in test.findings if f.key == "wrong-value"]
    return digits(" ".join(map(str, own)))


def digits(text: str) -> set[str]:
    """The numbers with a fraction in a text, by six digits."""
    return {f"{float(number):.6g}" for number in _NUMBER.findall(text)}


def plain(page: str) -> str:
    """What a reader of a page reads, in one line."""
    return " ".join(html.unescape(page).split())


def secret_lines(test_file: str, public: str) -> set[str]:
    """The lines of a test file that no public text has."""
    shown = plain(public)
    lines = {" ".join(line.split()) for line in test_file.splitlines()}
    return {
        line
        for line in lines
        if len(line) >= _SHORT and line not in shown and not line.startswith(("#", "import ", "from "))
    }


def public_text(exercise: Exercise) -> str:
    """What every student may read of an exercise anyway: what its author shows, and what we put into each archive."""
    names = ("exercise.yaml", "test_visible.py", "starter.py", "statement.en.md", "statement.zh-hans.md")
    texts = [path.read_text("utf-8") for name in names if (path := exercise.folder / name).is_file()]
    for test in exercise.tests.values():
        for words in (test.title, *test.hints, *test.feedback.values()):
            texts += words.values()
    ours = resources.files("courses.exercises.handout")
    texts += [file.read_text("utf-8") for file in ours.iterdir() if file.name.endswith(".py")]
    return "\n".join(texts)


def feedback_arguments(test_file: str) -> Iterator[tuple[int, str, str]]:
    """Line, name and expression of each value that a test puts into an author's sentence."""
    for node in ast.walk(ast.parse(test_file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "feedback":
            yield from ((node.lineno, each.arg or "", ast.unparse(each.value)) for each in node.keywords)
