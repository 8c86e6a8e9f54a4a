"""Each way in which a submission can end has its outcome, its sentence and its bound in time."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Outcome, Report, TestOutcome
from tests.graders.engine.conftest import Grade

PLACED = Path(__file__).parents[1] / "accelerators" / "exercises" / "placed"


def by_name(report: Report) -> dict[str, TestOutcome]:
    return {test.name: test.outcome for test in report.tests}


def test_the_solution_gets_full_marks(grade: Grade) -> None:
    report = grade("")
    assert report.outcome is Outcome.GRADED, report
    assert report.score == report.max_score == 4
    assert {test.title for test in report.tests} == {
        "Doubles",
        "Doubles a matrix",
        "Reads the data",
        "Doubles at the end",
    }


def test_a_wrong_answer_loses_its_test_and_no_other(grade: Grade) -> None:
    report = grade("def double(tensor):\n    return tensor * 2 if tensor.dim() == 1 else tensor")
    assert report.outcome is Outcome.GRADED
    outcomes = by_name(report)
    assert outcomes["test_first"] == outcomes["test_shown"] == "passed"
    assert outcomes["test_second"] == outcomes["test_last"] == "failed"
    assert report.score == 2


def test_the_starter_gets_no_points_and_names_its_exception(engine: Engine, double: Exercise) -> None:
    report = engine.grade(double, double.starter())
    assert report.outcome is Outcome.GRADED
    assert report.score == 0
    assert {test.outcome for test in report.tests} == {TestOutcome.ERROR}
    assert "NotImplementedError" in report.tests[0].message


def test_a_syntax_error_names_its_line(grade: Grade) -> None:
    report = grade("x = 1\ndef broken(:\n    pass")
    assert report.outcome is Outcome.STUDENT_ERROR
    assert report.score == 0
    assert "submission.py, line 12" in report.message
    assert set(by_name(report).values()) == {"not_run"}


def test_a_missing_module_is_named(grade: Grade) -> None:
    report = grade("import tensorflow_not_here")
    assert report.outcome is Outcome.STUDENT_ERROR
    assert "tensorflow_not_here" in report.message


def test_an_endless_loop_at_loading_ends_at_the_limit(grade: Grade) -> None:
    begun = time.monotonic()
    report = grade("while True: pass")
    assert report.outcome is Outcome.TIMED_OUT, report
    assert report.score == 0
    assert time.monotonic() - begun < 4 + 2


def test_an_endless_loop_in_one_test_costs_that_test_only(grade: Grade) -> None:
    begun = time.monotonic()
    report = grade("def numbers():\n    while True: pass")
    assert report.outcome is Outcome.TIMED_OUT
    outcomes = by_name(report)
    assert outcomes == {
        "test_first": "passed",
        "test_second": "passed",
        "test_shown": "timed_out",
        "test_last": "passed",
    }
    assert report.score == 3
    assert time.monotonic() - begun < 8 + 2


def test_too_much_memory_is_out_of_memory(grade: Grade) -> None:
    report = grade("def double(tensor):\n    import torch\n    return torch.ones(1 << 30).sum() + tensor")  # 4 GiB
    assert report.outcome is Outcome.OUT_OF_MEMORY, report
    assert "256" in report.message + report.tests[0].message


def test_leaving_with_status_zero_is_a_crash(grade: Grade) -> None:
    report = grade("import os\ndef double(tensor):\n    os._exit(0)")
    assert report.outcome is Outcome.CRASHED, report
    assert by_name(report)["test_first"] == "error"


def test_a_signal_of_its_own_is_seen(grade: Grade) -> None:
    report = grade("import os\ndef numbers():\n    os.abort()")
    assert report.outcome is Outcome.CRASHED
    assert "SIGABRT" in report.tests[2].message


def test_a_full_disk_has_its_own_outcome(grade: Grade) -> None:
    write = "for _ in range(64): f.write(bytes(1 << 20)); f.flush()"
    report = grade(f"def numbers():\n    with open('big', 'wb') as f:\n        {write}")
    if report.provenance.isolation.startswith("namespaces"):
        assert report.outcome is Outcome.DISK_LIMIT, report
    assert report.score < 4


def test_too_many_processes_have_their_own_outcome(grade: Grade) -> None:
    code = "import os, time\nfor _ in range(200):\n    if os.fork() == 0:\n        time.sleep(60); os._exit(0)"
    report = grade(code)
    assert report.outcome in (Outcome.PROCESS_LIMIT, Outcome.STUDENT_ERROR), report
    assert report.score == 0


def test_a_flood_of_output_is_ended(grade: Grade) -> None:
    report = grade("while True: print('x' * 1000)")
    assert report.outcome is Outcome.OUTPUT_LIMIT, report
    assert len(report.output) < 17 * 1024
    assert "output cut here" in report.output


def test_broken_tests_are_the_authors_fault(engine: Engine, double: Exercise, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("broken") / "broken"
    folder.mkdir()
    (folder / "exercise.yaml").write_text((double.folder / "exercise.yaml").read_text())
    (folder / "test_hidden.py").write_text(
        "raise ImportError('nothing_like_this')\n" + (double.folder / "test_hidden.py").read_text()
    )
    report = engine.grade(Exercise.load(folder), double.solution_files())
    assert report.outcome is Outcome.EXERCISE_ERROR
    assert not report.outcome.costs_an_attempt
    assert "nothing_like_this" in report.output_withheld
    assert "nothing_like_this" not in report.message


def test_what_a_person_grades_altogether_runs_nothing_and_ends_at_once(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "essay"
    folder.mkdir()
    part = "tests:\n  answer: {manual: true, points: 2, title: {en: Answer}}\n"
    (folder / "exercise.yaml").write_text("title: {en: Essay}\npoints: 2\n" + part)
    report = engine.grade(Exercise.load(folder), {"submission.py": "raise SystemExit"})
    assert (report.outcome, report.score, report.max_score, report.tests) == (Outcome.GRADED, 0, 0, ())
    assert report.costs_an_attempt


def test_where_there_is_no_device_the_sizes_for_a_cpu_are_graded_or_the_lack_is_said(engine: Engine) -> None:
    placed = Exercise.load(PLACED)
    narrow = "_ones = ones\ndef ones(width):\n    assert width == 8\n    return _ones(width)\n"
    files = {"submission.py": placed.solution_files()["submission.py"] + narrow}
    report = engine.grade(placed, files)
    assert (report.outcome, report.score, report.provenance.device) == (Outcome.GRADED, 3, "cpu"), report
    assert report.provenance.limits["seconds"] == 4  # of 8 on a device
    report = engine.grade(replace(placed, cpu=None), files)
    assert report.outcome is Outcome.PLATFORM_ERROR
    assert "no GPU" in report.output_withheld
