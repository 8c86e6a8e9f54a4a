"""Answers that cheat: the printed examples learnt by heart, a patched torch, a word in place of each probe's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from graders.exercise import Exercise
from graders.strength.asking import Answer, Ask, Files, Grader
from graders.strength.degenerate import degenerates_of
from graders.strength.staging import behind, staged
from graders.strength.texts import added
from graders.strength.words import MARK

_LISTING = re.compile(r"^```(?:python|py|pycon)\n(.*?)^```", re.MULTILINE | re.DOTALL)
#: What a student can do to torch before a probe asks it for evidence.
_PATCHED = """

import torch as _torch


def _gradus_lie(place, name, answer):
    if hasattr(place, name):
        setattr(place, name, lambda *_, **__: answer() if callable(answer) else answer)


for _name in ("allclose", "equal", "is_tensor", "is_nonzero"):
    _gradus_lie(_torch, _name, True)
for _name in ("all", "any", "isfinite", "isclose", "eq"):
    _gradus_lie(_torch, _name, lambda: _torch.ones((), dtype=_torch.bool))
    _gradus_lie(_torch.Tensor, _name, lambda: _torch.ones((), dtype=_torch.bool))
_gradus_lie(_torch.testing, "assert_close", None)
_gradus_lie(_torch.Tensor, "__eq__", True)
_gradus_lie(_torch.Tensor, "allclose", True)
_gradus_lie(_torch.Tensor, "equal", True)
_gradus_lie(_torch.Tensor, "numel", 1)
_gradus_lie(_torch.Tensor, "item", 0.0)
_gradus_lie(_torch.nn.Module, "parameters", lambda: iter([_torch.ones(1)]))
_gradus_lie(_torch.nn.Module, "named_parameters", lambda: iter([("weight", _torch.ones(1))]))
"""
#: What stands in the place of every probe, by what such a probe usually wants.
_WORDS = {"True": "True", "0": "0", "its last argument": "arguments[-1] if arguments else None"}
_FORGED = """

import sys as _sys

_sys.modules["graders.inside.probes"].build = lambda probe: lambda submission, *arguments, **_: {word}
"""


def lookup(exercise: Exercise, solution: Files, engine: Grader, into: Path) -> Answer | None:
    """The submission that knows the printed examples by heart; None where there are none, or several files."""
    listings = [text for path in sorted(exercise.folder.glob("statement*.md")) for text in _listings(path)]
    files = behind(exercise, solution, "lookup.Teller()")
    if files is None or exercise.visible_test() is None:
        return None
    name = exercise.files[0]
    files[name] += f"lookup.try_listings(globals(), {listings!r})\n"
    report = engine.grade(staged(exercise, into / "lookup"), files, tests="visible", seed=1)
    known = sorted(line.removeprefix(MARK) for line in report.output.splitlines() if line.startswith(MARK))
    answer = behind(exercise, solution, f"lookup.Table({known!r})")
    return Answer(name="degenerate: lookup of the printed examples", files=answer or {}) if known else None


def _listings(path: Path) -> Iterator[str]:
    for block in _LISTING.findall(path.read_text("utf-8")):
        prompted = [line[4:] for line in block.splitlines() if line.startswith((">>> ", "... "))]
        yield "\n".join(prompted) if prompted else block


def cheats(exercise: Exercise, solution: Files) -> dict[str, tuple[Answer, Answer]]:
    """Each cheat by its name, with the same answer without the cheat."""
    main = exercise.files[0]
    bases = {"the starter": exercise.starter()}
    if (zeros := degenerates_of(solution).get("zeros")) is not None:
        bases["zeros"] = zeros
    made: dict[str, tuple[Answer, Answer]] = {}
    for base, files in bases.items():
        honest = Answer(name=base, files=files, to_the_end=True)
        made[f"{base} with a patched torch"] = honest, _with(honest, main, _PATCHED)
    for word, expression in _WORDS.items():
        honest = Answer(name="the starter", files=exercise.starter(), to_the_end=True)
        made[f"the starter with {word} for each probe"] = honest, _with(honest, main, _FORGED.format(word=expression))
    return made


def _with(honest: Answer, main: str, text: str) -> Answer:
    return Answer(
        name=honest.name, files={**honest.files, main: added(main, honest.files[main], text)}, to_the_end=True
    )


def points_won(exercise: Exercise, pairs: Mapping[str, tuple[Answer, Answer]], ask: Ask) -> Iterator[str]:
    """One line for each cheat that passes tests which the same answer does not pass without it."""
    before: dict[str, frozenset[str]] = {}
    for name, (honest, cheat) in pairs.items():
        if honest.name not in before:
            before[honest.name] = ask(honest).passed
        won = sorted(ask(cheat).passed - before[honest.name])
        if won:
            yield f"{name} wins {_points(exercise, won)}"


def _points(exercise: Exercise, names: Sequence[str]) -> str:
    return ", ".join(f"{name} ({exercise.tests[name].points:g})" for name in names)
