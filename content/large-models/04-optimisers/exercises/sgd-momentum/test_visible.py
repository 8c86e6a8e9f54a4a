"""What Run runs: the example of the statement, and shapes."""
import torch

THETA, FIRST, SECOND = torch.tensor([4.0, 1.0]), torch.tensor([4.0, 25.0]), torch.tensor([3.0, -10.0])  # (2,) each


def test_sgd_as_in_the_statement(student):
    (new,) = student.sgd_step([THETA], [FIRST], 0.1)
    torch.testing.assert_close(new, torch.tensor([3.6, -1.5]))


def test_weight_decay_as_in_the_statement(student):
    (new,) = student.sgd_step([THETA], [FIRST], 0.1, weight_decay=0.5)
    torch.testing.assert_close(new, torch.tensor([3.4, -1.55]))


def test_two_steps_with_momentum_as_in_the_statement(student):
    parameters, velocities = student.momentum_step([THETA], [FIRST], None, 0.1, momentum=0.5)
    torch.testing.assert_close(parameters[0], torch.tensor([3.6, -1.5]))
    parameters, velocities = student.momentum_step(parameters, [SECOND], velocities, 0.1, momentum=0.5)
    torch.testing.assert_close(velocities[0], torch.tensor([5.0, 2.5]))
    torch.testing.assert_close(parameters[0], torch.tensor([3.1, -1.75]))


def test_nesterov_as_in_the_statement(student):
    parameters, _ = student.momentum_step([THETA], [FIRST], None, 0.1, momentum=0.5, nesterov=True)
    torch.testing.assert_close(parameters[0], torch.tensor([3.4, -2.75]))


def test_shapes(student):
    parameters = [torch.randn(3, 2), torch.randn(5)]
    moved, velocities = student.momentum_step(parameters, [torch.ones(3, 2), torch.ones(5)], None, 0.1)
    assert [p.shape for p in moved] == [v.shape for v in velocities] == [(3, 2), (5,)]
