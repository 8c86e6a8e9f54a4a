"""What Run runs: the examples of the statement and a few shapes."""
import torch

IMAGE = torch.tensor([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]])  # (1, 1, 3, 3)
KERNEL = torch.tensor([[[[1.0, 2.0], [0.0, -1.0]]]])  # (1, 1, 2, 2)


def test_output_sizes(student):
    assert student.output_size(28, 3) == 26
    assert student.output_size(28, 3, padding=1) == 28
    assert student.output_size(28, 5, stride=2, padding=2) == 14


def test_the_first_example_of_the_statement(student):
    expected = torch.tensor([[[[0.0, 2.0], [6.0, 8.0]]]])
    torch.testing.assert_close(student.conv2d(IMAGE, KERNEL), expected)


def test_the_second_example_of_the_statement(student):
    expected = torch.tensor([[[[-1.0, -3.0], [1.0, 8.0]]]])
    torch.testing.assert_close(student.conv2d(IMAGE, KERNEL, stride=2, padding=1), expected)


def test_the_bias_is_added(student):
    expected = torch.tensor([[[[10.0, 12.0], [16.0, 18.0]]]])
    torch.testing.assert_close(student.conv2d(IMAGE, KERNEL, bias=torch.tensor([10.0])), expected)


def test_shape_with_many_channels(student):
    x, weight = torch.randn(2, 3, 8, 10), torch.randn(4, 3, 3, 3)
    assert student.conv2d(x, weight, stride=2, padding=1).shape == (2, 4, 4, 5)
