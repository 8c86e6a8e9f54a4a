"""What is printed is shown where it may be, and withheld where it could tell hidden inputs."""

from __future__ import annotations

from graders.engine import Engine
from graders.exercise import Exercise
from tests.graders.engine.conftest import SOLUTION, Grade

NOISY = (
    SOLUTION
    + """
print("while loading")
_double, _numbers = double, numbers

def double(tensor):
    print("hidden input", tensor)
    return _double(tensor)

def numbers():
    print("in a shown test")
    return _numbers()
"""
)


def test_output_of_hidden_tests_is_withheld(engine: Engine, double: Exercise) -> None:
    report = engine.grade(double, {"submission.py": NOISY})
    assert report.score == 4
    assert "while loading" in report.output
    assert "in a shown test" in report.output
    assert "hidden input" not in report.output
    assert "hidden input" in report.output_withheld


def test_a_shown_test_cannot_tell_what_a_withheld_one_was_given(engine: Engine, double: Exercise) -> None:
    keeping = """
_double, _numbers, seen = double, numbers, []

def double(tensor):
    seen.append(tensor)
    return _double(tensor)

def numbers():
    print("in a shown test, after", seen)
    return _numbers()
"""
    report = engine.grade(double, {"submission.py": SOLUTION + keeping})
    assert report.score == 4
    assert report.output == "in a shown test, after []\n"
    assert [test.name for test in report.tests] == list(double.tests)


def test_output_of_a_run_is_shown_and_streams(engine: Engine, double: Exercise) -> None:
    events: list[dict[str, object]] = []
    report = engine.grade(double, {"submission.py": NOISY}, tests="visible", on_event=events.append)
    assert [test.name for test in report.tests] == ["test_doubles"]
    assert report.tests[0].outcome == "passed"
    assert "hidden input tensor([1.])" in report.output
    streamed = "".join(str(event["text"]) for event in events if event["kind"] == "output")
    assert streamed == report.output


def test_terminal_sequences_and_bad_bytes_do_not_survive(grade: Grade) -> None:
    report = grade(r"""
import os, sys
os.write(1, b"\x1b[31mred\x1b[0m \xff\xfe \x00 \xe2\x80\xae tail\n")
""")
    assert "red" in report.output
    assert "tail" in report.output
    for char in ("\x1b", "\x00", "\u202e"):
        assert char not in report.output
