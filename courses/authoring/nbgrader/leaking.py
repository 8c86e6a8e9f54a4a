"""Whether a converted notebook gives away what nbgrader's source keeps back.

What is secret is read off the source once more, line by line, and not off what the conversion has made of it: a mistake
there must not hide itself here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from courses.authoring.nbgrader.autotests import Answer, Script
from courses.authoring.nbgrader.cells import Cell, Role
from courses.authoring.nbgrader.regions import Regions
from courses.authoring.source.leaks import Secret, as_secret, found_in, lines_of, plain, values_of

_OURS = ("solution.ipynb", "test_hidden.ipynb", "exercise.yaml")


def leaks_of(
    folder: Path,
    cells: Sequence[Cell],
    regions: Regions,
    asked: Mapping[str, tuple[Script, Sequence[Answer]]],
) -> list[str]:
    """What students can read in an exercise's folder and should not: file and secret.

    Args:
        cells: the source.
        asked: by grade_id, the cells with AUTOTEST lines, and what the solution answered.
    """
    kept, shown = _divided(cells, regions)
    known = plain("\n".join([*shown, *_open_answers(asked)]))
    name = folder.name
    secrets: set[Secret] = set()
    for kind, texts in kept.items():
        secrets |= set(lines_of(name, kind, texts, known))
    secrets |= set(values_of(name, kept["hidden test"], known))
    for value in _hidden_answers(asked):
        if value not in known:
            secrets.add(Secret(exercise=name, kind="expected value", text=value))
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in _OURS]
    return [f"{path.relative_to(folder)}: {secret}" for path in files for secret in _in_file(path, secrets)]


def _in_file(path: Path, secrets: Iterable[Secret]) -> list[Secret]:
    return found_in(secrets, path.name, path.read_bytes())


def _divided(cells: Sequence[Cell], regions: Regions) -> tuple[dict[str, list[str]], list[str]]:
    """What is kept back, by kind, and what is open."""
    kept: dict[str, list[str]] = {"solution": [], "hidden test": [], "guide": []}
    shown: list[str] = []
    for cell in cells:
        whole = cell.role in (Role.SOLUTION, Role.WRITTEN) and not regions.solution.found_in(cell.source)
        inside = "solution" if whole else ""
        for line in cell.source.split("\n"):
            begun = _kind(line, regions, end=False)
            if begun:
                inside = begun
            elif _kind(line, regions, end=True):
                inside = "solution" if whole else ""
            elif inside:
                kept[inside].append(line)
            else:
                shown.append(line)
    return kept, shown


def _kind(line: str, regions: Regions, *, end: bool) -> str:
    kinds = {"solution": regions.solution, "hidden test": regions.hidden, "guide": regions.scheme}
    return next((kind for kind, region in kinds.items() if (region.end if end else region.begin) in line), "")


def _open_answers(asked: Mapping[str, tuple[Script, Sequence[Answer]]]) -> Iterator[str]:
    """What plain AUTOTEST lines show by their author's wish."""
    for script, answers in asked.values():
        for question, answer in zip(script.questions, answers, strict=True):
            if not question.hashed:
                yield from answer.values


def _hidden_answers(asked: Mapping[str, tuple[Script, Sequence[Answer]]]) -> Iterator[str]:
    for script, answers in asked.values():
        for question, answer in zip(script.questions, answers, strict=True):
            if question.hashed:
                for value in answer.values:
                    known = as_secret(float(value) if value.replace(".", "", 1).isdigit() else value)
                    if known:
                        yield value
