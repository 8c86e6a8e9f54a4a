"""Rule 4, the exceptions: ordinary ones keep their type, others are StudentError, nothing of pytest's crosses."""

from __future__ import annotations

from tests.graders.border.conftest import Grade

SUBMISSION = """
import os, sys, unittest
class ShapeError(ValueError): pass
class Own(Exception): pass
class Stop(BaseException): pass
class Unprintable(Exception):
    def __str__(self): raise SystemExit(0)
    __repr__ = __str__
class NoText(Exception):
    def __str__(self): return 7
class Evil(ValueError):
    @property
    def __traceback__(self): raise KeyboardInterrupt
    @property
    def args(self): raise SystemExit
def deep(n): return deep(n + 1)
def outcome(name):
    import _pytest.outcomes
    raise getattr(_pytest.outcomes, name)("spoof")
def fail(kind):
    def helper():
        raise kind
    helper()
def opened(): open("/nonexistent")
def chained():
    error = None
    for n in range(3000):
        try:
            raise ValueError(n) from error
        except ValueError as caught:
            error = caught
    raise error
def go(what):
    raise {
        "value": ValueError("a"), "key": KeyError("k"), "shape": ShapeError("bad"), "own": Own("x"), "stop": Stop(),
        "exit": SystemExit(0), "interrupt": KeyboardInterrupt(), "iteration": StopIteration(5),
        "generator": GeneratorExit(),
        "skip": unittest.SkipTest("s"), "unprintable": Unprintable(), "notext": NoText(), "evil": Evil("e"),
        "assertion": AssertionError("no"), "unicode": UnicodeDecodeError("utf-8", b"x", 0, 1, "r"),
        "group": ExceptionGroup("g", [ValueError()]), "attribute": AttributeError("zz"), "import": ImportError("i"),
    }[what]
"""


def test_ordinary_exceptions_keep_their_type(grade: Grade) -> None:
    tests = """
    from graders.examiner import StudentError
    def test_ordinary(student):
        with pytest.raises(ValueError, match="^a$"):
            student.go("value")
        with pytest.raises(KeyError) as caught:
            student.go("key")
        assert caught.value.args == ("k",) and type(caught.value) is KeyError
        with pytest.raises(RecursionError):
            student.deep(0)
        with pytest.raises(AssertionError, match="no"):
            student.go("assertion")
        with pytest.raises(UnicodeError):
            student.go("unicode")
        with pytest.raises(AttributeError):
            student.go("attribute")
        with pytest.raises(ValueError, match="2999"):
            student.chained()
        with pytest.raises(FileNotFoundError) as caught:
            student.opened()
        assert caught.value.errno == 2

    def test_subclasses(student):
        with pytest.raises(ValueError, match="bad") as caught:
            student.go("shape")
        assert isinstance(caught.value, StudentError)
        with pytest.raises(ValueError):
            student.go("evil")

    @pytest.mark.parametrize("what", [
        "own", "stop", "exit", "interrupt", "iteration", "generator", "skip", "unprintable", "notext", "group"])
    def test_others(student, what):
        with pytest.raises(StudentError) as caught:
            student.go(what)
        assert not isinstance(caught.value, (ValueError, LookupError, StopIteration))

    @pytest.mark.parametrize("what", ["Skipped", "Failed", "XFailed", "Exit"])
    def test_outcomes(student, what):
        with pytest.raises(StudentError):
            student.outcome(what)
    """
    graded = grade(tests, SUBMISSION)
    assert set(graded.outcomes.values()) == {"passed"}, graded.events


def test_an_exception_that_nobody_expects_is_the_students_error(grade: Grade) -> None:
    tests = """
    def test_secret_input(student):
        student.go("value")

    def test_skip(student):
        student.go("skip")

    def test_outcome(student):
        student.outcome("Skipped")

    def test_silent_map(student):
        assert all(map(student.go, ["iteration"]))

    def test_exit(student):
        student.go("exit")

    def test_missing(student):
        student.softmax(1)
    """
    graded = grade(tests, SUBMISSION)
    assert set(graded.outcomes.values()) == {"error"}
    assert all(graded.test(name)["student_error"] for name in graded.outcomes)
    assert graded.keys("test_secret_input") == ["raised-at"]
    values = graded.test("test_secret_input")["findings"][0]["values"]
    assert (values["type"], values["file"]) == ("ValueError", "submission.py")
    assert values["source"].startswith("raise {")
    assert graded.said("test_missing") == "Your submission does not define softmax."


def test_a_hidden_input_cannot_leave_in_an_exception(grade: Grade) -> None:
    tests = """
    def test_hidden(student):
        student.leak("HIDDEN_INPUT")

    def test_type(student):
        student.leak_type("HIDDEN_INPUT")

    def test_missing(student):
        student.leak_missing("HIDDEN_INPUT")

    def test_object(student):
        assert student.leak_object("HIDDEN_INPUT")
    """
    submission = """
    import sys
    from graders.inside import serve
    def leak(x): raise ValueError(x)
    def leak_type(x): raise type(x, (Exception,), {})(x)
    def leak_missing(x): raise serve.MissingName(x)
    def leak_object(x): return type(x, (), {})()
    """
    graded = grade(tests, submission)
    for name in graded.outcomes:
        assert "HIDDEN" not in str(graded.test(name)["findings"])
    assert "HIDDEN_INPUT" in graded.test("test_hidden")["detail"]


def test_in_a_visible_test_the_message_is_shown(grade: Grade) -> None:
    tests = """
    def test_raises(student):
        student.go("value")

    def test_asserts(student):
        assert student.NUMBER == 4, "four was wanted"
    """
    graded = grade(tests, SUBMISSION + "\nNUMBER = 3\n", mode="visible")
    assert graded.said("test_raises").endswith("\na")
    assert "four was wanted" in graded.said("test_asserts")
