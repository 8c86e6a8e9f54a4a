"""Rules 4 and 5: a student that is gone fails its test, whatever the test catches, and another takes over."""

from __future__ import annotations

import pytest

from tests.graders.border.conftest import Grade

SUBMISSION = """
import os, signal, time
def leave(): os._exit(0)
def crash(): os.kill(os.getpid(), signal.SIGSEGV)
def sleep(): time.sleep(60)
def spin():
    while True: pass
def stop(): os.kill(os.getpid(), signal.SIGSTOP)
def fine(): return 1
def fork_and_return():
    return os.fork() == 0
"""


def test_a_dead_student_passes_nothing(grade: Grade) -> None:
    tests = """
    def test_raises(student):
        with pytest.raises(Exception):
            student.leave()

    def test_everything_caught(student):
        try:
            student.leave()
        except BaseException:
            pass

    def test_after(student):
        assert student.fine() == 1
    """
    graded = grade(tests, SUBMISSION)
    assert graded.outcomes == {"test_raises": "gone", "test_everything_caught": "gone", "test_after": "passed"}
    assert graded.test("test_raises")["reason"] == "eof"
    assert graded.test("test_raises")["fraction"] == 0.0
    assert graded.students == 3
    assert [event["event"] for event in graded.events].count("loaded") == 3


def test_without_another_student_the_rest_is_not_run(grade: Grade) -> None:
    tests = """
    def test_one(student):
        student.crash()

    def test_two(student):
        student.fine()
    """
    graded = grade(tests, SUBMISSION, students=1)
    assert graded.outcomes == {"test_one": "gone"}
    assert [event["event"] for event in graded.events][-2:] == ["need_student", "end"]


@pytest.mark.parametrize("what", ["sleep", "spin", "stop"])
def test_a_silent_student_times_out_in_its_test_only(grade: Grade, what: str) -> None:
    tests = f"""
    def test_slow(student):
        with pytest.raises(Exception):
            student.{what}()

    def test_after(student):
        assert student.fine() == 1
    """
    graded = grade(tests, SUBMISSION, seconds=0.5)
    assert graded.outcomes == {"test_slow": "gone", "test_after": "passed"}
    assert graded.test("test_slow")["reason"] == "timeout"
    assert 0.4 < graded.test("test_slow")["seconds"] < 1.5


def test_the_time_for_all_tests_ends_the_rest(grade: Grade) -> None:
    tests = """
    def test_a(student):
        student.sleep()

    def test_b(student):
        student.sleep()

    def test_c(student):
        student.fine()
    """
    graded = grade(tests, SUBMISSION, seconds=0.6, run_seconds=1.0)
    assert graded.outcomes == {"test_a": "gone", "test_b": "gone"}


def test_a_forked_child_never_answers(grade: Grade) -> None:
    tests = """
    def test_child(student):
        assert student.fork_and_return() is False
        assert student.fine() == 1

    def test_after(student):
        assert student.fine() == 1
    """
    assert grade(tests, SUBMISSION).outcomes == {"test_child": "passed", "test_after": "passed"}


def test_a_test_that_does_not_end_is_interrupted(grade: Grade) -> None:
    tests = """
    def test_author_loops(student):
        while True:
            pass

    def test_caught(student):
        while True:
            try:
                while True:
                    student.fine()
            except Exception:
                pass

    def test_after(student):
        assert student.fine() == 1
    """
    graded = grade(tests, SUBMISSION, seconds=0.5)
    assert graded.outcomes == {"test_author_loops": "error", "test_caught": "gone", "test_after": "passed"}
    assert graded.keys("test_author_loops") == ["test-overran"]
    assert graded.test("test_author_loops")["student_error"] is False


def test_an_object_of_a_dead_student_is_of_no_use(grade: Grade) -> None:
    tests = """
    kept = {}
    def test_one(student):
        kept["f"] = student.fine
        student.leave()

    def test_two(student):
        with pytest.raises(Exception):
            kept["f"]()

    def test_three(student):
        assert student.fine() == 1
    """
    graded = grade(tests, SUBMISSION)
    assert graded.outcomes == {"test_one": "gone", "test_two": "error", "test_three": "passed"}


def test_a_fresh_student_has_a_clean_process(grade: Grade) -> None:
    submission = """
    calls = []
    def count():
        calls.append(1)
        return len(calls)
    """
    tests = """
    def test_one(student):
        assert student.count() == 1 and student.count() == 2

    def test_same(student):
        assert student.count() == 3

    def test_fresh(fresh_student):
        assert fresh_student.count() == 1

    def test_next(student):
        assert student.count() == 2
    """
    graded = grade(tests, submission)
    assert set(graded.outcomes.values()) == {"passed"}, graded.events
    assert graded.students == 2
    assert grade(tests, submission, students=1).outcomes["test_fresh"] == "error"
