import torch


def test_shape(student):
    assert student.centred(torch.randn(3, 4)).shape == (3, 4)
