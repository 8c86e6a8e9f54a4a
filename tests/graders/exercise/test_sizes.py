"""An exercise that needs a GPU has sizes, and may have smaller ones for a CPU."""

from __future__ import annotations

from pathlib import Path

from graders.exercise import Exercise
from tests.graders.exercise.test_load import edit, problems_of

ON_GPU = """\
needs: {device: cuda, memory_mb: 8000}
sizes: {width: 384, rate: 0.1}
cpu:
  sizes: {width: 64}
  limits: {seconds: 40, memory_mb: 1024}
tests:
"""


def test_what_a_cpu_block_says_holds_where_there_is_no_gpu(folder: Path) -> None:
    edit(folder, "tests:\n", ON_GPU)
    exercise = Exercise.load(folder)
    assert (exercise.needs.device, exercise.needs.memory_mb, exercise.sizes) == (
        "cuda",
        8000,
        {"width": 384, "rate": 0.1},
    )
    smaller = exercise.on_cpu()
    assert (smaller.needs.device, smaller.needs.memory_mb, smaller.sizes) == ("cpu", 0, {"width": 64, "rate": 0.1})
    assert (smaller.limits.seconds, smaller.limits.memory_mb, smaller.digest) == (40, 1024, exercise.digest)
    assert [test.seconds for test in smaller.tests.values()] == [20, 10]  # of 4 s they had 2 and 1


def test_mistakes_in_it_are_named(folder: Path) -> None:
    edit(folder, "tests:\n", "cpu: {}\ntests:\n")
    assert problems_of(folder) == [
        "exercise.yaml:4: `cpu` says what differs without a GPU, expected `needs: {device: cuda}`, or no `cpu`"
    ]
    edit(folder, "cpu: {}\ntests:\n", ON_GPU.replace("  sizes: {width: 64}", "  sizes: {depth: 2}"))
    assert problems_of(folder) == [
        "exercise.yaml:7: `cpu.sizes` has depth, which `sizes` has not, expected the same names in both"
    ]
