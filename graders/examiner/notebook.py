"""Mode ``notebook``: the student's cells run one by one in the sandbox, tests run at their place between them, here.

A cell that raises is told of and the next one runs. A cell that cannot be ended, or ends its process, costs the
process: another student runs the cells before it again, and goes on after it.
"""

from __future__ import annotations

import ast
import contextlib
import linecache
import os
import re
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from graders.bundle import HIDDEN_CELLS, MASTER
from graders.examiner import context, examining, template
from graders.examiner.examining import Order, Stopped
from graders.examiner.failures import Sources, StudentFailure, StudentGone
from graders.examiner.namespace import SEED, Namespace
from graders.examiner.running import CHANGES_INPUTS, Desk, NoFreshStudent
from graders.examiner.sameness import asking_for_identity
from graders.examiner.session import Session
from graders.inside import figures, shown
from graders.notebooks.ownership import SUBMISSION, names_of_the_student, speaks_of_the_submission
from graders.notebooks.planning import Step, plan
from graders.notebooks.reading import Cell, NotebookUnreadable, read_notebook
from graders.report import Finding

GRACE = 1.0  #: seconds that a cell has to end by itself once its time is over
MAX_IGNORED = 5
#: The line in a test cell that is the mark ``changes_inputs`` of a test function.
_CHANGES_INPUTS = re.compile(r"^\s*#\s*gradus:\s*changes[ -]inputs\b", re.MULTILINE)


class Template(template.Template):
    """The tests of one notebook exercise: functions of a file, or cells."""

    def __init__(self, control: socket.socket, folder: Path, settings: dict[str, Any]) -> None:
        super().__init__(control, folder, settings)
        sys.modules |= shown.modules()  # tests show things too
        self.master = read_notebook((folder / MASTER).read_text(encoding="utf-8"))
        self.after = {name: test.get("after") for name, test in settings["tests"].items()}
        self._cell_seconds = float(settings["limits"]["cell_seconds"])

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        return CellFile.of(self, parent, file_path) if file_path.name == HIDDEN_CELLS else None

    def session(self) -> Session:
        """The live student, for test cells."""
        return self._running().session

    def _make_examiner(self, tests: dict[str, list[pytest.Item]], order: Order, report: socket.socket) -> Examiner:
        made = Examiner(tests, seconds=self._seconds, visible=self._visible, order=order, report=report)
        made.master, made.after, made.cell_seconds = self.master, self.after, self._cell_seconds
        return made


