"""What Run runs: the examples of the statement, and a lasso with two columns."""
import torch


def test_penalty_of_the_statement(student):
    value = student.penalty([torch.tensor([[3.0, -4.0]]), torch.tensor([10.0])], l1=0.1, l2=0.01)
    torch.testing.assert_close(value, torch.tensor(0.825))


def test_step_of_the_statement(student):
    parameters, gradients = [torch.tensor([[3.0, -4.0]]), torch.tensor([10.0])], [torch.ones(1, 2), torch.ones(1)]
    weight, bias = student.decay_step(parameters, gradients, 0.5, 0.1)
    torch.testing.assert_close(weight, torch.tensor([[2.35, -4.3]]))
    torch.testing.assert_close(bias, torch.tensor([9.5]))


def test_threshold_of_the_statement(student):
    moved = student.soft_threshold(torch.tensor([3.0, -0.5, -1.0, -4.0]), 1.0)
    torch.testing.assert_close(moved, torch.tensor([2.0, 0.0, 0.0, -3.0]))


def test_a_small_lasso(student):
    x = torch.tensor([[2.0, 0.0], [0.0, 2.0]])  # (2, 2): each column is for itself
    w = student.lasso(x, torch.tensor([4.0, 0.2]), 0.5, 0.25, 100)
    torch.testing.assert_close(w, torch.tensor([1.75, 0.0]), atol=1e-4, rtol=0)
