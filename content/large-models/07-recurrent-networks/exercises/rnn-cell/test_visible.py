"""What Run runs: the numbers of the statement."""
import torch

ONE = (torch.tensor([[1.0]]), torch.tensor([[0.5]]), torch.tensor([0.0]))


def test_one_step(student):
    state = student.rnn_cell(torch.tensor([[1.0]]), torch.tensor([[0.3634]]), *ONE)
    torch.testing.assert_close(state, torch.tensor([[0.8280]]), atol=1e-4, rtol=0)


def test_three_steps(student):
    x = torch.tensor([1.0, 0.0, 1.0]).view(1, 3, 1)
    states, last = student.rnn(x, torch.zeros(1, 1), *ONE)
    torch.testing.assert_close(states, torch.tensor([0.7616, 0.3634, 0.8280]).view(1, 3, 1), atol=1e-4, rtol=0)
    torch.testing.assert_close(last, torch.tensor([[0.8280]]), atol=1e-4, rtol=0)


def test_a_length(student):
    x = torch.tensor([1.0, 0.0, 1.0]).view(1, 3, 1)
    _, last = student.rnn(x, torch.zeros(1, 1), *ONE, lengths=torch.tensor([2]))
    torch.testing.assert_close(last, torch.tensor([[0.3634]]), atol=1e-4, rtol=0)