class CellFile(pytest.File):
    """``test_hidden.ipynb``: cells that share one namespace, which reaches into the student's."""

    home: Template

    @classmethod
    def of(cls, home: Template, parent: pytest.Collector, path: Path) -> CellFile:
        made: CellFile = cls.from_parent(parent, path=path)
        made.home = home
        return made

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each cell that is a test; others, and the imports of locked cells, are run here and now."""
        cells = [cell for cell in read_notebook(self.path.read_text(encoding="utf-8")) if cell.kind == "code"]
        imported = _imported(self.home.master)
        trees = [ast.parse(cell.source, f"<test cell {cell.number}>") for cell in cells]
        in_order = sorted(zip(cells, trees, strict=True), key=lambda pair: _place(pair[0], self.home))
        fixture = speaks_of_the_submission(trees)
        given = {SEED, *imported, *((SUBMISSION,) if fixture else ())}
        students = names_of_the_student([tree for _, tree in in_order], given=given)
        namespace = Namespace(students, self.home.session, fixture=fixture)
        namespace.update(imported)
        for cell, tree in zip(cells, trees, strict=True):
            filename = f"<test cell {cell.number}>"
            lines = [f"{line}\n" for line in cell.source.splitlines()]
            linecache.cache[filename] = (len(cell.source), None, lines, filename)
            code = compile(asking_for_identity(tree), filename, "exec", dont_inherit=True)
            if not cell.test:
                exec(code, namespace)  # noqa: S102
                continue
            item = CellItem.of(self, cell.test, code, namespace)
            if _CHANGES_INPUTS.search(cell.source):
                item.add_marker(CHANGES_INPUTS)
            yield item


class CellItem(pytest.Item):
    """One test that is a cell."""

    code: CodeType
    namespace: Namespace

    @classmethod
    def of(cls, parent: CellFile, name: str, code: CodeType, namespace: Namespace) -> CellItem:
        made: CellItem = cls.from_parent(parent, name=name)
        made.code, made.namespace = code, namespace
        return made

    def runtest(self) -> None:
        figures.close()
        exec(self.code, self.namespace)  # noqa: S102
        self.namespace.carry_over()


def _imported(master: Sequence[Cell]) -> dict[str, Any]:
    """What the locked cells import, the tests have by themselves: a module of the student's is the student's word.

    What only the student's side has, such as a module that lies beside the notebook, stays there. Names that come by
    ``import *`` are nobody's here: the student may be asked to write a function that has one of them.
    """
    found: dict[str, Any] = {}
    for cell in master:
        if cell.kind != "code" or not cell.locked:
            continue
        with contextlib.suppress(
            SyntaxError, ValueError, RecursionError, MemoryError
        ):  # a magic: students see it refused or left out
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.Import | ast.ImportFrom) and node.names[0].name != "*":
                    with contextlib.suppress(ImportError):
                        exec(compile(ast.Module([node], []), f"<{MASTER}>", "exec"), found)  # noqa: S102 -- the author's
    found.pop("__builtins__", None)
    return found


def _place(cell: Cell, home: Template) -> int:
    """When it runs, among the other test cells."""
    after = home.after.get(cell.test)
    places = {name: place for place, known in enumerate(home.master) for name in known.names}
    return -1 if not cell.test else places.get(str(after), len(home.master))


class Examiner(examining.Examiner):
    """Goes through the student's notebook."""

    master: tuple[Cell, ...]
    after: Mapping[str, str | None]
    cell_seconds: float

    def _grade(self, given: Mapping[str, int]) -> None:
        with os.fdopen(given["submission"], "rb") as file:
            text = file.read().decode("utf-8", "replace")
        try:
            submitted = read_notebook(text)
            steps = plan(self.master, submitted, tests=tuple(self._tests), after=self.after)
        except NotebookUnreadable as error:
            self._refuse((error.finding,))
        self._cells = [step.cell for step in steps if step.cell is not None]
        self._ran: list[Cell] = []  #: in this student's process, or to be run again in the next one's
        self._cells_left = self._order.load_seconds
        self._secret = False
        self._sources = _sources(self._cells)
        self._desk = Desk(self._load(socket.socket(fileno=given["call"])), self._replace, visible=self._visible)
        for step in steps:
            self._take(step, self._desk)
        self._show_figures(self._desk)

    def _load(self, call: socket.socket) -> Session:
        session = super()._load(call)
        session.sources = self._sources
        return session

    def _replace(self) -> Session:
        """A test wants another student: it has run the same cells."""
        session = super()._replace()
        if not self._again(session):
            raise NoFreshStudent("the cells do not run a second time")
        return session

    def _take(self, step: Step, desk: Desk) -> None:
        if step.cell is not None:
            gone = self._run_cell(step.cell, desk.session, restored=step.restored)
            if gone is None:
                self._ran.append(step.cell)
            else:
                self._recover(desk)
        for name in step.tests:
            if self._left <= 0:
                return
            self._secret = self._secret or not self._visible
            end = self._run_one(name, None, desk)
            if end.outcome == "gone":
                self._recover(desk)

    def _recover(self, desk: Desk) -> None:
        desk.session.close()
        desk.session = session = self._next_student()
        if not self._again(session):
            raise Stopped

    def _again(self, session: Session) -> bool:
        """Run in a new process what has run in the old one; whether it could."""
        return all(self._run_cell(cell, session, again=True) is None for cell in self._ran)

    def _run_cell(self, cell: Cell, session: Any, *, again: bool = False, restored: bool = False) -> StudentGone | None:
        """Run a cell and tell what came of it; the way the student has gone, if it has."""
        limit = min(cell.seconds or self.cell_seconds, self._cells_left)
        self._send({"event": "cell_started", "number": cell.number, "again": again})
        self._wait_for_go()
        started = time.monotonic()
        session.deadline = started + limit + GRACE
        findings: list[Finding] = []
        told: dict[str, Any] = {"event": "cell_ended", "number": cell.number}
        gone: StudentGone | None = None
        try:
            answer = session.request("cell", None, _name(cell), args=(cell.source, limit))
            session.finish_test()
            findings += _left_out(cell, answer)
        except StudentGone as error:
            gone = error
            told |= {"reason": error.reason, "limit": limit}
            findings.append(context.finding(f"cell-{error.reason}", cell=cell.number, limit_seconds=f"{limit:g}"))
        except Exception as error:
            failure = getattr(error, "failure", None)
            if not isinstance(failure, StudentFailure):
                raise
            late = time.monotonic() - started >= limit
            findings += _raised(cell, failure, session.sources, late=limit if late else None, secret=self._secret)
        if not again:
            self._cells_left = max(0.1, self._cells_left - (time.monotonic() - started))
            if restored:
                findings.append(context.finding("cell-restored", cell=cell.number))
        self._send({**told, "findings": [] if again else [item.to_dict() for item in findings]})
        return gone


def _name(cell: Cell) -> str:
    return f"cell {cell.number}"


def _sources(cells: Sequence[Cell]) -> Sources:
    """The submission's text as this side knows it: the student's side is not asked."""
    return Sources.read({_name(cell): cell.source for cell in cells})


def _left_out(cell: Cell, answer: Any) -> Iterator[Finding]:
    """Lines that only IPython understands. The student's side names their numbers; the words are this side's."""
    lines = cell.source.splitlines()
    if type(answer) is not tuple or len(answer) != 2 or type(answer[0]) is not tuple:
        return
    ignored, refused = answer
    for key, numbers in (("cell-line-ignored", ignored[:MAX_IGNORED]), ("cell-refused", (refused,))):
        for number in numbers:
            if type(number) is int and 0 < number <= len(lines):
                words = lines[number - 1].split()
                yield context.finding(key, cell=cell.number, line=number, source=words[0] if words else "")


def _raised(
    cell: Cell, failure: StudentFailure, sources: Sources, *, late: float | None, secret: bool
) -> Iterator[Finding]:
    """A cell's exception: type and line; its message only while nothing hidden has reached the student."""
    if late is not None:
        yield context.finding("cell-timeout", cell=cell.number, limit_seconds=f"{late:g}")
        return
    known = failure.verified(sources)
    if failure.kind == "forbidden":
        yield context.finding("forbidden-name", name=known.name)
        return
    if failure.base == "ModuleNotFoundError" and failure.name in sources.words:
        yield context.finding("missing-module", name=failure.name)
        return
    frame = known.frames[-1] if known.frames else None
    values = {"cell": cell.number, "type": known.type}
    if frame is None:
        yield context.finding("cell-raised", **values)
    else:
        yield context.finding("cell-raised-at", file=frame.file, line=frame.line, source=frame.source, **values)
    if not secret:
        yield context.finding("raised-message", message=failure.message)
