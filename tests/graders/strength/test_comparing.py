"""A mutant counts where generated inputs tell it from the solution, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from graders.strength.comparing import Suspect, compare
from graders.strength.doors import behind_doors
from graders.strength.recording import Recorder
from graders.strength.surviving import reaching
from graders.strength.words import ALIKE, DIFFERS, UNKNOWN

SOLUTION = """
import torch
from torch import nn

def distance(a, b):
    return (a - b).square().sum()

def clipped(x, most: float = 1.0):
    if x.dim() > 3:
        raise ValueError("too many axes")
    return x.clamp(max=most)

class Layer(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return distance(x, x) + x * self.scale

class Counter:
    def __init__(self):
        self.seen = 0

    def add(self, n):
        self.seen += n
"""


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """The solution after a weak test has used it: one small call of each door."""
    monkeypatch.chdir(tmp_path)
    Path("solution.py").write_text(SOLUTION)
    kept = Recorder()
    names = behind_doors("solution.py", kept)
    names["distance"](torch.ones(2), torch.zeros(2))
    names["clipped"](torch.zeros(2, 2))
    names["Layer"](2)(torch.zeros(1, 2))
    names["Counter"]().add(1)
    yield kept


def told(recorder: Recorder, old: str, new: str, *doors: str, seconds: float = 20.0) -> tuple[str, str]:
    assert SOLUTION.count(old) == 1
    suspect = Suspect(text=SOLUTION.replace(old, new), doors=doors)
    return compare(recorder, {"m": suspect}, seconds=seconds)["m"]


@pytest.mark.parametrize(
    ("old", "new", "door"),
    [
        ("(a - b)", "(b - a)", "distance"),
        ("x.dim() > 3", "x.dim() >= 4", "clipped"),
        ("x.clamp(max=most)", "x.minimum(torch.as_tensor(most, dtype=x.dtype))", "clipped"),
        ("super().__init__()", "super().__init__(); unused = 1", "Layer"),
    ],
)
def test_the_same_in_other_words_is_alike(recorder: Recorder, old: str, new: str, door: str) -> None:
    assert told(recorder, old, new, door) == (ALIKE, "")


@pytest.mark.parametrize(
    ("old", "new", "door", "how"),
    [
        (".square().sum()", ".square().mean()", "distance", "the inputs of the tests: the result"),
        (".square()", ".abs()", "distance", "a gradient"),
        (".square().sum()", ".square().sum().detach()", "distance", "a gradient"),
        ("x.clamp(max=most)", "x.clamp_(max=most)", "clipped", "RuntimeError is raised"),
        ("most: float = 1.0", "most: float = 2.0", "clipped", "the result"),
        ("torch.ones(width)", "torch.ones(1)", "Layer", "Layer.__init__"),
        ("self.seen += n", "self.seen -= n", "Counter", "an argument afterwards"),
    ],
)
def test_a_difference_is_found_and_named(recorder: Recorder, old: str, new: str, door: str, how: str) -> None:
    verdict, where = told(recorder, old, new, door)
    assert verdict == DIFFERS
    assert how in where


def test_what_no_call_reached_is_not_called_alike(recorder: Recorder) -> None:
    assert told(recorder, "(a - b)", "(b - a)", "nobody")[0] == UNKNOWN


def test_an_endless_mutant_differs_by_the_clock(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.strength.comparing.PATIENCE", 0.3)
    verdict, where = told(recorder, "self.seen += n", "\n        while True: pass", "Counter")
    assert verdict == DIFFERS
    assert "OutOfTime" in where


def test_calls_that_reach_a_change_are_known_by_name() -> None:
    reach = reaching(SOLUTION)
    assert reach["Layer"] == {"Layer", "distance"}
    assert reach["clipped"] == {"clipped"}
