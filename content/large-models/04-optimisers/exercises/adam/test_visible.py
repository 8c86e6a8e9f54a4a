"""What Run runs: the example of the statement, and shapes."""
import torch

THETA, FIRST, SECOND = torch.tensor([4.0, 1.0]), torch.tensor([4.0, -25.0]), torch.tensor([2.0, 0.0])  # (2,) each
ZERO = torch.zeros(2)


def test_rmsprop_as_in_the_statement(student):
    parameter, s = student.rmsprop_step(THETA, FIRST, ZERO, learning_rate=0.1, alpha=0.75)
    torch.testing.assert_close(s, torch.tensor([4.0, 156.25]))
    torch.testing.assert_close(parameter, torch.tensor([3.8, 1.2]))


def test_two_steps_of_adam_as_in_the_statement(student):
    parameter, m, v = student.adam_step(THETA, FIRST, ZERO, ZERO, 1, learning_rate=0.1, betas=(0.5, 0.75))
    torch.testing.assert_close(m, torch.tensor([2.0, -12.5]))
    torch.testing.assert_close(v, torch.tensor([4.0, 156.25]))
    torch.testing.assert_close(parameter, torch.tensor([3.9, 1.1]))
    parameter, m, v = student.adam_step(parameter, SECOND, m, v, 2, learning_rate=0.1, betas=(0.5, 0.75))
    torch.testing.assert_close(m, torch.tensor([2.0, -6.25]))
    torch.testing.assert_close(v, torch.tensor([4.0, 117.1875]))
    torch.testing.assert_close(parameter, torch.tensor([3.8118, 1.1509]), atol=1e-4, rtol=0)


def test_adamw_as_in_the_statement(student):
    parameter, _, _ = student.adamw_step(THETA, FIRST, ZERO, ZERO, 1, learning_rate=0.1, weight_decay=0.5)
    torch.testing.assert_close(parameter, torch.tensor([3.7, 1.05]))


def test_shapes(student):
    theta, g = torch.randn(3, 2), torch.randn(3, 2)
    for part in student.adam_step(theta, g, torch.zeros(3, 2), torch.zeros(3, 2), 1):
        assert part.shape == (3, 2)
