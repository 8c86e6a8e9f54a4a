"""What Run runs: the examples of the statement."""
import pytest
import torch


def test_the_schedule_of_the_statement(student):
    rates = [student.learning_rate(step, 8, 0.4, warmup_steps=4, final=0.2) for step in range(10)]
    assert rates == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4, 0.3707, 0.3, 0.2293, 0.2, 0.2], abs=1e-4)


def test_a_schedule_without_warm_up(student):
    rates = [student.learning_rate(step, 2, 1.0) for step in range(3)]
    assert rates == pytest.approx([1.0, 0.5, 0.0], abs=1e-6)


def test_clipping_as_in_the_statement(student):
    gradients = [torch.tensor([[3.0, 0.0]]), torch.tensor([-4.0])]  # (1, 2), (1,)
    (first, second), norm = student.clip_by_norm(gradients, 1.0)
    assert float(norm) == pytest.approx(5.0)
    torch.testing.assert_close(first, torch.tensor([[0.6, 0.0]]))
    torch.testing.assert_close(second, torch.tensor([-0.8]))


def test_short_gradients_stay(student):
    (same,), norm = student.clip_by_norm([torch.tensor([0.3, -0.4])], 1.0)
    assert float(norm) == pytest.approx(0.5)
    torch.testing.assert_close(same, torch.tensor([0.3, -0.4]))
