"""What Run runs: the examples of the statement."""
import torch


def example(x):
    return x[0] ** 2 + 3 * x[0] * x[1]


def right(x):
    return torch.stack([2 * x[0] + 3 * x[1], 3 * x[0]])


def wrong(x):
    return torch.stack([2 * x[0], 3 * x[0]])


def cube(x):
    return x**3


X = torch.tensor([1.0, 2.0], dtype=torch.float64)


def test_numerical_gradient_as_in_the_statement(student):
    expected = torch.tensor([8.0, 3.0], dtype=torch.float64)
    torch.testing.assert_close(student.numerical_gradient(example, X), expected, rtol=1e-8, atol=0)


def test_a_large_step_as_in_the_statement(student):
    slope = student.numerical_gradient(cube, torch.tensor(2.0, dtype=torch.float64), step=0.1)
    torch.testing.assert_close(slope, torch.tensor(12.01, dtype=torch.float64))


def test_relative_error_as_in_the_statement(student):
    error = student.relative_error(torch.tensor([2.0, 3.0]), torch.tensor([8.0, 3.0]))
    assert abs(error - 0.4938) < 1e-3


def test_the_right_gradient_passes_and_the_wrong_one_does_not(student):
    assert student.check_gradient(example, right, X) is True
    assert student.check_gradient(example, wrong, X) is False
