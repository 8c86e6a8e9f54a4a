"""What there is to say about an import: on the terminal, and beside the course as IMPORT.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from courses.authoring.nbgrader.books import Test
from courses.authoring.nbgrader.folders import Folder
from courses.authoring.nbgrader.importing import Moved
from graders.report import TestOutcome

_REMEDY = """\
A person gives the points of these until they are rewritten. Each has its text in `test_hidden.ipynb`, in a raw cell.

- **By the drafts below**: import again, into another folder, with `--rewrite`. Each draft that gave every answer the
  points that nbgrader gives then runs; the others stay off. Read them first: what a draft computes in its function runs
  in the student's process, and what it brings back is that process's word.
- **By hand**: open `test_hidden.ipynb` in Jupyter, write the cell anew (the guide for instructors has a recipe for each
  reason, under “Moving from nbgrader”), and make it a code cell. In `exercise.yaml`, under the test's name, replace
  `manual: true`, `cell: CELL` and `guide` by `after: CELL`. Then
  `python -m graders grade EXERCISE EXERCISE/solution.ipynb` tells whether the solution passes.
"""


def report(folder: Folder, moved: Sequence[Moved]) -> str:
    """All of it, as Markdown."""
    return "\n".join(_lines(folder, moved)).rstrip() + "\n"


def in_short(moved: Sequence[Moved]) -> Iterator[str]:
    """One line a notebook, and one for each cell that somebody must look at."""
    for each in moved:
        if each.made is None:
            yield f"{each.name}: refused: {each.refused}"
            continue
        running = len(each.made.tests) - len(each.off)
        yield (
            f"{each.name}: {each.slug}, {each.made.points:g} points: {running} tests run, {len(each.made.parts)} parts "
            f"for a person, {len(each.off)} tests switched off"
        )
        yield from (f"  {cell} is switched off: {reason}" for cell, reason in each.off.items())
        yield from (f"  a trick that works here no more: {trick}" for trick in each.tricks)
        yield from (f"  students can read this: {leak}" for leak in each.leaks)


def _lines(folder: Folder, moved: Sequence[Moved]) -> Iterator[str]:
    yield f"# {folder.name}, moved from nbgrader\n"
    yield from _list("What was left out", folder.notes)
    refused = [f"{each.name}: {each.refused}" for each in moved if each.made is None]
    yield from _list("Notebooks that were refused", refused)
    off = [(each, test) for each in moved if each.made for test in each.made.tests if test.off]
    if off:
        yield f"## Tests that are switched off\n\n{_REMEDY}"
    for each, test in off:
        yield from _off(each, test)
    drafted = [(each, test) for each in moved if each.made for test in each.made.tests if test.drafted]
    yield from _list(
        "Tests that run as their drafts", [f"{each.name}, cell `{test.cell.grade_id}`" for each, test in drafted]
    )
    yield from _list(
        "What students can read and should not", [f"{each.name}: {leak}" for each in moved for leak in each.leaks]
    )
    yield from _list(
        "What wins points in one process alone", [f"{each.name}: {trick}" for each in moved for trick in each.tricks]
    )
    yield from _list("Notes", [f"{each.name}: {note}" for each in moved for note in each.notes])
    for each in moved:
        if each.made is not None:
            yield from _marks(each)


def _off(moved: Moved, test: Test) -> Iterator[str]:
    """One test with the reason, and with its draft."""
    yield f"### {moved.name}, cell `{test.cell.grade_id}`\n\n{' '.join(test.off.split())}\n"
    if test.draft:
        gives = f"This draft gives all {len(moved.tried)} answers the right points:"
        yield f"{gives if test.same else 'A beginning, whose points still differ:'}\n"
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", test.draft)), default=0))
        yield f"{fence}python\n{test.draft}\n{fence}\n"


def _list(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"## {title}\n"
        yield from (f"- {' '.join(line.split())}" for line in lines)
        yield ""


def _marks(moved: Moved) -> Iterator[str]:
    """The points of each test, for each answer that was tried."""
    names = [test.name for test in moved.made.tests if not test.off] if moved.made else []
    if not names:
        return
    yield f"## {moved.name}\n"
    yield f"| answer | {' | '.join(name.removeprefix('test_') for name in names)} |"
    yield f"| --- | {' | '.join('---' for _ in names)} |"
    for tried in moved.tried:
        points = [tried.across[name] for name in names if name in tried.across]
        shown = [f"{each.points:g}{'' if each.outcome == TestOutcome.PASSED else ' ✗'}" for each in points]
        yield f"| {tried.answer} | {' | '.join(shown)} |"
    yield ""
