"""What Run runs: the numbers of the statement."""
import torch

SCORES = torch.tensor([2.0, 0.0, 1.0], dtype=torch.float64)


def test_the_example(student):
    assert abs(student.expected_best(SCORES, 2) - 13 / 9) < 1e-9
    assert abs(student.expected_best(SCORES, 1) - 1) < 1e-9


def test_a_budget(student):
    assert student.budget_for(SCORES, 1.4) == 2
    assert student.budget_for(SCORES, 2.5) is None


def test_a_summary(student):
    mean, deviation, error = student.summary(SCORES)
    assert abs(mean - 1) < 1e-9 and abs(deviation - 1) < 1e-9 and abs(error - 0.57735) < 1e-4
