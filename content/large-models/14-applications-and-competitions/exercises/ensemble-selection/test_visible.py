"""What Run runs: the examples of the statement."""
import torch


def probabilities(rows):
    true = torch.tensor(rows, dtype=torch.float64)  # (M, N)
    return torch.stack([true, 1 - true], dim=-1)  # (M, N, 2)


def test_one_row(student):
    chosen = student.select(probabilities([[0.6], [0.2], [0.5]]), torch.tensor([0]), 5)
    assert chosen == [0]
    assert student.weights_of(chosen, 3).tolist() == [1, 0, 0]


def test_two_rows(student):
    assert student.select(probabilities([[0.9, 0.1], [0.1, 0.9]]), torch.tensor([0, 0]), 5) == [0, 1]
