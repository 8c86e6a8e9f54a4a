import torch


def test_right(student):
    numbers = torch.arange(6.0)
    torch.testing.assert_close(student.double(numbers), 2 * numbers)


def test_wrong(student):
    numbers = torch.arange(6.0)
    torch.testing.assert_close(student.halve(numbers), numbers / 2)
