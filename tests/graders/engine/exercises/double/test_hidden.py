"""HIDDEN-TEST-CANARY"""

from pathlib import Path

import torch


def test_first(student):
    torch.testing.assert_close(student.double(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 4.0]))


def test_second(student):
    matrix = torch.randn(3, 4)
    torch.testing.assert_close(student.double(matrix), 2 * matrix)


def test_shown(student):
    assert student.numbers() == [7, 8, 9]


def test_last(student):
    secret = float((Path(__file__).parent / "hidden" / "secret.txt").read_text().split()[1])
    torch.testing.assert_close(student.double(torch.tensor(secret)), torch.tensor(2 * secret))
