"""Curves, bars and figures of a Run: live where they are numbers, made anew where they are pictures."""

from __future__ import annotations

import base64
import dataclasses
import io
import time
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import PNG, Outcome, Report
from tests.graders.engine.conftest import EXERCISES, SOLUTION

TRAINING = """
import time
from gradus import track
from torch.utils.tensorboard import SummaryWriter
from tqdm.auto import tqdm, trange
import tqdm as bars

_double = double

def double(tensor):
    with SummaryWriter("runs") as writer:
        for step in tqdm(range(5), desc="training"):
            track(step, loss=1 / (step + 1), other=float("nan"))
            writer.add_scalar("loss/train", tensor.sum() * 0 + step, global_step=step)
            writer.add_histogram("weights", tensor, step)
            time.sleep(0.15)
    bar = trange(3, leave=False)
    bar.set_postfix(loss=1)
    assert [*bar] == [0, 1, 2] and isinstance(bar, bars.tqdm)
    return _double(tensor)
"""
DRAWING = """
import matplotlib.pyplot as plt
_double = double

def double(tensor):
    plt.figure(figsize=(3, 2))
    plt.plot([1, 2, 3])
    plt.title("损失")
    plt.figure(figsize=(17, 2))
    plt.plot([3, 2, 1])
    for width in (6, 2, 2, 2, 2, 2):
        plt.figure(figsize=(width, width))
        plt.imshow(__import__("numpy").random.rand(width * 20, width * 20))
    return _double(tensor)
"""
HOSTILE = """
import sys, types
fake = types.ModuleType("matplotlib.pyplot")
fake.get_fignums = lambda: [1, 2, 3]
class Figure:
    count = 0
    def savefig(self, buffer, **_):
        Figure.count += 1
        buffer.write([b"\\x89PNG\\r\\n\\x1a\\n broken", b"GIF89a", b"\\x89PNG\\r\\n\\x1a\\n" + BOMB][Figure.count - 1])
fake.figure = lambda number: Figure()
fake.close = lambda what: None
sys.modules["matplotlib.pyplot"] = fake
import struct, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
HEAD = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
BOMB = chunk(b"IHDR", HEAD) + chunk(b"IDAT", zlib.compress(bytes(1 << 20)))
"""


@pytest.fixture(scope="module")
def only() -> Iterator[Engine]:
    opened = Engine(rung="namespaces")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def double() -> Exercise:
    """With time to import matplotlib on a busy machine."""
    exercise = Exercise.load(EXERCISES / "double")
    roomy = dataclasses.replace(exercise.limits, load_seconds=20.0, seconds=30.0, cpu_seconds=60.0, memory_mb=1024)
    return dataclasses.replace(exercise, limits=roomy)


def run(engine: Engine, exercise: Exercise, code: str, **options: Any) -> tuple[Report, list[dict[str, Any]]]:
    events: list[dict[str, Any]] = []
    report = engine.grade(
        exercise,
        {"submission.py": SOLUTION + code},
        on_event=lambda event: events.append({**event, "at": time.monotonic()}),
        **options,
    )
    return report, events


def test_curves_and_bars_come_while_the_code_runs(only: Engine, double: Exercise) -> None:
    report, events = run(only, double, TRAINING, tests="visible")
    assert [test.outcome for test in report.tests] == ["passed"], report
    points = [(event["step"], event["values"]) for event in events if event["kind"] == "metric"]
    assert (0.0, {"loss": 1.0}) in points
    assert (4.0, {"loss/train": 4.0}) in points
    assert len(points) == 10
    bars = [(event["label"], event["done"], event["total"]) for event in events if event["kind"] == "progress"]
    assert bars[-2:] == [("training", 5.0, 5.0), ("", 3.0, 3.0)]
    times = [event["at"] for event in events if event["kind"] == "metric"]
    assert times[-1] - times[0] > 0.3, "the curves came only with the reply"


def test_numbers_of_hidden_tests_are_not_shown(only: Engine, double: Exercise) -> None:
    _report, events = run(only, double, TRAINING)
    assert not [event for event in events if event["kind"] in ("metric", "progress")]


def test_numbers_that_come_too_fast_end_the_student(only: Engine, double: Exercise) -> None:
    flood = "\nfrom graders.inside import track as _t\n_double = double\ndef double(tensor):\n"
    flood += "    while True:\n        _t._send()\n"
    report, _events = run(only, double, flood, tests="visible")
    assert report.outcome is Outcome.CRASHED


def test_figures_that_a_run_leaves_open_come_back_as_pictures(only: Engine, double: Exercise) -> None:
    report, _events = run(only, double, DRAWING, tests="visible")
    assert [test.outcome for test in report.tests] == ["passed"], report
    assert len(report.figures) == 6
    sizes = []
    for figure in report.figures:
        content = base64.b64decode(figure)
        assert content.startswith(PNG)
        with Image.open(io.BytesIO(content)) as image:
            sizes.append(image.size)
    assert sizes[0] == (300, 200)
    assert all(max(size) <= 1600 for size in sizes)
    assert run(only, double, DRAWING)[0].figures == ()  # of hidden tests, none


def test_what_is_no_picture_is_dropped(only: Engine, double: Exercise) -> None:
    report, _events = run(only, double, HOSTILE, tests="visible")
    assert report.outcome is Outcome.GRADED
    assert [test.outcome for test in report.tests] == ["passed"]
    assert report.figures == ()
