import torch


def test_doubles(student):
    torch.testing.assert_close(student.double(torch.tensor([1.0])), torch.tensor([2.0]))
