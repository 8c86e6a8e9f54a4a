"""An honest submission across the border."""

from __future__ import annotations

from tests.graders.border.conftest import Grade

SOFTMAX = """
import torch
def softmax(x, dim):
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)
"""


def test_a_right_answer_passes_and_a_wrong_one_fails(grade: Grade) -> None:
    tests = """
    def test_sum(student):
        torch.testing.assert_close(student.softmax(torch.randn(3, 4), 1).sum(1), torch.ones(3))

    def test_value(student):
        x = torch.randn(3, 4)
        assert torch.equal(student.softmax(x, 1), x)
    """
    graded = grade(tests, SOFTMAX)
    assert [event["event"] for event in graded.events] == [
        "hello",
        "loaded",
        "test_started",
        "test_ended",
        "test_started",
        "test_ended",
        "end",
    ]
    assert graded.outcomes == {"test_sum": "passed", "test_value": "failed"}
    assert graded.test("test_sum")["fraction"] == 1.0
    assert graded.test("test_value")["fraction"] == 0.0
    assert graded.keys("test_value") == ["test-failed", "returned-tensor"]
