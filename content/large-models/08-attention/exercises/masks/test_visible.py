"""What Run runs: the examples of the statement."""
import torch


def test_a_cache(student):
    assert student.causal_mask(2, past=1).tolist() == [[True, True, False], [True, True, True]]


def test_two_lengths(student):
    assert student.padding_mask(torch.tensor([2, 0]), 3).tolist() == [[True, True, False], [False] * 3]


def test_three_scores(student):
    weights = student.masked_softmax(torch.tensor([[1.0, 1.0, 5.0]]), torch.tensor([[True, True, False]]))
    torch.testing.assert_close(weights, torch.tensor([[0.5, 0.5, 0.0]]))
