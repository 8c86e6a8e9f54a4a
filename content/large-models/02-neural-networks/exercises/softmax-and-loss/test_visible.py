"""What Run runs: the example of the statement."""
import math

import torch

Z = torch.tensor([[0.0, math.log(3)]])


def test_two_probabilities(student):
    torch.testing.assert_close(student.softmax(Z), torch.tensor([[0.25, 0.75]]))


def test_two_losses(student):
    assert abs(student.cross_entropy(Z, torch.tensor([1])).item() - 0.2877) < 1e-3
    assert abs(student.cross_entropy(Z, torch.tensor([1]), 0.2).item() - 0.3976) < 1e-3


def test_accuracy(student):
    assert student.top_k_accuracy(Z, torch.tensor([0])) == 0
    assert student.top_k_accuracy(Z, torch.tensor([0]), 2) == 1
