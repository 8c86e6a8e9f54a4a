"""What Run runs: the example of the statement."""
import torch

X, TARGETS = torch.tensor([[1.0, 2.0]]), torch.tensor([1])  # (1, 2), (1,)
PARAMETERS = (
    torch.tensor([[1.0, 0.5], [-1.0, 0.25]]),  # w1 (2, 2)
    torch.zeros(2),  # b1
    torch.tensor([[0.5, 1.0], [-0.5, 2.0]]),  # w2 (2, 2)
    torch.zeros(2),  # b2
)


def test_forward_as_in_the_statement(student):
    h, z = student.forward(X, *PARAMETERS)
    torch.testing.assert_close(h, torch.tensor([[2.0, 0.0]]))
    torch.testing.assert_close(z, torch.tensor([[1.0, -1.0]]))


def test_loss_as_in_the_statement(student):
    loss = student.cross_entropy(torch.tensor([[1.0, -1.0]]), TARGETS)
    torch.testing.assert_close(loss, torch.tensor(2.1269), atol=1e-4, rtol=0)


def test_gradients_as_in_the_statement(student):
    expected = (
        torch.tensor([[0.8808, 1.7616], [0.0, 0.0]]),
        torch.tensor([0.8808, 0.0]),
        torch.tensor([[1.7616, 0.0], [-1.7616, 0.0]]),
        torch.tensor([0.8808, -0.8808]),
    )
    actual = student.gradients(X, TARGETS, *PARAMETERS)
    for ours, theirs in zip(expected, actual, strict=True):
        torch.testing.assert_close(theirs, ours, atol=1e-4, rtol=0)


def test_the_same_row_twice_has_the_same_mean(student):
    once = student.gradients(X, TARGETS, *PARAMETERS)
    twice = student.gradients(X.repeat(2, 1), TARGETS.repeat(2), *PARAMETERS)
    for ours, theirs in zip(once, twice, strict=True):
        torch.testing.assert_close(theirs, ours)
