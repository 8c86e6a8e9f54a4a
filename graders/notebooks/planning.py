"""What runs, in which order: the student's cells, the exercise's locked cells as they were, and the tests between.

The student's notebook keeps its order and its extra cells. Each cell of the exercise that stands where it did among the
others is a landmark: before it comes what the exercise has before it and the notebook has lost. So a deleted cell of
imports is back at its place, a cell that was moved to the top does not pull the tests of all others up, and a test runs
after the cell that it looks at and after what the student has put below that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from graders.notebooks.reading import Cell, NotebookUnreadable


@dataclass(frozen=True, kw_only=True)
class Step:
    """Run a cell, or the tests whose place this is."""

    cell: Cell | None = None
    restored: bool = False  #: the cell is the exercise's; the student's notebook had another text, or lost it
    tests: tuple[str, ...] = ()


def plan(
    master: Sequence[Cell], submitted: Sequence[Cell], *, tests: Sequence[str], after: Mapping[str, str | None]
) -> tuple[Step, ...]:
    """The steps of one submission.

    Args:
        master: the cells of ``starter.ipynb``.
        tests: all tests, in the order of their file.
        after: for each test the name of the cell after which it runs; None for the end.

    Raises:
        NotebookUnreadable: the exercise has places, and no cell of the submission is one of its cells.
    """
    places = _places(master)
    anchored = {name: places[cell] for name in tests if (cell := after.get(name)) in places}
    marked = [_place_of(cell, places) for cell in submitted]
    needed = anchored or any(cell.locked for cell in master)
    if needed and submitted:
        check_is_of(master, submitted)
    steps = tuple(_Planner(master, tests, anchored).steps(submitted, marked))
    numbers = count(1)  # those of the cells as they run: with lost ones restored, they are not the file's any more
    numbered = (
        step if step.cell is None else replace(step, cell=replace(step.cell, number=next(numbers))) for step in steps
    )
    return tuple(step for step in numbered if step.cell is None or step.cell.runs)


def check_is_of(master: Sequence[Cell], submitted: Sequence[Cell]) -> None:
    """Raises ``NotebookUnreadable`` where no cell of the submission is one of the exercise's."""
    places = _places(master)
    if all(_place_of(cell, places) is None for cell in submitted):
        raise NotebookUnreadable("other-exercise")


class _Planner:
    """Walks the submission, and past what of the exercise lies between its landmarks."""

    def __init__(self, master: Sequence[Cell], tests: Sequence[str], anchored: Mapping[str, int]) -> None:
        self._master, self._tests, self._anchored = master, tests, anchored
        self._passed = 0  #: cells of the exercise
        self._due: list[str] = []  #: tests whose cell has run

    def steps(self, submitted: Sequence[Cell], marked: Sequence[int | None]) -> Iterator[Step]:
        yield from self._go_to(self._lost_at_the_top(marked))
        in_order = _longest_rising(marked)
        for number, (cell, mark) in enumerate(zip(submitted, marked, strict=True)):
            theirs = None if mark is None else self._master[mark]
            if mark is not None and number in in_order and mark >= self._passed:
                yield from self._go_to(mark)
                self._pass(mark)
            elif theirs is not None and theirs.locked:
                continue  # a copy of it, or moved down: it has run at its place
            if theirs is not None and theirs.locked:
                if theirs.kind == "code":
                    yield Step(cell=theirs, restored=theirs.source != cell.source)
            elif cell.kind == "code":  # what is ours in its metadata counts only as the exercise has it
                yield Step(cell=replace(cell, ours=theirs.ours if theirs is not None else {}))
        yield from self._go_to(len(self._master))
        end = tuple(name for name in self._tests if name not in self._anchored)
        if end:
            yield Step(tests=end)

    def _lost_at_the_top(self, marked: Sequence[int | None]) -> int:
        """Where the exercise's own text begins, below locked cells that come before all else and that this notebook has
        lost, such as the one that puts files into place: the student's first cells, marked or not, rely on them."""
        place = 0
        for number, cell in enumerate(self._master):
            if cell.kind != "code":
                continue
            if not cell.locked or number in marked:
                break
            place = number + 1
        return place

    def _go_to(self, place: int) -> Iterator[Step]:
        """What lies before a landmark and has not run: tests that are due, locked cells that were lost, their tests."""
        yield from self._tests_due()
        while self._passed < place:
            cell = self._master[self._passed]
            if cell.locked and cell.kind == "code":
                yield Step(cell=cell, restored=True)
            self._pass(self._passed)
            yield from self._tests_due()

    def _pass(self, place: int) -> None:
        self._passed = place + 1
        self._due += [name for name in self._tests if self._anchored.get(name) == place]

    def _tests_due(self) -> Iterator[Step]:
        if self._due:
            due, self._due = tuple(self._due), []
            yield Step(tests=due)


def _longest_rising(marked: Sequence[int | None]) -> set[int]:
    """The most cells whose marks rise, by their indices: those that nobody has moved."""
    ends: list[int] = []  #: of runs of length 1, 2, …: the index of the lowest last mark
    marks: list[int] = []  #: of those
    before: dict[int, int | None] = {}
    for index, mark in enumerate(marked):
        if mark is not None:
            length = bisect_left(marks, mark)
            before[index] = ends[length - 1] if length else None
            ends[length : length + 1], marks[length : length + 1] = [index], [mark]
    found: set[int] = set()
    current = ends[-1] if ends else None
    while current is not None:
        found.add(current)
        current = before[current]
    return found


def _places(master: Sequence[Cell]) -> dict[str | None, int]:
    return {name: place for place, cell in enumerate(master) for name in cell.names}


def _place_of(cell: Cell, places: Mapping[str | None, int]) -> int | None:
    return next((places[name] for name in cell.names if name in places), None)
