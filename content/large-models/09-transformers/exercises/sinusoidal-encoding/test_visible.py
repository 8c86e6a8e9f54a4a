"""What Run runs: small examples that you can check with a pocket calculator."""
import math

import pytest
import torch


def test_the_example_of_the_statement(student):
    expected = torch.tensor([[0.0, 1.0, 0.0, 1.0], [0.8415, 0.5403, 0.0100, 1.0000], [0.9093, -0.4161, 0.0200, 0.9998]])
    torch.testing.assert_close(student.sinusoidal_encoding(3, 4), expected, atol=1e-4, rtol=0)


def test_a_later_start(student):
    torch.testing.assert_close(student.sinusoidal_encoding(2, 4, start=1)[0, 0].item(), math.sin(1), atol=1e-6, rtol=0)


def test_zeros_become_the_encoding(student):
    result = student.add_positions(torch.zeros(2, 3, 4))
    assert result.shape == (2, 3, 4)
    torch.testing.assert_close(result[1], student.sinusoidal_encoding(3, 4))


def test_no_shift_is_the_identity(student):
    torch.testing.assert_close(student.shift_matrix(0, 6), torch.eye(6))


def test_an_odd_width_is_refused(student):
    with pytest.raises(ValueError):
        student.sinusoidal_encoding(3, 5)
