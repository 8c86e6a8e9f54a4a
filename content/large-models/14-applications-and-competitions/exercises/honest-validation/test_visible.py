"""What Run runs: the example of the statement, and four rows."""
import torch


def test_the_example(student):
    assert student.group_folds(torch.tensor([7, 7, 7, 3, 5, 5]), 2).tolist() == [0, 0, 0, 1, 1, 1]


def test_scaling(student):
    train = torch.tensor([[1.0, 5.0], [3.0, 5.0]], dtype=torch.float64)
    ours, theirs = student.standardise(train, torch.tensor([[4.0, 6.0]], dtype=torch.float64))
    assert ours.tolist() == [[-1, 0], [1, 0]] and theirs.tolist() == [[2, 1]]


def test_four_rows(student):
    x = torch.tensor([[0.0, 9.0], [0.1, 1.0], [5.0, 9.0], [5.1, 1.0]], dtype=torch.float64)
    y, folds = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 0, 1])
    assert student.cross_validate(x, y, folds, 1).tolist() == [0, 0, 1, 1]
