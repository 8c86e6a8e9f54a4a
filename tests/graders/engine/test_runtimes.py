"""Runtimes are locked lists of packages: one starts when an exercise first needs it, and says its versions."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import pytest

from graders.engine import Engine
from graders.exercise import Exercise, ExerciseInvalid
from graders.report import Outcome, Report
from graders.runtimes import RUNTIMES
from graders.schema import ExerciseSchema
from tests.graders.engine.conftest import EXERCISES, SOLUTION

DENSE = EXERCISES / "dense"
DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine(slots=2, rung="namespaces", runtimes=("torch", "keras"))
    yield opened
    opened.close()


def test_keras_starts_when_it_is_first_needed(engine: Engine, double: Exercise) -> None:
    assert engine.state()["runtimes"] == ["torch", "keras"]
    assert engine.grade(double, {"submission.py": SOLUTION}).provenance.versions["torch"] == metadata.version("torch")
    assert list(engine._standbys) == ["torch"]
    report = engine.grade(Exercise.load(DENSE), {"submission.py": (DENSE / "solution.py").read_text()})
    assert report.outcome is Outcome.GRADED, report
    assert report.score == 3, report
    assert (report.provenance.runtime, report.provenance.versions["keras"]) == ("keras", metadata.version("keras"))
    assert Report.from_dict(report.to_dict()) == report


def test_zygotes_are_renewed_side_by_side(engine: Engine, double: Exercise) -> None:
    standby = engine._standbys["torch"]
    old = dict(standby.runtime._zygotes)
    slow = SOLUTION + "\nimport time\n_double = double\ndef double(x):\n    time.sleep(1)\n    return _double(x)\n"
    begun = threading.Event()

    def hear(event: Mapping[str, object]) -> None:
        if event["kind"] == "test":
            begun.set()

    with ThreadPoolExecutor(1) as worker:
        running = worker.submit(engine.grade, double, {"submission.py": slow}, on_event=hear)
        assert begun.wait(60)
        standby.renew()
        assert not running.done() or running.result().score == 4
        report = running.result()
        assert (report.outcome, report.score) == (Outcome.GRADED, 4), report
    engine.grade(double, {"submission.py": SOLUTION})
    assert {zygote.alive for zygote in standby.runtime._zygotes.values()} == {True}
    assert not set(standby.runtime._zygotes.values()) & set(old.values())
    until = time.monotonic() + 20
    while any(zygote.alive for zygote in old.values()) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(zygote.alive for zygote in old.values()), "the old ones end with the last of their sandboxes"


def test_an_engine_without_the_runtime_says_so(double: Exercise, engine: Engine) -> None:
    exercise = Exercise.load(DENSE)
    object.__setattr__(exercise, "runtime", "tensorflow")
    report = engine.grade(exercise, {"submission.py": ""})
    assert report.outcome is Outcome.PLATFORM_ERROR
    assert "no runtime 'tensorflow'" in report.output_withheld


def test_an_unknown_runtime_and_foreign_imports_have_a_line(tmp_path: Path) -> None:
    for name in ("exercise.yaml", "test_hidden.py", "solution.py"):
        (tmp_path / name).write_text((DENSE / name).read_text())
    (tmp_path / "test_hidden.py").write_text("import tensorflow as tf\n" + (DENSE / "test_hidden.py").read_text())
    (tmp_path / "exercise.yaml").write_text((DENSE / "exercise.yaml").read_text().replace("runtime: keras\n", ""))
    with pytest.raises(ExerciseInvalid) as caught:
        Exercise.load(tmp_path)
    assert "test_hidden.py:1: `tensorflow` is imported, which the runtime torch does not have" in str(caught.value)
    assert "test_hidden.py:2: `keras` is imported" in str(caught.value)
    (tmp_path / "exercise.yaml").write_text((DENSE / "exercise.yaml").read_text().replace(": keras\n", ": jax\n"))
    with pytest.raises(ExerciseInvalid, match=r"exercise.yaml:3: `runtime` is 'jax', expected 'torch' or 'keras'"):
        Exercise.load(tmp_path)
    (tmp_path / "test_hidden.py").write_text((DENSE / "test_hidden.py").read_text())
    (tmp_path / "exercise.yaml").write_text((DENSE / "exercise.yaml").read_text())
    (tmp_path / "solution.py").write_text("import keras\n\n\ndef f():\n    from transformers import pipeline\n")
    with pytest.raises(ExerciseInvalid, match=r"solution.py:5: `transformers` is imported"):
        Exercise.load(tmp_path).solution_files()


def test_authors_and_the_schema_know_the_same_runtimes() -> None:
    declared = ExerciseSchema.model_json_schema()["properties"]["runtime"]["enum"]
    assert declared == list(RUNTIMES)
    for language in ("en", "zh-hans"):
        text = (DOCS / language / "instructors.md").read_text(encoding="utf-8")
        for name, spec in RUNTIMES.items():
            assert spec.installed()
            for package in (name, *set(spec.packages.values())):
                assert f"`{package}`" in text, f"{language}: {package}"
