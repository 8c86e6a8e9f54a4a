"""The mutants that no test kills: confirmed with other seeds, and told from the solution on generated inputs."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.exercise import Exercise
from graders.strength.asking import Grader
from graders.strength.mutating import Mutant
from graders.strength.staging import behind, staged
from graders.strength.words import ALIKE, UNKNOWN

SECONDS = 20.0  #: for telling all survivors of an exercise from its solution
_PER_FINDING = 30
_DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_COMPARE = """

def gradus_compare(submission, mutants, seconds):
    return submission.gradus_compare(mutants, seconds)


def test_gradus_compare(student):
    from graders.examiner import feedback

    told = student.run(gradus_compare, {mutants!r}, {seconds})
    rows = [f"{{number}} {{verdict}} {{how}}" for number, (verdict, how) in told.items()]
    for first in range(0, len(rows), {per}):
        feedback("told", **{{f"row{{i}}": row for i, row in enumerate(rows[first : first + {per}])}})
"""
_AROUND = "recording.Recorder()\n\n\ndef gradus_compare(mutants, seconds):\n"
_AROUND += "    suspects = {number: comparing.Suspect(**given) for number, given in mutants.items()}\n"
_AROUND += "    return comparing.compare(gradus_around, suspects, seconds=seconds)\n"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What generated inputs say of a mutant."""

    verdict: str  #: differs, alike, or unknown
    how: str = ""


def tell_apart(
    exercise: Exercise, solution: Mapping[str, str], mutants: Sequence[Mutant], engine: Grader, into: Path
) -> dict[str, Told]:
    """Which mutants answer differently from the solution on inputs like those of the hidden tests, by their ids."""
    unknown = {mutant.id: Told(verdict=UNKNOWN) for mutant in mutants}
    files = behind(exercise, solution, _AROUND)
    if files is None or not mutants:
        return unknown
    reach = reaching(solution[exercise.files[0]])
    texts = {mutant.id: {"text": mutant.after, "doors": _doors_to(mutant, reach)} for mutant in mutants}
    after = _COMPARE.format(mutants=texts, seconds=SECONDS, per=_PER_FINDING)
    with_comparison = staged(exercise, into / "survivors", after=after, seconds=SECONDS + 10)
    report = engine.grade(with_comparison, files, seed=1)
    test = next(test for test in report.tests if test.name == "test_gradus_compare")
    rows = [str(value).split(" ", 2) for finding in test.findings for value in finding.values.values()]
    return unknown | {row[0]: Told(verdict=row[1], how=row[2]) for row in rows if len(row) == 3 and row[0] in texts}


def _doors_to(mutant: Mutant, reach: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The public names through which a test can meet the change."""
    changed = _changed_definitions(mutant)
    return tuple(name for name, used in reach.items() if changed is None or not used.isdisjoint(changed))


def _changed_definitions(mutant: Mutant) -> frozenset[str] | None:
    """The functions and classes at the top of the file in which something changed; None where it is outside."""
    before, after = (
        {getattr(node, "name", ""): ast.dump(node) for node in ast.parse(text).body}
        for text in (mutant.before, mutant.after)
    )
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return None if "" in changed or not changed else frozenset(changed)


def reaching(text: str) -> dict[str, frozenset[str]]:
    """For each definition at the top of a file all definitions that it uses, itself and those behind others too."""
    nodes = {node.name: node for node in ast.parse(text).body if isinstance(node, _DEFINITIONS)}
    uses = {name: {name} | (_names_in(node) & nodes.keys()) for name, node in nodes.items()}
    for _ in nodes:
        uses = {name: used | {behind for other in used for behind in uses[other]} for name, used in uses.items()}
    return {name: frozenset(used) for name, used in uses.items()}


def _names_in(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def is_alike(told: Told) -> bool:
    return told.verdict == ALIKE
