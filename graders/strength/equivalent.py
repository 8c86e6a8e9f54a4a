"""``equivalent.yaml``: mutants that no test can kill, each with the author's reason.

wrong-axis-3fa2c1: The sum runs over both axes afterwards, so their order does not matter.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from graders.bundle import ExerciseInvalid
from graders.problems import Problem
from graders.source import parse_yaml, read_text

FILE = "equivalent.yaml"
SHARE = 0.05  #: of the mutants, at most
_LEAST_WORDS = 4


def read_reasons(folder: Path, known: Collection[str]) -> dict[str, str]:
    """The reason of each listed mutant; ``known`` are the ids of all mutants of the solution.

    Raises:
        ExerciseInvalid: an id is not known, a reason is none.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    problems: list[Problem] = []
    text = read_text(path, file=FILE, problems=problems)
    document = parse_yaml(text, file=FILE, problems=problems) if text is not None else None
    data = document.data if document is not None else {}
    if not isinstance(data, dict):
        expected = "a mapping from the id of a mutant to the reason why it is the solution in other words"
        problems.append(Problem(file=FILE, line=1, message="there is no mapping here", expected=expected))
        data = {}
    for mutant, reason in data.items():
        line = document.line(mutant) if document is not None else 1
        if mutant not in known:
            expected = "an id that `python -m graders check` prints; ids change with the code around a mutant"
            problems.append(Problem(file=FILE, line=line, message=f"there is no mutant {mutant!r}", expected=expected))
        elif not isinstance(reason, str) or len(reason.split()) < _LEAST_WORDS:
            expected = "a sentence that says why no input tells it from the solution"
            problems.append(Problem(file=FILE, line=line, message=f"{mutant} has no reason", expected=expected))
    if problems:
        raise ExerciseInvalid(problems)
    return dict(data)
