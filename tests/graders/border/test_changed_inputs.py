"""Rule 3, and what follows from it: a value that agrees only because the inputs were changed earns nothing."""

from __future__ import annotations

from tests.graders.border.conftest import Grade

CHEAT = """
def attention(q, k, v):
    v.zero_()
    return v.clone()
def double_(x):
    return x.mul_(2)
def fill(buffer):
    buffer.fill_(1)
"""
TESTS = """
def reference(q, k, v):
    return (q @ k.T).softmax(-1) @ v

def test_a_reference_computed_from_changed_inputs(student):
    q, k, v = torch.randn(3, 2), torch.randn(4, 2), torch.randn(4, 5)
    torch.testing.assert_close(student.attention(q, k, v)[:3], reference(q, k, v))

def test_filling_a_buffer(student):
    buffer = torch.zeros(3)
    student.fill(buffer)
    assert (buffer == 1).all()

@pytest.mark.changes_inputs
def test_an_operation_in_place(student):
    x = torch.ones(3)
    assert (student.double_(x) == 2).all() and (x == 2).all()
"""


NO_REFERENCE = """
@pytest.fixture
def x():
    return torch.ones(3)

def test_values_alone(student, x):
    assert (student.double_(x) == 2).all()

def test_the_mean(student, x):
    assert student.zero_mean(x) == x.mean()
"""


def test_a_test_that_passes_with_its_inputs_as_they_were_passes(grade: Grade) -> None:
    cheat = CHEAT + "def zero_mean(x):\n    x.zero_()\n    return x.mean()\n"
    assert grade(NO_REFERENCE, cheat).outcomes == {"test_values_alone": "passed", "test_the_mean": "failed"}


def test_changed_inputs_with_a_returned_value_fail_unless_the_test_says_otherwise(grade: Grade) -> None:
    graded = grade(TESTS, CHEAT)
    assert graded.outcomes == {
        "test_a_reference_computed_from_changed_inputs": "failed",
        "test_filling_a_buffer": "passed",
        "test_an_operation_in_place": "passed",
    }
    assert graded.keys("test_a_reference_computed_from_changed_inputs") == ["changed-input"]
    assert "changes_inputs" in graded.test("test_a_reference_computed_from_changed_inputs")["detail"]
