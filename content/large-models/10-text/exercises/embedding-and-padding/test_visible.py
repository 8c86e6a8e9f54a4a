"""What Run runs: the example of the statement."""
import pytest
import torch


def test_pad(student):
    ids, mask = student.pad([[5, 2, 7], [4]])
    assert ids.tolist() == [[5, 2, 7], [4, 0, 0]]
    assert mask.tolist() == [[True, True, True], [True, False, False]]


def test_embed(student):
    table = torch.tensor([[0.0, 0.0], [1.0, 10.0], [2.0, 20.0]])  # (3, 2)
    assert student.embed(table, torch.tensor([[2, 1]])).tolist() == [[[2.0, 20.0], [1.0, 10.0]]]


def test_an_id_that_is_too_large(student):
    with pytest.raises(IndexError):
        student.embed(torch.zeros(3, 2), torch.tensor([3]))


def test_masked_mean(student):
    h = torch.tensor([[[1.0, 0.0], [3.0, 2.0], [2.0, 4.0], [9.0, 9.0], [9.0, 9.0]]])  # (1, 5, 2)
    mask = torch.tensor([[True, True, True, False, False]])
    torch.testing.assert_close(student.masked_mean(h, mask), torch.tensor([[2.0, 2.0]]))


def test_gradient(student):
    slopes = torch.tensor([[[1.0], [2.0], [4.0]]])  # (1, 3, 1)
    gradient = student.embedding_gradient(torch.tensor([[1, 3, 1]]), slopes, 4)
    assert gradient.tolist() == [[0.0], [5.0], [0.0], [2.0]]
