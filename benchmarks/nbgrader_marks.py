"""nbgrader's marks beside ours: ``python -m benchmarks.nbgrader_marks COURSE --nbgrader PROGRAM``.

``COURSE`` is a course folder of nbgrader's, with ``source`` and, where students have handed in, ``submitted``. A copy
is released and graded by ``nbgrader``; then it is imported here. Solution and starter are handed in as well. What is
printed: each cell whose points differ on some answer without having been switched off, each cell that is switched off
with the reason, and the sums. The end is 1 where a mark differs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from courses.authoring.nbgrader import telling
from courses.authoring.nbgrader.folders import read_folder
from courses.authoring.nbgrader.importing import Moved, Moving
from courses.authoring.nbgrader.trying import SOLUTION, STARTER
from graders.engine import Engine

#: Who hands in the solution and the starter there, and what they are called here.
_OURS = {"gradus-solution": SOLUTION, "gradus-starter": STARTER}
_ANEW = ("--create", "--force")
_GRADES = """
SELECT student.student_id, assignment.name, notebook.name, cell.name, grade.auto_score
FROM grade
JOIN base_cell AS cell ON cell.id = grade.cell_id
JOIN submitted_notebook AS handed ON handed.id = grade.notebook_id
JOIN submitted_assignment AS student ON student.id = handed.assignment_id
JOIN assignment ON assignment.id = student.assignment_id
JOIN notebook ON notebook.id = handed.notebook_id
"""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What nbgrader gave one cell of one answer."""

    answer: str
    notebook: str  #: assignment/notebook
    cell: str
    points: float


@dataclass(kw_only=True)
class Sums:
    equal: int = 0
    differ: int = 0
    off: int = 0  #: marks of cells that are switched off here
    by_hand: int = 0

    def __str__(self) -> str:
        return (
            f"{self.equal} marks equal, {self.differ} differ, {self.off} are of cells that are switched off, "
            f"{self.by_hand} of cells that a person grades"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description="nbgrader's marks beside ours, cell by cell")
    parser.add_argument("course", type=Path)
    parser.add_argument("--nbgrader", type=Path, required=True, help="the program, in an environment of its own")
    parser.add_argument("--only", nargs="*", default=[], help="assignments; by default all")
    parser.add_argument("--rewrite", action="store_true", help="as of import_nbgrader")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kept", type=Path, help="where to keep their marks: a second run grades here alone")
    parser.add_argument("--into", type=Path, help="where to write the course that is made; by default nowhere")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gradus-marks-") as scratch:
        if given.kept and given.kept.is_file():
            theirs = [Mark(**each) for each in json.loads(given.kept.read_text(encoding="utf-8"))]
        else:
            theirs = their_marks(given.course, given.nbgrader, Path(scratch), only=given.only)
        if given.kept:
            given.kept.write_text(json.dumps([vars(mark) for mark in theirs]), encoding="utf-8")
        moved = our_marks(
            given.course, given.into or Path(scratch) / "moved", only=given.only, jobs=given.jobs, rewrite=given.rewrite
        )
    wanted = [mark for mark in theirs if not given.only or mark.notebook.partition("/")[0] in given.only]
    sums = Sums()
    for line in compared(wanted, moved, sums):
        print(line)
    print(sums)
    return 1 if sums.differ else 0


def their_marks(course: Path, program: Path, scratch: Path, *, only: Sequence[str]) -> list[Mark]:
    """Release and grade a copy of the course with nbgrader; the marks of its database."""
    copy = scratch / "theirs"
    left_out = shutil.ignore_patterns("gradebook.db", "release", "autograded", "feedback")
    shutil.copytree(course, copy, ignore=left_out)
    for folder in sorted((copy / "source").iterdir()):
        if not folder.is_dir() or (only and folder.name not in only):
            continue
        _run(program, ["update", str(folder)], at=copy)
        _run(program, ["generate_assignment", folder.name, *_ANEW], at=copy)
        _hand_in(folder, copy / "submitted" / "gradus-solution")
        if (released := copy / "release" / folder.name).is_dir():
            _hand_in(released, copy / "submitted" / "gradus-starter")
        for student in sorted(each.parent for each in copy.glob(f"submitted/*/{folder.name}")):
            words = ["autograde", folder.name, "--student", student.name, *_ANEW]
            _run(program, words, at=copy)  # one at a time: where one fails, it does not look at the next
    with sqlite3.connect(f"file:{copy / 'gradebook.db'}?mode=ro", uri=True) as database:
        rows = database.execute(_GRADES).fetchall()
    return [
        Mark(answer=_OURS.get(who, who), notebook=f"{assignment}/{notebook}", cell=cell, points=points or 0.0)
        for who, assignment, notebook, cell, points in rows
        if (copy / "autograded" / who / assignment / f"{notebook}.ipynb").is_file()  # else it failed: no mark of its
    ]


def _hand_in(folder: Path, student: Path) -> None:
    shutil.copytree(folder, student / folder.name, dirs_exist_ok=True)


def _run(program: Path, action: Sequence[str], *, at: Path) -> None:
    path = f"{program.absolute().parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {**os.environ, "PATH": path}
    words = [str(program.absolute()), *action]
    done = subprocess.run(words, cwd=at, env=environment, capture_output=True, text=True, check=False)
    errors = [line for line in done.stderr.splitlines() if "ERROR" in line]
    if done.returncode or errors:
        print(f"nbgrader {' '.join(action)} ended with {done.returncode}", *errors[-3:], sep="\n    ", flush=True)


def our_marks(course: Path, into: Path, *, only: Sequence[str], jobs: int, rewrite: bool) -> list[Moved]:
    """Import the course, which grades each answer both ways."""
    folder = read_folder(course)
    engine = Engine(slots=jobs)
    try:
        moving = Moving(
            folder=folder, into=into, engine=engine, jobs=jobs, most=1000, only=frozenset(only), rewrite=rewrite
        )
        moved = moving.move()
        into.mkdir(parents=True, exist_ok=True)
        (into / "IMPORT.md").write_text(telling.report(folder, moved), encoding="utf-8")
        return moved
    finally:
        engine.close()


def compared(theirs: Sequence[Mark], moved: Sequence[Moved], sums: Sums) -> Iterator[str]:
    """A line for each thing to look at; the counts go into ``sums``."""
    made = {each.name: each for each in moved}
    for each in moved:
        if each.made is None:
            yield f"REFUSED {each.name}: {each.refused}"
        yield from (f"OFF {each.name} {cell}: {why}" for cell, why in each.off.items())
    for mark in sorted(theirs, key=lambda each: (each.notebook, each.cell, each.answer)):
        here = made.get(mark.notebook)
        if here is None or here.made is None:
            continue
        if mark.cell in {part.cell.grade_id for part in here.made.parts}:
            sums.by_hand += 1
        elif mark.cell in here.off:
            sums.off += 1
        else:
            ours = _points(here, mark)
            same = ours is not None and abs(ours - mark.points) < 1e-6
            sums.equal += same
            sums.differ += not same
            if not same:
                shown = "no mark" if ours is None else f"{ours:g}"
                yield f"DIFFERS {mark.notebook} {mark.cell}, {mark.answer}: {mark.points:g} there, {shown} here"


def _points(moved: Moved, mark: Mark) -> float | None:
    names = {test.cell.grade_id: test.name for test in moved.made.tests} if moved.made else {}
    for tried in moved.tried:
        if tried.answer == mark.answer and (found := tried.across.get(names.get(mark.cell, ""))) is not None:
            return found.points
    return None


if __name__ == "__main__":
    raise SystemExit(main())
