"""What Run runs: counts, and one look at the shape."""
import torch


def number_of_layers(submission, encoder):
    return len(encoder.blocks)


def number_of_parameters(submission, encoder):
    return sum(parameter.numel() for parameter in encoder.parameters())


def test_number_of_layers(student):
    assert student.run(number_of_layers, student.Encoder(width=12, heads=6, layers=2)) == 2


def test_number_of_parameters(student):
    assert student.run(number_of_parameters, student.Encoder(12, 6, 2)) == 2 * (12 * 12 * 12 + 13 * 12) + 2 * 12


def test_shape(student):
    assert student.Encoder(12, 3, 2)(torch.randn(4, 5, 12)).shape == (4, 5, 12)
