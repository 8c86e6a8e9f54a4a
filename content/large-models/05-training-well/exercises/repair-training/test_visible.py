"""What Run runs: what the loop promises, on a few rows."""
import pytest
import torch
from torch import nn


def some_rows():
    return torch.randn(50, 64), torch.randint(10, (50,))


def test_rows_do_not_sum_to_one(student):
    assert not torch.allclose(student.Net()(torch.randn(4, 64)).sum(dim=1), torch.ones(4))


def twice(submission, x, y):
    model = submission.Net()
    return submission.evaluate(model, x, y), submission.evaluate(model, x, y)


def test_two_evaluations_agree(student):
    first, second = student.run(twice, *some_rows())
    assert first == pytest.approx(second)


def of_all_at_once(submission, x, y):
    model = nn.Linear(64, 10)
    return submission.evaluate(model, x, y, batch_size=32), submission.evaluate(model, x, y, batch_size=50)


def test_the_batch_size_does_not_matter_for_an_evaluation(student):
    small, large = student.run(of_all_at_once, *some_rows())
    assert small == pytest.approx(large, rel=1e-4)
