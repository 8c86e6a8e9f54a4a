"""What there is to say about an import: on the terminal, and beside the course as IMPORT.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from courses.authoring.nbgrader.folders import Folder
from courses.authoring.nbgrader.importing import Moved
from graders.report import TestOutcome

_REMEDY = """\
A test that is switched off has its text in `test_hidden.ipynb`, in a raw cell. Rewrite it so that it asks for values
(see “Moving from nbgrader” in the instructors' guide), make it a code cell with `"gradus": {"test": NAME}` in its
metadata, and in `exercise.yaml` replace `manual: true`, `cell` and `guide` by `after: CELL`. Until then a person gives
its points.
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
    off = [f"{each.name}, cell `{cell}`: {why}" for each in moved for cell, why in each.off.items()]
    yield from _list("Tests that are switched off", off)
    if off:
        yield _REMEDY
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
